//! Deck 3: the recipes, and beside them the one under the hand. A file that could not be read is told by name and reason
//! and hides no other.

use ratatui::layout::Rect;

use super::{bare, layout};
use crate::{
    domain::catalog::{Protocol, Recipe},
    engine::door::{Shelf, Shelved},
    tui::{
        canvas::Charset,
        layers::wrap,
        model::{Model, hand::window, store::Reading},
        theme::Role,
        widgets::{
            ascii,
            brush::{Brush, fit, width},
            ears::{self, Hold},
        },
    },
};

type Row = Vec<(String, Role)>;

pub fn draw(brush: &mut Brush, body: Rect, model: &Model) {
    let store = &model.store;
    let Some(shelf) = store.shelf.as_ref().filter(|shelf| !shelf.recipes.is_empty() || !shelf.faults.is_empty()) else {
        return nothing(brush, body, &store.reading);
    };
    let (head, list) = layout::list(body);
    heading(brush, head, model, shelf);
    let (left, right) = layout::beside(list);
    let bad = bad_rows(shelf, left.width);
    // What could not be read has its place under the list, a third of it at most.
    let low = (bad.len() as u16).min(left.height / 3);
    let high = Rect { height: left.height - low, ..left };
    let top = window(store.hand.top, store.hand.at, store.len(), usize::from(high.height).max(1));
    for (row, (i, shelved)) in (0..high.height).zip(shelf.recipes.iter().enumerate().skip(top)) {
        one(brush, Rect { y: high.y + row, height: 1, ..high }, shelved, i == store.hand.at);
    }
    lines(brush, Rect { y: high.bottom(), height: low, ..left }, &bad, Role::Page);
    if let (Some(area), Some(recipe)) = (right, store.held()) {
        detail(brush, area, recipe, shelf);
    }
}

fn nothing(brush: &mut Brush, body: Rect, reading: &Reading) {
    let words = match reading {
        Reading::NotYet | Reading::Asked => vec![("reading the recipes …".to_owned(), Role::Title)],
        Reading::Done => {
            vec![("no recipe is here".to_owned(), Role::Title), ("[r] reads them anew".to_owned(), Role::Dim)]
        }
        Reading::Failed(fault) => vec![
            (fault.what.clone(), Role::Danger),
            (fault.why.clone(), Role::Text),
            (format!("{} · [r] reads them anew", fault.remedy), Role::Dim),
        ],
    };
    bare::mount(brush, body, &words);
}

fn heading(brush: &mut Brush, area: Rect, model: &Model, shelf: &Shelf) {
    let mut line = brush.line(area.x + 1, area.y, area.width.saturating_sub(2), Role::Page);
    line.say(&shelf.recipes.len().to_string(), Role::Title).say(" recipes", Role::Dim).skip(3);
    match &model.store.reading {
        Reading::Asked => line.say("reading them anew …", Role::Warning),
        Reading::Failed(fault) => line.say("✖ ", Role::Danger).say(&fault.what, Role::Text),
        _ if !shelf.faults.is_empty() => line.say(&format!("{} could not be read", shelf.faults.len()), Role::Warning),
        _ => &mut line,
    };
    let place = format!("{} of {}", (model.store.hand.at + 1).min(shelf.recipes.len()), shelf.recipes.len());
    line.at_edge(&place, Role::Dim);
}

fn one(brush: &mut Brush, row: Rect, shelved: &Shelved, is_held: bool) {
    let recipe = &shelved.recipe;
    let is_shown = |glyph: &char| brush.canvas.charset == Charset::Unicode || ascii::plain(*glyph) != '?';
    let glyph = recipe.glyph.filter(is_shown).unwrap_or('▤');
    let mut line = brush.line(row.x + 1, row.y, row.width.saturating_sub(1), Role::Page);
    line.say(if is_held { "▸ " } else { "  " }, Role::Accent);
    line.left(&glyph.to_string(), 3, Role::Info);
    line.left(&recipe.name, 18, if is_held { Role::Bright } else { Role::Title }).skip(1);
    line.left(&recipe.version, 9, Role::Dim).skip(1);
    let methods: Vec<_> = recipe.methods_offered().into_iter().map(|method| method.slug()).collect();
    let tail = if row.width >= 70 { format!("{}  {}", methods.join(" "), recipe.category) } else { String::new() };
    let room = line.room().saturating_sub(width(&tail) + 1);
    line.left(&recipe.tagline, room, Role::Text).at_edge(&tail, Role::Dim);
}

fn bad_rows(shelf: &Shelf, room: u16) -> Vec<Row> {
    if shelf.faults.is_empty() {
        return Vec::new();
    }
    let mut rows = vec![vec![], vec![("  could not be read".to_owned(), Role::Warning)]];
    for bad in &shelf.faults {
        rows.push(vec![("  ✖ ".into(), Role::Danger), (bad.file.clone(), Role::Text)]);
        let why = wrap(&bad.why, room.saturating_sub(4));
        rows.extend(why.into_iter().map(|line| vec![(format!("    {line}"), Role::Dim)]));
    }
    rows
}

fn lines(brush: &mut Brush, area: Rect, rows: &[Row], back: Role) {
    for (y, row) in (area.y..area.bottom()).zip(rows) {
        let mut line = brush.line(area.x, y, area.width, back);
        for (text, role) in row {
            line.say(text, *role);
        }
    }
}

fn detail(brush: &mut Brush, area: Rect, recipe: &Recipe, shelf: &Shelf) {
    let room = area.width.saturating_sub(4);
    ears::seam(brush, Rect { height: 1, ..area }, Hold::Idle);
    let face = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    brush.fill(face, Role::Case);
    let inner = Rect { x: face.x + 2, width: room, height: face.height.saturating_sub(1), ..face };
    lines(brush, inner, &told(recipe, shelf, room), Role::Case);
}

/// Everything that one wants to know before one deploys it.
fn told(recipe: &Recipe, shelf: &Shelf, room: u16) -> Vec<Row> {
    let mut rows = vec![
        vec![(recipe.name.clone(), Role::Title), (format!("  {}   {}", recipe.version, recipe.license), Role::Dim)],
        vec![],
    ];
    rows.extend(wrap(&recipe.description, room).into_iter().map(|line| vec![(line, Role::Text)]));
    rows.push(vec![]);
    let need = &recipe.resources;
    let sizes = [
        ("cores", need.cores.recommended.to_string()),
        ("memory", format!("{} MB", need.memory.recommended)),
        ("disk", format!("{} GB", need.disk.recommended)),
    ];
    rows.push(
        sizes
            .into_iter()
            .flat_map(|(label, value)| [(format!("{label} "), Role::Dim), (format!("{value}   "), Role::Text)])
            .collect(),
    );
    rows.extend(recipe.ports.iter().map(|port| {
        let protocol = if port.protocol == Protocol::Udp { "/udp" } else { "" };
        let main = if port.main { "  opens in a browser" } else { "" };
        labelled("port", &format!("{}{protocol} {}{main}", port.port, port.name))
    }));
    rows.extend(recipe.volumes.iter().map(|volume| {
        let backed_up = if volume.backup { "backed up" } else { "not backed up" };
        labelled("volume", &format!("{} {} GB, {backed_up}", volume.path, volume.size))
    }));
    for need in &recipe.needs {
        let why = wrap(&format!("{}: {}", need.kind.told(), need.why), room.saturating_sub(8));
        let label = |i: usize| if i == 0 { "needs   " } else { "        " };
        rows.extend(
            why.into_iter().enumerate().map(|(i, line)| vec![(label(i).into(), Role::Warning), (line, Role::Text)]),
        );
    }
    if let Some(first) = &recipe.first_login {
        rows.push(vec![]);
        rows.push(vec![("first log-in".into(), Role::Dim)]);
        rows.extend(wrap(first, room).into_iter().map(|line| vec![(line, Role::Text)]));
    }
    rows.extend(recipe.links.home.as_ref().map(|home| labelled("home", &fit(home, room.saturating_sub(8)))));
    if let Some(file) = shelf.find(&recipe.id).and_then(|shelved| shelved.origin.file()) {
        rows.push(labelled("file", &fit(&file.display().to_string(), room.saturating_sub(8))));
    }
    rows
}

fn labelled(label: &str, value: &str) -> Row {
    vec![(format!("{label:<8}"), Role::Dim), (value.to_owned(), Role::Text)]
}
