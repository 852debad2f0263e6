//! A wish to cancel reaches the Proxmox task, whenever it comes; an operation never ends while its task runs on.

use proximity::{
    domain::{
        fleet::{Fleet, GuestKind},
        ids::{GuestKey, NodeName, Vmid},
        plan::{
            Plan, PlanKind, PowerAction, Step, Subject,
            journal::{Entry, Output},
        },
    },
    engine::now,
    operations::{
        hands::{Deed, Hands, Work},
        runner,
        world::World,
    },
    proxmox::TaskStatus,
    secrets::{Kind, Vault},
    sim::{Pace, Seed},
    store::Store,
};
use tokio_util::sync::CancellationToken;

use super::lab::{HASTY, Lab, home};

const HOLDER: &str = "the test";

/// Nothing is done inside guests here.
struct NoHands;

impl Hands for NoHands {
    fn work(&self, guest: GuestKey, _: Vec<Deed>, _: CancellationToken) -> Work {
        panic!("nothing was to be done inside {guest}")
    }
}

fn plan() -> Plan {
    let guest = "home/101".parse::<proximity::domain::ids::GuestKey>().unwrap();
    let begin = Step::BeginPower {
        guest: guest.clone().into(),
        kind: GuestKind::Container,
        action: PowerAction::Shutdown,
        undo: None,
    };
    let steps = vec![begin, Step::AwaitTask { host: home(), begun_by: 0 }];
    Plan::new(PlanKind::Stop, Subject::Guest(guest), "jellyfin", steps)
}

#[tokio::test]
async fn a_cancel_between_the_order_and_the_wait_still_waits_for_the_end_of_the_task() {
    let lab = Lab::at(Seed::demo(), Pace::live()).await;
    let client = lab.client();
    let (store, _) = Store::open(&lab.database()).unwrap();
    let world = World::new(store.clone(), Vault::open(Kind::Memory), Fleet::default(), HASTY);
    world.connect(home(), client.clone());
    let (node, action) = (NodeName::new("pve1"), PowerAction::Shutdown);
    let task = client.begin_power(&node, GuestKind::Container, Vmid(101), action).await.unwrap();
    assert_eq!(client.task_status(&task).await.unwrap(), TaskStatus::Running, "it takes its time");
    let id = store.begin_operation(plan(), now(), HOLDER).await.unwrap();
    for entry in [Entry::Began(0), Entry::Did(0, Output::Task(task.clone()))] {
        store.append(id, entry, now()).await.unwrap();
    }
    let operation = store.operation(id).await.unwrap().unwrap();
    let cancel = CancellationToken::new();
    cancel.cancel();
    let _ = runner::run(&world, &NoHands, operation, HOLDER, cancel).await;
    assert_ne!(client.task_status(&task).await.unwrap(), TaskStatus::Running);
    assert!(store.operation(id).await.unwrap().unwrap().ended.is_some());
    assert_eq!(lab.simulator.datacenter().calls(&format!("DELETE /nodes/pve1/tasks/{task}")), 1);
}
