//! `proximity backup …`. What must hold: what is acted on is named beyond doubt, and seen to its end.

mod board;
mod change;
mod create;
mod list;
pub mod named;
mod prove;
pub mod prune;
pub mod rows;
mod stats;

use super::{arguments::BackupCommand, face::Face};
use crate::domain::{backup::Guarding, fault::Fault};

pub async fn run(command: &BackupCommand, face: Face<'_>) -> Result<(), Fault> {
    match command {
        BackupCommand::Board(look) => board::run(*look, face).await,
        BackupCommand::List { of, storage, look } => list::all(of.as_deref(), storage.as_deref(), *look, face).await,
        BackupCommand::Show { backup } => list::show(backup, face).await,
        BackupCommand::Create(creating) => create::run(creating, face).await,
        BackupCommand::Delete { backups } => change::delete(backups, face).await,
        BackupCommand::Protect { backups } => change::guard(backups, Guarding::Protected, face).await,
        BackupCommand::Unprotect { backups } => change::guard(backups, Guarding::Free, face).await,
        BackupCommand::Note { backup, text } => change::note(backup, text, face).await,
        BackupCommand::Prune { app, storage, keep, preview } => {
            let pruning = prune::Pruning { storage, keeps: *keep };
            if *preview { pruning.preview(app, face).await } else { pruning.run(app, face).await }
        }
        BackupCommand::Prove(proving) => prove::run(proving, face).await,
        BackupCommand::Stats(look) => stats::run(*look, face).await,
        BackupCommand::Places { app } => list::places(app, face).await,
    }
}
