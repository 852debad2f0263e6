//! Which few moves would even out the nodes of a host. What must hold: no move makes its target as full as the node it
//! relieves was, none goes where an obstacle is or where there is no room, and who does as suggested is not told to do
//! more.

use std::cmp::Reverse;

use super::{
    ids::NodeName,
    moves::{Arrangement, Board, Fill, Leg, Movable},
};

/// A node this much fuller than the average, in thousandths, wants relief.
const UNEVEN: u64 = 100;
/// A move that gains less than this for the fuller of both is not worth the time that an app is off.
const GAIN: u64 = 40;
/// Moves of nearly the same effect are told apart by their cost.
const ALIKE: u64 = 20;
/// A board that is not settled after so many tries is left as it is then.
const TRIES: usize = 400;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// In the order in which they are to be made.
    pub legs: Vec<Leg>,
    pub before: Vec<Fill>,
    pub after: Vec<Fill>,
    pub words: String,
}

/// What would be moved; nothing where the nodes are even, or where nothing can be done about it.
pub fn suggest(board: &Board) -> Suggestion {
    let legs = all_moves(board);
    let (before, after) = (board.fills(), board.after(&legs).fills());
    let words = words(&legs, &before, &after);
    Suggestion { legs, before, after, words }
}

/// What is wanted may be blocked as long as all of it is; then it is looked at anew after what could be done. Nobody moves
/// twice.
fn all_moves(board: &Board) -> Vec<Leg> {
    let (mut now, mut legs) = (board.clone(), Vec::new());
    loop {
        let more = in_order(&now, &wanted(&now));
        if more.is_empty() {
            return legs;
        }
        let after = now.after(&more);
        let is_moved = |guest: &&Movable| !more.iter().any(|leg| leg.guest == guest.guest);
        now = Board::new(after.racks().to_vec(), after.guests().iter().filter(is_moved).cloned().collect());
        legs.extend(more);
    }
}

/// Nodes that want relief.
pub fn hot(fills: &[Fill]) -> Vec<&Fill> {
    let average = average(fills);
    let mut hot: Vec<&Fill> = fills.iter().filter(|fill| fill.worst() > average + UNEVEN).collect();
    hot.sort_by_key(|fill| (Reverse(fill.worst()), fill.node.clone()));
    hot
}

fn average(fills: &[Fill]) -> u64 {
    let sum: u64 = fills.iter().map(Fill::worst).fold(0, u64::saturating_add);
    sum / (fills.len() as u64).max(1)
}

/// Where everything would be once no single move helps any more.
fn wanted(board: &Board) -> Arrangement<'_> {
    let mut arrangement = board.arranged();
    for _ in 0..TRIES {
        let Some((guest, to)) = best(board, &arrangement) else { break };
        arrangement.put(guest, &to);
    }
    arrangement
}

/// The best move off the fullest node that can be relieved at all.
fn best<'a>(board: &'a Board, arrangement: &Arrangement<'a>) -> Option<(&'a Movable, NodeName)> {
    let fills = arrangement.fills();
    hot(&fills).into_iter().find_map(|source| {
        let here = board.guests().iter().filter(|guest| arrangement.place(&guest.guest) == Some(&source.node));
        let moves = here.flat_map(|guest| arrangement.nodes().map(move |to| (guest, to)));
        let worth = moves.filter_map(|(guest, to)| {
            let (left, taken) = gain(arrangement, source, guest, to)?;
            let cost = arrangement.admits(guest, to).ok()?;
            let worse = left.worst().max(taken.worst());
            Some(((worse / ALIKE, cost, worse), guest, to))
        });
        let best = worth.min_by(|a, b| (a.0, &a.1.guest, a.2).cmp(&(b.0, &b.1.guest, b.2)));
        best.map(|(_, guest, to)| (guest, to.clone()))
    })
}

/// How full both are then, where that is better than now.
fn gain(arrangement: &Arrangement<'_>, source: &Fill, guest: &Movable, to: &NodeName) -> Option<(Fill, Fill)> {
    if *to == source.node {
        return None;
    }
    let (left, taken) = arrangement.would(guest, to)?;
    (left.worst().max(taken.worst()) + GAIN <= source.worst()).then_some((left, taken))
}

/// Each guest goes once and straight to where it is to be, and only where there is room at that moment.
fn in_order(board: &Board, wanted: &Arrangement<'_>) -> Vec<Leg> {
    let goes = |guest: &&Movable| wanted.place(&guest.guest).is_some_and(|to| *to != guest.on);
    let mut open: Vec<&Movable> = board.guests().iter().filter(goes).collect();
    let (mut arrangement, mut legs) = (board.arranged(), Vec::new());
    loop {
        let fits = |guest: &&Movable| {
            let to = wanted.place(&guest.guest)?;
            let source = arrangement.fill(&guest.on)?;
            let (left, taken) = gain(&arrangement, &source, guest, to)?;
            Some((arrangement.admits(guest, to).ok()?, left.worst().max(taken.worst())))
        };
        let ready = open.iter().enumerate().filter_map(|(at, guest)| Some((at, fits(guest)?)));
        let fullest = |at: usize| arrangement.fill(&open[at].on).map_or(0, |fill| fill.worst());
        let next = ready.min_by_key(|(at, (cost, worse))| (Reverse(fullest(*at)), *worse, *cost, *at));
        let Some((at, (cost, _))) = next else { return legs };
        let guest = open.remove(at);
        let Some(to) = wanted.place(&guest.guest).cloned() else { return legs };
        let why = why(&arrangement, guest, &to);
        arrangement.put(guest, &to);
        legs.push(Leg::of(guest, to, cost, why));
    }
}

/// `pve1 is 92 % full (memory): it gets to 71 %, pve3 from 31 % to 48 %`
fn why(arrangement: &Arrangement<'_>, guest: &Movable, to: &NodeName) -> String {
    let now = (arrangement.fill(&guest.on), arrangement.fill(to), arrangement.would(guest, to));
    let (Some(source), Some(target), Some((left, taken))) = now else { return String::new() };
    format!(
        "{} is {} full ({}): it gets to {}, {to} from {} to {}",
        guest.on,
        percent(source.worst()),
        source.scarcest(),
        percent(left.worst()),
        percent(target.worst()),
        percent(taken.worst())
    )
}

pub(super) fn percent(thousandths: u64) -> String {
    format!("{} %", (thousandths + 5) / 10)
}

fn words(legs: &[Leg], before: &[Fill], after: &[Fill]) -> String {
    let ends = |fills: &[Fill]| {
        let all = || fills.iter().map(Fill::worst);
        (all().min().unwrap_or(0), all().max().unwrap_or(0))
    };
    let ((low, high), worst_after) = (ends(before), ends(after).1);
    let between = format!("between {} and {}", percent(low), percent(high));
    match (before.len(), legs.len()) {
        (0 | 1, _) => "there is only one node: nothing can be evened out".into(),
        (_, 0) if hot(before).is_empty() => format!("the nodes are even, {between} full: nothing is to be moved"),
        (_, 0) => format!("the nodes are {between} full, and no move of an app would make that better"),
        (_, count) => format!(
            "{count} move{}: the fullest node gets from {} to {}",
            if count == 1 { "" } else { "s" },
            percent(high),
            percent(worst_after)
        ),
    }
}
