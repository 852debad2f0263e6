//! One listing of a host against our books, without asking anybody. What must hold: a host that is off, lost or saw less
//! than everything misses nobody and shows nobody new; the first look at a host is where it begins.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Books, Freshness, Work};
use crate::domain::{
    app::App,
    care::Drift,
    fleet::{Fleet, Guest, GuestKind, Host, Listing, Reach},
    ids::{GuestKey, HostId, NodeName, Vmid},
    moment::Moment,
};

/// What a complete listing says.
#[derive(Debug, Default)]
pub struct Sight {
    pub listed: Moment,
    /// Apps whose guests it does not show.
    pub absent: Vec<App>,
    /// Apps whose guests it shows.
    pub present: Vec<(App, Arc<Guest>)>,
    /// Apps in whose place it shows a machine: a container never becomes one.
    pub replaced: Vec<App>,
    pub moved: Vec<Move>,
    /// Containers that were not there the last time, and are nobody's app.
    pub appeared: Vec<Arc<Guest>>,
    /// All that it shows.
    pub guests: BTreeSet<Vmid>,
    /// Whether the host was never looked at before.
    pub is_first: bool,
    /// Whether somebody makes guests there: who appeared is not judged yet.
    pub is_made_on: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    pub app: App,
    pub from: NodeName,
    pub to: NodeName,
}

/// Nothing where the host cannot say that somebody is missing.
pub fn sight(fleet: &Fleet, host: &HostId, books: &Books, at: Moment) -> Option<Sight> {
    let known = fleet.host(host).filter(|known| sees_all(known))?;
    let work = Work::at(fleet, at);
    let shown = shown(fleet, known);
    let mut sight = Sight {
        listed: known.as_of?,
        guests: shown.keys().copied().collect(),
        is_first: books.looked.is_none(),
        is_made_on: work.makes_on(host),
        ..Sight::default()
    };
    let mut owned = BTreeSet::new();
    for app in fleet.apps.iter().filter(|app| app.guest.host == *host) {
        owned.insert(app.guest.vmid);
        if work.is_on(app) {
            continue;
        }
        match shown.get(&app.guest.vmid) {
            None => sight.absent.push(app.clone()),
            Some(guest) if guest.kind == GuestKind::Machine => sight.replaced.push(app.clone()),
            Some(guest) => {
                sight.moved.extend(moved(app, guest, books));
                sight.present.push((app.clone(), (*guest).clone()));
            }
        }
    }
    let is_new = |guest: &&&Arc<Guest>| {
        let key = &guest.key;
        guest.kind == GuestKind::Container && !owned.contains(&key.vmid) && !work.is_on_guest(key) && is_new(key, books)
    };
    sight.appeared = shown.values().filter(is_new).map(|guest| (*guest).clone()).collect();
    Some(sight)
}

/// Whether this host may say that somebody is gone.
fn sees_all(host: &Host) -> bool {
    host.reach == Reach::Online && host.listing == Listing::Complete
}

/// What the last listing itself showed: the fleet keeps apps that it did not.
fn shown<'a>(fleet: &'a Fleet, host: &Host) -> BTreeMap<Vmid, &'a Arc<Guest>> {
    let own = fleet.guests.iter().filter(|guest| guest.key.host == host.id);
    own.filter(|guest| !host.unlisted.contains(&guest.key.vmid)).map(|guest| (guest.key.vmid, guest)).collect()
}

/// Whom nobody knew the last time; one that was found before stays found.
fn is_new(guest: &GuestKey, books: &Books) -> bool {
    let Some(looked) = &books.looked else { return false };
    let is_found = books.findings.iter().any(|one| one.guest == *guest && one.drift == Drift::New);
    is_found || !looked.guests.contains(&guest.vmid)
}

fn moved(app: &App, guest: &Guest, books: &Books) -> Option<Move> {
    let before = books.baselines.get(&app.guest.vmid).filter(|before| before.app == app.id)?;
    // Where an operation of ours took it is where it belongs.
    let is_elsewhere = before.state == Freshness::Fresh && before.node != guest.node;
    is_elsewhere.then(|| Move { app: app.clone(), from: before.node.clone(), to: guest.node.clone() })
}
