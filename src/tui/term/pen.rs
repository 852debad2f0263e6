//! The pen: which colours and modifiers the terminal writes with now. What must hold: only what differs is sent.

use ratatui::style::Modifier;

use super::ink::{Ground, Ink, number};

/// How a cell is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    pub front: Ink,
    pub back: Ink,
    pub marks: Modifier,
}

/// What can be seen of a modifier where there is no letter.
pub const SEEN_ON_BLANK: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK)
    .union(Modifier::CROSSED_OUT);

impl Look {
    pub const PLAIN: Self = Self { front: Ink::Default, back: Ink::Default, marks: Modifier::empty() };

    /// Whether a blank looks the same in both.
    pub fn same_on_blank(self, other: Self) -> bool {
        self.back == other.back
            && self.marks & SEEN_ON_BLANK == other.marks & SEEN_ON_BLANK
            && (self.front == other.front || !self.marks.intersects(SEEN_ON_BLANK))
    }
}

/// What the terminal is known to write with; nothing is known at the start.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pen(Option<Look>);

impl Pen {
    /// Whether a letter of this look could be written without a word about colours.
    pub fn fits(&self, look: Look, is_blank: bool) -> bool {
        self.0.is_some_and(|held| held == look || is_blank && held.same_on_blank(look))
    }

    /// Takes up this look by the shorter of two ways: what differs, or everything from plain.
    pub fn take(&mut self, look: Look, is_blank: bool, out: &mut Vec<u8>) {
        let wanted = match self.0 {
            Some(held) if is_blank => for_blank(held, look),
            _ => look,
        };
        if self.0 == Some(wanted) {
            return;
        }
        let mut afresh = vec![b';'];
        differences(Look::PLAIN, wanted, &mut afresh);
        let mut best = afresh;
        if let Some(held) = self.0 {
            let mut by_difference = Vec::new();
            differences(held, wanted, &mut by_difference);
            if by_difference.len() <= best.len() {
                best = by_difference;
            }
        }
        best.pop();
        out.extend(b"\x1b[");
        out.extend(best);
        out.push(b'm');
        self.0 = Some(wanted);
    }
}

/// The nearest look to the held one that shows a blank as wanted.
fn for_blank(held: Look, wanted: Look) -> Look {
    let seen = wanted.marks & SEEN_ON_BLANK;
    let front = if seen.is_empty() { held.front } else { wanted.front };
    Look { front, back: wanted.back, marks: held.marks.difference(SEEN_ON_BLANK) | seen }
}

const ON: [(Modifier, u8); 9] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::RAPID_BLINK, 6),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

/// One code takes off a whole group.
const OFF: [(Modifier, u8); 7] = [
    (Modifier::BOLD.union(Modifier::DIM), 22),
    (Modifier::ITALIC, 23),
    (Modifier::UNDERLINED, 24),
    (Modifier::SLOW_BLINK.union(Modifier::RAPID_BLINK), 25),
    (Modifier::REVERSED, 27),
    (Modifier::HIDDEN, 28),
    (Modifier::CROSSED_OUT, 29),
];

fn differences(from: Look, to: Look, into: &mut Vec<u8>) {
    let mut marks = from.marks;
    for (group, code) in OFF {
        if marks.difference(to.marks).intersects(group) {
            number(code, into);
            marks.remove(group);
        }
    }
    for (mark, code) in ON {
        if to.marks.difference(marks).contains(mark) {
            number(code, into);
        }
    }
    if from.front != to.front {
        to.front.pick(Ground::Front, into);
    }
    if from.back != to.back {
        to.back.pick(Ground::Back, into);
    }
}
