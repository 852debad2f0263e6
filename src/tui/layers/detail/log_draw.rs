//! The lines of a log that are in sight. What must hold: to draw them costs what those few cost, however many are kept.

use ratatui::{layout::Rect, style::Modifier};

use super::{Detail, Hearing, LogPane, Typing, face};
use crate::{
    domain::{
        app::Method,
        log::{Level, LogLine, LogSource, level, position},
        state::State,
    },
    tui::{
        layers::panel::METAL,
        model::Model,
        theme::Role,
        widgets::brush::{Brush, Line, fit, width},
    },
};

/// The hand, the level's sign and a gap.
const GUTTER: u16 = 4;
/// A name of a service has so much room.
const SOURCE: u16 = 12;

/// Where the lines stand: below the heading, above what is typed.
pub fn page(area: Rect) -> Rect {
    Rect { y: area.y + 2.min(area.height), height: area.height.saturating_sub(2), ..area }
}

pub fn draw(brush: &mut Brush, area: Rect, detail: &Detail, model: &Model) {
    let log = &detail.log;
    heading(brush, Rect { height: 1.min(area.height), ..area }, log);
    let list = page(area);
    if log.ring.is_empty() {
        return nothing(brush, list, detail, model);
    }
    let mut y = list.y;
    let mut at = log.top;
    while y < list.bottom() {
        let Some(line) = log.ring.get(at) else { break };
        y += one(brush, Rect { y, height: list.bottom() - y, ..list }, line, at == log.at, (log, model));
        at += 1;
    }
}

fn heading(brush: &mut Brush, area: Rect, log: &LogPane) {
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    if let Some(typing) = log.typing {
        let (word, text) = match typing {
            Typing::Filter => ("filter ", log.ring.filter()),
            Typing::Find => ("search ", log.find.as_str()),
        };
        line.say(word, Role::Dim).bold(text, Role::Title).say("▏", Role::Accent).skip(2);
        let lines = log.ring.len();
        line.say(&if lines == 1 { "1 line".into() } else { format!("{lines} lines") }, Role::Dim);
        line.at_edge("[Enter] keep  [Esc] clear", Role::Dim);
        return;
    }
    if log.ring.kept() == 0 && !matches!(log.hearing, Hearing::Well) {
        return;
    }
    line.say(log.source.as_ref().map_or("", words), Role::Text).skip(2);
    line.say(&format!("{} lines", grouped(log.ring.len())), Role::Dim).skip(2);
    if !log.ring.filter().is_empty() {
        line.say("filter ", Role::Dim).say(log.ring.filter(), Role::Accent).skip(1);
        line.say(&format!("of {}", grouped(log.ring.kept())), Role::Dim).skip(2);
    }
    if !log.find.is_empty() {
        line.say("search ", Role::Dim).say(&log.find, Role::Accent).say(" [n] [N]", Role::Dim).skip(2);
    }
    if log.gaps > 0 {
        line.say(&format!("◐ {} gaps", log.gaps), Role::Warning).skip(2);
    }
    let (words, role) = match (&log.hearing, log.follows) {
        (Hearing::Failed(_), _) if !log.ring.is_empty() => ("◐ cannot be had just now", Role::Warning),
        (_, true) => ("● follows", Role::Good),
        (_, false) => ("○ stands still: [f] follows", Role::Dim),
    };
    if line.room() >= width(words) {
        line.at_edge(words, role);
    }
}

fn words(source: &LogSource) -> &'static str {
    match source {
        LogSource::Compose => "its services",
        LogSource::Containers => "its containers",
        LogSource::Journal => "its journal",
        LogSource::File(_) => "its file",
        LogSource::Console => "its console",
    }
}

/// `12 480`
fn grouped(number: usize) -> String {
    match number / 1_000 {
        0 => number.to_string(),
        thousands => format!("{thousands} {:03}", number % 1_000),
    }
}

fn nothing(brush: &mut Brush, area: Rect, detail: &Detail, model: &Model) {
    let entry = model.world.entry(&detail.guest);
    let is_image = entry.and_then(|entry| model.world.app(entry)).is_some_and(|app| app.method() == Some(Method::Oci));
    if detail.app.is_none() {
        return face::empty(
            brush,
            area,
            "the log of a guest that is not ours is not known here",
            "[!] sits down at its console",
        );
    }
    if entry.is_some_and(|entry| entry.state == State::Stopped) {
        return face::empty(brush, area, "it is stopped, and nobody can look inside", "[1] then [s] starts it");
    }
    if !detail.log.ring.filter().is_empty() {
        return face::empty(brush, area, "no line has that", "[Esc] clears the filter");
    }
    match &detail.log.hearing {
        Hearing::NotYet => face::empty(brush, area, "looking inside for its log …", "this takes a second or two"),
        Hearing::Failed(fault) => {
            let key = if is_image { "[!] its console   [r] try again" } else { "[r] try again   [!] its console" };
            face::failed(brush, area, fault, key);
        }
        Hearing::Well => {
            face::empty(brush, area, "it has written nothing yet", "this goes on by itself; [r] looks now")
        }
    }
}

/// How many rows a line takes in so much room.
pub fn height(line: &LogLine, log: &LogPane, room: u16) -> u16 {
    if !log.wraps {
        return 1;
    }
    let text = text_room(log, room);
    width(&line.text).div_ceil(text.max(1)).max(1)
}

/// The room for the text, behind what stands before it.
fn text_room(log: &LogPane, room: u16) -> u16 {
    let time = if log.tells_times { 9 } else { 0 };
    let source = if room >= 70 { SOURCE + 1 } else { 0 };
    room.saturating_sub(GUTTER + time + source)
}

/// Draws one line and says how many rows it took.
fn one(brush: &mut Brush, area: Rect, line: &LogLine, is_held: bool, (log, model): (&LogPane, &Model)) -> u16 {
    let mark = level(&line.text);
    let (sign, role, text_role) = match mark {
        Some(Level::Error) => ("✖", Role::Danger, Role::Danger),
        Some(Level::Warn) => ("◐", Role::Warning, Role::Warning),
        Some(Level::Info) => ("·", Role::Dim, Role::Text),
        Some(Level::Debug) => ("·", Role::Off, Role::Dim),
        None => (" ", Role::Dim, Role::Text),
    };
    let mut row = brush.line(area.x, area.y, area.width, METAL);
    row.say(if is_held { "▸ " } else { "  " }, Role::Accent).say(sign, role).skip(1);
    if log.tells_times {
        row.left(&line.at.map_or(String::new(), |at| clock(model, at.moment())), 9, Role::Dim);
    }
    if area.width >= 70 {
        row.left(&line.source, SOURCE, if line.source.is_empty() { Role::Dim } else { Role::Info }).skip(1);
    }
    let text_role = if is_held && text_role == Role::Text { Role::Title } else { text_role };
    let (x, room) = (row.x(), row.room());
    if !log.wraps {
        let shown: String = line.text.chars().skip(log.shift).collect();
        lit(&mut row, &fit(&shown, room), &log.find, text_role);
        return 1;
    }
    let letters: Vec<char> = line.text.chars().collect();
    let pieces = pieces(&letters, room);
    for (y, piece) in (area.y..area.bottom()).zip(&pieces) {
        lit(&mut brush.line(x, y, room, METAL), piece, &log.find, text_role);
    }
    pieces.len().max(1) as u16
}

fn pieces(letters: &[char], room: u16) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut used = 0;
    for letter in letters {
        let cells = width(letter.encode_utf8(&mut [0; 4]));
        if used + cells > room.max(1) {
            pieces.push(String::new());
            used = 0;
        }
        used += cells;
        if let Some(piece) = pieces.last_mut() {
            piece.push(*letter);
        }
    }
    pieces
}

/// What is searched for is underlined, also where there is no colour.
fn lit(row: &mut Line, text: &str, find: &str, role: Role) {
    let find = find.to_lowercase();
    let mut rest = text;
    while let Some(at) =
        position(rest, &find).filter(|at| rest.is_char_boundary(*at) && rest.is_char_boundary(at + find.len()))
    {
        let (before, from) = rest.split_at(at);
        let (hit, after) = from.split_at(find.len());
        row.say(before, role);
        let style = row.style(Role::Bright).add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
        row.styled(hit, style);
        rest = after;
    }
    row.say(rest, role);
}

fn clock(model: &Model, at: crate::domain::moment::Moment) -> String {
    match jiff::Timestamp::from_millisecond(at.0) {
        Ok(time) => time.to_zoned(model.zone.clone()).strftime("%H:%M:%S").to_string(),
        Err(_) => String::new(),
    }
}

/// As it goes to the clipboard or into a file: nothing is cut.
pub fn text_of<'l>(lines: impl Iterator<Item = &'l LogLine>) -> String {
    let mut text = String::new();
    for line in lines {
        if let Some(time) = line.at.and_then(|at| jiff::Timestamp::from_nanosecond(i128::from(at.0)).ok()) {
            text.push_str(&time.to_string());
            text.push(' ');
        }
        if !line.source.is_empty() {
            text.push_str(&line.source);
            text.push_str(" | ");
        }
        text.push_str(&line.text);
        text.push('\n');
    }
    text
}

impl LogPane {
    /// Keeps the line under the hand in sight; costs as many lines as are.
    pub fn keep_in_sight(&mut self, area: Rect) {
        let rows = u32::from(page(area).height.max(1));
        self.at = self.at.min(self.ring.len().saturating_sub(1));
        let (mut used, mut lowest) = (0, self.at);
        for at in (0..=self.at).rev() {
            let Some(line) = self.ring.get(at) else { break };
            used += u32::from(height(line, self, area.width));
            if used > rows && at != self.at {
                break;
            }
            lowest = at;
        }
        self.top = if self.follows { lowest } else { self.top.clamp(lowest, self.at) };
    }
}
