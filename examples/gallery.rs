//! Shows one screen of the deck over a made-up homelab and waits for Enter: for pictures of how it looks.
//!
//! `gallery [--size 120x36] [--theme dark] [--depth true|256|16|none] [--ascii] [--motion full] [--wait MS] [KEYS…]`

use std::{
    io::{Read, Write},
    time::Duration,
};

#[path = "../tests/deck/fleet.rs"]
#[allow(dead_code)]
mod fleet;
#[path = "../tests/deck/stage.rs"]
#[allow(dead_code)]
mod stage;

use proximity::{
    settings::Motion,
    tui::{canvas::Charset, theme::Depth},
};
use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier},
};

fn main() -> std::io::Result<()> {
    let mut words = std::env::args().skip(1).collect::<Vec<_>>().into_iter();
    let (mut columns, mut rows) = (120, 36);
    let (mut theme, mut depth, mut motion) = ("dark".to_owned(), Depth::True, Motion::Full);
    let (mut ascii, mut wait, mut guests, mut keys) = (false, 1000, 0, String::new());
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_default();
        match word.as_str() {
            "--size" => {
                let size = value();
                if let Some((wide, high)) = size.split_once('x') {
                    (columns, rows) = (wide.parse().unwrap_or(120), high.parse().unwrap_or(36));
                }
            }
            "--theme" => theme = value(),
            "--depth" => {
                depth = match value().as_str() {
                    "256" => Depth::Indexed,
                    "16" => Depth::Named,
                    "none" => Depth::None,
                    _ => Depth::True,
                }
            }
            "--motion" => {
                motion = match value().as_str() {
                    "none" => Motion::None,
                    "reduced" => Motion::Reduced,
                    _ => Motion::Full,
                }
            }
            "--ascii" => ascii = true,
            "--wait" => wait = value().parse().unwrap_or(0),
            "--guests" => guests = value().parse().unwrap_or(0),
            key => keys.push_str(&format!(" {key}")),
        }
    }
    let fleet = if guests > 0 { fleet::crowd(guests) } else { fleet::homelab() };
    let mut stage = stage::Stage::with(fleet, columns, rows, &theme, depth, motion);
    if ascii {
        stage.model.canvas.charset = Charset::Ascii;
    }
    stage.keys(&keys).answer_backs().wait(Duration::from_millis(wait));
    let mut out = std::io::stdout().lock();
    out.write_all(paint(&stage.picture()).as_bytes())?;
    out.flush()?;
    std::io::stdin().read_exact(&mut [0])?;
    out.write_all(b"\x1b[?25h\x1b[0m\x1b[2J\x1b[H")
}

fn paint(picture: &Buffer) -> String {
    let mut text = String::from("\x1b[?25l\x1b[2J");
    for y in 0..picture.area.height {
        text.push_str(&format!("\x1b[{};1H", y + 1));
        for x in 0..picture.area.width {
            let cell = &picture[(x, y)];
            text.push_str(&style(cell));
            text.push_str(cell.symbol());
        }
    }
    text
}

fn style(cell: &Cell) -> String {
    let mut codes = vec!["0".to_owned()];
    for (modifier, code) in
        [(Modifier::BOLD, "1"), (Modifier::DIM, "2"), (Modifier::UNDERLINED, "4"), (Modifier::REVERSED, "7")]
    {
        if cell.modifier.contains(modifier) {
            codes.push(code.into());
        }
    }
    codes.push(colour(cell.fg, 30));
    codes.push(colour(cell.bg, 40));
    format!("\x1b[{}m", codes.join(";"))
}

fn colour(colour: Color, base: u8) -> String {
    match colour {
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
        Color::Indexed(i) => format!("{};5;{i}", base + 8),
        Color::Reset => format!("{}", base + 9),
        named => {
            let at = [
                Color::Black,
                Color::Red,
                Color::Green,
                Color::Yellow,
                Color::Blue,
                Color::Magenta,
                Color::Cyan,
                Color::Gray,
                Color::DarkGray,
                Color::LightRed,
                Color::LightGreen,
                Color::LightYellow,
                Color::LightBlue,
                Color::LightMagenta,
                Color::LightCyan,
                Color::White,
            ]
            .iter()
            .position(|other| *other == named)
            .unwrap_or(7) as u8;
            if at < 8 { (base + at).to_string() } else { (base + 60 + at - 8).to_string() }
        }
    }
}
