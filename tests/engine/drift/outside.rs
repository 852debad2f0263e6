//! What others do to our guests: destroyed, made, renamed, moved, changed, and made anew under an id that was ours.

use proximity::{
    domain::{
        care::{Away, Drift, FindingId, Mend, Standing},
        drift::Kind,
        fault::FaultCode,
        fleet::Power,
        ids::{GuestKey, Vmid},
        plan::power::PowerWish,
    },
    engine::{Answer, BackupWish, Change, Query, Request},
    sim::Seed,
};

use super::{Stage, changed, differences, kinds, lost, only};

#[tokio::test]
async fn who_is_destroyed_outside_is_missing_after_two_listings_and_one_question() {
    let mut stage = Stage::open(Seed::plain(2, 12)).await;
    let app = stage.app();
    let node = stage.world.guest(&app.guest).unwrap().node.clone();
    let path = format!("GET /nodes/{node}/lxc/{}/config", app.guest.vmid);
    stage.destroy_outside(&app.guest);
    stage.lab.simulator.datacenter().forget_calls();
    assert_eq!(stage.glance().await.findings, []);
    assert_eq!(stage.asked(&path), 0, "nobody is asked after one listing");
    let found = only(&stage.glance().await);
    assert_eq!((found.drift.clone(), found.app.clone(), stage.asked(&path)), (Drift::Missing, Some(app.id.clone()), 1));
    for _ in 0..3 {
        assert_eq!(only(&stage.glance().await), found, "it is told once");
    }
    assert_eq!(stage.asked(&path), 1, "and asked once");
    assert!(stage.apps().contains(&app), "it stays in the books");
    stage.engine.close().await;
}

#[tokio::test]
async fn one_that_comes_back_is_over_and_a_second_loss_is_a_new_finding() {
    let mut stage = Stage::open(Seed::plain(2, 12)).await;
    let app = stage.app();
    let taken = stage.outside(|datacenter| datacenter.guests.remove(&app.guest.vmid.0).unwrap());
    stage.look().await;
    let first = only(&stage.look().await);
    stage.outside(|datacenter| datacenter.guests.insert(taken.vmid, taken.clone()));
    let care = stage.look().await;
    assert_eq!((care.findings.as_slice(), lost(&app.id, &care)), ([].as_slice(), false));
    let past = stage.store.past_findings(10).await.unwrap();
    assert!(matches!(past[0].standing, Standing::Over(_)) && past[0].id == first.id);
    stage.destroy_outside(&app.guest);
    stage.look().await;
    let second = only(&stage.look().await);
    assert!(second.id > first.id);
    stage.engine.close().await;
}

#[tokio::test]
async fn who_appears_is_new_once_and_an_accepted_one_stays_known() {
    let mut stage = Stage::open(Seed::plain(2, 12)).await;
    let stranger = appear(&stage, 4001, &stage.app().guest);
    let found = only(&stage.glance().await);
    assert_eq!((found.guest.clone(), &found.drift, &found.app), (stranger, &Drift::New, &None));
    assert_eq!(found.mends(&stage.world.fleet()), [Mend::Adopt(found.guest.clone())]);
    let mut stage = stage.again().await;
    assert_eq!(only(&stage.glance().await).id, found.id);
    stage.engine.change(Change::Accept(found.id)).await.unwrap();
    assert_eq!(stage.look().await.findings, []);
    appear(&stage, 4002, &stage.app().guest);
    let second = only(&stage.glance().await);
    stage.engine.change(Change::Dismiss(second.id)).await.unwrap();
    assert_eq!(stage.look().await.findings, []);
    stage.outside(|datacenter| datacenter.guests.remove(&4002));
    stage.look().await;
    let over = stage.store.finding(second.id).await.unwrap().unwrap();
    assert!(matches!(over.standing, Standing::Over(_)), "a dismissed one ends too: {over:?}");
    stage.engine.close().await;
}

/// A plain container of somebody else.
fn appear(stage: &Stage, vmid: u32, like: &GuestKey) -> GuestKey {
    stage.outside(|datacenter| {
        let mut guest = datacenter.guests[&like.vmid.0].clone();
        guest.vmid = vmid;
        guest.config.remove("description");
        guest.config.remove("tags");
        guest.config.insert("hostname".into(), format!("stranger-{vmid}").into());
        datacenter.guests.insert(vmid, guest);
    });
    GuestKey { host: like.host.clone(), vmid: Vmid(vmid) }
}

#[tokio::test]
async fn what_is_changed_outside_is_told_by_option_and_seen_when_it_shows() {
    let mut stage = Stage::open(Seed::plain(2, 12)).await;
    let app = stage.app();
    let hostname = stage.world.guest(&app.guest).unwrap().name.to_string();
    stage.set_outside(&app.guest, "hostname", "renamed");
    let found = only(&stage.glance().await);
    assert_eq!(differences(&found), [changed("hostname", Some(&hostname), Some("renamed"))]);
    // This shows in no listing.
    stage.set_outside(&app.guest, "nameserver", "10.0.0.1");
    assert_eq!(only(&stage.glance().await), found);
    let more = only(&stage.look().await);
    assert_eq!(more.id, found.id);
    assert_eq!(differences(&more).last().unwrap(), &changed("nameserver", None, Some("10.0.0.1")));
    stage.set_outside(&app.guest, "hostname", hostname);
    stage.outside(|datacenter| datacenter.guests.get_mut(&app.guest.vmid.0).unwrap().config.remove("nameserver"));
    assert_eq!(stage.look().await.findings, [], "whoever puts it back himself is done");
    stage.engine.close().await;
}

#[tokio::test]
async fn a_dismissed_change_is_quiet_until_it_is_another_one_and_an_accepted_one_is_the_new_state() {
    let mut stage = Stage::open(Seed::plain(2, 12)).await;
    let app = stage.app();
    stage.set_outside(&app.guest, "memory", 3072);
    let found = only(&stage.look().await);
    stage.engine.change(Change::Dismiss(found.id)).await.unwrap();
    assert_eq!(stage.look().await.findings, []);
    stage.set_outside(&app.guest, "memory", 4096);
    let louder = only(&stage.look().await);
    assert_eq!((louder.id, differences(&louder)[0].2.as_deref()), (found.id, Some("4096")));
    stage.informed().await;
    stage.engine.change(Change::Accept(louder.id)).await.unwrap();
    assert_eq!(stage.look().await.findings, []);
    stage.set_outside(&app.guest, "memory", 3072);
    let again = only(&stage.look().await);
    assert!(again.id > louder.id);
    assert_eq!(differences(&again), [changed("memory", Some("4096"), Some("3072"))]);
    let gone = stage.engine.change(Change::Dismiss(FindingId(9999))).await.unwrap_err();
    assert_eq!(gone.code, FaultCode::NotFound);
    stage.engine.close().await;
}

#[tokio::test]
async fn our_own_line_that_is_lost_is_a_change_and_notes_and_our_tag_are_none() {
    let mut stage = Stage::open(Seed::plain(2, 12)).await;
    let app = stage.app();
    let text = stage.outside(|datacenter| datacenter.guests[&app.guest.vmid.0].config["description"].clone());
    stage.set_outside(&app.guest, "description", format!("{}\nmy own notes\n", text.as_str().unwrap()));
    stage.set_outside(&app.guest, "tags", "");
    assert_eq!(stage.look().await.findings, []);
    stage.set_outside(&app.guest, "description", "my own notes\n");
    let found = only(&stage.look().await);
    assert_eq!(differences(&found), [changed("marker", Some(app.id.as_str()), None)]);
    stage.engine.close().await;
}

#[tokio::test]
async fn who_moves_is_followed_told_and_over_in_one() {
    let mut stage = Stage::open(Seed::plain(2, 12)).await;
    let app = stage.app();
    let from = stage.world.guest(&app.guest).unwrap().node.clone();
    let to = if from.as_str() == "pve1" { "pve2" } else { "pve1" };
    let mut news = stage.world.listen();
    stage.outside(|datacenter| datacenter.guests.get_mut(&app.guest.vmid.0).unwrap().node = to.into());
    assert_eq!(stage.glance().await.findings, []);
    let told = std::iter::from_fn(|| news.try_recv().ok()).filter(|news| format!("{news:?}").contains("Moved")).count();
    assert_eq!((told, stage.world.guest(&app.guest).unwrap().node.as_str()), (1, to));
    let past = stage.store.past_findings(10).await.unwrap();
    assert!(matches!(&past[0].drift, Drift::Moved { from: was, .. } if *was == from), "{past:?}");
    stage.glance().await;
    assert_eq!(stage.store.past_findings(10).await.unwrap().len(), past.len(), "and once");
    stage.engine.close().await;
}

#[tokio::test]
async fn an_id_that_is_somebody_elses_is_never_acted_on_as_the_app() {
    for how in [Anew::Unmarked, Anew::Marked, Anew::Machine] {
        // That one has machines.
        let mut stage = Stage::open(Seed::demo()).await;
        let app = stage.app();
        make_anew(&stage, &app.guest, how);
        let care = stage.glance().await;
        assert_eq!((kinds(&care), care.away.get(&app.id)), (vec![Kind::Reused], Some(&Away::Reused)), "{how:?}");
        // An operator who wants to hear no more of it is still protected.
        stage.engine.change(Change::Dismiss(only(&care).id)).await.unwrap();
        stage.informed().await;
        let power = Request::Power { guest: app.guest.clone(), wish: PowerWish::Stop };
        let wish = BackupWish { guest: app.guest.clone(), storage: None, how: Default::default(), note: None };
        let id = || app.id.clone();
        for request in [power, Request::Destroy(id()), Request::Bin(id()), Request::Update(id()), Request::Backup(wish)]
        {
            let fault = stage.engine.ask(request.clone()).await.unwrap_err();
            assert_eq!(fault.code, FaultCode::Refused, "{request:?}: {fault}");
            let is_of_its_kind = how == Anew::Machine && matches!(request, Request::Backup(_));
            assert!(is_of_its_kind || fault.why.contains("somebody else"), "{fault}");
        }
        let before = stage.outside(|datacenter| datacenter.guests[&app.guest.vmid.0].config.clone());
        super::super::life::done(&stage.engine, Request::Mend(Mend::Forget(app.id.clone()))).await;
        let after = stage.outside(|datacenter| datacenter.guests[&app.guest.vmid.0].config.clone());
        assert_eq!(before, after, "forgetting touches nobody else's guest");
        assert_eq!(stage.look().await.findings, []);
        stage.engine.close().await;
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Anew {
    Unmarked,
    /// It says that it is another app.
    Marked,
    Machine,
}

fn make_anew(stage: &Stage, key: &GuestKey, how: Anew) {
    stage.outside(|datacenter| {
        let machine = datacenter.guests.values().find(|guest| guest.kind.word() == "qemu").cloned();
        let guest = datacenter.guests.get_mut(&key.vmid.0).unwrap();
        match how {
            Anew::Unmarked => {
                guest.config.remove("description");
                guest.config.remove("tags");
                guest.config.insert("hostname".into(), "mine".into());
                guest.config.insert("net0".into(), "name=eth0,bridge=vmbr0,hwaddr=02:00:00:00:00:01,ip=dhcp".into());
            }
            Anew::Marked => {
                guest.config.insert("description".into(), "proximity app=other-123456 op=1".into());
                guest.config.insert("hostname".into(), "other".into());
            }
            Anew::Machine => {
                let node = guest.node.clone();
                *guest = machine.expect("the seed has a machine");
                (guest.vmid, guest.node) = (key.vmid.0, node);
            }
        }
    });
}

#[tokio::test]
async fn nothing_inside_a_running_operation_is_judged() {
    let mut stage = Stage::open(Seed::plain(2, 12)).await;
    let running = stage.world.fleet();
    let app = stage.apps().into_iter().find(|app| running.guest(&app.guest).unwrap().power == Power::Running).unwrap();
    let request = Request::Power { guest: app.guest.clone(), wish: PowerWish::Stop };
    let operation = super::super::life::done(&stage.engine, request).await;
    stage.destroy_outside(&app.guest);
    stage.lab.meddle(&format!("UPDATE operation SET ended = NULL, outcome = NULL WHERE id = {}", operation.id));
    for _ in 0..4 {
        assert_eq!(stage.look().await.findings, []);
    }
    let end = serde_json::to_string(&operation.outcome().unwrap()).unwrap();
    stage.lab.meddle(&format!("UPDATE operation SET ended = 1, outcome = '{end}' WHERE id = {}", operation.id));
    stage.look().await;
    assert_eq!(only(&stage.look().await).drift, Drift::Missing);
    let answer = stage.engine.query(Query::PastFindings { most: 5 }).await.unwrap();
    assert!(matches!(answer, Answer::Findings(past) if past.is_empty()));
    stage.engine.close().await;
}
