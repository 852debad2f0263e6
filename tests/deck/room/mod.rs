//! The room: where units hang, how it is arranged, what its widgets, cables and lights tell.

mod arranging;
mod cables;
mod empty;
mod laws;
mod looks;
mod night;
