//! The plan that copies an app. What must hold: the original is not interrupted, and what was made for the copying is
//! removed again.

use std::sync::Arc;

use super::{
    Address, Aim, Plan, PlanKind, PowerAction, Step, Subject,
    app::{BIN_TAG, Ours},
    deploy::ADDRESS_DEADLINE,
    inside, lock_of,
    place::Footing,
    step::{Copy, PortWish, Reserve, Tweak},
    steps::Steps,
};
use crate::domain::{
    app::{App, Marker, TAG},
    book::Origin,
    catalog::{Generator, Recipe},
    ids::{AppId, NodeKey, NodeName, Vmid},
    moment::Moment,
};

/// What the operator chose for a copy.
#[derive(Debug, Clone, PartialEq)]
pub struct CopyChoice {
    pub app: AppId,
    pub name: String,
    pub likely: Vmid,
    pub node: NodeName,
    pub ports: Vec<PortWish>,
    /// Of the copy; a fixed one of the original would be there twice.
    pub address: Address,
    /// Of the snapshot that is copied where the original runs.
    pub snapshot: String,
    /// The secrets that may be made anew for a copy.
    pub renewed: Vec<(String, Generator)>,
    pub now: Moment,
}

/// A copy beside it; the original is not interrupted.
pub fn clone(ours: Ours<'_>, recipe: Option<&Recipe>, choice: &CopyChoice) -> Plan {
    let (mut steps, footing) = ours.begin();
    let host = &ours.guest.key.host;
    let snapshot = ours.runs().then(|| choice.snapshot.clone());
    if let Some(snapshot) = &snapshot {
        let note = format!("taken to copy {} as {}; it is removed when that is done", ours.app.name, choice.name);
        steps.task(host, Step::BeginSnapshot { aim: ours.aim(), snapshot: snapshot.clone(), note });
    }
    let node = NodeKey { host: host.clone(), node: choice.node.clone() };
    let (likely, ports) = (choice.likely, choice.ports.clone());
    let reserve = Reserve { app: choice.app.clone(), node, likely, name: Some(choice.name.clone()), ports };
    let reserved_by = steps.add(Step::Reserve(Box::new(reserve)));
    let aim = Aim::New { host: host.clone(), node: choice.node.clone(), reserved_by };
    secrets_of_copy(&mut steps, ours, choice);
    // The copy is ours, whoever made what is copied.
    let origin = Origin::Deployed;
    let marker = Marker { app: choice.app.clone(), operation: None, origin, ..ours.app.marker.clone() };
    steps.task(
        host,
        Step::BeginClone(Box::new(Copy {
            from: ours.guest.key.clone(),
            to: aim.clone(),
            snapshot: snapshot.clone(),
            hostname: choice.name.clone(),
            marker: marker.clone(),
            pool: ours.guest.pool.as_ref().map(|pool| pool.to_string()),
        })),
    );
    if let Some(snapshot) = snapshot.clone() {
        steps.task(host, Step::BeginSnapshotRemoval { aim: ours.aim(), snapshot });
    }
    let book = ours.with_book(choice.now, |book| {
        (book.origin, book.console_set) = (origin, None);
        (book.created, book.binned, book.way_back) = (choice.now, None, None);
        book.stays.clear();
        book.card = None;
        // Its names and ports at the gateway are the other one's.
        (book.publishing, book.applied) = Default::default();
    });
    let app = App { id: choice.app.clone(), name: Arc::from(choice.name.as_str()), marker, address: None, ..book };
    steps.add(Step::Record { app: Box::new(app.clone()), before: None, aim: aim.clone() });
    let mut plain = ours.tags();
    plain.retain(|tag| tag != BIN_TAG);
    if !plain.iter().any(|tag| tag == TAG) {
        plain.push(TAG.into());
    }
    steps.configure(&aim, vec![Tweak::Tags(plain), Tweak::Protected(false), Tweak::Address(choice.address.clone())]);
    steps.power(&aim, PowerAction::Start, None);
    steps.add(Step::FindAddress { aim: aim.clone(), deadline: ADDRESS_DEADLINE });
    if let (Some(recipe), Some(method), false) = (recipe, ours.app.method(), choice.renewed.is_empty()) {
        inside::edit(&mut steps, &aim, &choice.app, recipe, method);
    }
    if let Some(probe) = ours.app.book.as_ref().and_then(|book| book.probe.clone()) {
        steps.add(Step::Probe { aim: aim.clone(), probe });
    }
    steps.add(Step::Record { app: Box::new(app), before: None, aim });
    let steps =
        ours.checked(steps, Footing { wants_snapshot: snapshot.is_some(), name: Some(choice.name.clone()), ..footing });
    let subject = Subject::NewApp { app: choice.app.clone(), host: host.clone() };
    let also_locks = vec![lock_of(&ours.guest.key)];
    Plan { also_locks, ..Plan::new(PlanKind::Clone, subject, choice.name.clone(), steps) }
}

fn secrets_of_copy(steps: &mut Steps, ours: Ours<'_>, choice: &CopyChoice) {
    let renewed = |name: &String| choice.renewed.iter().any(|(new, _)| new == name);
    let all = ours.app.book.as_ref().map(|book| book.secrets.clone()).unwrap_or_default();
    let names: Vec<_> = all.into_iter().filter(|name| !renewed(name)).collect();
    if !names.is_empty() {
        steps.add(Step::CopySecrets { from: ours.app.id.clone(), to: choice.app.clone(), names });
    }
    if !choice.renewed.is_empty() {
        steps.add(Step::MakeSecrets { app: choice.app.clone(), secrets: choice.renewed.clone() });
    }
}
