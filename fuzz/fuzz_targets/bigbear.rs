//! An app of BigBear: its description, its services, a file beside them.
#![no_main]

mod store;

use libfuzzer_sys::fuzz_target;
use proximity::catalog::import::Format;

fuzz_target!(|bytes: &[u8]| store::feed(Format::BigBear, &["apps/a/app.json", "apps/a/docker-compose.yml", "apps/a/x.conf"], bytes));
