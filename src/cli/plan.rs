//! `proximity app plan …` and every `--plan`: what would be done, without doing it.

use super::{
    arguments::{Form, PlanArguments, Planned, Rehearsal},
    face::Face,
    named::app_now,
    power::wish_of,
    rows::PlanRow,
    sheet::{self, Detail},
    wishes::{self, Wish},
};
use crate::{
    domain::{fault::Fault, plan::PlanKind},
    engine::{Preview, Request},
};

pub async fn run(plan: &PlanArguments, face: Face<'_>) -> Result<(), Fault> {
    let paper = Paper::of(if plan.calls { Detail::Calls } else { Detail::Titles }, plan.form);
    rehearse(&planned(&plan.what, face).await?, paper, face).await
}

/// How a plan is written down for people.
#[derive(Debug, Clone, Copy)]
pub enum Paper {
    Sheet(Detail),
    /// Nothing but its calls, for a shell.
    Shell(Form),
}

impl Paper {
    fn of(detail: Detail, form: Option<Form>) -> Self {
        form.map_or(Self::Sheet(detail), Self::Shell)
    }

    /// What a dry run wants, if it is one.
    pub fn wanted(rehearsal: &Rehearsal) -> Option<Self> {
        let detail = if rehearsal.calls { Detail::Calls } else { Detail::Titles };
        rehearsal.plan.then(|| Self::of(detail, rehearsal.shell))
    }
}

/// Tells what wishes would do, without doing it.
pub async fn rehearse(wishes: &[Wish], paper: Paper, face: Face<'_>) -> Result<(), Fault> {
    let mut previews = Vec::new();
    for wish in wishes {
        previews.push(face.preview(&wish.request).await?);
    }
    let lines = || previews.iter().flat_map(|preview| lines(preview, paper)).collect();
    // One wish, one plan; only several are a list.
    match previews.as_slice() {
        [preview] => face.printer.result(&PlanRow::of(preview), lines),
        several => face.printer.result(&several.iter().map(PlanRow::of).collect::<Vec<_>>(), lines),
    }
    Ok(())
}

fn lines(preview: &Preview, paper: Paper) -> Vec<String> {
    match paper {
        Paper::Shell(form) => sheet::shell_lines(preview, form),
        Paper::Sheet(detail) => sheet::lines(preview, detail),
    }
}

async fn planned(planned: &Planned, face: Face<'_>) -> Result<Vec<Wish>, Fault> {
    let (app, kind) = match planned {
        Planned::Life(life) => return wishes::of(life, face).await,
        Planned::Switch(switch) => (wish_of(switch).0, PlanKind::Start),
        Planned::Snapshot { app, .. } => (app.as_str(), PlanKind::Snapshot),
        Planned::RemoveSnapshot { app, .. } => (app.as_str(), PlanKind::RemoveSnapshot),
        Planned::Rollback { app, .. } => (app.as_str(), PlanKind::Rollback),
    };
    let found = app_now(app, face).await?;
    let id = found.id.clone();
    let request = match planned {
        Planned::Life(_) => return Ok(Vec::new()),
        Planned::Switch(switch) => Request::Power { guest: found.guest.clone(), wish: wish_of(switch).1 },
        Planned::Snapshot { name, note, .. } => Request::Snapshot { app: id, name: name.clone(), note: note.clone() },
        Planned::RemoveSnapshot { name, .. } => Request::RemoveSnapshot { app: id, snapshot: name.clone() },
        Planned::Rollback { name, .. } => Request::Rollback { app: id, snapshot: name.clone() },
    };
    Ok(vec![Wish { request, kind, name: found.name.to_string() }])
}
