//! Options are compared in one way of writing, and without what may be secret.

use proximity::domain::{
    drift::{Options, Whose, whose},
    ids::AppId,
};

fn of(pairs: &[(&str, &str)]) -> Options {
    Options::of(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

#[test]
fn two_ways_to_write_the_same_are_no_difference() {
    let one = of(&[
        ("net0", "name=eth0,bridge=vmbr0,hwaddr=bc:24:11:00:00:01,ip=dhcp,type=veth"),
        ("rootfs", "local:100/vm-100-disk-0.raw,size=8G,acl=1"),
        ("onboot", "0"),
        ("tags", "b;a"),
        ("description", "proximity app=a-1 op=3\nnotes"),
        ("digest", "1"),
    ]);
    let same = of(&[
        ("net0", "bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=dhcp,name=eth0"),
        ("rootfs", "local:100/vm-100-disk-0.raw,acl=1,size=8G"),
        ("tags", "a;b;proximity"),
        ("description", "other notes\nproximity app=a-1 op=9 recipe=x@2"),
        ("lock", "backup"),
        ("parent", "before"),
        ("unused0", "local:100/vm-100-disk-1.raw"),
        ("digest", "2"),
    ]);
    assert_eq!(one.differences(&same), []);
}

#[test]
fn every_option_that_matters_is_a_difference() {
    let plain = of(&[]);
    let options = [
        ("cores", "2"),
        ("memory", "1024"),
        ("swap", "64"),
        ("hostname", "a"),
        ("onboot", "1"),
        ("protection", "1"),
        ("unprivileged", "1"),
        ("features", "nesting=1"),
        ("mp0", "local:1,mp=/a"),
        ("net3", "name=eth3"),
        ("dev0", "/dev/dri"),
        ("startup", "order=1"),
        ("nameserver", "1.1.1.1"),
        ("tags", "mine"),
        ("entrypoint", "/init"),
        ("lxc.cap.drop", ""),
        ("hookscript", "local:snippets/a.sh"),
        ("something-of-tomorrow", "1"),
    ];
    for (name, value) in options.into_iter().filter(|(_, value)| !value.is_empty()) {
        let found = plain.differences(&of(&[(name, value)]));
        assert_eq!(found.len(), 1, "{name}");
        assert_eq!((found[0].option.as_str(), found[0].now.as_deref()), (name, Some(value)));
    }
}

#[test]
fn no_value_that_may_be_secret_is_kept() {
    let options = of(&[
        ("env", "ADMIN_TOKEN=swordfish\0PORT=80"),
        ("lxc.environment", "DB_PASSWORD=swordfish"),
        ("lxc.environment.runtime", "OTHER=swordfish"),
    ]);
    assert!(!serde_json::to_string(&options).unwrap().contains("swordfish"));
    assert_eq!(options.get("env"), Some("ADMIN_TOKEN, PORT"));
    let more = of(&[("env", "ADMIN_TOKEN=other\0PORT=80\0NEW=1")]);
    assert_eq!(of(&[("env", "ADMIN_TOKEN=x\0PORT=1")]).differences(&more).len(), 1, "a new name shows");
}

#[test]
fn what_was_changed_outside_stays_a_difference_whatever_we_do_beside_it() {
    let base = of(&[("memory", "512"), ("cores", "1")]);
    let outside = of(&[("memory", "2048"), ("cores", "1"), ("swap", "9")]);
    let known = base.differences(&outside);
    let ours = of(&[("memory", "2048"), ("cores", "4"), ("swap", "9")]);
    assert_eq!(ours.clone().overtaking(&known).differences(&ours), known);
    let we_set_it = of(&[("memory", "1024"), ("cores", "1"), ("swap", "9")]);
    let left = we_set_it.clone().overtaking(&known).differences(&we_set_it);
    assert_eq!(left.iter().map(|one| one.option.as_str()).collect::<Vec<_>>(), ["swap"], "what we set is ours");
}

#[test]
fn a_guest_is_somebody_elses_by_its_line_or_by_what_came_with_a_lost_one() {
    let ours = AppId::new("a-1");
    let card = ("net0", "hwaddr=02:00:00:00:00:01,name=eth0");
    let root = ("rootfs", "local:100/vm-100-disk-0.raw,size=8G");
    let before = of(&[("description", "proximity app=a-1"), ("hostname", "a"), card, root]);
    let judged = |pairs: &[(&str, &str)]| whose(&ours, Some(&before), &of(pairs));
    assert_eq!(judged(&[("description", "proximity app=b-2"), ("hostname", "a"), card, root]), Whose::Somebody);
    assert_eq!(judged(&[("hostname", "a"), card, root]), Whose::Ours, "only its line was lost");
    assert_eq!(judged(&[("hostname", "b"), card, root]), Whose::Somebody);
    assert_eq!(judged(&[("hostname", "a"), card, ("rootfs", "local:100/vm-100-disk-1.raw,size=8G")]), Whose::Somebody);
    assert_eq!(judged(&[("hostname", "a"), ("net0", "hwaddr=02:00:00:00:00:02"), root]), Whose::Somebody);
    assert_eq!(judged(&[("description", "proximity app=a-1"), ("hostname", "z")]), Whose::Ours, "it says so itself");
    assert_eq!(whose(&ours, None, &of(&[("hostname", "b")])), Whose::Ours, "nobody knows how it was");
    assert_eq!(whose(&ours, None, &of(&[("description", "proximity app=b-2")])), Whose::Somebody);
}
