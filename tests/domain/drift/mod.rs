//! What our books say against what hosts say: the rules, without any host.

mod options;
mod sights;

use proptest::prelude::*;
use proximity::domain::{
    care::{Difference, Drift, Finding, FindingId, Standing},
    drift::{Suspicion, Turn, obstacle, put_back, turn},
    ids::AppId,
    moment::Moment,
    plan::step::Tweak,
};

use super::world::key;

fn finding(drift: Drift, standing: Standing) -> Finding {
    Finding {
        id: FindingId(7),
        guest: key(100),
        app: Some(AppId::new("jellyfin-3f9a2c")),
        name: "jellyfin".into(),
        drift,
        since: Moment(1),
        seen: Moment(1),
        standing,
    }
}

fn difference(option: &str, before: Option<&str>, now: Option<&str>) -> Difference {
    Difference { option: option.into(), before: before.map(str::to_owned), now: now.map(str::to_owned) }
}

#[test]
fn a_finding_is_opened_once_becomes_another_and_ends() {
    let memory = |mib: &str| Drift::Changed(vec![difference("memory", Some("512"), Some(mib))]);
    let open = finding(memory("1024"), Standing::Open);
    assert_eq!(turn(None, None), Turn::Stays);
    assert_eq!(turn(None, Some(&Drift::Missing)), Turn::Opens(Drift::Missing));
    assert_eq!(turn(Some(&open), Some(&memory("1024"))), Turn::Stays);
    assert_eq!(turn(Some(&open), Some(&memory("2048"))), Turn::Becomes(memory("2048")));
    assert_eq!(turn(Some(&open), None), Turn::Ends);
}

#[test]
fn a_dismissed_one_is_quiet_until_it_is_another_thing_and_one_that_is_over_begins_anew() {
    let dismissed = finding(Drift::Missing, Standing::Dismissed);
    assert_eq!(turn(Some(&dismissed), Some(&Drift::Missing)), Turn::Stays);
    assert_eq!(turn(Some(&dismissed), None), Turn::Ends);
    let over = finding(Drift::Missing, Standing::Over(Moment(2)));
    assert_eq!(turn(Some(&over), Some(&Drift::Missing)), Turn::Opens(Drift::Missing));
    assert_eq!(turn(Some(&over), None), Turn::Stays);
}

proptest! {
    #[test]
    fn only_different_listings_count_and_one_is_never_enough(listed in proptest::collection::vec(0_i64..6, 1..12)) {
        let mut suspicion = None;
        let (mut newest, mut different) = (i64::MIN, 0);
        for at in listed {
            if at > newest {
                (newest, different) = (at, different + 1);
            }
            suspicion = Some(Suspicion::missed(suspicion, Moment(at)));
        }
        let suspicion = suspicion.unwrap();
        prop_assert_eq!(suspicion.misses, different);
        prop_assert_eq!(suspicion.is_enough(), different >= 2);
    }
}

#[test]
fn what_can_be_put_back_is_set_to_what_it_was_and_the_rest_says_why() {
    let app = super::drift::sights::app(100);
    let all = [
        difference("cores", Some("2"), Some("8")),
        difference("nameserver", None, Some("10.0.0.1")),
        difference("tags", Some("a;b"), Some("b;c")),
        difference("marker", Some("jellyfin-3f9a2c"), None),
        difference("mp0", Some("/srv,mp=/srv"), None),
        difference("unprivileged", Some("1"), None),
        difference("rootfs", Some("local:100/a.raw,size=8G"), Some("local:100/a.raw,size=9G")),
        difference("lxc.apparmor.profile", None, Some("unconfined")),
        difference("env", Some("A"), Some("A, B")),
        difference("features", Some("nesting=1"), Some("fuse=1,nesting=1")),
    ];
    let back = put_back(&app, &all, "proximity@pve!deck");
    let option = |name: &str, value: Option<&str>| Tweak::Option { name: name.into(), value: value.map(str::to_owned) };
    assert_eq!(
        back.tweaks,
        [
            option("cores", Some("2")),
            option("nameserver", None),
            Tweak::Tagged { add: vec!["a".into(), "b".into(), "proximity".into()], remove: vec!["c".into()] },
            Tweak::Marker(Some(app.marker.clone())),
        ]
    );
    let refused: Vec<_> = back.refused.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(refused, ["mp0", "unprivileged", "rootfs", "lxc.apparmor.profile", "env", "features"]);
    for name in ["mp0", "features"] {
        let one = all.iter().find(|one| one.option == name).unwrap();
        assert!(obstacle(one, "root@pam!token").unwrap().contains("root@pam"), "a token of root is not root");
        assert_eq!(obstacle(one, "root@pam"), None, "{name}");
    }
    let nesting = difference("features", Some("nesting=1"), None);
    assert_eq!(obstacle(&nesting, "proximity@pve!deck"), None, "nesting may be set by others");
}
