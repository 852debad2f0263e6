//! The house rules as tests: who may name whom, which outside crates stay where, what every file begins with.

mod rooms;
mod sources;
mod tidy;
