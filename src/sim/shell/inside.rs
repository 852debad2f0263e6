//! The files of a guest as they were once: what a snapshot, a copy or a backup of it holds of them.

use std::sync::Arc;

use super::files::Files;

#[derive(Debug, Clone, Default)]
pub enum Inside {
    /// It was there in the beginning, and nobody ever looked inside: its app only seems to be there.
    #[default]
    Seeded,
    /// It was made since then, and nobody ever looked inside: it has what its image has.
    Fresh,
    Known(Arc<Files>),
}

impl Inside {
    pub(super) fn of(files: &Files) -> Self {
        Self::Known(Arc::new(files.copied()))
    }
}

/// The same means: taken at the same moment.
impl PartialEq for Inside {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Known(mine), Self::Known(theirs)) => Arc::ptr_eq(mine, theirs),
            (Self::Seeded, Self::Seeded) | (Self::Fresh, Self::Fresh) => true,
            _ => false,
        }
    }
}
