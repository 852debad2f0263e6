//! The lights: which colour, glyph and rhythm a state has. Never colour alone.

use std::time::Duration;

use ratatui::style::{Color, Modifier, Style};

use crate::{
    domain::state::State,
    settings::Motion,
    tui::{canvas::Canvas, theme::Role},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Led {
    pub glyph: char,
    pub role: Role,
    pub beat: Beat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    Steady,
    /// Breathes: all is well, or work goes on.
    Pulse,
    /// Somebody waits for it.
    Blink,
    /// Red and dim in turn.
    Slow,
}

impl Led {
    pub const fn new(glyph: char, role: Role, beat: Beat) -> Self {
        Self { glyph, role, beat }
    }

    pub fn of(state: &State) -> Self {
        use Beat::{Blink, Pulse, Slow, Steady};
        match state {
            State::Running => Self::new('●', Role::Good, Pulse),
            State::Degraded => Self::new('◐', Role::Warning, Steady),
            State::Stopped => Self::new('○', Role::Off, Steady),
            State::Starting | State::Stopping | State::Restarting => Self::new('◌', Role::Warning, Blink),
            State::Deploying | State::Updating | State::Restoring | State::Migrating => {
                Self::new('◔', Role::Warning, Pulse)
            }
            State::Cloning | State::Adopting => Self::new('◑', Role::Accent, Pulse),
            State::Removing => Self::new('◍', Role::Danger, Blink),
            State::Error => Self::new('✖', Role::Danger, Steady),
            State::Missing => Self::new('?', Role::Danger, Slow),
            State::Stale => Self::new('◇', Role::Dim, Steady),
            State::Locked(_) => Self::new('⚿', Role::Warning, Steady),
            State::BackingUp => Self::new('▤', Role::Info, Pulse),
            State::Unknown => Self::new('?', Role::Dim, Steady),
        }
    }

    /// How it looks at this moment on this metal.
    pub fn style(self, canvas: &Canvas, back: Role, beating: Beating) -> Style {
        let style = canvas.on(self.role, back);
        if self.beat.is_lit(canvas.motion, beating) { style } else { dimmed(canvas, style, self.beat, back) }
    }
}

/// Whether lights move at all, and where in the common rhythm they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beating {
    Still,
    At(Duration),
}

/// One breath; the second, dim part of it begins at `DIMS`.
const BREATH: Duration = Duration::from_millis(5000);
const DIMS: Duration = Duration::from_millis(3800);
const BLINK: Duration = Duration::from_millis(640);
const CALM_BLINK: Duration = Duration::from_millis(2000);

impl Beat {
    /// How long it is lit and how long a whole turn takes; nothing where it stands still.
    fn rhythm(self, motion: Motion) -> Option<(Duration, Duration)> {
        match (self, motion) {
            (Self::Steady, _) | (_, Motion::None) | (Self::Pulse, Motion::Reduced) => None,
            (Self::Pulse, Motion::Full) => Some((DIMS, BREATH)),
            (Self::Blink, Motion::Full) => Some((BLINK / 2, BLINK)),
            (Self::Blink, Motion::Reduced) | (Self::Slow, _) => Some((CALM_BLINK / 2, CALM_BLINK)),
        }
    }

    fn is_lit(self, motion: Motion, beating: Beating) -> bool {
        match (self.rhythm(motion), beating) {
            (Some((lit, turn)), Beating::At(tick)) => phase(tick, turn) < lit,
            _ => true,
        }
    }

    /// When it next looks different.
    pub fn turns_at(self, motion: Motion, tick: Duration) -> Option<Duration> {
        let (lit, turn) = self.rhythm(motion)?;
        let phase = phase(tick, turn);
        let start = tick - phase;
        Some(if phase < lit { start + lit } else { start + turn })
    }
}

fn phase(tick: Duration, turn: Duration) -> Duration {
    Duration::from_millis((tick.as_millis() % turn.as_millis()) as u64)
}

/// Darker, but never gone: a light that is out must still be found.
fn dimmed(canvas: &Canvas, style: Style, beat: Beat, back: Role) -> Style {
    let share = if beat == Beat::Pulse { 0.45 } else { 0.75 };
    match (style.fg, style.bg) {
        (Some(front @ Color::Rgb(..)), Some(behind @ Color::Rgb(..))) => style.fg(mix(front, behind, share)),
        _ if beat == Beat::Pulse => style.add_modifier(Modifier::DIM),
        _ => canvas.on(Role::Off, back),
    }
}

/// The same colour, nearer to the metal behind it; where colours cannot be mixed it stays.
pub fn faded(style: Style, share: f32) -> Style {
    match (style.fg, style.bg) {
        (Some(front), Some(behind)) => style.fg(mix(front, behind, share)),
        _ => style,
    }
}

/// `share` of the way from one colour to the other.
pub fn mix(from: Color, to: Color, share: f32) -> Color {
    let (Color::Rgb(r, g, b), Color::Rgb(r2, g2, b2)) = (from, to) else { return from };
    let blend = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * share).round() as u8;
    Color::Rgb(blend(r, r2), blend(g, g2), blend(b, b2))
}
