//! What is different on a shelf that was read anew.

use std::sync::Arc;

use crate::engine::door::Shelf;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Difference {
    pub new: usize,
    pub changed: usize,
    pub gone: usize,
    pub bad: usize,
}

impl Difference {
    pub fn between(before: &Shelf, now: &Shelf) -> Self {
        let mut difference = Self { bad: now.faults.len(), ..Self::default() };
        for shelved in &now.recipes {
            match before.find(&shelved.recipe.id) {
                None => difference.new += 1,
                Some(old) if Arc::ptr_eq(&old.recipe, &shelved.recipe) || old.recipe == shelved.recipe => {}
                Some(_) => difference.changed += 1,
            }
        }
        // Ids stand on a shelf once.
        difference.gone = before.recipes.len() + difference.new - now.recipes.len();
        difference
    }

    pub fn words(self) -> String {
        let told = [(self.new, "new"), (self.changed, "changed"), (self.gone, "gone")];
        let mut told: Vec<_> =
            told.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        if told.is_empty() {
            told.push("nothing changed".into());
        }
        if self.bad > 0 {
            told.push(format!("{} could not be read", self.bad));
        }
        format!("recipes read anew: {}", told.join(", "))
    }
}
