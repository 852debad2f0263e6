//! Start, stop and restart of apps and guests.

use super::{arguments::Switch, begin::carry_out, face::Face};
use crate::{
    domain::{fault::Fault, ids::GuestKey, plan::power::PowerWish},
    engine::Request,
};

pub fn stop_wish(now: bool) -> PowerWish {
    if now { PowerWish::StopNow } else { PowerWish::Stop }
}

/// Which app, and what is to become of its power.
pub fn wish_of(switch: &Switch) -> (&str, PowerWish) {
    match switch {
        Switch::Start { app } => (app, PowerWish::Start),
        Switch::Stop { app, now } => (app, stop_wish(*now)),
        Switch::Restart { app } => (app, PowerWish::Restart),
    }
}

pub async fn switch(guest: GuestKey, wish: PowerWish, face: Face<'_>) -> Result<(), Fault> {
    carry_out(Request::Power { guest, wish }, face).await
}
