//! A text as a QR code, two rows of it in a row of cells. What must hold: it is dark on light whatever the theme is,
//! with the quiet frame that cameras want, or it is not drawn at all.

use qrcodegen::{QrCode, QrCodeEcc};
use ratatui::{
    layout::Rect,
    style::{Color, Style},
};

use super::brush::Brush;
use crate::tui::{
    canvas::Charset,
    theme::{Rgb, Role, rgb_of_index},
};

/// Light around it on each side, in its own dots.
const QUIET: i32 = 2;

pub struct Qr(QrCode);

impl Qr {
    /// Nothing where the text is too long for one.
    pub fn of(text: &str) -> Option<Self> {
        QrCode::encode_text(text, QrCodeEcc::Low).ok().map(Self)
    }

    /// Columns and rows of cells.
    pub fn size(&self) -> (u16, u16) {
        let dots = (self.0.size() + 2 * QUIET) as u16;
        (dots, dots.div_ceil(2))
    }

    /// Whether it can be shown in so much room: it takes half blocks.
    pub fn fits(&self, room: Rect, charset: Charset) -> bool {
        let (columns, rows) = self.size();
        charset == Charset::Unicode && room.width >= columns && room.height >= rows
    }

    pub fn draw(&self, brush: &mut Brush, x: u16, y: u16) {
        let (light, dark) = inks(brush);
        let (columns, rows) = self.size();
        for row in 0..rows {
            for column in 0..columns {
                let dot = |half: i32| self.is_dark(i32::from(column), i32::from(row) * 2 + half);
                let ink = |is_dark: bool| if is_dark { dark } else { light };
                // Without colours a cell is the terminal's own, and only what is covered is light.
                let (glyph, front, back) = match (dot(0), dot(1)) {
                    (false, false) => ('█', light, light),
                    (true, true) => (' ', dark, dark),
                    (true, false) => ('▄', ink(false), ink(true)),
                    (false, true) => ('▀', ink(false), ink(true)),
                };
                brush.put(x + column, y + row, glyph, Style::new().fg(front).bg(back));
            }
        }
    }

    fn is_dark(&self, x: i32, y: i32) -> bool {
        self.0.get_module(x - QUIET, y - QUIET)
    }
}

/// The lightest and the darkest of the theme's inks.
fn inks(brush: &Brush) -> (Color, Color) {
    let inks = [Role::Page, Role::Title].map(|role| brush.canvas.theme.colour(role));
    if light(inks[0]) > light(inks[1]) { (inks[0], inks[1]) } else { (inks[1], inks[0]) }
}

fn light(colour: Color) -> f32 {
    match colour {
        Color::Rgb(red, green, blue) => Rgb(red, green, blue).luminance(),
        Color::Indexed(index) => rgb_of_index(index).luminance(),
        Color::White | Color::Gray => 1.0,
        _ => 0.0,
    }
}
