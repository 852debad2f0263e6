//! SSH: to a node of a host, or into a guest. What must hold: no key of a machine is trusted but the pinned one, and a
//! changed one stops hard.
