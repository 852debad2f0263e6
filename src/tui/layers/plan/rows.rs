//! The lines of a plan.

use ratatui::layout::Rect;

use super::{PlanView, Seen};
use crate::{
    domain::plan::place::Right,
    engine::door::{CallPreview, Held, Preview, StepPreview},
    tui::{
        layers::{
            panel::{Row, told},
            wrap,
        },
        theme::Role,
        widgets::brush::{Brush, fit, width},
    },
};

/// How much is told beside the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Every right.
    Whole,
    /// What is missing, and how many there are.
    Short,
}

#[derive(Debug, Clone, Default)]
pub struct Listing {
    pub rows: Vec<Row>,
    /// The row of the held step; nothing where the hand is on none.
    pub held: Option<usize>,
}

pub fn listing(view: &PlanView, room: u16, told_of: Told) -> Listing {
    match &view.seen {
        Seen::Nothing => Listing { rows: vec![dim("working out the plan …")], held: None },
        Seen::Fault(fault) => {
            let parts = [
                ("what", &*fault.what, Role::Danger),
                ("why", &fault.why, Role::Text),
                ("now", &fault.remedy, Role::Title),
            ];
            Listing { rows: told(&parts, room), held: None }
        }
        Seen::Preview(preview) => of_preview(view, preview, room, told_of),
    }
}

fn dim(text: &str) -> Row {
    vec![(text.to_owned(), Role::Dim)]
}

fn of_preview(view: &PlanView, preview: &Preview, room: u16, told_of: Told) -> Listing {
    let mut listing = Listing::default();
    if told_of == Told::Short {
        listing.rows.extend(place(preview, room));
    }
    for (i, step) in preview.steps.iter().enumerate() {
        if view.hand == i {
            listing.held = Some(listing.rows.len());
        }
        listing.rows.push(head(i, step, view, room));
        let warning = step.warning.iter().flat_map(|warning| wrap(warning, room.saturating_sub(7)));
        listing.rows.extend(warning.map(|line| vec![("     ✖ ".into(), Role::Danger), (line, Role::Danger)]));
        if view.open.contains(&i) {
            listing.rows.extend(calls(&step.calls, room));
        }
    }
    listing.rows.push(Vec::new());
    listing.rows.extend(rights(&preview.rights, room, told_of));
    listing
}

/// Where it goes, and what speaks for that.
fn place(preview: &Preview, room: u16) -> Option<Row> {
    let best = preview.places.first()?;
    let why = if best.obstacles.is_empty() { best.reasons.join(", ") } else { best.obstacles.join(", ") };
    let role = if best.obstacles.is_empty() { Role::Dim } else { Role::Warning };
    let name = best.node.node.to_string();
    let rest = room.saturating_sub(width(&name) + 6);
    Some(vec![("on ".into(), Role::Dim), (name, Role::Title), (format!(" · {}", fit(&why, rest)), role)])
}

fn head(i: usize, step: &StepPreview, view: &PlanView, room: u16) -> Row {
    let is_held = view.hand == i;
    let count = match step.calls.len() {
        0 => String::new(),
        1 => "1 call".into(),
        many => format!("{many} calls"),
    };
    let title = fit(&step.title, room.saturating_sub(width(&count) + 7)).into_owned();
    let gap = room.saturating_sub(width(&title) + width(&count) + 5);
    let role = match (is_held, step.warning) {
        (_, Some(_)) => Role::Danger,
        (true, None) => Role::Title,
        (false, None) => Role::Text,
    };
    vec![
        (if is_held { "▸ " } else { "  " }.into(), Role::Accent),
        (format!("{:>2} ", i + 1), Role::Dim),
        (title, role),
        (" ".repeat(usize::from(gap)), Role::Dim),
        (count, Role::Dim),
    ]
}

fn calls(calls: &[CallPreview], room: u16) -> Vec<Row> {
    let mut rows = Vec::new();
    if calls.is_empty() {
        rows.push(dim("       sends nothing to Proxmox's API"));
    }
    for call in calls {
        rows.push(vec![(format!("     {:<6} ", call.method), Role::Accent), (call.path.clone(), Role::Text)]);
        for (name, value) in &call.parameters {
            let value = fit(value, room.saturating_sub(27)).into_owned();
            rows.push(vec![(format!("            {name:<14} "), Role::Dim), (value, Role::Text)]);
        }
    }
    rows
}

fn rights(rights: &[(Right, Held)], room: u16, told_of: Told) -> Vec<Row> {
    let of = |wanted: Held| rights.iter().filter(move |(_, held)| *held == wanted).map(|(right, _)| right);
    let mut rows = Vec::new();
    for right in of(Held::No) {
        rows.push(one_right("✖ ", Role::Danger, right, " is missing", room));
    }
    for right in of(Held::Unknown) {
        rows.push(one_right("? ", Role::Warning, right, ": nobody may look", room));
    }
    match (told_of, of(Held::Yes).count()) {
        (_, 0) => {}
        (Told::Short, count) => {
            rows.push(vec![("✓ ".into(), Role::Good), (format!("{count} rights are there"), Role::Dim)]);
        }
        (Told::Whole, _) => {
            rows.extend(of(Held::Yes).map(|right| one_right("✓ ", Role::Good, right, "", room)));
        }
    }
    rows
}

fn one_right(sign: &str, role: Role, right: &Right, tail: &str, room: u16) -> Row {
    let paths = format!(" on {}{tail}", right.paths.join(" or "));
    let rest = room.saturating_sub(width(&right.privilege) + 2);
    vec![(sign.into(), role), (right.privilege.clone(), Role::Text), (fit(&paths, rest).into_owned(), Role::Dim)]
}

/// As many of the lines as fit, with the held one among them.
pub fn draw(brush: &mut Brush, area: Rect, listing: &Listing, top: u16, metal: Role) {
    let high = usize::from(area.height);
    let last = listing.rows.len().saturating_sub(high);
    let top = match listing.held {
        Some(held) if held < usize::from(top) => held,
        Some(held) if held + 2 > usize::from(top) + high => (held + 2).saturating_sub(high),
        _ => usize::from(top),
    }
    .min(last);
    for (y, row) in (area.y..area.bottom()).zip(listing.rows.iter().skip(top)) {
        let mut line = brush.line(area.x, y, area.width, metal);
        for (text, role) in row {
            line.say(text, *role);
        }
    }
    if last > 0 {
        let more = format!(" {}–{} of {}", top + 1, (top + high).min(listing.rows.len()), listing.rows.len());
        let y = area.bottom().saturating_sub(1);
        brush.line(area.right().saturating_sub(width(&more)), y, width(&more), metal).say(&more, Role::Dim);
    }
}
