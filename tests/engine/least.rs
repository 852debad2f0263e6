//! The smallest role that works, in one pool, on one storage for disks and one for backups. What must hold: with it an app
//! lives its whole life, and what needs more is refused by name before anything is made.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use proximity::{
    domain::{
        app::Method,
        catalog::RecipeId,
        fault::Fault,
        fleet::Power,
        ids::{AppId, NodeName},
        operation::Operation,
        plan::{change::Sizes, journal::Outcome, power::PowerWish},
        secret::Secret,
    },
    engine::{Answer, Change, CloneWish, Credential, DeployWish, Duty, Engine, HostDraft, Query, Request},
    sim::{Apps, Options, Pace, Seed},
};

use super::lab::{Lab, ended, until};

const POOL: &str = "apps";
const ON_GUESTS: &[&str] = &[
    "VM.Allocate",
    "VM.Config.Disk",
    "VM.Config.CPU",
    "VM.Config.Memory",
    "VM.Config.Network",
    "VM.Config.Options",
    "VM.Audit",
    "VM.PowerMgmt",
    "VM.Console",
    "VM.Snapshot",
    "VM.Backup",
    "VM.Clone",
];
const TEMPLATES: &str = "local";
const TABLE: [(&str, &str, &[&str]); 5] = [
    ("/pool/apps", "Guests", ON_GUESTS),
    ("/storage/local-lvm", "Disks", &["Datastore.AllocateSpace"]),
    ("/storage/backup", "Backups", &["Datastore.AllocateSpace"]),
    ("/storage/local", "Templates", &["Datastore.Audit"]),
    ("/sdn/zones/localnetwork/vmbr0", "Bridge", &["SDN.Use"]),
];

static LANS: AtomicU32 = AtomicU32::new(0);

/// A host whose running apps answer, those of each laboratory at addresses of their own.
pub async fn answering() -> Lab {
    let pace = Pace::PerCall { from: Pace::NOON, step: Duration::from_secs(1) };
    let lab = Lab::of(Options { apps: Apps::Answer, ..Options::local(Seed::plain(2, 24), pace) }).await;
    lab.simulator.datacenter().with(|datacenter| {
        datacenter.lan = 20_000 + LANS.fetch_add(1, Ordering::Relaxed) * 150 + std::process::id() % 50 * 300;
    });
    lab
}

/// An engine whose token holds the table, and nothing besides.
async fn lab() -> (Lab, Engine) {
    let (id, secret) = Seed::plain(2, 24).deployer();
    let lab = answering().await;
    let handle = lab.simulator.datacenter();
    handle.with(|datacenter| {
        datacenter.access.grants.retain(|grant| !grant.to.starts_with("deploy@"));
    });
    for (path, role, privileges) in TABLE {
        assert!(handle.add_role(role, privileges), "{privileges:?}");
        // Token and user: what only one of them holds counts for nothing.
        ["deploy@pve", id.as_str()].iter().for_each(|to| handle.grant(path, to, role));
    }
    let engine = lab.engine(Duty::Watch).await;
    let draft = HostDraft { credential: Credential::Token { id, secret: Secret::new(secret) }, ..lab.draft() };
    engine.change(Change::AddHost(draft)).await.unwrap();
    until(&engine, |fleet| !fleet.guests.is_empty() && !fleet.nodes.is_empty()).await;
    (lab, engine)
}

pub async fn done(engine: &Engine, request: Request) -> Operation {
    let id = engine.ask(request.clone()).await.unwrap_or_else(|fault| panic!("{request:?}: {fault:?}"));
    let operation = ended(engine, id).await;
    assert_eq!(operation.outcome(), Some(Outcome::Done), "{request:?}: {:#?}", operation.journal);
    operation
}

pub fn wish(recipe: &str) -> DeployWish {
    DeployWish::of(RecipeId::new(recipe))
}

pub async fn deploy(engine: &Engine, wish: DeployWish) -> AppId {
    done(engine, Request::Deploy(Box::new(wish))).await.plan.subject.app().cloned().unwrap()
}

async fn switch(engine: &Engine, app: &AppId, wish: PowerWish) {
    let guest = engine.fleet().borrow().app(app).unwrap().guest.clone();
    done(engine, Request::Power { guest, wish }).await;
}

pub async fn live(engine: &Engine, app: AppId) {
    for wish in [PowerWish::Stop, PowerWish::Start, PowerWish::Restart] {
        switch(engine, &app, wish).await;
    }
    done(engine, Request::Run { app: app.clone(), command: vec!["true".into()] }).await;
    done(engine, Request::Snapshot { app: app.clone(), name: Some("first".into()), note: String::new() }).await;
    done(engine, Request::Rollback { app: app.clone(), snapshot: "first".into() }).await;
    done(engine, Request::Update(app.clone())).await;
    let sizes = Sizes { cores: Some(3), memory: Some(1_536), ..Sizes::default() };
    let resized = done(engine, Request::Resize { app: app.clone(), sizes }).await;
    done(engine, Request::Undo(resized.id)).await;
    let grown = Sizes { disk: Some(20), ..Sizes::default() };
    done(engine, Request::Resize { app: app.clone(), sizes: grown }).await;
    let copied = Request::Clone(CloneWish { app: app.clone(), name: None, address: Default::default() });
    let copy = done(engine, copied).await.plan.subject.app().cloned().unwrap();
    done(engine, Request::Bin(app.clone())).await;
    done(engine, Request::Unbin(app.clone())).await;
    let fleet = engine.fleet().borrow().clone();
    assert_eq!(fleet.guest(&fleet.app(&app).unwrap().guest).unwrap().power, Power::Running);
    done(engine, Request::Destroy(copy)).await;
    done(engine, Request::Destroy(app)).await;
}

#[tokio::test]
async fn an_app_of_services_lives_its_whole_life_with_the_smallest_role() {
    let (_lab, engine) = lab().await;
    let app = deploy(&engine, wish("miniflux")).await;
    let fleet = engine.fleet().borrow().clone();
    let guest = fleet.guest(&fleet.app(&app).unwrap().guest).unwrap();
    assert_eq!(guest.pool.as_deref(), Some(POOL), "elsewhere nothing may be made");
    let settings = [("POLLING_FREQUENCY".to_owned(), "30".to_owned())].into();
    done(&engine, Request::Edit { app: app.clone(), settings, secrets: Default::default() }).await;
    live(&engine, app).await;
    engine.close().await;
}

#[tokio::test]
async fn an_app_of_packages_lives_its_whole_life_with_the_smallest_role() {
    let (_lab, engine) = lab().await;
    let app = deploy(&engine, wish("mosquitto")).await;
    let secrets = [("MQTT_PASSWORD".to_owned(), Secret::new("open sesame"))].into();
    done(&engine, Request::Edit { app: app.clone(), settings: Default::default(), secrets }).await;
    live(&engine, app).await;
    engine.close().await;
}

/// How often the host was told to do something.
fn orders(lab: &Lab) -> u64 {
    ["POST ", "PUT ", "DELETE "].iter().map(|method| lab.simulator.datacenter().calls(method)).sum()
}

/// Why it was refused; nothing was ordered for it.
async fn refused(lab: &Lab, engine: &Engine, request: Request) -> Fault {
    let before = orders(lab);
    let fault = match engine.ask(request).await {
        Err(fault) => fault,
        Ok(id) => {
            let operation = ended(engine, id).await;
            assert_eq!(operation.outcome(), Some(Outcome::Failed), "{:#?}", operation.journal);
            operation.fault().unwrap().clone()
        }
    };
    assert_eq!(orders(lab), before, "something was made before it was refused: {fault:?}");
    let Answer::Ports(leases) = engine.query(Query::Ports).await.unwrap() else { panic!() };
    assert!(leases.is_empty(), "{leases:?}");
    fault
}

fn names(fault: &Fault, privilege: &str, path: &str) {
    let told = format!("{privilege} on {path}");
    assert!(fault.why.contains(&told), "{told}: {fault:?}");
}

#[tokio::test]
async fn an_image_that_may_not_be_pulled_is_refused_before_anything_is_made() {
    let (lab, engine) = lab().await;
    let wish = DeployWish { method: Some(Method::Oci), node: Some(NodeName::new("pve1")), ..wish("vaultwarden") };
    let fault = refused(&lab, &engine, Request::Deploy(Box::new(wish))).await;
    names(&fault, "Datastore.AllocateTemplate", &format!("/storage/{TEMPLATES}"));
    names(&fault, "Sys.AccessNetwork", "/nodes/pve1");
    engine.close().await;
}

#[tokio::test]
async fn a_template_that_may_not_be_fetched_is_refused_before_anything_is_made() {
    let (lab, engine) = lab().await;
    lab.simulator.datacenter().with(|datacenter| {
        let templates = datacenter.storages.iter_mut().find(|storage| storage.name == TEMPLATES).unwrap();
        templates.volumes.retain(|volume| volume.content != "vztmpl");
    });
    let fault = refused(&lab, &engine, Request::Deploy(Box::new(wish("mosquitto")))).await;
    names(&fault, "Datastore.AllocateTemplate", &format!("/storage/{TEMPLATES}"));
    engine.close().await;
}

#[tokio::test]
async fn an_app_that_may_not_be_moved_stays_where_it_is() {
    let (lab, engine) = lab().await;
    let app = until(&engine, |fleet| !fleet.apps.is_empty()).await.apps[0].clone();
    // Nothing else is to stand in its way.
    lab.simulator.datacenter().with(|datacenter| {
        datacenter.guests.get_mut(&app.guest.vmid.0).unwrap().snapshots.clear();
    });
    let node = engine.fleet().borrow().guest(&app.guest).unwrap().node.clone();
    let to = NodeName::new(if node == NodeName::new("pve1") { "pve2" } else { "pve1" });
    let fault = refused(&lab, &engine, Request::Move { app: app.id, to }).await;
    names(&fault, "VM.Migrate", &format!("/vms/{}", app.guest.vmid));
    engine.close().await;
}
