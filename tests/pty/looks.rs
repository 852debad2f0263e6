//! What it sends to terminals of every kind.

use super::program::{Program, Settings, WELCOME};

#[test]
fn a_screen_that_does_not_change_costs_no_byte() {
    let mut program = Settings { arguments: &["--motion", "none"], ..Settings::default() }.start();
    program.pty.wait_for(WELCOME);
    // Keys that mean nothing here, then one that opens the help: one frame for it, none for the others.
    for _ in 0..20 {
        program.pty.press("w");
    }
    program.pty.press("?");
    program.pty.wait_for("the keys of");
    let frames = program.pty.wait("frames", |seen| Some(seen.count(b"\x1b[?2026h")));
    assert_eq!(frames, 2);
    program.pty.press("qq");
    program.ended();
}

#[test]
fn a_tiny_terminal_gets_a_note_and_a_larger_one_the_deck() {
    let mut program = Settings { columns: 10, rows: 5, ..Settings::default() }.start();
    program.pty.wait_for("40x12");
    program.pty.resize(100, 30);
    program.pty.wait_for(WELCOME);
    program.pty.resize(3, 2);
    program.pty.resize(80, 24);
    program.pty.wait_for(WELCOME);
    program.pty.press("\x03");
    assert_eq!(program.ended(), 0);
    program.left_as_found();
}

#[test]
fn a_locale_without_unicode_gets_ascii_alone() {
    let mut program = Settings { environment: &[("LANG", "C")], ..Settings::default() }.start();
    program.pty.wait_for(WELCOME);
    program.pty.press("2?");
    program.pty.wait_for("the keys of");
    program.pty.press("qq");
    program.ended();
    assert!(program.pty.wait("the output", |seen| Some(seen.bytes.is_ascii())));
}

#[test]
fn no_color_is_obeyed_and_the_flag_is_stronger() {
    let coloured = |seen: &crate::term::pty::Seen| [&b"8;2;"[..], b"8;5;"].iter().any(|code| seen.count(code) > 0);
    let no_colour: &[(&str, &str)] = &[("NO_COLOR", "1"), ("COLORTERM", "truecolor")];
    for (arguments, should) in [(&[][..], false), (&["--colour", "true"][..], true)] {
        let mut program = Settings { arguments, environment: no_colour, ..Settings::default() }.start();
        program.pty.wait_for(WELCOME);
        program.pty.press("q");
        program.ended();
        assert_eq!(program.pty.wait("the output", |seen| Some(coloured(seen))), should);
    }
}

#[test]
fn a_theme_worn_once_is_worn_at_the_next_start() {
    let mut program = Program::welcomed();
    let before = program.pty.wait("a colour", |seen| seen.terminal.screen().cell(23, 40).map(vt100::Cell::bgcolor));
    program.pty.press("T");
    program.pty.wait("another colour", |seen| {
        seen.terminal.screen().cell(23, 40).map(vt100::Cell::bgcolor).filter(|colour| *colour != before)
    });
    program.pty.press("q");
    assert_eq!(program.ended(), 0);
    assert!(program.kept("settings.toml").contains("theme = \"light\""), "{}", program.kept("settings.toml"));
}

#[test]
fn a_broken_theme_file_is_told_and_the_deck_stays_up() {
    let mut program =
        Settings { theme_file: "name = \"mine\"\n[colours]\npage = \"blue\"\n", ..Settings::default() }.start();
    program.pty.wait_for("mine.toml cannot be used");
    program.pty.press("q");
    assert_eq!(program.ended(), 0);
}

#[test]
fn a_theme_of_ones_own_is_seen_as_soon_as_it_is_saved() {
    let mut program = Settings { arguments: &["--motion", "none", "--colour", "true"], ..Settings::default() }.start();
    program.pty.wait_for(WELCOME);
    let folder = program.folder("themes");
    std::fs::create_dir_all(&folder).unwrap();
    let write = |text: &str| std::fs::write(folder.join("mine.toml"), text).unwrap();
    write("name = \"dark\"\nbase = \"dark\"\n[colours]\ntitle = \"#123456\"\n");
    program.pty.wait("the new colour", |seen| (seen.count(b"38;2;18;52;86") > 0).then_some(()));
    write("name = \"dark\"\nbase = \"dark\"\n[colours]\ntitle = \"blueish\"\n");
    program.pty.wait_for("mine.toml cannot be used");
    program.pty.press("q");
    program.ended();
}
