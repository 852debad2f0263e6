//! The store and the form of a new app: what is asked, what follows every keystroke, what is sent.

use std::collections::BTreeSet;
use std::{sync::Arc, time::Duration};

use proximity::{
    domain::{
        fault::{Fault, FaultCode},
        ids::{NodeName, OperationId},
        plan::{Address, OnFailure},
    },
    engine::{
        Answer, Query, Request,
        door::{DeployWish, Nights},
    },
    tui::{effect::Effect, event::Event, keymap::Place, layers::Layer},
};

use super::{
    shelf::{self, answer, deploy_plan, deploying, harmless, preview_of, question, sees, store, text, with},
    snapshot::check,
    stage::Stage,
};

const A_MOMENT: Duration = Duration::from_millis(300);

fn questions(stage: &Stage) -> usize {
    stage.effects.iter().filter(|effect| matches!(effect, Effect::Query(_, Query::Preview(_)))).count()
}

fn wish(query: Query) -> DeployWish {
    match query {
        Query::Preview(Request::Deploy(wish)) => *wish,
        other => panic!("no plan was asked for but {other:?}"),
    }
}

fn sent(stage: &Stage) -> Vec<DeployWish> {
    let of = |effect: &Effect| match effect {
        Effect::Ask(_, Request::Deploy(wish)) => Some((**wish).clone()),
        _ => None,
    };
    stage.effects.iter().filter_map(of).collect()
}

/// The form of jellyfin, with its only needed secret typed.
fn form(columns: u16, rows: u16) -> Stage {
    let mut stage = store(columns, rows);
    stage.keys("d");
    assert_eq!(stage.model.place(), Place::Deploy);
    down_to(&mut stage, 11);
    stage.keys("s3cret").wait(A_MOMENT);
    stage
}

fn down_to(stage: &mut Stage, field: usize) {
    for _ in 0..field {
        stage.keys("Down");
    }
}

fn planned(columns: u16, rows: u16) -> Stage {
    let mut stage = form(columns, rows);
    answer(&mut stage, Answer::Preview(Box::new(preview_of(deploy_plan()))));
    stage
}

#[test]
fn the_store_lists_recipes_and_tells_which_files_are_bad() {
    for (columns, rows) in [(80, 24), (120, 36)] {
        let stage = store(columns, rows);
        sees(&stage, "homepage.json");
        check(&format!("store-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
    sees(&store(120, 36), "needs     a GPU: films are converted");
}

#[test]
fn an_empty_a_waiting_and_a_failed_store_name_the_key_that_helps() {
    let mut stage = Stage::new(super::fleet::homelab(), 80, 24);
    stage.keys("3");
    sees(&stage, "reading the recipes");
    let (ticket, _) = question(&mut stage);
    let fault =
        Fault::lasting(FaultCode::Failed, "the folder was not read", "it is not ours to read", "change its owner");
    stage.send(Event::Answered(ticket, Err(fault)));
    sees(&stage, "[r] reads them anew");
    stage.keys("r");
    answer(&mut stage, Answer::Shelf(Arc::default(), BTreeSet::new()));
    sees(&stage, "no recipe is here");
}

#[test]
fn a_shelf_that_cannot_be_read_anew_leaves_the_one_that_was_there() {
    let mut stage = store(120, 36);
    stage.keys("r");
    let (ticket, _) = question(&mut stage);
    let fault = Fault::lasting(FaultCode::Failed, "the folder was not read", "it is gone", "look where it went");
    stage.send(Event::Answered(ticket, Err(fault)));
    sees(&stage, "Vaultwarden");
    sees(&stage, "the folder was not read");
}

#[test]
fn the_form_asks_in_one_pane_and_its_plan_stands_beside() {
    let stage = planned(120, 36);
    for seen in ["Docker from Debian", "on pve2 · 12 GB of memory are free", "Datastore.AllocateSpace", "made for you"]
    {
        sees(&stage, seen);
    }
    check("deploy-120x36", &stage.picture(), &stage.model.canvas.theme);
    let mut stage = planned(80, 24);
    check("deploy-80x24", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("PgDn");
    check("deploy-plan-80x24", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn what_is_wrong_stands_at_its_field_and_nothing_is_sent() {
    let mut stage = form(120, 36);
    stage.keys("Home").effects.clear();
    // Back to the name, which another app has.
    for _ in 0..11 {
        stage.keys("Up");
    }
    stage.keys("jellyfin Down Down Down Down 9999 Down Right Down nonsense").wait(A_MOMENT);
    for seen in
        ["another app has this name", "it is at most 4094", "with its prefix, as in", "3 fields are to be mended"]
    {
        sees(&stage, seen);
    }
    check("deploy-wrong-120x36", &stage.picture(), &stage.model.canvas.theme);
    assert_eq!(questions(&stage), 0, "no plan is asked for what does not do");
    stage.keys("C-s");
    assert!(sent(&stage).is_empty());
    assert_eq!(stage.model.place(), Place::Deploy, "the hand is on the first field that is wrong");
}

#[test]
fn a_secret_is_asked_for_where_nobody_makes_it_and_is_never_shown() {
    let mut stage = store(120, 36);
    stage.keys("Enter C-s");
    sees(&stage, "it is needed");
    assert!(sent(&stage).is_empty());
    stage.keys("s3cret");
    assert!(!text(&stage).contains("s3cret"));
    stage.keys("C-s");
    let wish = sent(&stage).remove(0);
    assert_eq!(wish.secrets["API_KEY"].reveal(), "s3cret");
    assert!(!wish.secrets.contains_key("ADMIN_PASSWORD"), "what is made for the operator is not sent");
    assert!(!wish.settings.contains_key("API_KEY"), "a secret is no plain value");
    assert!(!format!("{:?}", stage.model).contains("s3cret"));
}

#[test]
fn what_the_fields_say_is_what_is_sent() {
    let mut stage = form(120, 36);
    for _ in 0..11 {
        stage.keys("Up");
    }
    stage.keys("tv Down Right Down Right Down vmbr1 Down 20 Down Right Down 192.168.1.50/24 Down 192.168.1.1");
    stage.keys("Down 4 Down 4096 Down 16 Down Down Down Down Right Down Right Down 8 Down Right Down Right C-s");
    let wish = sent(&stage).remove(0);
    assert_eq!(wish.name.as_deref(), Some("tv"));
    assert_eq!(wish.method.map(|method| method.slug()), Some("oci"));
    assert_eq!(wish.node, Some(NodeName::new("nas")));
    assert_eq!((wish.bridge.as_deref(), wish.vlan), (Some("vmbr1"), Some(20)));
    let address = Address::Fixed { ip: "192.168.1.50".into(), prefix: 24, gateway: Some("192.168.1.1".into()) };
    assert_eq!(wish.address, Some(address));
    assert_eq!((wish.cores, wish.memory, wish.disk), (Some(4), Some(4096), Some(16)));
    let settings: Vec<_> = wish.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(settings, [("LEVEL", "debug"), ("REMOTE", "true"), ("TRANSCODES", "8")]);
    assert_eq!((wish.on_failure, wish.nights), (OnFailure::Undo, Nights::Left));
}

#[test]
fn the_operator_is_asked_when_it_fails_unless_he_says_otherwise() {
    let mut stage = form(120, 36);
    stage.keys("C-s");
    let wish = sent(&stage).remove(0);
    assert_eq!(wish.on_failure, OnFailure::Ask);
    assert_eq!((wish.name, wish.node, wish.cores), (None, None, None));
}

#[test]
fn the_plan_follows_the_fields_with_one_question_at_a_time_and_the_last_one_wins() {
    let mut stage = store(120, 36);
    stage.keys("Enter");
    down_to(&mut stage, 11);
    stage.keys("a b c");
    assert_eq!(questions(&stage), 0, "who types fast is not asked after at every letter");
    stage.wait(A_MOMENT);
    assert_eq!(questions(&stage), 1);
    stage.keys("d").wait(A_MOMENT).keys("e").wait(A_MOMENT);
    assert_eq!(questions(&stage), 1, "one question is on its way at most");
    let (ticket, first) = question(&mut stage);
    assert_eq!(wish(first).secrets["API_KEY"].reveal(), "abc");
    stage.send(Event::Answered(ticket, Ok(Answer::Preview(Box::new(harmless(deploy_plan()))))));
    assert_eq!(questions(&stage), 1, "what was typed meanwhile is asked for at once");
    let (ticket, last) = question(&mut stage);
    assert_eq!(wish(last).secrets["API_KEY"].reveal(), "abcde");
    stage.send(Event::Answered(ticket, Ok(Answer::Preview(Box::new(harmless(deploy_plan()))))));
    stage.wait(A_MOMENT);
    assert_eq!(questions(&stage), 0);
}

#[test]
fn the_deck_wakes_for_the_plan_and_then_sleeps() {
    let mut stage = store(120, 36);
    stage.model.world.fleet = Default::default();
    stage.keys("Enter");
    down_to(&mut stage, 11);
    stage.keys("a");
    let at = stage.model.wakes_at().unwrap();
    assert_eq!(at - stage.now.tick, Duration::from_millis(250));
}

#[test]
fn a_closed_form_is_a_draft_that_comes_back_without_its_secret() {
    let mut stage = planned(120, 36);
    stage.keys("Esc");
    assert!(stage.model.layers.is_empty());
    stage.keys("Enter").wait(A_MOMENT);
    let Some(Layer::Deploy(form)) = stage.model.layers.last() else { panic!("no form") };
    assert!(form.is_draft);
    assert!(form.fields.all.iter().all(|field| field.exact() != "s3cret"));
    sees(&stage, "your draft");
    stage.keys("C-n");
    let Some(Layer::Deploy(form)) = stage.model.layers.last() else { panic!("no form") };
    assert!(!form.is_draft, "begun anew");
}

#[test]
fn a_node_can_be_chosen_with_its_reasons_and_one_with_an_obstacle_cannot() {
    let mut stage = planned(120, 36);
    stage.keys("PgDn w");
    for seen in ["the template is there", "it has no bridge vmbr0"] {
        sees(&stage, seen);
    }
    check("nodes-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("G Enter");
    assert_eq!(stage.model.place(), Place::Nodes, "nas has an obstacle");
    stage.keys("k Enter").wait(A_MOMENT);
    let (_, query) = question(&mut stage);
    assert_eq!(wish(query).node, Some(NodeName::new("pve1")));
}

#[test]
fn once_it_began_its_steps_are_shown_and_the_draft_is_gone() {
    let mut stage = planned(120, 36);
    stage.keys("C-s");
    let Some(Effect::Ask(ticket, _)) = stage.effects.last().cloned() else { panic!("nothing was sent") };
    stage.keys("C-s");
    assert_eq!(sent(&stage).len(), 1, "it is sent once");
    stage.send(Event::Asked(ticket, Ok(OperationId(50))));
    assert_eq!(stage.model.place(), Place::Why);
    stage.send(Event::Fleet(Arc::new(with(deploying()))));
    sees(&stage, "Docker from Debian");
    assert!(stage.model.drafts.is_empty());
    stage.keys("Esc 2");
    assert_eq!(stage.model.apps.selected(), Some(&super::fleet::key(113)), "its unit is under the hand");
}

#[test]
fn what_was_not_begun_leaves_the_form_open_and_says_why() {
    let mut stage = planned(120, 36);
    stage.keys("C-s");
    let Some(Effect::Ask(ticket, _)) = stage.effects.last().cloned() else { panic!("nothing was sent") };
    let fault = Fault::lasting(FaultCode::Busy, "tv was not begun", "the name is being taken", "choose another");
    stage.send(Event::Asked(ticket, Err(fault)));
    sees(&stage, "tv was not begun: the name is being taken. Choose another");
    assert_eq!(stage.model.place(), Place::Deploy);
}

#[test]
fn a_plan_can_be_unfolded_and_copied() {
    let mut stage = planned(120, 36);
    stage.keys("PgDn g j j j Enter");
    sees(&stage, "/nodes/pve2/lxc/113/snapshot");
    stage.keys("y p");
    let copied = stage.effects.iter().rev().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    assert!(copied.unwrap().starts_with("pvesh create /nodes/pve2/lxc/113/snapshot"));
    let _ = shelf::removal();
}
