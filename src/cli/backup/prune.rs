//! `backup prune`: removes what a retention does not keep. What must hold: what goes is told before it goes, by the words of
//! Proxmox itself.

use serde::Serialize;

use super::{
    super::{
        arguments::Keeping,
        begin::carry_out,
        face::{Face, other_answer},
        rows::rfc3339,
        target::{self, Target},
    },
    named,
    rows::in_words,
};
use crate::{
    domain::{
        backup::{Guarding, Job, JobState, Retention, Runner, ScheduleId, Selection},
        fault::{Fault, FaultCode},
        fleet::Fleet,
        ids::StorageName,
        plan::PlanKind,
    },
    engine::{Answer, PruneFate, PruneRow, Query, Request, now},
};

/// What a retention makes of a backup.
#[derive(Serialize)]
pub struct FateRow {
    backup: String,
    guest: Option<String>,
    made: Option<String>,
    /// `keep`, `remove`, `protected` or `renamed`
    fate: &'static str,
}

impl FateRow {
    pub fn of(row: &PruneRow) -> Self {
        Self {
            backup: row.backup.to_string(),
            guest: row.guest.as_ref().map(ToString::to_string),
            made: row.made.map(rfc3339),
            fate: match row.fate {
                PruneFate::Keep => "keep",
                PruneFate::Remove => "remove",
                PruneFate::Protected => "protected",
                PruneFate::Renamed => "renamed",
            },
        }
    }
}

/// How many go, and which.
pub fn removed(fates: &[PruneRow], fleet: &Fleet) -> Vec<String> {
    let removed: Vec<_> = fates.iter().filter(|row| row.fate == PruneFate::Remove).collect();
    let mut lines = vec![format!("{:<12}{} of {} that are there", "removes", removed.len(), fates.len())];
    lines.extend(removed.iter().map(|row| {
        let words = fleet.backups.find(&row.backup).map(|backup| in_words(backup, now()));
        format!("{:<12}{}", "", words.unwrap_or_else(|| row.backup.to_string()))
    }));
    lines
}

pub struct Pruning<'a> {
    pub storage: &'a str,
    pub keeps: Keeping,
}

impl Pruning<'_> {
    pub async fn preview(&self, of: &str, face: Face<'_>) -> Result<(), Fault> {
        let fleet = named::look_now(face).await?;
        let fates = self.fates(&target::find(of, face).await?, face).await?;
        let rows: Vec<_> = fates.iter().map(FateRow::of).collect();
        face.printer.result(&rows, || removed(&fates, &fleet));
        Ok(())
    }

    pub async fn run(&self, of: &str, face: Face<'_>) -> Result<(), Fault> {
        let (fleet, target) = (named::look_now(face).await?, target::find(of, face).await?);
        let fates = self.fates(&target, face).await?;
        removed(&fates, &fleet).iter().for_each(|line| face.printer.aside(line));
        face.say_yes(&format!("remove them from {}?", self.storage), PlanKind::Prune, &target.name)?;
        let (guest, storage) = (target.guest, StorageName::new(self.storage));
        carry_out(Request::Prune { guest, storage, keeps: self.keeps()? }, face).await
    }

    fn keeps(&self) -> Result<Retention, Fault> {
        self.keeps.0.filter(|keeps| !keeps.keeps_all()).ok_or_else(|| {
            let why = "a retention that keeps all removes nothing";
            Fault::lasting(FaultCode::Usage, "nothing was removed", why, "say it like --keep last=3,daily=7")
        })
    }

    /// As a schedule that takes this guest alone would leave it.
    async fn fates(&self, target: &Target, face: Face<'_>) -> Result<Vec<PruneRow>, Fault> {
        let alone = Job {
            id: ScheduleId { host: target.guest.host.clone(), id: "prune".into() },
            runner: Runner::Watch,
            schedule: String::new(),
            state: JobState::Disabled,
            of: Some(Selection::Guests(vec![target.guest.vmid])),
            storage: Some(StorageName::new(self.storage)),
            mode: Default::default(),
            compression: Default::default(),
            keeps: Some(self.keeps()?),
            note: None,
            guarding: Guarding::Free,
            comment: None,
            repeats_missed: false,
            next_run: None,
        };
        match face.engine.query(Query::PrunePreview(Box::new(alone))).await? {
            Answer::Pruning(fates) => Ok(fates),
            _ => Err(other_answer()),
        }
    }
}
