//! The plan that brings an app back whose guest is not there any more, or is somebody else's. What must hold: it is the same
//! app in a new container, and nothing is done to whoever has its old id.

use super::{Naming, Return, go_live, lock_of_backup};
use crate::domain::{
    app::{App, Marker},
    book::Origin,
    plan::{
        Card, Plan, PlanKind, Step, Subject,
        deploy::tags,
        step::{Cards, Tweak},
    },
};

/// An app whose guest is not there any more, or is somebody else's, comes back in a new one; nothing is done to the old id.
pub fn anew(app: &App, back: &Return, card: Card, hostname: Option<String>) -> Plan {
    let (mut steps, footing) = back.begin();
    let host = back.host();
    let at = back.reserve(&mut steps, &app.id, back.likely, Naming::default());
    let marker = Marker { operation: None, ..back.marker.clone().unwrap_or_else(|| app.marker.clone()) };
    // It is a container that we make, whoever made the one before.
    let marker = Marker { app: app.id.clone(), origin: Origin::Deployed, ..marker };
    let hostname = hostname.unwrap_or_else(|| app.name.to_string());
    let carrier = back.bring_in(&mut steps, &at, &marker, Some(hostname), Cards::Own(card));
    steps.configure(&at, vec![Tweak::Tags(tags()), Tweak::Protected(false), Tweak::StartsOnBoot(true)]);
    go_live(&mut steps, &at, back.probe.as_ref());
    let mut restored = App { marker: marker.clone(), ..app.clone() };
    if let Some(book) = restored.book.as_mut() {
        book.version = marker.version.as_ref().map(|version| version.to_string()).or(book.version.take());
        (book.way_back, book.binned, book.replaced_in) = (None, None, None);
        book.origin = Origin::Deployed;
    }
    steps.add(Step::Record { app: Box::new(restored), before: Some(Box::new(app.clone())), aim: at });
    let no_return = carrier.map(|carrier| steps.task(host, Step::BeginRemoval { aim: carrier }));
    let subject = Subject::App { app: app.id.clone(), guest: app.guest.clone() };
    let plan = Plan::new(PlanKind::Restore, subject, app.name.to_string(), back.checked(steps, footing));
    Plan { no_return, also_locks: vec![lock_of_backup(&back.backup)], ..plan }
}
