//! The deck: events in, a picture out. `update` is the only place that changes the model and `draw` only looks at it.
//! What must hold: no clock, no lock, no global in here but in `term/` and `run`, so that several decks can live in one
//! process.

pub mod canvas;
pub mod command;
pub mod console;
pub mod effect;
pub mod event;
pub mod keymap;
pub mod layers;
pub mod model;
pub mod run;
pub mod screens;
pub mod term;
pub mod theme;
pub mod update;
pub mod widgets;

pub use self::{
    model::{Model, Start},
    screens::draw,
    update::update,
};
