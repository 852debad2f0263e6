//! An app of Runtipi: its description, its services, a file beside them.
#![no_main]

mod store;

use libfuzzer_sys::fuzz_target;
use proximity::catalog::import::Format;

fuzz_target!(|bytes: &[u8]| store::feed(Format::Runtipi, &["apps/a/config.json", "apps/a/docker-compose.json", "apps/a/data/x.conf"], bytes));
