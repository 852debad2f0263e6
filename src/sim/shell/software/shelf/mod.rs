//! The packages of apps by what they are for. What must hold: what stands here is what Debian 13 has, not what a recipe
//! would like.

use super::packages::Package;

mod databases;
mod figures;
mod names;
mod shares;
mod talk;
mod web;

pub const SHELVES: &[&[Package]] =
    &[databases::TABLE, figures::TABLE, names::TABLE, shares::TABLE, talk::TABLE, web::TABLE];
