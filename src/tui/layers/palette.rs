//! The palette: everything that has a name, found by a few letters of it, what was used lately first. What must hold: it
//! answers at once, whatever is on the shelf.

mod everything;

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};
use ratatui::layout::{Position, Rect};

use super::panel::{METAL, panel, panel_area};
use crate::{
    domain::{
        catalog::RecipeId,
        ids::{GuestKey, HostId, NodeKey, OperationId},
        mischief::Mischief,
        moment::Moment,
    },
    settings::Spec,
    tui::{
        command::{Command, Deck},
        model::{Model, stops::Stop, uses::Uses},
        theme::Role,
        widgets::brush::Brush,
    },
};

#[derive(Debug, Clone)]
pub struct Palette {
    pub typed: String,
    /// What was found, by its place among all.
    pub found: Vec<usize>,
    pub at: usize,
    all: Vec<Item>,
    /// How much each was used, beside it.
    weights: Vec<f32>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub words: String,
    /// The key that does the same, or where it is.
    pub beside: String,
    pub does: Does,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Does {
    Command(Command),
    /// On another deck than this one.
    There(Deck, Command),
    Show(GuestKey),
    Deploy(RecipeId),
    Host(HostId),
    Node(NodeKey),
    Operation(OperationId),
    Setting(&'static Spec),
    Mark(Stop),
    Wear(String),
    Meddle(Mischief),
}

impl Does {
    /// What kind of thing it is; the order is the one on the screen.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Command(_) => "here",
            Self::There(deck, _) => deck.name(),
            Self::Operation(_) => "runs",
            Self::Show(_) => "app",
            Self::Mark(_) => "mark",
            Self::Host(_) => "host",
            Self::Node(_) => "node",
            Self::Deploy(_) => "recipe",
            Self::Setting(_) => "setting",
            Self::Wear(_) => "theme",
            Self::Meddle(_) => "trouble",
        }
    }

    /// What its uses are counted under.
    pub fn name(&self) -> String {
        match self {
            Self::Command(command) | Self::There(_, command) => format!("do {command:?}"),
            Self::Show(guest) => format!("show {guest}"),
            Self::Deploy(recipe) => format!("deploy {recipe}"),
            Self::Host(host) => format!("host {host}"),
            Self::Node(node) => format!("node {}/{}", node.host, node.node),
            Self::Operation(id) => format!("operation {id}"),
            Self::Setting(spec) => format!("setting {}", spec.name()),
            Self::Mark(stop) => format!("mark {stop:?}"),
            Self::Wear(theme) => format!("wear {theme}"),
            Self::Meddle(mischief) => format!("trouble {}", mischief.words()),
        }
    }
}

/// What a use adds to how well a name fits: enough to order what fits alike, too little to hide what fits better.
const PER_USE: f32 = 6.0;
const AT_MOST: f32 = 30.0;

impl Palette {
    pub fn over(model: &Model) -> Self {
        Self::of(everything::all(model), &model.uses, model.now.wall)
    }

    pub fn of(all: Vec<Item>, uses: &Uses, now: Moment) -> Self {
        let weigh = |item: &Item| if uses.is_empty() { 0.0 } else { uses.weight(&item.does.name(), now) };
        let weights = all.iter().map(weigh).collect();
        let mut palette = Self { typed: String::new(), found: Vec::new(), at: 0, all, weights };
        palette.search();
        palette
    }

    /// The same search over what there is now; the hand stays on what it is on.
    pub fn refill(&mut self, model: &Model) {
        let held = self.chosen().map(|item| item.does.clone());
        let (typed, at) = (std::mem::take(&mut self.typed), self.at);
        *self = Self::over(model);
        self.typed = typed;
        self.search();
        let still = held.and_then(|does| self.found.iter().position(|i| self.all[*i].does == does));
        self.at = still.unwrap_or_else(|| at.min(self.found.len().saturating_sub(1)));
    }

    pub fn search(&mut self) {
        self.at = 0;
        if self.typed.trim().is_empty() {
            self.found = (0..self.all.len()).collect();
            // What was never used keeps its order.
            self.found.sort_by(|a, b| self.weights[*b].total_cmp(&self.weights[*a]));
            return;
        }
        let pattern = Pattern::parse(&self.typed, CaseMatching::Smart, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut letters = Vec::new();
        let mut found: Vec<(f32, usize)> = Vec::new();
        for (i, item) in self.all.iter().enumerate() {
            if let Some(score) = pattern.score(Utf32Str::new(&item.words, &mut letters), &mut matcher) {
                found.push((score as f32 + (self.weights[i] * PER_USE).min(AT_MOST), i));
            }
        }
        found.sort_by(|(a, i), (b, j)| b.total_cmp(a).then(i.cmp(j)));
        self.found = found.into_iter().map(|(_, i)| i).collect();
    }

    pub fn chosen(&self) -> Option<&Item> {
        self.item(self.at)
    }

    pub fn item(&self, at: usize) -> Option<&Item> {
        self.all.get(*self.found.get(at)?)
    }
}

fn size(screen: Rect) -> (u16, u16) {
    (76.min(screen.width.saturating_sub(2)), screen.height.saturating_sub(8).clamp(1, 14) + 2)
}

/// The first one that is shown, and how many are.
fn window(area: Rect, palette: &Palette) -> (usize, usize) {
    let shown = usize::from(area.height.saturating_sub(2)).max(1);
    (palette.at / shown * shown, shown)
}

/// The line at a place of the screen.
pub fn line_at(screen: Rect, palette: &Palette, at: Position) -> Option<usize> {
    let (wide, high) = size(screen);
    let area = panel_area(screen, wide, high);
    let row = usize::from(at.y.checked_sub(area.y + 2)?);
    let (from, shown) = window(area, palette);
    (area.contains(at) && row < shown && from + row < palette.found.len()).then_some(from + row)
}

pub fn draw(brush: &mut Brush, screen: Rect, palette: &Palette) {
    let (wide, high) = size(screen);
    let area = panel(brush, screen, wide, high);
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    line.say("▸ ", Role::Accent).say(&palette.typed, Role::Title).say("█", Role::Accent);
    if palette.typed.is_empty() {
        line.skip(1).say("a command, an app, a recipe, a host, a setting …", Role::Dim);
    } else {
        line.at_edge(&format!("{} found", palette.found.len()), Role::Dim);
    }
    let (from, _) = window(area, palette);
    for (y, at) in (area.y + 2..area.bottom()).zip(from..palette.found.len()) {
        let Some(item) = palette.item(at) else { continue };
        let is_held = at == palette.at;
        let mut line = brush.line(area.x, y, area.width, METAL);
        line.say(if is_held { "▸ " } else { "  " }, Role::Accent);
        line.left(item.does.kind(), 10, Role::Off);
        let room = line.room().saturating_sub(16);
        line.left(&item.words, room, if is_held { Role::Title } else { Role::Text });
        line.at_edge(&item.beside, Role::Dim);
    }
    if palette.found.is_empty() {
        brush.line(area.x, area.y + 2, area.width, METAL).say("nothing has that name", Role::Dim);
    }
}
