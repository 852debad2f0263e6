//! Whether a theme can be read. What must hold: every shipped theme passes at every depth that has known colours.

use super::{Theme, depth, role::Role};

/// A pair that is too close to tell apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Shortfall {
    pub front: Role,
    pub back: Role,
    pub ratio: f32,
    pub wanted: f32,
}

/// Text, then lights (they have a glyph and a word beside the colour), then edges that only must be seen.
const READ: f32 = 4.5;
const GLANCED: f32 = 3.0;
const LIGHTS: f32 = 2.0;
const SEEN: f32 = 1.2;

const PAIRS: [(Role, Role, f32); 25] = [
    (Role::Text, Role::Page, READ),
    (Role::Text, Role::Case, READ),
    (Role::Text, Role::CaseLit, READ),
    (Role::Text, Role::Back, READ),
    (Role::Title, Role::Page, READ),
    (Role::Title, Role::Case, READ),
    (Role::Dim, Role::Page, GLANCED),
    (Role::Dim, Role::Case, GLANCED),
    (Role::Dim, Role::CaseLit, GLANCED),
    (Role::Dim, Role::Back, GLANCED),
    (Role::Danger, Role::Page, GLANCED),
    (Role::Danger, Role::Case, GLANCED),
    (Role::Accent, Role::Page, GLANCED),
    (Role::Accent, Role::Case, GLANCED),
    (Role::LcdText, Role::LcdGlass, READ),
    (Role::LcdDim, Role::LcdGlass, LIGHTS),
    (Role::Good, Role::Page, LIGHTS),
    (Role::Good, Role::Case, LIGHTS),
    (Role::Warning, Role::Page, LIGHTS),
    (Role::Warning, Role::Case, LIGHTS),
    (Role::Info, Role::Case, LIGHTS),
    (Role::Off, Role::Case, SEEN),
    (Role::Off, Role::CaseLit, SEEN),
    (Role::Track, Role::Case, SEEN),
    (Role::Screw, Role::Ear, SEEN),
];

/// The pairs of this theme that cannot be told apart; a colour that only the terminal knows is not judged.
pub fn contrast(theme: &Theme) -> Vec<Shortfall> {
    let light = |role| depth::shown(theme.colour(role)).map(|rgb| rgb.luminance() + 0.05);
    let judge = |(front, back, wanted): (Role, Role, f32)| {
        let (a, b) = (light(front)?, light(back)?);
        let ratio = a.max(b) / a.min(b);
        (ratio < wanted).then_some(Shortfall { front, back, ratio, wanted })
    };
    PAIRS.into_iter().filter_map(judge).collect()
}
