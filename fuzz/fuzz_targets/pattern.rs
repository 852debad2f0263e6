//! A pattern of a recipe, and a text that may fit it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use proximity::domain::catalog::Pattern;

fuzz_target!(|pair: (&str, &str)| {
    if pair.0.len() < 100
        && pair.1.len() < 1024
        && let Ok(pattern) = Pattern::try_from(pair.0.to_owned())
    {
        let _ = pattern.fits(pair.1);
    }
});
