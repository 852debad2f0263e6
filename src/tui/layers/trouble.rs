//! What can be made to go wrong in the demo, and what is wrong now. Only the demo has it.

use ratatui::layout::Rect;

use super::panel::{METAL, panel};
use crate::{
    domain::mischief::Mischief,
    tui::{model::Model, theme::Role, widgets::brush::Brush},
};

const WIDE: u16 = 56;

pub fn draw(brush: &mut Brush, screen: Rect, at: usize, model: &Model) {
    let area = panel(brush, screen, WIDE.min(screen.width.saturating_sub(2)), Mischief::ALL.len() as u16 + 2);
    let mut title = brush.line(area.x, area.y, area.width, METAL);
    title.say("trouble for ", Role::Dim).bold("the demo", Role::Title);
    let count = model.mischief.len();
    if count > 0 {
        title.at_edge(&format!("{count} now"), Role::Warning);
    }
    let shown = usize::from(area.height.saturating_sub(2)).max(1);
    let from = at / shown * shown;
    for (y, (i, mischief)) in (area.y + 2..area.bottom()).zip(Mischief::ALL.into_iter().enumerate().skip(from)) {
        let (is_held, is_thrown) = (i == at, model.mischief.contains(&mischief));
        let (light, text) = match (is_thrown, is_held) {
            (true, _) => (('●', Role::Danger), Role::Title),
            (false, true) => (('○', Role::Off), Role::Title),
            (false, false) => (('○', Role::Off), Role::Text),
        };
        let mut line = brush.line(area.x, y, area.width, METAL);
        line.say(if is_held { "▸ " } else { "  " }, Role::Accent);
        line.say(&light.0.to_string(), light.1).skip(1).say(mischief.words(), text);
        if is_thrown {
            line.at_edge("mend", Role::Dim);
        }
    }
}
