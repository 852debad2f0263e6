//! `proximity schedule …`: what makes backups by itself. What must hold: what a schedule would remove, and what none takes
//! with it, can be seen before it counts.

mod list;
mod named;
mod rows;
mod set;
mod show;

use super::{arguments::ScheduleCommand, backup::named::look_now, begin::carry_out, face::Face};
use crate::{
    domain::{fault::Fault, plan::PlanKind},
    engine::Request,
};

pub async fn run(command: &ScheduleCommand, face: Face<'_>) -> Result<(), Fault> {
    match command {
        ScheduleCommand::List => list::schedules(face).await,
        ScheduleCommand::Show { id } => show::run(id, face).await,
        ScheduleCommand::Set(setting) => set::run(setting, face).await,
        ScheduleCommand::Remove { id } => remove(id, face).await,
        ScheduleCommand::Runs { calendar, host } => show::runs(calendar, host.as_deref(), face).await,
        ScheduleCommand::Uncovered => list::uncovered(face).await,
        ScheduleCommand::Rights => list::rights(face).await,
    }
}

async fn remove(text: &str, face: Face<'_>) -> Result<(), Fault> {
    let fleet = look_now(face).await?;
    let job = named::job(&fleet.backups, text)?;
    let question = format!("remove {}, {}? (its backups stay)", rows::named(&job.id), job.schedule);
    face.say_yes(&question, PlanKind::RemoveJob, &rows::named(&job.id))?;
    carry_out(Request::RemoveJob(job.id.clone()), face).await
}
