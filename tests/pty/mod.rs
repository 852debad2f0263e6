//! The real program in a pseudo-terminal: it starts, shows something, and leaves the terminal as it was found, whatever
//! ends it.

mod consoles;
mod leaving;
mod looks;
mod program;
