//! What a foreign file says, as a tree of texts: `yes`, `010` and `3.10` stay what was written. What must hold: no file,
//! however short, grows into a tree that is larger than `Budget` allows.

mod json;
mod yaml;

pub use json::json;
pub use yaml::yaml;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Tree {
    #[default]
    Nothing,
    Text(String),
    List(Vec<Tree>),
    /// In the order of the file; no key is there twice.
    Map(Vec<(String, Tree)>),
}

impl Tree {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn map<K: Into<String>>(pairs: impl IntoIterator<Item = (K, Tree)>) -> Self {
        Self::Map(pairs.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    pub fn get(&self, key: &str) -> Option<&Self> {
        let pair = self.pairs().iter().find(|(known, _)| known == key);
        pair.map(|(_, value)| value).filter(|value| **value != Self::Nothing)
    }

    pub fn pairs(&self) -> &[(String, Tree)] {
        match self {
            Self::Map(pairs) => pairs,
            _ => &[],
        }
    }

    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text under a key, unless it is empty.
    pub fn word(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_text().map(str::trim).filter(|text| !text.is_empty())
    }

    pub fn says_yes(&self, key: &str) -> bool {
        self.word(key).is_some_and(|text| matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "on" | "1"))
    }

    /// One text or a list of them.
    pub fn words(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            _ => self.items().iter().filter_map(Self::as_text).collect(),
        }
    }

    /// What the entries of the list `list` have under `key`.
    pub fn words_below(&self, list: &str, key: &str) -> Vec<String> {
        let entries = self.get(list).map(Self::items).unwrap_or_default();
        entries.iter().filter_map(|one| one.word(key)).map(str::to_owned).collect()
    }

    /// Looks at all texts, wherever they stand.
    pub fn see_texts(&self, see: &mut impl FnMut(&str)) {
        match self {
            Self::Nothing => {}
            Self::Text(text) => see(text),
            Self::List(items) => items.iter().for_each(|item| item.see_texts(see)),
            Self::Map(pairs) => pairs.iter().for_each(|(_, value)| value.see_texts(see)),
        }
    }

    /// All texts, wherever they stand, become what `change` makes of them; keys stay.
    pub fn each_text(&mut self, change: &mut impl FnMut(&mut String)) {
        match self {
            Self::Nothing => {}
            Self::Text(text) => change(text),
            Self::List(items) => items.iter_mut().for_each(|item| item.each_text(change)),
            Self::Map(pairs) => pairs.iter_mut().for_each(|(_, value)| value.each_text(change)),
        }
    }

    fn size(&self) -> Size {
        let below: &mut dyn Iterator<Item = Size> = match self {
            Self::Nothing => &mut std::iter::empty(),
            Self::Text(text) => &mut std::iter::once(Size { nodes: 0, letters: text.len(), depth: 0 }),
            Self::List(items) => &mut items.iter().map(Self::size),
            Self::Map(pairs) => &mut pairs.iter().map(|(key, value)| {
                let size = value.size();
                Size { letters: size.letters + key.len(), ..size }
            }),
        };
        below.fold(Size { nodes: 1, letters: 0, depth: 1 }, |sum, one| Size {
            nodes: sum.nodes + one.nodes,
            letters: sum.letters + one.letters,
            depth: sum.depth.max(one.depth + 1),
        })
    }
}

#[derive(Clone, Copy)]
struct Size {
    nodes: usize,
    letters: usize,
    depth: usize,
}

/// What may still be added to a tree.
struct Budget {
    nodes: usize,
    letters: usize,
}

/// Deeper no honest file goes.
const DEEPEST: usize = 64;

impl Budget {
    /// As much as a text of this length can say without repeating itself, and some repetition.
    fn for_text(length: usize) -> Self {
        Self { nodes: 20_000 + length / 2, letters: 256 * 1024 + 2 * length }
    }

    fn spend(&mut self, nodes: usize, letters: usize) -> Result<(), String> {
        let left = self.nodes.checked_sub(nodes).zip(self.letters.checked_sub(letters));
        (self.nodes, self.letters) = left.ok_or("it repeats itself until it is too large")?;
        Ok(())
    }
}
