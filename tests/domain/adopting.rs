//! What is proposed for a container, and what a look inside prints of it.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proximity::domain::{
    adoption::{SCRIPT, Seen, likely_port, name_of, unique_name},
    ids::Vmid,
};

#[test]
fn what_a_look_prints_is_read() {
    let text = "listens tcp6 00000000000000000000000000000000:1FA0 7\nsystem \"Debian GNU/Linux 13 (trixie)\"\n\
                image docker.io/jellyfin/jellyfin:10.9.11\npackage ii  nginx\npackage rc  apache2\npackage ii \n";
    let seen = Seen::read(text);
    assert_eq!(seen.system.as_deref(), Some("Debian GNU/Linux 13 (trixie)"));
    assert_eq!(seen.images.iter().map(|image| &**image).collect::<Vec<_>>(), ["docker.io/jellyfin/jellyfin:10.9.11"]);
    assert_eq!(seen.packages.iter().map(|package| &**package).collect::<Vec<_>>(), ["nginx"], "what is installed");
    assert_eq!(seen.listeners.len(), 1);
}

#[test]
fn the_look_is_one_script_that_real_shells_understand() {
    for shell in ["/bin/sh", "/bin/bash"] {
        let ran = std::process::Command::new(shell).arg("-c").arg(SCRIPT.concat()).output().unwrap();
        assert!(ran.status.success(), "{shell}: {ran:?}");
        assert!(Seen::read(&String::from_utf8_lossy(&ran.stdout)).system.is_some(), "{shell}: {ran:?}");
    }
}

#[test]
fn the_main_port_is_where_pages_are_served_or_the_only_one() {
    assert_eq!(likely_port(&[22, 3000, 8080], None), Some(3000));
    assert_eq!(likely_port(&[22, 80, 443], None), Some(80));
    assert_eq!(likely_port(&[22, 6379], None), Some(6379));
    assert_eq!(likely_port(&[22, 6379, 7000], None), None, "nobody can tell which");
    assert_eq!(likely_port(&[22], None), None);
}

#[test]
fn a_name_is_that_of_the_host_as_far_as_an_app_may_have_it() {
    let name = |text: &str| name_of(text, Vmid(117));
    assert_eq!(name("Web_Server.home.lan"), "web-server");
    assert_eq!(name("--"), "guest-117");
    let mut taken = BTreeSet::from(["web".to_owned()]);
    assert_eq!([unique_name(&mut taken, "web"), unique_name(&mut taken, "web")], ["web-2", "web-3"]);
}

proptest! {
    #[test]
    fn every_proposed_name_can_be_the_name_of_an_app(text in "\\PC{0,80}", count in 1_usize..4) {
        let (mut taken, mut given) = (BTreeSet::new(), BTreeSet::new());
        for _ in 0..count {
            let name = unique_name(&mut taken, &name_of(&text, Vmid(7)));
            let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
            prop_assert!(name.len() <= 63 && name.starts_with(is_letter) && name.ends_with(is_letter), "{name:?}");
            prop_assert!(name.chars().all(|c| is_letter(c) || c == '-'), "{name:?}");
            prop_assert!(given.insert(name), "each is given once");
        }
    }

    #[test]
    fn garbage_of_a_look_is_read_to_its_end(
        lines in proptest::collection::vec(("system|image|package|listens|", "[\\PC\u{1b}]{0,60}"), 0..30),
    ) {
        let text: String = lines.iter().map(|(word, rest)| format!("{word} {rest}\n")).collect();
        let seen = Seen::read(&text);
        let all = seen.images.iter().chain(&seen.packages).chain(&seen.system);
        for name in all {
            prop_assert!(name.chars().all(|c| c.is_ascii_graphic() || c == ' ') && name.len() <= 200, "{name:?}");
        }
    }
}
