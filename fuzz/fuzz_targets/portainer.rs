//! A list of Portainer's templates, and a stack in the same store.
#![no_main]

mod store;

use libfuzzer_sys::fuzz_target;
use proximity::catalog::import::Format;

fuzz_target!(|bytes: &[u8]| store::feed(Format::Portainer, &["templates.json", "stack/docker-compose.yml"], bytes));
