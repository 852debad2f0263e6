//! A recipe of somebody else.
#![no_main]

use libfuzzer_sys::fuzz_target;
use proximity::domain::catalog::{Recipe, compose_file, values};

fuzz_target!(|text: &str| {
    if let Ok(recipe) = Recipe::read(text) {
        let _ = compose_file(&recipe);
        let _ = values(&recipe, &Default::default());
    }
});
