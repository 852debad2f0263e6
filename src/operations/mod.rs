//! Operations run here: the runner asks `next_move`, acts, and writes the journal before and after. What must hold: the
//! world is never touched before `Began` is on disk.

pub mod clock;
pub mod power;
pub mod runner;
pub mod task;
pub mod world;
