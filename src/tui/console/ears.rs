//! What a program says to its terminal beside what it shows. What must hold: nothing is answered that was not asked.

use std::{fmt, sync::Arc, sync::mpsc::Sender, time::Duration};

use alacritty_terminal::{
    event::{Event, EventListener, WindowSize},
    vte::ansi::{Rgb as Ansi, Timeout},
};

use crate::tui::theme::Rgb;

/// Longer names are nobody's.
const LONGEST_TITLE: usize = 200;

pub enum Said {
    /// Goes back to the program: who it talks to, where the cursor is.
    Answer(Vec<u8>),
    /// It wants to know a colour.
    Asks(Colour, Answering),
    Bell,
    Title(String),
}

/// How the answer about a colour is written.
#[derive(Clone)]
pub struct Answering(Arc<dyn Fn(Ansi) -> String + Sync + Send>);

impl Answering {
    pub fn with(&self, Rgb(r, g, b): Rgb) -> Vec<u8> {
        (self.0)(Ansi { r, g, b }).into_bytes()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    Front,
    Back,
    Cursor,
    Index(u8),
}

/// Not a word of what is said stands anywhere but in the answer.
impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Answer(_) => "Answer",
            Self::Asks(..) => "Asks",
            Self::Bell => "Bell",
            Self::Title(_) => "Title",
        })
    }
}

/// Where the emulator says it.
pub struct Ears(pub Sender<Said>);

impl EventListener for Ears {
    fn send_event(&self, event: Event) {
        let said = match event {
            Event::PtyWrite(text) => Said::Answer(text.into_bytes()),
            // Pixels are nobody's business here: a cell is said to be as large as most are.
            Event::TextAreaSizeRequest(answer) => {
                let size = WindowSize { num_lines: 0, num_cols: 0, cell_width: 0, cell_height: 0 };
                Said::Answer(answer(size).into_bytes())
            }
            Event::ColorRequest(index, answer) => match colour(index) {
                Some(colour) => Said::Asks(colour, Answering(answer)),
                None => return,
            },
            Event::Bell => Said::Bell,
            Event::Title(title) => Said::Title(clean(&title)),
            Event::ResetTitle => Said::Title(String::new()),
            _ => return,
        };
        // Whoever listens lives as long as the screen.
        let _ = self.0.send(said);
    }
}

fn colour(index: usize) -> Option<Colour> {
    match index {
        256 => Some(Colour::Front),
        257 => Some(Colour::Back),
        258 => Some(Colour::Cursor),
        index => u8::try_from(index).ok().map(Colour::Index),
    }
}

fn clean(title: &str) -> String {
    title.chars().filter(|letter| !letter.is_control()).take(LONGEST_TITLE).collect()
}

/// Frames have a pace of their own, so a program's wish to be shown later is not waited for: no time is kept here.
#[derive(Debug, Default)]
pub struct Unhurried;

impl Timeout for Unhurried {
    fn set_timeout(&mut self, _: Duration) {}

    fn clear_timeout(&mut self) {}

    fn pending_timeout(&self) -> bool {
        false
    }
}
