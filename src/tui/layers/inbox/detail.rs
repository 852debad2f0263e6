//! All that is known of the entry under the hand: since when, what differs, what it means, and what mends it.

use super::{Chip, Item, Key};
use crate::{
    domain::care::{Difference, Drift, Finding, Standing},
    tui::{
        keymap::Place,
        layers::{panel::Row, wrap},
        model::{Model, care, progress, tale},
        theme::Role,
        widgets::{
            brush::fit,
            figures::{self, UNKNOWN},
        },
    },
};

/// As many options of a finding are shown; all of them can be copied.
const OPTIONS: usize = 5;

pub fn rows(item: &Item, chip: Chip, model: &Model, room: u16) -> Vec<Row> {
    let now = model.now.wall;
    let role = if chip == Chip::Past { Role::Dim } else { item.urgency(now).role() };
    let light = if item.is_over() { '✓' } else { item.light(now) };
    let title = vec![
        (format!("{light} "), role),
        (item.name().to_owned(), Role::Title),
        ("  ".into(), Role::Dim),
        (fit(&item.what(), room.saturating_sub(item.name().len() as u16 + 4)).into_owned(), role),
    ];
    let mut rows = vec![title, vec![(fit(&when(item, model), room).into_owned(), Role::Dim)]];
    if let Item::Finding(finding) = item {
        rows.extend(table(finding, room));
    }
    if let Item::Stuck(stuck) = item {
        rows.extend(stuck.evidence.iter().take(OPTIONS).flat_map(|told| plain(told, room, Role::Text)));
    }
    if !item.is_over() {
        rows.extend(under_way(item, model));
        rows.extend(remedies(item, model));
    }
    // Where it is tight, the keys are worth more than what they mean.
    if let Item::Finding(finding) = item {
        rows.extend(plain(care::meaning(&finding.drift), room, Role::Dim));
    }
    rows
}

fn plain(text: &str, room: u16, role: Role) -> impl Iterator<Item = Row> {
    wrap(text, room).into_iter().map(move |line| vec![(line, role)])
}

/// Since when, by which rule, and what became of it.
fn when(item: &Item, model: &Model) -> String {
    let age = figures::age(model.now.wall.since(item.since()));
    let since = format!("for {}, since {}", age.trim_start_matches("< "), model.day_and_time(item.since()));
    match item {
        Item::Alert(alert) => {
            let mut parts = vec![since, format!("rule {}", alert.rule)];
            parts.extend(alert.acknowledged.map(|at| format!("acknowledged {}", model.day_and_time(at))));
            let until = alert.snoozed.filter(|until| *until > model.now.wall);
            parts.extend(until.map(|until| format!("snoozed until {}", model.day_and_time(until))));
            parts.extend(alert.over.map(|at| format!("over {}", model.day_and_time(at))));
            parts.join("  ·  ")
        }
        Item::Finding(finding) => {
            let mut parts = vec![since, finding.guest.to_string()];
            match finding.standing {
                Standing::Open => {}
                Standing::Dismissed => parts.push("dismissed".into()),
                Standing::Over(at) => parts.push(format!("over {}", model.day_and_time(at))),
            }
            parts.join("  ·  ")
        }
        Item::Stuck(stuck) => format!("{since}  ·  operation {}", stuck.operation),
    }
}

/// What the operator said of it, in a word or two beside it.
pub fn standing(item: &Item, model: &Model) -> Option<String> {
    let Item::Alert(alert) = item else { return None };
    let until = alert.snoozed.filter(|until| *until > model.now.wall);
    match (alert.acknowledged, until) {
        (Some(_), _) => Some("known".into()),
        (None, Some(until)) => Some(format!("until {}", model.time_of_day(until))),
        (None, None) => None,
    }
}

/// Option, before, now.
fn table(finding: &Finding, room: u16) -> Vec<Row> {
    let Drift::Changed(options) = &finding.drift else { return Vec::new() };
    let wide =
        |of: &dyn Fn(&Difference) -> usize, most: usize| options.iter().map(of).max().unwrap_or(0).clamp(6, most);
    let name = wide(&|one| one.option.chars().count(), 16);
    let half = (usize::from(room).saturating_sub(name + 4) / 2).max(6);
    let before = wide(&|one| side(&one.before).chars().count(), half);
    let cell = |text: &str, cells: usize| format!("{:<cells$}  ", fit(text, cells as u16));
    let mut rows: Vec<Row> =
        vec![vec![(cell("option", name), Role::Dim), (cell("before", before), Role::Dim), ("now".into(), Role::Dim)]];
    rows.extend(options.iter().take(OPTIONS).map(|one| {
        let room = room.saturating_sub((name + before + 4) as u16);
        vec![
            (cell(&one.option, name), Role::Text),
            (cell(&side(&one.before), before), Role::Dim),
            (fit(&side(&one.now), room).into_owned(), Role::Bright),
        ]
    }));
    if options.len() > OPTIONS {
        rows.push(vec![(format!("and {} more: [y] copies all of them", options.len() - OPTIONS), Role::Dim)]);
    }
    rows
}

fn side(value: &Option<String>) -> String {
    value.clone().unwrap_or_else(|| UNKNOWN.into())
}

/// What runs on it right now: whoever pressed the key sees that it was taken.
fn under_way(item: &Item, model: &Model) -> Option<Row> {
    let guest = item.guest(&model.world.fleet)?;
    let operation = model.world.fleet.last_operation_on(&guest).filter(|operation| operation.is_running())?;
    let (sign, what) = tale(operation);
    let words = format!("{sign} {what} {}", progress::count(operation));
    Some(vec![(words, Role::Warning)])
}

/// The first by one key, the others by a menu.
fn remedies(item: &Item, model: &Model) -> Vec<Row> {
    let mends = item.mends(&model.world.fleet);
    let mut rows: Vec<Row> = Vec::new();
    for (i, mend) in mends.iter().enumerate() {
        let key = if i == 0 { "[Enter]" } else { "[m]" };
        rows.push(vec![
            (format!("{} ", i + 1), Role::Dim),
            (format!("{:<8}", model.keymap.reword(Place::Inbox, key)), Role::Text),
            (mend.title(), if i == 0 { Role::Title } else { Role::Text }),
        ]);
    }
    if let (true, Item::Alert(alert)) = (mends.is_empty(), item)
        && let Some(remedy) = &alert.remedy
    {
        rows.push(vec![(remedy.clone(), Role::Text)]);
    }
    if mends.is_empty() {
        let words = match item.guest(&model.world.fleet) {
            Some(_) => "  look at it among the apps",
            None => "  look at the hosts",
        };
        rows.push(vec![("[Enter]".into(), Role::Text), (words.into(), Role::Dim)]);
    }
    let others = match item.key() {
        Key::Alert(_) => "[a] I know of it   [z] quiet for a while",
        Key::Finding(_) if item.is_dismissed() => "you hear no more of it",
        Key::Finding(_) if item.is_acceptable() => "[A] it is to be so   [d] hear no more of it",
        Key::Finding(_) => "[d] hear no more of it",
        Key::Stuck(_) => "[Space] its steps and the log",
    };
    rows.push(vec![(model.keymap.reword(Place::Inbox, others).into_owned(), Role::Dim)]);
    rows
}
