//! Words of foreign files in the shapes that a recipe wants.

mod category;
mod plain;
mod shapes;

pub use category::category;
pub use plain::{line, prose, seen, tagline};
pub use shapes::{human, link, slug, variable, version};
