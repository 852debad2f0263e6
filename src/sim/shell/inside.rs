//! The files of a guest as they were once: what a snapshot, a copy or a backup of it holds of them.

use std::sync::Arc;

use super::files::{Files, Seeming};

#[derive(Debug, Clone, Default)]
pub enum Inside {
    /// It was there in the beginning, and nobody ever looked inside: its app only seems to be there.
    #[default]
    Seeded,
    /// The same, carried into another guest: it listens at these ports, whatever is written about the new one.
    Carried(Arc<[u16]>),
    /// It was made since then, and nobody ever looked inside: it has what its image has.
    Fresh,
    Known(Arc<Files>),
}

impl Inside {
    pub(super) fn of(files: &Files) -> Self {
        Self::Known(Arc::new(files.copied()))
    }

    /// As another guest gets it, whose marker may say something else or nothing.
    pub fn carried(self, ports: Option<Vec<u16>>) -> Self {
        let Some(ports) = ports.map(Arc::from) else { return self };
        match self {
            Self::Seeded => Self::Carried(ports),
            Self::Known(files) if files.seeming == Seeming::App => {
                let mut files = files.copied();
                files.seeming = Seeming::Carried(ports);
                Self::Known(Arc::new(files))
            }
            other => other,
        }
    }
}

/// The same means: taken at the same moment.
impl PartialEq for Inside {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Known(mine), Self::Known(theirs)) => Arc::ptr_eq(mine, theirs),
            (Self::Carried(mine), Self::Carried(theirs)) => mine == theirs,
            (Self::Seeded, Self::Seeded) | (Self::Fresh, Self::Fresh) => true,
            _ => false,
        }
    }
}
