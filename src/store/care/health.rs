//! How the apps are, and were.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::{
    domain::{care::AppHealth, ids::AppId},
    store::{error::Trouble, kept::Unread},
};

pub(super) fn read(_: &Connection, _: &mut Unread) -> Result<BTreeMap<AppId, AppHealth>, Trouble> {
    Ok(BTreeMap::new())
}
