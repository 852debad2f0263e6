//! The inbox: one list, one key that mends, and nothing begun that was not shown.

use std::{sync::Arc, time::Duration};

use proximity::{
    domain::{
        care::{About, Alert, AlertId, Care, Drift, FindingId, Lead, Level, Mend, Standing},
        ids::OperationId,
        moment::Moment,
        stuck::Stuck,
    },
    engine::{Answer, Change, Query, Request},
    tui::{
        canvas::Charset,
        effect::Effect,
        event::Event,
        keymap::Place,
        layers::inbox::{Chip, Inbox, Key},
    },
};

use super::{
    care::{ago, alert, app, care, finding, flooded, tended},
    fleet::{NOW, homelab, key},
    shelf::{answer, question, sees, text},
    snapshot::check,
    stage::Stage,
};

fn open(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::new(tended(), columns, rows);
    stage.keys("I");
    assert_eq!(stage.model.place(), Place::Inbox);
    stage
}

fn held(stage: &Stage) -> Option<Key> {
    match stage.model.layers.last() {
        Some(proximity::tui::layers::Layer::Inbox(inbox)) => inbox.held().map(|item| item.key()),
        _ => None,
    }
}

/// What was told to our books since the last look.
fn changes(stage: &mut Stage) -> Vec<Change> {
    let effects = std::mem::take(&mut stage.effects);
    effects
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::Change(_, change) => Some(change),
            _ => None,
        })
        .collect()
}

fn asks(stage: &Stage) -> usize {
    stage.effects.iter().filter(|effect| matches!(effect, Effect::Ask(..))).count()
}

#[test]
fn alerts_and_drift_stand_in_one_list_the_worst_first() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        let stage = open(columns, rows);
        check(&format!("inbox-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
    let mut stage = open(80, 24);
    stage.model.canvas.charset = Charset::Ascii;
    check("inbox-ascii-80x24", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn the_order_is_by_urgency_then_by_what_came_last() {
    let mut stage = open(120, 36);
    let mut seen = Vec::new();
    for _ in 0..12 {
        seen.extend(held(&stage));
        stage.keys("j");
    }
    seen.dedup();
    let (a, f) = (|id| Key::Alert(AlertId(id)), |id| Key::Finding(FindingId(id)));
    let dangers = vec![a(7), a(5), a(4), f(12), f(15)];
    let warnings = vec![a(6), f(11), a(1)];
    assert_eq!(seen, [dangers, warnings, vec![f(14), f(13)], vec![a(3), a(2)]].concat());
}

#[test]
fn what_differs_is_a_table_with_its_remedies_numbered() {
    for (columns, rows) in [(80, 24), (120, 36)] {
        let mut stage = open(columns, rows);
        stage.keys("jjjjjj");
        for seen in ["3 options were changed outside", "option", "before", "2048", "4096", "put it back as it was"] {
            sees(&stage, seen);
        }
        check(&format!("inbox-drift-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
}

#[test]
fn enter_shows_the_plan_that_mends_and_begins_nothing() {
    let mut stage = open(120, 36);
    stage.keys("jj Enter");
    let (_, query) = question(&mut stage);
    let mend = Mend::Grow { app: app("nextcloud"), gib: 16 };
    assert!(matches!(query, Query::Preview(Request::Mend(ref asked)) if *asked == mend), "{query:?}");
    assert_eq!((stage.model.place(), asks(&stage)), (Place::Preview, 0));
    stage.keys("C-s Enter Enter");
    assert_eq!(asks(&stage), 0, "no plan was seen yet");
    stage.keys("Esc");
    assert_eq!(stage.model.place(), Place::Inbox);
}

#[test]
fn a_plan_that_was_seen_is_begun_as_it_was_asked_for() {
    let mut stage = open(120, 36);
    stage.keys("jj Enter");
    let plan = super::shelf::harmless(super::shelf::removal());
    answer(&mut stage, Answer::Preview(Box::new(plan)));
    stage.keys("C-s");
    let asked = stage.effects.iter().find_map(|effect| match effect {
        Effect::Ask(_, request) => Some(request.clone()),
        _ => None,
    });
    assert_eq!(asked, Some(Request::Mend(Mend::Grow { app: app("nextcloud"), gib: 16 })));
}

#[test]
fn remedies_are_chosen_from_a_menu_by_hand_or_by_digit() {
    for keys in ["Enter", "1"] {
        let mut stage = open(80, 24);
        stage.keys("jjj m");
        assert_eq!(stage.model.place(), Place::Picks);
        sees(&stage, "forget it");
        stage.keys(keys);
        let (_, query) = question(&mut stage);
        let wanted = Request::Mend(Mend::Restore(app("mosquitto")));
        assert!(matches!(query, Query::Preview(ref request) if *request == wanted), "{query:?}");
        assert_eq!(stage.model.place(), Place::Preview);
    }
}

#[test]
fn a_new_guest_is_mended_by_the_adoption_wizard() {
    let mut stage = open(120, 36);
    stage.keys("jjjjjjjj Enter");
    assert_eq!(stage.model.place(), Place::Looks);
    let (_, query) = question(&mut stage);
    assert!(matches!(query, Query::Candidates { ref guests } if *guests == [key(205)]), "{query:?}");
}

#[test]
fn an_alert_is_acknowledged_or_snoozed_and_drift_is_not() {
    let mut stage = open(80, 24);
    stage.keys("a");
    assert!(matches!(changes(&mut stage)[..], [Change::Acknowledge(AlertId(7))]));
    stage.keys("z");
    check("inbox-snooze-80x24", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("jj Enter");
    let day = Moment(NOW.0 + 24 * 3_600_000);
    assert!(matches!(changes(&mut stage)[..], [Change::Snooze(AlertId(7), until)] if until == day));
    stage.keys("jjj a z");
    assert!(changes(&mut stage).is_empty());
    sees(&stage, "THAT IS FOR ALERTS");
}

#[test]
fn leaving_the_menu_snoozes_nothing() {
    for leave in ["Esc", "q", "z", "9"] {
        let mut stage = open(80, 24);
        stage.keys("z").keys(leave);
        assert!(changes(&mut stage).is_empty(), "{leave}");
    }
}

#[test]
fn drift_is_dismissed_at_once_and_taken_over_only_after_a_yes() {
    let mut stage = open(120, 36);
    stage.keys("jjjjjj d");
    assert!(matches!(changes(&mut stage)[..], [Change::Dismiss(FindingId(11))]));
    stage.keys("A");
    check("inbox-accept-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("n");
    assert!(changes(&mut stage).is_empty());
    stage.keys("A Enter");
    assert!(changes(&mut stage).is_empty(), "the harmless button is lit first");
    stage.keys("A y");
    assert!(matches!(changes(&mut stage)[..], [Change::Accept(FindingId(11))]));
    stage.keys("g d A");
    assert!(changes(&mut stage).is_empty(), "an alert is neither dismissed nor taken over");
}

#[test]
fn a_look_now_compares_hosts_and_books() {
    let mut stage = open(80, 24);
    stage.keys("r");
    assert!(matches!(changes(&mut stage)[..], [Change::Reconcile(None)]));
}

#[test]
fn chips_narrow_the_list() {
    let mut stage = open(120, 36);
    for (chip, seen) in [("alerts", "1 of 7"), ("drift", "1 of 5"), ("snoozed", "1 of 2")] {
        stage.keys("Tab");
        sees(&stage, &format!("▸{chip}"));
        sees(&stage, seen);
    }
    stage.keys("BackTab BackTab BackTab");
    sees(&stage, "1 of 12");
}

#[test]
fn what_is_over_is_asked_for_and_only_looked_at() {
    let mut stage = open(80, 24);
    stage.keys("BackTab");
    sees(&stage, "asking");
    let mut over = alert(40, "immich", Level::Danger, "disk 95 %", 900, Some(Mend::Restart(app("immich"))));
    over.over = Some(ago(30));
    let mut gone = finding(41, 109, "minecraft", Drift::Missing, 800);
    gone.standing = Standing::Over(ago(10));
    let tickets: Vec<_> = std::mem::take(&mut stage.effects)
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::Query(ticket, query) => Some((ticket, query)),
            _ => None,
        })
        .collect();
    assert!(matches!(tickets[..], [(_, Query::PastAlerts { .. }), (_, Query::PastFindings { .. })]), "{tickets:?}");
    stage.send(Event::Answered(tickets[0].0, Ok(Answer::Alerts(vec![over]))));
    stage.send(Event::Answered(tickets[1].0, Ok(Answer::Findings(vec![gone]))));
    assert_eq!(held(&stage), Some(Key::Finding(FindingId(41))));
    check("inbox-past-80x24", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("j Enter m a z d A");
    assert!(changes(&mut stage).is_empty());
    assert_eq!((stage.model.place(), asks(&stage)), (Place::Inbox, 0));
    stage.keys("r");
    assert!(stage.effects.iter().any(|effect| matches!(effect, Effect::Query(_, Query::PastAlerts { .. }))));
}

#[test]
fn what_was_dismissed_is_not_over_and_can_still_be_mended() {
    let mut stage = open(80, 24);
    stage.keys("BackTab");
    let mut dismissed = finding(42, 112, "mosquitto", Drift::Missing, 800);
    dismissed.standing = Standing::Dismissed;
    let tickets: Vec<_> = std::mem::take(&mut stage.effects)
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::Query(ticket, Query::PastFindings { .. }) => Some(ticket),
            _ => None,
        })
        .collect();
    stage.send(Event::Answered(tickets[0], Ok(Answer::Findings(vec![dismissed]))));
    assert_eq!(held(&stage), Some(Key::Finding(FindingId(42))));
    stage.keys("m");
    assert_eq!(stage.model.place(), Place::Picks);
    stage.effects.clear();
    stage.keys("C-c");
    assert!(matches!(stage.effects[..], [Effect::Quit]), "only plain keys pick");
}

#[test]
fn a_follower_sees_the_alert_of_what_it_does_not_see_itself() {
    let mut fleet = tended();
    let rule =
        |rule: &str, id, about| Alert { rule: rule.into(), about, ..alert(id, "gitea", Level::Danger, "x", 5, None) };
    let stuck = rule("stuck", 70, About::Operation(OperationId(9)));
    let found = rule("drift", 71, About::App(app("grafana")));
    let unseen = rule("drift", 72, About::App(app("gitea")));
    fleet.care = Arc::new(Care { alerts: vec![stuck, found, unseen], lead: Lead::Another, ..care() });
    let inbox = Inbox::of(&fleet.care, NOW, Chip::All);
    let keys: Vec<_> = inbox.items.iter().map(|item| item.key()).collect();
    for (id, is_shown) in [(70, true), (71, false), (72, true)] {
        assert_eq!(keys.contains(&Key::Alert(AlertId(id))), is_shown, "{id}: {keys:?}");
    }
}

#[test]
fn the_hand_stays_on_its_entry_whatever_comes_and_goes() {
    let mut stage = open(120, 36);
    stage.keys("jj");
    let before = held(&stage);
    let mut fleet = tended();
    let mut later = care();
    later.alerts.push(alert(30, "immich", Level::Danger, "disk 99 %", 1, None));
    later.alerts.retain(|alert| alert.id != AlertId(7));
    fleet.care = Arc::new(later);
    stage.send(Event::Fleet(Arc::new(fleet)));
    assert_eq!(held(&stage), before);
}

#[test]
fn an_operation_that_does_not_go_on_is_asked_about_before_anything_is_done() {
    let mut fleet = tended();
    let operation = homelab().operations[0].id;
    let stuck = Stuck { operation, name: "immich".into(), since: ago(40), evidence: vec!["Its task is lost.".into()] };
    fleet.operations = homelab().operations;
    fleet.care = Arc::new(Care { stuck: vec![stuck], lead: Lead::Ours, ..Care::default() });
    let mut stage = Stage::new(fleet, 120, 36);
    assert!(told(&stage).contains(&"immich does not go on".to_owned()), "{:?}", told(&stage));
    stage.keys("I Enter");
    sees(&stage, "immich: go on with it here?");
    stage.keys("Enter");
    assert_eq!((stage.model.place(), asks(&stage)), (Place::Inbox, 0), "the harmless button is lit first");
    stage.keys("m 2 y");
    let begun =
        |effect: &Effect| matches!(effect, Effect::Ask(_, Request::Mend(Mend::TakeBack(id))) if *id == operation);
    assert!(stage.effects.iter().any(begun));
}

#[test]
fn a_snooze_ends_by_itself() {
    let mut stage = open(120, 36);
    assert_eq!(stage.model.health.quiet, 2);
    let at = stage.model.wakes_at().unwrap();
    assert!(at <= stage.now.tick + Duration::from_secs(90 * 60));
    stage.wait(Duration::from_secs(90 * 60));
    assert_eq!(stage.model.health.quiet, 1);
    stage.keys("Tab Tab Tab");
    sees(&stage, "1 of 1");
}

#[test]
fn it_opens_on_every_deck() {
    for deck in ["1", "2", "3", "4", "5", "6", "7"] {
        let mut stage = Stage::new(tended(), 80, 24);
        stage.keys(deck).keys("I");
        assert_eq!(stage.model.place(), Place::Inbox, "{deck}");
        stage.keys("I");
        assert_ne!(stage.model.place(), Place::Inbox, "{deck}");
    }
    for deck in ["2", "4", "6", "7"] {
        let mut stage = Stage::new(tended(), 80, 24);
        stage.keys(deck).keys("i");
        assert_eq!(stage.model.place(), Place::Inbox, "{deck}");
    }
}

#[test]
fn an_empty_one_says_so() {
    let mut stage = Stage::new(homelab(), 80, 24);
    stage.keys("I");
    sees(&stage, "nothing wants you");
    stage.keys("Enter m a z d A y Space r");
    assert_eq!(asks(&stage), 0);
}

#[test]
fn whatever_its_size_nothing_is_drawn_past_its_edge() {
    for (columns, rows) in [(40, 12), (60, 14), (80, 16), (99, 29), (100, 30)] {
        let mut stage = Stage::new(flooded(50), columns, rows);
        stage.keys("I G");
        sees(&stage, "50 of 50");
        assert_eq!(stage.model.place(), Place::Inbox);
        assert!(text(&stage).contains('▸'), "{columns}x{rows}");
    }
}

#[test]
fn the_overview_names_the_key_that_mends_and_opens_its_plan() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        let mut stage = Stage::new(tended(), columns, rows);
        stage.keys("Tab");
        check(&format!("overview-tended-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
        sees(&stage, "probe fails: 502");
        stage.keys("Enter");
        let (_, query) = question(&mut stage);
        let wanted = Request::Mend(Mend::Restart(app("jellyfin")));
        assert!(matches!(query, Query::Preview(ref request) if *request == wanted), "{query:?}");
    }
}

fn told(stage: &Stage) -> Vec<String> {
    stage.model.health.wants.iter().map(|want| format!("{} {}", want.who, want.told())).collect()
}

#[test]
fn nothing_is_told_twice_and_nothing_quiet_is_counted() {
    let stage = Stage::new(tended(), 120, 36);
    assert_eq!(
        told(&stage),
        [
            "jellyfin probe fails: 502",
            "backup storage 92 %, full in 9 d",
            "nextcloud disk 92 %, full in 3 d",
            "mosquitto is gone from its host",
            "uptime-kuma its number is another guest's now",
            "homelab token expires in 6 d",
            "gitea backup 9 d old",
            "grafana 3 options were changed outside",
            "k3s-2 is new and nobody's app",
        ]
    );
    sees(&stage, "9 THINGS NEED YOU");
    sees(&stage, "+2 quiet");
}

#[test]
fn a_deck_that_nobody_leads_yet_judges_by_itself() {
    let own = told(&Stage::new(homelab(), 120, 36));
    assert!(own.iter().any(|told| told.contains("storage 92 %")), "{own:?}");
    let mut fleet = homelab();
    fleet.care = Arc::new(Care { lead: Lead::Another, ..Care::default() });
    let led = told(&Stage::new(fleet, 120, 36));
    assert_eq!(led, ["minecraft did not start"], "what only the deck knows stays");
}

#[test]
fn many_new_guests_are_one_row() {
    let mut fleet = tended();
    let findings = (0..5).map(|i| finding(50 + i, 200 + i as u32, &format!("new-{i}"), Drift::New, 10)).collect();
    fleet.care = Arc::new(Care { findings, lead: Lead::Ours, ..Care::default() });
    let mut stage = Stage::new(fleet, 120, 36);
    assert_eq!(told(&stage), ["5 guests are new and nobody's app"]);
    stage.keys("Tab Enter");
    assert_eq!(stage.model.place(), Place::Inbox);
    sees(&stage, "▸drift");
}
