//! The port book: which port is whose, what clashes, and what really listens where somebody looked. What must hold: what
//! clashes stands first, with what is to be done, whatever it is sorted by.

use ratatui::layout::Rect;

use super::{
    panel::{METAL, Row as Line, inner, pane_area, plate, told},
    wrap,
};
use crate::{
    domain::{
        fault::Fault,
        ids::AppId,
        port_book::{Clash, Look, Place as At, PortBook, Row, Unseen, Use},
    },
    engine::Answer,
    tui::{
        event::Ticket,
        keymap::Place,
        model::hand::window,
        theme::Role,
        widgets::{
            brush::{Brush, fit},
            figures::UNKNOWN,
        },
    },
};

#[derive(Debug, Clone)]
pub struct Ports {
    pub found: Found,
    pub at: usize,
    pub chip: Chip,
    pub sort: Sort,
    pub filter: String,
    pub typing: Typing,
    /// What is asked for and not answered yet.
    pub flight: Option<(Ticket, Look)>,
}

/// Where the keys go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Typing {
    #[default]
    List,
    Filter,
}

#[derive(Debug, Clone)]
pub enum Found {
    Nothing,
    Known(Box<PortBook>),
    Fault(Fault),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Chip {
    #[default]
    All,
    Clashes,
    Leased,
    Published,
    Listens,
}

impl Chip {
    const ALL: [Self; 5] = [Self::All, Self::Clashes, Self::Leased, Self::Published, Self::Listens];

    pub fn step(self, by: isize) -> Self {
        let at = Self::ALL.iter().position(|chip| *chip == self).unwrap_or(0) as isize;
        Self::ALL[(at + by).rem_euclid(Self::ALL.len() as isize) as usize]
    }

    fn words(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Clashes => "clashes",
            Self::Leased => "leased",
            Self::Published => "published",
            Self::Listens => "listening",
        }
    }

    fn takes(self, row: &Row) -> bool {
        match self {
            Self::All => true,
            Self::Clashes => false,
            Self::Leased => row.uses.contains(&Use::Leased),
            Self::Published => row.uses.contains(&Use::Published),
            Self::Listens => row.uses.contains(&Use::Listens) || row.uses.contains(&Use::Inside),
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    App,
    Port,
    Host,
}

impl Sort {
    pub fn next(self) -> Self {
        match self {
            Self::App => Self::Port,
            Self::Port => Self::Host,
            Self::Host => Self::App,
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Port => "port",
            Self::Host => "host",
        }
    }
}

/// Something that the hand can rest on.
pub enum Item<'a> {
    Clash(&'a Clash),
    Unseen(&'a Unseen),
    Port(&'a Row),
}

impl Item<'_> {
    pub fn app(&self) -> Option<&AppId> {
        match self {
            Self::Clash(clash) => clash.app.as_ref(),
            Self::Unseen(unseen) => Some(&unseen.app),
            Self::Port(row) => row.app.as_ref(),
        }
    }
}

impl Ports {
    pub fn unasked() -> Self {
        Self {
            found: Found::Nothing,
            at: 0,
            chip: Chip::default(),
            sort: Sort::default(),
            filter: String::new(),
            typing: Typing::default(),
            flight: None,
        }
    }

    pub fn place(&self) -> Place {
        if self.typing == Typing::Filter { Place::Filter } else { Place::Ports }
    }

    /// What is shown, in its order.
    pub fn items(&self) -> Vec<Item<'_>> {
        let Found::Known(book) = &self.found else { return Vec::new() };
        let wanted = self.filter.to_lowercase();
        let fits = |text: String| text.to_lowercase().contains(&wanted);
        let shows_clashes = matches!(self.chip, Chip::All | Chip::Clashes);
        let clashes =
            book.clashes.iter().filter(|clash| shows_clashes && fits(format!("{} {}", clash.host, clash.what)));
        let unseen = book.unseen.iter().filter(|unseen| shows_clashes && fits(unseen.name.clone()));
        let mut rows: Vec<&Row> = book.rows.iter().filter(|row| self.chip.takes(row) && fits(text_of(row))).collect();
        rows.sort_by_key(|row| match self.sort {
            Sort::App => (row.whose.clone(), row.port, row.host.clone()),
            Sort::Port => (String::new(), row.port, row.host.clone()),
            Sort::Host => (format!("{} {}", row.host, row.place.slug()), row.port, row.host.clone()),
        });
        clashes.map(Item::Clash).chain(unseen.map(Item::Unseen)).chain(rows.into_iter().map(Item::Port)).collect()
    }

    pub fn held(&self) -> Option<AppId> {
        self.items().get(self.at).and_then(Item::app).cloned()
    }

    /// After whatever changed what is shown.
    pub fn settle(&mut self) {
        self.at = self.at.min(self.items().len().saturating_sub(1));
    }

    /// What it waited for, if it did.
    pub fn hear(&mut self, ticket: Ticket, result: &Result<Answer, Fault>) {
        if self.flight.take_if(|(flight, _)| *flight == ticket).is_none() {
            return;
        }
        self.found = match result {
            Ok(Answer::PortBook(book)) => Found::Known(book.clone()),
            Ok(_) => return,
            Err(fault) => Found::Fault(fault.clone()),
        };
        self.settle();
    }
}

fn text_of(row: &Row) -> String {
    let name = row.name.as_deref().unwrap_or_default();
    let program = row.program.as_deref().unwrap_or_default();
    format!("{} {} {} {name} {program}", row.host, row.whose, row.port)
}

pub fn draw(brush: &mut Brush, screen: Rect, ports: &Ports) {
    let room = inner(screen);
    let items = ports.items();
    let blocks: Vec<Vec<Line>> = items.iter().enumerate().map(|(i, item)| block(item, i == ports.at, room)).collect();
    let lines: Vec<&Line> = blocks.iter().flatten().collect();
    let aside = aside(ports, room);
    let wanted = if lines.is_empty() { aside.len() } else { lines.len() };
    let area = pane_area(screen, (wanted + 4) as u16);
    plate(brush, screen, area.height);
    head(brush, area, ports, &items);
    let body = Rect { y: area.y + 3, height: area.height.saturating_sub(3), ..area };
    let before: usize = blocks.iter().take(ports.at).map(Vec::len).sum();
    let held = blocks.get(ports.at).map_or(1, Vec::len);
    let top =
        window(before.saturating_sub(usize::from(body.height) / 2), before + held - 1, lines.len(), body.height.into());
    let shown: Vec<&Line> = if lines.is_empty() { aside.iter().collect() } else { lines };
    for (y, row) in (body.y..body.bottom()).zip(shown.into_iter().skip(top)) {
        let mut line = brush.line(body.x, y, body.width, METAL);
        for (text, role) in row {
            line.say(text, *role);
        }
    }
}

fn head(brush: &mut Brush, area: Rect, ports: &Ports, items: &[Item<'_>]) {
    let clashes = match &ports.found {
        Found::Known(book) => book.clashes.len(),
        _ => 0,
    };
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    line.say("port book ", Role::Dim).bold("which port is whose", Role::Title);
    match clashes {
        0 => line.at_edge(&format!("{} ports", items.len()), Role::Dim),
        1 => line.at_edge("✖ 1 clash", Role::Danger),
        many => line.at_edge(&format!("✖ {many} clashes"), Role::Danger),
    };
    let mut line = brush.line(area.x, area.y + 1, area.width, METAL);
    for chip in Chip::ALL {
        let role = if chip == ports.chip { Role::Title } else { Role::Dim };
        line.say(if chip == ports.chip { "▸" } else { " " }, Role::Accent).say(chip.words(), role).skip(1);
    }
    line.skip(1).say(&format!("by {}", ports.sort.words()), Role::Dim);
    let caret = if ports.typing == Typing::Filter { "▏" } else { "" };
    if ports.typing == Typing::Filter || !ports.filter.is_empty() {
        line.skip(2).say("/", Role::Accent).say(&ports.filter, Role::Text).say(caret, Role::Accent);
    }
    if let Some((_, look)) = &ports.flight {
        let words = if *look == Look::Inside { "◌ looking inside all apps …" } else { "◌ asking …" };
        line.at_edge(words, Role::Warning);
    }
}

/// What stands there where there is no list.
fn aside(ports: &Ports, room: u16) -> Vec<Line> {
    match &ports.found {
        Found::Nothing => vec![vec![("asking …".into(), Role::Dim)]],
        Found::Fault(fault) => told(
            &[
                ("what", &*fault.what, Role::Danger),
                ("why", &*fault.why, Role::Text),
                ("now", &*fault.remedy, Role::Title),
            ],
            room,
        ),
        Found::Known(book) if book.rows.is_empty() => {
            vec![vec![("no app has a port yet: [3] has apps to deploy".into(), Role::Dim)]]
        }
        Found::Known(_) => vec![vec![("nothing fits what is asked for".into(), Role::Dim)]],
    }
}

fn block(item: &Item<'_>, is_held: bool, room: u16) -> Vec<Line> {
    let hand = (if is_held { "▸ " } else { "  " }.to_owned(), Role::Accent);
    let text = if is_held { Role::Title } else { Role::Text };
    match item {
        Item::Clash(clash) => warned(hand, ("✖ ", Role::Danger), (&clash.what, text), &clash.remedy, room),
        Item::Unseen(unseen) => {
            let what = format!("{} was not looked into: {}", unseen.name, unseen.fault.why);
            warned(hand, ("◇ ", Role::Warning), (&what, text), &unseen.fault.remedy, room)
        }
        Item::Port(row) => vec![port(row, hand, text, room)],
    }
}

fn warned(hand: (String, Role), sign: (&str, Role), what: (&str, Role), remedy: &str, room: u16) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (i, line) in wrap(what.0, room.saturating_sub(4)).into_iter().enumerate() {
        lines.push(match i {
            0 => vec![hand.clone(), (sign.0.into(), sign.1), (line, what.1)],
            _ => vec![("    ".into(), Role::Dim), (line, what.1)],
        });
    }
    lines.extend(
        wrap(remedy, room.saturating_sub(4))
            .into_iter()
            .map(|line| vec![("    ".into(), Role::Dim), (line, Role::Dim)]),
    );
    lines
}

fn port(row: &Row, hand: (String, Role), text: Role, room: u16) -> Line {
    let uses: Vec<&str> = row.uses.iter().map(|one| one.slug()).collect();
    let light = match () {
        () if row.uses.contains(&Use::Listens) => ("● ", Role::Good),
        () if row.uses.contains(&Use::Published) => ("● ", Role::Accent),
        () => ("○ ", Role::Off),
    };
    let at = match (row.place, row.address.as_deref()) {
        (At::Gateway, Some(address)) => format!("gateway {address}"),
        (At::Gateway, None) => "gateway".into(),
        (At::App, address) => address.unwrap_or(UNKNOWN).to_owned(),
    };
    let port = format!("{}/{}", row.port, row.protocol);
    let mut line: Line = vec![
        hand,
        (light.0.into(), light.1),
        (format!("{port:<10} "), Role::Bright),
        (format!("{:<16} ", fit(&row.whose, 16)), text),
        (format!("{:<20} ", fit(&at, 20)), Role::Text),
        (format!("{:<19} ", fit(&uses.join(" "), 19)), Role::Dim),
    ];
    let used: u16 = 4 + 11 + 17 + 21 + 20;
    let more = [row.program.as_deref(), row.name.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    if room > used + 4 {
        let host = if room > used + 30 { format!("{more:<18} {}", row.host) } else { more };
        line.push((fit(&host, room - used).into_owned(), Role::Dim));
    }
    line
}
