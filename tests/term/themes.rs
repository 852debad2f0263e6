//! Themes: readable at every depth, told apart where they must be, and safe from a broken file.

use proximity::tui::theme::{Depth, Palette, Role, Themes, contrast};

#[test]
fn all_shipped_themes_are_there_and_the_dark_one_is_first() {
    let themes = Themes::shipped();
    let names: Vec<_> = themes.names().collect();
    assert_eq!(names, ["dark", "light", "matrix", "high-contrast", "fjord", "amber", "lagoon", "dusk", "ink"]);
}

#[test]
fn every_theme_can_be_read_in_true_colour_and_in_256() {
    let short = |depth| {
        let themes = Themes::shipped().resolve_all(depth);
        themes.into_iter().flat_map(move |theme| {
            contrast(&theme).into_iter().map(move |pair| format!("{} at {depth:?}: {pair:?}", theme.name))
        })
    };
    let all: Vec<_> = [Depth::True, Depth::Indexed].into_iter().flat_map(short).collect();
    assert!(all.is_empty(), "{all:#?}");
}

#[test]
fn bodies_and_texts_that_lie_side_by_side_differ_at_256_too() {
    for depth in [Depth::True, Depth::Indexed] {
        for theme in Themes::shipped().resolve_all(depth) {
            for (a, b) in [
                (Role::Page, Role::Case),
                (Role::Case, Role::CaseLit),
                (Role::Text, Role::Dim),
                (Role::LcdText, Role::LcdDim),
            ] {
                assert_ne!(theme.colour(a), theme.colour(b), "{a:?} and {b:?} of {} at {depth:?}", theme.name);
            }
        }
    }
}

#[test]
fn sixteen_colours_keep_lights_apart_and_visible() {
    for theme in Themes::shipped().resolve_all(Depth::Named) {
        for back in [Role::Page, Role::Case, Role::CaseLit] {
            for front in [Role::Text, Role::Dim, Role::Title, Role::Good, Role::Warning, Role::Danger, Role::Off] {
                assert_ne!(theme.colour(front), theme.colour(back), "{front:?} on {back:?} in {}", theme.name);
            }
        }
        for (a, b) in [(Role::Good, Role::Danger), (Role::Warning, Role::Danger), (Role::Good, Role::Off)] {
            assert_ne!(theme.colour(a), theme.colour(b), "{a:?} and {b:?} in {}", theme.name);
        }
    }
}

#[test]
fn without_colour_what_is_selected_or_wrong_still_stands_out() {
    let theme = Themes::shipped().resolve("dark", Depth::None);
    let plain = theme.on(Role::Text, Role::Case);
    assert_eq!(plain.fg, Some(ratatui::style::Color::Reset));
    for other in
        [theme.on(Role::Text, Role::CaseLit), theme.on(Role::Danger, Role::Case), theme.on(Role::Dim, Role::Case)]
    {
        assert_ne!(other.add_modifier, plain.add_modifier);
    }
}

#[test]
fn the_product_page_s_colours_are_the_dark_theme_s() {
    let themes = Themes::shipped();
    let dark = themes.palette("dark").expect("dark is shipped");
    for (role, colour) in
        [(Role::Page, "#0a0e1a"), (Role::Case, "#1f2937"), (Role::Good, "#4ade80"), (Role::Bright, "#00d4ff")]
    {
        assert_eq!(dark.colour(role).to_string(), colour, "{role:?}");
    }
}

#[test]
fn a_theme_of_the_operator_s_builds_on_another_and_may_replace_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("mine.toml", "name = \"mine\"\nbase = \"matrix\"\n[colours]\ngood = \"#123456\"\n");
    write("dark.toml", "name = \"dark\"\nbase = \"dark\"\n[colours]\npage = \"#000000\"\n[sixteen]\ngood = \"cyan\"\n");
    write("notes.txt", "not a theme");
    let (themes, faults) = Themes::load(Some(folder.path()));
    assert_eq!(faults, []);
    assert_eq!(themes.names().count(), 10);
    let colour = |name: &str, role| themes.palette(name).expect(name).colour(role).to_string();
    assert_eq!(colour("mine", Role::Good), "#123456");
    assert_eq!(colour("mine", Role::Text), "#00ff41");
    assert_eq!(colour("dark", Role::Page), "#000000");
    assert_eq!(themes.resolve("dark", Depth::Named).colour(Role::Good), ratatui::style::Color::Indexed(6));
}

#[test]
fn a_broken_theme_is_told_by_name_line_and_reason_and_the_others_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases = [
        ("a.toml", "name = \"a\"\nbase = \"dark\"\n[colours]\npage = \"blue\"\n", "line 4: \"blue\" is not a colour"),
        (
            "b.toml",
            "name = \"b\"\nbase = \"dark\"\n[colours]\n\nscrw = \"#000000\"\n",
            "line 5: there is no role \"scrw\"",
        ),
        ("c.toml", "name = \"c\"\n[colours]\npage = \"#000000\"\n", "line 2: no colour for \"case\""),
        ("d.toml", "name = \"d\"\n[colours\n", "line 2: "),
        ("e.toml", "name = \"e\"\nbase = \"mist\"\n[colours]\n", "line 2: there is no theme \"mist\""),
        (
            "f.toml",
            "name = \"f\"\nbase = \"dark\"\n[colours]\n[sixteen]\npage = \"pink\"\n",
            "line 5: \"pink\" is none of",
        ),
        ("g.toml", "name = \"g\"\nbase = \"dark\"\nglow = 3\n[colours]\n", "line 3: unknown field `glow`"),
    ];
    for (name, text, _) in cases {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    std::fs::write(folder.path().join("h.toml"), b"name = \"\xff\"").expect("a file");
    let (themes, faults) = Themes::load(Some(folder.path()));
    assert_eq!(themes, Themes::shipped());
    assert_eq!(faults.len(), cases.len() + 1);
    for ((name, _, reason), fault) in cases.iter().zip(&faults) {
        assert!(fault.what.contains(name), "{fault}");
        assert!(fault.why.contains(reason), "{fault}");
    }
}

#[test]
fn a_shipped_theme_names_every_role_itself() {
    for name in Themes::shipped().names() {
        let path = format!("{}/themes/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).expect("a shipped theme");
        Palette::read(&text, |_| None).expect("stands alone");
    }
}
