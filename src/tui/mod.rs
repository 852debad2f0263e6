//! The deck: events in, a picture out. `update` is the only place that changes the model and `draw` only looks at it.
//! What must hold: no clock, no lock, no global in here but in `term/` and `run`, so that several decks can live in one
//! process.

pub mod canvas;
pub mod effect;
pub mod event;
pub mod term;
pub mod theme;
