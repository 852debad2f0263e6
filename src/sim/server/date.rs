//! Dates as HTTP writes them.

use crate::domain::moment::Moment;

/// `Fri, 20 Nov 2026 10:01:08 GMT`
pub fn http_date(now: Moment) -> String {
    let time = jiff::Timestamp::from_second(now.as_secs()).unwrap_or_default();
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
