//! `backup create`: one after another. What must hold: what was made in a weaker way than was asked for is told, whoever
//! reads.

use serde::Serialize;

use super::{
    super::{
        arguments::Creating,
        begin::{finish, sentence},
        each::to_their_ends,
        face::Face,
        follow::Where,
        named::fleet_known,
        plan::{Paper, rehearse},
        rows::OperationRow,
        target::{self, Target},
        wishes::Wish,
    },
    rows::{name, size},
};
use crate::{
    domain::{
        backup::{BackupMode, Guarding, How, Mails, Run},
        fault::Fault,
        fleet::Fleet,
        ids::StorageName,
        operation::Operation,
        plan::{
            PlanKind,
            journal::{Entry, Output},
        },
    },
    engine::{BackupWish, Change, Request},
};

pub async fn run(creating: &Creating, face: Face<'_>) -> Result<(), Fault> {
    let wishes: Vec<_> = targets(creating, face).await?.iter().map(|target| wish(target, creating)).collect();
    if let Some(paper) = Paper::wanted(&creating.rehearsal) {
        return rehearse(&wishes, paper, face).await;
    }
    let asked = creating.mode.0;
    if !creating.all && wishes.len() == 1 {
        return alone(wishes, asked, face).await;
    }
    let ends = to_their_ends(wishes, face).await?;
    let mut rows = Vec::new();
    for ended in &ends.good {
        rows.push(made(ended, asked, face).await);
    }
    let lines = match rows.as_slice() {
        [] => vec!["there is no app".to_owned()],
        some => some.iter().zip(&ends.good).map(|(row, ended)| row.line(ended)).collect(),
    };
    ends.tell(&rows, lines, face)
}

async fn alone(wishes: Vec<Wish>, asked: BackupMode, face: Face<'_>) -> Result<(), Fault> {
    for wish in wishes {
        let id = face.engine.ask(wish.request).await?;
        let ended = finish(id, Where::Here, face).await?;
        let row = made(&ended, asked, face).await;
        face.printer.result(&row, || vec![row.line(&ended)]);
    }
    Ok(())
}

/// All are known before the first is begun. What waits in the recycle bin is not among all apps.
async fn targets(creating: &Creating, face: Face<'_>) -> Result<Vec<Target>, Fault> {
    if creating.all {
        let fleet = fleet_known(face).await;
        return Ok(fleet.apps.iter().filter(|app| app.binned_until().is_none()).map(Target::from).collect());
    }
    let mut targets = Vec::new();
    for text in &creating.of {
        targets.push(target::find(text, face).await?);
    }
    Ok(targets)
}

fn wish(target: &Target, creating: &Creating) -> Wish {
    let how = How {
        mode: creating.mode.0,
        compression: creating.compress.0,
        guarding: if creating.protected { Guarding::Protected } else { Guarding::Free },
        mails: if creating.mail { Mails::AsConfigured } else { Mails::Nobody },
    };
    let wish = BackupWish {
        guest: target.guest.clone(),
        storage: creating.storage.as_deref().map(StorageName::new),
        how,
        note: creating.note.clone(),
    };
    Wish { request: Request::Backup(wish), kind: PlanKind::Backup, name: target.name.clone() }
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    operation: OperationRow,
    /// The backup that was made.
    backup: Option<String>,
    size: Option<u64>,
    asked: &'static str,
    /// How it was made in the end, where its log tells.
    mode: Option<&'static str>,
    /// Why it was made in another way than was asked for.
    weakened: Option<String>,
    left_out: Vec<String>,
}

impl Row {
    fn line(&self, ended: &Operation) -> String {
        let made = self.backup.as_ref().map(|backup| format!(": {backup}, {}", size(self.size)));
        let mode = self.mode.map(|mode| format!(", by {mode}"));
        format!("{}{}{}", sentence(ended), made.unwrap_or_default(), mode.unwrap_or_default())
    }
}

/// What an operation made, as its storage and its log tell now.
async fn made(ended: &Operation, asked: BackupMode, face: Face<'_>) -> Row {
    let host = ended.plan.subject.host().cloned();
    if let Err(fault) = face.engine.change(Change::LookAtBackups(host)).await {
        face.printer.aside(&fault.to_string());
    }
    let fleet = face.engine.fleet().borrow().clone();
    let row = row(ended, asked, &fleet);
    if let Some(weakened) = &row.weakened {
        let mode = row.mode.unwrap_or("another way");
        face.printer.aside(&format!(
            "{} was backed up by {mode}, not by {}: {weakened}",
            ended.plan.name,
            asked.slug()
        ));
    }
    row
}

fn row(ended: &Operation, asked: BackupMode, fleet: &Fleet) -> Row {
    let run = run_of(ended, fleet);
    let volume = archive(ended).or_else(|| run?.volume.as_deref());
    let key = ended.plan.subject.host().zip(volume).map(|(host, volume)| name(host, volume));
    let lies = key.as_ref().and_then(|key| fleet.backups.all().find(|backup| backup.key.to_string() == *key));
    Row {
        operation: OperationRow::of(ended),
        size: lies.and_then(|backup| backup.size).or(run.and_then(|run| run.size)),
        backup: key,
        asked: asked.slug(),
        mode: run.and_then(|run| run.mode).map(BackupMode::slug),
        weakened: run.and_then(|run| run.weakened.as_deref()).map(Into::into),
        left_out: run.iter().flat_map(|run| &run.left_out).map(|path| path.to_string()).collect(),
    }
}

fn archive(ended: &Operation) -> Option<&str> {
    ended.journal.iter().rev().find_map(|entry| match entry {
        Entry::Did(_, Output::Archive(volume)) => Some(volume.as_str()),
        _ => None,
    })
}

fn run_of<'a>(ended: &Operation, fleet: &'a Fleet) -> Option<&'a Run> {
    let begun =
        |task: &_| ended.journal.iter().any(|entry| matches!(entry, Entry::Did(_, Output::Task(own)) if own == task));
    fleet.backups.runs.iter().map(AsRef::as_ref).find(|run: &&Run| begun(&run.task))
}
