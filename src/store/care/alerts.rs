//! The alerts that are open.

use rusqlite::Connection;

use crate::{
    domain::care::Alert,
    store::{error::Trouble, kept::Unread},
};

pub(super) fn read(_: &Connection, _: &mut Unread) -> Result<Vec<Alert>, Trouble> {
    Ok(Vec::new())
}
