//! Tasks: their state, their log, and the lists of them.

use serde::Deserialize;

use super::lenient::{Int, Text};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TaskSaid<'a> {
    #[serde(borrow)]
    pub status: Text<'a>,
    #[serde(borrow)]
    pub exitstatus: Text<'a>,
}

/// A row of a list; there `status` holds how it ended.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TaskRow<'a> {
    #[serde(borrow)]
    pub upid: Text<'a>,
    #[serde(borrow)]
    pub status: Text<'a>,
    pub starttime: Int,
    pub endtime: Int,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct LogRow<'a> {
    /// Counted from one.
    pub n: Int,
    #[serde(borrow)]
    pub t: Text<'a>,
}
