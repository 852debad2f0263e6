//! How the form of a new app looks: beside its plan, or one of the two where there is no room for both.

use ratatui::layout::{Position, Rect};

use super::{Deploy, Side};
use crate::tui::{
    layers::{
        forms::{caret_in, draw_field},
        panel::METAL,
        plan::{self, Told},
        wrap,
    },
    theme::Role,
    widgets::brush::{Brush, fit},
};

/// From here on both stand side by side.
const BOTH_FROM: u16 = 92;
/// Where the wells of the fields begin.
const INDENT: usize = 17;

struct Halves {
    whole: Rect,
    fields: Option<Rect>,
    plan: Option<Rect>,
}

/// Title above, keys below, the halves between.
fn halves(screen: Rect, deploy: &Deploy) -> Halves {
    let whole = screen;
    let inner = Rect {
        x: whole.x + 2,
        y: whole.y + 3,
        width: whole.width.saturating_sub(4),
        height: whole.height.saturating_sub(5),
    };
    if inner.width < BOTH_FROM {
        let (fields, plan) = match deploy.side {
            Side::Fields => (Some(inner), None),
            Side::Plan => (None, Some(inner)),
        };
        return Halves { whole, fields, plan };
    }
    let left = inner.width / 2 - 1;
    let right = Rect { x: inner.x + left + 3, width: inner.width - left - 3, ..inner };
    Halves { whole, fields: Some(Rect { width: left, ..inner }), plan: Some(right) }
}

/// A field, or a line under one.
enum Row {
    Field(usize),
    Wrong(String),
}

/// Those that fit, with the held one among them.
fn rows(deploy: &Deploy, area: Rect) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut held = 0;
    for at in 0..deploy.fields.all.len() {
        if at == deploy.fields.at {
            held = rows.len();
        }
        rows.push(Row::Field(at));
        if let Some(why) = deploy.wrong.get(&at) {
            rows.push(Row::Wrong(why.clone()));
        }
    }
    let high = usize::from(area.height);
    let hidden = (held + 3).saturating_sub(high).min(rows.len().saturating_sub(high));
    rows.drain(..hidden.min(rows.len()));
    rows
}

/// The field at a place of the screen.
pub fn field_at(screen: Rect, deploy: &Deploy, at: Position) -> Option<usize> {
    let area = halves(screen, deploy).fields.filter(|area| area.contains(at))?;
    match rows(deploy, area).get(usize::from(at.y - area.y)) {
        Some(Row::Field(field)) => Some(*field),
        _ => None,
    }
}

pub fn draw(brush: &mut Brush, screen: Rect, deploy: &Deploy) {
    let Halves { whole, fields, plan } = halves(screen, deploy);
    brush.fill(whole, METAL);
    brush.tile(Rect { height: 1.min(whole.height), ..whole }, '▔', brush.canvas.on(Role::Bezel, METAL));
    let mut title = brush.line(whole.x + 2, whole.y + 1, whole.width.saturating_sub(4), METAL);
    title.say("deploy ", Role::Dim).bold(&deploy.recipe.name, Role::Title).skip(1);
    title.say(&deploy.recipe.version, Role::Dim).skip(2);
    if deploy.is_draft {
        title.keyed("your draft: [Ctrl-N] begins anew", Role::Info);
    } else {
        title.say(&deploy.recipe.tagline, Role::Dim);
    }
    if let Some(area) = fields {
        draw_fields(brush, area, deploy);
    }
    if let Some(area) = plan {
        let above = Rect { y: area.y.saturating_sub(1), height: 1, ..area };
        plan_title(brush, above, deploy);
        draw_plan(brush, area, deploy);
    }
    if whole.height > 4 {
        let last = Rect { x: whole.x + 2, y: whole.bottom() - 1, width: whole.width.saturating_sub(4), height: 1 };
        let help = match deploy.side {
            Side::Fields => deploy.help(),
            Side::Plan => "Enter opens a step · w says why this node · y copies the plan".into(),
        };
        brush.line(last.x, last.y - 1, last.width, METAL).say(&help, Role::Dim);
        foot(brush, last, deploy);
    }
}

fn draw_fields(brush: &mut Brush, area: Rect, deploy: &Deploy) {
    let mut fields = deploy.fields.clone();
    if deploy.side == Side::Plan {
        fields.at = usize::MAX;
    }
    for (y, row) in (area.y..area.bottom()).zip(rows(deploy, area)) {
        let place = Rect { y, height: 1, ..area };
        match row {
            Row::Field(at) => draw_field(brush, place, &fields, at),
            Row::Wrong(why) => {
                let why = format!("{:INDENT$}✖ {why}", "");
                brush.line(place.x, y, place.width, METAL).say(&fit(&why, place.width), Role::Danger);
            }
        }
    }
}

fn plan_title(brush: &mut Brush, row: Rect, deploy: &Deploy) {
    let mut line = brush.line(row.x, row.y, row.width, METAL);
    line.say("plan", if deploy.side == Side::Plan { Role::Bright } else { Role::Dim }).skip(2);
    if let Some(preview) = deploy.view.preview() {
        line.say(&preview.steps.len().to_string(), Role::Text).say(" steps", Role::Dim);
    }
    let words = match () {
        _ if !deploy.wrong.is_empty() => "waits for the fields",
        _ if deploy.view.flight.is_some() || deploy.due.is_some() => "◌ following",
        _ => return,
    };
    line.at_edge(words, Role::Warning);
}

fn draw_plan(brush: &mut Brush, area: Rect, deploy: &Deploy) {
    let has_none = deploy.view.preview().is_none();
    if has_none && !deploy.wrong.is_empty() {
        let words = "it is worked out once every field that is marked says something that does";
        for (y, line) in (area.y..area.bottom()).zip(wrap(words, area.width)) {
            brush.line(area.x, y, area.width, METAL).say(&line, Role::Dim);
        }
        return;
    }
    let mut view = deploy.view.clone();
    if deploy.side == Side::Fields {
        view.hand = usize::MAX;
    }
    plan::draw(brush, area, &plan::listing(&view, area.width, Told::Short), view.top, METAL);
}

fn foot(brush: &mut Brush, row: Rect, deploy: &Deploy) {
    let mut line = brush.line(row.x, row.y, row.width, METAL);
    if deploy.sending.is_some() {
        line.say("◌ beginning …   ", Role::Warning).say("it goes on by itself", Role::Dim);
        return;
    }
    if let Some(fault) = &deploy.refused {
        line.say("✖ ", Role::Danger).say(&fault.what, Role::Danger).say(&format!(": {}", fault.advice()), Role::Text);
        return;
    }
    let is_ready = deploy.wrong.is_empty();
    let edge = if is_ready { Role::Bezel } else { Role::Off };
    let is_under_hand = deploy.side == Side::Plan && deploy.view.preview().is_some() && deploy.view.is_on_button();
    let key = if is_under_hand { "Enter " } else { "Ctrl-S " };
    line.say("▐ ", edge).say(key, Role::Dim);
    line.bold("deploy", if is_ready { Role::Title } else { Role::Dim }).say(" ▌", edge).skip(2);
    match deploy.wrong.len() {
        0 => line.say("Tab fields, then the plan · Esc keeps the draft", Role::Dim),
        1 => line.say("✖ one field is to be mended", Role::Danger),
        many => line.say(&format!("✖ {many} fields are to be mended"), Role::Danger),
    };
}

/// Where the cursor of the held field is.
pub fn caret(screen: Rect, deploy: &Deploy) -> Option<Position> {
    let area = halves(screen, deploy).fields.filter(|_| deploy.sending.is_none() && deploy.side == Side::Fields)?;
    let at = rows(deploy, area).iter().position(|row| matches!(row, Row::Field(at) if *at == deploy.fields.at))?;
    let row = Rect { y: area.y + at as u16, height: 1, ..area };
    caret_in(row, deploy.fields.all.get(deploy.fields.at)?).filter(|place| area.contains(*place))
}
