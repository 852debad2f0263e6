//! All that one wants to know of a recipe before one deploys it. What must hold: what it needs beyond a plain container,
//! what was lost on its way here, and how far it was checked are told before anything is praised.

use ratatui::layout::Rect;

use super::facts;
use crate::{
    domain::{
        app::Method,
        catalog::{Port, Protocol, Range, Recipe, Setting, Volume, VolumeKind, category_title, fits, oldest},
        fleet::Node,
    },
    engine::door::Shelved,
    tui::{
        layers::{Row, wrap},
        model::Model,
        theme::Role,
        widgets::{
            brush::{Brush, fit_middle},
            led::Led,
            unit,
        },
    },
};

/// Cells for labels.
const LABEL: u16 = 10;

/// The card in its own place beside the shelf.
pub fn beside(brush: &mut Brush, area: Rect, model: &Model, shelved: &Shelved) {
    brush.fill(area, Role::Case);
    let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area };
    let rows = rows(model, shelved, inner.width);
    title(brush, inner, &shelved.recipe);
    let face = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
    let last_top = (rows.len() as u16).saturating_sub(face.height);
    let top = model.store.card_top.min(last_top);
    for (y, row) in (face.y..face.bottom()).zip(rows.iter().skip(usize::from(top))) {
        let mut line = brush.line(face.x, y, face.width, Role::Case);
        for (text, role) in row {
            line.say(text, *role);
        }
    }
    if last_top > top {
        let y = face.bottom().saturating_sub(1);
        brush.fill(Rect { y, height: 1, ..face }, Role::Case);
        let more = format!("… {} more", last_top - top + 1);
        brush.line(face.x, y, face.width, Role::Case).say(&more, Role::Dim);
    }
}

/// How far the card goes at most.
pub fn last_top(model: &Model, area: Rect) -> u16 {
    let Some(shelved) = model.store.shelved() else { return 0 };
    let rows = rows(model, shelved, area.width.saturating_sub(4)).len() as u16;
    rows.saturating_sub(area.height.saturating_sub(1))
}

fn title(brush: &mut Brush, inner: Rect, recipe: &Recipe) {
    let mut line = brush.line(inner.x, inner.y, inner.width, Role::Case);
    line.bold(&recipe.name, Role::Title).skip(2).say(&recipe.version, Role::Text).skip(2);
    line.at_edge(&recipe.license, Role::Dim);
}

/// Everything under its title.
pub fn rows(model: &Model, shelved: &Shelved, room: u16) -> Vec<Row> {
    let recipe = &shelved.recipe;
    let mut rows = Vec::new();
    rows.extend(wrap(&recipe.tagline, room).into_iter().map(|line| vec![(line, Role::Title)]));
    rows.push(vec![]);
    rows.extend(standing(model, shelved, room));
    rows.extend(cautions(recipe, room));
    rows.push(vec![]);
    rows.extend(
        recipe.description.split("\n\n").flat_map(|text| wrap(text, room)).map(|line| vec![(line, Role::Text)]),
    );
    rows.extend(section(apps(model, recipe)));
    rows.extend(section(doors(recipe)));
    rows.extend(section(questions(recipe, room)));
    rows.extend(section(around(model, recipe, room)));
    rows.extend(section(facts::rows(shelved, room)));
    rows
}

/// An empty line before it, if there is anything in it.
fn section(rows: Vec<Row>) -> Vec<Row> {
    if rows.is_empty() { rows } else { std::iter::once(vec![]).chain(rows).collect() }
}

/// A label once, and its text under each other.
pub fn labelled(label: &str, text: &str, role: Role, room: u16) -> Vec<Row> {
    let told = |(i, line): (usize, String)| {
        let label = if i == 0 { label } else { "" };
        vec![(format!("{label:<width$}", width = usize::from(LABEL)), Role::Dim), (line, role)]
    };
    wrap(text, room.saturating_sub(LABEL)).into_iter().enumerate().map(told).collect()
}

/// Whose it is, whether it fits, how it is made and how large.
fn standing(model: &Model, shelved: &Shelved, room: u16) -> Vec<Row> {
    let recipe = &shelved.recipe;
    let trust = shelved.origin.trust();
    let mut rows = labelled("written", &format!("{trust}: {}", trust.meaning()), Role::Text, room);
    rows.extend(match fits(recipe, &model.world.fleet.nodes) {
        Ok(()) => labelled("room", "there is room for it", Role::Good, room),
        Err(why) => labelled("room", &why, Role::Warning, room),
    });
    rows.extend(labelled("method", &methods(recipe, &model.world.fleet.nodes), Role::Text, room));
    let processors: Vec<_> = recipe.architectures.iter().map(|one| one.slug()).collect();
    rows.extend(labelled("runs on", &processors.join(", "), Role::Text, room));
    rows.extend(labelled("kind", category_title(&recipe.category), Role::Text, room));
    let need = &recipe.resources;
    for (label, range, unit) in [("cores", need.cores, ""), ("memory", need.memory, " MB"), ("disk", need.disk, " GB")]
    {
        rows.push(size(label, range, unit));
    }
    rows
}

fn size(label: &str, range: Range, unit: &str) -> Row {
    let least = if range.min < range.recommended { format!("   at least {}{unit}", range.min) } else { String::new() };
    vec![
        (format!("{label:<width$}", width = usize::from(LABEL)), Role::Dim),
        (range.recommended.to_string(), Role::Title),
        (format!("{unit}{least}"), Role::Dim),
    ]
}

fn methods(recipe: &Recipe, nodes: &[Node]) -> String {
    let words = |method: &Method| match method {
        Method::Compose => "compose (Docker inside)",
        Method::Oci => "oci (its image is the container)",
        Method::Script => "script (packages in Debian)",
    };
    let offered = recipe.methods_on(oldest(nodes));
    match &offered[..] {
        [one] => words(one).to_owned(),
        [first, rest @ ..] => {
            let rest: Vec<_> = rest.iter().map(|method| method.slug()).collect();
            format!("{}, or {}", words(first), rest.join(", "))
        }
        [] => "none".to_owned(),
    }
}

/// What is looser than usual, and what was lost.
fn cautions(recipe: &Recipe, room: u16) -> Vec<Row> {
    let needs = recipe
        .needs
        .iter()
        .flat_map(|need| labelled("needs", &format!("{}: {}", need.kind.told(), need.why), Role::Warning, room));
    let left_out = recipe.imported.iter().flat_map(|imported| &imported.left_out);
    let left_out = left_out.flat_map(|text| labelled("left out", text, Role::Warning, room));
    needs.chain(left_out).collect()
}

/// What was made of it, and how that is.
fn apps(model: &Model, recipe: &Recipe) -> Vec<Row> {
    let of_it = |app: &&crate::domain::app::App| {
        app.marker.recipe.as_deref() == Some(recipe.id.as_str()) && app.binned_until().is_none()
    };
    let row = |app: &crate::domain::app::App| {
        let state = model.world.entry(&app.guest).map(|entry| &entry.state);
        let led = state.map(Led::of);
        let (glyph, role) = led.map_or(('?', Role::Dim), |led| (led.glyph, led.word_role()));
        let word = state.map_or_else(String::new, unit::word);
        vec![
            (format!("{:<width$}", "installed", width = usize::from(LABEL)), Role::Dim),
            (format!("{glyph} "), role),
            (format!("{}  ", app.name), Role::Title),
            (word, Role::Dim),
        ]
    };
    model.world.fleet.apps.iter().filter(of_it).map(row).collect()
}

/// Its ports, the front door first, and where its data lies.
fn doors(recipe: &Recipe) -> Vec<Row> {
    let mut ports: Vec<&Port> = recipe.ports.iter().collect();
    ports.sort_by_key(|port| !port.main);
    let ports = ports.into_iter().map(|port| {
        let protocol = if port.protocol == Protocol::Udp { "/udp" } else { "" };
        let main = if port.main { "   its front door" } else { "" };
        entry("port", &format!("{}{protocol}", port.port), &format!("  {}{main}", port.name))
    });
    let volumes = recipe.volumes.iter().map(|volume| entry("volume", &volume.path, &kept(volume)));
    ports.chain(volumes).collect()
}

fn entry(label: &str, value: &str, beside: &str) -> Row {
    vec![
        (format!("{label:<width$}", width = usize::from(LABEL)), Role::Dim),
        (value.to_owned(), Role::Text),
        (beside.to_owned(), Role::Dim),
    ]
}

fn kept(volume: &Volume) -> String {
    let kind = match volume.kind {
        VolumeKind::Data => "data",
        VolumeKind::Cache => "cache",
        VolumeKind::Config => "configuration",
    };
    let backup = if volume.backup { "backed up" } else { "not backed up" };
    format!("  {} GB {kind}, {backup}", volume.size)
}

/// What the form will ask.
fn questions(recipe: &Recipe, room: u16) -> Vec<Row> {
    if recipe.settings.is_empty() {
        return labelled("asks", "nothing", Role::Text, room);
    }
    let told = |setting: &Setting| {
        let secret = if setting.kind.is_secret() { " (secret)" } else { "" };
        let needed = if setting.required && setting.default.is_none() { " (needed)" } else { "" };
        format!("{}{}", setting.label, if secret.is_empty() { needed } else { secret })
    };
    let names: Vec<_> = recipe.settings.iter().map(told).collect();
    labelled("asks", &format!("{}: {}", names.len(), names.join(", ")), Role::Text, room)
}

/// What it works with, what to know the first time and later, and where more is written.
fn around(model: &Model, recipe: &Recipe, room: u16) -> Vec<Row> {
    let mut rows = Vec::new();
    for other in &recipe.depends {
        let name = model.store.recipe(&other.recipe).map_or(other.recipe.as_str(), |known| &known.name);
        let label = if other.required { "wants" } else { "goes with" };
        rows.extend(labelled(label, &format!("{name}: {}", other.why), Role::Text, room));
    }
    rows.extend(recipe.first_login.iter().flat_map(|text| labelled("log-in", text, Role::Text, room)));
    rows.extend(recipe.update_notes.iter().flat_map(|text| labelled("updates", text, Role::Text, room)));
    let links = [("home", &recipe.links.home), ("docs", &recipe.links.docs), ("source", &recipe.links.source)];
    for (label, link) in links {
        let short = link.iter().map(|link| fit_middle(link, room.saturating_sub(LABEL)).into_owned());
        rows.extend(short.map(|link| entry(label, &link, "")));
    }
    rows
}
