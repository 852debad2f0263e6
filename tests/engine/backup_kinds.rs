//! Every kind of backup that the demo has is brought back as an app of its own, and what comes back is what was saved:
//! configuration and data, one to one.

use std::collections::{BTreeMap, BTreeSet};

use proximity::{
    domain::{
        backup::{Backup, Seal, Verdict},
        fleet::GuestKind,
        ids::GuestKey,
    },
    engine::{Change, Engine, Request, RestoreTo, RestoreWish},
    sim::{Datacenter, Saved, shell::Inside},
};
use serde_json::Value;

use super::{
    lab::Lab,
    life::{done, lab},
};

/// What makes a backup another kind than the others.
fn kind(backup: &Backup) -> String {
    let seal = match backup.seal {
        Seal::Open => "open",
        Seal::Encrypted | Seal::With(_) => "sealed",
    };
    let verified = backup.verified.map_or("unlooked", |verdict| match verdict {
        Verdict::Whole => "whole",
        Verdict::Damaged => "damaged",
    });
    format!("{} {} {seal} {verified} {:?}", backup.key.storage(), backup.format, backup.guarding)
}

/// One of each kind, and one of each app.
fn chosen(engine: &Engine) -> Vec<Backup> {
    let fleet = engine.fleet().borrow().clone();
    // The card of one hangs on a bridge that was taken away, and it comes back with that.
    let broken = super::lab::broken(&fleet);
    let is_whole = |backup: &&std::sync::Arc<Backup>| Some(&backup.guest) != broken.as_ref();
    let containers = || fleet.backups.all().filter(is_whole).filter(|backup| backup.kind == GuestKind::Container);
    let mut seen = BTreeSet::new();
    let mut chosen: Vec<Backup> =
        containers().filter(|backup| seen.insert(kind(backup))).map(|backup| (**backup).clone()).collect();
    let mut apps: BTreeSet<GuestKey> = chosen.iter().map(|backup| backup.guest.clone()).collect();
    chosen.extend(containers().filter(|backup| apps.insert(backup.guest.clone())).map(|backup| (**backup).clone()));
    chosen
}

fn saved(datacenter: &Datacenter, backup: &Backup) -> Saved {
    let (storage, path) = backup.key.volume.split_once(':').unwrap();
    let storage = datacenter.storages.iter().find(|known| known.name == storage).unwrap();
    let volume = storage.volumes.iter().find(|volume| volume.path == path).unwrap();
    volume.saved.as_deref().cloned().unwrap()
}

/// Options that belong to a container and not to what is in it: what it is called, where it lies, who it is to the network.
fn is_its_own(option: &str) -> bool {
    ["hostname", "description", "tags", "onboot", "protection", "digest", "lock", "parent"].contains(&option)
}

/// A volume by its size and by where it is seen; a card without its addresses.
fn comparable(option: &str, value: &Value) -> Option<(String, String)> {
    if is_its_own(option) {
        return None;
    }
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let is_volume = option == "rootfs" || option.starts_with("mp");
    let parts = text.split(',').enumerate().filter(|(at, part)| {
        let is_place = is_volume && *at == 0;
        !is_place && !["hwaddr=", "ip=", "gw=", "link_down="].iter().any(|own| part.starts_with(own))
    });
    let mut parts: Vec<String> = parts.map(|(_, part)| part.to_owned()).collect();
    parts.sort();
    Some((option.to_owned(), parts.join(",")))
}

fn configuration(config: &BTreeMap<String, Value>) -> BTreeMap<String, String> {
    config.iter().filter_map(|(option, value)| comparable(option, value)).collect()
}

/// Every file with what it holds.
fn data(inside: &Inside) -> BTreeMap<String, Option<String>> {
    let Inside::Known(files) = inside else { return BTreeMap::new() };
    files.below("/").into_iter().map(|path| (path.clone(), files.text(&path))).collect()
}

/// So that there is something to lose.
async fn fill(lab: &Lab, engine: &Engine) {
    let fleet = engine.fleet().borrow().clone();
    let running = fleet.apps.iter().filter(|app| {
        let guest = fleet.guest(&app.guest);
        guest.is_some_and(|guest| guest.power == proximity::domain::fleet::Power::Running)
    });
    for app in running.take(3) {
        let line = format!("mkdir -p /srv/kept; printf %s 'of {}' >/srv/kept/diary", app.name);
        let command = ["sh", "-c", &line].map(str::to_owned).to_vec();
        done(engine, Request::Run { app: app.id.clone(), command }).await;
        done(engine, Request::Backup(super::backups::to_backup(app.guest.clone()))).await;
    }
    assert!(lab.simulator.datacenter().with(|datacenter| !datacenter.storages.is_empty()));
}

#[tokio::test]
async fn what_comes_back_is_what_was_saved() {
    let (lab, engine) = lab().await;
    fill(&lab, &engine).await;
    engine.change(Change::LookAtBackups(None)).await.unwrap();
    let chosen = chosen(&engine);
    let kinds: BTreeSet<String> = chosen.iter().map(kind).collect();
    assert!(kinds.len() >= 4, "{kinds:?}");
    for backup in chosen {
        let to = RestoreTo::Beside { name: None, address: Default::default() };
        let wish = RestoreWish { backup: backup.key.clone(), to, storage: None, after: Vec::new() };
        let restored = done(&engine, Request::Restore(wish)).await;
        let id = restored.plan.subject.app().unwrap();
        let guest = engine.fleet().borrow().app(id).unwrap().guest.clone();
        lab.simulator.datacenter().with(|datacenter| {
            let saved = saved(datacenter, &backup);
            let now = &datacenter.guests[&guest.vmid.0].config;
            assert_eq!(configuration(now), configuration(&saved.config), "{}", backup.key);
            let kept = data(&saved.inside);
            let found = data(&datacenter.consoles.inside(guest.vmid.0));
            let lost: Vec<_> = kept
                .iter()
                .filter(|(path, _)| path.starts_with("/srv/"))
                .filter(|(path, text)| found.get(*path) != Some(text))
                .collect();
            assert!(lost.is_empty(), "{}: {lost:?}", backup.key);
        });
        done(&engine, Request::Destroy(id.clone())).await;
    }
    engine.close().await;
}
