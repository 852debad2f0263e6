//! The display of the master rack: black glass, glowing capitals. A line scrolls only when it does not fit.

use std::time::Duration;

use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::{brush::Brush, led::Beating};
use crate::{settings::Motion, tui::theme::Role};

/// One line of the display.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Words {
    pub text: String,
    /// Said instead where the text does not fit; without it the text rolls.
    pub short: String,
    /// Stands at the right and never scrolls.
    pub beside: String,
    pub tone: Tone,
    pub letters: Letters,
}

/// How the text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Letters {
    #[default]
    Capitals,
    /// It names keys, of which `b` is not `B`.
    AsTheyAre,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Glow,
    Faint,
    Warning,
    Danger,
}

impl Tone {
    fn role(self) -> Role {
        match self {
            Self::Glow => Role::LcdText,
            Self::Faint => Role::LcdDim,
            Self::Warning => Role::Warning,
            Self::Danger => Role::Danger,
        }
    }
}

const STEP: Duration = Duration::from_millis(300);

/// When a rolling line moves on.
pub fn step_after(tick: Duration) -> Duration {
    Duration::from_millis((tick.as_millis() / STEP.as_millis() + 1) as u64 * STEP.as_millis() as u64)
}

pub fn draw(brush: &mut Brush, area: Rect, lines: &[Words], beating: Beating) {
    brush.fill(area, Role::LcdGlass);
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    for (row, words) in (0..area.height).zip(lines) {
        let room = words.room(inner.width);
        let text = match words.letters {
            Letters::Capitals => words.fitting(room).to_uppercase(),
            Letters::AsTheyAre => words.fitting(room).to_owned(),
        };
        let text = rolled(&text, room, brush.canvas.motion, beating);
        let mut line = brush.line(inner.x, inner.y + row, inner.width, Role::LcdGlass);
        line.left(&text, room, words.tone.role());
        let rest = line.room();
        line.right(
            &words.beside.to_uppercase(),
            rest,
            if words.tone == Tone::Faint { Role::LcdDim } else { Role::LcdText },
        );
    }
}

impl Words {
    fn fitting(&self, room: u16) -> &str {
        if !self.short.is_empty() && must_roll(&self.text, room) { &self.short } else { &self.text }
    }

    fn room(&self, width: u16) -> u16 {
        let beside = self.beside.width() as u16;
        width.saturating_sub(if beside > 0 { beside + 2 } else { 0 })
    }
}

/// Whether a line must roll to be read.
pub fn rolls(area: Rect, lines: &[Words]) -> bool {
    let width = area.width.saturating_sub(2);
    lines.iter().take(usize::from(area.height)).any(|words| {
        let room = words.room(width);
        must_roll(words.fitting(room), room)
    })
}

fn must_roll(text: &str, room: u16) -> bool {
    text.width() > usize::from(room)
}

fn rolled(text: &str, room: u16, motion: Motion, beating: Beating) -> String {
    let Beating::At(tick) = beating else { return text.to_owned() };
    if !must_roll(text, room) || motion != Motion::Full {
        return text.to_owned();
    }
    const PAUSE: usize = 8;
    let letters: Vec<char> = text.chars().chain("   ".chars()).collect();
    let turn = letters.len() + PAUSE;
    let step = (tick.as_millis() / STEP.as_millis()) as usize % turn;
    let from = step.saturating_sub(PAUSE);
    letters.iter().cycle().skip(from).take(usize::from(room)).collect()
}
