//! What a store tells of one app, whatever its format: the words around it, its services as Compose has them, and what
//! its variables mean.

use std::collections::BTreeSet;

use crate::{
    catalog::{
        files::Files,
        import::{Format, tree::Tree, values::Known},
    },
    domain::catalog::Scheme,
};

pub struct Source<'a> {
    pub format: Format,
    /// In its store.
    pub file: String,
    pub about: About,
    /// In the words of docker-compose.
    pub compose: Tree,
    pub front: Front,
    pub known: &'a Known<'a>,
    /// What was lost already.
    pub said: Vec<String>,
}

/// Foreign texts, none of them looked at yet.
#[derive(Debug, Default)]
pub struct About {
    pub id: String,
    pub name: String,
    pub tagline: String,
    pub description: String,
    /// The most telling first.
    pub categories: Vec<String>,
    pub tags: Vec<String>,
    pub version: String,
    pub license: String,
    pub home: Option<String>,
    pub docs: Option<String>,
    pub source: Option<String>,
    pub architectures: Vec<String>,
    pub first_login: Option<String>,
    /// MiB that its store thinks it needs.
    pub memory: Option<u32>,
}

/// What a store says of the place where the app is opened.
#[derive(Debug, Default)]
pub struct Front {
    /// The service that answers there, by the name its store has for it.
    pub service: Option<String>,
    /// As the guest is to have it.
    pub outer: Option<u16>,
    /// As the service has it.
    pub inner: Option<u16>,
    pub scheme: Option<Scheme>,
    pub path: Option<String>,
    /// It is opened by a browser; without this only well-known ports are taken for pages.
    pub is_page: bool,
}

/// The files that lie beside the definition of an app in its store.
pub struct Beside<'a> {
    pub files: Option<&'a mut dyn Files>,
    /// All plain files of the store.
    pub paths: &'a BTreeSet<String>,
    /// Where the app's relative paths begin.
    pub folder: String,
}

/// A longer one is data and no configuration.
const LONGEST: usize = 64 * 1024;

impl Beside<'_> {
    /// Whether the store has such a file.
    pub fn has(&self, relative: &str) -> bool {
        self.files.is_some() && self.paths.contains(&self.whole(relative))
    }

    /// The text of a file that the store has.
    pub fn text(&mut self, relative: &str) -> Result<String, String> {
        let whole = self.whole(relative);
        let Some(files) = self.files.as_mut() else { return Err("the store does not have it".to_owned()) };
        let bytes = files.read(&whole).map_err(|error| error.to_string())?;
        if bytes.len() > LONGEST {
            return Err(format!("it is larger than {} KiB", LONGEST / 1024));
        }
        let text = String::from_utf8(bytes).map_err(|_| "it is no text".to_owned())?;
        let is_plain = !text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r'));
        if is_plain { Ok(text.replace("\r\n", "\n")) } else { Err("it is no plain text".to_owned()) }
    }

    /// The files below a folder, relative to it.
    pub fn below(&self, relative: &str) -> Vec<String> {
        if self.files.is_none() || relative.is_empty() {
            return Vec::new();
        }
        let prefix = format!("{}/", self.whole(relative));
        let below = self.paths.range(prefix.clone()..).take_while(|path| path.starts_with(&prefix));
        below.map(|path| path[prefix.len()..].to_owned()).collect()
    }

    fn whole(&self, relative: &str) -> String {
        if self.folder.is_empty() { relative.to_owned() } else { format!("{}/{relative}", self.folder) }
    }
}
