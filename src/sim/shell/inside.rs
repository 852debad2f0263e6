//! The files of a guest as they were once: what a snapshot, a copy or a backup of it holds of them.

use std::sync::Arc;

use super::files::Files;

/// Nothing where nobody ever looked inside: then they are those it was made with.
#[derive(Debug, Clone, Default)]
pub struct Inside(Option<Arc<Files>>);

impl Inside {
    pub(super) fn of(files: &Files) -> Self {
        Self(Some(Arc::new(files.copied())))
    }

    pub(super) fn files(&self) -> Option<Files> {
        self.0.as_ref().map(|files| files.copied())
    }
}

/// The same means: taken at the same moment.
impl PartialEq for Inside {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(mine), Some(theirs)) => Arc::ptr_eq(mine, theirs),
            (None, None) => true,
            _ => false,
        }
    }
}
