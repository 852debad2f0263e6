//! What an engine does by itself. What must hold: one that was begun for an errand looks after nothing.

/// Whether the engine watches by itself, or only does what it is told and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    Watch,
    /// The same with nobody before it: apps are proved as well.
    Tend(Proofs),
    OneErrand,
}

/// Whether the newest backup of each app is tried by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Proofs {
    #[default]
    Monthly,
    Never,
}
