//! The volumes of the app. What must hold: what two services share stays shared, and what was apart stays apart.

use crate::{
    catalog::import::{notes::Notes, words::slug},
    domain::catalog::{Volume, VolumeKind},
};

pub struct Volumes {
    /// Of the app; volumes of docker often carry it in front.
    app: String,
    /// By what stood in the store's file.
    made: Vec<(String, Volume)>,
}

/// What is wanted of a volume.
pub struct Wish<'a> {
    /// What makes it the same as another one.
    pub key: String,
    /// Where its name is taken from.
    pub called: &'a str,
    pub path: &'a str,
    pub service: &'a str,
    pub owner: Option<String>,
}

/// What the operator has elsewhere, or can get again.
const SHELVES: &[&str] = &[
    "download",
    "downloads",
    "movie",
    "movies",
    "music",
    "tv",
    "tvshows",
    "shows",
    "series",
    "video",
    "videos",
    "torrents",
    "roms",
    "watch",
    "incomplete",
    "complete",
    "podcasts",
];

/// The same, where they are folders of his own; what an app keeps under such a name by itself is nowhere else.
const SHARED_SHELVES: &[&str] = &[
    "media",
    "photo",
    "photos",
    "picture",
    "pictures",
    "books",
    "audiobooks",
    "comics",
    "manga",
    "gallery",
    "documents",
    "data",
];

impl Volumes {
    pub fn of(app: &str) -> Self {
        Self { app: slug(app).unwrap_or_default(), made: Vec::new() }
    }

    /// Its name, and whether it is one of the operator's things that nobody backs up.
    pub fn put(&mut self, wish: Wish<'_>) -> (String, bool) {
        if let Some((_, volume)) = self.made.iter_mut().find(|(key, _)| *key == wish.key) {
            volume.owner = volume.owner.take().or(wish.owner);
            return (volume.name.clone(), false);
        }
        let name = self.free_name(&self.name(&wish), &wish);
        let kind = kind(&name, wish.path);
        let is_shelf = is_shelf(&wish);
        let size = match (is_shelf, kind) {
            (true, _) => 32,
            (_, VolumeKind::Data) => 4,
            _ => 1,
        };
        let backup = !is_shelf && kind != VolumeKind::Cache;
        let path = self.free_path(&wish);
        let volume = Volume { name: name.clone(), path, kind, size, backup, owner: wish.owner };
        self.made.push((wish.key, volume));
        (name, is_shelf)
    }

    fn name(&self, wish: &Wish<'_>) -> String {
        let named = last(wish.called);
        let bare = named.strip_prefix(&self.app).map_or(named.as_str(), |rest| rest.trim_matches('-'));
        match bare {
            "" => Some(last(wish.path)).filter(|name| !name.is_empty()).unwrap_or_else(|| "data".to_owned()),
            bare => bare.to_owned(),
        }
    }

    fn free_name(&self, name: &str, wish: &Wish<'_>) -> String {
        let with_service = slug(&format!("{}-{name}", wish.service)).unwrap_or_default();
        let short: String = name.chars().take(34).collect();
        let numbered = (2..).map(|n| format!("{}-{n}", short.trim_end_matches('-')));
        let mut names = [name.to_owned(), with_service].into_iter().chain(numbered);
        let is_free = |name: &String| !name.is_empty() && self.made.iter().all(|(_, volume)| volume.name != *name);
        names.find(is_free).unwrap_or_default()
    }

    /// Two services may each have their own folder at the same place; a recipe's volumes have different ones.
    fn free_path(&self, wish: &Wish<'_>) -> String {
        let paths = [wish.path.to_owned(), format!("/{}{}", wish.service, wish.path)];
        let numbered = (2..).map(|n| format!("/{}-{n}{}", wish.service, wish.path));
        let is_free = |path: &String| self.made.iter().all(|(_, volume)| volume.path != *path);
        paths.into_iter().chain(numbered).find(is_free).unwrap_or_default()
    }

    pub fn into_volumes(self, notes: &mut Notes) -> Vec<Volume> {
        for (key, volume) in &self.made {
            let inner = self
                .made
                .iter()
                .find(|(other, _)| other.strip_prefix(key.as_str()).is_some_and(|rest| rest.starts_with('/')));
            if let Some((_, inner)) = inner {
                notes.say(format!(
                    "the volumes {} and {} overlapped in the store; here they are apart",
                    volume.name, inner.name
                ));
            }
        }
        self.made.into_iter().map(|(_, volume)| volume).collect()
    }
}

fn is_shelf(wish: &Wish<'_>) -> bool {
    let (called, inner) = (last(wish.called), last(wish.path));
    let is_on = |shelves: &[&str]| shelves.contains(&called.as_str()) || shelves.contains(&inner.as_str());
    let is_at_the_top = wish.path.matches('/').count() == 1;
    match wish.key.starts_with("shared ") {
        true => is_on(SHELVES) || is_on(SHARED_SHELVES),
        false => is_at_the_top && SHELVES.contains(&inner.as_str()),
    }
}

fn last(path: &str) -> String {
    let part = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    slug(part).unwrap_or_default()
}

fn kind(name: &str, path: &str) -> VolumeKind {
    let inner = last(path);
    let is = |words: &[&str]| {
        words.iter().any(|word| name == *word || inner == *word || name.ends_with(&format!("-{word}")))
    };
    if is(&["cache", "tmp", "temp", "log", "logs", "transcode", "transcodes", "model-cache"]) {
        VolumeKind::Cache
    } else if is(&["config", "conf", "configuration", "settings"]) {
        VolumeKind::Config
    } else {
        VolumeKind::Data
    }
}
