//! Operations run here: the runner asks `next_move`, acts, and writes the journal before and after. What must hold: the
//! world is never touched before `Began` is on disk.

mod act;
pub mod clock;
mod comeback;
pub mod desk;
mod ensure;
pub mod hands;
pub mod looks;
pub mod power;
pub mod probe;
pub mod rehearse;
pub mod runner;
pub mod secrets;
pub mod task;
pub mod tempo;
mod turn;
mod undo;
pub mod world;

pub use act::{cables, job_order, read_job};
