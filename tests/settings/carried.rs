//! Settings that go to a file and come of one.

use std::{fs, os::unix::fs::PermissionsExt};

use proximity::settings::{SPECS, Settings, Spec, difference, exported, imported, load, replace};

use super::{place, with};

fn changed() -> Settings {
    let mut settings = Settings::default();
    settings.look.theme = "matrix".into();
    settings.sound.volume = 0.7;
    settings.alerts.webhook = "https://hooks.invalid/secret".into();
    settings.keys.0.insert("apps.restart".into(), proximity::settings::Presses(vec!["F2".into()]));
    settings
}

#[test]
fn what_was_exported_is_imported_and_no_secret_leaves() {
    let text = exported(&changed());
    assert!(!text.contains("hooks.invalid"), "{text}");
    assert!(text.contains("volume = 0.7\n"), "{text}");
    let place = with(&text);
    let mut now = Settings::default();
    now.alerts.ntfy = "https://ntfy.invalid/mine".into();
    let after = imported(&now, &place.file).unwrap();
    let mut wanted = changed();
    wanted.alerts.webhook = String::new();
    wanted.alerts.ntfy = now.alerts.ntfy.clone();
    assert_eq!(after, wanted);
    let words: Vec<_> = difference(&now, &after).iter().map(|one| one.words()).collect();
    assert_eq!(words[0], "keys.apps.restart: — → \"F2\"");
    assert_eq!(words[1], "look.theme: \"dark\" → \"matrix\"");
}

#[test]
fn an_address_that_is_a_secret_is_never_told_whole() {
    let settings = changed();
    let words: Vec<_> = difference(&Settings::default(), &settings).iter().map(|one| one.words()).collect();
    assert!(words.iter().any(|line| line.contains("https://hooks.invalid/…")), "{words:?}");
    assert!(words.iter().all(|line| !line.contains("secret")), "{words:?}");
    assert_eq!(Spec::named("alerts.webhook").unwrap().shown(&settings), "https://hooks.invalid/…");
}

#[test]
fn what_is_broken_or_unknown_is_refused_whole() {
    for (text, why) in [
        ("[look]\ntheme = \"light\"\ndensity = \"thick\"\n", "look.density"),
        ("[look]\ntheme = \"light\"\nweight = 3\n", "look.weight"),
        ("[lock]\ntheme = \"light\"\n", "lock"),
        ("[look", "line 1"),
        ("[network]\naddresses = \"pool\"\n", "pool"),
    ] {
        let place = with(text);
        let fault = imported(&Settings::default(), &place.file).unwrap_err();
        assert!(fault.why.contains(why), "{text}: {fault}");
    }
    assert!(imported(&Settings::default(), &place().file).unwrap_err().why.contains("no such file"));
}

#[test]
fn what_was_there_is_kept_beside_it_each_time() {
    let place = with("# mine\n[look]\ntheme = \"light\"\n");
    fs::set_permissions(&place.file, fs::Permissions::from_mode(0o600)).unwrap();
    let (before, _) = load(&place.file);
    let kept = replace(&place.file, &before, &changed()).unwrap().unwrap();
    assert_eq!(fs::read_to_string(&kept).unwrap(), "# mine\n[look]\ntheme = \"light\"\n");
    let rights = |path: &std::path::Path| fs::metadata(path).unwrap().permissions();
    assert_eq!(rights(&kept), rights(&place.file));
    let again = replace(&place.file, &changed(), &before).unwrap().unwrap();
    assert_ne!(kept, again);
    assert_eq!(load(&place.file).0.look.theme, "light");
}

/// The table is what deck and command line show: whatever a file can have stands there.
#[test]
fn every_setting_stands_in_the_table_and_can_be_typed_as_it_is_shown() {
    let text = toml::to_string(&Settings::default()).unwrap();
    let table: toml::Table = toml::from_str(&text).unwrap();
    for (section, part) in table.iter().filter(|(section, _)| *section != "keys") {
        for key in part.as_table().unwrap().keys() {
            let name = format!("{section}.{key}");
            assert!(Spec::named(&name).is_some(), "{name} stands in no table");
        }
    }
    for spec in SPECS.iter().filter(|spec| spec.is_there()) {
        let settings = Settings::default();
        assert_eq!(spec.set(&settings, &spec.typed(&settings)).unwrap(), settings, "{}", spec.name());
        for by in [1, -1] {
            if let Some(value) = spec.stepped(&settings, by) {
                let stepped = spec.set(&settings, &value);
                assert!(stepped.is_ok() || spec.name() == "network.addresses", "{} {value}: {stepped:?}", spec.name());
            }
        }
        assert!(
            spec.set(&settings, "\u{7} nonsense/").is_err() || matches!(spec.kind, proximity::settings::Kind::Text(_))
        );
    }
}
