//! What is known of the terminal before it is asked. What must hold: the environment is read here, once, and judged by
//! plain functions.

use crate::{
    settings::{Colour, Glyphs},
    tui::{
        canvas::Charset,
        term::{Erase, Rows},
        theme::Depth,
    },
};

/// The environment as far as it speaks of the terminal; an empty variable counts as none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    pub term: String,
    /// What the terminal calls itself; LC_TERMINAL crosses SSH, TERM_PROGRAM seldom does.
    pub program: String,
    pub colorterm: String,
    pub no_color: String,
    /// The first of LC_ALL, LC_CTYPE and LANG that says something.
    pub locale: String,
}

/// How many colours there seem to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Belief {
    pub depth: Depth,
    pub certainty: Certainty,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    Settled,
    /// The terminal may know better, and can be asked.
    WorthAsking,
}

const TRUE_COLOUR_TERMINALS: [&str; 8] =
    ["direct", "alacritty", "kitty", "foot", "wezterm", "ghostty", "iterm", "contour"];

impl Surroundings {
    pub fn read() -> Self {
        let value = |name| std::env::var(name).unwrap_or_default();
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(value).into_iter().find(|locale| !locale.is_empty());
        let program = ["TERM_PROGRAM", "LC_TERMINAL"].map(value).into_iter().find(|name| !name.is_empty());
        Self {
            term: value("TERM"),
            program: program.unwrap_or_default(),
            colorterm: value("COLORTERM"),
            no_color: value("NO_COLOR"),
            locale: locale.unwrap_or_default(),
        }
    }

    /// What the operator chose comes first, then NO_COLOR, COLORTERM and TERM.
    pub fn depth(&self, chosen: Colour) -> Belief {
        let settled = |depth| Belief { depth, certainty: Certainty::Settled };
        match chosen {
            Colour::True => settled(Depth::True),
            Colour::Indexed => settled(Depth::Indexed),
            Colour::Ansi => settled(Depth::Named),
            Colour::None => settled(Depth::None),
            Colour::Auto if !self.no_color.is_empty() => settled(Depth::None),
            Colour::Auto if ["truecolor", "24bit"].contains(&self.colorterm.as_str()) => settled(Depth::True),
            Colour::Auto => self.depth_by_term(),
        }
    }

    fn depth_by_term(&self) -> Belief {
        let term = self.term.as_str();
        let depth = match term {
            _ if TRUE_COLOUR_TERMINALS.iter().any(|name| term.contains(name)) => Depth::True,
            _ if term.contains("256color") => Depth::Indexed,
            "dumb" | "vt100" | "vt102" | "vt220" => Depth::None,
            _ => Depth::Named,
        };
        // Others print the question, or answer for a terminal that is not theirs.
        let is_worth_it = term.starts_with("xterm") && depth != Depth::True;
        Belief { depth, certainty: if is_worth_it { Certainty::WorthAsking } else { Certainty::Settled } }
    }

    /// Unicode where the locale says so, but not on the Linux console, whose font has 512 glyphs.
    pub fn charset(&self, chosen: Glyphs) -> Charset {
        let locale = self.locale.to_ascii_lowercase();
        let is_utf8 = locale.contains("utf-8") || locale.contains("utf8");
        match chosen {
            Glyphs::Unicode => Charset::Unicode,
            Glyphs::Auto if is_utf8 && self.term != "linux" => Charset::Unicode,
            Glyphs::Auto | Glyphs::Ascii => Charset::Ascii,
        }
    }

    /// GNU screen erases with its own background, and so may what nobody knows. tmux erases well, but leaves erased cells
    /// out of what is copied from it; it is on this machine, so that bytes to it cost nothing.
    pub fn erase(&self) -> Erase {
        if self.is_known() && !self.is_multiplexer() { Erase::Coloured } else { Erase::Unsafe }
    }

    /// Every terminal with a name moves its rows as the VT102 did.
    pub fn rows(&self) -> Rows {
        if self.is_named() { Rows::Movable } else { Rows::Fixed }
    }

    /// Whether TERM is one of those that are known.
    pub(super) fn is_named(&self) -> bool {
        self.is_known() || self.is_multiplexer()
    }

    fn is_known(&self) -> bool {
        let known = ["xterm", "linux", "vte", "konsole", "rxvt"];
        known.iter().chain(&TRUE_COLOUR_TERMINALS).any(|name| self.term.contains(name))
    }

    pub(super) fn is_multiplexer(&self) -> bool {
        ["screen", "tmux"].iter().any(|name| self.term.starts_with(name))
    }
}
