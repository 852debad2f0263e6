//! Plans that move guests: one app to a node, or several as one errand. What must hold: a node with an obstacle is refused
//! with that obstacle, and nobody who was meant to move is left behind unless the operator said so.

use std::{collections::BTreeSet, sync::Arc};

use super::Engine;
use crate::{
    domain::{
        balance,
        evacuation::{self, Exodus},
        fault::{Fault, FaultCode},
        fleet::{Guest, GuestKind, Power},
        ids::{AppId, GuestKey, HostId, NodeKey, NodeName},
        moves::{Because, Board, Errand, Leg, Proposal, Staying, Target, Whose},
        operation::Operation,
        plan::{Plan, PlanKind, Subject, change, inverse::arrived, journal::Outcome, relocate},
    },
    engine::{
        RelocateWish, Rest, Which,
        moves::{Sight, Terrain, is_container, is_on},
    },
};

/// So many of the newest operations are looked at for the last evacuation.
const LOOKED_AT: u32 = 500;

impl Engine {
    pub(super) async fn plan_move(&self, app: &AppId, to: &NodeName) -> Result<Plan, Fault> {
        let found = self.found(app)?;
        if *to == found.guest.node {
            return Err(Fault::lasting(
                FaultCode::Refused,
                format!("{} was not moved", found.app.name),
                "it is on that node already",
                "choose another node",
            ));
        }
        let terrain = self.terrain(&found.guest.key.host).await?;
        let target = terrain.targets_among(&found.guest, std::slice::from_ref(to)).await?.pop();
        let target = target.ok_or_else(|| no_node(to))?;
        if !target.is_possible() {
            return Err(refused(&found.app.name, &target));
        }
        let leg = Leg {
            guest: found.guest.key.clone(),
            app: Some(found.app.id.clone()),
            name: found.app.name.to_string(),
            from: found.guest.node.clone(),
            to: to.clone(),
            manner: target.manner,
            cost: target.cost,
            why: String::new(),
        };
        Ok(change::migrate(found.ours(), &leg))
    }

    /// What would be moved for this errand, as it looks now.
    pub(in crate::engine) async fn propose(&self, errand: &Errand, whose: Whose) -> Result<Proposal, Fault> {
        let terrain = self.terrain(errand.host()).await?;
        match errand {
            Errand::Balance(host) => propose_balance(&terrain, host).await,
            Errand::Evacuate(node) => propose_evacuation(&terrain, node, whose).await,
            Errand::Fill(node) => {
                let past = self.0.world.store.operations(LOOKED_AT).await?;
                propose_filling(&terrain, node, &past).await
            }
        }
    }

    pub(super) async fn plan_relocation(&self, wish: &RelocateWish) -> Result<Plan, Fault> {
        let errand = &wish.errand;
        let legs = match &wish.which {
            Which::Chosen(moves) => {
                let terrain = self.terrain(errand.host()).await?;
                let exodus = choose(&terrain, moves).await?;
                none_left(errand, exodus.staying.first(), "mend that, or choose without it")?;
                exodus.legs
            }
            Which::Proposed { whose, rest } => {
                let proposal = self.propose(errand, *whose).await?;
                let left = proposal.cannot().next().filter(|_| *rest == Rest::Refused);
                none_left(errand, left, "mend that, or leave behind what cannot move: `--partly`")?;
                if proposal.legs.is_empty() {
                    return Err(proposal.nothing_to_do());
                }
                proposal.legs
            }
        };
        let fleet = self.0.world.fleet();
        let pooled = |leg: Leg| {
            let pool = fleet.guest(&leg.guest).and_then(|guest| guest.pool.as_ref()).map(ToString::to_string);
            (leg, pool)
        };
        let legs: Vec<_> = legs.into_iter().map(pooled).collect();
        relocate::relocate(errand, &legs)
    }
}

async fn propose_balance(terrain: &Terrain, host: &HostId) -> Result<Proposal, Fault> {
    let loads = terrain.loads().await;
    let racks = Board::new(terrain.racks(&loads), Vec::new());
    let fills = racks.fills();
    let hot: Vec<_> = balance::hot(&fills).into_iter().map(|fill| fill.node.clone()).collect();
    // Only who runs where it is too full is worth a question; others have nothing to gain.
    let is_ours = |guest: &&Arc<Guest>| terrain.fleet.app_of(&guest.key).is_some();
    let on_hot = |guest: &&Arc<Guest>| guest.key.host == *host && hot.contains(&guest.node);
    let guests = terrain.fleet.guests.iter().filter(on_hot).filter(is_ours);
    let guests: Vec<_> = guests.filter(|guest| guest.power == Power::Running && is_container(guest)).cloned().collect();
    let board = terrain.board(&guests, &loads).await?;
    let found = balance::suggest(&board);
    Ok(Proposal {
        errand: Errand::Balance(host.clone()),
        legs: found.legs,
        staying: Vec::new(),
        board,
        before: found.before,
        after: found.after,
        words: found.words,
        of: None,
    })
}

async fn propose_evacuation(terrain: &Terrain, node: &NodeKey, whose: Whose) -> Result<Proposal, Fault> {
    if !terrain.fleet.nodes.iter().any(|known| known.key == *node) {
        return Err(no_node(&node.node));
    }
    let loads = terrain.loads().await;
    let here: Vec<_> = terrain.fleet.guests.iter().filter(|guest| is_on(guest, node)).cloned().collect();
    let (leaving, rest): (Vec<_>, Vec<_>) = here.into_iter().partition(|guest| is_meant(terrain, guest, whose));
    let board = terrain.board(&leaving, &loads).await?;
    let Exodus { legs, mut staying } = evacuation::empty(&board, &node.node);
    staying.extend(rest.iter().map(|guest| not_meant(guest)));
    let words = match (legs.len(), staying.len()) {
        (0, 0) => format!("nothing is on {}", node.node),
        (0, _) => format!("nothing leaves {}", node.node),
        (count, 0) => format!("all {} leave {}", counted(count, "guest"), node.node),
        (count, left) => format!("{} {} {}, {left} stay", counted(count, "guest"), leave(count), node.node),
    };
    let words = match terrain.sight {
        Sight::All => words,
        Sight::Some => {
            format!("{}; guests that this login may not see stay", words_of_some(&node.node, &legs, &staying))
        }
    };
    Ok(proposal(Errand::Evacuate(node.clone()), board, Exodus { legs, staying }, words))
}

async fn propose_filling(terrain: &Terrain, node: &NodeKey, past: &[Operation]) -> Result<Proposal, Fault> {
    if !terrain.is_up(&node.node) {
        return Err(Fault::passing(
            FaultCode::Refused,
            format!("{} was not filled again", node.node),
            "it is not up",
            "start it first",
        ));
    }
    let last = past.iter().find(|operation| is_of_node(operation, PlanKind::Evacuate, node));
    let last = last.ok_or_else(|| nothing_left(node))?;
    let (mut coming, mut staying) = (Vec::new(), Vec::new());
    for (key, went_to) in away(past, node) {
        match terrain.fleet.guest(key) {
            Some(guest) if guest.node == *went_to => coming.push(guest.clone()),
            Some(guest) if guest.node == node.node => {}
            Some(guest) => staying.push(stays(guest, format!("it went on to {} since", guest.node))),
            None => {}
        }
    }
    let loads = terrain.loads().await;
    let board = terrain.board(&coming, &loads).await?;
    let mut exodus = evacuation::fill(&board, &node.node);
    exodus.staying.extend(staying);
    let words = match exodus.legs.len() {
        0 => format!("nothing of what left {} can come back to it", node.node),
        count => format!("{} {} back to {}", counted(count, "guest"), come(count), node.node),
    };
    let of = Some(last.id);
    Ok(Proposal { of, ..proposal(Errand::Fill(node.clone()), board, exodus, words) })
}

/// Moves that somebody chose, each with what it costs now.
async fn choose(terrain: &Terrain, moves: &[(GuestKey, NodeName)]) -> Result<Exodus, Fault> {
    let guests = moves.iter().map(|(key, to)| {
        let guest = terrain.fleet.guest(key).filter(|guest| guest.key.host == terrain.host);
        let guest = guest.cloned().ok_or_else(|| gone(key))?;
        match guest.node == *to {
            true => Err(there_already(&guest)),
            false if is_container(&guest) => Ok(guest),
            false => Err(no_container(&guest)),
        }
    });
    let guests: Vec<_> = guests.collect::<Result<_, _>>()?;
    let board = terrain.board(&guests, &terrain.loads().await).await?;
    Ok(evacuation::chosen(&board, moves))
}

fn proposal(errand: Errand, board: Board, exodus: Exodus, words: String) -> Proposal {
    let after = board.after(&exodus.legs).fills();
    Proposal {
        errand,
        before: board.fills(),
        after,
        board,
        legs: exodus.legs,
        staying: exodus.staying,
        words,
        of: None,
    }
}

fn is_meant(terrain: &Terrain, guest: &Guest, whose: Whose) -> bool {
    is_container(guest) && (whose == Whose::All || terrain.fleet.app_of(&guest.key).is_some())
}

fn not_meant(guest: &Guest) -> Staying {
    let why = match (guest.kind, guest.is_template) {
        (GuestKind::Machine, _) => "it is a machine: move it in Proxmox, which can do that while it runs",
        (GuestKind::Container, true) => "it is a template",
        (GuestKind::Container, false) => "it is not ours",
    };
    stays(guest, why.into())
}

fn stays(guest: &Guest, why: String) -> Staying {
    Staying { guest: guest.key.clone(), name: guest.name.to_string(), because: Because::NotMeant, why }
}

fn is_of_node(operation: &Operation, kind: PlanKind, node: &NodeKey) -> bool {
    let is_done = matches!(operation.outcome(), Some(Outcome::Done | Outcome::Partly));
    is_done && operation.plan.kind == kind && operation.plan.subject == Subject::Node(node.clone())
}

/// What was taken away from a node and not brought back since, and where it went, the newest first. Of each guest its
/// newest move counts.
fn away<'a>(past: &'a [Operation], node: &NodeKey) -> Vec<(&'a GuestKey, &'a NodeName)> {
    let (mut told, mut away) = (BTreeSet::new(), Vec::new());
    for operation in past {
        let (leaves, comes) =
            (is_of_node(operation, PlanKind::Evacuate, node), is_of_node(operation, PlanKind::Fill, node));
        for (guest, _, to) in arrived(operation).filter(|_| leaves || comes) {
            if told.insert(guest) && leaves {
                away.push((guest, to));
            }
        }
    }
    away
}

/// Nobody can say "all" who is not shown all.
fn words_of_some(node: &NodeName, legs: &[Leg], staying: &[Staying]) -> String {
    match (legs.len(), staying.len()) {
        (0, 0) => format!("no guest is seen on {node}"),
        (0, _) => format!("nothing that is seen leaves {node}"),
        (count, 0) => format!("{} {} {node}", counted(count, "guest"), leave(count)),
        (count, left) => format!("{} {} {node}, {left} stay", counted(count, "guest"), leave(count)),
    }
}

fn none_left(errand: &Errand, left: Option<&Staying>, remedy: &str) -> Result<(), Fault> {
    match left {
        None => Ok(()),
        Some(one) => Err(errand.left_behind(one, remedy)),
    }
}

fn refused(name: &str, target: &Target) -> Fault {
    let whys: Vec<_> = target.obstacles.iter().map(|against| against.why.as_str()).collect();
    let mut remedies: Vec<_> = target.obstacles.iter().map(|against| against.remedy.as_str()).collect();
    remedies.dedup();
    let what = format!("{name} cannot move to {}", target.node.node);
    Fault::lasting(FaultCode::Refused, what, whys.join("; "), remedies.join("; "))
}

fn no_node(node: &NodeName) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("there is no node {node}"),
        "its host does not know it",
        "look at the nodes of the host: `proximity host list`",
    )
}

fn nothing_left(node: &NodeKey) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("{} was not filled again", node.node),
        "nothing was taken away from it by us",
        "move apps one by one, or balance its host",
    )
}

fn gone(key: &GuestKey) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("{key} was not moved"),
        "its host does not list it",
        "look again: it may have been removed",
    )
}

fn there_already(guest: &Guest) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("{} was not moved", guest.name),
        format!("it is on {} already", guest.node),
        "ask once more what is to be moved",
    )
}

fn no_container(guest: &Guest) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("{} was not moved", guest.name),
        "only containers are moved from here",
        "move it in Proxmox",
    )
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn leave(count: usize) -> &'static str {
    if count == 1 { "leaves" } else { "leave" }
}

fn come(count: usize) -> &'static str {
    if count == 1 { "comes" } else { "come" }
}
