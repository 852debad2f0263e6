//! What the operator says of one app, and what of it makes no sense.

use proptest::prelude::*;
use proximity::domain::{
    book::{Book, Origin},
    care::{Gaze, HealthRules, Terms, Watch, read_probe, write_probe},
    probe::{Probe, ProbeKind},
};

use super::{START, app, terms};

#[test]
fn a_probe_is_read_as_it_is_typed_and_written_as_it_is_read() {
    for text in ["http://:8080/health", "https://:8443/", "tcp:5432", "https://:443/a?b=c"] {
        assert_eq!(write_probe(&read_probe(text).unwrap()), text);
    }
    assert_eq!(write_probe(&read_probe("http://:8080").unwrap()), "http://:8080/");
    assert_eq!(write_probe(&read_probe("https:///up").unwrap()), "https://:443/up");
}

#[test]
fn another_machine_is_never_asked() {
    let refused = read_probe("http://example.org:80/health").unwrap_err();
    assert!(refused.why.contains("only the app's own address"), "{refused:?}");
    for text in [
        "http://evil",
        "http://@h/",
        "tcp:",
        "tcp:0",
        "tcp:70000",
        "ftp://:21/",
        "http://:80/a b",
        "http://:80/\r\nX: y",
    ] {
        let refused = read_probe(text).unwrap_err();
        assert!(!refused.why.is_empty() && !refused.remedy.is_empty());
    }
}

#[test]
fn numbers_that_make_no_sense_are_refused_with_what_would() {
    let wrong = [
        Watch { interval: Some(1), ..Watch::default() },
        Watch { timeout: Some(0), ..Watch::default() },
        Watch { fall: Some(1), ..Watch::default() },
        Watch { rise: Some(0), ..Watch::default() },
    ];
    for watch in wrong {
        assert!(watch.check().unwrap_err().remedy.starts_with("choose "));
    }
    let rules = HealthRules { bad_to_fall: 1, ..HealthRules::default() };
    assert_eq!(rules.check().unwrap_err().why, "the number of bad looks cannot be 1");
    assert_eq!(HealthRules::default().check(), Ok(()));
}

#[test]
fn what_was_said_for_it_goes_before_its_recipe_and_that_before_its_ports() {
    assert_eq!(terms().what, Some(ProbeKind::Tcp { port: 8096 }));
    let mut app = app();
    let page = read_probe("http://:8096/health").unwrap();
    let probe = Probe { what: page.clone(), deadline: 300, interval: 2 };
    app.book = Some(Box::new(Book { probe: Some(probe), ..Book::new(Origin::Deployed, START) }));
    let rules = HealthRules::default();
    assert_eq!((Terms::of(&rules, &app).what, Terms::of(&rules, &app).grace.as_secs()), (Some(page), 300));
    let mut watch = |gaze| {
        app.book.as_mut().unwrap().watch = Some(Watch { probe: Some(gaze), ..Watch::default() });
        Terms::of(&rules, &app).what
    };
    assert_eq!(watch(Gaze::At(ProbeKind::Tcp { port: 1 })), Some(ProbeKind::Tcp { port: 1 }));
    assert_eq!(watch(Gaze::Off), None);
}

proptest! {
    #[test]
    fn whatever_is_typed_is_read_or_refused_and_never_names_another_place(text in "(http|https|tcp|x)?:?/{0,2}\\PC{0,20}") {
        if let Ok(probe) = read_probe(&text) {
            prop_assert_eq!(read_probe(&write_probe(&probe)), Ok(probe));
        }
    }
}
