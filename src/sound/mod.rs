//! Sound cues: short files played beside what the eye sees, never instead of it. What must hold: a machine with no sound
//! device is silent, without a line on the screen or a delay.

/// What may be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cue {
    Click,
    Flip,
    Success,
    Error,
    AppStarted,
    HostLost,
}
