//! One alert through its life.

use super::{Desk, rules, said};
use proximity::domain::care::{About, AlertRules};

#[test]
fn it_is_told_once_and_over_only_clearly_below_its_limit() {
    let mut desk = Desk::new(rules());
    assert_eq!(said(&desk.sees(&[("web", 84)])), [""; 0]);
    assert_eq!(said(&desk.later(30).sees(&[("web", 86)])), ["+web"]);
    assert_eq!(said(&desk.later(30).sees(&[("web", 88)])), [""; 0]);
    assert_eq!(said(&desk.later(30).sees(&[("web", 82)])), [""; 0], "82 is within the margin of 85");
    assert_eq!(said(&desk.later(30).sees(&[("web", 80)])), ["-web"]);
    assert!(desk.alarms.open().is_empty());
}

#[test]
fn it_is_told_again_where_it_gets_worse_and_not_where_it_gets_better() {
    let mut desk = Desk::new(rules());
    assert_eq!(said(&desk.sees(&[("web", 86)])), ["+web"]);
    assert_eq!(said(&desk.later(30).sees(&[("web", 96)])), ["+web!"]);
    assert_eq!(said(&desk.later(30).sees(&[("web", 86)])), [""; 0]);
    assert_eq!(said(&desk.later(30).sees(&[("web", 97)])), [""; 0], "that was told before");
}

#[test]
fn it_is_told_only_when_it_has_been_so_for_its_time() {
    let mut desk = Desk::new(AlertRules { disk_for: 300, ..rules() });
    assert_eq!(said(&desk.sees(&[("web", 90)])), [""; 0]);
    assert_eq!(said(&desk.later(200).sees(&[("web", 80)])), [""; 0]);
    assert_eq!(said(&desk.later(100).sees(&[("web", 90)])), [""; 0], "it began anew");
    assert_eq!(said(&desk.later(299).sees(&[("web", 90)])), [""; 0]);
    let since = desk.now;
    assert_eq!(said(&desk.later(1).sees(&[("web", 90)])), ["+web"]);
    assert!(desk.only().since < since, "since it began, not since it was told");
}

#[test]
fn what_comes_back_soon_is_the_same_and_told_once_it_stays() {
    let mut desk = Desk::new(rules());
    assert_eq!(said(&desk.sees(&[("web", 90)])), ["+web"]);
    let first = desk.only().id;
    assert_eq!(said(&desk.later(30).sees(&[])), ["-web"]);
    for _ in 0..5 {
        assert_eq!(said(&desk.later(30).sees(&[("web", 90)])), [""; 0]);
        assert_eq!(desk.only().id, first);
        assert_eq!(said(&desk.later(30).sees(&[])), [""; 0]);
    }
    assert_eq!(said(&desk.later(30).sees(&[("web", 90)])), [""; 0]);
    assert_eq!(
        said(&desk.later(901).sees(&[("web", 90)])),
        ["+web"],
        "who was told it is over must hear that it is not"
    );
    assert_eq!(said(&desk.later(30).sees(&[])), ["-web"]);
    assert_eq!(said(&desk.later(901).sees(&[])), [""; 0]);
    assert_eq!(said(&desk.later(30).sees(&[("web", 90)])), ["+web"]);
    assert_ne!(desk.only().id, first, "after so long it is another one");
}

#[test]
fn what_was_acknowledged_is_silent_to_its_end() {
    let mut desk = Desk::new(rules());
    desk.sees(&[("web", 86)]);
    let (id, now) = (desk.only().id, desk.now);
    desk.says(id, Some(now), None);
    let mut all = Vec::new();
    for percent in [88, 97, 86, 99, 20, 90, 20] {
        all.extend(said(&desk.later(30).sees(&[("web", percent)])));
    }
    assert_eq!(all, [""; 0]);
}

#[test]
fn what_was_snoozed_is_told_anew_when_that_ends() {
    let mut desk = Desk::new(rules());
    desk.sees(&[("web", 86)]);
    let (id, until) = (desk.only().id, desk.now + std::time::Duration::from_secs(7_200));
    desk.says(id, None, Some(until));
    assert_eq!(said(&desk.later(60).sees(&[("web", 97)])), [""; 0]);
    assert_eq!(said(&desk.later(7_200).sees(&[("web", 97)])), ["+web!"]);
    assert_eq!(desk.only().snoozed, None);
    assert_eq!(said(&desk.later(60).sees(&[("web", 97)])), [""; 0]);
}

#[test]
fn a_storm_is_one_notice_and_the_single_ones_stay_in_the_list() {
    let mut desk = Desk::new(rules());
    let names: Vec<_> = (0..500).map(|number| format!("app-{number:03}")).collect();
    let disks: Vec<_> = names.iter().map(|name| (name.as_str(), 90)).collect();
    let turn = desk.sees(&disks);
    assert_eq!(said(&turn), ["+500 apps"]);
    assert!(matches!(turn.sayings[0].alert().about, About::Many(_)));
    assert_eq!(turn.sayings[0].alert().what, "disk: app-000, app-001, app-002 and 497 more");
    assert_eq!((turn.messages.len(), turn.changed.len(), desk.alarms.open().len()), (1, 500, 500));
    assert_eq!(said(&desk.later(30).sees(&disks)), [""; 0]);
    assert_eq!(said(&desk.later(30).sees(&disks[..3])), [""; 0], "497 of them are over, and nobody is told each");
    assert_eq!(said(&desk.later(30).sees(&[])), ["-500 alerts"]);
}

#[test]
fn another_process_goes_on_where_this_one_was() {
    let mut desk = Desk::new(rules());
    let turn = desk.sees(&[("web", 90), ("db", 97)]);
    let last = desk.alarms.open().last().unwrap().id;
    desk.alarms = proximity::domain::alerting::Alarms::take_up(turn.changed, last);
    assert_eq!(said(&desk.later(30).sees(&[("web", 90), ("db", 97)])), [""; 0]);
    assert_eq!(said(&desk.later(30).sees(&[("web", 90), ("mail", 90)])), ["+mail", "-db"]);
}
