//! The board of backups, an app's backups, their forms, and schedules: each key leads to what it says, and nothing is done
//! that was not shown.

use std::sync::Arc;

use proximity::{
    domain::{
        backup::{Age, BackupMode, Guarding, Retention, Runner, Selection},
        catalog::{Dependency, RecipeId},
        fault::{Fault, FaultCode},
        ids::{AppId, OperationId, StorageName},
        moment::Moment,
        operation::Operation,
        plan::{Address, Plan, PlanKind, Subject},
    },
    engine::{
        Answer, Change, MissingRight, Query, Request,
        door::{
            BackupWish, OldOne, Origin, PruneFate, PruneRow, RestoreTo, RestoreWish, Shelf, Shelved, StorageChoice,
        },
    },
    tui::{canvas::Charset, effect::Effect, event::Event, keymap::Place},
};

use super::{
    fleet::{NOW, homelab, host, key, plan},
    shelf::{answer, app_id, harmless, question, sees, text},
    snapshot::check,
    stage::Stage,
    vault::{archive, job, silent, stocked},
};

fn at(columns: u16, rows: u16, keys: &str) -> Stage {
    let mut stage = Stage::new(stocked(), columns, rows);
    stage.keys(keys);
    stage
}

/// The board, with the look at the storages done.
fn board(columns: u16, rows: u16, keys: &str) -> Stage {
    let mut stage = at(columns, rows, "5");
    looked(&mut stage, Ok(()));
    stage.keys(keys);
    stage
}

fn looked(stage: &mut Stage, result: Result<(), Fault>) {
    let at = stage.effects.iter().position(|effect| matches!(effect, Effect::Change(_, Change::LookAtBackups(None))));
    if let Some(Effect::Change(ticket, _)) = at.map(|at| stage.effects.remove(at)) {
        stage.send(Event::Changed(ticket, result));
    }
}

fn looks(stage: &Stage) -> usize {
    stage.effects.iter().filter(|effect| matches!(effect, Effect::Change(_, Change::LookAtBackups(_)))).count()
}

fn asked(stage: &Stage) -> Vec<Request> {
    let of = |effect: &Effect| match effect {
        Effect::Ask(_, request) => Some(request.clone()),
        _ => None,
    };
    stage.effects.iter().filter_map(of).collect()
}

/// The plan that is on the screen is answered: what was it asked for?
#[track_caller]
fn shown(stage: &mut Stage) -> Request {
    match answer(stage, Answer::Preview(Box::new(harmless(super::shelf::deploy_plan())))) {
        Query::Preview(request) => request,
        other => panic!("no plan was asked for but {other:?}"),
    }
}

fn places() -> Answer {
    let place = |name: &str, free: u64| StorageChoice {
        name: StorageName::new(name),
        kind: "nfs".into(),
        is_shared: true,
        free: Some(free << 30),
    };
    Answer::Places(vec![place("backup", 900), place("vault", 300)])
}

#[test]
fn the_board_tells_how_safe_each_app_is() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        let stage = board(columns, rows, "j");
        check(&format!("backups-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
    let mut stage = Stage::new(stocked(), 80, 24);
    stage.model.canvas.charset = Charset::Ascii;
    stage.keys("5 j");
    check("ascii-backups-80x24", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn a_storage_that_did_not_answer_is_named_with_its_age_and_the_key() {
    for (columns, rows) in [(80, 24), (120, 36)] {
        let mut stage = Stage::new(silent(), columns, rows);
        stage.keys("5");
        looked(&mut stage, Ok(()));
        sees(&stage, "did not answer: as it was 3 h ago");
        sees(&stage, "[R] asks again");
        check(&format!("backups-silent-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
}

#[test]
fn what_nobody_has_read_is_unknown_and_not_missing() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("5");
    sees(&stage, "looking at the storages");
    assert_eq!(stage.model.board.known(), 0);
    assert!(!text(&stage).contains("never 12"));
    let fault = Fault::passing(FaultCode::Unreachable, "homelab does not answer", "it is off", "look at it");
    looked(&mut stage, Err(fault));
    sees(&stage, "homelab does not answer: [R] looks again");
}

#[test]
fn an_empty_board_says_where_apps_come_from() {
    let mut fleet = stocked();
    fleet.apps.clear();
    let mut stage = Stage::new(fleet, 80, 24);
    stage.keys("5");
    sees(&stage, "no app yet");
    sees(&stage, "[3] opens the store");
}

#[test]
fn opening_the_board_looks_at_the_storages_once_when_they_were_not_seen_for_a_minute() {
    let mut stage = at(120, 36, "5");
    assert_eq!(looks(&stage), 0, "they were read twenty seconds ago");
    stage.wait(std::time::Duration::from_secs(61)).keys("1 5");
    assert_eq!(looks(&stage), 1);
    stage.keys("1 5 R");
    assert_eq!(looks(&stage), 1, "one look is under way");
    looked(&mut stage, Ok(()));
    stage.keys("1 5");
    assert_eq!(looks(&stage), 0, "it was asked a moment ago");
    stage.keys("R");
    assert_eq!(looks(&stage), 1, "the operator wants it");
}

#[test]
fn chips_filter_and_order_narrow_the_board_and_esc_widens_it() {
    let mut stage = board(120, 36, "/ jelly Enter");
    assert_eq!(stage.model.board.shown.len(), 1);
    stage.keys("Esc");
    assert_eq!(stage.model.board.shown.len(), 12);
    let all: usize = ["Right", "Right", "Right", "Right"]
        .iter()
        .map(|key| {
            stage.keys(key);
            stage.model.board.shown.len()
        })
        .sum();
    assert_eq!(all, 12, "each app is under one chip");
    stage.keys("Esc , ,");
    let board = &stage.model.board;
    let size = |app| board.row(app).and_then(|row| row.newest.as_ref()).and_then(|backup| backup.size).unwrap_or(0);
    assert!(board.shown.windows(2).all(|pair| size(&pair[0]) >= size(&pair[1])));
}

fn backing_up(vmid: u32) -> Operation {
    let mut operation =
        Operation::begin(OperationId(60), plan(vmid, "gitea", PlanKind::Backup), Moment(NOW.0 - 41_000));
    operation.note = Some("copying".into());
    operation.share = Some(0.4);
    operation
}

#[test]
fn what_is_made_of_the_backups_now_shows_on_the_row() {
    let mut fleet = stocked();
    fleet.operations.insert(0, backing_up(106));
    let subject = Subject::NewApp { app: AppId::scratch_of(&app_id(3)), host: host() };
    let mut proving = backing_up(104);
    proving.id = OperationId(61);
    proving.plan = Arc::new(Plan::new(PlanKind::Prove, subject, "jellyfin", plan(104, "", PlanKind::Stop).steps));
    fleet.operations.insert(0, proving);
    let mut stage = Stage::new(fleet, 120, 36);
    stage.keys("5");
    sees(&stage, "backing up");
    sees(&stage, "copying");
    sees(&stage, "proving a backup");
    check("backups-working-120x36", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn a_backup_is_asked_where_and_how_and_shows_its_plan() {
    let mut stage = board(120, 36, "/ jelly Enter b");
    let query = answer(&mut stage, places());
    assert!(matches!(query, Query::BackupPlaces(guest) if guest == key(104)));
    sees(&stage, "1 of 3");
    check("back-up-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("Right Down Right Down Down Space Down Down before Space update C-s");
    assert_eq!(asked(&stage), [], "nothing is begun that was not shown");
    let Request::Backup(wish) = shown(&mut stage) else { panic!("no backup") };
    assert_eq!((wish.guest.clone(), wish.storage.clone()), (key(104), Some(StorageName::new("backup"))));
    assert_eq!((wish.how.mode, wish.how.guarding), (BackupMode::Suspend, Guarding::Protected));
    assert_eq!(wish.note.as_deref(), Some("before update"));
    stage.keys("Enter");
    assert_eq!(asked(&stage), [Request::Backup(wish)]);
}

#[test]
fn the_same_key_backs_up_on_every_deck_that_shows_apps() {
    for keys in ["b", "2 b", "5 b"] {
        let mut stage = at(80, 24, keys);
        sees(&stage, "back up");
        assert_eq!(stage.model.place(), Place::Form);
        stage.keys("C-s");
        assert!(matches!(shown(&mut stage), Request::Backup(BackupWish { storage: None, .. })));
    }
    let stage = at(80, 24, "2 Left / redis Enter b");
    sees(&stage, "redis");
}

#[test]
fn storages_that_could_not_be_asked_keep_nobody_from_backing_up() {
    let mut stage = at(80, 24, "5 b");
    let (ticket, _) = question(&mut stage);
    let fault = Fault::passing(FaultCode::Unreachable, "no answer", "pve1 is off", "look at it");
    stage.send(Event::Answered(ticket, Err(fault)));
    sees(&stage, "the storages could not be asked: pve1 is off");
    check("back-up-80x24", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("C-s");
    assert!(matches!(shown(&mut stage), Request::Backup(_)));
}

#[test]
fn a_selection_is_backed_up_by_one_operation_each() {
    for keys in ["5 C-a b", "2 C-a b"] {
        let mut stage = at(120, 36, keys);
        sees(&stage, "Back up 12 apps?");
        stage.keys("Enter");
        assert_eq!(asked(&stage), [], "the harmless button is lit first");
        stage.keys("b y");
        let all = asked(&stage);
        assert_eq!(all.len(), 12);
        assert!(all.iter().all(|request| matches!(request, Request::Backup(_))));
        assert!(stage.model.board.marked.is_empty() && stage.model.apps.marked.is_empty());
    }
}

fn list(columns: u16, rows: u16) -> Stage {
    board(columns, rows, "/ jelly Enter Enter")
}

#[test]
fn an_app_shows_all_its_backups_newest_first() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        let stage = list(columns, rows);
        assert_eq!(stage.model.place(), Place::AppBackups);
        check(&format!("app-backups-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
    let stage = at(120, 36, "2 / jelly Enter B");
    sees(&stage, "backups of jellyfin");
    let stage = board(120, 36, "/ nextcloud Enter Enter");
    sees(&stage, "sealed with the key a1:b2");
    sees(&stage, "the backup server found it whole");
}

#[test]
fn what_is_protected_is_refused_with_the_key_that_takes_that_off() {
    let mut stage = list(120, 36);
    sees(&stage, "protected: nobody removes it");
    stage.keys("d");
    sees(&stage, "[p] takes that off, then [d] deletes it");
    assert_eq!(stage.model.place(), Place::AppBackups);
    stage.keys("p");
    let key = archive("backup", 104, 6).key;
    assert_eq!(asked(&stage), [Request::EditBackup { backup: key, note: None, guarding: Some(Guarding::Free) }]);
}

#[test]
fn a_backup_is_deleted_once_its_name_size_and_age_were_shown() {
    let mut stage = list(120, 36);
    stage.keys("j d");
    let key = archive("backup", 104, 30).key;
    sees(&stage, key.file());
    sees(&stage, "30 h old, on backup");
    assert_eq!(shown(&mut stage), Request::RemoveBackup(key.clone()));
    assert_eq!(asked(&stage), []);
    check("delete-backup-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("Enter");
    assert_eq!(asked(&stage), [Request::RemoveBackup(key)]);
}

#[test]
fn notes_are_read_whole_and_written_without_losing_a_line() {
    let mut stage = list(120, 36);
    stage.keys("Enter");
    let notes = "jellyfin by Proximity\nbefore the new films\nthird";
    let query = answer(&mut stage, Answer::Text(notes.into()));
    assert!(matches!(query, Query::BackupNotes(_)));
    sees(&stage, "before the new films");
    stage.keys("Enter");
    assert!(!text(&stage).contains("before the new films"));
    stage.keys("n");
    answer(&mut stage, Answer::Text(notes.into()));
    assert_eq!(stage.model.place(), Place::Form);
    stage.keys("C-s");
    sees(&stage, "nothing is changed");
    stage.keys("Down ! C-s");
    let key = archive("backup", 104, 6).key;
    let note = Some("jellyfin by Proximity\nbefore the new films!\nthird".to_owned());
    assert_eq!(asked(&stage), [Request::EditBackup { backup: key, note, guarding: None }]);
    assert_eq!(stage.model.place(), Place::AppBackups);
}

#[test]
fn a_proof_names_its_backup_and_shows_its_plan() {
    let mut stage = list(120, 36);
    stage.keys("j P");
    sees(&stage, "restored unplugged");
    let wanted = Request::Prove { app: app_id(3), backup: Some(archive("backup", 104, 30).key) };
    assert_eq!(shown(&mut stage), wanted);
    let mut stage = board(120, 36, "/ jelly Enter P");
    assert_eq!(shown(&mut stage), Request::Prove { app: app_id(3), backup: None });
}

#[test]
fn a_restore_in_place_says_what_becomes_of_the_one_of_today() {
    let mut stage = list(120, 36);
    stage.keys("j r");
    let query = answer(&mut stage, places());
    assert!(matches!(query, Query::RestorePlaces(_)));
    sees(&stage, "swaps");
    check("restore-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("C-s");
    let wish = RestoreWish {
        backup: archive("backup", 104, 30).key,
        to: RestoreTo::Place { app: app_id(3), old: OldOne::Bin },
        storage: None,
        after: vec![],
    };
    assert_eq!(shown(&mut stage), Request::Restore(wish.clone()));
    stage.keys("Enter");
    assert_eq!(asked(&stage), [Request::Restore(wish)]);
}

#[test]
fn destroying_the_one_of_today_wants_its_name_typed() {
    let mut stage = list(120, 36);
    stage.keys("r Down Right");
    sees(&stage, "nobody can undo that");
    stage.keys("C-s");
    assert_eq!(stage.model.place(), Place::Naming);
    shown(&mut stage);
    stage.keys("C-s");
    assert_eq!(asked(&stage), []);
    stage.keys("jellyfin Enter");
    let [Request::Restore(wish)] = &asked(&stage)[..] else { panic!("no restore") };
    assert_eq!(wish.to, RestoreTo::Place { app: app_id(3), old: OldOne::Destroy });
}

#[test]
fn a_restore_beside_has_a_name_and_an_address() {
    let mut stage = list(80, 24);
    stage.keys("r Right Down tv Down Right Down 10.0.0.9/24");
    sees(&stage, "A new app as jellyfin");
    check("restore-beside-80x24", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("C-s");
    let Request::Restore(wish) = shown(&mut stage) else { panic!("no restore") };
    let address = Address::Fixed { ip: "10.0.0.9".into(), prefix: 24, gateway: None };
    assert_eq!(wish.to, RestoreTo::Beside { name: Some("tv".into()), address });
}

#[test]
fn a_selection_is_restored_one_after_the_other() {
    let mut stage = board(120, 36, "C-a r");
    answer(&mut stage, Answer::Shelf(Arc::new(super::shelf::shelf()), Default::default()));
    sees(&stage, "Restore 9 apps?");
    sees(&stage, "3 of the selection are left out");
    stage.keys("y");
    for id in 0..9 {
        let Some(Effect::Ask(ticket, Request::Restore(wish))) = stage.effects.last().cloned() else { panic!("{id}") };
        assert!(matches!(wish.to, RestoreTo::Place { old: OldOne::Bin, .. }));
        stage.send(Event::Asked(ticket, Ok(OperationId(70 + id))));
    }
    assert_eq!(asked(&stage).len(), 9);
}

/// Jellyfin needs vaultwarden here, which stands behind it in the alphabet.
#[test]
fn what_another_one_needs_is_restored_before_it_and_waited_for() {
    let mut needy = super::shelf::jellyfin();
    let needed = RecipeId::new("vaultwarden");
    needy.depends = vec![Dependency { recipe: needed, why: "it keeps its password there".into(), required: true }];
    let shelved = Shelved { recipe: Arc::new(needy), origin: Origin::BuiltIn, since: None };
    let mut stage = board(120, 36, "");
    stage.model.board.marked = [app_id(0), app_id(3)].into();
    stage.keys("r");
    answer(&mut stage, Answer::Shelf(Arc::new(Shelf::of([shelved], vec![])), Default::default()));
    sees(&stage, "In this order: vaultwarden, jellyfin");
    stage.keys("y");
    let Some(Effect::Ask(ticket, Request::Restore(first))) = stage.effects.last().cloned() else { panic!("none") };
    assert_eq!((first.backup, first.after), (archive("backup", 101, 6).key, vec![]));
    stage.send(Event::Asked(ticket, Ok(OperationId(70))));
    let Some(Effect::Ask(ticket, Request::Restore(second))) = stage.effects.last().cloned() else { panic!("one") };
    assert_eq!((second.backup, second.after), (archive("backup", 104, 6).key, vec![OperationId(70)]));
    stage.send(Event::Asked(ticket, Ok(OperationId(71))));
    assert_eq!(asked(&stage).len(), 2);
}

fn missing() -> Answer {
    Answer::Grants(vec![MissingRight {
        privilege: "Datastore.Allocate".into(),
        path: "/storage".into(),
        needed_for: "schedules".into(),
        grant: "pveum acl modify /storage --roles PVEDatastoreAdmin --tokens 'proximity@pve!deck'".into(),
    }])
}

#[test]
fn schedules_are_listed_with_what_none_of_them_takes() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        let mut stage = board(columns, rows, "s");
        answer(&mut stage, missing());
        sees(&stage, "1 app in no job of homelab: uptime-kuma");
        check(&format!("schedules-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
    let mut stage = board(120, 36, "s");
    answer(&mut stage, missing());
    stage.keys("y");
    assert!(matches!(stage.effects.last(), Some(Effect::Copy(text)) if text.starts_with("pveum acl modify /storage")));
}

/// Every question of the form is answered.
fn fill(stage: &mut Stage) {
    for _ in 0..4 {
        stage.wait(std::time::Duration::from_millis(300));
        while stage.effects.iter().any(|effect| matches!(effect, Effect::Query(..))) {
            let (ticket, query) = question(stage);
            let told = match query {
                Query::JobRights(_) => Answer::Grants(vec![]),
                Query::NextRuns { .. } => Answer::Runs((1..=5).map(|day| Moment(NOW.0 + day * 86_400_000)).collect()),
                Query::PrunePreview(_) => Answer::Pruning(
                    (0..9)
                        .map(|i| PruneRow {
                            backup: archive("backup", 104, 6 + i * 24).key,
                            guest: Some(key(104)),
                            made: None,
                            fate: if i < 7 { PruneFate::Keep } else { PruneFate::Remove },
                        })
                        .collect(),
                ),
                _ => continue,
            };
            stage.send(Event::Answered(ticket, Ok(told)));
        }
    }
}

#[test]
fn a_new_schedule_shows_its_next_times_and_what_would_go() {
    let mut stage = board(120, 36, "s n");
    fill(&mut stage);
    sees(&stage, "→ Tue 22 Sep");
    stage.keys("C-s");
    sees(&stage, "no pool is named");
    stage.keys("proximity");
    fill(&mut stage);
    sees(&stage, "of what is there 2 would go");
    check("schedule-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("C-s");
    let Request::SaveJob(job) = shown(&mut stage) else { panic!("no job") };
    assert_eq!((job.schedule.as_str(), job.runner), ("02:30", Runner::Proxmox));
    assert_eq!(job.of, Some(Selection::Pool("proximity".into())));
    assert_eq!(job.keeps, Some(Retention { daily: Some(7), weekly: Some(4), monthly: Some(3), ..Retention::ALL }));
    assert_eq!(&*job.id.id, "proximity-2", "an id that no other job has");
    stage.keys("Enter");
    assert_eq!(asked(&stage), [Request::SaveJob(job)]);
}

#[test]
fn a_calendar_is_asked_after_when_the_typing_rests() {
    let mut stage = board(120, 36, "s n");
    fill(&mut stage);
    stage.effects.clear();
    stage.keys("C-u sat");
    assert_eq!(stage.effects.len(), 0, "not at every letter");
    stage.wait(std::time::Duration::from_millis(260));
    let (ticket, query) = question(&mut stage);
    assert!(matches!(query, Query::NextRuns { schedule, .. } if schedule == "sat"));
    let fault = Fault::lasting(FaultCode::Usage, "no schedule", "\"sat\" names no time of day", "type one");
    stage.send(Event::Answered(ticket, Err(fault)));
    sees(&stage, "names no time of day");
    check("schedule-wrong-120x36", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn who_may_not_edit_jobs_is_shown_the_lines_and_lets_watch_run_it() {
    let mut stage = board(120, 36, "s n");
    while let Some(at) = stage.effects.iter().position(|effect| matches!(effect, Effect::Query(_, Query::JobRights(_))))
    {
        let Effect::Query(ticket, _) = stage.effects.remove(at) else { panic!() };
        stage.send(Event::Answered(ticket, Ok(missing())));
    }
    sees(&stage, "pveum acl modify /storage");
    stage.keys("Down Down Right C-s");
    let Request::SaveJob(job) = shown(&mut stage) else { panic!("no job") };
    assert_eq!((job.runner, job.of), (Runner::Watch, Some(Selection::Apps)));
}

#[test]
fn a_schedule_is_changed_let_rest_and_removed_with_its_plan_shown() {
    let mut stage = board(120, 36, "s Enter C-u 03:15 C-s");
    let before = job("proximity-nightly", Selection::Pool("proximity".into()));
    let Request::SaveJob(now) = shown(&mut stage) else { panic!("no job") };
    assert_eq!((now.id.clone(), now.schedule.as_str(), now.keeps), (before.id.clone(), "03:15", before.keeps));
    let mut stage = board(120, 36, "s Space");
    assert!(matches!(shown(&mut stage), Request::SaveJob(job) if job.id == before.id));
    let mut stage = board(120, 36, "s d");
    sees(&stage, "Backups that it made stay");
    assert_eq!(shown(&mut stage), Request::RemoveJob(before.id));
    assert_eq!(asked(&stage), []);
}

#[test]
fn statistics_say_what_all_comes_to() {
    for (columns, rows) in [(80, 24), (120, 36)] {
        let stage = board(columns, rows, "i");
        sees(&stage, "growth, a day");
        check(&format!("statistics-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
}

#[test]
fn units_and_the_deck_tell_how_old_the_newest_backup_is() {
    let stage = at(120, 36, "2");
    check("apps-saved-120x36", &stage.picture(), &stage.model.canvas.theme);
    let stage = at(80, 24, "2 z");
    check("dense-saved-80x24", &stage.picture(), &stage.model.canvas.theme);
    let stage = at(120, 36, "");
    check("overview-saved-120x36", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn an_app_without_a_backup_needs_somebody_and_a_key_mends_it() {
    let stage = at(120, 36, "");
    let never = stage.model.board.rows.iter().filter(|row| stage.model.board.age(row) == Some(Age::Never)).count();
    assert!(never > 0);
    let wants = &stage.model.health.wants;
    assert!(wants.iter().any(|want| want.what.contains("no backup yet")), "{wants:?}");
}

#[test]
fn a_key_on_what_needs_somebody_backs_it_up() {
    let mut fleet = stocked();
    fleet.apps.truncate(3);
    fleet.apps.remove(0);
    fleet.operations.clear();
    let mut stage = Stage::new(fleet, 120, 36);
    let at = stage.model.health.wants.iter().position(|want| want.remedy == "[b] back up now").expect("one is old");
    stage.keys("Tab").keys(&"j".repeat(at)).keys("b");
    let guest = stage.model.health.wants[at].guest().cloned().expect("it has a guest");
    let Query::BackupPlaces(of) = question(&mut stage).1 else { panic!("no form") };
    assert_eq!(of, guest);
}

#[test]
fn what_is_made_only_to_be_tried_is_nobodys_app() {
    let mut fleet = stocked();
    let mut proving = super::shelf::deploying();
    let subject = Subject::NewApp { app: AppId::scratch_of(&app_id(3)), host: host() };
    proving.plan = Arc::new(Plan::new(PlanKind::Prove, subject, "jellyfin", proving.plan.steps.clone()));
    fleet.operations.insert(0, proving);
    let stage = Stage::new(fleet, 120, 36);
    assert_eq!(stage.model.world.totals.apps, 12);
}
