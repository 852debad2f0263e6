//! The app under the hand, nearer: whole sentences where the row has only signs, and its last month night by night.

use ratatui::layout::Rect;

use super::light;
use crate::{
    domain::{
        backup::{BoardRow, Coverage, Inside, ProofResult, RunEnd},
        moment::Moment,
    },
    tui::{
        model::Model,
        theme::Role,
        widgets::{
            brush::{Brush, Line, width},
            ears::{self, Hold},
            figures::{self, UNKNOWN},
        },
    },
};

/// Rows, the seam included.
pub const HIGH: u16 = 5;
const METAL: Role = Role::Case;
const DAYS: usize = 30;

pub fn draw(brush: &mut Brush, area: Rect, row: &BoardRow, model: &Model) {
    ears::seam(brush, Rect { height: 1, ..area }, Hold::Held);
    let face = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    brush.fill(face, METAL);
    let inner = Rect { x: face.x + 2, width: face.width.saturating_sub(4), ..face };
    head(brush, inner, row, model);
    let told = [("last run", last(row, model)), ("inside", inside(row)), ("proved", proved(row, model))];
    for (y, (label, (text, role))) in (inner.y + 1..inner.bottom()).zip(told) {
        let mut line = brush.line(inner.x, y, inner.width, METAL);
        line.left(label, 10, Role::Dim).keyed(&text, role);
    }
}

fn head(brush: &mut Brush, inner: Rect, row: &BoardRow, model: &Model) {
    let known = model.board.age(row);
    let led = light::of(known);
    let month = DAYS as u16 + 8;
    let mut line = brush.line(inner.x, inner.y, inner.width, METAL);
    line.say(&led.glyph.to_string(), led.role).skip(1).bold(&row.name, Role::Title).skip(2);
    let word = known.map_or("not known yet", |age| age.slug());
    line.say(word, led.word_role()).skip(2);
    let by = covered(row);
    if line.room() > month + width(&by.0) {
        line.say(&by.0, by.1);
    }
    if line.room() >= month + 2 {
        line.skip(line.room() - month);
        days(&mut line, row, model);
    }
}

fn covered(row: &BoardRow) -> (String, Role) {
    match &row.coverage {
        Coverage::By(jobs) => {
            let names: Vec<_> = jobs.iter().map(|job| job.id.to_string()).collect();
            (format!("by {}", names.join(", ")), Role::Dim)
        }
        Coverage::None => ("no schedule takes it: [s]".into(), Role::Warning),
        Coverage::Unknown => (String::new(), Role::Dim),
    }
}

/// One cell a day, today at the right: lit where one was made.
pub fn days(line: &mut Line, row: &BoardRow, model: &Model) {
    line.say("30 days ", Role::Dim);
    cells(line, DAYS, row, model);
}

pub fn cells(line: &mut Line, count: usize, row: &BoardRow, model: &Model) {
    const DAY: u64 = 86_400;
    let mut days = vec![false; count];
    let backups = model.world.fleet.backups.of(&row.guest);
    let ago = |made: Moment| (model.board.as_of().since(made).as_secs() / DAY) as usize;
    for ago in backups.iter().map(|backup| ago(backup.made)).take_while(|ago| *ago < count) {
        days[count - 1 - ago] = true;
    }
    for is_made in days {
        line.say(if is_made { "▰" } else { "▱" }, if is_made { Role::Accent } else { Role::Track });
    }
}

fn last(row: &BoardRow, model: &Model) -> (String, Role) {
    let Some(run) = &row.last_run else { return (UNKNOWN.into(), Role::Dim) };
    let when = model.day_and_time(run.began);
    let took = run.took.map_or(String::new(), |took| format!(" in {}", figures::span(took)));
    match (&run.end, &run.weakened) {
        (RunEnd::Failed(why), _) => (format!("✖ {when}: {why}"), Role::Danger),
        (RunEnd::Good, Some(why)) => {
            let mode = run.mode.map_or("in another way", |mode| mode.slug());
            (format!("◐ {when}{took}, by {mode}: {why}"), Role::Warning)
        }
        (RunEnd::Good, None) => (format!("✓ {when}{took}"), Role::Text),
    }
}

fn inside(row: &BoardRow) -> (String, Role) {
    match &row.inside {
        Inside::All => ("✓ all of its data".into(), Role::Text),
        Inside::Without(paths) => (format!("◐ all but {}", paths.join(", ")), Role::Warning),
        Inside::Unknown => (UNKNOWN.into(), Role::Dim),
    }
}

fn proved(row: &BoardRow, model: &Model) -> (String, Role) {
    let Some(proof) = &row.proof else {
        let words = if row.newest.is_some() { "nobody has seen one start: [P] proves it" } else { UNKNOWN };
        return (words.into(), Role::Dim);
    };
    let of = format!("the one of {}, on {}", model.day_and_time(proof.made), model.day_of(proof.at));
    match &proof.result {
        ProofResult::Good => (format!("✓ {of}: it started and answered in {}", figures::span(proof.took)), Role::Text),
        ProofResult::Bad(why) => (format!("✖ {of}: {why}"), Role::Danger),
    }
}
