//! The lights: which colour, glyph and rhythm a state has. Never colour alone.

use std::time::Duration;

use ratatui::style::{Color, Modifier, Style};

use crate::{
    domain::{fleet::Reach, state::State},
    settings::Motion,
    tui::{canvas::Canvas, theme::Role},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Led {
    pub glyph: char,
    pub role: Role,
    pub beat: Beat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Beat {
    Steady,
    /// Breathes: all is well, or work goes on.
    Pulse,
    /// Somebody waits for it.
    Blink,
    /// Goes round and round.
    Chase,
    /// Red and dim in turn.
    Slow,
}

impl Led {
    pub const fn new(glyph: char, role: Role, beat: Beat) -> Self {
        Self { glyph, role, beat }
    }

    pub fn of(state: &State) -> Self {
        use Beat::{Blink, Chase, Pulse, Slow, Steady};
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
            State::Locked(_) => Self::new('⊸', Role::Warning, Steady),
            State::BackingUp => Self::new(CHASE[0], Role::Info, Chase),
            State::Unknown => Self::new('?', Role::Dim, Steady),
        }
    }

    pub fn of_host(reach: &Reach) -> Self {
        match reach {
            Reach::Online => Self::of(&State::Running),
            Reach::Waiting => Self::of(&State::Starting),
            Reach::Off => Self::of(&State::Stopped),
            Reach::Lost(_) => Self::of(&State::Stale),
        }
    }

    /// The colour of its word: a light may be out, its word must be read.
    pub fn word_role(self) -> Role {
        if self.role == Role::Off { Role::Dim } else { self.role }
    }

    /// Its glyph and colour at this moment, on this metal.
    pub fn face(self, canvas: &Canvas, back: Role, beating: Beating) -> (char, Style) {
        let style = canvas.on(self.role, back);
        let Some(phase) = self.beat.phase(canvas.motion, beating) else { return (self.glyph, style) };
        match self.beat {
            Beat::Chase => (CHASE[phase % CHASE.len()], style),
            _ if phase == 0 => (self.glyph, style),
            beat => (self.glyph, dimmed(canvas, style, beat, back)),
        }
    }
}

/// Whether lights move at all, and where in the common rhythm they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beating {
    Still,
    At(Duration),
}

const CHASE: [char; 4] = ['▤', '▧', '▥', '▨'];

impl Beat {
    /// How long each phase lasts, lit first; nothing where it stands still.
    fn rhythm(self, motion: Motion) -> &'static [u64] {
        match (self, motion) {
            (Self::Steady, _) | (_, Motion::None) | (Self::Pulse | Self::Chase, Motion::Reduced) => &[],
            (Self::Pulse, Motion::Full) => &[3800, 1200],
            (Self::Blink, Motion::Full) => &[320, 320],
            (Self::Chase, Motion::Full) => &[500, 500, 500, 500],
            (Self::Blink, Motion::Reduced) | (Self::Slow, _) => &[1000, 1000],
        }
    }

    /// Which phase it is in: all lights of a kind beat together.
    fn phase(self, motion: Motion, beating: Beating) -> Option<usize> {
        let Beating::At(tick) = beating else { return None };
        self.locate(motion, tick).map(|(phase, _)| phase)
    }

    /// When it next looks different.
    pub fn turns_at(self, motion: Motion, tick: Duration) -> Option<Duration> {
        self.locate(motion, tick).map(|(_, turns_at)| turns_at)
    }

    /// The phase, and when it ends.
    fn locate(self, motion: Motion, tick: Duration) -> Option<(usize, Duration)> {
        let rhythm = self.rhythm(motion);
        let turn = rhythm.iter().sum::<u64>();
        let now = tick.as_millis() as u64;
        let mut end = now - now.checked_rem(turn)?;
        for (phase, length) in rhythm.iter().enumerate() {
            end += length;
            if now < end {
                return Some((phase, Duration::from_millis(end)));
            }
        }
        None
    }
}

/// Whether a glyph is one of the lights that are round.
pub fn is_light(glyph: char) -> bool {
    matches!(glyph, '●' | '◉' | '◐' | '◌' | '◔' | '◑' | '◍' | '✻' | '✽')
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
