//! Where everything goes that is to leave a node, planned together. What must hold: what goes to one node has room there
//! with all the others that go there, and who cannot go is named with what stands in the way everywhere.

use std::cmp::Reverse;

use super::{
    balance::percent,
    ids::NodeName,
    moves::{Arrangement, Because, Board, Cost, Leg, Load, Movable, Staying},
};

/// The moves in their order, and who cannot go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exodus {
    pub legs: Vec<Leg>,
    pub staying: Vec<Staying>,
}

/// All guests of the board that are on this node leave it; the largest are placed first, where most room is left.
pub fn empty(board: &Board, node: &NodeName) -> Exodus {
    let mut leaving: Vec<&Movable> = board.guests().iter().filter(|guest| guest.on == *node).collect();
    let weight = |guest: &Movable| {
        let Load { cores, memory } = guest.load;
        (guest.memory.max(memory), cores)
    };
    leaving.sort_by_key(|guest| (Reverse(weight(guest)), &guest.guest));
    each(board, leaving, |arrangement, guest| {
        let others = arrangement.nodes().filter(|to| *to != node);
        let fits = others.filter_map(|to| {
            let cost = arrangement.admits(guest, to).ok()?;
            let after = arrangement.would(guest, to).map_or(u64::MAX, |(_, after)| after.worst());
            Some(((after, cost, to), (to.clone(), cost)))
        });
        fits.min_by(|a, b| a.0.cmp(&b.0)).map(|(_, there)| there)
    })
}

/// These go back to a node, each if there is room for it.
pub fn fill(board: &Board, node: &NodeName) -> Exodus {
    let coming = board.guests().iter().filter(|guest| guest.on != *node).collect();
    each(board, coming, |arrangement, guest| Some((node.clone(), arrangement.allows(guest, node).ok()?)))
}

/// These moves as they were chosen, in this order.
pub fn chosen(board: &Board, moves: &[(super::ids::GuestKey, NodeName)]) -> Exodus {
    let to = |guest: &Movable| moves.iter().find(|(key, _)| *key == guest.guest).map(|(_, to)| to);
    let in_order = moves.iter().filter_map(|(key, _)| board.guests().iter().find(|guest| guest.guest == *key));
    each(board, in_order.collect(), |arrangement, guest| {
        let to = to(guest)?;
        Some((to.clone(), arrangement.allows(guest, to).ok()?))
    })
}

fn each<'a>(
    board: &'a Board,
    guests: Vec<&'a Movable>,
    place: impl Fn(&Arrangement<'a>, &'a Movable) -> Option<(NodeName, Cost)>,
) -> Exodus {
    let (mut arrangement, mut exodus) = (board.arranged(), Exodus::default());
    for guest in guests {
        match place(&arrangement, guest) {
            Some((to, cost)) => {
                let why = why(&arrangement, guest, &to);
                arrangement.put(guest, &to);
                exodus.legs.push(Leg::of(guest, to, cost, why));
            }
            None => exodus.staying.push(stays(&arrangement, guest)),
        }
    }
    exodus
}

fn why(arrangement: &Arrangement<'_>, guest: &Movable, to: &NodeName) -> String {
    match arrangement.would(guest, to) {
        Some((_, after)) => format!("{to} is {} full then ({})", percent(after.worst()), after.scarcest()),
        None => String::new(),
    }
}

fn stays(arrangement: &Arrangement<'_>, guest: &Movable) -> Staying {
    let others = arrangement.nodes().filter(|node| **node != guest.on);
    let against = others.filter_map(|node| Some(format!("{node}: {}", arrangement.admits(guest, node).err()?)));
    let all: Vec<String> = against.collect();
    let why = if all.is_empty() { "there is no other node that is up".to_owned() } else { all.join("; ") };
    Staying { guest: guest.guest.clone(), name: guest.name.to_string(), because: Because::CannotMove, why }
}
