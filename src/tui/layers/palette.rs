//! The palette: every command of the place under it, every unit and every theme, found by a few letters of its name.

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};

use ratatui::layout::Rect;

use super::panel::{METAL, panel};
use crate::{
    domain::{ids::GuestKey, mischief::Mischief},
    tui::{
        command::Command,
        keymap::{self, Place},
        model::{Demo, Model},
        theme::Role,
        widgets::brush::Brush,
    },
};

#[derive(Debug, Clone)]
pub struct Palette {
    pub typed: String,
    pub found: Vec<Item>,
    pub at: usize,
    all: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub words: String,
    /// The key that does the same, or what kind of thing it is.
    pub beside: String,
    pub does: Does,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Does {
    Command(Command),
    Show(GuestKey),
    Wear(String),
    Meddle(Mischief),
}

impl Palette {
    pub fn over(model: &Model) -> Self {
        let mut all: Vec<Item> = commands(model.place(), model.demo).collect();
        all.push(Item {
            words: "motion: full, reduced, none".into(),
            beside: String::new(),
            does: Does::Command(Command::Motion),
        });
        all.extend(model.themes.iter().map(|theme| Item {
            words: format!("theme {}", theme.name),
            beside: "theme".into(),
            does: Does::Wear(theme.name.clone()),
        }));
        all.extend(model.world.entries.iter().map(|entry| Item {
            words: entry.name.to_string(),
            beside: entry.key.to_string(),
            does: Does::Show(entry.key.clone()),
        }));
        if model.demo == Demo::Demo {
            all.extend(Mischief::ALL.iter().map(|mischief| Item {
                words: format!("trouble: {}", mischief.words()),
                beside: "trouble".into(),
                does: Does::Meddle(*mischief),
            }));
        }
        let mut palette = Self { typed: String::new(), found: Vec::new(), at: 0, all };
        palette.search();
        palette
    }

    pub fn search(&mut self) {
        self.at = 0;
        if self.typed.trim().is_empty() {
            self.found = self.all.clone();
            return;
        }
        let pattern = Pattern::parse(&self.typed, CaseMatching::Smart, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut letters = Vec::new();
        let mut score = |item: &Item| pattern.score(Utf32Str::new(&item.words, &mut letters), &mut matcher);
        let mut found: Vec<(u32, &Item)> = self.all.iter().filter_map(|item| Some((score(item)?, item))).collect();
        found.sort_by(|(a, _), (b, _)| b.cmp(a));
        self.found = found.into_iter().map(|(_, item)| item.clone()).collect();
    }

    pub fn chosen(&self) -> Option<&Item> {
        self.found.get(self.at)
    }
}

/// What makes sense to be called by name: moving does not.
fn commands(place: Place, world: Demo) -> impl Iterator<Item = Item> {
    let worth = |command: Command| {
        use Command::{
            Enter, First, Last, Left, Next, NextPane, PageDown, PageUp, Palette, Previous, PreviousPane, Right,
        };
        !matches!(
            command,
            Next | Previous
                | Left
                | Right
                | First
                | Last
                | PageUp
                | PageDown
                | NextPane
                | PreviousPane
                | Enter
                | Palette
        ) && !matches!(command, Command::Back)
    };
    keymap::at(place, world).filter(move |binding| worth(binding.command)).map(|binding| Item {
        words: binding.words.to_owned(),
        beside: binding.keys.first().map(|key| key.label()).unwrap_or_default(),
        does: Does::Command(binding.command),
    })
}

pub fn draw(brush: &mut Brush, screen: Rect, palette: &Palette) {
    let rows = screen.height.saturating_sub(8).clamp(1, 12);
    let area = panel(brush, screen, 68.min(screen.width.saturating_sub(2)), rows + 2);
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    line.say("▸ ", Role::Accent).say(&palette.typed, Role::Title).say("█", Role::Accent);
    if palette.typed.is_empty() {
        line.skip(1).say("a command, a unit, a theme", Role::Dim);
    }
    let shown = usize::from(area.height.saturating_sub(2)).max(1);
    let from = palette.at / shown * shown;
    for (y, (i, item)) in (area.y + 2..area.bottom()).zip(palette.found.iter().enumerate().skip(from)) {
        let is_held = i == palette.at;
        let mut line = brush.line(area.x, y, area.width, METAL);
        line.say(if is_held { "▸ " } else { "  " }, Role::Accent);
        let room = line.room().saturating_sub(16);
        line.left(&item.words, room, if is_held { Role::Title } else { Role::Text });
        line.at_edge(&item.beside, Role::Dim);
    }
    if palette.found.is_empty() {
        brush.line(area.x, area.y + 2, area.width, METAL).say("nothing has that name", Role::Dim);
    }
}
