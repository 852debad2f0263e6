//! The settings file.

use proximity::settings::{Density, load, save};
use tempfile::TempDir;

#[test]
fn what_was_saved_is_loaded_and_comments_stay() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("settings.toml");
    std::fs::write(&file, "# mine\n[look]\ntheme = \"matrix\" # green\nfuture = 1\n").unwrap();
    let (mut settings, fault) = load(&file);
    assert_eq!((settings.look.theme.as_str(), fault), ("matrix", None));
    settings.look.theme = "light".into();
    settings.look.density = Density::Dense;
    settings.sound.volume = 0.7;
    save(&file, &settings).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(
        text,
        "# mine\n[look]\ntheme = \"light\" # green\nfuture = 1\ndensity = \"dense\"\n\n[sound]\nvolume = 0.7\n"
    );
    assert_eq!(load(&file), (settings, None::<_>));
}
