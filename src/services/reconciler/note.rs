//! What a look brought is written down, shown and told. What must hold: each finding is told once, and what moved is told
//! and over in the same breath.

use std::time::Duration;

use super::Brought;
use crate::{
    domain::{
        care::{Drift, Finding, FindingId, Standing},
        drift::{Books, Turn, Verdict, turn},
        fault::Fault,
        moment::Moment,
    },
    operations::world::{News, World},
    store::Note,
};

/// So often it is written down that a finding still is so.
const SEEN_EVERY: Duration = Duration::from_secs(3600);

pub(super) async fn write(world: &World, books: Books, brought: Brought, at: Moment) -> Result<(), Fault> {
    let Brought { verdicts, mut notes } = brought;
    let mut told = Vec::new();
    for verdict in verdicts {
        let known = books.known(&verdict);
        let turn = turn(known, verdict.now.as_ref());
        match (turn, known) {
            (Turn::Opens(drift), _) => notes.push(Note::Open(opened(verdict, drift, at))),
            (Turn::Becomes(drift), Some(known)) => {
                let now = Finding { drift, seen: at, standing: Standing::Open, ..known.clone() };
                told.push(now.clone());
                notes.push(Note::Write(now));
            }
            (Turn::Ends, Some(known)) => {
                notes.push(Note::Write(Finding { standing: Standing::Over(at), ..known.clone() }));
            }
            (Turn::Stays, Some(known)) if verdict.now.is_some() && at.since(known.seen) >= SEEN_EVERY => {
                notes.push(Note::Seen(known.id, at));
            }
            _ => {}
        }
    }
    if !notes.is_empty() {
        told.extend(world.store.note_drift(notes).await?);
    }
    show(world).await?;
    told.into_iter().for_each(|finding| world.tell(News::Found(Box::new(finding))));
    Ok(())
}

fn opened(verdict: Verdict, drift: Drift, at: Moment) -> Finding {
    let standing = match drift {
        Drift::Moved { .. } => Standing::Over(at),
        _ => Standing::Open,
    };
    let Verdict { guest, app, name, .. } = verdict;
    Finding { id: FindingId(0), guest, app, name, drift, since: at, seen: at, standing }
}

/// What the store knows is what the fleet shows; another process may have written there.
pub async fn show(world: &World) -> Result<(), Fault> {
    let (findings, away) = world.store.findings().await?;
    let care = world.fleet().care.clone();
    if care.findings != findings || care.away != away {
        world.change_care(|care| (care.findings, care.away) = (findings, away));
    }
    Ok(())
}
