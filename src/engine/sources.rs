//! Sources of recipes behind the door. What must hold: what is pinned changes only with the operator's yes, one fetch of a
//! source runs at a time, whoever stops waiting stops it, and nobody is held up by it.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio_util::sync::CancellationToken;

use super::{Answer, Engine, Notice, Tone, now};
use crate::{
    catalog::{
        Store,
        sources::{self, Kept, Place, Prepared, Progress, SourceError, Wanted, Watch},
    },
    domain::{
        catalog::{Difference, Pin, Source, SourceKind, SourceName},
        fault::{Fault, FaultCode},
        moment::Moment,
    },
    settings, web,
};

pub use crate::catalog::sources::RefusedRow;

/// Fetching and turning into recipes together.
const PATIENCE: Duration = Duration::from_secs(180);

/// Where sources are named and kept, and whom the web is believed.
#[derive(Debug, Clone)]
pub struct SourcesAt {
    pub settings: PathBuf,
    pub folder: PathBuf,
    pub web: web::Client,
}

impl SourcesAt {
    /// What is pinned, for the shelf. Reads one small file and asks nobody.
    pub(super) fn stores(&self) -> Vec<Store> {
        sources::stores(&Place::new(self.folder.clone()), &settings::sources(&self.settings).0)
    }
}

/// How it stands with one source.
#[derive(Debug, Clone)]
pub struct SourceRow {
    pub source: Source,
    /// Nothing where the pinned state does not lie here.
    pub kept: Option<SourceKept>,
    /// Why its recipes are not on the shelf.
    pub fault: Option<Fault>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceKept {
    pub fetched: Moment,
    pub format: String,
    pub recipes: usize,
    /// By the slugs of their reasons.
    pub refused: Vec<(String, usize)>,
    /// Some of them, word for word.
    pub refusals: Vec<RefusedRow>,
}

/// A state of a source that lies here now, and what it would change.
#[derive(Debug, Clone)]
pub struct SourceNews {
    pub name: SourceName,
    pub pinned: Option<Pin>,
    pub found: Pin,
    pub kept: SourceKept,
    pub difference: Difference,
}

impl SourceNews {
    pub fn is_nothing(&self) -> bool {
        self.pinned.as_ref() == Some(&self.found) && self.difference.is_empty()
    }
}

/// The fetches that run here, and how each is stopped.
#[derive(Default)]
pub(super) struct Fetches(Mutex<HashMap<SourceName, CancellationToken>>);

impl Fetches {
    fn with<T>(&self, change: impl FnOnce(&mut HashMap<SourceName, CancellationToken>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Engine {
    fn sources_at(&self) -> Result<&SourcesAt, Fault> {
        self.0.sources.as_ref().ok_or_else(|| {
            Fault::lasting(
                FaultCode::Refused,
                "there are no sources here",
                "this Proximity was started without a folder of settings",
                "start it with --data DIR",
            )
        })
    }

    pub(super) async fn tell_sources(&self) -> Result<Answer, Fault> {
        let at = self.sources_at()?.clone();
        Self::aside("the sources could not be read", move || {
            let place = Place::new(at.folder.clone());
            let (sources, fault) = settings::sources(&at.settings);
            let rows = sources.into_iter().map(|source| row(&place, source)).collect();
            Ok(Answer::Sources(rows, fault))
        })
        .await
    }

    /// Fetches, and says what taking it would change. Nothing that is pinned is touched.
    pub(super) async fn source_news(&self, name: &SourceName, wanted: Option<Pin>) -> Result<Answer, Fault> {
        let at = self.sources_at()?;
        let (source, place) = (known(at, name)?, Place::new(at.folder.clone()));
        let told = || format!("the source {name} was not looked at");
        let wanted = wanted.map_or(Wanted::Newest, Wanted::This);
        let (prepared, _lock) = self.prepare(&place, &source, wanted).await.map_err(|error| error.told(told()))?;
        let before = source.pin.as_ref().map(|pin| place.recipes(name, pin));
        Self::aside("the sources could not be read", move || {
            let before = before.map(|folder| Place::read(&folder)).unwrap_or_default();
            let difference = Difference::between(&before, &Place::read(&prepared.recipes));
            let Prepared { pin, kept, .. } = prepared;
            let (name, pinned) = (source.name, source.pin);
            Ok(Answer::SourceNews(Box::new(SourceNews { name, pinned, found: pin, kept: of_kept(kept), difference })))
        })
        .await
    }

    /// Fetched first: one that cannot be read is not remembered.
    pub(super) async fn add_source(&self, source: Source) -> Result<(), Fault> {
        let at = self.sources_at()?;
        let name = &source.name;
        let told = || format!("the source {name} was not added");
        if settings::sources(&at.settings).0.iter().any(|known| known.name == *name) {
            return Err(Fault::lasting(
                FaultCode::Refused,
                told(),
                "there is a source of that name already",
                "choose another name, or remove the old one first",
            ));
        }
        let place = Place::new(at.folder.clone());
        let wanted = source.pin.clone().map_or(Wanted::Newest, Wanted::This);
        let (prepared, lock) = self.prepare(&place, &source, wanted).await.map_err(|error| error.told(told()))?;
        place.take(&prepared, name, &lock).map_err(|error| error.told(told()))?;
        let pin = prepared.pin;
        settings::put_source(&at.settings, &Source { pin: Some(pin.clone()), ..source.clone() })?;
        place.prune(name, &[&pin], &lock);
        Ok(())
    }

    /// The state that the operator was shown. It is fetched again where it does not lie here any more.
    pub(super) async fn take_news(&self, name: &SourceName, pin: Pin) -> Result<(), Fault> {
        let at = self.sources_at()?;
        let (source, place) = (known(at, name)?, Place::new(at.folder.clone()));
        let told = || format!("the source {name} stays as it is");
        let wanted = Wanted::This(pin);
        let (prepared, lock) = self.prepare(&place, &source, wanted).await.map_err(|error| error.told(told()))?;
        place.take(&prepared, name, &lock).map_err(|error| error.told(told()))?;
        settings::put_source(&at.settings, &Source { pin: Some(prepared.pin.clone()), ..source.clone() })?;
        // The one before stays as well, so that going back needs no network.
        let keep: Vec<_> = source.pin.iter().chain([&prepared.pin]).collect();
        place.prune(name, &keep, &lock);
        Ok(())
    }

    /// Apps that were made of its recipes stay as they are.
    pub(super) fn remove_source(&self, name: &SourceName) -> Result<(), Fault> {
        let at = self.sources_at()?;
        known(at, name)?;
        let place = Place::new(at.folder.clone());
        let told = |error: SourceError| error.told(format!("the source {name} was not removed"));
        let lock = place.lock(name).map_err(told)?;
        // First, so that what is left behind by a kill is a folder that nobody names.
        settings::remove_source(&at.settings, name)?;
        place.forget(name, &lock).map_err(told)
    }

    pub(super) fn stop_source(&self, name: &SourceName) {
        self.0.fetches.with(|running| {
            if let Some(stop) = running.get(name) {
                stop.cancel();
            }
        });
    }

    async fn prepare(
        &self,
        place: &Place,
        source: &Source,
        wanted: Wanted,
    ) -> Result<(Prepared, sources::Lock), SourceError> {
        let lock = place.lock(&source.name)?;
        if let Wanted::This(pin) = &wanted
            && let Some(prepared) = place.waiting(source, pin)
        {
            return Ok((prepared, lock));
        }
        let stop = self.0.end.child_token();
        let _gone = stop.clone().drop_guard();
        self.0.fetches.with(|running| running.insert(source.name.clone(), stop.clone()));
        let prepared = self.fetch(place.clone(), source.clone(), wanted, lock, stop).await;
        self.0.fetches.with(|running| running.remove(&source.name));
        prepared
    }

    async fn fetch(
        &self,
        place: Place,
        source: Source,
        wanted: Wanted,
        lock: sources::Lock,
        stop: CancellationToken,
    ) -> Result<(Prepared, sources::Lock), SourceError> {
        let watch = Watch::new(stop.clone(), PATIENCE, self.teller(&source.name));
        let file = match (source.url.kind(), &self.0.sources) {
            (SourceKind::File, Some(at)) => tokio::select! {
                got = at.web.get(source.url.as_str()) => Some(got?),
                () = stop.cancelled() => return Err(SourceError::Stopped),
            },
            _ => None,
        };
        let preparing = self.0.tasks.spawn_blocking(move || {
            let prepared = match file {
                Some(bytes) => sources::prepare_file(&place, &source, bytes, &wanted, now(), &lock, &watch),
                None => sources::prepare(&place, &source, &wanted, now(), &lock, &watch),
            };
            prepared.map(|prepared| (prepared, lock))
        });
        preparing.await.unwrap_or(Err(SourceError::Stopped))
    }

    /// Tells how far it is, every now and then.
    fn teller(&self, name: &SourceName) -> impl Fn(Progress) + Send + Sync + 'static {
        const EVERY: Duration = Duration::from_secs(2);
        let (name, notices, last) = (name.clone(), self.0.notices.clone(), Mutex::new(now()));
        move |progress| {
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            if now().since(*last) < EVERY {
                return;
            }
            *last = now();
            let text = match progress {
                Progress::Fetching(bytes) => format!("{name}: {} MB are here", bytes / 1_000_000),
                Progress::Reading(apps) => format!("{name}: {apps} apps were read"),
            };
            // Nobody listening is fine.
            drop(notices.send(Notice { tone: Tone::Info, text: text.into(), detail: None, operation: None }));
        }
    }
}

fn row(place: &Place, source: Source) -> SourceRow {
    let kept = source.pin.as_ref().and_then(|pin| place.kept(&source.name, pin)).map(of_kept);
    let fault = kept.is_none().then(|| not_here(&source));
    SourceRow { source, kept, fault }
}

fn not_here(source: &Source) -> Fault {
    let name = &source.name;
    let remedy = match &source.pin {
        Some(pin) => format!("say `proximity catalog sources pin {name} {pin}`, or `update {name}` for the newest"),
        None => format!("say `proximity catalog sources update {name}`"),
    };
    let why = "it stands in the settings, but was not fetched on this machine yet";
    Fault::lasting(FaultCode::NotFound, format!("the recipes of {name} are not on the shelf"), why, remedy)
}

fn of_kept(kept: Kept) -> SourceKept {
    SourceKept {
        fetched: Moment(kept.fetched),
        format: kept.format,
        recipes: kept.recipes,
        refused: kept.refused.into_iter().collect(),
        refusals: kept.refusals,
    }
}

fn known(at: &SourcesAt, name: &SourceName) -> Result<Source, Fault> {
    let (sources, fault) = settings::sources(&at.settings);
    sources.into_iter().find(|source| source.name == *name).ok_or_else(|| {
        fault.unwrap_or_else(|| {
            Fault::lasting(
                FaultCode::NotFound,
                format!("there is no source called {name}"),
                "the settings do not name it",
                "look at `proximity catalog sources`",
            )
        })
    })
}
