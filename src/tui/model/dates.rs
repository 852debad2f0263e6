//! Moments as the operator reads them, where he is.

use super::Model;
use crate::{domain::moment::Moment, tui::widgets::figures};

impl Model {
    /// Hours and minutes where the operator is.
    pub fn time_of_day(&self, at: Moment) -> String {
        match jiff::Timestamp::from_millisecond(at.0) {
            Ok(time) => time.to_zoned(self.zone.clone()).strftime("%H:%M").to_string(),
            Err(_) => figures::UNKNOWN.into(),
        }
    }
}

impl Model {
    /// A moment that is not of today.
    pub fn day_and_time(&self, at: Moment) -> String {
        format!("{} {}", self.day_of(at), self.time_of_day(at))
    }

    /// `21 Sep`
    pub fn day_of(&self, at: Moment) -> String {
        match jiff::Timestamp::from_millisecond(at.0) {
            Ok(time) => time.to_zoned(self.zone.clone()).strftime("%-d %b").to_string(),
            Err(_) => figures::UNKNOWN.into(),
        }
    }
}
