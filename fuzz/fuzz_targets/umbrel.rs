//! An app of Umbrel: its manifest, its services, its variables.
#![no_main]

mod store;

use libfuzzer_sys::fuzz_target;
use proximity::catalog::import::Format;

fuzz_target!(|bytes: &[u8]| store::feed(Format::Umbrel, &["a/umbrel-app.yml", "a/docker-compose.yml", "a/exports.sh"], bytes));
