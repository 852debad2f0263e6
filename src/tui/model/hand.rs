//! Where the hand rests in a list. What must hold: it stays on the same thing whatever happens to the list.

use crate::domain::ids::GuestKey;

/// Where the selection rests: on a key, and for the case that it goes, at a place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hand {
    pub key: Option<GuestKey>,
    pub at: usize,
    /// The first one that is shown.
    pub top: usize,
}

impl Hand {
    /// Finds its key again; when it is gone, takes what stands in its place.
    pub fn settle(&mut self, keys: &[GuestKey]) {
        let found = self.key.as_ref().and_then(|key| keys.iter().position(|other| other == key));
        self.at = found.unwrap_or(self.at).min(keys.len().saturating_sub(1));
        self.key = keys.get(self.at).cloned();
    }

    pub fn go(&mut self, at: usize, keys: &[GuestKey]) {
        self.at = at.min(keys.len().saturating_sub(1));
        self.key = keys.get(self.at).cloned();
    }
}

/// The first row to show so that `at` is in sight: the rack stands still while it is, and moves by half a page when not.
pub fn window(top: usize, at: usize, len: usize, page: usize) -> usize {
    let page = page.max(1);
    let last_top = len.saturating_sub(page);
    let top = if (top..top + page).contains(&at) { top } else { at.saturating_sub(page / 2) };
    top.min(last_top)
}
