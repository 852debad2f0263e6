//! Where the hand rests in a list. What must hold: it stays on the same thing whatever happens to the list.

use crate::domain::ids::GuestKey;

/// Where the selection rests: on a key, and for the case that it goes, at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Hand<K = GuestKey> {
    pub key: Option<K>,
    pub at: usize,
    /// The first one that is shown.
    pub top: usize,
}

impl<K> Default for Hand<K> {
    fn default() -> Self {
        Self { key: None, at: 0, top: 0 }
    }
}

impl<K: Clone + PartialEq> Hand<K> {
    /// Finds its key again; when it is gone, takes what stands in its place.
    pub fn settle(&mut self, keys: &[K]) {
        let found = self.key.as_ref().and_then(|key| keys.iter().position(|other| other == key));
        self.at = found.unwrap_or(self.at).min(keys.len().saturating_sub(1));
        self.key = keys.get(self.at).cloned();
    }

    pub fn go(&mut self, at: usize, keys: &[K]) {
        self.at = at.min(keys.len().saturating_sub(1));
        self.key = keys.get(self.at).cloned();
    }
}

/// The first row to show so that `at` is in sight: the rack stands still while it is, goes one row along with a hand that
/// steps over its edge, and puts a hand that leaps in its middle.
pub fn window(top: usize, at: usize, len: usize, page: usize) -> usize {
    let page = page.max(1);
    let top = match at {
        _ if (top..top + page).contains(&at) => top,
        _ if at + 1 == top => at,
        _ if at == top + page => top + 1,
        _ => at.saturating_sub(page / 2),
    };
    top.min(len.saturating_sub(page))
}

#[cfg(test)]
mod tests {
    use super::window;

    #[test]
    fn the_rack_stands_still_goes_along_by_one_or_puts_a_leap_in_its_middle() {
        assert_eq!([10, 14, 19].map(|at| window(10, at, 100, 10)), [10; 3]);
        assert_eq!([9, 20].map(|at| window(10, at, 100, 10)), [9, 11]);
        assert_eq!([50, 0, 99].map(|at| window(10, at, 100, 10)), [45, 0, 90]);
        assert_eq!(window(10, 3, 4, 10), 0);
    }
}
