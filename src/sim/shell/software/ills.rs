//! What goes wrong outside of a guest and is felt inside. A guest is told what stands, and tells how often it was hit.

/// What a registry says when it gives no image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    TooManyRequests,
    ManifestUnknown,
}

/// How an app is sick though it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sickness {
    /// Its port never opens.
    Silent,
    /// It answers 503.
    Unwell,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ill {
    /// The mirror of packages cannot be reached.
    NoMirror,
    NoImage(Denial),
    Sick(Sickness),
}

#[derive(Debug, Default)]
pub struct Ills {
    /// Each with how often it may still hit, if that is limited.
    standing: Vec<(Ill, Option<u32>)>,
    hits: Vec<Ill>,
}

impl Ills {
    pub fn stand(&mut self, standing: Vec<(Ill, Option<u32>)>) {
        self.standing = standing;
    }

    pub fn take_hits(&mut self) -> Vec<Ill> {
        std::mem::take(&mut self.hits)
    }

    /// The first one of these that may still hit; it has hit once more.
    fn meet(&mut self, is_meant: impl Fn(Ill) -> bool) -> Option<Ill> {
        let (ill, left) = self.standing.iter_mut().find(|(ill, left)| is_meant(*ill) && *left != Some(0))?;
        *left = left.map(|left| left - 1);
        self.hits.push(*ill);
        Some(*ill)
    }

    pub fn meets_no_mirror(&mut self) -> bool {
        self.meet(|ill| ill == Ill::NoMirror).is_some()
    }

    pub fn meet_denial(&mut self) -> Option<Denial> {
        match self.meet(|ill| matches!(ill, Ill::NoImage(_))) {
            Some(Ill::NoImage(denial)) => Some(denial),
            _ => None,
        }
    }

    pub fn sickness(&self) -> Option<Sickness> {
        self.standing.iter().find_map(|(ill, _)| if let Ill::Sick(how) = ill { Some(*how) } else { None })
    }
}
