//! Sources of recipes, against real repositories of git and a real server of HTTPS.
// A test says what was not run.
#![allow(clippy::print_stderr)]

mod git;
mod hostile;
mod kept;
pub mod origin;
pub mod server;
mod web;

use std::{sync::Arc, time::Duration};

use proximity::{
    catalog::sources::{Lock, Place, Prepared, SourceError, Wanted, Watch, prepare},
    domain::{
        catalog::{Pin, RecipeId, Source, SourceName, SourceUrl},
        fault::Fault,
        moment::Moment,
    },
    engine::{Answer, Change, Duty, Engine, Parts, Query, Shelf, SourceNews, SourceRow, SourcesAt, Tempo},
    secrets::{Kind, Vault},
    store::Store,
    web::{Client, Limits, Roots},
};
use tokio_util::sync::CancellationToken;

/// A data folder, and engines on it. No host is in it.
pub struct Shop {
    pub folder: tempfile::TempDir,
    pub web: Client,
}

impl Shop {
    pub fn new() -> Self {
        Self::trusting(Roots::Platform)
    }

    pub fn trusting(roots: Roots) -> Self {
        let limits = Limits { whole: Duration::from_secs(20), ..Limits::default() };
        Self { folder: tempfile::tempdir().unwrap(), web: Client::new(roots, limits) }
    }

    /// As another start of the program would make it.
    pub fn engine(&self) -> Engine {
        let path = self.folder.path();
        let (store, kept) = Store::open(&path.join("proximity.db")).unwrap();
        let sources =
            SourcesAt { settings: path.join("settings.toml"), folder: path.join("catalog"), web: self.web.clone() };
        let parts = Parts {
            store,
            kept,
            vault: Vault::open(Kind::Memory),
            passphrase: None,
            request_log: None,
            recipes: None,
            sources: Some(sources),
            tempo: Tempo::default(),
            rules: Default::default(),
        };
        Engine::open(parts, Duty::OneErrand)
    }

    pub fn place(&self) -> Place {
        Place::new(self.folder.path().join("catalog"))
    }

    pub fn settings(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("settings.toml")).unwrap_or_default()
    }
}

pub fn name(text: &str) -> SourceName {
    SourceName::new(text).unwrap()
}

pub fn source(text: &str, url: &str) -> Source {
    Source { name: name(text), url: SourceUrl::new(url).unwrap(), branch: None, pin: None }
}

pub async fn shelf(engine: &Engine) -> Arc<Shelf> {
    match engine.query(Query::Shelf).await.unwrap() {
        Answer::Shelf(shelf, _) => shelf,
        other => panic!("{other:?}"),
    }
}

/// The ids of a source's recipes that lie on the shelf, with their versions.
pub async fn on_shelf(engine: &Engine, source: &str) -> Vec<String> {
    let shelf = shelf(engine).await;
    let own = shelf.recipes.iter().filter(|shelved| shelved.recipe.id.as_str().starts_with(&format!("{source}-")));
    own.map(|shelved| format!("{} {}", shelved.recipe.id, shelved.recipe.version)).collect()
}

pub async fn rows(engine: &Engine) -> Vec<SourceRow> {
    match engine.query(Query::Sources).await.unwrap() {
        Answer::Sources(rows, None) => rows,
        other => panic!("{other:?}"),
    }
}

pub async fn news(engine: &Engine, source: &str, at: Option<Pin>) -> Result<Box<SourceNews>, Fault> {
    match engine.query(Query::SourceNews { name: name(source), at }).await? {
        Answer::SourceNews(news) => Ok(news),
        other => panic!("{other:?}"),
    }
}

pub async fn take(engine: &Engine, source: &str, pin: &Pin) -> Result<(), Fault> {
    engine.change(Change::TakeNews { name: name(source), pin: pin.clone() }).await
}

pub fn watch() -> Watch {
    Watch::new(CancellationToken::new(), Duration::from_secs(120), |_| {})
}

/// Fetches and converts without an engine.
pub fn prepared(shop: &Shop, source: &Source, watch: &Watch) -> Result<(Prepared, Lock), SourceError> {
    let lock = shop.place().lock(&source.name)?;
    let prepared = prepare(&shop.place(), source, &Wanted::Newest, Moment(1), &lock, watch)?;
    Ok((prepared, lock))
}

pub fn id(text: &str) -> RecipeId {
    RecipeId::new(text)
}
