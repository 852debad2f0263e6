//! Deck 7: which tab is open, what the hand is on, and what is being typed there. What must hold: what is under the hand is
//! a line that is shown.

use super::{Model, hand::window};
use crate::{
    domain::ids::HostId,
    settings::{SPECS, Spec, Tab},
    tui::layers::forms::Field,
};

#[derive(Debug, Clone)]
pub struct Panel {
    pub tab: Tab,
    pub at: usize,
    pub top: usize,
    /// Where the hand was in the other tabs.
    was: Vec<(Tab, usize)>,
    /// What is looked for among all settings.
    pub search: String,
    pub doing: Doing,
    /// What was wrong with what was typed or pressed.
    pub wrong: Option<String>,
}

/// What has the keys.
#[derive(Debug, Clone, Default)]
pub enum Doing {
    #[default]
    Nothing,
    /// A value is typed.
    Types(Field),
    /// A key is waited for, which takes the place of the others or joins them.
    Presses(Joins),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joins {
    Alone,
    Others,
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    Setting(&'static Spec),
    Host(HostId),
    NewHost,
    /// A row of the key table, by its name.
    Key(String),
    /// Something to read: what, and what of it.
    Fact(String, String),
}

/// What the deck knows of the program itself.
#[derive(Debug, Clone, Default)]
pub struct Facts(pub Vec<(String, String)>);

impl Default for Panel {
    fn default() -> Self {
        Self {
            tab: Tab::Look,
            at: 0,
            top: 0,
            was: Vec::new(),
            search: String::new(),
            doing: Doing::Nothing,
            wrong: None,
        }
    }
}

impl Panel {
    pub fn step_tab(&mut self, by: isize) {
        let at = Tab::ALL.iter().position(|tab| *tab == self.tab).unwrap_or(0) as isize;
        let next = Tab::ALL[(at + by).rem_euclid(Tab::ALL.len() as isize) as usize];
        self.open(next);
    }

    pub fn open(&mut self, tab: Tab) {
        self.search.clear();
        (self.doing, self.wrong) = (Doing::Nothing, None);
        if tab == self.tab {
            return;
        }
        self.was.retain(|(other, _)| *other != self.tab);
        self.was.push((self.tab, self.at));
        self.at = self.was.iter().find(|(other, _)| *other == tab).map_or(0, |(_, at)| *at);
        (self.tab, self.top) = (tab, 0);
    }

    pub fn settle(&mut self, lines: usize, page: usize) {
        self.at = self.at.min(lines.saturating_sub(1));
        self.top = window(self.top, self.at, lines, page);
    }
}

impl Model {
    /// What the open tab shows, or what was found in all of them.
    pub fn panel_lines(&self) -> Vec<Line> {
        if !self.panel.search.is_empty() {
            return self.found_lines();
        }
        match self.panel.tab {
            Tab::Hosts => {
                let hosts = self.world.fleet.hosts.iter().map(|host| Line::Host(host.id.clone()));
                hosts.chain([Line::NewHost]).collect()
            }
            Tab::Keys => self.keymap.all().map(|bound| Line::Key(bound.slug.to_owned())).collect(),
            Tab::About => self.facts.0.iter().map(|(what, of)| Line::Fact(what.clone(), of.clone())).collect(),
            tab => self.specs().filter(|spec| spec.tab == tab).map(Line::Setting).collect(),
        }
    }

    /// Those that the settings have.
    pub fn specs(&self) -> impl Iterator<Item = &'static Spec> + '_ {
        SPECS.iter().filter(|spec| spec.is_there())
    }

    fn found_lines(&self) -> Vec<Line> {
        let wanted = self.panel.search.to_lowercase();
        let fits = |text: &str| text.to_lowercase().contains(&wanted);
        let of_keys = |bound: &crate::tui::keymap::Bound| {
            fits(bound.words) || fits(bound.slug) || bound.keys.iter().any(|key| key.label() == self.panel.search)
        };
        let keys = self.keymap.all().filter(of_keys).map(|bound| Line::Key(bound.slug.to_owned()));
        if self.panel.tab == Tab::Keys {
            return keys.collect();
        }
        let is_it = |spec: &&Spec| fits(spec.label) || fits(spec.about) || fits(&spec.name());
        self.specs().filter(|spec| is_it(spec)).map(Line::Setting).chain(keys).collect()
    }

    pub fn panel_line(&self) -> Option<Line> {
        self.panel_lines().into_iter().nth(self.panel.at)
    }

    /// The hand goes to this setting.
    pub fn show_setting(&mut self, spec: &'static Spec) {
        self.panel.open(spec.tab);
        self.panel.at = self.panel_lines().iter().position(|line| *line == Line::Setting(spec)).unwrap_or(0);
    }
}
