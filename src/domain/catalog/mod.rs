//! The catalog's language: what a recipe is, which recipes are sound, and what a recipe and the operator's answers
//! become. What must hold: whatever passed `Recipe::check` can be rendered without a second look, and the value of a
//! secret never stands among the plain values.

mod around;
mod category;
mod check;
mod colour;
mod diff;
mod filter;
mod fit;
mod generator;
mod id;
mod interpolate;
mod method;
mod nearest;
mod pattern;
mod probe;
mod pve_version;
mod read;
mod recipe;
mod render;
mod search;
mod setting;
mod source;
mod trust;
mod values;

pub use around::{Dependency, Facts, Hooks, Imported, Newest, Proof};
pub use category::{CATEGORIES, category_place, category_title};
pub use check::{RecipeFault, words};
pub use colour::Colour;
pub use diff::{Changed, Difference, Part, Titled};
pub use filter::{Around, Condition, installed};
pub use fit::{fits, oldest};
pub use generator::Generator;
pub use id::RecipeId;
pub use interpolate::{UnknownName, escaped, interpolate, names_in};
pub use method::{Compose, ComposeFile, Healthcheck, Methods, Oci, ScriptFile, ScriptRecipe, Service, Words};
pub use pattern::Pattern;
pub use probe::{Probe, StatusRange, What};
pub use pve_version::PveVersion;
pub use recipe::{
    Architecture, Links, Need, NeedKind, Port, Protocol, Range, Recipe, Resources, Scheme, Volume, VolumeKind,
};
pub use render::{compose_file, dot_env, sh_env};
pub use search::{Hit, Index};
pub use setting::{Kind, Setting};
pub use source::{Branch, Pin, Source, SourceKind, SourceName, SourceUrl};
pub use trust::Trust;
pub use values::{FieldFault, SecretWish, Values, values};
