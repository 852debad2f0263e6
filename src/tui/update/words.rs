//! How long and in which words the deck repeats what it was told.

use std::time::Duration;

use crate::domain::plan::power::PowerWish;

pub const ECHO: Duration = Duration::from_millis(2500);

pub fn understood(wish: PowerWish) -> &'static str {
    match wish {
        PowerWish::Start => "starting",
        PowerWish::Stop => "stopping",
        PowerWish::StopNow => "cutting the power of",
        PowerWish::Restart => "restarting",
    }
}
