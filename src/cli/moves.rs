//! `proximity app migrate NAME --targets`, and `proximity host balance|evacuate|fill`. What must hold: what is begun is what
//! was shown, and nobody who was meant is left behind without a word for it.

use serde::Serialize;

use super::{
    arguments::Moving,
    begin::carry_out,
    face::{Face, other_answer},
    named::{app_now, host_now},
    print::table,
};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::{NodeKey, NodeName},
        moves::{Because, Errand, Fill, Leg, Proposal, Target, Whose, lasting, total},
        placement::size,
    },
    engine::{Answer, Query, RelocateWish, Request, Rest, Which},
};

/// Where an app may go, and what stands in the way.
pub async fn targets(app: &str, face: Face<'_>) -> Result<(), Fault> {
    let app = app_now(app, face).await?;
    let Answer::Targets(targets) = face.engine.query(Query::MoveTargets(app.id.clone())).await? else {
        return Err(other_answer());
    };
    let rows: Vec<_> = targets.iter().map(TargetRow::of).collect();
    face.printer.result(&rows, || match targets.as_slice() {
        [] => vec!["there is no other node".to_owned()],
        some => some.iter().flat_map(target_lines).collect(),
    });
    Ok(())
}

#[derive(Serialize)]
struct TargetRow {
    node: String,
    possible: bool,
    manner: &'static str,
    /// Bytes
    copied: u64,
    /// Seconds, estimated
    downtime: u64,
    /// Bytes
    free_memory: Option<u64>,
    moves_along: Vec<String>,
    obstacles: Vec<ObstacleRow>,
}

#[derive(Serialize)]
struct ObstacleRow {
    why: String,
    remedy: String,
}

impl TargetRow {
    fn of(target: &Target) -> Self {
        let obstacle = |against: &crate::domain::moves::Against| ObstacleRow {
            why: against.why.clone(),
            remedy: against.remedy.clone(),
        };
        Self {
            node: target.node.node.to_string(),
            possible: target.is_possible(),
            manner: target.manner.slug(),
            copied: target.cost.copied,
            downtime: target.cost.downtime,
            free_memory: target.free_memory,
            moves_along: target.along.clone(),
            obstacles: target.obstacles.iter().map(obstacle).collect(),
        }
    }
}

fn target_lines(target: &Target) -> Vec<String> {
    let mut lines = vec![target.node.node.to_string()];
    lines.extend(target.reasons().iter().map(|reason| format!("  + {reason}")));
    lines.extend(target.obstacles.iter().map(|against| format!("  ! {}: {}", against.why, against.remedy)));
    lines
}

pub async fn balance(host: &str, moving: &Moving, face: Face<'_>) -> Result<(), Fault> {
    let host = host_now(host, face).await?;
    run(Errand::Balance(host), Whose::Ours, Rest::Left, moving, face).await
}

pub async fn evacuate(node: &str, whose: Whose, rest: Rest, moving: &Moving, face: Face<'_>) -> Result<(), Fault> {
    let node = node_now(node, face).await?;
    run(Errand::Evacuate(node), whose, rest, moving, face).await
}

pub async fn fill(node: &str, moving: &Moving, face: Face<'_>) -> Result<(), Fault> {
    let node = node_now(node, face).await?;
    run(Errand::Fill(node), Whose::Ours, Rest::Left, moving, face).await
}

async fn node_now(text: &str, face: Face<'_>) -> Result<NodeKey, Fault> {
    let Some((host, node)) = text.rsplit_once('/').filter(|(host, node)| !host.is_empty() && !node.is_empty()) else {
        return Err(Fault::lasting(
            FaultCode::Usage,
            format!("\"{text}\" names no node"),
            "two hosts may have nodes of one name",
            "write HOST/NODE, such as home/pve1",
        ));
    };
    let key = NodeKey { host: host_now(host, face).await?, node: NodeName::new(node) };
    let fleet = face.engine.fleet().borrow().clone();
    match fleet.nodes.iter().any(|known| known.key == key) {
        true => Ok(key),
        false => Err(no_node(&key, fleet.nodes_of(&key.host).map(|node| node.key.node.to_string()).collect())),
    }
}

fn no_node(key: &NodeKey, known: Vec<String>) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("{} has no node {}", key.host, key.node),
        format!("it has {}", known.join(", ")),
        "name one of those",
    )
}

async fn run(errand: Errand, whose: Whose, rest: Rest, moving: &Moving, face: Face<'_>) -> Result<(), Fault> {
    let Answer::Moves(proposal) = face.engine.query(Query::Moves(errand.clone(), whose)).await? else {
        return Err(other_answer());
    };
    if moving.plan {
        face.printer.result(&ProposalRow::of(&proposal), || lines(&proposal));
        return Ok(());
    }
    if let Some(left) = proposal.cannot().next().filter(|_| rest == Rest::Refused) {
        return Err(errand.left_behind(left, "mend that, or leave behind what cannot move: `--partly`"));
    }
    if proposal.legs.is_empty() && !matches!(errand, Errand::Balance(_)) {
        return Err(proposal.nothing_to_do());
    }
    if proposal.legs.is_empty() {
        face.printer.result(&ProposalRow::of(&proposal), || lines(&proposal));
        return Ok(());
    }
    lines(&proposal).iter().for_each(|line| face.printer.aside(line));
    face.say_yes(&question(&proposal), errand.kind(), &errand.name())?;
    let moves = proposal.legs.into_iter().map(|leg| (leg.guest, leg.to)).collect();
    carry_out(Request::Relocate(RelocateWish { errand, which: Which::Chosen(moves) }), face).await
}

fn question(proposal: &Proposal) -> String {
    let count = proposal.legs.len();
    let name = proposal.errand.name();
    match proposal.errand {
        Errand::Balance(_) => format!("move {count} of {name}, one after the other?"),
        Errand::Evacuate(_) => format!("move {count} off {name}, one after the other?"),
        Errand::Fill(_) => format!("move {count} back to {name}, one after the other?"),
    }
}

#[derive(Serialize)]
struct ProposalRow {
    errand: &'static str,
    name: String,
    words: String,
    moves: Vec<LegRow>,
    staying: Vec<StayingRow>,
    before: Vec<FillRow>,
    after: Vec<FillRow>,
    /// Bytes in all
    copied: u64,
    /// The operation whose moves are taken back.
    of: Option<i64>,
}

#[derive(Serialize)]
struct LegRow {
    guest: String,
    app: Option<String>,
    name: String,
    from: String,
    to: String,
    manner: &'static str,
    copied: u64,
    downtime: u64,
    why: String,
}

#[derive(Serialize)]
struct StayingRow {
    guest: String,
    name: String,
    /// It was meant to move.
    meant: bool,
    why: String,
}

/// In percent.
#[derive(Serialize)]
struct FillRow {
    node: String,
    cpu: f64,
    memory: f64,
}

impl ProposalRow {
    fn of(proposal: &Proposal) -> Self {
        let staying = proposal.staying.iter().map(|one| StayingRow {
            guest: one.guest.to_string(),
            name: one.name.clone(),
            meant: one.because == Because::CannotMove,
            why: one.why.clone(),
        });
        Self {
            errand: proposal.errand.kind().slug(),
            name: proposal.errand.name(),
            words: proposal.words.clone(),
            moves: proposal.legs.iter().map(LegRow::of).collect(),
            staying: staying.collect(),
            before: proposal.before.iter().map(FillRow::of).collect(),
            after: proposal.after.iter().map(FillRow::of).collect(),
            copied: total(&proposal.legs).copied,
            of: proposal.of.map(|operation| operation.0),
        }
    }
}

impl LegRow {
    fn of(leg: &Leg) -> Self {
        Self {
            guest: leg.guest.to_string(),
            app: leg.app.as_ref().map(ToString::to_string),
            name: leg.name.clone(),
            from: leg.from.to_string(),
            to: leg.to.to_string(),
            manner: leg.manner.slug(),
            copied: leg.cost.copied,
            downtime: leg.cost.downtime,
            why: leg.why.clone(),
        }
    }
}

impl FillRow {
    fn of(fill: &Fill) -> Self {
        Self { node: fill.node.to_string(), cpu: fill.cpu as f64 / 10.0, memory: fill.memory as f64 / 10.0 }
    }
}

fn lines(proposal: &Proposal) -> Vec<String> {
    let mut lines = vec![proposal.words.clone()];
    if !proposal.legs.is_empty() {
        let cells: Vec<_> = proposal.legs.iter().map(cells).collect();
        lines.extend(table(&["NAME", "FROM", "TO", "OFF FOR", "COPIED", "WHY"], &cells));
        let fills: Vec<_> = proposal.before.iter().zip(&proposal.after).map(fill_cells).collect();
        lines.extend(table(&["NODE", "PROCESSOR", "THEN", "MEMORY", "THEN"], &fills));
    }
    lines.extend(proposal.staying.iter().map(|one| format!("{} stays: {}", one.name, one.why)));
    lines
}

fn cells(leg: &Leg) -> Vec<String> {
    let off = if leg.cost.downtime == 0 { "is off".into() } else { lasting(leg.cost.downtime) };
    vec![leg.name.clone(), leg.from.to_string(), leg.to.to_string(), off, size(leg.cost.copied), leg.why.clone()]
}

fn fill_cells((before, after): (&Fill, &Fill)) -> Vec<String> {
    let percent = |share: u64| format!("{} %", share / 10);
    vec![
        before.node.to_string(),
        percent(before.cpu),
        percent(after.cpu),
        percent(before.memory),
        percent(after.memory),
    ]
}
