//! What is saved is what is loaded, and what the operator wrote stays.

use std::{fs, os::unix::fs::PermissionsExt};

use proptest::prelude::*;
use proximity::settings::{
    Colour, Density, Glyphs, Keys, Look, Motion, Notify, Presses, Settings, Sound, load, save, save_changes,
    with_changes,
};

use super::{place, with};

#[test]
fn only_what_changed_is_written_and_comments_stay() {
    let place = with("# mine\n[look]\ntheme = \"matrix\" # green\nfuture = 1\n");
    let (mut settings, fault) = load(&place.file);
    assert_eq!((settings.look.theme.as_str(), fault), ("matrix", None));
    settings.look.theme = "light".into();
    settings.look.density = Density::Dense;
    settings.sound.volume = 0.7;
    save(&place.file, &settings).unwrap();
    let text = fs::read_to_string(&place.file).unwrap();
    assert_eq!(
        text,
        "# mine\n[look]\ntheme = \"light\" # green\nfuture = 1\ndensity = \"dense\"\n\n[sound]\nvolume = 0.7\n"
    );
    assert_eq!(load(&place.file), (settings, None));
}

#[test]
fn what_others_wrote_meanwhile_stays_and_holds() {
    let place = with("[alerts]\nstorm = 9\n");
    let (before, _) = load(&place.file);
    fs::write(&place.file, "[alerts]\nstorm = 12\nntfy = \"https://ntfy.invalid/mine\"\n").unwrap();
    let mut after = before.clone();
    after.look.theme = "light".into();
    let held = with_changes(&place.file, &before, &after);
    assert_eq!((held.alerts.storm, held.alerts.ntfy.as_str()), (12, "https://ntfy.invalid/mine"));
    save_changes(&place.file, &before, &after).unwrap();
    assert_eq!(load(&place.file), (held, None));
    fs::write(&place.file, "[look").unwrap();
    assert_eq!(with_changes(&place.file, &before, &after), after);
}

#[test]
fn nothing_changed_writes_nothing() {
    let place = place();
    save(&place.file, &Settings::default()).unwrap();
    assert!(!place.file.exists());
}

#[test]
fn a_file_of_which_we_are_not_the_only_reader_keeps_its_rights_and_its_link() {
    let place = with("# dot files\n");
    let link = place.folder.path().join("link.toml");
    std::os::unix::fs::symlink(&place.file, &link).unwrap();
    fs::set_permissions(&place.file, fs::Permissions::from_mode(0o640)).unwrap();
    let settings = Settings { sound: Sound { mute: true, ..Sound::default() }, ..Settings::default() };
    save(&link, &settings).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(&place.file).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(load(&place.file).0, settings);
}

#[test]
fn a_write_that_fails_leaves_the_old_file() {
    let place = with("[look]\ntheme = \"light\"\n");
    fs::create_dir(place.folder.path().join(format!("settings.{}.writing", std::process::id()))).unwrap();
    assert!(save(&place.file, &Settings::default()).is_err());
    assert_eq!(load(&place.file).0.look.theme, "light");
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let motion = prop_oneof![Just(Motion::Full), Just(Motion::Reduced), Just(Motion::None)];
    let density = prop_oneof![Just(Density::Roomy), Just(Density::Dense)];
    let glyphs = prop_oneof![Just(Glyphs::Auto), Just(Glyphs::Unicode), Just(Glyphs::Ascii)];
    let colour = prop_oneof![
        Just(Colour::Auto),
        Just(Colour::True),
        Just(Colour::Indexed),
        Just(Colour::Ansi),
        Just(Colour::None)
    ];
    let notify = prop_oneof![Just(Notify::Auto), Just(Notify::Osc9), Just(Notify::Osc777), Just(Notify::None)];
    let beside = (0..600u32, any::<bool>(), any::<bool>());
    let look = ("\\PC{0,12}", motion, density, glyphs, colour, notify, beside).prop_map(
        |(theme, motion, density, glyphs, colour, notify, (night_after, honours, hints))| Look {
            theme,
            motion,
            density,
            glyphs,
            colour,
            notify,
            night_after,
            honours,
            hints,
        },
    );
    let sound = (any::<bool>(), 0.0f32..=1.0).prop_map(|(mute, volume)| Sound { mute, volume, ..Sound::default() });
    let presses = prop::collection::vec("\\PC{1,8}", 0..3).prop_map(Presses);
    let name = prop_oneof![3 => "[a-z]{1,6}\\.[a-z-]{1,9}", 1 => "\\PC{1,8}"];
    let keys = prop::collection::btree_map(name, presses, 0..4).prop_map(Keys);
    (look, sound, keys).prop_map(|(look, sound, keys)| Settings { look, sound, keys, ..Settings::default() })
}

/// Files as people write them.
const WRITTEN: [&str; 8] = [
    "# comment 1\n[keys] # comment 2\n\"apps.kept\" = 7 # comment 3\n# comment 4\n\"apps.restart\" = \"x\" # comment 5\n",
    "",
    "# nothing yet # comment 1",
    "# comment 1\n[look] # comment 2\n# comment 3\ntheme = 'light' # comment 4\nkept = 1\n\n# comment 5\n[other]\nkept = 2\n",
    "# comment 1\nlook = { theme = \"matrix\", kept = 3 } # comment 2\n\n[sound]\n# comment 3\nvolume = 0.5\n",
    "look.theme = \"matrix\" # comment 1\nlook.kept = 4\n# comment 2\nsound.mute = true # comment 3\n",
    "[sound] # comment 1\r\nvolume = 0.25 # comment 2\r\nkept = [\r\n  1, # comment 3\r\n]\r\n",
    "[look]\nmotion = \"wild\" # comment 1\ndensity = 4 # comment 2\n# comment 3\n\n[look.kept]\nkept = 5\n",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_saved_is_loaded_and_what_was_written_stays(
        first in any_settings(), second in any_settings(), written in prop::sample::select(&WRITTEN[..]),
    ) {
        let place = with(written);
        for settings in [first, second] {
            save(&place.file, &settings).unwrap();
            let text = fs::read_to_string(&place.file).unwrap();
            let (loaded, _) = load(&place.file);
            prop_assert_eq!(&loaded, &settings, "{}", text);
            for n in 1..=5 {
                let comment = format!("# comment {n}");
                prop_assert_eq!(text.contains(&comment), written.contains(&comment), "{}: {}", comment, text);
            }
            prop_assert_eq!(text.matches("kept").count(), written.matches("kept").count());
            save(&place.file, &settings).unwrap();
            prop_assert_eq!(fs::read_to_string(&place.file).unwrap(), text, "saving again changes nothing");
        }
    }
}
