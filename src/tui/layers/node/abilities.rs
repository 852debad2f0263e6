//! What a node's version can, in words: what it lacks stands first, and says what it needs.

use super::rows::cell;
use crate::{
    domain::machine::{AbilityOf, Machine},
    tui::{
        layers::{Row, wrap},
        theme::Role,
    },
};

pub fn rows(machine: &Machine, room: u16) -> Vec<Row> {
    let (can, lacks): (Vec<_>, Vec<_>) = machine.abilities.iter().partition(|ability| ability.lacks.is_none());
    let mut rows: Vec<Row> = lacks.into_iter().flat_map(|ability| lacking(ability, room)).collect();
    let columns = if room >= 96 { 2 } else { 1 };
    let wide = room / columns;
    for pair in can.chunks(usize::from(columns)) {
        rows.push(pair.iter().flat_map(|ability| able(ability, wide)).collect());
    }
    rows
}

fn able(ability: &AbilityOf, wide: u16) -> Row {
    vec![("✓ ".into(), Role::Good), (cell(ability.what, wide.saturating_sub(2)), Role::Text)]
}

/// Greyed, with its reason.
fn lacking(ability: &AbilityOf, room: u16) -> Vec<Row> {
    let reason = ability.lacks.as_deref().unwrap_or_default();
    let lines = wrap(&format!("{}: {reason}", ability.what), room.saturating_sub(2)).into_iter().enumerate();
    lines.map(|(i, line)| vec![(if i == 0 { "○ " } else { "  " }.into(), Role::Dim), (line, Role::Dim)]).collect()
}
