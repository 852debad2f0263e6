//! What of a console is looked at: how far back, what is marked, where a word stands. What must hold: what is looked at
//! stays in sight while the guest goes on writing.

use alacritty_terminal::{
    grid::{Dimensions, Scroll},
    index::{Column, Line, Point, Side},
    selection::{Selection, SelectionType},
    term::cell::Flags,
};

use super::{glyph, screen::Screen};

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To what is older.
    Up,
    Down,
}

/// How much of it a drag or a key marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marking {
    Letters,
    Lines,
}

/// A line as text, with the column of each letter.
struct Text {
    letters: Vec<(char, u16)>,
}

impl Screen {
    /// How many lines the view is above the live screen.
    pub fn offset(&self) -> usize {
        self.term.grid().display_offset()
    }

    /// How many lines there are above the live screen.
    pub fn history(&self) -> usize {
        self.term.grid().history_size()
    }

    pub fn scroll(&mut self, way: Way, lines: usize) {
        let lines = i32::try_from(lines).unwrap_or(i32::MAX);
        self.term.scroll_display(Scroll::Delta(if way == Way::Up { lines } else { -lines }));
    }

    pub fn to_top(&mut self) {
        self.term.scroll_display(Scroll::Top);
    }

    /// The live screen.
    pub fn to_bottom(&mut self) {
        self.term.scroll_display(Scroll::Bottom);
    }

    /// Puts this word in sight, the next one from a row of the view on; gives its row.
    pub fn find(&mut self, word: &str, from: u16, way: Way) -> Option<u16> {
        let start = i32::from(from) - self.offset() as i32;
        let (top, bottom) = (-(self.history() as i32), self.term.screen_lines() as i32 - 1);
        let has_it = |line: &i32| !self.text(Line(*line)).places(word).is_empty();
        let line = match way {
            Way::Up => (top..start).rev().find(has_it),
            Way::Down => (start + 1..=bottom).find(has_it),
        }?;
        let rows = self.term.screen_lines() as i32;
        let row = line + self.offset() as i32;
        if !(0..rows).contains(&row) {
            let wanted = (rows / 2 - line).clamp(0, self.history() as i32);
            self.term.scroll_display(Scroll::Delta(wanted - self.offset() as i32));
        }
        u16::try_from(line + self.offset() as i32).ok()
    }

    /// Where a word stands in a row of the view: from which column to before which.
    pub fn places(&self, word: &str, row: u16) -> Vec<(u16, u16)> {
        self.text(self.line(row)).places(word)
    }

    /// Begins to mark at a cell of the view, or goes on to it.
    pub fn mark(&mut self, row: u16, column: u16, marking: Marking) {
        let point = Point::new(self.line(row), Column(usize::from(column)));
        match &mut self.term.selection {
            Some(selection) => selection.update(point, Side::Right),
            None => {
                let kind = if marking == Marking::Lines { SelectionType::Lines } else { SelectionType::Simple };
                self.term.selection = Some(Selection::new(kind, point, Side::Left));
            }
        }
    }

    pub fn unmark(&mut self) {
        self.term.selection = None;
    }

    pub fn is_marking(&self) -> bool {
        self.term.selection.is_some()
    }

    pub fn is_marked(&self, row: u16, column: u16) -> bool {
        let range = self.term.selection.as_ref().and_then(|selection| selection.to_range(&self.term));
        range.is_some_and(|range| range.contains(Point::new(self.line(row), Column(usize::from(column)))))
    }

    pub fn marked(&self) -> Option<String> {
        self.term.selection_to_string().filter(|text| !text.is_empty())
    }

    /// What is marked, or else what is in sight.
    pub fn copied(&self) -> String {
        self.marked().unwrap_or_else(|| self.seen())
    }

    /// What is in sight, without the blanks behind it.
    pub fn seen(&self) -> String {
        let rows = self.term.screen_lines() as u16;
        let lines: Vec<String> = (0..rows).map(|row| self.text(self.line(row)).words()).collect();
        let last = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
        lines[..last].join("\n")
    }

    /// The last row of the view that has something.
    pub fn last_row(&self) -> u16 {
        (self.seen().lines().count() as u16).saturating_sub(1)
    }

    fn line(&self, row: u16) -> Line {
        let rows = self.term.screen_lines() as u16;
        Line(i32::from(row.min(rows.saturating_sub(1))) - self.offset() as i32)
    }

    fn text(&self, line: Line) -> Text {
        let row = &self.term.grid()[line];
        let cells = (0..self.term.columns()).map(|column| (&row[Column(column)], column as u16));
        let letters = cells.filter(|(cell, _)| !cell.flags.intersects(Flags::WIDE_CHAR_SPACER));
        Text { letters: letters.map(|(cell, column)| (glyph::letter(cell), column)).collect() }
    }
}

impl Text {
    fn words(&self) -> String {
        let line: String = self.letters.iter().map(|(letter, _)| letter).collect();
        line.trim_end().to_owned()
    }

    /// Capitals count where the word has some.
    fn places(&self, word: &str) -> Vec<(u16, u16)> {
        let counts = word.chars().any(char::is_uppercase);
        let plain = |letter: char| if counts { letter } else { letter.to_lowercase().next().unwrap_or(letter) };
        let word: Vec<char> = word.chars().map(plain).collect();
        if word.is_empty() {
            return Vec::new();
        }
        let fits =
            |window: &&[(char, u16)]| window.iter().zip(&word).all(|((letter, _), wanted)| plain(*letter) == *wanted);
        let ends = |window: &[(char, u16)]| match (window.first(), window.last()) {
            (Some((_, first)), Some((_, last))) => Some((*first, last + 1)),
            _ => None,
        };
        self.letters.windows(word.len()).filter(fits).filter_map(ends).collect()
    }
}
