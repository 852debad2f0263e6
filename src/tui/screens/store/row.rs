//! A recipe on the shelf: one line between two ears, as the rack's own units have them. What must hold: what one should
//! know before one looks closer has a mark here, and each mark its own place.

use ratatui::layout::Rect;

use super::lit;
use crate::{
    domain::{
        catalog::{Recipe, Trust, category_title, fits},
        fleet::{Node, NodeStatus},
    },
    engine::door::Shelved,
    tui::{
        canvas::Charset,
        model::{Model, store::aisle::Tag},
        theme::Role,
        widgets::{
            ascii,
            brush::{Brush, Line, fit},
            ears::{self, Ears, Hold, Mark},
        },
    },
};

/// Cells for the marks: ★ ×12 ✎ ◐
const MARKS: u16 = 9;

pub fn draw(brush: &mut Brush, place: Rect, model: &Model, row: usize, hold: Hold) {
    let (Some(shelved), Some(tag)) = (model.store.at(row), model.store.tag(row)) else { return };
    let ear = ear(place);
    let seed = model.store.shown.get(row).copied().unwrap_or_default() as u32;
    let face = ears::draw(brush, place, Ears { width: ear, hold, is_marked: Mark::Free, seed });
    brush.fill(face, Role::Case);
    let glyph = glyph(brush, &shelved.recipe);
    let mut line = brush.line(face.x, face.y, face.width, Role::Case);
    let is_held = row == model.store.hand.at;
    line.say(if is_held { "▸" } else { " " }, Role::Accent);
    line.left(&glyph.to_string(), 2, Role::Info);
    name(
        &mut line,
        model,
        &shelved.recipe.name,
        face.width,
        if hold == Hold::Held { Role::Bright } else { Role::Title },
    );
    if face.width >= 40 {
        line.left(&shelved.recipe.version, 9, Role::Dim).skip(1);
    }
    marks(&mut line, model, shelved, tag);
    rest(&mut line, shelved, face.width);
}

/// How wide its ears are.
pub fn ear(place: Rect) -> u16 {
    if place.width >= 90 { 4 } else { 2 }
}

/// A terminal that lacks it shows the one of all recipes.
fn glyph(brush: &Brush, recipe: &Recipe) -> char {
    let is_shown = |glyph: &char| brush.canvas.charset == Charset::Unicode || ascii::plain(*glyph) != '?';
    recipe.glyph.filter(is_shown).unwrap_or('▤')
}

/// The letters that were searched for are brighter.
fn name(line: &mut Line, model: &Model, name: &str, width: u16, role: Role) {
    let room = match width {
        0..40 => width.saturating_sub(MARKS + 4),
        40..64 => width.saturating_sub(MARKS + 14).min(18),
        64..84 => 18,
        _ => 22,
    };
    let shown = fit(name, room);
    let lit = if model.store.is_searching() { lit::letters(&shown, &model.store.search) } else { Vec::new() };
    // Where some are lit the others are not, also under the hand.
    let role = if lit.is_empty() { role } else { Role::Title };
    line.with(room, |brush, area, back| {
        let mut line = brush.line(area.x, area.y, area.width, back);
        for (i, letter) in shown.chars().enumerate() {
            let mut bytes = [0; 4];
            let text = letter.encode_utf8(&mut bytes);
            match lit.contains(&i) {
                true => line.bold(text, Role::Bright),
                false => line.say(text, role),
            };
        }
    });
    line.skip(1);
}

fn marks(line: &mut Line, model: &Model, shelved: &Shelved, tag: Tag) {
    line.say(if tag.is_favourite { "★" } else { " " }, Role::Warning).skip(1);
    let installed = if tag.installed > 0 { format!("×{}", tag.installed.min(99)) } else { String::new() };
    line.left(&installed, 3, Role::Good).skip(1);
    let trust = match &shelved.origin.trust() {
        Trust::BuiltIn => " ",
        Trust::Own => "✎",
        Trust::Source { .. } => "@",
    };
    line.say(trust, Role::Info).skip(1);
    line.say(if is_doubtful(&shelved.recipe, &model.world.fleet.nodes) { "◐" } else { " " }, Role::Warning);
}

/// It does not fit, or something of it was lost on the way here.
fn is_doubtful(recipe: &Recipe, nodes: &[Node]) -> bool {
    let is_any_online = nodes.iter().any(|node| node.status != NodeStatus::Offline);
    let is_cut = recipe.imported.as_ref().is_some_and(|imported| !imported.left_out.is_empty());
    is_cut || is_any_online && fits(recipe, nodes).is_err()
}

/// What is said of it, and where there is room how and where it belongs.
fn rest(line: &mut Line, shelved: &Shelved, width: u16) {
    line.skip(1);
    if line.room() < 10 {
        return;
    }
    let recipe = &shelved.recipe;
    if width < 84 {
        line.say(&recipe.tagline, Role::Text);
        return;
    }
    let methods: Vec<_> = recipe.methods_offered().into_iter().map(|method| method.slug()).collect();
    let has_kind = width >= 104;
    let room = line.room().saturating_sub(if has_kind { 33 } else { 13 });
    line.left(&recipe.tagline, room, Role::Text).skip(1).left(&methods.join(" "), 12, Role::Dim);
    if !has_kind {
        return;
    }
    let source = match shelved.origin.trust() {
        Trust::Source { name, .. } => format!("@{name}"),
        _ => category_title(&recipe.category).to_owned(),
    };
    line.skip(1).left(&source, 19, Role::Dim);
}
