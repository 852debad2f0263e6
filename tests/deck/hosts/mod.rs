//! The deck of hosts: its units and their backs, a node's pane, the pages by which a host is connected and changed.

pub mod answers;
mod changing;
mod connecting;
mod looking;
mod pictures;
