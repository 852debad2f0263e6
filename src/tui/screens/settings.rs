//! Deck 7: for now the look and the sound; the other tabs come with what they set.

use ratatui::layout::Rect;

use crate::{
    settings::{Density, Glyphs, Motion},
    tui::{
        model::Model,
        theme::Role,
        widgets::{
            brush::Brush,
            ears::{self, Ears, Hold, Mark},
        },
    },
};

/// One setting on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    Theme,
    Density,
    Motion,
    Glyphs,
    Mute,
}

impl Line {
    pub const ALL: [Self; 5] = [Self::Theme, Self::Density, Self::Motion, Self::Glyphs, Self::Mute];

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Theme => ("theme", "colours of the whole deck; [T] anywhere"),
            Self::Density => ("density", "three lines a unit, or one; [z] anywhere"),
            Self::Motion => ("motion", "full; reduced: cuts, no turns; none: stands still"),
            Self::Glyphs => ("glyphs", "auto: Unicode where the locale says so"),
            Self::Mute => ("sound", "cues beside what the eye sees; [M] anywhere"),
        }
    }

    fn value(self, model: &Model) -> String {
        let look = &model.settings.look;
        match self {
            Self::Theme => model.canvas.theme.name.clone(),
            Self::Density => match look.density {
                Density::Roomy => "roomy",
                Density::Dense => "dense",
            }
            .into(),
            Self::Motion => match model.canvas.motion {
                Motion::Full => "full",
                Motion::Reduced => "reduced",
                Motion::None => "none",
            }
            .into(),
            Self::Glyphs => match look.glyphs {
                Glyphs::Auto => "auto",
                Glyphs::Unicode => "unicode",
                Glyphs::Ascii => "ascii",
            }
            .into(),
            Self::Mute if model.settings.sound.mute => "muted".into(),
            Self::Mute => format!("on, volume {:.0} %", model.settings.sound.volume * 100.0),
        }
    }
}

pub fn draw(brush: &mut Brush, body: Rect, model: &Model) {
    brush.line(body.x + 2, body.y, body.width, Role::Page).say("look and sound", Role::Dim);
    let width = if body.width >= 90 { 4 } else { 2 };
    let mut y = body.y + 1;
    for (i, line) in Line::ALL.into_iter().enumerate() {
        let hold = if i == model.setting { Hold::Held } else { Hold::Idle };
        ears::seam(brush, Rect { y, height: 1, ..body }, hold);
        let unit = Rect { y: y + 1, height: 2, ..body };
        let face = ears::draw(brush, unit, Ears { width, hold, is_marked: Mark::Free, seed: i as u32 });
        brush.fill(face, Role::Case);
        let (name, about) = line.words();
        let mut upper = brush.line(face.x + 1, face.y, face.width.saturating_sub(2), Role::Case);
        upper.left(name, 14, Role::Text);
        let arrows = if hold == Hold::Held { Role::Accent } else { Role::Off };
        upper.say("← ", arrows).bold(&line.value(model), Role::Title).say(" →", arrows);
        brush.line(face.x + 1, face.y + 1, face.width.saturating_sub(2), Role::Case).skip(14).say(about, Role::Dim);
        y += 3;
    }
    let note = "other tabs come with the decks that use them";
    brush.line(body.x + 2, y + 1, body.width.saturating_sub(4), Role::Page).say(note, Role::Dim);
}
