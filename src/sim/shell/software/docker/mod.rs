//! Docker inside a guest. What must hold: images, containers and volumes lie in the guest's files below
//! `/var/lib/docker`, and a container runs only while the daemon does.

pub mod compose;
pub mod containers;
pub mod images;
pub mod interpolate;
mod services;
pub mod template;

use crate::sim::shell::{files::Files, kernel::Kernel, software::listening::Listener};

pub const ROOT: &str = "/var/lib/docker";

/// The daemon has begun: what is to come back comes back, and nothing else does.
pub fn begin(files: &mut Files, now: i64) {
    for mut container in containers::all(files) {
        if container.comes_back() {
            container.start(files, now);
        } else if container.is_running {
            container.end(files, now, 255);
        }
    }
}

/// The daemon has ended, and with it what ran.
pub fn end(files: &mut Files, now: i64) {
    for mut container in containers::all(files).into_iter().filter(|container| container.is_running) {
        container.end(files, now, 0);
    }
}

pub fn listeners(kernel: &Kernel) -> Vec<Listener> {
    if kernel.running("docker").is_none() {
        return Vec::new();
    }
    let running = containers::all(&kernel.files).into_iter().filter(|container| container.is_running);
    running.flat_map(|container| container.listeners()).collect()
}
