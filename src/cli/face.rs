//! What every command works with: the door, the paper it writes on, and whether yes was said beforehand. What must hold:
//! what wants a yes is never done without one.

use std::io::IsTerminal;

use super::{arguments::Global, ask, print::Printer, sheet, wishes::Wish};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        plan::PlanKind,
    },
    engine::{Answer, Engine, Preview, Query, Request},
};

#[derive(Clone, Copy)]
pub struct Face<'a> {
    pub engine: &'a Engine,
    pub printer: &'a Printer,
    pub consent: Consent,
}

/// Whether questions are answered already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// With `--yes`.
    Given,
    ToBeAsked,
}

impl<'a> Face<'a> {
    pub fn new(global: &Global, engine: &'a Engine, printer: &'a Printer) -> Self {
        let consent = if global.yes { Consent::Given } else { Consent::ToBeAsked };
        Self { engine, printer, consent }
    }

    pub async fn preview(self, request: &Request) -> Result<Preview, Fault> {
        match self.engine.query(Query::Preview(request.clone())).await? {
            Answer::Preview(preview) => Ok(*preview),
            _ => Err(other_answer()),
        }
    }

    /// Shows what will be done and waits for a yes, where one is wanted.
    pub async fn agree(self, request: &Request, kind: PlanKind, name: &str) -> Result<(), Fault> {
        let Some(question) = question(request, name) else { return Ok(()) };
        if self.consent == Consent::Given {
            return Ok(());
        }
        if !std::io::stdin().is_terminal() {
            return Err(refused(kind, name, NOBODY, unheard(kind)));
        }
        let preview = self.preview(request).await?;
        sheet::lines(&preview, sheet::Detail::Titles).iter().for_each(|line| self.printer.aside(line));
        self.say_yes(&question, kind, name)
    }

    /// The same for several wishes and with a question of their own.
    pub async fn agree_to(self, wishes: &[Wish], question: &str) -> Result<(), Fault> {
        let Some(Wish { kind, name, .. }) = wishes.first() else { return Ok(()) };
        if self.consent == Consent::ToBeAsked && std::io::stdin().is_terminal() {
            for wish in wishes {
                let preview = self.preview(&wish.request).await?;
                sheet::lines(&preview, sheet::Detail::Titles).iter().for_each(|line| self.printer.aside(line));
            }
        }
        self.hear_yes(question, *kind, name, BY_ITS_PLAN)
    }

    /// Waits for a yes to a question that says all.
    pub fn say_yes(self, question: &str, kind: PlanKind, name: &str) -> Result<(), Fault> {
        self.hear_yes(question, kind, name, unheard(kind))
    }

    /// Where nobody is there to say it, the remedy tells how else it is said.
    fn hear_yes(self, question: &str, kind: PlanKind, name: &str, remedy: &str) -> Result<(), Fault> {
        if self.consent == Consent::Given {
            return Ok(());
        }
        match ask::yes(question) {
            Some(true) => Ok(()),
            Some(false) => Err(refused(kind, name, "you did not say yes", "ask for it again when you like")),
            None => Err(refused(kind, name, NOBODY, remedy)),
        }
    }
}

const NOBODY: &str = "nobody was there to say yes";
/// For what is wished by a command that tells its plan itself.
const BY_ITS_PLAN: &str = "say it with --yes; the same command with --plan tells beforehand what will be done";

fn unheard(kind: PlanKind) -> &'static str {
    match kind {
        PlanKind::Tidy => BY_ITS_PLAN,
        PlanKind::Restore | PlanKind::RestoreBeside => {
            "say it with --yes; with --plan it tells beforehand what will be done"
        }
        PlanKind::Reclaim => "say it with --yes; with --plan it tells beforehand what will be changed",
        PlanKind::Balance | PlanKind::Evacuate | PlanKind::Fill => {
            "say it with --yes; with --plan it tells beforehand what will be moved"
        }
        PlanKind::Prune => "say it with --yes; with --preview it tells beforehand what would go",
        PlanKind::RemoveBackup | PlanKind::RemoveJob => "say it with --yes",
        _ => "say it with --yes; `proximity app plan` tells beforehand what will be done",
    }
}

fn refused(kind: PlanKind, name: &str, why: &str, remedy: &str) -> Fault {
    Fault::lasting(FaultCode::Refused, format!("{name} {}", kind.undone()), why, remedy)
}

/// An answer that does not fit its question.
pub fn other_answer() -> Fault {
    Fault::lasting(
        FaultCode::Failed,
        "the question was not answered",
        "the engine answered another one",
        "this is a mistake in Proximity; please report it",
    )
}

/// What is to be asked before; nothing for what interrupts nobody and can be taken back.
fn question(request: &Request, name: &str) -> Option<String> {
    Some(match request {
        Request::Deploy(_) | Request::MakeGateway(_) => format!("deploy {name}?"),
        Request::Bin(_) => format!("put {name} into the recycle bin?"),
        Request::Destroy(_) => format!("destroy {name} for good?"),
        Request::Forget(_) => format!("forget {name}? (its container stays as it is)"),
        Request::Update(_) => format!("update {name}?"),
        Request::Rollback { snapshot, .. } => {
            format!("set {name} back to {snapshot}? (what was written since is lost)")
        }
        Request::RemoveSnapshot { snapshot, .. } => format!("remove snapshot {snapshot} of {name}?"),
        Request::Resize { sizes, .. } if sizes.disk.is_some() => {
            format!("resize {name}? (a disk never gets smaller again)")
        }
        Request::Edit { .. } => format!("change the settings of {name}?"),
        Request::Move { to, .. } => format!("move {name} to {to}?"),
        _ => return None,
    })
}
