//! The worlds that plans are tried in. Each is made of another one by an operation that nobody disturbs.

use std::{collections::HashMap, sync::Arc};

use proximity::{
    domain::{
        app::Method,
        backup::{
            BackupKey, BackupMode, Compression, Guarding, How, Job, JobState, Retention, Runner, ScheduleId, Selection,
            backups_of,
        },
        fleet::{GuestKind, Power},
        gateway::Tls,
        ids::{AppId, GuestKey, NodeKey, NodeName, StorageName},
        moves::{Errand, Whose},
        plan::{app::ConsoleWish, change::Sizes, journal::Outcome, power::PowerWish, step::Tweak},
        secret::Secret,
    },
    engine::{
        AdoptWish, BackupWish, CloneWish, DeployWish, Engine, OldOne, PoolWish, RelocateWish, Request, Rest, RestoreTo,
        RestoreWish, Which,
    },
};

use super::{
    super::{
        lab::{ended, home},
        life::wish,
    },
    stage::{Cast, Kept, Shared, Stage},
};

/// Those of the recipes that are deployed here.
pub const SECRETS: [&str; 4] = ["ADMIN_PASSWORD", "DB_PASSWORD", "MQTT_PASSWORD", "ADMIN_TOKEN"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scene {
    /// Guests that nobody deployed.
    Plain,
    Adopted,
    Compose,
    /// On a storage that takes no snapshots.
    ComposeOnFiles,
    Script,
    Image,
    Off,
    On,
    Binned,
    Unbinned,
    Snapped,
    Updated,
    Resized,
    Reclaimed,
    Edited,
    /// An option was set back to what it was once.
    PutBack,
    Moved,
    /// The first node has no app any more.
    Emptied,
    Copied,
    /// With a backup, made before a file was changed.
    Saved,
    SavedScript,
    SavedImage,
    /// With two of them.
    SavedTwice,
    Restored,
    Labelled,
    Scheduled,
    Rescheduled,
    Unscheduled,
    /// A gateway that was not given its routes.
    Gateway,
    /// One that was.
    Routed,
}

pub type Wish = fn(&Cast, &Engine) -> Request;

impl Scene {
    /// What it is made of, and how.
    fn made(self) -> Option<(Self, Wish)> {
        Some(match self {
            Self::Plain => return None,
            Self::Adopted => (Self::Plain, |_, engine| adopt(engine)),
            Self::Compose => (Self::Plain, |_, _| deploy(wish("miniflux"))),
            Self::ComposeOnFiles => {
                (Self::Plain, |_, _| deploy(DeployWish { storage: Some("files".into()), ..wish("miniflux") }))
            }
            Self::Script => (Self::Plain, |_, _| deploy(wish("mosquitto"))),
            Self::Image => (Self::Plain, |_, _| deploy(image())),
            Self::Off => (Self::Compose, |cast, _| power(cast, PowerWish::Stop)),
            Self::On => (Self::Off, |cast, _| power(cast, PowerWish::Start)),
            Self::Binned => (Self::Compose, |cast, _| Request::Bin(cast.app())),
            Self::Unbinned => (Self::Binned, |cast, _| Request::Unbin(cast.app())),
            Self::Snapped => (Self::Compose, |cast, _| snapshot(cast)),
            Self::Updated => (Self::Compose, |cast, _| Request::Update(cast.app())),
            Self::Resized => (Self::Compose, |cast, _| resize(cast)),
            Self::Reclaimed => (Self::Compose, |cast, _| reclaim(cast)),
            Self::Edited => (Self::Compose, |cast, _| edit(cast, "ADMIN_USERNAME", "anna", None)),
            Self::PutBack => (Self::Compose, |cast, _| put_back(cast)),
            Self::Moved => (Self::Compose, |cast, engine| relocate(cast, engine)),
            Self::Emptied => (Self::Plain, |_, _| evacuate()),
            Self::Copied => (Self::Compose, |cast, _| copy(cast)),
            Self::Saved => (Self::Compose, |cast, _| back_up(cast)),
            Self::SavedScript => (Self::Script, |cast, _| back_up(cast)),
            Self::SavedImage => (Self::Image, |cast, _| back_up(cast)),
            Self::SavedTwice => (Self::Saved, |cast, _| back_up(cast)),
            Self::Restored => (Self::SavedScript, |cast, engine| restore(cast, engine, OldOne::Bin)),
            Self::Labelled => (Self::SavedScript, label),
            Self::Scheduled => (Self::Plain, |_, _| schedule("sat 04:00")),
            Self::Rescheduled => (Self::Scheduled, |_, _| schedule("sun 05:00")),
            Self::Gateway => (Self::Plain, |_, _| gateway()),
            Self::Routed => (Self::Gateway, |cast, _| Request::Publish(cast.app())),
            Self::Unscheduled => (Self::Scheduled, |_, _| Request::RemoveJob(job("").id)),
        })
    }
}

/// As if each of them had been another one outside.
pub fn put_back(cast: &Cast) -> Request {
    let option = |name: &str, value: &str| Tweak::Option { name: name.into(), value: Some(value.into()) };
    let tagged = Tweak::Tagged { add: vec!["kept".into()], remove: Vec::new() };
    Request::PutBack {
        app: cast.app(),
        tweaks: vec![option("memory", "1536"), option("nameserver", "10.0.0.1"), tagged],
    }
}

impl Cast {
    pub fn app(&self) -> AppId {
        self.app.clone().expect("the scene is about an app")
    }

    pub fn guest(&self) -> GuestKey {
        self.guest.clone().expect("the scene is about a guest")
    }
}

/// Scenes that were made already.
#[derive(Default)]
pub struct Scenes(HashMap<Scene, Shared>);

impl Scenes {
    pub async fn of(&mut self, stage: &Stage, scene: Scene) -> Shared {
        if let Some(kept) = self.0.get(&scene) {
            return kept.clone();
        }
        let kept = match scene.made() {
            None => Arc::new(stage.first().await),
            Some((before, how)) => {
                let before = Box::pin(self.of(stage, before)).await;
                Arc::new(make(stage, &before, how).await)
            }
        };
        self.0.insert(scene, kept.clone());
        kept
    }
}

async fn make(stage: &Stage, before: &Kept, how: Wish) -> Kept {
    let house = stage.put_back(before).await;
    let engine = house.listed().await;
    let id = engine.ask(how(&before.cast, &engine)).await.unwrap();
    let operation = ended(&engine, id).await;
    assert_eq!(operation.outcome(), Some(Outcome::Done), "{:#?}", operation.journal);
    let app = operation.plan.subject.app().cloned().or(before.cast.app.clone());
    let fleet = engine.fleet().borrow().clone();
    let guest = app.as_ref().and_then(|app| fleet.app(app)).map(|app| app.guest.clone());
    engine.close().await;
    stage.keep(&house, Cast { app, guest, last: Some(id) }).await
}

pub fn deploy(wish: DeployWish) -> Request {
    Request::Deploy(Box::new(wish))
}

pub fn gateway() -> Request {
    Request::MakeGateway(Box::new(super::super::gateway::plain(Tls::Internal)))
}

pub fn image() -> DeployWish {
    DeployWish { method: Some(Method::Oci), ..wish("vaultwarden") }
}

pub fn power(cast: &Cast, wish: PowerWish) -> Request {
    Request::Power { guest: cast.guest(), wish }
}

pub fn snapshot(cast: &Cast) -> Request {
    Request::Snapshot { app: cast.app(), name: Some("first".into()), note: "by hand".into() }
}

pub fn copy(cast: &Cast) -> Request {
    Request::Clone(CloneWish { app: cast.app(), name: None, address: Default::default() })
}

pub fn back_up(cast: &Cast) -> Request {
    let storage = Some(StorageName::new("local"));
    Request::Backup(BackupWish { guest: cast.guest(), storage, how: How::default(), note: Some("by hand".into()) })
}

/// The newest backup of the app.
pub fn saved(cast: &Cast, engine: &Engine) -> BackupKey {
    let fleet = engine.fleet().borrow().clone();
    let app = fleet.app(&cast.app()).expect("it is in the books");
    backups_of(&fleet, app).first().expect("it has a backup").key.clone()
}

pub fn restore(cast: &Cast, engine: &Engine, old: OldOne) -> Request {
    let to = RestoreTo::Place { app: cast.app(), old };
    Request::Restore(RestoreWish { backup: saved(cast, engine), to, storage: None, after: Vec::new() })
}

pub fn beside(cast: &Cast, engine: &Engine) -> Request {
    let to = RestoreTo::Beside { name: Some("second".into()), address: Default::default() };
    Request::Restore(RestoreWish { backup: saved(cast, engine), to, storage: None, after: Vec::new() })
}

pub fn label(cast: &Cast, engine: &Engine) -> Request {
    let (backup, note) = (saved(cast, engine), Some("before the holidays".into()));
    Request::EditBackup { backup, note, guarding: Some(Guarding::Protected) }
}

pub fn job(schedule: &str) -> Job {
    Job {
        id: ScheduleId { host: home(), id: "weekly".into() },
        runner: Runner::Proxmox,
        schedule: schedule.into(),
        state: JobState::Enabled,
        of: Some(Selection::Pool("saved".into())),
        storage: Some(StorageName::new("local")),
        mode: BackupMode::Snapshot,
        compression: Compression::Zstd,
        keeps: Some(Retention::last(2)),
        note: None,
        guarding: Guarding::Free,
        comment: None,
        repeats_missed: false,
        next_run: None,
    }
}

pub fn schedule(at: &str) -> Request {
    let job = Job { of: Some(Selection::AllBut(Vec::new())), ..job(at) };
    Request::SaveJob(Box::new(job))
}

pub fn resize(cast: &Cast) -> Request {
    let sizes = Sizes { cores: Some(3), memory: Some(1536), ..Sizes::default() };
    Request::Resize { app: cast.app(), sizes }
}

/// As what apps do not need is taken back.
pub fn reclaim(cast: &Cast) -> Request {
    let sizes = Sizes { cores: Some(1), memory: Some(640), ..Sizes::default() };
    Request::Reclaim(vec![(cast.app(), sizes)])
}

/// A setting, and a secret that was typed.
pub fn edit(cast: &Cast, name: &str, value: &str, secret: Option<(&str, &str)>) -> Request {
    let settings = [(name.to_owned(), value.to_owned())].into();
    let secrets = secret.map(|(name, text)| (name.to_owned(), Secret::new(text))).into_iter().collect();
    Request::Edit { app: cast.app(), settings, secrets }
}

/// To the other node.
pub fn relocate(cast: &Cast, engine: &Engine) -> Request {
    let here = engine.fleet().borrow().guest(&cast.guest()).unwrap().node.clone();
    let other = ["pve1", "pve2"].into_iter().find(|node| **node != *here.as_str()).unwrap();
    Request::Move { app: cast.app(), to: NodeName::new(other) }
}

/// A container that runs and is nobody's.
pub fn stranger(engine: &Engine, power: Power) -> GuestKey {
    let fleet = engine.fleet().borrow().clone();
    let fits = |key: &GuestKey| fleet.app_of(key).is_none();
    let mut guests = fleet.guests.iter().filter(|guest| guest.kind == GuestKind::Container && !guest.is_template);
    guests.find(|guest| guest.power == power && fits(&guest.key)).expect("the seed has one").key.clone()
}

fn first_node() -> NodeKey {
    NodeKey { host: home(), node: NodeName::new("pve1") }
}

fn proposed(errand: Errand) -> Request {
    let which = Which::Proposed { whose: Whose::Ours, rest: Rest::Refused };
    Request::Relocate(RelocateWish { errand, which })
}

pub fn evacuate() -> Request {
    proposed(Errand::Evacuate(first_node()))
}

pub fn fill() -> Request {
    proposed(Errand::Fill(first_node()))
}

/// Every app to the second node, whatever the balance is.
pub fn balance(engine: &Engine) -> Request {
    let fleet = engine.fleet().borrow().clone();
    let moves = fleet.apps.iter().map(|app| (app.guest.clone(), NodeName::new("pve2")));
    let which = Which::Chosen(moves.collect());
    Request::Relocate(RelocateWish { errand: Errand::Balance(home()), which })
}

pub fn adopt(engine: &Engine) -> Request {
    Request::Adopt(AdoptWish::of(stranger(engine, Power::Running)))
}

/// With a port, into our pool, and with a console that its next start opens.
pub fn adopt_whole(engine: &Engine) -> Request {
    let wish = AdoptWish::of(stranger(engine, Power::Running));
    Request::Adopt(AdoptWish { port: Some(8080), pool: PoolWish::Join, console: ConsoleWish::Shell, ..wish })
}
