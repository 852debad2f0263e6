//! The console in a pane: its emulator held to another real terminal, to recordings, to random bytes; its keys; its lines.

mod cells;
mod lines;
mod programs;
mod random;
mod recorded;
mod sequences;
mod tmux;
mod typed;

use proximity::{
    domain::road::TerminalSize,
    tui::console::{Said, Screen},
};

pub fn size(columns: u16, rows: u16) -> TerminalSize {
    TerminalSize { columns, rows }
}

/// What a screen of this size shows of some bytes.
pub fn shown(bytes: &[u8], columns: u16, rows: u16) -> Screen {
    let mut screen = Screen::new(size(columns, rows));
    screen.feed(bytes);
    screen
}

/// What is sent back at once.
pub fn answers(said: Vec<Said>) -> Vec<u8> {
    said.into_iter()
        .filter_map(|word| if let Said::Answer(bytes) = word { Some(bytes) } else { None })
        .flatten()
        .collect()
}
