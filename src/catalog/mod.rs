//! The shelf of recipes: those built in, those of the operator's own folder, which win, and those of his sources. What
//! must hold: one bad file never hides the good ones, not even the built-in one it was meant to replace.

mod built_in;
mod check;
pub mod files;
mod folder;
pub mod import;
mod keep;
mod shelf;
mod shelves;
pub mod sources;

pub use check::{Checked, check};
pub use keep::{Existing, keep, place};
pub use shelf::{BadRecipe, Origin, Shelf, Shelved};
pub use shelves::{Places, Shelves, Store};
