//! Several processes on one database at once. What must hold: each thing is done by one of them, once, and the others are
//! told why they did not.

use std::{collections::BTreeSet, process::Child};

use serde_json::Value;

use super::{
    console::Said,
    killed::{
        in_a_world,
        relay::{Aim, Moment},
        world::{End, World, end},
    },
    life::leases,
};

fn said(child: Child) -> Said {
    match end(child) {
        End::Alone(said) => said,
        End::Killed => panic!("nobody aimed at it"),
    }
}

/// They begin before the first of them ends.
fn at_once(world: &World, all: &[&[&str]]) -> Vec<Said> {
    let begun: Vec<_> = all.iter().map(|words| world.begin(words)).collect();
    begun.into_iter().map(said).collect()
}

fn data(world: &World, words: &[&str]) -> Value {
    said(world.begin(words)).data()
}

fn rows(world: &World, words: &[&str]) -> Vec<Value> {
    data(world, words).as_array().unwrap().clone()
}

fn one_of(all: Vec<Said>) -> Said {
    let (done, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|said| said.code == 0);
    let told = |all: &[Said]| all.iter().map(|said| format!("{} {}\n", said.code, said.stdout)).collect::<String>();
    assert_eq!((done.len(), others.len()), (1, 1), "done:\n{}others:\n{}", told(&done), told(&others));
    others.into_iter().next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_deploy_under_one_name_one_gets_it() {
    let play = |world: &World| {
        world.add_host();
        let words: &[&str] = &["app", "deploy", "mosquitto", "--name", "broker"];
        let refused = one_of(at_once(world, &[words, words]));
        assert!(refused.fault()["why"].as_str().unwrap().contains("name"), "{}", refused.stdout);
        let apps = rows(world, &["app", "list"]);
        assert_eq!(apps.iter().filter(|app| app["name"] == "broker").count(), 1, "{apps:?}");
        assert_eq!(leases(&data(world, &["port", "list"])).len(), 1);
        let guests = rows(world, &["guest", "list"]);
        assert_eq!(guests.iter().filter(|guest| guest["name"] == "broker").count(), 1, "{guests:?}");
    };
    in_a_world(play).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_delete_an_app_one_does() {
    let play = |world: &World| {
        world.add_host();
        let words: &[&str] = &["app", "delete", "jellyfin", "--for-good"];
        let refused = one_of(at_once(world, &[words, words]));
        let code = refused.fault()["code"].as_str().unwrap().to_owned();
        assert!(["busy", "not-found"].contains(&code.as_str()), "{}", refused.stdout);
        assert_eq!(world.simulator.datacenter().calls("DELETE /nodes/"), 1, "it is destroyed once");
        assert!(!rows(world, &["app", "list"]).iter().any(|app| app["name"] == "jellyfin"));
    };
    in_a_world(play).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn six_who_deploy_at_once_share_nothing() {
    let play = |world: &World| {
        world.add_host();
        let names = ["one", "two", "three", "four", "five", "six"];
        let words = names.map(|name| ["app", "deploy", "mosquitto", "--name", name]);
        let all = at_once(world, &words.each_ref().map(|words| &words[..]));
        all.iter().for_each(|said| assert_eq!(said.code, 0, "{}\n{}", said.stdout, said.stderr));
        let ports: BTreeSet<_> =
            leases(&data(world, &["port", "list"])).iter().map(|port| port["port"].as_u64()).collect();
        let apps = rows(world, &["app", "list"]);
        let apps = apps.iter().filter(|app| names.iter().any(|name| app["name"] == *name));
        let guests: BTreeSet<_> = apps.map(|app| app["guest"].as_str().unwrap().to_owned()).collect();
        assert_eq!((ports.len(), guests.len()), (6, 6), "{ports:?} {guests:?}");
    };
    in_a_world(play).await;
}

/// An app that a program was killed over when it had ordered its container.
fn leave_behind(world: &World) -> String {
    world.add_host();
    let aim = Aim { at: 66, when: Moment::Answered };
    let words = ["app", "deploy", "mosquitto", "--name", "broker"];
    assert!(matches!(world.run(&words, Some(aim)), End::Killed), "it ends before its message {}", aim.at);
    assert_eq!(creations(world), 1, "it was killed over its container");
    world.left().unwrap().to_string()
}

fn creations(world: &World) -> usize {
    world.simulator.datacenter().with(|datacenter| {
        datacenter
            .tasks
            .newest_first()
            .filter(|task| task.kind == "vzcreate" && task.user.starts_with("proximity@"))
            .count()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_resume_is_done_once() {
    let play = |world: &World| {
        let id = leave_behind(world);
        world.outlive_leases();
        let words: &[&str] = &["op", "resume", &id];
        for said in at_once(world, &[words, words]) {
            assert_eq!((said.code, &said.data()["outcome"]), (0, &"done".into()), "{}\n{}", said.stdout, said.stderr);
        }
        assert_eq!(creations(world), 1);
        let guests = rows(world, &["guest", "list"]);
        assert_eq!(guests.iter().filter(|guest| guest["name"] == "broker").count(), 1, "{guests:?}");
    };
    in_a_world(play).await;
}

/// Nobody is left who could hear the wish, so whoever wishes it does it.
#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_runs_any_more_is_cancelled_from_here() {
    let play = |world: &World| {
        let id = leave_behind(world);
        world.outlive_leases();
        let cancelled = said(world.begin(&["op", "cancel", &id]));
        let outcome = &cancelled.data()["outcome"];
        assert_eq!((cancelled.code, outcome), (0, &"undone".into()), "{}", cancelled.stdout);
        assert_eq!(leases(&data(world, &["port", "list"])).len(), 0);
    };
    in_a_world(play).await;
}

/// What still may be alive is not taken from it before its time is over.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_process_holds_goes_on_when_its_lease_is_over() {
    let play = |world: &World| {
        let id = leave_behind(world);
        let resumed = said(world.begin(&["op", "resume", &id]));
        assert_eq!((resumed.code, &resumed.data()["outcome"]), (0, &"done".into()), "{}", resumed.stdout);
        assert_eq!(creations(world), 1);
    };
    in_a_world(play).await;
}
