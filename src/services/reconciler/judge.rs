//! Who is missing, who moved, and whose findings are about nobody any more. What must hold: nobody is missing before two
//! complete listings in a row did not show him and his own node says that he is not there.

use super::{Brought, Memory, is_alive, verdict};
use crate::{
    domain::{
        app::App,
        care::Drift,
        drift::{Books, Kind, Sight, Suspicion, Verdict},
        fleet::Fleet,
        moment::Moment,
    },
    operations::world::World,
    proxmox::guest::Presence,
    store::Note,
};

pub(super) async fn who_is_there(
    world: &World,
    books: &Books,
    sight: &Sight,
    memory: &mut Memory,
    brought: &mut Brought,
    at: Moment,
) {
    for (app, _) in &sight.present {
        seen(app, books, brought);
    }
    for app in &sight.replaced {
        seen(app, books, brought);
        brought.verdicts.push(verdict(app, Kind::Reused, Some(Drift::Reused)));
        brought.verdicts.push(verdict(app, Kind::Changed, None));
    }
    for moved in &sight.moved {
        let drift = Drift::Moved { from: moved.from.clone(), to: moved.to.clone() };
        brought.verdicts.push(verdict(&moved.app, Kind::Moved, Some(drift)));
        brought.notes.push(Note::Moved(moved.app.guest.clone(), moved.to.clone()));
    }
    for app in &sight.absent {
        let before = books.suspicions.get(&app.guest.vmid).copied();
        let suspicion = Suspicion::missed(before, sight.listed);
        if before != Some(suspicion) {
            brought.notes.push(Note::Suspect(app.guest.clone(), suspicion));
        }
        let is_told = is_alive(books, &app.guest, Kind::Missing);
        if is_told {
            brought.verdicts.push(verdict(app, Kind::Missing, Some(Drift::Missing)));
            continue;
        }
        if !suspicion.is_enough() || !memory.may_try(&app.guest, at) {
            continue;
        }
        if is_gone(world, books, app).await {
            memory.tried.remove(&app.guest);
            brought.verdicts.push(verdict(app, Kind::Missing, Some(Drift::Missing)));
            brought.verdicts.extend([Kind::Changed, Kind::Reused].map(|kind| verdict(app, kind, None)));
        } else {
            memory.tried.insert(app.guest.clone(), at);
        }
    }
}

fn seen(app: &App, books: &Books, brought: &mut Brought) {
    if books.suspicions.contains_key(&app.guest.vmid) {
        brought.notes.push(Note::Clear(app.guest.clone()));
    }
    brought.verdicts.push(verdict(app, Kind::Missing, None));
}

/// Only its own node can say so; who may not look, or gets no answer, knows nothing.
async fn is_gone(world: &World, books: &Books, app: &App) -> bool {
    let Ok(client) = world.client(&app.guest.host) else { return false };
    let listed = world.guest(&app.guest).map(|guest| guest.node.clone()).ok();
    let before = || books.baselines.get(&app.guest.vmid).map(|before| before.node.clone());
    let Some(node) = listed.or_else(before) else { return false };
    matches!(client.container_options(&node, app.guest.vmid).await, Ok(Presence::Gone))
}

/// What was found of an app that was forgotten, or lives in another guest now, is over.
pub(super) fn who_left_the_books(fleet: &Fleet, books: &Books, brought: &mut Brought) {
    for one in books.findings.iter().filter(|one| one.drift != Drift::New) {
        let lives_there = |id| fleet.app(id).is_some_and(|app| app.guest == one.guest);
        if !one.app.as_ref().is_some_and(lives_there) {
            brought.verdicts.push(Verdict {
                guest: one.guest.clone(),
                app: one.app.clone(),
                name: one.name.clone(),
                kind: one.drift.kind(),
                now: None,
            });
        }
    }
}
