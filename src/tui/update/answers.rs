//! What comes back from the door. An answer that nobody waits for any more changes nothing.

use super::Turn;
use crate::{
    domain::{fault::Fault, ids::OperationId, plan::PlanKind},
    engine::{Answer, Notice, Tone},
    sound::Cue,
    tui::{
        event::Ticket,
        layers::Layer,
        model::{Back, Wish},
    },
};

impl Turn<'_> {
    pub fn asked(&mut self, ticket: Ticket, result: Result<OperationId, Fault>) {
        match (self.model.waiting.remove(&ticket), result) {
            (Some(Wish::Begin), result) => self.begun(ticket, result),
            (Some(Wish::Chain(chain)), result) => self.chain_begun(chain, result),
            (Some(Wish::Adoption), result) => self.adoption_asked(ticket, result),
            (Some(_), Err(fault)) => self.fail(&fault),
            _ => {}
        }
    }

    pub fn answered(&mut self, ticket: Ticket, result: Result<Answer, Fault>) {
        match (self.model.waiting.remove(&ticket), result) {
            (Some(Wish::Form), result) => self.form_answered(ticket, result),
            (Some(Wish::Sources), result) => self.sources_answered(ticket, result),
            (Some(Wish::Shelf(then)), result) => self.shelf_answered(then, result),
            (Some(Wish::Operations | Wish::LookUp(_)), result) => self.operations_answered(result),
            (Some(Wish::Preview), result) => self.preview_answered(ticket, result),
            (Some(Wish::Moves), result) => self.moves_answered(ticket, result),
            (Some(Wish::Undo), result) => self.undo_answered(ticket, result),
            (Some(Wish::Candidate), result) => self.candidate_answered(ticket, result),
            (Some(Wish::Sizes), result) => self.sizes_answered(ticket, result),
            (Some(Wish::Past), result) => self.past_answered(ticket, result),
            (Some(Wish::Beside), result) => self.beside_answered(ticket, result),
            (Some(Wish::Detail), result) => self.detail_answered(ticket, result),
            (Some(Wish::Secrets), result) => self.secrets_answered(ticket, result),
            (Some(Wish::Snapshots(_)), result) => self.snapshots_answered(ticket, result),
            (Some(Wish::Back(key)), Ok(Answer::Guest(detail))) => {
                self.model.backs.insert(key, Back::Known(detail));
            }
            (Some(Wish::Back(key)), Err(fault)) => {
                self.model.backs.insert(key, Back::Failed(fault));
            }
            (Some(Wish::Machine(node)), result) => self.machine_answered(node, result),
            (Some(Wish::TestHost(host)), Ok(Answer::Test(report))) => self.host_tested(&host, Ok(*report)),
            (Some(Wish::TestHost(host)), Err(fault)) => self.host_tested(&host, Err(fault)),
            _ => {}
        }
    }

    pub fn changed(&mut self, ticket: Ticket, result: Result<(), Fault>) {
        match (self.model.waiting.remove(&ticket), result) {
            (Some(Wish::Form), result) => self.form_changed(ticket, result),
            (Some(Wish::Sources), result) => self.sources_changed(ticket, result),
            (Some(Wish::LookAtBackups), result) => self.looked_at_backups(result),
            (Some(Wish::Favour(recipe)), Err(fault)) => self.favour_failed(&recipe, &fault),
            (Some(Wish::HostChanged(host, words)), Ok(())) => self.host_changed(&host, words),
            (Some(Wish::Forget(host)), Err(fault)) => {
                self.model.layers.push(Layer::Refused { what: format!("forget {host}"), fault, top: 0 });
            }
            (Some(Wish::Forget(host)), Ok(())) => self.tell(Tone::Success, format!("{host} is forgotten")),
            (None | Some(Wish::Watch), _) | (_, Ok(())) => {}
            (_, Err(fault)) => self.fail(&fault),
        }
    }

    pub fn notice(&mut self, notice: Notice) {
        let operation = notice.operation.and_then(|id| self.model.world.fleet.operation(id));
        match (notice.tone, operation.map(|operation| operation.plan.kind)) {
            (Tone::Success, Some(PlanKind::Start)) => self.play(Cue::AppStarted),
            (Tone::Success, Some(PlanKind::Unbin | PlanKind::Rollback)) => self.play(Cue::Restore),
            (Tone::Success, Some(PlanKind::Restore | PlanKind::RestoreBeside | PlanKind::SwapBack)) => {
                self.play(Cue::Restore);
            }
            (Tone::Success, Some(PlanKind::Backup)) => self.play(Cue::BackupDone),
            (Tone::Success, Some(_)) => self.play(Cue::Success),
            (Tone::Danger, Some(_)) => self.play(Cue::Error),
            // A lost host has its own cue, which its fleet gives.
            _ => {}
        }
        self.model.toasts.notice(notice, self.model.now.tick, self.model.now.wall);
    }

    pub fn fail(&mut self, fault: &Fault) {
        self.model.echo = None;
        self.model.toasts.fault(fault, self.model.now.tick, self.model.now.wall);
        self.play(Cue::Error);
    }
}
