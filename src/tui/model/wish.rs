//! What the deck waits for an answer to. What must hold: an answer finds its wish by its ticket, or changes nothing.

use std::collections::VecDeque;

use crate::{
    domain::{
        catalog::RecipeId,
        ids::{AppId, GuestKey, HostId, NodeKey, OperationId},
    },
    engine::door::RestoreWish,
    tui::keymap::Place,
};

/// What an answer is waited for.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui) enum Wish {
    Power(GuestKey),
    Steer,
    /// What a container is that could become an app.
    Candidate,
    /// One of those that were adopted together.
    Adoption,
    Back(GuestKey),
    Visit(GuestKey),
    TestHost(HostId),
    /// A closer look at a node.
    Machine(NodeKey),
    /// A change of a host, and what is said when it is done.
    HostChanged(HostId, String),
    Refresh,
    Forget(HostId),
    Form,
    Watch,
    Shelf(Then),
    Favour(RecipeId),
    /// Of a source of recipes.
    Sources,
    Operations,
    /// What a wish would do.
    Preview,
    /// A plan that was seen is begun.
    Begin,
    /// Where an app may go, or what would be moved.
    Moves,
    Undo,
    /// What is over, of the inbox.
    Past,
    /// What apps do not need.
    Sizes,
    /// Something that the operator said of an alert or a finding.
    Care,
    /// What an app is logged in to with.
    Secrets,
    /// A thing of the deck is kept.
    Remember,
    /// Settings go to a file, or come of one.
    Carry,
    /// What a tab of an app asks for.
    Detail,
    Snapshots(AppId),
    LookUp(OperationId),
    /// What the storages have.
    LookAtBackups,
    /// What stands beside a form or a list: storages to choose from, times, what would be removed.
    Beside,
    /// One restore of several; those that wait for it are begun when it was.
    Chain(Chain),
}

/// Restores that are begun one after the other, each waiting for those of which its app is made.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui) struct Chain {
    /// What was begun, by its place in the order.
    pub begun: Vec<OperationId>,
    /// With the places of those that it waits for, all earlier ones.
    pub rest: VecDeque<(RestoreWish, Vec<usize>)>,
}

/// What the recipes were read for.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui) enum Then {
    Look,
    /// The operator wants to know what is new.
    Anew,
    /// The settings of this app are to be changed, asked for at this place.
    Settle(GuestKey, Place),
    /// The selection on the board is to be restored, in the order that the recipes tell; asked for at this place.
    Restore(Place),
}
