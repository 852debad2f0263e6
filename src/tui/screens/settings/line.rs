//! One line of the settings: what it is called and what it is.

use ratatui::layout::{Position, Rect};

use super::is_held;
use crate::{
    domain::fleet::Reach,
    settings::Kind,
    tui::{
        keymap::Bound,
        layers::forms::Field,
        model::{
            Model,
            panel::{Doing, Line},
        },
        theme::Role,
        widgets::{
            brush::{Brush, fit, width},
            ears::{self, Ears, Hold, Mark},
            led::{Beat, Led},
        },
    },
};

const LABELS: u16 = 18;

pub fn draw(brush: &mut Brush, area: Rect, line: &Line, at: usize, model: &Model) {
    let is_under = at == model.panel.at;
    let hold = if is_under { Hold::Held } else { Hold::Idle };
    let face = ears::draw(brush, area, Ears { width: 2, hold, is_marked: Mark::Free, seed: at as u32 });
    let metal = if is_under { Role::CaseLit } else { Role::Case };
    brush.fill(face, metal);
    match line {
        Line::Setting(spec) => setting(brush, face, metal, at, (spec, line), model),
        Line::Host(host) => {
            let known = model.world.fleet.host(host);
            let mut line = brush.line(face.x + 1, face.y, face.width.saturating_sub(2), metal);
            if let Some(known) = known {
                let led = Led { beat: Beat::Steady, ..Led::of_host(&known.reach) };
                line.light(led, model.beating(model.now)).skip(1);
            }
            line.left(host.as_str(), LABELS, label_role(is_under));
            let state = known.map_or("", |host| match host.reach {
                Reach::Online => "answers",
                Reach::Lost(_) => "does not answer",
                _ => "is not asked yet",
            });
            line.say(state, Role::Text);
            let nodes = model.world.fleet.nodes_of(host).count();
            line.at_edge(&format!("{nodes} {}", if nodes == 1 { "node" } else { "nodes" }), Role::Dim);
        }
        Line::NewHost => {
            let mut line = brush.line(face.x + 1, face.y, face.width.saturating_sub(2), metal);
            line.say("+ ", Role::Accent).say("connect a host", label_role(is_under));
        }
        Line::Key(slug) => {
            if let Some(bound) = model.keymap.find(slug) {
                key(brush, face, metal, &bound, is_under, model);
            }
        }
        Line::Fact(what, of) => {
            let mut line = brush.line(face.x + 1, face.y, face.width.saturating_sub(2), metal);
            line.left(what, LABELS, Role::Dim).say(of, Role::Text);
        }
    }
}

fn label_role(is_under: bool) -> Role {
    if is_under { Role::Title } else { Role::Text }
}

fn setting(
    brush: &mut Brush,
    face: Rect,
    metal: Role,
    at: usize,
    (spec, line): (&crate::settings::Spec, &Line),
    model: &Model,
) {
    let held = is_held(model, at, line);
    if let Doing::Types(field) = &model.panel.doing
        && held
    {
        brush.line(face.x + 1, face.y, face.width, metal).left(spec.label, LABELS, Role::Title);
        return well(brush, face, field);
    }
    let mut line = brush.line(face.x + 1, face.y, face.width.saturating_sub(2), metal);
    line.left(spec.label, LABELS, label_role(held));
    let arrows = if held && !matches!(spec.kind, Kind::Text(_)) { Role::Accent } else { metal };
    let value = value(spec, model);
    let is_new = spec.is_new(&model.settings);
    line.say("← ", arrows);
    let shown = fit(&value, line.room().saturating_sub(4));
    if is_new {
        line.say(&shown, Role::Text)
    } else {
        line.bold(&shown, Role::Title)
    };
    line.say(" →", arrows);
    if !is_new {
        line.at_edge("•", Role::Accent);
    }
}

fn value(spec: &crate::settings::Spec, model: &Model) -> String {
    match spec.key {
        "theme" => model.canvas.theme.name.clone(),
        _ => spec.shown(&model.settings),
    }
}

fn key(brush: &mut Brush, face: Rect, metal: Role, bound: &Bound, is_under: bool, model: &Model) {
    let mut line = brush.line(face.x + 1, face.y, face.width.saturating_sub(2), metal);
    let place = bound.slug.split('.').next().unwrap_or_default();
    let keys = bound.keys.iter().map(|key| key.label()).collect::<Vec<_>>().join("  ");
    let keys = if keys.is_empty() { "—".to_owned() } else { keys };
    if is_under && matches!(model.panel.doing, Doing::Presses(_)) {
        line.left("press the new key", LABELS, Role::Warning).say("█ ", Role::Accent);
    } else {
        let role = if bound.is_moved { Role::Bright } else { Role::Title };
        line.left(&keys, LABELS, role);
    }
    let beside = line.room().saturating_sub(width(place) + 1);
    line.left(bound.words, beside, label_role(is_under)).at_edge(place, Role::Dim);
}

fn well(brush: &mut Brush, face: Rect, field: &Field) {
    let well = well_of(face);
    brush.fill(well, Role::Page);
    let mut line = brush.line(well.x + 1, well.y, well.width.saturating_sub(2), Role::Page);
    line.say(&field.shown(), Role::Title);
}

fn well_of(face: Rect) -> Rect {
    let left = (LABELS + 1).min(face.width);
    Rect { x: face.x + left, width: face.width - left, ..face }
}

pub fn caret(row: Rect, field: &Field) -> Option<Position> {
    let well = well_of(ears::body(row, 2));
    let before: String = field.shown().chars().take(field.cursor).collect();
    let x = well.x + 1 + width(&before).min(well.width.saturating_sub(2));
    Some(Position::new(x, well.y))
}
