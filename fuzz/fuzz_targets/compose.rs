//! A docker-compose file as somebody pastes it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use proximity::{catalog::import::compose, domain::catalog::compose_file};

fuzz_target!(|text: &str| {
    if let Ok(recipe) = compose("app", text) {
        assert!(recipe.check().is_ok());
        assert!(compose_file(&recipe).is_some());
    }
});
