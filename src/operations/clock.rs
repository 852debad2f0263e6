//! The one place where the engine side asks what time it is.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::domain::moment::Moment;

pub fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
