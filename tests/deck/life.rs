//! What is wished for an app that is there: each key leads to a plan, and only what was seen is begun.

use std::collections::BTreeSet;
use std::sync::Arc;

use proximity::{
    domain::{
        fault::{Fault, FaultCode},
        ids::OperationId,
        moment::Moment,
        plan::{
            Address,
            change::Sizes,
            inverse::{Inverse, WayOut},
        },
    },
    engine::{
        Answer, Query, Request,
        door::{CloneWish, SnapshotRow, Undoing},
    },
    tui::{effect::Effect, event::Event, keymap::Place},
};

use super::{
    fleet::NOW,
    shelf::{answer, app_id, booked, harmless, preview_of, question, removal, sees, shelf, text},
    snapshot::check,
    stage::Stage,
};

const JELLYFIN: &str = "2 / jellyfin Enter";

fn stage(keys: &str) -> Stage {
    at(120, 36, keys)
}

fn at(columns: u16, rows: u16, keys: &str) -> Stage {
    let mut stage = Stage::new(booked(), columns, rows);
    stage.keys(keys);
    stage
}

fn asked(stage: &Stage) -> Vec<Request> {
    let of = |effect: &Effect| match effect {
        Effect::Ask(_, request) => Some(request.clone()),
        _ => None,
    };
    stage.effects.iter().filter_map(of).collect()
}

/// A plan that takes nothing for good was shown; what was it asked for?
fn shown(stage: &mut Stage) -> Request {
    match answer(stage, Answer::Preview(Box::new(harmless(super::shelf::deploy_plan())))) {
        Query::Preview(request) => request,
        other => panic!("no plan was asked for but {other:?}"),
    }
}

/// What is begun is what was shown.
#[track_caller]
fn does(mut stage: Stage, request: Request) {
    assert_eq!(asked(&stage), [], "nothing is begun that was not shown");
    stage.keys("Enter C-s");
    assert_eq!(asked(&stage), [], "nor while the plan is on its way");
    assert_eq!(shown(&mut stage), request);
    stage.keys("Enter");
    assert_eq!(asked(&stage), [request]);
}

#[test]
fn delete_means_the_recycle_bin_and_says_until_when() {
    let mut stage = stage(&format!("{JELLYFIN} d"));
    sees(&stage, "waits in the recycle bin until 28 Sep");
    shown(&mut stage);
    check("delete-bin-120x36", &stage.picture(), &stage.model.canvas.theme);
    does(at(120, 36, &format!("{JELLYFIN} d")), Request::Bin(app_id(3)));
}

#[test]
fn destroying_wants_the_name_typed() {
    let mut stage = stage(&format!("{JELLYFIN} d"));
    shown(&mut stage);
    stage.keys("x");
    assert_eq!(stage.model.place(), Place::Naming);
    stage.keys("C-s Enter");
    let query = answer(&mut stage, Answer::Preview(Box::new(preview_of(removal()))));
    assert!(matches!(query, Query::Preview(Request::Destroy(app)) if app == app_id(3)));
    stage.keys("jelly Enter");
    sees(&stage, "that is not its name");
    assert_eq!(asked(&stage), []);
    stage.keys("fin");
    check("delete-destroy-120x36", &stage.picture(), &stage.model.canvas.theme);
    let caret = stage.model.caret().expect("the name has a cursor");
    assert_eq!(stage.picture()[(caret.x - 1, caret.y)].symbol(), "n");
    stage.keys("Enter");
    assert_eq!(asked(&stage), [Request::Destroy(app_id(3))]);
}

#[test]
fn an_adopted_app_is_only_ever_forgotten() {
    let mut stage = stage("2 / pihole Enter d");
    sees(&stage, "its container stays as it is");
    assert_eq!(shown(&mut stage), Request::Forget(app_id(1)));
    check("delete-forget-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("x Tab");
    assert_eq!(stage.model.place(), Place::Preview, "there is no other way");
}

#[test]
fn a_plan_that_takes_something_for_good_has_the_hand_off_its_button() {
    let mut stage = stage(&format!("{JELLYFIN} u"));
    answer(&mut stage, Answer::Preview(Box::new(preview_of(removal()))));
    stage.keys("Enter");
    assert_eq!(asked(&stage), [], "Enter unfolds the first step");
    sees(&stage, "gone for good");
    stage.keys("j Enter");
    sees(&stage, "/nodes/pve2/lxc/104");
    check("preview-unfolded-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("G Enter");
    assert_eq!(asked(&stage), [Request::Update(app_id(3))]);
    let mut stage = at(80, 24, &format!("{JELLYFIN} u"));
    answer(&mut stage, Answer::Preview(Box::new(preview_of(removal()))));
    stage.keys("j Enter");
    check("preview-unfolded-80x24", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn each_key_leads_to_its_plan() {
    does(stage(&format!("{JELLYFIN} u")), Request::Update(app_id(3)));
    let wish = CloneWish { app: app_id(3), name: Some("tv".into()), address: Address::Dhcp };
    does(stage(&format!("{JELLYFIN} c tv C-s")), Request::Clone(wish));
    let sizes = Sizes { cores: Some(4), memory: None, swap: None, disk: Some(16) };
    does(stage(&format!("{JELLYFIN} e 4 Down Down 16 C-s")), Request::Resize { app: app_id(3), sizes });
}

#[test]
fn sizes_say_what_they_are_now_and_a_disk_never_shrinks() {
    let mut stage = stage(&format!("{JELLYFIN} e"));
    for seen in ["2 now", "2048 now", "8 now"] {
        sees(&stage, seen);
    }
    check("resize-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("C-s");
    sees(&stage, "no new size");
    stage.keys("Down Down 8 C-s");
    sees(&stage, "it is at least 9");
    assert_eq!(asked(&stage), []);
}

#[test]
fn settings_show_what_they_are_and_secrets_stay_unless_typed() {
    let mut stage = stage(&format!("{JELLYFIN} E"));
    answer(&mut stage, Answer::Shelf(Arc::new(shelf()), BTreeSet::new()));
    sees(&stage, "Europe/Berlin");
    sees(&stage, "unchanged");
    check("settle-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("C-s");
    sees(&stage, "nothing is changed");
    stage.keys("C-u UTC Down Down k3y C-s");
    let Request::Edit { app, settings, secrets } = shown(&mut stage) else { panic!("no edit") };
    assert_eq!(app, app_id(3));
    assert_eq!(settings.into_iter().collect::<Vec<_>>(), [("TZ".to_owned(), "UTC".to_owned())]);
    assert_eq!(secrets.keys().collect::<Vec<_>>(), ["API_KEY"]);
}

#[test]
fn a_page_is_copied_to_be_opened() {
    let stage = stage(&format!("{JELLYFIN} o"));
    assert!(matches!(stage.effects.last(), Some(Effect::Copy(url)) if url == "http://192.168.1.53:8096/web"));
}

#[test]
fn what_is_in_the_bin_is_a_chip_away_and_comes_back_by_one_key() {
    let mut stage = stage("2");
    assert!(!text(&stage).contains("vaultwarden"));
    stage.keys("Left Left");
    sees(&stage, "until 27 Sep");
    check("bin-120x36", &stage.picture(), &stage.model.canvas.theme);
    for key in ["U", "Enter"] {
        let mut stage = at(120, 36, "2 Left Left");
        stage.keys(key);
        does(stage, Request::Unbin(app_id(0)));
    }
    let mut stage = at(120, 36, "2 Left Left d");
    assert_eq!(stage.model.place(), Place::Naming, "there it can only be destroyed");
    stage.keys("vaultwarden");
    shown(&mut stage);
    stage.keys("Enter");
    assert_eq!(asked(&stage), [Request::Destroy(app_id(0))]);
}

fn undoing(until: Option<Moment>) -> Answer {
    let way =
        WayOut { inverse: Inverse::Unbin(app_id(3)), words: "take jellyfin out of the recycle bin".into(), until };
    Answer::WayOut(Some(Box::new(Undoing { operation: OperationId(34), way })))
}

#[test]
fn undo_says_what_and_until_when_before_it_does_it() {
    let mut stage = stage(&format!("{JELLYFIN} U"));
    stage.keys("Enter");
    assert_eq!(asked(&stage), [], "nothing is taken back unseen");
    let query = answer(&mut stage, undoing(Some(NOW)));
    assert!(matches!(query, Query::LastUndoable(Some(app)) if app == app_id(3)));
    sees(&stage, "This will take jellyfin out of the recycle bin.");
    sees(&stage, "until 21 Sep");
    check("undo-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("Tab");
    assert!(matches!(answer(&mut stage, undoing(None)), Query::LastUndoable(None)));
    stage.keys("Enter");
    assert_eq!(asked(&stage), [Request::Undo(OperationId(34))]);
}

#[test]
fn on_the_overview_undo_is_of_all() {
    let mut stage = stage("U");
    assert!(matches!(answer(&mut stage, Answer::WayOut(None)), Query::LastUndoable(None)));
    sees(&stage, "nothing was done that could be taken back");
    stage.keys("Enter");
    assert_eq!(asked(&stage), []);
}

fn row(name: &str, ago: i64) -> SnapshotRow {
    let taken = Some(Moment(NOW.0 - ago * 3_600_000));
    SnapshotRow { name: name.into(), note: "before the new films".into(), taken, parent: None }
}

fn grown(name: &str, ago: i64, parent: Option<&str>) -> SnapshotRow {
    SnapshotRow { parent: parent.map(Into::into), ..row(name, ago) }
}

/// What no tree is: two that grew from each other, one of nobody, and a tree.
pub fn ring() -> Vec<SnapshotRow> {
    vec![
        grown("hen", 3, Some("egg")),
        grown("egg", 2, Some("hen")),
        grown("orphan", 4, Some("gone")),
        grown("root", 9, None),
        grown("leaf", 1, Some("root")),
    ]
}

#[test]
fn snapshots_stand_under_the_one_they_grew_from_and_old_ones_are_marked() {
    let mut stage = stage(&format!("{JELLYFIN} n"));
    let rows = vec![
        grown("fresh", 24 * 30, None),
        grown("before-update", 24 * 8, Some("fresh")),
        grown("after-update", 24 * 7, Some("before-update")),
        grown("try-plugins", 20, Some("before-update")),
        grown("movies", 2, Some("after-update")),
        grown("alone", 60, None),
    ];
    answer(&mut stage, Answer::Snapshots(rows));
    check("snapshot-tree-120x36", &stage.picture(), &stage.model.canvas.theme);
    sees(&stage, "◐ old");
    let shown = text(&stage);
    let at = |name: &str| shown.lines().position(|line| line.contains(name)).unwrap_or_default();
    assert!(at("fresh") < at("before-update") && at("before-update") < at("try-plugins"));
    assert_eq!(at("movies"), at("after-update") + 1, "a child stands under its parent");
    stage.keys("Enter");
    assert_eq!(shown_request(&mut stage), "movies", "the newest one is under the hand first");
    let mut stage = at_ring();
    assert_eq!(text(&stage).matches("hen").count(), 1, "each stands there once");
    stage.keys("G");
}

fn at_ring() -> Stage {
    let mut stage = stage(&format!("{JELLYFIN} n"));
    answer(&mut stage, Answer::Snapshots(ring()));
    stage
}

fn shown_request(stage: &mut Stage) -> String {
    match shown(stage) {
        Request::Rollback { snapshot, .. } => snapshot,
        other => panic!("{other:?}"),
    }
}

#[test]
fn snapshots_are_listed_taken_removed_and_gone_back_to() {
    let mut stage = stage(&format!("{JELLYFIN} n"));
    let query = answer(&mut stage, Answer::Snapshots(vec![row("older", 50), row("newer", 2)]));
    assert!(matches!(query, Query::Snapshots(app) if app == app_id(3)));
    check("snapshots-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("Enter");
    assert_eq!(shown(&mut stage), Request::Rollback { app: app_id(3), snapshot: "newer".into() });
    sees(&stage, "is lost for good");
    stage.keys("Esc j d");
    assert_eq!(shown(&mut stage), Request::RemoveSnapshot { app: app_id(3), snapshot: "older".into() });
    stage.keys("Esc n films C-s");
    assert_eq!(asked(&stage), [Request::Snapshot { app: app_id(3), name: None, note: "films".into() }]);
    assert_eq!(stage.model.place(), Place::Snapshots);
}

#[test]
fn what_was_not_begun_says_why_where_its_plan_stands() {
    let mut stage = stage(&format!("{JELLYFIN} u"));
    shown(&mut stage);
    stage.keys("Enter");
    let Some(Effect::Ask(ticket, _)) = stage.effects.last().cloned() else { panic!("nothing was begun") };
    let fault = Fault::lasting(FaultCode::Busy, "jellyfin was not updated", "a stop is running", "wait for its end");
    stage.send(Event::Asked(ticket, Err(fault)));
    sees(&stage, "a stop is running");
    stage.keys("Esc");
    assert!(stage.model.layers.is_empty());
}

#[test]
fn what_was_begun_closes_its_plan_and_its_form() {
    let mut stage = stage(&format!("{JELLYFIN} e 4 C-s"));
    shown(&mut stage);
    stage.keys("Enter");
    let Some(Effect::Ask(ticket, _)) = stage.effects.last().cloned() else { panic!("nothing was begun") };
    stage.send(Event::Asked(ticket, Ok(OperationId(70))));
    assert!(stage.model.layers.is_empty());
}

#[test]
fn an_answer_that_nobody_waits_for_changes_nothing() {
    let mut stage = stage(&format!("{JELLYFIN} u"));
    let (ticket, _) = question(&mut stage);
    stage.keys("Esc d");
    stage.send(Event::Answered(ticket, Ok(Answer::Preview(Box::new(preview_of(removal()))))));
    sees(&stage, "working out the plan");
}

#[test]
fn a_selection_is_asked_about_once_and_lists_who_it_is_for() {
    let mut stage = stage("2 / i Enter C-a d");
    assert_eq!(stage.model.place(), Place::Question);
    sees(&stage, "left out");
    check("bulk-bin-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("Enter");
    assert_eq!(asked(&stage), [], "the harmless button is lit first");
    stage.keys("d y");
    let all = asked(&stage);
    assert!(all.len() > 1 && all.iter().all(|request| matches!(request, Request::Bin(_))));
    assert!(!all.contains(&Request::Bin(app_id(1))), "an adopted one is left out");
    for (key, is) in [("u", "Update"), ("n", "Take a snapshot of")] {
        let mut stage = at(120, 36, "2 C-a");
        stage.keys(key);
        sees(&stage, is);
        stage.keys("y");
        assert!(asked(&stage).len() > 1);
    }
}

#[test]
fn what_is_not_ours_is_told_how_it_becomes_so() {
    let stage = stage("2 Left / redis Enter d");
    sees(&stage, "redis is not ours: [a] adopts it");
}
