//! Times as the operator reads them, where he is. What must hold: what cannot be told is `--`.

use super::Model;
use crate::{
    domain::moment::Moment,
    settings::Motion,
    tui::{event::Focus, widgets::figures},
};

impl Model {
    /// Hours and minutes where the operator is.
    pub fn time_of_day(&self, at: Moment) -> String {
        match jiff::Timestamp::from_millisecond(at.0) {
            Ok(time) => time.to_zoned(self.zone.clone()).strftime("%H:%M").to_string(),
            Err(_) => figures::UNKNOWN.into(),
        }
    }

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

    /// Whether a clock goes on by itself.
    pub fn tells_time(&self) -> bool {
        self.focus == Focus::Gained && self.canvas.motion != Motion::None
    }
}
