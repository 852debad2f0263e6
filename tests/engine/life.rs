//! The life of an app from its recipe to its end, by each method, on the simulated datacenter.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use proximity::{
    domain::{
        app::Method,
        catalog::RecipeId,
        fleet::Power,
        ids::{AppId, OperationId},
        operation::Operation,
        plan::{change::Sizes, journal::Outcome},
    },
    engine::{Answer, CloneWish, DeployWish, Engine, Preview, Query, Request},
    sim::{Options, Pace, Seed},
};
use tokio::{io::AsyncReadExt, io::AsyncWriteExt, net::TcpStream};

use super::lab::{Lab, ended};

/// Time that only calls move: what takes minutes takes no time here.
pub fn quick() -> Options {
    Options::local(Seed::demo(), Pace::PerCall { from: Pace::NOON, step: Duration::from_secs(1) })
}

static LANS: AtomicU32 = AtomicU32::new(0);

/// Tests run beside each other on one machine: each has a network of its own.
pub fn lan() -> u32 {
    LANS.fetch_add(1, Ordering::Relaxed) * 150 + std::process::id() % 100 * 300
}

pub async fn lab() -> (Lab, Engine) {
    let lab = Lab::of(Options { apps: proximity::sim::Apps::Answer, ..quick() }).await;
    lab.simulator.datacenter().with(|datacenter| datacenter.lan = lan());
    let engine = lab.watching().await;
    (lab, engine)
}

pub fn wish(recipe: &str) -> DeployWish {
    DeployWish::of(RecipeId::new(recipe))
}

pub async fn done(engine: &Engine, request: Request) -> Operation {
    let id = engine.ask(request.clone()).await.unwrap_or_else(|fault| panic!("{request:?}: {fault:?}"));
    well(engine, id).await
}

async fn well(engine: &Engine, id: OperationId) -> Operation {
    let operation = ended(engine, id).await;
    assert_eq!(operation.outcome(), Some(Outcome::Done), "{:#?}", operation.journal);
    operation
}

async fn deploy(engine: &Engine, wish: DeployWish) -> AppId {
    let operation = done(engine, Request::Deploy(Box::new(wish))).await;
    operation.plan.subject.app().cloned().unwrap()
}

async fn answers(address: &str, port: u16) -> bool {
    let Ok(mut line) = TcpStream::connect((address, port)).await else { return false };
    line.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
    let mut page = Vec::new();
    let _ = line.read_to_end(&mut page).await;
    page.starts_with(b"HTTP/1.")
}

#[tokio::test]
async fn a_recipe_of_packages_becomes_an_app_that_answers() {
    let (lab, engine) = lab().await;
    let app = deploy(&engine, wish("mosquitto")).await;
    let fleet = engine.fleet().borrow().clone();
    let app = fleet.app(&app).unwrap();
    assert_eq!(app.method(), Some(Method::Script));
    let address = app.address.as_deref().unwrap();
    assert!(TcpStream::connect((address, 1883)).await.is_ok(), "{address} does not listen");
    engine.close().await;
    drop(lab);
}

#[tokio::test]
async fn a_recipe_of_services_becomes_an_app_that_answers() {
    let (_lab, engine) = lab().await;
    let app = deploy(&engine, wish("miniflux")).await;
    let fleet = engine.fleet().borrow().clone();
    let app = fleet.app(&app).unwrap();
    let page = app.book.as_ref().unwrap().page.clone().unwrap();
    assert!(answers(app.address.as_deref().unwrap(), page.port).await, "{:?}", app.url());
    engine.close().await;
}

#[tokio::test]
async fn an_image_becomes_a_container_that_answers() {
    let (_lab, engine) = lab().await;
    let app = deploy(&engine, DeployWish { method: Some(Method::Oci), ..wish("vaultwarden") }).await;
    let fleet = engine.fleet().borrow().clone();
    let app = fleet.app(&app).unwrap();
    let page = app.book.as_ref().unwrap().page.clone().unwrap();
    assert!(answers(app.address.as_deref().unwrap(), page.port).await, "{:?}", app.url());
    engine.close().await;
}

#[tokio::test]
async fn a_recipe_becomes_what_it_wants_to_be_on_this_version() {
    let (_lab, engine) = lab().await;
    // On 9.1 and later it prefers its image, before that Docker.
    let app = deploy(&engine, wish("vaultwarden")).await;
    assert_eq!(engine.fleet().borrow().app(&app).unwrap().method(), Some(Method::Oci));
    engine.close().await;
}

#[tokio::test]
async fn a_whole_life() {
    let (_lab, engine) = lab().await;
    let app = deploy(&engine, wish("miniflux")).await;
    let guest = engine.fleet().borrow().app(&app).unwrap().guest.clone();

    done(&engine, Request::Snapshot { app: app.clone(), name: Some("first".into()), note: "by hand".into() }).await;
    let Answer::Snapshots(rows) = engine.query(Query::Snapshots(app.clone())).await.unwrap() else { panic!() };
    assert!(rows.iter().any(|row| row.name == "first"), "{rows:?}");

    let sizes = Sizes { cores: Some(3), memory: Some(1536), ..Sizes::default() };
    let resized = done(&engine, Request::Resize { app: app.clone(), sizes }).await;
    done(&engine, Request::Undo(resized.id)).await;

    done(&engine, Request::Update(app.clone())).await;
    let cloned =
        done(&engine, Request::Clone(CloneWish { app: app.clone(), name: None, address: Default::default() })).await;
    let copy = cloned.plan.subject.app().cloned().unwrap();
    assert_ne!(engine.fleet().borrow().app(&copy).unwrap().guest, guest);

    done(&engine, Request::Bin(app.clone())).await;
    assert!(engine.fleet().borrow().app(&app).unwrap().binned_until().is_some());
    assert_eq!(engine.fleet().borrow().guest(&guest).unwrap().power, Power::Stopped);
    done(&engine, Request::Unbin(app.clone())).await;
    done(&engine, Request::Destroy(copy.clone())).await;
    assert!(engine.fleet().borrow().app(&copy).is_none());
    done(&engine, Request::Destroy(app.clone())).await;
    let Answer::Ports(leases) = engine.query(Query::Ports).await.unwrap() else { panic!() };
    assert!(leases.is_empty(), "{leases:?}");
    engine.close().await;
}

#[tokio::test]
async fn an_image_is_updated_into_a_new_container_that_keeps_the_data() {
    let (_lab, engine) = lab().await;
    let app = deploy(&engine, DeployWish { method: Some(Method::Oci), ..wish("vaultwarden") }).await;
    let before = engine.fleet().borrow().app(&app).unwrap().guest.clone();
    done(&engine, Request::Update(app.clone())).await;
    let after = engine.fleet().borrow().app(&app).unwrap().guest.clone();
    assert_ne!(before, after);
    assert!(engine.fleet().borrow().guest(&before).is_none() || engine.ask(Request::Update(app)).await.is_ok());
    engine.close().await;
}

#[tokio::test]
async fn a_preview_tells_every_call_before_it_is_sent() {
    let (_lab, engine) = lab().await;
    let request = Request::Deploy(Box::new(wish("miniflux")));
    let Answer::Preview(preview) = engine.query(Query::Preview(request)).await.unwrap() else { panic!() };
    let preview: Preview = *preview;
    let create = preview.steps.iter().flat_map(|step| &step.calls).find(|call| call.path.ends_with("/lxc")).unwrap();
    assert!(create.parameters.iter().any(|(name, value)| name == "unprivileged" && value == "1"), "{create:?}");
    assert!(create.pvesh.starts_with("pvesh create /nodes/"), "{}", create.pvesh);
    assert!(preview.rights.iter().all(|(_, held)| *held == proximity::engine::Held::Yes), "{:?}", preview.rights);
    engine.close().await;
}

/// Orders, without what opens consoles: `POST /nodes/pve1/lxc`, …
fn orders(lab: &Lab) -> BTreeSet<String> {
    let calls = lab.simulator.datacenter().all_calls().into_keys();
    calls.filter(|call| !call.starts_with("GET ") && !call.ends_with("/termproxy")).collect()
}

#[tokio::test]
async fn what_is_previewed_is_what_is_sent() {
    let (lab, engine) = lab().await;
    for recipe in ["miniflux", "vaultwarden", "mosquitto"] {
        let request = Request::Deploy(Box::new(wish(recipe)));
        let Answer::Preview(preview) = engine.query(Query::Preview(request.clone())).await.unwrap() else { panic!() };
        let told = preview.steps.iter().flat_map(|step| &step.calls);
        let told: BTreeSet<String> = told.map(|call| format!("{} {}", call.method, call.path)).collect();
        lab.simulator.datacenter().forget_calls();
        done(&engine, request).await;
        assert_eq!(told, orders(&lab), "{recipe}");
    }
    engine.close().await;
}

#[tokio::test]
async fn an_image_of_a_system_that_proxmox_does_not_know_is_made_all_the_same() {
    let (mut lab, first) = lab().await;
    let folder = lab.folder.path().join("recipes");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("feeds.json"), FEEDS).unwrap();
    lab.recipes = Some(folder);
    first.close().await;
    let engine = lab.engine(proximity::engine::Duty::Watch).await;
    let app = deploy(&engine, wish("feeds")).await;
    let guest = engine.fleet().borrow().app(&app).unwrap().guest.vmid.0;
    let kind = lab.simulator.datacenter().with(|datacenter| datacenter.guests[&guest].config["ostype"].clone());
    assert_eq!(kind, "unmanaged");
    engine.close().await;
}

const FEEDS: &str = r#"{
  "schema": 1, "id": "feeds", "name": "Feeds", "version": "2.1", "tagline": "A reader", "description": "A reader.",
  "category": "reading", "license": "MIT",
  "resources": {
    "cores": { "min": 1, "recommended": 1 }, "memory": { "min": 128, "recommended": 128 },
    "disk": { "min": 1, "recommended": 1 }
  },
  "ports": [{ "name": "web", "port": 8080, "scheme": "http", "main": true }],
  "probe": { "what": { "tcp": { "port": 8080 } } },
  "methods": { "oci": { "image": "docker.io/wolfi/feeds:2.1" } }
}"#;
