//! The composition root: an engine on real hosts, or on the simulator.
