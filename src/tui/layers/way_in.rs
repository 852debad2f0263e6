//! How one gets into an app: its addresses, one of them for a phone's camera, and what one logs in with. What must hold: a
//! secret is seen for a short while, only when it was asked for, and what is not seen any more is not kept here.

use std::time::Duration;

use ratatui::layout::Rect;

use super::{
    panel::{METAL, pane_area, plate},
    wrap,
};
use crate::{
    domain::{fault::Fault, gateway::public_url, ids::AppId, secret::Secret},
    tui::{
        event::{Now, Ticket},
        model::{Model, hand::window, world::Entry},
        theme::Role,
        widgets::{brush::Brush, qr::Qr},
    },
};

/// Columns that the lines want beside the code: for an address, and for a secret with its name.
const NARROW: u16 = 34;
const ROOMY: u16 = 56;

/// So long a secret is seen.
pub const SEEN_FOR: Duration = Duration::from_secs(20);

#[derive(Debug, Clone)]
pub struct WayIn {
    pub app: AppId,
    pub name: String,
    pub lines: Vec<Line>,
    pub at: usize,
    pub reveal: Reveal,
    /// What the recipe says of the first time.
    first: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    Address { label: &'static str, url: String },
    Setting { name: String, value: String },
    Secret { name: String },
}

#[derive(Debug, Clone)]
pub enum Reveal {
    Hidden,
    /// To be seen, or to be copied by its name.
    Asked(Ticket, Option<String>),
    Seen {
        until: Duration,
        secrets: Vec<(String, Secret)>,
    },
    Failed(Fault),
}

impl WayIn {
    pub fn of(model: &Model, entry: &Entry) -> Option<Self> {
        let app = model.world.app(entry)?;
        let address = |label, url: Option<String>| url.map(|url| Line::Address { label, url });
        let mut lines: Vec<Line> = address("by its gateway", public_url(&model.world.fleet, app)).into_iter().collect();
        // Without a page of its own it is where it listens, if it listens at all.
        let own = app.url().or_else(|| entry.endpoint.as_ref().map(|endpoint| format!("http://{endpoint}")));
        lines.extend(address("by its address", own));
        let book = app.book.as_ref();
        let names = book.iter().flat_map(|book| &book.settings).filter(|(name, value)| names_somebody(name, value));
        lines.extend(names.map(|(name, value)| Line::Setting { name: name.clone(), value: value.clone() }));
        let secrets = book.iter().flat_map(|book| &book.secrets);
        lines.extend(secrets.map(|name| Line::Secret { name: name.clone() }));
        let recipe = book.and_then(|book| book.recipe.as_ref()).and_then(|id| model.store.recipe(id));
        let first = recipe.and_then(|recipe| recipe.first_login.clone());
        Some(Self { app: app.id.clone(), name: entry.name.to_string(), lines, at: 0, reveal: Reveal::Hidden, first })
    }

    pub fn held(&self) -> Option<&Line> {
        self.lines.get(self.at)
    }

    /// What is seen ends by itself.
    pub fn pass(&mut self, tick: Duration) {
        if matches!(self.reveal, Reveal::Seen { until, .. } if until <= tick) {
            self.reveal = Reveal::Hidden;
        }
    }

    /// When it next looks different.
    pub fn wakes_at(&self, tick: Duration) -> Option<Duration> {
        match self.reveal {
            Reveal::Seen { until, .. } => Some(until.min(tick + Duration::from_secs(1))),
            _ => None,
        }
    }

    /// The address for the camera: the one under the hand, or the first.
    fn shown_address(&self) -> Option<&str> {
        let url = |line: &Line| matches!(line, Line::Address { .. });
        let line = self.held().filter(|line| url(line)).or_else(|| self.lines.iter().find(|line| url(line)))?;
        match line {
            Line::Address { url, .. } => Some(url),
            _ => None,
        }
    }
}

/// Whether a setting is a name that one logs in with.
fn names_somebody(name: &str, value: &str) -> bool {
    let name = name.to_ascii_uppercase();
    !value.is_empty() && ["USER", "LOGIN", "EMAIL", "ADMIN"].iter().any(|word| name.contains(word))
}

pub fn draw(brush: &mut Brush, screen: Rect, way: &WayIn, now: Now) {
    let charset = brush.canvas.charset;
    let widest = pane_area(screen, screen.height);
    let code = way.shown_address().and_then(Qr::of);
    // What is seen of a secret is worth more room than the code.
    let beside = if matches!(way.reveal, Reveal::Seen { .. }) { ROOMY } else { NARROW };
    let left = Rect { width: widest.width.saturating_sub(beside), ..widest };
    let fitting = code.as_ref().filter(|code| code.fits(left, charset));
    let taken = fitting.map_or(0, |code| code.size().0 + 2);
    let rows = rows(way, now, widest.width.saturating_sub(taken), code.is_some() && fitting.is_none());
    let rows = in_sight(rows, way, usize::from(widest.height.saturating_sub(2)));
    let high = (rows.len() as u16 + 2).max(fitting.map_or(0, |code| code.size().1));
    let area = pane_area(screen, high);
    plate(brush, screen, high);
    brush.line(area.x, area.y, area.width, METAL).say("the way into ", Role::Dim).bold(&way.name, Role::Title);
    for (y, row) in (area.y + 2..area.bottom()).zip(&rows) {
        let mut line = brush.line(area.x, y, area.width.saturating_sub(taken), METAL);
        row.iter().for_each(|(text, role)| {
            line.say(text, *role);
        });
    }
    if let Some(code) = fitting {
        code.draw(brush, area.right().saturating_sub(code.size().0), area.y);
    }
}

/// Where there is too little room for all, the lines around the hand; what is said below them stays.
fn in_sight(rows: Vec<super::Row>, way: &WayIn, room: usize) -> Vec<super::Row> {
    let count = way.lines.len();
    let page = room.saturating_sub(rows.len() - count).max(1);
    if rows.len() <= room || count <= page {
        return rows;
    }
    let top = window(way.at.saturating_sub(page / 2), way.at, count, page);
    let is_seen = |i: &usize| (top..top + page).contains(i) || *i >= count;
    rows.into_iter().enumerate().filter(|(i, _)| is_seen(i)).map(|(_, row)| row).collect()
}

fn rows(way: &WayIn, now: Now, room: u16, is_code_missing: bool) -> Vec<super::Row> {
    let mut rows: Vec<super::Row> =
        way.lines.iter().enumerate().map(|(i, line)| row(way, line, i == way.at, room)).collect();
    if way.lines.is_empty() {
        rows.push(vec![("it has no address yet, and no secret that we know".into(), Role::Dim)]);
    }
    let mut say = |text: &str, role: Role| {
        rows.push(vec![]);
        rows.extend(wrap(text, room).into_iter().map(|line| vec![(line, role)]));
    };
    if let Some(first) = &way.first {
        say(&format!("the first time: {first}"), Role::Text);
    }
    match &way.reveal {
        Reveal::Seen { until, .. } => {
            let left = until.saturating_sub(now.tick).as_secs_f32().ceil();
            say(&format!("hidden again in {left:.0} s · [v] hides it now"), Role::Warning);
        }
        Reveal::Asked(..) => say("asking the vault …", Role::Dim),
        Reveal::Failed(fault) => say(&fault.to_string(), Role::Danger),
        Reveal::Hidden if way.lines.iter().any(|line| matches!(line, Line::Secret { .. })) => {
            say("[v] shows the secrets for 20 seconds · [Enter] copies without showing", Role::Dim);
        }
        Reveal::Hidden => say("[Enter] copies", Role::Dim),
    }
    if is_code_missing {
        say("for a QR code there is too little room here, or only ASCII", Role::Dim);
    }
    rows
}

fn row(way: &WayIn, line: &Line, is_held: bool, room: u16) -> super::Row {
    let mark = (if is_held { "▸ " } else { "  " }.to_owned(), Role::Accent);
    let text = if is_held { Role::Title } else { Role::Text };
    let (label, value) = match line {
        Line::Address { label, url } => ((*label).to_owned(), (url.clone(), text)),
        Line::Setting { name, value } => (name.clone(), (value.clone(), text)),
        Line::Secret { name } => match &way.reveal {
            Reveal::Seen { secrets, .. } => {
                let secret = secrets.iter().find(|(known, _)| known == name);
                let told = secret.map_or("-- the vault has none --", |(_, secret)| secret.reveal());
                (name.clone(), (told.to_owned(), Role::Warning))
            }
            _ => (name.clone(), ("••••••••".to_owned(), Role::Dim)),
        },
    };
    // Where there is little room an address speaks for itself.
    match line {
        Line::Address { .. } if room < ROOMY => vec![mark, value],
        _ => vec![mark, (format!("{label:<16} "), Role::Dim), value],
    }
}
