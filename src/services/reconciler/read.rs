//! The configuration of apps against how it was left. What must hold: only guests of our apps are asked, a few at a time,
//! and between two whole looks only those that look another than before.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::{StreamExt, stream};

use super::{Brought, Depth, Face, Memory, is_alive, verdict};
use crate::{
    domain::{
        app::App,
        care::{Difference, Drift},
        drift::{Baseline, Books, Freshness, Kind, Options, Sight, Whose, whose},
        fault::Fault,
        fleet::Guest,
        ids::{GuestKey, NodeName, Vmid},
        moment::Moment,
    },
    operations::world::World,
    proxmox::{Client, guest::Presence},
    store::Note,
};

/// So many guests are asked at once.
const AT_ONCE: usize = 4;

pub(super) async fn judge(
    world: &World,
    books: &Books,
    (sight, depth): (&Sight, Depth),
    memory: &mut Memory,
    brought: &mut Brought,
    at: Moment,
) -> Result<(), Fault> {
    let asked: Vec<_> =
        sight.present.iter().filter(|(app, guest)| wants(books, (app, guest), depth, memory, at)).collect();
    if asked.is_empty() {
        return Ok(());
    }
    let mut before = world.store.baselines(asked.iter().map(|(app, _)| app.guest.clone()).collect()).await?;
    before.retain(|guest, _| {
        let base = books.baselines.get(&guest.vmid);
        asked.iter().any(|(app, _)| app.guest == *guest && base.is_some_and(|base| base.app == app.id))
    });
    for (app, guest, options) in read(world, &asked).await {
        match options {
            Some(options) => {
                memory.tried.remove(&app.guest);
                memory.faces.insert(app.guest.clone(), Face::of(guest));
                compare((app, guest), options, books, &before, brought, at);
            }
            None => drop(memory.tried.insert(app.guest.clone(), at)),
        }
    }
    Ok(())
}

fn wants(books: &Books, (app, guest): (&App, &Arc<Guest>), depth: Depth, memory: &Memory, at: Moment) -> bool {
    if depth == Depth::Whole {
        return true;
    }
    let base = books.baselines.get(&app.guest.vmid).filter(|base| base.app == app.id);
    let is_to_be_taken = base.is_none_or(|base| base.state == Freshness::Overtaken);
    let face = memory.faces.get(&app.guest);
    // Who was never seen by this process is looked at with the next whole look.
    let looks_other = face.is_some_and(|face| *face != Face::of(guest));
    (is_to_be_taken || looks_other) && memory.may_try(&app.guest, at)
}

/// Each with its options; nothing where one did not tell.
async fn read<'a>(world: &World, asked: &[&'a (App, Arc<Guest>)]) -> Vec<(&'a App, &'a Arc<Guest>, Option<Options>)> {
    let orders: Vec<_> = asked
        .iter()
        .enumerate()
        .map(|(i, (app, guest))| (i, world.client(&app.guest.host).ok(), guest.node.clone(), guest.key.vmid))
        .collect();
    let ask = |(i, client, node, vmid): (usize, Option<Client>, NodeName, Vmid)| async move {
        match client?.container_options(&node, vmid).await {
            Ok(Presence::There(options)) => Some((i, *options)),
            _ => None,
        }
    };
    let answers: Vec<_> = stream::iter(orders).map(ask).buffer_unordered(AT_ONCE).collect().await;
    let mut told: BTreeMap<usize, Options> = answers.into_iter().flatten().collect();
    asked.iter().enumerate().map(|(i, (app, guest))| (app, guest, told.remove(&i))).collect()
}

fn compare(
    (app, guest): (&App, &Guest),
    now: Options,
    books: &Books,
    before: &BTreeMap<GuestKey, Options>,
    brought: &mut Brought,
    at: Moment,
) {
    let known = before.get(&app.guest);
    if whose(&app.id, known, &now) == Whose::Somebody {
        brought.verdicts.push(verdict(app, Kind::Reused, Some(Drift::Reused)));
        brought.verdicts.push(verdict(app, Kind::Changed, None));
        return;
    }
    brought.verdicts.push(verdict(app, Kind::Reused, None));
    let state = books.baselines.get(&app.guest.vmid).map(|base| base.state);
    let base = match (known, state) {
        (Some(base), Some(Freshness::Fresh)) => base.clone(),
        // Our line was there when it became an app.
        (None, _) => taken(app, guest, now.clone().marked(&app.id), brought, at),
        (Some(_), _) => {
            let outside = found(books, &app.guest);
            taken(app, guest, now.clone().marked(&app.id).overtaking(outside), brought, at)
        }
    };
    let differences = base.differences(&now);
    let drift = (!differences.is_empty()).then_some(Drift::Changed(differences));
    brought.verdicts.push(verdict(app, Kind::Changed, drift));
}

/// What was found to be changed outside before an operation of ours came.
fn found<'a>(books: &'a Books, guest: &GuestKey) -> &'a [Difference] {
    if !is_alive(books, guest, Kind::Changed) {
        return &[];
    }
    let changed = books.findings.iter().find_map(|one| match &one.drift {
        Drift::Changed(differences) if one.guest == *guest => Some(differences.as_slice()),
        _ => None,
    });
    changed.unwrap_or_default()
}

fn taken(app: &App, guest: &Guest, options: Options, brought: &mut Brought, at: Moment) -> Options {
    let base = Baseline { app: app.id.clone(), node: guest.node.clone(), state: Freshness::Fresh, at };
    brought.notes.push(Note::Base(app.guest.clone(), Box::new((base, options.clone()))));
    options
}
