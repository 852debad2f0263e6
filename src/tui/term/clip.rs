//! Text to the clipboard of whoever looks at the terminal, through the terminal (OSC 52). What must hold: whoever stands
//! between hands it on whole, and nothing is sent that a terminal is known to cut.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::surroundings::Surroundings;

/// What every terminal takes: some cut at 100,000 letters of the sequence, which are three quarters of that as text.
pub const MOST: usize = 74_000;

/// GNU screen keeps so many letters of a string that is handed on, and no more.
const PIECE: usize = 700;

/// Who stands between the deck and the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    Nobody,
    Tmux,
    Screen,
}

impl Surroundings {
    pub fn between(&self) -> Between {
        let is = |name| self.term.starts_with(name) || self.program.eq_ignore_ascii_case(name);
        match () {
            () if is("tmux") => Between::Tmux,
            () if is("screen") => Between::Screen,
            () => Between::Nobody,
        }
    }
}

pub fn clip(text: &str, between: Between) -> Vec<u8> {
    let plain = format!("\x1b]52;c;{}\x07", BASE64_STANDARD.encode(text));
    match between {
        Between::Nobody => plain.into_bytes(),
        // tmux takes the one or hands on the other, as its options say.
        Between::Tmux => format!("{plain}\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")).into_bytes(),
        Between::Screen => {
            let pieces = plain.as_bytes().chunks(PIECE);
            pieces.flat_map(|piece| [b"\x1bP", piece, b"\x1b\\"].concat()).collect()
        }
    }
}
