//! The fuzzy filter over units.

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};

use super::world::{Entry, World};

/// An empty one takes everything alike.
pub struct Sieve {
    pattern: Option<(Pattern, Matcher)>,
    letters: Vec<char>,
}

impl Sieve {
    pub fn new(filter: &str) -> Self {
        let pattern = (!filter.trim().is_empty()).then(|| {
            let pattern = Pattern::parse(filter, CaseMatching::Smart, Normalization::Smart);
            (pattern, Matcher::new(Config::DEFAULT))
        });
        Self { pattern, letters: Vec::new() }
    }

    pub fn score(&mut self, world: &World, entry: &Entry) -> Option<u32> {
        let Some((pattern, matcher)) = &mut self.pattern else { return Some(0) };
        let node = entry.guest.as_ref().map_or("", |guest| guest.node.as_str());
        let recipe = world.app(entry).and_then(|app| app.marker.recipe.as_deref()).unwrap_or("");
        let endpoint = entry.endpoint.as_deref().unwrap_or("");
        // The name weighs more than what stands beside it.
        let name = pattern.score(Utf32Str::new(&entry.name, &mut self.letters), matcher).map(|score| score + 1000);
        name.or_else(|| {
            let all = format!("{} {endpoint} {node} {recipe} {}", entry.name, entry.key);
            pattern.score(Utf32Str::new(&all, &mut self.letters), matcher)
        })
    }
}
