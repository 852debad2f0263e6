//! A word to the operator's desktop, through the terminal. What must hold: what an alert says is text and never a command,
//! whatever a guest is called.

use super::surroundings::Surroundings;
use crate::{
    domain::care::Level,
    settings::Notify,
    tui::{
        canvas::Charset,
        widgets::{ascii, text::cells},
    },
};

/// Longer ones are cut by desktops anyway.
const LONGEST: usize = 160;

/// What is to be told, and how the operator wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub notify: Notify,
    pub level: Level,
    pub bell: Bell,
    pub text: String,
}

/// Whether the bell may stand in where nothing is known of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bell {
    Rings,
    Mute,
}

/// What a terminal is known to make a notification of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Osc9,
    Osc777,
    /// Nothing that is known.
    Unknown,
}

/// By a name in TERM_PROGRAM, LC_TERMINAL or TERM.
const KNOWN: [(&str, Manner); 8] = [
    ("iterm", Manner::Osc9),
    ("wezterm", Manner::Osc9),
    ("ghostty", Manner::Osc9),
    ("kitty", Manner::Osc9),
    ("warpterminal", Manner::Osc9),
    ("foot", Manner::Osc777),
    ("contour", Manner::Osc777),
    ("rxvt-unicode", Manner::Osc777),
];

impl Surroundings {
    /// A multiplexer swallows what is meant for the terminal around it, and that one's name is of no use then.
    pub fn manner(&self) -> Manner {
        if self.is_multiplexer() {
            return Manner::Unknown;
        }
        let names = [self.program.to_ascii_lowercase(), self.term.to_ascii_lowercase()];
        let found = KNOWN.iter().find(|(known, _)| names.iter().any(|name| name.contains(known)));
        found.map_or(Manner::Unknown, |(_, manner)| *manner)
    }
}

/// How a word goes out, or that it does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    Bytes(Vec<u8>),
    Bell,
    Nothing,
}

impl Word {
    pub fn call(&self, manner: Manner, charset: Charset) -> Call {
        let text = clean(&self.text, charset);
        let osc9 = || Call::Bytes(format!("\x1b]9;{text}\x1b\\").into_bytes());
        let osc777 = || Call::Bytes(format!("\x1b]777;notify;Proximity;{text}\x1b\\").into_bytes());
        match (self.notify, manner) {
            (Notify::None, _) => Call::Nothing,
            (Notify::Bell, _) => Call::Bell,
            (Notify::Osc9, _) | (Notify::Auto, Manner::Osc9) => osc9(),
            (Notify::Osc777, _) | (Notify::Auto, Manner::Osc777) => osc777(),
            (Notify::Auto, Manner::Unknown) if self.level == Level::Danger && self.bell == Bell::Rings => Call::Bell,
            (Notify::Auto, Manner::Unknown) => Call::Nothing,
        }
    }
}

/// Only what takes a cell, so that nothing ends the sequence or turns the text about; no semicolon, which parts fields.
fn clean(text: &str, charset: Charset) -> String {
    let plain = |letter: char| match charset {
        Charset::Ascii => ascii::plain(letter),
        Charset::Unicode => letter,
    };
    let tame = |letter: char| match letter {
        ';' => ',',
        letter if letter.is_whitespace() => ' ',
        letter => plain(letter),
    };
    let cleaned: String =
        text.chars().filter(|letter| letter.is_whitespace() || cells(*letter) > 0).map(tame).take(LONGEST).collect();
    cleaned.trim().to_owned()
}
