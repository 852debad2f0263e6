//! Operations that do not go on, looked at as the janitor does: by the task at the host and the journal in the books.

use std::time::Duration;

use proximity::{
    domain::{
        fleet::{Fleet, GuestKind, Host},
        ids::{GuestKey, NodeName, OperationId, Vmid},
        moment::Moment,
        plan::{
            Plan, PlanKind, PowerAction, Step, Subject,
            journal::{Entry, Output},
        },
        stuck::Verdict,
    },
    engine::now,
    operations::world::World,
    secrets::{Kind, Vault},
    services::{
        listing,
        stuck::{Seen, look},
    },
    sim::{Pace, Seed},
    store::Store,
};

use super::lab::{HASTY, Lab, home};

const ELSEWHERE: &str = "elsewhere";

/// A world with an operation that awaits the start of a container, held by somebody else.
async fn awaiting(lab: &Lab) -> (World, OperationId) {
    let (store, _) = Store::open(&lab.database()).unwrap();
    let fleet = Fleet { hosts: vec![Host::unseen(home(), Vec::new(), String::new())], ..Fleet::default() };
    let world = World::new(store.clone(), Vault::open(Kind::Memory), fleet, HASTY);
    let client = lab.client();
    world.connect(home(), client.clone());
    let guest = GuestKey { host: home(), vmid: Vmid(101) };
    let begin = Step::BeginPower {
        guest: guest.clone().into(),
        kind: GuestKind::Container,
        action: PowerAction::Shutdown,
        undo: None,
    };
    let steps = vec![begin, Step::AwaitTask { host: home(), begun_by: 0 }];
    let plan = Plan::new(PlanKind::Stop, Subject::Guest(guest), "jellyfin", steps);
    let id = store.begin_operation(plan, now(), ELSEWHERE).await.unwrap();
    let node = NodeName::new("pve1");
    let task = client.begin_power(&node, GuestKind::Container, Vmid(101), PowerAction::Shutdown).await.unwrap();
    for entry in [Entry::Began(0), Entry::Did(0, Output::Task(task)), Entry::Began(1)] {
        store.append(id, entry, now()).await.unwrap();
    }
    (world, id)
}

async fn verdict(world: &World, seen: &mut Seen, at: Moment) -> Verdict {
    let mut judged = look(world, seen, |_| None, at).await;
    assert_eq!(judged.len(), 1);
    judged.remove(0).1
}

async fn held_until(world: &World, id: OperationId, until: Moment) {
    world.store.renew(id, ELSEWHERE, until).await.unwrap();
}

#[tokio::test]
async fn an_end_that_its_holder_does_not_see_is_told_and_what_nobody_holds_is_taken_up() {
    let lab = Lab::at(Seed::demo(), Pace::Hasty { step: Duration::from_secs(1) }).await;
    let (world, id) = awaiting(&lab).await;
    let (at, mut seen) = (now(), Seen::default());
    held_until(&world, id, at + Duration::from_secs(86_400)).await;
    // Nobody has heard of the host yet.
    assert!(matches!(verdict(&world, &mut seen, at).await, Verdict::Waits(_)));
    listing::list(&world, &home()).await.unwrap();
    let over = async |seen: &mut Seen| loop {
        let verdict = verdict(&world, seen, at).await;
        assert_eq!(verdict, Verdict::Goes, "it was only just seen");
        let operation = world.store.operation(id).await.unwrap().unwrap();
        let task = operation.journal.iter().find_map(|entry| match entry {
            Entry::Did(0, Output::Task(task)) => Some(task.clone()),
            _ => None,
        });
        let status = world.client(&home()).unwrap().task_status(&task.unwrap()).await.unwrap();
        if status != proximity::proxmox::TaskStatus::Running {
            break;
        }
    };
    over(&mut seen).await;
    assert_eq!(verdict(&world, &mut seen, at).await, Verdict::Goes);
    let Verdict::Stuck(stuck) = verdict(&world, &mut seen, at + Duration::from_secs(180)).await else {
        panic!("it is stuck")
    };
    assert!(stuck.operation == id && stuck.evidence[0].contains("is over (OK)"), "{:?}", stuck.evidence);
    // Whoever held it died.
    held_until(&world, id, Moment(1)).await;
    assert_eq!(verdict(&world, &mut seen, at).await, Verdict::TakeUp);
}
