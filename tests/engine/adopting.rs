//! Containers that run already become apps: many at once over several hosts, with nothing restarted and nothing of them
//! changed but a line and a tag, and none of them is ever destroyed.

use std::collections::{BTreeMap, BTreeSet};

use proximity::{
    domain::{
        adoption::{Candidate, Console},
        app::App,
        catalog::RecipeId,
        fault::FaultCode,
        fleet::{Fleet, Power},
        ids::{AppId, GuestKey},
        moment::Moment,
        plan::{PlanKind, app::ConsoleWish, journal::Outcome, power::PowerWish},
        probe::ProbeKind,
    },
    engine::{AdoptWish, Answer, Change, Duty, Engine, HostDraft, PoolWish, ProbeWish, Query, Request},
    sim::{Apps, Options, Pace, Seed, Simulator},
};
use serde_json::Value;

use super::{
    lab::{Lab, ended, until},
    life::{done, lan},
};

fn key(vmid: u32) -> GuestKey {
    format!("home/{vmid}").parse().unwrap()
}

async fn candidates(engine: &Engine, guests: &[GuestKey]) -> Vec<Candidate> {
    match engine.query(Query::Candidates { guests: guests.to_vec() }).await.unwrap() {
        Answer::Candidates(found) => found,
        other => panic!("{other:?}"),
    }
}

/// All that is known of the containers of a datacenter but our line and tags: options and when they were started.
fn untouched(simulator: &Simulator) -> BTreeMap<u32, (BTreeMap<String, Value>, Vec<Moment>)> {
    simulator.datacenter().with(|datacenter| {
        let facts = datacenter.guests.values().map(|guest| {
            let mut config: BTreeMap<String, Value> = guest.config.clone().into_iter().collect();
            config.retain(|name, _| !matches!(name.as_str(), "description" | "tags" | "digest"));
            (guest.vmid, (config, guest.runs.iter().map(|run| run.from).collect()))
        });
        facts.collect()
    })
}

/// Calls that change something, other than our line and tags.
fn other_calls(simulator: &Simulator) -> Vec<String> {
    let calls = simulator.datacenter().all_calls().into_keys();
    let is_ours = |call: &String| call.starts_with("PUT ") && call.ends_with("/config");
    calls.filter(|call| !call.starts_with("GET ") && !is_ours(call) && !call.contains("/vncwebsocket")).collect()
}

struct Three {
    lab: Lab,
    others: Vec<Simulator>,
    engine: Engine,
}

/// Three hosts with seeds of their own: the same ids and the same names of nodes on each.
async fn three() -> Three {
    let options = |number| {
        let seed = Seed { number, ..Seed::plain(2, 30) };
        Options::local(seed, Pace::Live { speed: 10.0 })
    };
    let lab = Lab::of(options(1)).await;
    let engine = lab.engine(Duty::Watch).await;
    engine.change(Change::AddHost(HostDraft { name: "one".into(), ..lab.draft() })).await.unwrap();
    let mut others = Vec::new();
    for (number, name) in [(2, "two"), (3, "three")] {
        let simulator = Simulator::start(options(number)).await.unwrap();
        let draft = draft_of(&simulator, &lab.draft(), name);
        engine.change(Change::AddHost(draft)).await.unwrap();
        others.push(simulator);
    }
    until(&engine, |fleet| fleet.guests.len() == 90 && fleet.apps.len() == 24).await;
    Three { lab, others, engine }
}

fn draft_of(simulator: &Simulator, like: &HostDraft, name: &str) -> HostDraft {
    let ready = simulator.ready();
    let credential = proximity::engine::Credential::Token {
        id: ready.token_id.clone(),
        secret: proximity::domain::secret::Secret::new(ready.token_secret.as_str()),
    };
    HostDraft {
        name: name.into(),
        address: ready.url.clone(),
        fingerprint: ready.fingerprint.clone(),
        credential,
        ..like.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_containers_of_three_hosts_become_apps_at_once_and_none_is_restarted() {
    let Three { lab, others, engine } = three().await;
    let simulators: Vec<&Simulator> = std::iter::once(&lab.simulator).chain(&others).collect();
    let before: Vec<_> = simulators.iter().map(|simulator| untouched(simulator)).collect();
    let all = candidates(&engine, &[]).await;
    let chosen: Vec<AdoptWish> = all.iter().map(AdoptWish::proposed).take(60).collect();
    assert_eq!(chosen.len(), 60);
    let vmids: BTreeSet<_> = chosen.iter().map(|wish| wish.guest.vmid).collect();
    assert!(vmids.len() < 60, "the same id is on two hosts");
    simulators.iter().for_each(|simulator| simulator.datacenter().forget_calls());
    let begun =
        futures_util::future::join_all(chosen.iter().map(|wish| engine.ask(Request::Adopt(wish.clone())))).await;
    until(&engine, |fleet| !fleet.operations.iter().any(|operation| operation.is_running())).await;
    for id in begun {
        let Answer::Operation(operation) = engine.query(Query::Operation(id.unwrap())).await.unwrap() else { panic!() };
        assert_eq!(operation.outcome(), Some(Outcome::Done), "{:#?}", operation.journal);
    }
    let fleet = engine.fleet().borrow().clone();
    let names: BTreeSet<&str> = fleet.apps.iter().map(|app| &*app.name).collect();
    assert_eq!((fleet.apps.len(), names.len()), (84, 84), "each has a name of its own");
    for wish in &chosen {
        let app = fleet.app_of(&wish.guest).unwrap();
        assert!(app.is_adopted() && Some(&*app.name) == wish.name.as_deref(), "{app:?}");
    }
    for (simulator, before) in simulators.iter().zip(before) {
        assert_eq!(untouched(simulator), before, "nothing but our line and tag is another");
        assert_eq!(other_calls(simulator), Vec::<String>::new(), "nothing was ordered but that");
    }
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_adopted_keeps_no_other_from_it() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let [locked, gone, well] = [216, 218, 205].map(key);
    let wishes = [&locked, &gone, &well].map(|guest| Request::Adopt(AdoptWish::of(guest.clone())));
    lab.simulator.datacenter().remove_guest(218);
    let [first, second, third] = wishes;
    let (first, second, third) = tokio::join!(engine.ask(first), engine.ask(second), engine.ask(third));
    let refused = ended(&engine, first.unwrap()).await;
    let fault = refused.fault().unwrap();
    assert!(fault.why.contains("locked it (backup)") && fault.remedy.contains("pct unlock 216"), "{fault:?}");
    let missed = match second {
        Ok(id) => ended(&engine, id).await.fault().cloned().unwrap(),
        Err(fault) => fault,
    };
    assert_eq!(missed.code, FaultCode::NotFound, "{missed:?}");
    assert_eq!(ended(&engine, third.unwrap()).await.outcome(), Some(Outcome::Done));
    let fleet = engine.fleet().borrow().clone();
    let adopted = |guest: &GuestKey| fleet.app_of(guest).is_some();
    assert_eq!((adopted(&locked), adopted(&gone), adopted(&well)), (false, false, true));
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_that_want_one_name_at_once_one_gets_it() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let wish = |vmid| Request::Adopt(AdoptWish { name: Some("twins".into()), ..AdoptWish::of(key(vmid)) });
    let (one, two) = tokio::join!(engine.ask(wish(205)), engine.ask(wish(206)));
    let outcomes =
        [ended(&engine, one.unwrap()).await, ended(&engine, two.unwrap()).await].map(|operation| operation.outcome());
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Some(Outcome::Done)).count(), 1, "{outcomes:?}");
    assert_eq!(engine.fleet().borrow().apps.iter().filter(|app| &*app.name == "twins").count(), 1);
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn candidates_say_what_they_are_and_what_nobody_could_see() {
    let lab = Lab::of(Options { apps: Apps::Answer, ..Options::local(Seed::demo(), Pace::Live { speed: 10.0 }) }).await;
    lab.simulator.datacenter().with(|datacenter| datacenter.lan = lan());
    let engine = lab.watching().await;
    let keys = [203, 206, 214].map(key);
    let found = candidates(&engine, &keys).await;
    let [redis, sonarr, off] = <[Candidate; 3]>::try_from(sorted(found)).unwrap();
    let seen = sonarr.inside.seen().unwrap();
    assert!(seen.system.as_deref().unwrap().contains("Debian"), "{seen:?}");
    assert_eq!((sonarr.open_ports(), sonarr.console), (vec![8989], None));
    let resembles = sonarr.resembles.unwrap();
    assert_eq!(resembles.recipe.as_str(), "sonarr", "{resembles:?}");
    assert!(resembles.why.iter().any(|why| why.contains("8989")), "{resembles:?}");
    let proposal = sonarr.proposal;
    assert_eq!((proposal.name.as_str(), proposal.port), ("sonarr", Some(8989)));
    assert!(matches!(proposal.probe, Some(ProbeKind::Http { port: 8989, .. })), "{:?}", proposal.probe);
    assert!(sonarr.volumes.iter().any(|volume| &*volume.slot == "rootfs" && volume.size.is_some()));

    assert_eq!((redis.inside.seen(), redis.console), (None, Some(Console::NotSet)));
    assert!(redis.console.unwrap().words().contains("cmode=shell"));
    assert!(!redis.addresses.is_empty(), "an address is known all the same");
    assert_eq!((off.inside.seen(), off.power), (None, Power::Stopped));
    engine.close().await;
}

fn sorted(mut found: Vec<Candidate>) -> Vec<Candidate> {
    found.sort_by_key(|candidate| candidate.guest.vmid);
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn apps_machines_and_templates_are_no_candidates() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    for vmid in [101, 300, 900] {
        let asked = engine.query(Query::Candidates { guests: vec![key(vmid)] }).await;
        assert_eq!(asked.err().map(|fault| fault.code), Some(FaultCode::Refused), "{vmid}");
        assert!(engine.ask(Request::Adopt(AdoptWish::of(key(vmid)))).await.is_err());
    }
    engine.close().await;
}

async fn adopted(engine: &Engine, wish: AdoptWish) -> AppId {
    done(engine, Request::Adopt(wish)).await.plan.subject.app().cloned().unwrap()
}

fn app(engine: &Engine, id: &AppId) -> App {
    engine.fleet().borrow().app(id).cloned().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recipe_the_page_and_the_probe_of_an_adopted_app_are_in_the_books() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let recipe = Some(RecipeId::new("sonarr"));
    let wish = AdoptWish { recipe, port: Some(8989), ..AdoptWish::of(key(206)) };
    let id = adopted(&engine, wish).await;
    let app = app(&engine, &id);
    let book = app.book.as_ref().unwrap();
    assert_eq!(book.recipe.as_ref().unwrap().as_str(), "sonarr");
    assert!(matches!(&book.probe.as_ref().unwrap().what, ProbeKind::Http { port: 8989, .. }), "{book:?}");
    assert!(app.url().unwrap().ends_with(":8989/"), "{:?}", app.url());
    let description = lab.simulator.datacenter().with(|dc| dc.guests[&206].config["description"].clone());
    let line = description.as_str().unwrap();
    assert!(line.contains("recipe=sonarr") && line.contains("origin=adopted ports=8989"), "{line}");
    for (probe, port) in [(ProbeWish::Http, None), (ProbeWish::Tcp, None)] {
        let wish = AdoptWish { probe, port, ..AdoptWish::of(key(207)) };
        assert_eq!(engine.ask(Request::Adopt(wish)).await.err().map(|fault| fault.code), Some(FaultCode::Usage));
    }
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_that_is_set_waits_for_the_operators_restart_and_no_longer() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let id = adopted(&engine, AdoptWish { console: ConsoleWish::Shell, ..AdoptWish::of(key(203)) }).await;
    let waits = |fleet: &Fleet| {
        let app = fleet.app(&id).unwrap();
        app.waits_for_restart(fleet.guest(&app.guest).unwrap(), proximity::engine::now())
    };
    assert_eq!(waits(&engine.fleet().borrow()), Some("console"));
    let looked = engine.listening(&key(203)).await.unwrap_err();
    assert!(looked.why.contains("log-in prompt"), "{looked:?}");
    done(&engine, Request::Power { guest: key(203), wish: PowerWish::Restart }).await;
    until(&engine, |fleet| waits(fleet).is_none()).await;
    assert!(engine.listening(&key(203)).await.is_ok());
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_joins_our_pool_only_where_that_is_wished() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    adopted(&engine, AdoptWish::of(key(205))).await;
    adopted(&engine, AdoptWish { pool: PoolWish::Join, ..AdoptWish::of(key(206)) }).await;
    let pools = lab.simulator.datacenter().with(|dc| [101, 205, 206].map(|vmid| dc.guests[&vmid].pool.clone()));
    assert!(pools[0].is_some() && pools[1].is_none() && pools[2] == pools[0], "{pools:?}");
    engine.close().await;
}

/// Whoever loses his books finds the apps by their lines, and still knows which of them he did not make.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_ever_destroys_an_adopted_container() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let id = adopted(&engine, AdoptWish::of(key(203))).await;
    refuses_to_destroy(&engine, &id).await;
    engine.close().await;
    lab.meddle("DELETE FROM app");
    let engine = lab.engine(Duty::Watch).await;
    let found = until(&engine, |fleet| fleet.app(&id).is_some()).await;
    assert!(found.app(&id).unwrap().book.is_none(), "found by its line alone");
    refuses_to_destroy(&engine, &id).await;
    assert!(app(&engine, &id).is_adopted());
    done(&engine, Request::Forget(id.clone())).await;
    assert!(engine.fleet().borrow().app(&id).is_none());
    let guest = lab.simulator.datacenter().with(|dc| dc.guests[&203].config.clone());
    assert!(!guest.get("description").is_some_and(|text| text.as_str().unwrap().contains("proximity")), "{guest:?}");
    engine.close().await;
}

async fn refuses_to_destroy(engine: &Engine, id: &AppId) {
    for wish in [Request::Bin(id.clone()), Request::Destroy(id.clone())] {
        let refused = engine.ask(wish).await.unwrap_err();
        assert_eq!(refused.code, FaultCode::Refused);
        assert!(refused.why.contains("adopted") && refused.remedy.contains("forget"), "{refused:?}");
    }
}

/// Whatever a plan says: the line in a container's own description has the last word.
#[tokio::test(flavor = "multi_thread")]
async fn a_container_that_says_it_was_adopted_is_not_destroyed_whatever_the_plan_says() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let id = engine.fleet().borrow().app_of(&key(113)).unwrap().id.clone();
    lab.simulator.datacenter().with(|dc| {
        let config = &mut dc.guests.get_mut(&113).unwrap().config;
        config.insert("description".into(), format!("proximity app={id} origin=adopted\n").into());
    });
    let operation = engine.ask(Request::Destroy(id)).await.unwrap();
    let fault = ended(&engine, operation).await.fault().cloned().unwrap();
    assert!(fault.code == FaultCode::Refused && fault.why.contains("was adopted"), "{fault:?}");
    assert!(lab.simulator.datacenter().with(|dc| dc.guests.contains_key(&113)));
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn packages_of_an_adopted_app_are_upgraded_and_what_may_write_over_its_files_is_refused() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let give = |vmid: u32, recipe: &str| AdoptWish {
        recipe: Some(RecipeId::new(recipe)),
        probe: ProbeWish::Never,
        ..AdoptWish::of(key(vmid))
    };
    let caddy = adopted(&engine, give(200, "caddy")).await;
    let inside = async |script: &str| {
        let cancel = tokio_util::sync::CancellationToken::new();
        let attention = proximity::engine::Attention { tell: |_| {}, cancel: &cancel };
        let script = proximity::engine::Script::new(format!("exec 2>&1\n{script}"));
        let job = proximity::engine::JobId::fresh();
        engine.exec(&key(200), Some(&script), &job, async |_| {}, attention).await.unwrap()
    };
    let install =
        "apt-get update && apt-get install -y caddy && echo mine >/etc/caddy/Caddyfile && systemctl restart caddy";
    assert_eq!(inside(install).await, 0);
    let updated = done(&engine, Request::Update(caddy.clone())).await;
    assert_eq!(updated.plan.kind, PlanKind::Update);
    assert_eq!(inside("[ \"$(cat /etc/caddy/Caddyfile)\" = mine ]").await, 0, "his files stay his");
    let edit = Request::Edit { app: caddy, settings: Default::default(), secrets: Default::default() };
    assert_eq!(engine.ask(edit).await.unwrap_err().code, FaultCode::Refused);
    let sonarr = adopted(&engine, give(206, "sonarr")).await;
    let refused = engine.ask(Request::Update(sonarr)).await.unwrap_err();
    assert!(refused.why.contains("images") && refused.remedy.contains("inside"), "{refused:?}");
    engine.close().await;
}
