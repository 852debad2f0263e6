//! Every plan, in the scene that it needs.

use proximity::{
    domain::{
        backup::Retention,
        ids::StorageName,
        plan::{change::Sizes, power::PowerWish},
        secret::Secret,
    },
    engine::{DeployWish, OldOne, Request},
};

use super::{
    super::life::wish,
    scenes::{
        self, Scene, Wish, adopt, adopt_whole, back_up, beside, copy, deploy, edit, image, power, reclaim, relocate,
        resize, restore, saved, schedule,
    },
    stage::Cast,
};

#[derive(Clone, Copy)]
pub struct Play {
    pub name: &'static str,
    pub scene: Scene,
    pub request: Wish,
    /// What nobody can take back may stand either way.
    pub either: &'static [&'static str],
    /// What Proxmox makes by chance.
    pub chance: &'static [&'static str],
}

const fn play(name: &'static str, scene: Scene, request: Wish) -> Play {
    Play { name, scene, request, either: &[], chance: &[] }
}

fn typed() -> DeployWish {
    let secrets = [("ADMIN_PASSWORD".to_owned(), Secret::new("typed-by-hand"))].into();
    DeployWish { secrets, ..wish("miniflux") }
}

fn undo(cast: &Cast) -> Request {
    Request::Undo(cast.last.expect("the scene was made by an operation"))
}

fn grow(cast: &Cast) -> Request {
    let sizes = Sizes { memory: Some(2048), disk: Some(12), ..Sizes::default() };
    Request::Resize { app: cast.app(), sizes }
}

fn run(cast: &Cast) -> Request {
    let words = ["sh", "-c", "echo once >>/srv/app/ran"];
    Request::Run { app: cast.app(), command: words.map(str::to_owned).to_vec() }
}

fn of_snapshot(cast: &Cast, make: fn(proximity::domain::ids::AppId, String) -> Request) -> Request {
    make(cast.app(), "first".into())
}

fn prove(cast: &Cast) -> Request {
    Request::Prove { app: cast.app(), backup: None }
}

fn prune(cast: &Cast) -> Request {
    Request::Prune { guest: cast.guest(), storage: StorageName::new("local"), keeps: Retention::last(1) }
}

/// A disk never gets smaller again.
const GROWN: &[&str] = &["rootfs"];
/// A restart that fails may leave it off.
const OFF: &[&str] = &["power"];
/// What a command did nobody can take back.
const RAN: &[&str] = &["/srv/app/ran"];
/// What comes back from an archive may get another address; it is looked for when it is listed the next time.
const MOVED: &[&str] = &["address"];
/// A copy gets hardware addresses of its own.
const CARD: &[&str] = &["net0"];

pub fn plays() -> Vec<Play> {
    use Scene::{
        Adopted, Binned, Compose, ComposeOnFiles, Copied, Edited, Emptied, Gateway, Image, Labelled, Moved, Off, On,
        Plain, PutBack, Reclaimed, Rescheduled, Resized, Restored, Routed, Saved, SavedImage, SavedScript, SavedTwice,
        Scheduled, Script, Snapped, Unbinned, Unscheduled, Updated,
    };
    vec![
        play("start", Off, |cast, _| power(cast, PowerWish::Start)),
        play("stop", Compose, |cast, _| power(cast, PowerWish::Stop)),
        play("stop-now", Compose, |cast, _| power(cast, PowerWish::StopNow)),
        Play { either: OFF, ..play("restart", Compose, |cast, _| power(cast, PowerWish::Restart)) },
        play("deploy-compose", Plain, |_, _| deploy(typed())),
        play("deploy-script", Plain, |_, _| deploy(wish("mosquitto"))),
        play("deploy-image", Plain, |_, _| deploy(image())),
        play("make-gateway", Plain, |_, _| scenes::gateway()),
        play("publish", Gateway, |cast, _| Request::Publish(cast.app())),
        play("publish-again", Routed, |cast, _| Request::Publish(cast.app())),
        play("bin", Compose, |cast, _| Request::Bin(cast.app())),
        play("bin-off", Off, |cast, _| Request::Bin(cast.app())),
        play("unbin", Binned, |cast, _| Request::Unbin(cast.app())),
        play("destroy", Compose, |cast, _| Request::Destroy(cast.app())),
        play("destroy-binned", Binned, |cast, _| Request::Destroy(cast.app())),
        Play { chance: CARD, ..play("clone-running", Compose, |cast, _| copy(cast)) },
        Play { chance: CARD, ..play("clone-off", Off, |cast, _| copy(cast)) },
        play("update-compose", Compose, |cast, _| Request::Update(cast.app())),
        play("update-again", Updated, |cast, _| Request::Update(cast.app())),
        Play { either: MOVED, ..play("update-by-backup", ComposeOnFiles, |cast, _| Request::Update(cast.app())) },
        play("update-script", Script, |cast, _| Request::Update(cast.app())),
        play("update-image", Image, |cast, _| Request::Update(cast.app())),
        play("snapshot", Compose, |cast, _| scenes::snapshot(cast)),
        play("remove-snapshot", Snapped, |cast, _| {
            of_snapshot(cast, |app, snapshot| Request::RemoveSnapshot { app, snapshot })
        }),
        play("rollback", Snapped, |cast, _| of_snapshot(cast, |app, snapshot| Request::Rollback { app, snapshot })),
        play("resize", Compose, |cast, _| resize(cast)),
        play("reclaim", Compose, |cast, _| reclaim(cast)),
        Play { either: GROWN, ..play("grow", Compose, |cast, _| grow(cast)) },
        play("edit-compose", Compose, |cast, _| {
            edit(cast, "ADMIN_USERNAME", "anna", Some(("ADMIN_PASSWORD", "typed-by-hand")))
        }),
        play("edit-script", Script, |cast, _| {
            edit(cast, "MQTT_USER", "anna", Some(("MQTT_PASSWORD", "typed-by-hand")))
        }),
        play("edit-image", Image, |cast, _| {
            edit(cast, "SIGNUPS_ALLOWED", "false", Some(("ADMIN_TOKEN", "typed-by-hand")))
        }),
        play("put-back", Compose, |cast, _| scenes::put_back(cast)),
        play("undo-put-back", PutBack, |cast, _| undo(cast)),
        play("move", Compose, relocate),
        play("adopt", Plain, |_, engine| adopt(engine)),
        play("adopt-whole", Plain, |_, engine| adopt_whole(engine)),
        play("forget", Compose, |cast, _| Request::Forget(cast.app())),
        Play { either: RAN, ..play("run", Compose, |cast, _| run(cast)) },
        play("undo-start", On, |cast, _| undo(cast)),
        play("undo-stop", Off, |cast, _| undo(cast)),
        play("undo-deploy", Compose, |cast, _| undo(cast)),
        play("undo-clone", Copied, |cast, _| undo(cast)),
        play("undo-bin", Binned, |cast, _| undo(cast)),
        play("undo-unbin", Unbinned, |cast, _| undo(cast)),
        play("undo-snapshot", Snapped, |cast, _| undo(cast)),
        play("undo-update", Updated, |cast, _| undo(cast)),
        play("undo-resize", Resized, |cast, _| undo(cast)),
        play("undo-reclaim", Reclaimed, |cast, _| undo(cast)),
        play("undo-edit", Edited, |cast, _| undo(cast)),
        play("undo-move", Moved, |cast, _| undo(cast)),
        play("undo-adopt", Adopted, |cast, _| undo(cast)),
        play("backup", Compose, |cast, _| back_up(cast)),
        Play { either: MOVED, ..play("restore", Saved, |cast, engine| restore(cast, engine, OldOne::Bin)) },
        Play {
            either: MOVED,
            ..play("restore-over", SavedScript, |cast, engine| restore(cast, engine, OldOne::Destroy))
        },
        Play { either: MOVED, ..play("restore-image", SavedImage, |cast, engine| restore(cast, engine, OldOne::Bin)) },
        play("restore-beside", SavedScript, beside),
        play("prove", SavedScript, |cast, _| prove(cast)),
        play("prove-image", SavedImage, |cast, _| prove(cast)),
        play("remove-backup", Saved, |cast, engine| Request::RemoveBackup(saved(cast, engine))),
        play("edit-backup", Saved, scenes::label),
        play("prune", SavedTwice, |cast, _| prune(cast)),
        play("schedule", Plain, |_, _| schedule("sat 04:00")),
        play("reschedule", Scheduled, |_, _| schedule("sun 05:00")),
        play("unschedule", Scheduled, |_, _| Request::RemoveJob(scenes::job("").id)),
        Play { either: MOVED, ..play("undo-restore", Restored, |cast, _| undo(cast)) },
        Play { either: MOVED, ..play("evacuate", Plain, |_, _| scenes::evacuate()) },
        Play { either: MOVED, ..play("fill", Emptied, |_, _| scenes::fill()) },
        Play { either: MOVED, ..play("balance", Plain, |_, engine| scenes::balance(engine)) },
        Play { either: MOVED, ..play("undo-evacuate", Emptied, |cast, _| undo(cast)) },
        play("undo-edit-backup", Labelled, |cast, _| undo(cast)),
        play("undo-reschedule", Rescheduled, |cast, _| undo(cast)),
        play("undo-unschedule", Unscheduled, |cast, _| undo(cast)),
    ]
}
