//! Consoles and roads from the deck: what the keys do, and what is told.

use proximity::{
    domain::fault::{Fault, FaultCode},
    engine::{Answer, Query},
    tui::{
        effect::Effect,
        event::{Event, Ticket},
        term::Parting,
    },
};

use super::{
    fleet::{homelab, key},
    snapshot::check,
    stage::{Stage, detail},
};

fn text(stage: &Stage) -> String {
    let picture = stage.picture();
    picture
        .content
        .chunks(usize::from(picture.area.width))
        .fold(String::new(), |text, row| text + &row.iter().map(|cell| cell.symbol()).collect::<String>() + "\n")
}

fn visit(stage: &Stage) -> Option<(Ticket, proximity::domain::ids::GuestKey)> {
    stage.effects.iter().find_map(|effect| match effect {
        Effect::Visit(ticket, guest) => Some((*ticket, guest.clone())),
        _ => None,
    })
}

#[test]
fn an_exclamation_mark_opens_the_console_of_the_unit_under_the_hand() {
    for (keys, guest) in [("2 / jelly Enter !", 104), ("2 Left / postgres Enter !", 207)] {
        let mut stage = Stage::new(homelab(), 120, 36);
        stage.keys(keys);
        let (_, visited) = visit(&stage).expect("a visit");
        assert_eq!(visited, key(guest));
        assert!(text(&stage).contains("OPENING THE CONSOLE OF"), "{}", text(&stage));
    }
}

#[test]
fn a_second_press_opens_no_second_console() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 !!");
    assert_eq!(stage.effects.iter().filter(|effect| matches!(effect, Effect::Visit(..))).count(), 1);
    let (ticket, _) = visit(&stage).expect("a visit");
    stage.send(Event::Visited(ticket, Ok(Parting::Left)));
    stage.keys("!");
    assert_eq!(stage.effects.iter().filter(|effect| matches!(effect, Effect::Visit(..))).count(), 2);
}

#[test]
fn the_footer_names_the_key() {
    let stage = Stage::new(homelab(), 120, 36);
    assert!(text(&stage).lines().last().expect("a footer").contains("! console"));
}

#[test]
fn a_console_that_cannot_be_opened_is_told_with_why_and_what_now() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 !");
    let (ticket, _) = visit(&stage).expect("a visit");
    let fault = Fault::lasting(FaultCode::Refused, "homelab/104 is off", "nothing runs in it", "start it with [s]");
    stage.send(Event::Visited(ticket, Err(fault)));
    let shown = text(&stage);
    for words in ["homelab/104 is off", "nothing runs in it", "Start it with [s]"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}

#[test]
fn a_console_that_ended_by_itself_says_why() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 / jelly Enter !");
    let (ticket, _) = visit(&stage).expect("a visit");
    stage.send(Event::Visited(ticket, Ok(Parting::Ended("Proxmox closed the console".into()))));
    assert!(text(&stage).contains("jellyfin: Proxmox closed the console"), "{}", text(&stage));
}

#[test]
fn the_roads_into_a_guest_say_what_opens_them() {
    for (columns, rows) in [(80, 24), (120, 36)] {
        let mut stage = Stage::new(homelab(), columns, rows);
        stage.keys("2 / jelly Enter w").answer_backs();
        check(&format!("roads-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
}

#[test]
fn the_roads_into_the_guests_of_a_host_say_what_opens_them() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("4 w");
    check("roads-host-120x36", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn a_guest_that_is_off_has_no_roads_and_says_so() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 / mine Enter w");
    let question = stage.effects.iter().find_map(|effect| match effect {
        Effect::Query(ticket, Query::Guest(guest)) => Some((*ticket, guest.clone())),
        _ => None,
    });
    let (ticket, guest) = question.expect("a question");
    let answer = proximity::domain::detail::GuestDetail { roads: Vec::new(), ..detail(&guest) };
    stage.send(Event::Answered(ticket, Ok(Answer::Guest(Box::new(answer)))));
    assert!(text(&stage).contains("it is off"), "{}", text(&stage));
}
