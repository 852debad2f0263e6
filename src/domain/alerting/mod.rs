//! What is worth an alert, and when it is told. Pure: the fleet, what is known of the last week and the moment are given.
//! What must hold: a look tells nothing twice, whatever the order in which it saw things, and what somebody acknowledged
//! is told to nobody.

mod alarms;
mod case;
mod limits;
mod look;
mod message;
mod quiet;
mod rule;
mod stir;
mod told;
mod trend;

pub use alarms::{Alarms, Turn};
pub use case::{Case, Marks};
pub use limits::{Limits, Standing};
pub use look::{Condition, Look, Past, look};
pub use message::{Message, Tone};
pub use quiet::QuietHours;
pub use rule::{Key, Rule};
pub use stir::stir;
pub use told::Saying;
pub use trend::Trend;
