//! What apps were given and do not need, each to be taken back or left. What must hold: the sum is of what is chosen, and
//! what grows is never counted as gained.

use std::collections::BTreeSet;

use ratatui::layout::Rect;

use super::{
    panel::{METAL, inner, pane_area, plate},
    wrap,
};
use crate::{
    domain::{care::RightSize, fault::Fault, ids::AppId, plan::change::Sizes as To},
    tui::{
        event::Ticket,
        model::hand::window,
        theme::Role,
        widgets::{
            brush::{Brush, Line, fit_middle},
            figures,
        },
    },
};

#[derive(Debug, Clone)]
pub struct Sizes {
    /// Whose: a host, or all of them.
    pub of: String,
    pub flight: Option<Ticket>,
    pub found: Found,
    left_out: BTreeSet<AppId>,
    pub at: usize,
}

#[derive(Debug, Clone)]
pub enum Found {
    Nothing,
    Known(Vec<RightSize>),
    Fault(Fault),
}

/// Whether any of its sizes is to grow.
pub fn needs_more(row: &RightSize) -> bool {
    row.to.memory.is_some_and(|to| to > row.memory) || row.to.cores.is_some_and(|to| to > row.cores)
}

/// What comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gain {
    /// MiB
    pub memory: u64,
    pub cores: u32,
}

impl Sizes {
    pub fn of(of: String) -> Self {
        Self { of, flight: None, found: Found::Nothing, left_out: BTreeSet::new(), at: 0 }
    }

    /// What grows waits for the operator to choose it: nobody who reclaims asked for that.
    pub fn take(&mut self, found: Found) {
        (self.found, self.flight, self.at) = (found, None, 0);
        self.left_out = self.growing();
    }

    fn growing(&self) -> BTreeSet<AppId> {
        self.rows().iter().filter(|row| needs_more(row)).map(|row| row.app.clone()).collect()
    }

    pub fn rows(&self) -> &[RightSize] {
        match &self.found {
            Found::Known(rows) => rows,
            Found::Nothing | Found::Fault(_) => &[],
        }
    }

    pub fn chosen(&self) -> Vec<&RightSize> {
        self.rows().iter().filter(|row| !self.left_out.contains(&row.app)).collect()
    }

    pub fn wish(&self) -> Vec<(AppId, To)> {
        self.chosen().into_iter().map(|row| (row.app.clone(), row.to.clone())).collect()
    }

    /// The one under the hand is taken, or left out.
    pub fn turn(&mut self) {
        let Some(app) = self.rows().get(self.at).map(|row| row.app.clone()) else { return };
        if !self.left_out.remove(&app) {
            self.left_out.insert(app);
        }
    }

    pub fn turn_all(&mut self) {
        let all: BTreeSet<_> = self.rows().iter().map(|row| row.app.clone()).collect();
        let growing = self.growing();
        self.left_out = if self.left_out.is_subset(&growing) { all } else { growing };
    }

    pub fn gain(&self) -> Gain {
        self.chosen().into_iter().filter(|row| !needs_more(row)).fold(Gain::default(), |sum, row| Gain {
            memory: sum.memory + row.to.memory.map_or(0, |to| row.memory.saturating_sub(to)),
            cores: sum.cores + row.to.cores.map_or(0, |to| row.cores.saturating_sub(to)),
        })
    }
}

impl Gain {
    /// `6.2 GB and 3 cores`
    pub fn words(self) -> String {
        let memory = (self.memory > 0).then(|| figures::size(self.memory << 20));
        let cores = match self.cores {
            0 => None,
            1 => Some("1 core".to_owned()),
            many => Some(format!("{many} cores")),
        };
        match (memory, cores) {
            (Some(memory), Some(cores)) => format!("{memory} and {cores}"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => "nothing".into(),
        }
    }
}

/// Title, sum, the space under them, the names of the columns.
const HEAD: u16 = 4;

pub fn draw(brush: &mut Brush, screen: Rect, sizes: &Sizes) {
    let room = inner(screen);
    let aside = aside(sizes, room);
    let rows = sizes.rows();
    let area = pane_area(screen, HEAD + (rows.len() + aside.len()) as u16);
    plate(brush, screen, area.height);
    let mut title = brush.line(area.x, area.y, area.width, METAL);
    title.say("reclaim what is not needed ", Role::Dim).bold(&sizes.of, Role::Title);
    if rows.is_empty() {
        for (y, (text, role)) in (area.y + 2..area.bottom()).zip(&aside) {
            brush.line(area.x, y, area.width, METAL).say(text, *role);
        }
        return;
    }
    sum(&mut brush.line(area.x, area.y + 1, area.width, METAL), sizes);
    labels(&mut brush.line(area.x, area.y + 3, area.width, METAL));
    let page = usize::from(area.height.saturating_sub(HEAD)).max(1);
    let top = window(sizes.at.saturating_sub(page / 2), sizes.at, rows.len(), page);
    for (y, (i, row)) in (area.y + HEAD..area.bottom()).zip(rows.iter().enumerate().skip(top)) {
        let is_out = sizes.left_out.contains(&row.app);
        one(&mut brush.line(area.x, y, area.width, METAL), row, i == sizes.at, is_out);
    }
}

fn sum(line: &mut Line, sizes: &Sizes) {
    let chosen = sizes.chosen().into_iter().filter(|row| !needs_more(row)).count();
    let growing = sizes.growing().len();
    let all = sizes.rows().len() - growing;
    line.say("reclaim ", Role::Text).bold(&sizes.gain().words(), Role::Bright);
    let of = if chosen == all { String::new() } else { format!(" of {all}") };
    let apps = if all == 1 { "app" } else { "apps" };
    line.say(&format!(" from {chosen}{of} {apps}"), Role::Dim);
    if growing > 0 {
        let verb = if growing == 1 { "needs" } else { "need" };
        line.say(&format!("  ·  {growing} {verb} more"), Role::Warning);
    }
}

/// What stands there where there is no list.
fn aside(sizes: &Sizes, room: u16) -> Vec<(String, Role)> {
    let (text, role) = match &sizes.found {
        Found::Nothing => ("◌ a week of what they used is looked at …".to_owned(), Role::Dim),
        Found::Fault(fault) => (format!("✖ {}: {}. {}", fault.what, fault.why, fault.remedy), Role::Warning),
        Found::Known(rows) if rows.is_empty() => {
            ("✓ no app has much more than it needs, as far as a week of it is known".to_owned(), Role::Good)
        }
        Found::Known(_) => return Vec::new(),
    };
    wrap(&text, room).into_iter().map(|line| (line, role)).collect()
}

/// How wide each column is.
struct Columns {
    name: u16,
    has: u16,
    used: u16,
    gets: u16,
}

impl Columns {
    fn of(line: &Line) -> Self {
        if line.room() >= 90 {
            Self { name: 30, has: 9, used: 11, gets: 13 }
        } else {
            Self { name: 13, has: 7, used: 8, gets: 9 }
        }
    }
}

const CORES: u16 = 7;
const CORES_USED: u16 = 5;

fn labels(line: &mut Line) {
    let Columns { name, has, used, gets } = Columns::of(line);
    line.skip(6).left("app", name, Role::Dim).right("has", has, Role::Dim).right("used", used, Role::Dim);
    line.right("gets", gets, Role::Dim).right("cores", CORES, Role::Dim).right("used", CORES_USED, Role::Dim);
    line.say("  get", Role::Dim);
}

fn one(line: &mut Line, row: &RightSize, is_held: bool, is_out: bool) {
    let (mark, role) = match (is_out, is_held) {
        (true, _) => ("[ ] ", Role::Dim),
        (false, true) => ("[✓] ", Role::Title),
        (false, false) => ("[✓] ", Role::Text),
    };
    let new = if is_out { Role::Dim } else { Role::Bright };
    let Columns { name, has, used, gets } = Columns::of(line);
    line.say(if is_held { "▸ " } else { "  " }, Role::Accent).say(mark, role);
    line.left(&fit_middle(&row.name, name), name, role);
    let size = |mib: u64| figures::size(mib << 20);
    line.right(&size(row.memory), has, Role::Dim).right(&size(row.memory_used), used, Role::Dim);
    match row.to.memory {
        Some(to) => line.right(&size(to), gets, new),
        None => line.right("stays", gets, Role::Dim),
    };
    let busy = format!("{:.1}", row.cpu_used * row.cores as f32);
    line.right(&row.cores.to_string(), CORES, Role::Dim).right(&busy, CORES_USED, Role::Dim);
    match row.to.cores {
        Some(to) => line.right(&to.to_string(), 5, new),
        None => line.right("stays", 7, Role::Dim),
    };
    if needs_more(row) {
        let words = "  needs more";
        line.say(if usize::from(line.room()) < words.len() { " +" } else { words }, Role::Warning);
    }
}
