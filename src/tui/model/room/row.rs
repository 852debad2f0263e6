//! The row above the cabinets: which widgets stand in it, in which order, and how wide. What must hold: a row that was kept
//! by another version is read as far as it is understood.

use serde::{Deserialize, Deserializer, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Widget {
    Apps,
    Cpu,
    Memory,
    Storage,
    Backups,
    Attention,
    /// Processors of the whole over the last readings.
    Chart,
    Clock,
    /// What the operator wrote down.
    Notes,
    /// The worst of what needs a person, with the key that mends it.
    Alerts,
    /// What was done last.
    Done,
    /// The next backups.
    Next,
}

impl Widget {
    pub const ALL: [Self; 12] = [
        Self::Apps,
        Self::Cpu,
        Self::Memory,
        Self::Storage,
        Self::Backups,
        Self::Attention,
        Self::Chart,
        Self::Clock,
        Self::Notes,
        Self::Alerts,
        Self::Done,
        Self::Next,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Apps => "apps",
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Storage => "storage",
            Self::Backups => "backups",
            Self::Attention => "attention",
            Self::Chart => "chart",
            Self::Clock => "clock",
            Self::Notes => "notes",
            Self::Alerts => "alerts",
            Self::Done => "last",
            Self::Next => "next backups",
        }
    }

    /// What it shows, for the menu.
    pub fn words(self) -> &'static str {
        match self {
            Self::Apps => "apps that are up",
            Self::Cpu => "processors of all nodes",
            Self::Memory => "memory of all nodes",
            Self::Storage => "how full the storages are",
            Self::Backups => "backups that are fresh",
            Self::Attention => "how many things need you",
            Self::Chart => "a chart of the processors",
            Self::Clock => "the time of day",
            Self::Notes => "notes of your own",
            Self::Alerts => "what needs you, with its key",
            Self::Done => "what was done last",
            Self::Next => "the next backups",
        }
    }

    /// Whether it has more to show where there are more rows.
    pub fn is_tall(self) -> bool {
        matches!(self, Self::Chart | Self::Clock | Self::Notes | Self::Alerts | Self::Done | Self::Next)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Breadth {
    Narrow,
    Wide,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    pub widget: Widget,
    pub breadth: Breadth,
}

impl Placed {
    pub const fn of(widget: Widget) -> Self {
        Self { widget, breadth: Breadth::Narrow }
    }

    pub const fn wide(widget: Widget) -> Self {
        Self { widget, breadth: Breadth::Wide }
    }

    /// How many parts of the row it takes.
    pub fn parts(self) -> u16 {
        if self.breadth == Breadth::Wide { 2 } else { 1 }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row(pub Vec<Placed>);

/// As the deck stood before anybody arranged it.
impl Default for Row {
    fn default() -> Self {
        Self(Widget::ALL[..6].iter().copied().map(Placed::of).collect())
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let all = Vec::<serde_json::Value>::deserialize(from)?;
        Ok(Self(all.into_iter().filter_map(|placed| serde_json::from_value(placed).ok()).collect()))
    }
}

impl Row {
    pub fn is_tall(&self) -> bool {
        self.0.iter().any(|placed| placed.widget.is_tall())
    }

    /// Those that are not in it.
    pub fn missing(&self) -> impl Iterator<Item = Widget> {
        Widget::ALL.into_iter().filter(|widget| !self.0.iter().any(|placed| placed.widget == *widget))
    }

    pub fn add(&mut self, widget: Widget) {
        if self.missing().any(|missing| missing == widget) {
            self.0.push(Placed::of(widget));
        }
    }

    pub fn remove(&mut self, at: usize) -> bool {
        let is_there = at < self.0.len();
        if is_there {
            self.0.remove(at);
        }
        is_there
    }

    /// Changes place with the neighbour on that side.
    pub fn step(&mut self, at: usize, by: isize) -> bool {
        let to = at.checked_add_signed(by).filter(|to| *to < self.0.len() && at < self.0.len());
        to.is_some_and(|to| {
            self.0.swap(at, to);
            true
        })
    }

    pub fn stretch(&mut self, at: usize) -> bool {
        let Some(placed) = self.0.get_mut(at) else { return false };
        placed.breadth = if placed.breadth == Breadth::Narrow { Breadth::Wide } else { Breadth::Narrow };
        true
    }
}
