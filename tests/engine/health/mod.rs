//! Looks at apps: real servers on loopback, a store on disk, and time that the test steps.

mod cured;
mod heard;
mod kept;
mod looked;
mod stage;
mod told;
