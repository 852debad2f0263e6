//! What apps do not need: the sum tells of what is chosen, and nothing gets smaller whose plan was not seen.

use proximity::{
    domain::{
        care::RightSize,
        fault::{Fault, FaultCode},
        plan::change::Sizes,
    },
    engine::{Answer, Query, Request},
    tui::{effect::Effect, event::Event, keymap::Place},
};

use super::{
    care::app,
    fleet::{homelab, host},
    shelf::{answer, harmless, question, removal, sees},
    snapshot::check,
    stage::Stage,
};

pub fn rows() -> Vec<RightSize> {
    let row = |name: &str, memory: u64, used: u64, to: Option<u64>, cores: u32, new: Option<u32>| RightSize {
        app: app(name),
        name: name.into(),
        cores,
        memory,
        cpu_used: 0.21,
        memory_used: used,
        to: Sizes { memory: to, cores: new, ..Sizes::default() },
    };
    vec![
        row("nextcloud", 8192, 2890, Some(4096), 4, Some(2)),
        row("paperless", 4096, 1210, Some(2048), 4, None),
        row("gitea", 1024, 180, Some(512), 2, Some(1)),
    ]
}

fn asked(columns: u16, rows: u16, deck: &str) -> Stage {
    let mut stage = Stage::new(homelab(), columns, rows);
    stage.keys(deck).keys("Z");
    assert_eq!(stage.model.place(), Place::Sizes);
    stage
}

#[test]
fn what_can_be_taken_back_is_summed_up_and_chosen_from() {
    for (columns, high) in [(80, 24), (120, 36), (200, 60)] {
        let mut stage = asked(columns, high, "2");
        sees(&stage, "a week of what they used");
        let query = answer(&mut stage, Answer::RightSizes(rows()));
        assert!(matches!(query, Query::RightSizes(Some(ref of)) if *of == host()), "{query:?}");
        sees(&stage, "reclaim 6.5 GB and 3 cores from 3 apps");
        stage.keys("j Space");
        sees(&stage, "reclaim 4.5 GB and 3 cores from 2 of 3 apps");
        check(&format!("sizes-{columns}x{high}"), &stage.picture(), &stage.model.canvas.theme);
    }
}

#[test]
fn what_needs_more_is_marked_and_neither_chosen_nor_counted_before_it_is_wished_for() {
    let mut stage = asked(120, 36, "2");
    let mut all = rows();
    all[2].to = Sizes { memory: Some(2048), cores: None, ..Sizes::default() };
    answer(&mut stage, Answer::RightSizes(all));
    sees(&stage, "reclaim 6.0 GB and 2 cores from 2 apps  ·  1 needs more");
    sees(&stage, "stays  needs more");
    stage.keys("Enter");
    let (_, query) = question(&mut stage);
    assert!(matches!(query, Query::Preview(Request::Reclaim(ref asked)) if asked.len() == 2), "{query:?}");
}

#[test]
fn the_plan_is_of_what_is_chosen_and_nothing_is_begun_before_it_was_seen() {
    let mut stage = asked(120, 36, "2");
    answer(&mut stage, Answer::RightSizes(rows()));
    stage.keys("Space Enter C-s");
    let (ticket, query) = question(&mut stage);
    let wanted: Vec<_> = rows().into_iter().skip(1).map(|row| (row.app, row.to)).collect();
    let Query::Preview(Request::Reclaim(asked)) = query else { panic!("{query:?}") };
    assert_eq!(asked, wanted);
    assert!(!stage.effects.iter().any(|effect| matches!(effect, Effect::Ask(..))), "no plan was seen yet");
    stage.send(Event::Answered(ticket, Ok(Answer::Preview(Box::new(harmless(removal()))))));
    stage.keys("C-s");
    let begun = stage
        .effects
        .iter()
        .any(|effect| matches!(effect, Effect::Ask(_, Request::Reclaim(asked)) if *asked == wanted));
    assert!(begun);
}

#[test]
fn of_nothing_there_is_no_plan() {
    let mut stage = asked(80, 24, "2");
    stage.keys("Enter Space C-a");
    assert_eq!(stage.model.place(), Place::Sizes);
    answer(&mut stage, Answer::RightSizes(rows()));
    stage.keys("C-a Enter");
    assert_eq!(stage.model.place(), Place::Sizes);
    sees(&stage, "reclaim nothing from 0 of 3 apps");
}

#[test]
fn a_host_is_asked_about_by_itself_and_what_goes_wrong_is_said() {
    let mut stage = asked(80, 24, "4");
    let (ticket, query) = question(&mut stage);
    assert!(matches!(query, Query::RightSizes(Some(ref of)) if *of == host()), "{query:?}");
    let fault = Fault::passing(FaultCode::Unreachable, "it is not known", "homelab does not answer", "start it");
    stage.send(Event::Answered(ticket, Err(fault)));
    sees(&stage, "homelab does not answer. start it");
    let mut stage = asked(80, 24, "4");
    answer(&mut stage, Answer::RightSizes(Vec::new()));
    sees(&stage, "no app has much more than it needs");
}
