//! `proximity app adopt`: containers that are there become apps. What must hold: a look and the adoption itself find the same,
//! nothing is restarted, and one that fails keeps no other from becoming an app.

use futures_util::{StreamExt, stream};

use super::{
    arguments::{Adopting, Looking},
    begin::{finish, sentence},
    each::Ends,
    face::{Face, other_answer},
    follow::Where,
    guest::{fleet_now, guest_key, refresh_for},
    made,
    print::table,
    rows::CandidateRow,
    wishes::Wish,
};
use crate::{
    domain::{
        adoption::{Candidate, Inside},
        catalog::RecipeId,
        fault::{Fault, FaultCode},
        fleet::{Guest, GuestKind},
        host::no_such_host,
        ids::GuestKey,
        plan::{PlanKind, app::ConsoleWish},
    },
    engine::{AdoptWish, Answer, PoolWish, ProbeWish, Query, Request},
};

/// So many are made apps at once.
const AT_ONCE: usize = 16;

pub async fn run(adopting: &Adopting, face: Face<'_>) -> Result<(), Fault> {
    if adopting.look {
        return look(adopting, face).await;
    }
    let wishes = wishes(adopting, face).await?;
    match <[Wish; 1]>::try_from(wishes) {
        Ok([wish]) => super::begin::carry_out(wish.request, face).await,
        Err(several) => together(several, face).await,
    }
}

/// What each is, without adopting it.
async fn look(adopting: &Adopting, face: Face<'_>) -> Result<(), Fault> {
    let found = seen(adopting, face).await?;
    let rows: Vec<_> = found.iter().map(CandidateRow::of).collect();
    face.printer.result(&rows, || lines(&found));
    Ok(())
}

/// As they were proposed, with what was said about the one.
pub async fn wishes(adopting: &Adopting, face: Face<'_>) -> Result<Vec<Wish>, Fault> {
    let found = seen(adopting, face).await?;
    for candidate in &found {
        if let Inside::Unseen(fault) = &candidate.inside {
            face.printer.aside(&format!("{}: {fault}", candidate.guest));
        }
    }
    let wishes = found.iter().map(|candidate| {
        let wish = said(AdoptWish::proposed(candidate), adopting);
        let name = wish.name.clone().unwrap_or_else(|| candidate.guest.to_string());
        Wish { request: Request::Adopt(wish), kind: PlanKind::Adopt, name }
    });
    Ok(wishes.collect())
}

/// What was said counts for more than what was seen.
fn said(mut wish: AdoptWish, adopting: &Adopting) -> AdoptWish {
    if let Some(name) = &adopting.one.name {
        wish.name = Some(name.clone());
    }
    match adopting.one.recipe.as_deref() {
        Some("none") => wish.recipe = None,
        Some(recipe) => wish.recipe = Some(RecipeId::new(recipe)),
        None => {}
    }
    if let Some(port) = adopting.one.port.filter(|port| wish.port != Some(*port)) {
        // What was seen of the page was seen at another port.
        (wish.port, wish.scheme, wish.path, wish.probe) = (Some(port), None, None, ProbeWish::Fitting);
    }
    if let Some(path) = &adopting.one.path {
        wish.scheme.get_or_insert_with(|| "http".into());
        wish.path = Some(path.clone());
    }
    match adopting.one.probe {
        Some(Looking::Http) => wish.probe = ProbeWish::Http,
        Some(Looking::Tcp) => wish.probe = ProbeWish::Tcp,
        Some(Looking::None) => wish.probe = ProbeWish::Never,
        None => {}
    }
    wish.pool = if adopting.pool { PoolWish::Join } else { PoolWish::Stay };
    wish.console = if adopting.console { ConsoleWish::Shell } else { ConsoleWish::Leave };
    wish
}

async fn seen(adopting: &Adopting, face: Face<'_>) -> Result<Vec<Candidate>, Fault> {
    let guests = chosen(adopting, face).await?;
    if guests.is_empty() {
        return Ok(Vec::new());
    }
    match face.engine.query(Query::Candidates { guests }).await? {
        Answer::Candidates(found) => Ok(found),
        _ => Err(other_answer()),
    }
}

async fn chosen(adopting: &Adopting, face: Face<'_>) -> Result<Vec<GuestKey>, Fault> {
    if adopting.guests.len() > 1 && adopting.one.says_something() {
        return Err(several_alike());
    }
    let mut named = Vec::new();
    for text in &adopting.guests {
        let key = guest_key(text)?;
        refresh_for(&key, face.engine).await?;
        if !named.contains(&key) {
            named.push(key);
        }
    }
    if !named.is_empty() {
        return Ok(named);
    }
    let fleet = fleet_now(face.engine, face.printer).await?;
    if let Some(host) =
        adopting.host.as_ref().filter(|host| !fleet.hosts.iter().any(|known| known.id.as_str() == *host))
    {
        return Err(no_such_host(host));
    }
    let is_wanted = |guest: &&std::sync::Arc<Guest>| {
        let of_host = adopting.host.as_ref().is_none_or(|host| guest.key.host.as_str() == host);
        let is_free = guest.kind == GuestKind::Container && !guest.is_template && fleet.app_of(&guest.key).is_none();
        of_host && is_free
    };
    Ok(fleet.guests.iter().filter(is_wanted).map(|guest| guest.key.clone()).collect())
}

fn several_alike() -> Fault {
    Fault::lasting(
        FaultCode::Usage,
        "nothing was adopted",
        "a name, a recipe, a port, a path or a probe is said of one container, and several were named",
        "adopt that one by itself",
    )
}

/// Each is an operation of its own, and all of them are seen to their ends.
async fn together(wishes: Vec<Wish>, face: Face<'_>) -> Result<(), Fault> {
    let mut ends = Ends::default();
    let adopt = |wish: Wish| async move {
        let id = face
            .engine
            .ask(wish.request)
            .await
            .map_err(|fault| fault.during(format!("{} was not adopted", wish.name)))?;
        finish(id, Where::Here, face).await
    };
    let mut adopting = stream::iter(wishes).map(adopt).buffer_unordered(AT_ONCE);
    while let Some(ended) = adopting.next().await {
        match ended {
            Ok(operation) => ends.good.push(operation),
            Err(fault) => ends.fail(fault, face),
        }
    }
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for operation in &ends.good {
        rows.extend(made::by(operation, face).await);
        lines.push(sentence(operation));
    }
    if lines.is_empty() {
        lines.push("no container is left that could become an app".to_owned());
    }
    ends.tell(&rows, lines, face)
}

fn lines(found: &[Candidate]) -> Vec<String> {
    if found.is_empty() {
        return vec!["no container is left that could become an app".to_owned()];
    }
    let cells: Vec<_> = found.iter().map(cells).collect();
    let mut lines = table(&["GUEST", "AS", "RESEMBLES", "PORT", "PROBE", "LISTENS", "ADDRESS", "NODE"], &cells);
    for candidate in found {
        lines.extend(remarks(candidate));
    }
    lines
}

fn cells(candidate: &Candidate) -> Vec<String> {
    let dashes = || "--".to_owned();
    let proposal = &candidate.proposal;
    let resembles = candidate.resembles.as_ref();
    let open: Vec<_> = candidate.open_ports().iter().take(6).map(u16::to_string).collect();
    vec![
        candidate.guest.to_string(),
        proposal.name.clone(),
        resembles.map_or_else(dashes, |found| format!("{} {} %", found.recipe, found.score)),
        proposal.port.map_or_else(dashes, |port| port.to_string()),
        proposal.probe.as_ref().map_or_else(dashes, ToString::to_string),
        if open.is_empty() { dashes() } else { open.join(" ") },
        candidate.addresses.first().map_or_else(dashes, ToString::to_string),
        candidate.node.to_string(),
    ]
}

/// What was not seen and why, and what only a restart opens.
fn remarks(candidate: &Candidate) -> Vec<String> {
    let guest = &candidate.guest;
    let unseen = match &candidate.inside {
        Inside::Unseen(fault) => Some(format!("{guest}: not seen inside: {}; {}", fault.why, fault.remedy)),
        Inside::Seen(_) => None,
    };
    let console = candidate.console.map(|console| format!("{guest}: {}", console.words()));
    unseen.into_iter().chain(console).collect()
}
