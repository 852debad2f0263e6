//! The values a container's configuration is made of, as types, each read from and written as Proxmox's own text. What
//! must hold: what is read and written again says the same, also where it holds words we do not know.

mod console;
mod environment;
mod features;
mod mount;
mod net;
mod parts;
mod size;
mod slot;
mod startup;
mod volume;
mod word;

pub use console::ConsoleMode;
pub use environment::{Environment, NotAnEnvironment};
pub use features::Features;
pub use mount::{Mount, RootDisk};
pub use net::{Ip4, Ip6, Net};
pub use parts::{NotReadable, Others};
pub use size::DiskSize;
pub use slot::Slot;
pub(super) use slot::numbered;
pub use startup::Startup;
pub use volume::Source;
pub use word::{NotAWord, Word};

use crate::domain::fault::{Fault, FaultCode};

fn unusable(why: impl ToString, remedy: &str) -> Fault {
    Fault::lasting(FaultCode::Usage, "this value cannot be used", why.to_string(), remedy)
}

impl From<NotAWord> for Fault {
    fn from(error: NotAWord) -> Self {
        unusable(error, "leave commas, line breaks and blanks at the ends out")
    }
}

impl From<NotReadable> for Fault {
    fn from(error: NotReadable) -> Self {
        unusable(error, "write it as Proxmox shows it in its own interface")
    }
}

impl From<NotAnEnvironment> for Fault {
    fn from(error: NotAnEnvironment) -> Self {
        unusable(error, "name it with letters, digits and underscores, and keep its value on one line")
    }
}
