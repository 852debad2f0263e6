//! All that was done to one app, newest first, in the rows of the operations deck.

use ratatui::layout::Rect;

use super::{Detail, face};
use crate::tui::{
    event::Now,
    layers::panel::METAL,
    model::{Model, hand::window, store::Reading},
    screens::ops,
    theme::Role,
    widgets::brush::Brush,
};

pub fn draw(brush: &mut Brush, area: Rect, detail: &Detail, model: &Model, now: Now) {
    let all = detail.operations(model);
    if all.is_empty() {
        return match &model.ops.reading {
            Reading::Asked => face::empty(brush, area, "asking for what was done …", "[R] asks anew"),
            Reading::Failed(fault) => face::failed(brush, area, fault, "[R] asks anew"),
            Reading::NotYet | Reading::Done => {
                face::empty(
                    brush,
                    area,
                    "nothing was done to it yet",
                    "[1] its overview, from where it is started and backed up",
                );
            }
        };
    }
    let held = detail.held_operation(model).map(|operation| operation.id);
    let at = all.iter().position(|operation| Some(operation.id) == held).unwrap_or(0);
    let page = usize::from(area.height.saturating_sub(2)).max(1);
    let top = window(at.saturating_sub(page / 2), at, all.len(), page);
    let mut head = brush.line(area.x, area.y, area.width, METAL);
    head.say("what was done to it, newest first", Role::Dim)
        .at_edge(&format!("{} of {}", at + 1, all.len()), Role::Dim);
    for (y, (i, operation)) in (area.y + 2..area.bottom()).zip(all.iter().enumerate().skip(top)) {
        ops::one(brush, Rect { y, height: 1, ..area }, operation, i == at, (model, now), METAL);
    }
}
