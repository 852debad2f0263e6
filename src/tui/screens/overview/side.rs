//! The side of the overview: what needs a person, what was done last, and the unit under the hand.

use ratatui::layout::Rect;

use crate::{
    domain::{fleet::Usage, ids::GuestKey},
    tui::{
        event::Now,
        model::{
            Model,
            health::own_storages,
            overview::Pane,
            tale,
            wants::{About, Want},
            world::Entry,
        },
        screens::layout::{Floor, Shape},
        theme::Role,
        widgets::{
            brush::{Brush, fit_middle, width},
            ears::{self, Hold},
            figures, gauge,
            led::{Beating, Led},
            unit::word,
        },
    },
};

/// Rows of the storages, their title and the space below included.
const STORAGES: u16 = 14;
/// Rows of the card, its seam included.
const CARD: u16 = 4;

pub fn draw(brush: &mut Brush, floor: &Floor, area: Rect, model: &Model, now: Now) {
    if area.height == 0 {
        return;
    }
    if floor.shape == Shape::Narrow {
        let half = area.width / 2;
        wants(brush, Rect { width: half.saturating_sub(1), ..area }, model, now);
        return operations(brush, Rect { x: area.x + half, width: area.width - half, ..area }, model);
    }
    let card = if area.height >= 16 { CARD } else { 0 };
    let room = area.height - card;
    let high = room.div_ceil(2).clamp(4, 14).min(room);
    wants(brush, Rect { height: high, ..area }, model, now);
    let last = Rect { y: area.y + high, height: room - high, ..area };
    // What is left over on a high screen tells how full the storages are.
    let low = if last.height >= 2 * STORAGES { last.height - STORAGES } else { last.height };
    operations(brush, Rect { height: low, ..last }, model);
    storages(brush, Rect { y: last.y + low, height: last.height - low, ..last }, model);
    if let Some(entry) = near(model).and_then(|key| model.world.entry(key)).filter(|_| card > 0) {
        under_hand(brush, Rect { y: area.bottom() - card, height: card, ..area }, entry, model, now);
    }
}

/// Who is under the hand, in a cabinet or among those that need somebody.
fn near(model: &Model) -> Option<&GuestKey> {
    match model.overview.pane {
        Pane::Cabinets => model.overview.selected(),
        Pane::Wants => model.health.wants.get(model.overview.want).and_then(Want::guest),
    }
}

/// The unit under the hand, nearer.
fn under_hand(brush: &mut Brush, area: Rect, entry: &Entry, model: &Model, now: Now) {
    const METAL: Role = Role::Case;
    ears::seam(brush, Rect { height: 1, ..area }, Hold::Held);
    let face = Rect { y: area.y + 1, height: area.height - 1, ..area };
    brush.fill(face, METAL);
    let inner = Rect { x: face.x + 1, width: face.width.saturating_sub(2), ..face };
    let led = Led::of(&entry.state);
    let word = word(&entry.state);
    let mut line = brush.line(inner.x, inner.y, inner.width, METAL);
    line.light(led, model.beating(now)).skip(1);
    let room = line.room().saturating_sub(width(&word) + 1);
    line.bold(&fit_middle(&entry.name, room), Role::Title);
    line.at_edge(&word, led.word_role());
    let uptime = entry.guest.as_ref().and_then(|guest| guest.uptime).filter(|_| entry.has_power());
    let mut line = brush.line(inner.x, inner.y + 1, inner.width, METAL);
    line.skip(2);
    match (&entry.endpoint, entry.is_app()) {
        (_, false) => line.say("not ours   ", Role::Dim).keyed("[a]", Role::Text).say(" adopts it", Role::Dim),
        (Some(endpoint), _) => line.say(endpoint, Role::Text),
        (None, _) => line.say(figures::UNKNOWN, Role::Dim),
    };
    line.at_edge(&figures::uptime(uptime), Role::Dim);
    levels(brush, Rect { y: inner.y + 2, height: 1, ..inner }, entry);
}

fn levels(brush: &mut Brush, row: Rect, entry: &Entry) {
    let guest = entry.guest.as_ref().filter(|_| entry.has_power());
    let cpu = guest.and_then(|guest| guest.cpu);
    let memory = guest.and_then(|guest| guest.memory).and_then(Usage::fraction);
    let half = row.width.saturating_sub(2) / 2;
    let mut line = brush.line(row.x, row.y, row.width, Role::Case);
    for (i, (label, fraction)) in [("cpu", cpu), ("mem", memory)].into_iter().enumerate() {
        line.column(2 + i as u16 * half).say(label, Role::Dim).skip(1);
        line.with(half.saturating_sub(11), |brush, area, back| gauge::draw(brush, area, fraction, back));
        line.right(&figures::percent(fraction), 4, gauge::figure_role(fraction)).say(" %", Role::Dim);
    }
}

fn wants(brush: &mut Brush, area: Rect, model: &Model, now: Now) {
    let here = model.overview.pane == Pane::Wants;
    let wants = &model.health.wants;
    let mut title = brush.line(area.x, area.y, area.width, Role::Page);
    title.say("needs you", if here { Role::Bright } else { Role::Dim });
    if wants.is_empty() {
        let mut line = brush.line(area.x, area.y + 1, area.width, Role::Page);
        line.say("✓", Role::Good).say(" nothing", Role::Dim).say(&quiet(model), Role::Dim);
        return;
    }
    let pitch: u16 = if area.height >= 7 { 2 } else { 1 };
    let fit = usize::from(area.height.saturating_sub(1) / pitch).max(1);
    let from = model.overview.want.min(wants.len() - 1) / fit * fit;
    if fit < wants.len() {
        title.skip(1).say(&format!("{} of {}", (from + fit).min(wants.len()), wants.len()), Role::Dim);
    }
    let (key, does) = if here { ("[Enter]", does(wants, model.overview.want, pitch)) } else { ("[Tab]", " go there") };
    title.skip(title.room().saturating_sub((key.len() + does.len()) as u16));
    title.say(key, Role::Text).say(does, Role::Dim);
    let shown = wants.len().saturating_sub(from).min(fit) as u16;
    let last = area.y + 1 + shown * pitch;
    if model.health.quiet > 0 && last < area.bottom() {
        let mut line = brush.line(area.x, last, area.width, Role::Page);
        line.say("○", Role::Off).say(&quiet(model), Role::Dim);
    }
    for (i, want) in wants.iter().enumerate().skip(from).take(fit) {
        let y = area.y + 1 + (i - from) as u16 * pitch;
        one(brush, Rect { y, height: pitch, ..area }, want, here && i == model.overview.want, model.beating(now));
    }
}

/// What Enter does to the one under the hand; where there is a line for it, that line says it.
fn does(wants: &[Want], at: usize, pitch: u16) -> &str {
    let want = wants.get(at);
    let mend = want.and_then(|want| want.remedy.strip_prefix("[Enter]")).unwrap_or(" look");
    let has_plan = want.is_some_and(|want| matches!(want.about, About::Alert(..) | About::Finding(..)));
    match pitch {
        1 => mend,
        _ if has_plan && mend != " look" => " do it",
        _ => " look",
    }
}

/// What there is besides, of which nobody wants to hear for now.
fn quiet(model: &Model) -> String {
    match model.health.quiet {
        0 => String::new(),
        count => format!(" {count} snoozed or known: [I] inbox"),
    }
}

fn one(brush: &mut Brush, area: Rect, want: &Want, is_held: bool, beating: Beating) {
    let told = want.told();
    let mut line = brush.line(area.x, area.y, area.width, Role::Page);
    line.light(Led::of(&want.state), beating).skip(1);
    // What is wrong matters more than the end of a long name, but the name is never lost.
    let name = line.room().saturating_sub(width(told) + 2).max(8);
    line.say(&fit_middle(&want.who, name), if is_held { Role::Bright } else { Role::Title }).skip(2);
    line.say(told, want.role);
    if area.height > 1 {
        brush.line(area.x + 2, area.y + 1, area.width.saturating_sub(2), Role::Page).keyed(&want.remedy, Role::Dim);
    }
}

fn operations(brush: &mut Brush, area: Rect, model: &Model) {
    if area.height == 0 {
        return;
    }
    brush.line(area.x, area.y, area.width, Role::Page).say("last", Role::Dim);
    let operations = &model.world.fleet.operations;
    if operations.is_empty() {
        brush.line(area.x, area.y + 1, area.width, Role::Page).say("nothing was done yet", Role::Dim);
    }
    for (row, operation) in (1..area.height).zip(operations) {
        let (sign, what) = tale(operation);
        let role = match sign {
            '✓' => Role::Good,
            '✖' => Role::Danger,
            _ => Role::Warning,
        };
        let at = operation.ended.as_ref().map_or(operation.began, |ended| ended.at);
        let mut line = brush.line(area.x, area.y + row, area.width, Role::Page);
        line.say(&model.time_of_day(at), Role::Dim).skip(1);
        line.say(&sign.to_string(), role).skip(1);
        line.say(&operation.plan.name, Role::Text).skip(1).say(what, Role::Dim);
        if let Some(ended) = &operation.ended {
            let took = format!("{} s", ended.at.since(operation.began).as_secs());
            if line.room() >= width(&took) + 2 {
                line.skip(2).say(&took, Role::Dim);
            }
        }
    }
}

/// Every storage once, in the order of the nodes.
fn storages(brush: &mut Brush, area: Rect, model: &Model) {
    if area.height < 3 {
        return;
    }
    brush.line(area.x, area.y, area.width, Role::Page).say("storages", Role::Dim);
    let storages: Vec<_> = own_storages(&model.world.fleet).collect();
    let room = area.height - 2;
    for (row, storage) in (1..=room).zip(&storages) {
        let mut line = brush.line(area.x, area.y + row, area.width, Role::Page);
        let more = storages.len().saturating_sub(usize::from(room) - 1);
        if row == room && more > 1 {
            line.skip(2).keyed(&format!("+{more} more: [4] hosts"), Role::Dim);
            break;
        }
        let place = if storage.shared { "shared" } else { storage.node.as_str() };
        let fraction = storage.usage.and_then(Usage::fraction);
        line.skip(2).left(&fit_middle(&storage.name, 14), 14, Role::Text).skip(1);
        line.left(&fit_middle(place, 9), 9, Role::Dim).skip(1);
        let bar = line.room().saturating_sub(7 + 14);
        line.with(bar, |brush, area, back| gauge::draw(brush, area, fraction, back));
        line.right(&figures::percent(fraction), 4, gauge::figure_role(fraction)).say(" %", Role::Dim);
        let (share, unit) =
            storage.usage.map_or((figures::UNKNOWN.into(), ""), |usage| figures::share(usage.used, usage.total));
        line.at_edge(&format!("{share} {unit}"), Role::Dim);
    }
}
