//! A pool: storages and guests under one name, so that rights can be given to all of them at once. Which guests belong
//! to it stands with the guests.

use std::collections::BTreeSet;

#[derive(Debug, Clone, Default)]
pub struct Pool {
    pub comment: Option<String>,
    pub storages: BTreeSet<String>,
}
