//! What runs inside a simulated guest: processes, a terminal, files, and a small shell with the commands that scripts
//! need. Everything is simulated; nothing of the machine this runs on is ever executed, read or written. It has no
//! clock of its own: moments come in, and what was due by then has happened afterwards.
//!
//! A new command is one line in a table of `commands/` and one function beside it.

mod arithmetic;
mod builtins;
mod commands;
mod editor;
mod expand;
mod files;
mod image;
mod inside;
mod interactive;
mod kernel;
mod login;
mod machine;
mod parse;
mod pattern;
mod regular;
mod run;
mod session;
mod simple;
mod sockets;
mod software;
mod streams;
mod syntax;
mod sys;
mod text;
mod tty;
mod words;

pub use commands::errand::{Answer, Errand};
pub use files::{Seeming, absolute};
pub use image::{Flavour, Host};
pub use inside::Inside;
pub use machine::{Entry, Machine, Redraw};
pub use session::{Ends, Session, Start, State, What};
pub use software::{
    caddyfile::Pass,
    ills::{Denial, Ill, Sickness},
    listening::{Listener, Reach, Speech},
};
pub use streams::{Stream, Streams, pipe};
