//! The keys of a place, from the one table, with a hand on them: what it is on can be done from here. What must hold: what
//! is shown is what is bound, and what is chosen is done in the place that help was asked for.

use ratatui::layout::{Position, Rect};

use super::panel::{METAL, pane_area, plate};
use crate::tui::{
    command::{Command, Deck},
    keymap::{Bound, Place},
    model::Model,
    theme::Role,
    widgets::brush::Brush,
};

#[derive(Debug, Clone)]
pub struct Help {
    pub of: Place,
    pub at: usize,
    pub filter: String,
    pub is_filtering: bool,
}

/// One line: the keys, what they do, and what is done when it is chosen.
pub struct Line {
    pub keys: String,
    pub words: &'static str,
    pub command: Command,
}

/// From here on there are two columns: the keys of a place are meant to be seen at once.
const TWO_FROM: u16 = 84;

impl Help {
    pub fn of(of: Place) -> Self {
        Self { of, at: 0, filter: String::new(), is_filtering: false }
    }

    pub fn place(&self) -> Place {
        if self.is_filtering { Place::Filter } else { Place::Help }
    }

    pub fn lines(&self, model: &Model) -> Vec<Line> {
        let wanted = self.filter.to_lowercase();
        let lines = model.keymap.at(self.of, model.demo).filter_map(|bound| line(&bound));
        lines.filter(|line| line.words.to_lowercase().contains(&wanted) || line.keys.contains(&self.filter)).collect()
    }
}

fn line(bound: &Bound) -> Option<Line> {
    let keys = bound.keys.iter().map(|key| key.label()).collect::<Vec<_>>().join("  ");
    let keys = if keys.is_empty() { "—".to_owned() } else { keys };
    match bound.command {
        // Seven keys of one kind: the strip names them all the time.
        Command::Open(Deck::Overview) if keys == "1" => {
            Some(Line { keys: "1 – 7".into(), words: "the decks", command: bound.command })
        }
        Command::Open(deck) if keys == deck.number().to_string() => None,
        command => Some(Line { keys, words: bound.words, command }),
    }
}

/// How the lines lie: columns one beside the other, a page at a time.
struct Laid {
    area: Rect,
    columns: u16,
    rows: usize,
    from: usize,
}

fn lay(screen: Rect, count: usize, at: usize) -> Laid {
    let columns = if pane_area(screen, 1).width >= TWO_FROM { 2 } else { 1 };
    let wanted = count.div_ceil(usize::from(columns)).max(1);
    let area = pane_area(screen, wanted as u16 + 2);
    let rows = usize::from(area.height.saturating_sub(2)).max(1);
    let page = rows * usize::from(columns);
    // All of it where it fits, else the page that the hand is on.
    let rows = if count <= page { wanted.min(rows) } else { rows };
    Laid { area, columns, rows, from: if count <= page { 0 } else { at / page * page } }
}

impl Laid {
    fn place(&self, i: usize) -> Option<Rect> {
        let i = i.checked_sub(self.from)?;
        let (column, row) = ((i / self.rows) as u16, (i % self.rows) as u16);
        let wide = self.area.width / self.columns;
        let y = self.area.y + 2 + row;
        let place = Rect { x: self.area.x + column * wide, y, width: wide, height: 1 };
        (column < self.columns && y < self.area.bottom()).then_some(place)
    }
}

/// The line at a place of the screen.
pub fn line_at(screen: Rect, help: &Help, model: &Model, at: Position) -> Option<usize> {
    let count = help.lines(model).len();
    let laid = lay(screen, count, help.at);
    (0..count).find(|i| laid.place(*i).is_some_and(|place| place.contains(at)))
}

/// How many lines are seen at once.
pub fn page(screen: Rect, help: &Help, model: &Model) -> usize {
    let laid = lay(screen, help.lines(model).len(), help.at);
    laid.rows * usize::from(laid.columns)
}

pub fn draw(brush: &mut Brush, screen: Rect, help: &Help, model: &Model) {
    let lines = help.lines(model);
    let laid = lay(screen, lines.len(), help.at);
    let area = laid.area;
    plate(brush, screen, area.height);
    let mut head = brush.line(area.x, area.y, area.width, METAL);
    head.say("the keys of", Role::Dim).skip(1).bold(help.of.name(), Role::Title);
    if help.is_filtering || !help.filter.is_empty() {
        head.skip(3).say("/", Role::Accent).say(&help.filter, Role::Title);
        head.say(if help.is_filtering { "█" } else { "" }, Role::Accent);
    }
    let page = laid.rows * usize::from(laid.columns);
    if lines.len() > page {
        let to = (laid.from + page).min(lines.len());
        head.at_edge(&format!("{}–{to} of {}", laid.from + 1, lines.len()), Role::Dim);
    }
    for (i, line) in lines.iter().enumerate() {
        let Some(place) = laid.place(i) else { continue };
        let is_held = i == help.at;
        let mut row = brush.line(place.x, place.y, place.width, METAL);
        row.say(if is_held { "▸ " } else { "  " }, Role::Accent);
        row.left(&line.keys, 15, Role::Title).skip(1);
        row.say(line.words, if is_held { Role::Bright } else { Role::Text });
    }
    if lines.is_empty() {
        brush.line(area.x, area.y + 2, area.width, METAL).say("nothing here does that", Role::Dim);
    }
}
