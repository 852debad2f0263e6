//! Adoption in three steps: what there is, what it is, what it will be; and how it went.

use proximity::{
    domain::{
        adoption::{Candidate, Console, Inside, Proposal, Resemblance, Seen},
        book::Page,
        catalog::RecipeId,
        detail::Volume,
        fault::{Fault, FaultCode},
        ids::{GuestKey, OperationId},
        probe::ProbeKind,
    },
    engine::{AdoptWish, Answer, PoolWish, ProbeWish, Query, Request},
    tui::{
        canvas::Charset,
        effect::Effect,
        event::{Event, Ticket},
    },
};

use super::{
    fleet::{homelab, key},
    snapshot,
    stage::Stage,
};

fn asked(stage: &Stage) -> Vec<(Ticket, GuestKey)> {
    let queries = stage.effects.iter().filter_map(|effect| match effect {
        Effect::Query(ticket, Query::Candidates { guests }) => Some((*ticket, guests[0].clone())),
        _ => None,
    });
    queries.collect()
}

fn begun(stage: &Stage) -> Vec<(Ticket, AdoptWish)> {
    let asks = stage.effects.iter().filter_map(|effect| match effect {
        Effect::Ask(ticket, Request::Adopt(wish)) => Some((*ticket, wish.clone())),
        _ => None,
    });
    asks.collect()
}

/// As the engine would tell of it: one that was seen, where somebody could look.
fn candidate(stage: &Stage, key: &GuestKey, is_seen: bool) -> Candidate {
    let entry = stage.model.world.entry(key).unwrap();
    let guest = entry.guest.as_ref().unwrap();
    let why = "its console shows a log-in prompt";
    let shut = Fault::lasting(FaultCode::Refused, "nobody could look", why, "set cmode=shell and restart it");
    let mut candidate = Candidate::unseen(guest, shut);
    candidate.addresses = vec!["192.168.1.70".into()];
    let volume = |slot: &str, path: &str, size: &str, is_backed_up| Volume {
        slot: slot.into(),
        path: path.into(),
        storage: Some("tank".into()),
        size: Some(size.into()),
        is_backed_up,
    };
    candidate.volumes = vec![volume("rootfs", "/", "8G", true), volume("mp0", "/media", "640G", false)];
    if !is_seen {
        candidate.console = Some(Console::NotSet);
        return candidate;
    }
    candidate.inside = Inside::Seen(Seen::read(
        "listens tcp 00000000:1F90 7\nlistens tcp 0100007F:18EB 8\nholds 7 java\nholds 8 redis-server\n\
         system Debian GNU/Linux 13 (trixie)\n",
    ));
    candidate.resembles = Some(Resemblance {
        recipe: RecipeId::new("jellyfin"),
        name: "Jellyfin".into(),
        score: 78,
        why: vec!["Docker runs jellyfin/jellyfin".into(), "something answers at its port 8080".into()],
    });
    candidate.proposal = Proposal {
        port: Some(8080),
        page: Some(Page { scheme: "http".into(), port: 8080, path: "/web".into() }),
        probe: Some(ProbeKind::Http { scheme: "http".into(), port: 8080, path: "/web".into(), status: (100, 399) }),
        ..candidate.proposal
    };
    candidate
}

/// Answers what is asked, but for the last `left` of them; every second one lets nobody look inside.
fn answer(stage: &mut Stage, left: usize) {
    let all = asked(stage);
    for (at, (ticket, key)) in all.iter().enumerate().take(all.len() - left) {
        let found = candidate(stage, key, at % 2 == 0);
        stage.send(Event::Answered(*ticket, Ok(Answer::Candidates(vec![found]))));
    }
}

fn at(columns: u16, rows: u16) -> Stage {
    Stage::new(homelab(), columns, rows)
}

fn text(stage: &Stage) -> String {
    snapshot::text_of(&stage.picture(), &stage.model.canvas.theme)
}

fn sees(stage: &Stage, words: &str) {
    let picture = text(stage);
    assert!(picture.contains(words), "{words:?} is not in\n{}", picture.split("---").next().unwrap());
}

#[test]
fn all_containers_that_are_nobodys_app_are_there_to_choose_from() {
    let mut stage = at(100, 30);
    stage.keys("4 A");
    sees(&stage, "adopt 1 of 3");
    let strangers = stage.model.world.entries.iter().filter(|entry| !entry.is_app()).count();
    stage.keys("C-a");
    sees(&stage, "chosen");
    assert!(strangers > 1);
    stage.keys("C-a / redis");
    sees(&stage, "/ redis");
    stage.keys("Enter Enter");
    assert_eq!(asked(&stage).iter().map(|(_, key)| key.clone()).collect::<Vec<_>>(), [key(208)]);
    sees(&stage, "looking");
}

#[test]
fn what_is_not_chosen_is_not_looked_at_and_nothing_begins_before_the_last_step() {
    let mut stage = at(120, 36);
    stage.keys("2 A Space Space Enter");
    assert_eq!(asked(&stage).len(), 2);
    answer(&mut stage, 0);
    sees(&stage, "jellyfin 78%");
    stage.keys("Enter");
    sees(&stage, "adopt 3 of 3");
    assert!(begun(&stage).is_empty());
    stage.keys("C-s");
    let wishes = begun(&stage);
    assert_eq!(wishes.len(), 2);
    let (_, first) = &wishes[0];
    assert_eq!((first.port, first.probe, first.pool), (Some(8080), ProbeWish::Http, PoolWish::Stay));
    assert_eq!(first.recipe.as_ref().map(|id| id.as_str()), Some("jellyfin"));
}

#[test]
fn one_guest_goes_straight_to_what_it_is() {
    let mut stage = at(100, 30);
    stage.keys("2 Left / redis Enter a");
    sees(&stage, "adopt 2 of 3");
    assert_eq!(asked(&stage).len(), 1);
    stage.keys("Enter C-s");
    let (_, wish) = begun(&stage).remove(0);
    assert_eq!((wish.guest, wish.name.as_deref(), wish.port), (key(208), Some("redis"), None), "nobody had looked yet");
}

#[test]
fn what_the_operator_wrote_stays_whatever_is_seen_later() {
    let mut stage = at(100, 30);
    stage.keys("2 Left / redis Enter a Enter Enter C-u cache Down Down 6379 Down Down Down Right C-s");
    sees(&stage, "there is no page to probe");
    stage.keys("Down Down Right C-s");
    sees(&stage, "cache");
    answer(&mut stage, 0);
    sees(&stage, "6379");
    stage.keys("C-s");
    let (_, wish) = begun(&stage).remove(0);
    assert_eq!((wish.name.as_deref(), wish.port), (Some("cache"), Some(6379)));
}

#[test]
fn a_name_that_an_app_has_is_told_and_not_begun() {
    let mut stage = at(100, 30);
    let taken = stage.model.world.fleet.apps[0].name.to_string();
    stage.keys("2 Left / redis Enter a Enter");
    let wish = AdoptWish { name: Some(taken.clone()), ..AdoptWish::of(key(208)) };
    if let Some(proximity::tui::layers::Layer::Adopt(adoption)) = stage.model.layers.last_mut() {
        adoption.drafts[0].wish = wish;
    }
    sees(&stage, "is an app already");
    stage.keys("C-s");
    assert!(begun(&stage).is_empty());
}

#[test]
fn how_each_went_is_told_and_one_that_failed_says_why() {
    let mut stage = at(100, 30);
    stage.keys("2 A Space Space Enter Enter C-s");
    let tickets: Vec<Ticket> = begun(&stage).into_iter().map(|(ticket, _)| ticket).collect();
    let fault =
        Fault::lasting(FaultCode::Refused, "it was not adopted", "Proxmox has locked it (backup)", "pct unlock 216");
    stage.send(Event::Asked(tickets[0], Err(fault)));
    stage.send(Event::Asked(tickets[1], Ok(OperationId(99))));
    sees(&stage, "1 not, 1 to come");
    sees(&stage, "Proxmox has locked it (backup)");
    sees(&stage, "pct unlock 216");
    stage.keys("Esc");
    assert!(stage.model.layers.is_empty());
}

#[test]
fn esc_goes_back_a_step_and_marks_stay() {
    let mut stage = at(100, 30);
    stage.keys("2 A Space Space Enter Enter Esc Esc");
    sees(&stage, "adopt 1 of 3");
    sees(&stage, "2 chosen");
    stage.keys("Enter");
    assert_eq!(asked(&stage).len(), 2, "nobody looks twice");
    stage.keys("r");
    assert_eq!(asked(&stage).len(), 2, "while it is looked at already");
}

#[test]
fn the_steps_look_well_on_every_terminal() {
    for (columns, rows) in [(80, 24), (120, 36)] {
        let name = |step: &str| format!("adopt-{step}-{columns}x{rows}");
        let mut stage = at(columns, rows);
        stage.keys("2 A Space Space Down Space");
        snapshot::check(&name("choose"), &stage.picture(), &stage.model.canvas.theme);
        stage.keys("Enter");
        answer(&mut stage, 1);
        snapshot::check(&name("see"), &stage.picture(), &stage.model.canvas.theme);
        stage.keys("Down");
        snapshot::check(&name("unseen"), &stage.picture(), &stage.model.canvas.theme);
        stage.keys("Enter Down Down Space Up");
        snapshot::check(&name("confirm"), &stage.picture(), &stage.model.canvas.theme);
        stage.keys("Enter");
        snapshot::check(&name("form"), &stage.picture(), &stage.model.canvas.theme);
        stage.keys("Esc C-s");
        snapshot::check(&name("told"), &stage.picture(), &stage.model.canvas.theme);
    }
    let mut stage = at(80, 24);
    stage.model.canvas.charset = Charset::Ascii;
    stage.keys("2 A Space Space Enter");
    answer(&mut stage, 1);
    snapshot::check("adopt-see-80x24-ascii", &stage.picture(), &stage.model.canvas.theme);
}
