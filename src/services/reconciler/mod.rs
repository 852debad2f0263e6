//! Looks whether the hosts are as our books say. What must hold: it changes nothing but our own books, a steady fleet costs
//! no request between two whole looks, and one guest that cannot be asked keeps no other from being judged.

mod appeared;
mod judge;
pub mod note;
mod read;

use std::collections::HashMap;

use crate::{
    domain::{
        care::Drift,
        drift::{self, Books, Kind, Turn, Verdict, Work, turn},
        fault::Fault,
        fleet::{Guest, Listing, Reach},
        ids::{GuestKey, HostId},
        moment::Moment,
    },
    operations::world::World,
    store::Note,
};

/// How much is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// What the listing shows, and the configuration of guests that look another than the last time.
    Listing,
    /// The configuration of every app.
    Whole,
}

/// What one process remembers from look to look; nothing is lost with it but a few requests.
#[derive(Debug, Default)]
pub struct Memory {
    faces: HashMap<GuestKey, Face>,
    /// When a guest was asked in vain.
    tried: HashMap<GuestKey, Moment>,
}

/// What a listing shows of a guest's configuration.
#[derive(Debug, Clone, PartialEq)]
struct Face {
    name: std::sync::Arc<str>,
    node: crate::domain::ids::NodeName,
    tags: Vec<std::sync::Arc<str>>,
    cores: Option<f32>,
    memory: Option<u64>,
    disk: Option<u64>,
}

impl Face {
    fn of(guest: &Guest) -> Self {
        let total = |usage: Option<crate::domain::fleet::Usage>| usage.map(|usage| usage.total);
        Self {
            name: guest.name.clone(),
            node: guest.node.clone(),
            tags: guest.tags.clone(),
            cores: guest.cores,
            memory: total(guest.memory),
            disk: total(guest.disk),
        }
    }
}

/// What a look has brought so far.
#[derive(Debug, Default)]
struct Brought {
    verdicts: Vec<Verdict>,
    notes: Vec<Note>,
}

/// Looks at a host as it was listed last. What was found is in the store and in the fleet afterwards.
pub async fn look(world: &World, host: &HostId, depth: Depth, memory: &mut Memory, at: Moment) -> Result<(), Fault> {
    let books = world.store.drift_books(host.clone()).await?;
    let fleet = world.fleet();
    let mut brought = Brought::default();
    match drift::sight(&fleet, host, &books, at) {
        Some(sight) => {
            judge::who_is_there(world, &books, &sight, memory, &mut brought, at).await;
            appeared::judge(world, host, &books, &sight, &mut brought).await;
            read::judge(world, &books, (&sight, depth), memory, &mut brought, at).await?;
        }
        None => {
            let known = fleet.host(host);
            // Two in a row are wanted, and this one was none. A host that says nothing interrupts nothing.
            if known.is_some_and(|known| known.reach == Reach::Online && matches!(known.listing, Listing::Partial(_))) {
                let guests = books.suspicions.keys();
                let clear = guests.map(|vmid| Note::Clear(GuestKey { host: host.clone(), vmid: *vmid }));
                brought.notes.extend(clear);
            }
        }
    }
    judge::who_left_the_books(&fleet, &books, &mut brought);
    leave_out_what_was_worked_on(world, host, &books, &mut brought, at).await?;
    note::write(world, books, brought, at).await
}

/// So many of the newest operations are looked through.
const NEWEST: u32 = 40;

/// Reading takes its time: what was begun or ended meanwhile, by whatever process, is not judged by what was read.
async fn leave_out_what_was_worked_on(
    world: &World,
    host: &HostId,
    books: &Books,
    brought: &mut Brought,
    at: Moment,
) -> Result<(), Fault> {
    // A steady fleet costs no look into the journal.
    let is_news = |verdict: &Verdict| turn(books.known(verdict), verdict.now.as_ref()) != Turn::Stays;
    if brought.notes.is_empty() && !brought.verdicts.iter().any(is_news) {
        return Ok(());
    }
    let work = Work::of(&world.store.operations(NEWEST).await?, at);
    let is_made_on = work.makes_on(host);
    let is_left = |verdict: &Verdict| {
        work.is_on_guest(&verdict.guest)
            || verdict.app.as_ref().is_some_and(|app| work.is_on_app(app))
            || (is_made_on && verdict.kind == Kind::New && verdict.now.is_some())
    };
    brought.verdicts.retain(|verdict| !is_left(verdict));
    brought.notes.retain(|note| match note {
        Note::Base(guest, _) | Note::Suspect(guest, _) => !work.is_on_guest(guest),
        Note::Looked(..) => !is_made_on,
        _ => true,
    });
    Ok(())
}

/// Nothing is done by itself, so what is told of one finding is told here for all.
fn verdict(app: &crate::domain::app::App, kind: Kind, now: Option<Drift>) -> Verdict {
    Verdict { guest: app.guest.clone(), app: Some(app.id.clone()), name: app.name.clone(), kind, now }
}

impl Memory {
    /// Whether a guest that did not answer was asked long enough ago.
    fn may_try(&self, guest: &GuestKey, at: Moment) -> bool {
        const AGAIN_AFTER: std::time::Duration = std::time::Duration::from_secs(600);
        self.tried.get(guest).is_none_or(|last| at.since(*last) >= AGAIN_AFTER)
    }
}

fn is_alive(books: &Books, guest: &GuestKey, kind: Kind) -> bool {
    books.findings.iter().any(|one| one.guest == *guest && one.drift.kind() == kind)
}
