//! The way into an app: addresses, a code for a phone's camera, and secrets that are seen for a short while.

use std::time::Duration;

use proximity::{
    domain::{fleet::Fleet, secret::Secret},
    engine::{Answer, Query},
    settings::Motion,
    tui::{
        canvas::Charset,
        effect::Effect,
        event::{Event, Ticket},
        keymap::Place,
        theme::Depth,
        widgets::qr::Qr,
    },
};
use qrcodegen::{QrCode, QrCodeEcc};
use ratatui::{buffer::Buffer, style::Color};

use super::{
    shelf::{booked, sees, text},
    snapshot::check,
    stage::Stage,
};

const TYPED: &str = "hunter2-is-not-a-good-one";
const URL: &str = "http://192.168.1.53:8096/web";

fn fleet() -> Fleet {
    let mut fleet = booked();
    let book = fleet.apps[3].book.as_mut().unwrap();
    book.settings.insert("ADMIN_USER".into(), "lamp".into());
    book.secrets = vec!["ADMIN_PASSWORD".into()];
    fleet
}

fn stage(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::new(fleet(), columns, rows);
    stage.keys("2 / jellyfin Enter O");
    assert_eq!(stage.model.place(), Place::WayIn);
    stage
}

fn asked(stage: &Stage) -> Option<Ticket> {
    stage.effects.iter().rev().find_map(|effect| match effect {
        Effect::Query(ticket, Query::Secrets(_)) => Some(*ticket),
        _ => None,
    })
}

fn answer(stage: &mut Stage) {
    let ticket = asked(stage).expect("the vault is asked");
    let secrets = vec![("ADMIN_PASSWORD".to_owned(), Secret::new(TYPED))];
    stage.send(Event::Answered(ticket, Ok(Answer::Secrets(secrets))));
}

fn copied(stage: &Stage) -> Option<&str> {
    stage.effects.iter().rev().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.as_str()),
        _ => None,
    })
}

#[test]
fn addresses_names_and_masked_secrets_stand_there_and_the_vault_is_not_asked() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        let stage = stage(columns, rows);
        sees(&stage, URL);
        sees(&stage, "lamp");
        assert_eq!(asked(&stage), None);
        check(&format!("way-in-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
    let mut plain = stage(80, 24);
    plain.model.canvas.charset = Charset::Ascii;
    sees(&plain, "too little room here, or only ASCII");
}

#[test]
fn a_secret_is_seen_for_twenty_seconds() {
    let mut stage = stage(120, 36);
    stage.keys("v");
    answer(&mut stage);
    sees(&stage, TYPED);
    sees(&stage, "hidden again in 20 s");
    check("way-in-seen-120x36", &stage.picture(), &stage.model.canvas.theme);
    while text(&stage).contains(TYPED) {
        let at = stage.model.wakes_at().expect("it ends by itself");
        stage.wait(at - stage.now.tick);
    }
    assert_eq!(stage.now.tick, Duration::from_secs(120), "the deck of the test began at 100 s");
    assert!(!format!("{:?}", stage.model.layers).contains(TYPED), "what is not seen any more is not kept");
    stage.keys("v");
    answer(&mut stage);
    sees(&stage, TYPED);
    stage.keys("v");
    assert!(!text(&stage).contains(TYPED), "the same key hides it at once");
}

#[test]
fn a_secret_is_copied_without_being_seen_and_an_answer_too_late_shows_nothing() {
    let mut stage = stage(120, 36);
    stage.keys("G Enter");
    let ticket = asked(&stage).unwrap();
    answer(&mut stage);
    assert_eq!(copied(&stage), Some(TYPED));
    assert!(!text(&stage).contains(TYPED));
    stage.keys("g Enter");
    assert_eq!(copied(&stage), Some(URL));
    stage.keys("Esc O");
    let secrets = vec![("ADMIN_PASSWORD".to_owned(), Secret::new(TYPED))];
    stage.send(Event::Answered(ticket, Ok(Answer::Secrets(secrets))));
    assert!(!text(&stage).contains(TYPED));
}

/// What a camera sees in each half of a cell.
fn dots(picture: &Buffer, x: u16, y: u16, size: u16) -> Vec<Vec<bool>> {
    let light = |colour: Color| match colour {
        Color::Rgb(red, green, blue) => u32::from(red) * 3 + u32::from(green) * 6 + u32::from(blue) > 1280,
        Color::Indexed(index) => {
            [7, 15].contains(&index) || (244..=255).contains(&index) || (200..=231).contains(&index)
        }
        Color::White | Color::Gray => true,
        Color::Black => false,
        other => panic!("{other:?} is neither light nor dark"),
    };
    let half = |column: u16, row: u16| {
        let cell = &picture[(x + column, y + row / 2)];
        let covered = match cell.symbol() {
            "█" => true,
            "▀" => row.is_multiple_of(2),
            "▄" => !row.is_multiple_of(2),
            _ => false,
        };
        !light(if covered { cell.fg } else { cell.bg })
    };
    (0..size).map(|row| (0..size).map(|column| half(column, row)).collect()).collect()
}

#[test]
fn the_code_is_dark_on_light_in_every_theme_and_has_a_quiet_frame() {
    let truth = QrCode::encode_text(URL, QrCodeEcc::Low).unwrap();
    let size = truth.size() as u16;
    let (columns, rows) = Qr::of(URL).unwrap().size();
    assert_eq!((columns, rows), (size + 4, (size + 4).div_ceil(2)));
    for theme in ["dark", "light", "matrix", "high-contrast", "amber", "ink"] {
        let mut stage = Stage::with(fleet(), 120, 36, theme, Depth::True, Motion::None);
        stage.keys("2 / jellyfin Enter O");
        let picture = stage.picture();
        let top =
            (0..36).find(|y| (0..120).filter(|x| picture[(*x, *y)].symbol() == "█").count() >= usize::from(columns));
        let top = top.unwrap_or_else(|| panic!("no code in {theme}"));
        let left = (0..120).find(|x| picture[(*x, top)].symbol() == "█").unwrap();
        let seen = dots(&picture, left, top, size + 4);
        for (y, row) in seen.iter().enumerate() {
            for (x, is_dark) in row.iter().enumerate() {
                assert_eq!(*is_dark, truth.get_module(x as i32 - 2, y as i32 - 2), "{theme} at {x},{y}");
            }
        }
    }
}

#[test]
fn the_line_under_the_hand_is_seen_however_many_there_are() {
    let mut fleet = fleet();
    let book = fleet.apps[3].book.as_mut().unwrap();
    book.secrets = (10..50).map(|number| format!("SECRET_{number}")).collect();
    let mut stage = Stage::new(fleet, 80, 24);
    stage.keys("2 / jellyfin Enter O");
    sees(&stage, "SECRET_10");
    stage.keys("G");
    sees(&stage, "SECRET_49");
    sees(&stage, "[Enter] copies");
}
