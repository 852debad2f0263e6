//! What the newcomer does is seen, and the next hint comes.

use super::Turn;
use crate::{
    domain::{fleet::Fleet, operation::Operation, plan::PlanKind},
    tui::{
        layers::Layer,
        model::{
            Demo,
            hints::{Deed, Hints},
        },
    },
};

impl Turn<'_> {
    /// Operations that began with this fleet.
    pub fn hear_deeds(&mut self, before: &Fleet) {
        if !self.is_led() {
            return;
        }
        let is_new = |operation: &&Operation| operation.is_running() && before.operation(operation.id).is_none();
        let fleet = self.model.world.fleet.clone();
        for operation in fleet.operations.iter().filter(is_new) {
            if let Some(deed) = deed_of(operation.plan.kind) {
                self.note_deed(deed);
            }
        }
    }

    /// What shows on the deck itself.
    pub fn see_deeds(&mut self) {
        if !self.is_led() {
            return;
        }
        let model = &*self.model;
        let seen = [
            (Deed::Flip, model.flips.backs().next().is_some() || model.hosts.flips.backs().next().is_some()),
            (Deed::TakeBack, model.layers.iter().any(|layer| matches!(layer, Layer::Undo(_)))),
            (Deed::Help, model.layers.iter().any(|layer| matches!(layer, Layer::Help(_)))),
        ];
        for (deed, _) in seen.into_iter().filter(|(_, is_so)| *is_so) {
            self.note_deed(deed);
        }
    }

    /// The newcomer wants no more of them.
    pub fn end_hints(&mut self) {
        if self.model.hint().is_some() {
            self.model.hints = Hints::over();
            self.keep_hints();
        }
    }

    fn is_led(&self) -> bool {
        self.model.demo == Demo::Demo && self.model.hints.next().is_some()
    }

    fn note_deed(&mut self, deed: Deed) {
        if self.model.hints.note(deed) {
            self.keep_hints();
        }
    }

    fn keep_hints(&mut self) {
        let kept = self.model.hints.kept();
        self.remember(&kept);
    }
}

fn deed_of(kind: PlanKind) -> Option<Deed> {
    match kind {
        PlanKind::Deploy => Some(Deed::Deploy),
        PlanKind::Backup => Some(Deed::BackUp),
        PlanKind::Unbin | PlanKind::SwapBack | PlanKind::Rollback => Some(Deed::TakeBack),
        _ => None,
    }
}
