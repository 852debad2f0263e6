//! An app of CasaOS or ZimaOS.
#![no_main]

mod store;

use libfuzzer_sys::fuzz_target;
use proximity::catalog::import::Format;

fuzz_target!(|bytes: &[u8]| store::feed(Format::CasaOs, &["Apps/a/docker-compose.yml", "Apps/a/x.conf"], bytes));
