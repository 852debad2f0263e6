//! The screen of a console, cell by cell. What must hold: what the program drew is what is seen; only the colours it left open
//! are the theme's.

use ratatui::{
    layout::Rect,
    style::{Color, Modifier},
};

use super::{ConsolePane, Hold};
use crate::tui::{
    canvas::{Canvas, Charset},
    console::{Console, Glyph},
    theme::{Rgb, Role, rgb_of_index},
    widgets::{
        ascii,
        brush::{Brush, Look},
    },
};

/// Dark in every theme, as the colours of programs are made for that.
pub const GROUND: Role = Role::LcdGlass;

/// Where one looks, and for what.
struct Sight<'a> {
    console: &'a Console,
    hand: Option<u16>,
    word: &'a str,
}

pub fn draw(brush: &mut Brush, room: Rect, pane: &ConsolePane, console: &Console) {
    let (hand, word) = match &pane.hold {
        Hold::Back(look) => (Some(look.row), look.word.as_str()),
        Hold::Find(look, word) => (Some(look.row), word.as_str()),
        Hold::Inside | Hold::Keys => (None, ""),
    };
    let sight = Sight { console, hand, word };
    let size = console.screen.size();
    let rows = size.rows.min(room.height);
    for row in 0..rows {
        draw_row(brush, room, row, size.columns.min(room.width), &sight);
    }
}

fn draw_row(brush: &mut Brush, room: Rect, row: u16, columns: u16, sight: &Sight) {
    let screen = &sight.console.screen;
    let found = if sight.word.is_empty() { Vec::new() } else { screen.places(sight.word, row) };
    let back = if sight.hand == Some(row) { Role::CaseLit } else { GROUND };
    let mut column = 0;
    while column < columns {
        let glyph = screen.glyph(row, column);
        let width = glyph.width.clamp(1, columns - column);
        let mut look = look(brush.canvas, &glyph, back);
        let is_found = found.iter().any(|(from, to)| (*from..*to).contains(&column));
        if is_found || screen.is_marked(row, column) {
            look.marks.toggle(Modifier::REVERSED);
        }
        let text = letters(brush.canvas.charset, glyph);
        brush.glyph(room.x + column, room.y + row, width, &text, look);
        column += width;
    }
}

/// What the program chose, and what the theme has for the rest.
fn look(canvas: &Canvas, glyph: &Glyph, back: Role) -> Look {
    let style = canvas.on(front(canvas, back), back);
    let or = |chosen: Color, own: Option<Color>| match chosen {
        Color::Reset => own.unwrap_or(Color::Reset),
        chosen => chosen,
    };
    Look {
        front: or(glyph.front, style.fg),
        back: or(glyph.back, style.bg),
        marks: style.add_modifier.symmetric_difference(glyph.marks),
    }
}

/// On dark glass the text of a light theme cannot be read.
fn front(canvas: &Canvas, back: Role) -> Role {
    match is_light(canvas.theme.colour(Role::Page)) {
        true if back == GROUND => Role::LcdText,
        _ => Role::Text,
    }
}

fn is_light(colour: Color) -> bool {
    match colour {
        Color::Rgb(r, g, b) => Rgb(r, g, b).luminance() > 0.4,
        Color::Indexed(index) => rgb_of_index(index).luminance() > 0.4,
        colour => matches!(colour, Color::White | Color::Gray),
    }
}

/// Where there are plain letters only, one stands for each.
fn letters(charset: Charset, glyph: Glyph) -> String {
    match charset {
        Charset::Unicode => glyph.text,
        Charset::Ascii => {
            let letter = glyph.text.chars().next().map_or(' ', ascii::plain);
            letter.to_string() + if glyph.width == 2 { " " } else { "" }
        }
    }
}
