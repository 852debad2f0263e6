//! Sources in the settings: read one by one, written in their place.

use std::fs;

use proximity::{
    domain::catalog::{Pin, Source, SourceName, SourceUrl},
    settings::{load, put_source, remove_source, save, sources},
};

use super::{place, with};

fn source(name: &str, pin: Option<&str>) -> Source {
    Source {
        name: SourceName::new(name).unwrap(),
        url: SourceUrl::new("https://example.org/store").unwrap(),
        branch: None,
        pin: pin.map(|digit| Pin::new(&digit.repeat(40)).unwrap()),
    }
}

#[test]
fn what_was_put_is_read_and_the_rest_stays() {
    let place = with("# mine\n[look]\ntheme = \"matrix\" # green\n");
    let (one, two) = (source("one", Some("1")), source("two", None));
    put_source(&place.file, &one).unwrap();
    put_source(&place.file, &two).unwrap();
    assert_eq!(sources(&place.file), (vec![one.clone(), two.clone()], None));
    let text = fs::read_to_string(&place.file).unwrap();
    fs::write(&place.file, text.replace("name = \"one\"\n", "name = \"one\" # first\nfuture = 3\n")).unwrap();
    put_source(&place.file, &source("one", Some("2"))).unwrap();
    let text = fs::read_to_string(&place.file).unwrap();
    assert!(text.starts_with("# mine\n[look]\ntheme = \"matrix\" # green\n"), "{text}");
    assert!(text.contains("name = \"one\" # first\nfuture = 3\n") && text.contains(&"2".repeat(40)), "{text}");
    let (mut settings, fault) = load(&place.file);
    assert_eq!(fault, None);
    settings.look.theme = "light".into();
    save(&place.file, &settings).unwrap();
    assert_eq!(sources(&place.file).0, [source("one", Some("2")), two]);
    remove_source(&place.file, &SourceName::new("one").unwrap()).unwrap();
    remove_source(&place.file, &SourceName::new("two").unwrap()).unwrap();
    assert_eq!(fs::read_to_string(&place.file).unwrap(), "# mine\n[look]\ntheme = \"light\" # green\n");
}

#[test]
fn one_that_makes_no_sense_is_told_and_hides_no_other() {
    let place = with(
        "[[sources]]\nname = \"good\"\nurl = \"https://example.org/store\"\n\n[[sources]]\nname = \"Bad Name\"\nurl = \"x\"\n\n\
         [[sources]]\nname = \"bare\"\n\n[[sources]]\nname = \"good\"\nurl = \"/srv/x\"\n\n\
         [[sources]]\nname = \"secret\"\nurl = \"https://me:hush@example.org/x\"\n\n[[sources]]\nname = 7\nurl = \"/x\"\n",
    );
    let (found, fault) = sources(&place.file);
    assert_eq!(found, [source("good", None)]);
    let why = fault.unwrap().why;
    for told in [
        "source 2: name:",
        "source 3: url is missing",
        "source 4: `good` is there twice",
        "source 5: url:",
        "source 6: name:",
    ] {
        assert!(why.contains(told), "{told} is not in {why}");
    }
    assert!(!why.contains("hush"), "{why}");
}

#[test]
fn they_may_be_written_in_one_line_and_a_broken_file_is_left_alone() {
    let place =
        with("sources = [{ name = \"one\", url = \"https://example.org/store\" }]\n[look]\ntheme = \"light\"\n");
    assert_eq!(sources(&place.file), (vec![source("one", None)], None));
    put_source(&place.file, &source("one", Some("3"))).unwrap();
    assert_eq!(sources(&place.file).0, [source("one", Some("3"))]);
    assert_eq!(load(&place.file).0.look.theme, "light");
    let broken = with("[[sources]\n");
    assert!(put_source(&broken.file, &source("one", None)).is_err());
    assert_eq!(fs::read_to_string(&broken.file).unwrap(), "[[sources]\n");
    let other = with("sources = 3\n");
    assert!(sources(&other.file).1.is_some());
    assert!(put_source(&other.file, &source("one", None)).is_err());
    assert_eq!(sources(&self::place().file), (Vec::new(), None));
}
