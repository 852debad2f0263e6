//! `proximity watch`: stands by without a screen, runs our own schedules and tells what happens, a line each. What must
//! hold: it ends well when it is told to, and says at once why it cannot begin.

use std::sync::Arc;

use serde::Serialize;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::{
        broadcast::{Receiver, error::RecvError},
        watch,
    },
};

use super::{open_vault, print::Printer, rows::rfc3339};
use crate::{
    domain::{
        care::Lead,
        fault::{Fault, FaultCode},
        fleet::{Fleet, Vault},
    },
    engine::{Change, Engine, Notice, Tone, door::Audience, now},
};

/// Until somebody ends it.
pub async fn watch(engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    // Listened for before there is anything to hear, so that nothing goes unheard.
    let (mut calls, mut notices) = (Calls::listen()?, engine.notices());
    engine.start().await?;
    open_vault(engine).await?;
    engine.change(Change::Watched(Audience::Away)).await?;
    let fleet = engine.fleet().borrow().clone();
    if matches!(fleet.vault, Vault::Locked | Vault::Unset) && !fleet.hosts.is_empty() {
        return Err(locked());
    }
    begin(&fleet, printer);
    let (mut fleet, mut known) = (engine.fleet(), Lead::Nobody);
    loop {
        let row = tokio::select! {
            () = calls.end() => break,
            notice = heard(&mut notices) => match notice {
                Some(notice) => Row::of(&notice),
                None => break,
            },
            lead = other_lead(&mut fleet, known) => {
                known = lead;
                Row::of_lead(lead)
            }
        };
        printer.result(&row, || vec![row.line()]);
    }
    printer.aside("no longer watching; schedules of Proxmox go on");
    Ok(())
}

/// Who looks after things, once that is another one than was known.
async fn other_lead(fleet: &mut watch::Receiver<Arc<Fleet>>, known: Lead) -> Lead {
    match fleet.wait_for(|fleet| fleet.care.lead != known).await {
        Ok(fleet) => fleet.care.lead,
        Err(_) => std::future::pending().await,
    }
}

#[derive(Serialize)]
struct Watching {
    watching: Vec<String>,
    schedules: usize,
    at: String,
}

fn begin(fleet: &Fleet, printer: &Printer) {
    for host in fleet.hosts.iter().filter(|host| !host.login.contains('!')) {
        let (name, login) = (&host.id, &host.login);
        printer.aside(&format!(
            "{name}: {login} logs in with a password; for work that nobody attends, add it anew with a token"
        ));
    }
    let watching = Watching {
        watching: fleet.hosts.iter().map(|host| host.id.to_string()).collect(),
        schedules: fleet.backups.own_jobs.len(),
        at: rfc3339(now()),
    };
    printer.result(&watching, || {
        let hosts = if watching.watching.is_empty() { "no host".into() } else { watching.watching.join(", ") };
        vec![format!("{} watching {hosts}; schedules of its own: {}", watching.at, watching.schedules)]
    });
}

/// What was missed is only told less often than it happened.
async fn heard(notices: &mut Receiver<Notice>) -> Option<Notice> {
    loop {
        match notices.recv().await {
            Ok(notice) => return Some(notice),
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return None,
        }
    }
}

#[derive(Serialize)]
struct Row {
    at: String,
    /// `info`, `success`, `warning` or `danger`
    tone: &'static str,
    text: String,
    detail: Option<String>,
    operation: Option<i64>,
}

impl Row {
    fn of(notice: &Notice) -> Self {
        Self {
            at: rfc3339(now()),
            tone: match notice.tone {
                Tone::Info => "info",
                Tone::Success => "success",
                Tone::Warning => "warning",
                Tone::Danger => "danger",
            },
            text: notice.text.to_string(),
            detail: notice.detail.as_deref().map(Into::into),
            operation: notice.operation.map(|id| id.0),
        }
    }

    fn of_lead(lead: Lead) -> Self {
        let text = match lead {
            Lead::Ours => "looks after everything from now on",
            Lead::Another => "stands by: another Proximity looks after everything",
            Lead::Nobody => "nobody looks after anything",
        };
        Self { at: rfc3339(now()), tone: "info", text: text.into(), detail: None, operation: None }
    }

    fn line(&self) -> String {
        let detail = self.detail.as_ref().map(|detail| format!(": {detail}"));
        format!("{} {:<8}{}{}", self.at, self.tone, self.text, detail.unwrap_or_default())
    }
}

struct Calls([Signal; 3]);

impl Calls {
    fn listen() -> Result<Self, Fault> {
        let listen = |kind| {
            signal(kind).map_err(|error| {
                let remedy = "free some memory or files (`ulimit -n`) and start it again";
                Fault::lasting(FaultCode::Failed, "nothing is watched", error.to_string(), remedy)
            })
        };
        Ok(Self([listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?, listen(SignalKind::hangup())?]))
    }

    async fn end(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}

fn locked() -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        "nothing is watched",
        "the file of secrets is locked, and nobody is there to open it",
        "name the file with its passphrase by --passphrase-file",
    )
}
