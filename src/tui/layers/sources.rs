//! The sources of recipes: where each lies, what it gave, and what is new in it. What must hold: what is pinned is only
//! changed by a yes to what is on the screen.

use ratatui::layout::Rect;

use super::{
    panel::{METAL, Row, inner, pane_area, plate, told},
    wrap,
};
use crate::{
    domain::{
        catalog::{Changed, Difference, SourceName, Titled},
        fault::Fault,
    },
    engine::door::{SourceNews, SourceRow},
    tui::{event::Ticket, keymap::Place, model::Model, theme::Role, widgets::brush::Brush},
};

#[derive(Debug, Clone)]
pub struct Sources {
    pub found: Found,
    pub at: usize,
    /// What is asked for and not answered yet.
    pub flight: Option<Ticket>,
    /// What is fetched or taken now.
    pub doing: Option<Doing>,
    pub news: Option<Box<SourceNews>>,
    pub fault: Option<Fault>,
    /// The first line that is shown of the news.
    pub top: u16,
}

#[derive(Debug, Clone)]
pub enum Found {
    Nothing,
    Known(Vec<SourceRow>),
    Fault(Fault),
}

#[derive(Debug, Clone)]
pub struct Doing {
    pub ticket: Ticket,
    pub name: SourceName,
    pub words: &'static str,
}

impl Sources {
    pub fn unasked() -> Self {
        Self { found: Found::Nothing, at: 0, flight: None, doing: None, news: None, fault: None, top: 0 }
    }

    pub fn place(&self) -> Place {
        if self.news.is_some() { Place::News } else { Place::Sources }
    }

    pub fn rows(&self) -> &[SourceRow] {
        match &self.found {
            Found::Known(rows) => rows,
            _ => &[],
        }
    }

    pub fn held(&self) -> Option<&SourceName> {
        self.rows().get(self.at).map(|row| &row.source.name)
    }
}

pub fn draw(brush: &mut Brush, screen: Rect, sources: &Sources, model: &Model) {
    let room = inner(screen);
    let rows = match &sources.news {
        Some(news) => news_rows(news, room),
        None => list(sources, model, room),
    };
    let area = pane_area(screen, rows.len() as u16 + 4);
    plate(brush, screen, area.height);
    let mut head = brush.line(area.x, area.y, area.width, METAL);
    match &sources.news {
        Some(news) => head.say("what is new in ", Role::Dim).bold(news.name.as_str(), Role::Title),
        None => head.say("sources of ", Role::Dim).bold("recipes", Role::Title),
    };
    let high = area.height.saturating_sub(4);
    let top = match &sources.news {
        Some(_) => sources.top.min((rows.len() as u16).saturating_sub(high)),
        None => (sources.at as u16 * 4).saturating_sub(high.saturating_sub(4)),
    };
    for (y, row) in (area.y + 2..area.bottom().saturating_sub(2)).zip(rows.iter().skip(usize::from(top))) {
        let mut line = brush.line(area.x, y, area.width, METAL);
        for (text, role) in row {
            line.say(text, *role);
        }
    }
    foot(brush, Rect { y: area.bottom().saturating_sub(1), height: 1, ..area }, sources);
}

fn foot(brush: &mut Brush, row: Rect, sources: &Sources) {
    let mut line = brush.line(row.x, row.y, row.width, METAL);
    if let Some(doing) = &sources.doing {
        line.say(&format!("◌ {}: {} …   ", doing.name, doing.words), Role::Warning).say("[Esc]", Role::Text);
        line.say(" stops it", Role::Dim);
        return;
    }
    let keys: &[(&str, &str)] = match &sources.news {
        Some(news) if news.is_nothing() => &[("[Esc]", " back")],
        Some(_) => &[("[Enter]", " take it   "), ("[Esc]", " leave it as it is")],
        None => &[("[n]", " add   "), ("[u]", " what is new   "), ("[d]", " remove   "), ("[Esc]", " close")],
    };
    for (key, words) in keys {
        line.say(key, Role::Text).say(words, Role::Dim);
    }
}

fn list(sources: &Sources, model: &Model, room: u16) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(fault) = &sources.fault {
        rows.extend(of_fault(fault, room));
        rows.push(vec![]);
    }
    match &sources.found {
        Found::Nothing => rows.push(vec![("asking …".into(), Role::Dim)]),
        Found::Fault(fault) => rows.extend(of_fault(fault, room)),
        Found::Known(known) if known.is_empty() => {
            rows.push(vec![("there is none yet: [n] adds a store that you know".into(), Role::Dim)]);
        }
        Found::Known(known) => {
            let blocks = known.iter().enumerate();
            rows.extend(blocks.flat_map(|(i, row)| block(row, i == sources.at, model, room)));
        }
    }
    rows
}

fn of_fault(fault: &Fault, room: u16) -> Vec<Row> {
    let parts =
        [("what", &*fault.what, Role::Danger), ("why", &*fault.why, Role::Text), ("now", &*fault.remedy, Role::Title)];
    told(&parts, room)
}

fn block(row: &SourceRow, is_held: bool, model: &Model, room: u16) -> Vec<Row> {
    let source = &row.source;
    let pin = source.pin.as_ref().map_or("not fetched", |pin| pin.short());
    let title = if is_held { Role::Title } else { Role::Text };
    let mut rows = vec![
        vec![
            (if is_held { "▸ " } else { "  " }.into(), Role::Accent),
            (source.name.to_string(), title),
            (format!("   {pin}"), Role::Dim),
        ],
        vec![(format!("  {}", source.url.as_str()), Role::Dim)],
    ];
    if let Some(kept) = &row.kept {
        let day = model.day_and_time(kept.fetched);
        let refused: Vec<_> = kept.refused.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        let refused =
            if refused.is_empty() { "none refused".into() } else { format!("refused: {}", refused.join(", ")) };
        let text = format!("{} recipes, {}, fetched {day}; {refused}", kept.recipes, kept.format);
        rows.extend(
            wrap(&text, room.saturating_sub(2)).into_iter().map(|line| vec![(format!("  {line}"), Role::Text)]),
        );
    }
    if let Some(fault) = &row.fault {
        rows.push(vec![(format!("  ✖ {}: {}", fault.what, fault.remedy), Role::Warning)]);
    }
    rows.push(vec![]);
    rows
}

fn news_rows(news: &SourceNews, room: u16) -> Vec<Row> {
    let pin =
        |pin: Option<&crate::domain::catalog::Pin>| pin.map_or("nothing".to_owned(), |pin| pin.short().to_owned());
    let mut rows = vec![
        vec![(format!("{} now, {} there", pin(news.pinned.as_ref()), news.found.short()), Role::Dim)],
        vec![(counts(&news.difference), Role::Title)],
        vec![],
    ];
    let titled = |sign: &str, role, one: &Titled| {
        vec![(format!("{sign} "), role), (one.name.clone(), Role::Text), (format!("  {}", one.version), Role::Dim)]
    };
    rows.extend(news.difference.added.iter().map(|one| titled("+", Role::Good, one)));
    rows.extend(news.difference.removed.iter().map(|one| titled("-", Role::Danger, one)));
    rows.extend(news.difference.changed.iter().flat_map(|one| changed(one, room)));
    rows
}

fn counts(difference: &Difference) -> String {
    if difference.is_empty() {
        return "nothing is new".into();
    }
    let Difference { added, removed, changed, same } = difference;
    format!("{} added, {} removed, {} changed, {same} the same", added.len(), removed.len(), changed.len())
}

fn changed(one: &Changed, room: u16) -> Vec<Row> {
    let before = one.version_before.as_ref().map_or(String::new(), |before| format!("{before} → "));
    let parts: Vec<_> = one.parts.iter().map(|part| part.told()).collect();
    let text = format!("{}  {before}{}: {}", one.now.name, one.now.version, parts.join(", "));
    let lines = wrap(&text, room.saturating_sub(2)).into_iter().enumerate();
    lines.map(|(i, line)| vec![(if i == 0 { "~ " } else { "  " }.into(), Role::Warning), (line, Role::Text)]).collect()
}
