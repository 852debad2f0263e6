//! `proximity restore`. What must hold: where it goes, and what becomes of what is there, is said before it is done; of
//! several, what an app depends on is there before it.

mod order;
mod several;

use std::sync::Arc;

use super::{
    arguments::Restoring,
    backup::{named, rows::in_words},
    begin::carry_out,
    face::Face,
    named::app as app_called,
    plan::{Paper, rehearse},
    wishes::{Wish, address_of},
};
use crate::{
    domain::{
        app::App,
        backup::{Backup, Verdict, owner_of},
        fault::{Fault, FaultCode},
        fleet::Fleet,
        ids::StorageName,
        plan::PlanKind,
    },
    engine::{OldOne, Request, RestoreTo, RestoreWish, now},
};

pub async fn run(restoring: &Restoring, face: Face<'_>) -> Result<(), Fault> {
    let fleet = named::look_now(face).await?;
    let mut chosen = Vec::new();
    for text in &restoring.what {
        chosen.push(Chosen::find(text, &fleet)?);
    }
    refuse_what_cannot_be(&chosen, restoring)?;
    let mut wishes = Vec::new();
    for one in &chosen {
        let wish = one.wish(restoring)?;
        face.printer.aside(&one.in_words(&wish));
        wishes.push(wish);
    }
    let wishes = wishes.into_iter().zip(&chosen).map(|(wish, one)| one.wished(wish)).collect::<Vec<_>>();
    if let Some(paper) = Paper::wanted(&restoring.rehearsal) {
        return rehearse(&wishes, paper, face).await;
    }
    let question = match wishes.as_slice() {
        [one] => format!("restore {}?", one.name),
        several => format!("restore these {}?", several.len()),
    };
    face.agree_to(&wishes, &question).await?;
    if wishes.len() > 1 {
        return several::run(wishes, &chosen, face).await;
    }
    for wish in wishes {
        carry_out(wish.request, face).await?;
    }
    Ok(())
}

/// A backup, and the app that it is of if that is there.
struct Chosen {
    backup: Arc<Backup>,
    app: Option<App>,
}

impl Chosen {
    /// An app's name means its newest backup.
    fn find(text: &str, fleet: &Fleet) -> Result<Self, Fault> {
        let backup = match app_called(fleet, text) {
            Ok(app) => named::newest_of(fleet, app)?,
            Err(fault) if fault.code == FaultCode::Usage => return Err(fault),
            Err(_) => named::backup(&fleet.backups, text)?.clone(),
        };
        let is_there = |app: &&App| app.binned_until().is_none() && fleet.guest(&app.guest).is_some();
        let app = owner_of(&fleet.apps, &backup).filter(is_there).cloned();
        Ok(Self { backup, app })
    }

    fn wish(&self, restoring: &Restoring) -> Result<RestoreWish, Fault> {
        Ok(RestoreWish {
            backup: self.backup.key.clone(),
            to: self.to(restoring)?,
            storage: restoring.storage.as_deref().map(StorageName::new),
            after: Vec::new(),
        })
    }

    fn to(&self, restoring: &Restoring) -> Result<RestoreTo, Fault> {
        let beside =
            || RestoreTo::Beside { name: restoring.name.clone(), address: address_of(restoring.ip, restoring.gateway) };
        match &self.app {
            _ if restoring.name.is_some() => Ok(beside()),
            Some(_) if restoring.ip.is_some() => Err(self.unfit(
                FaultCode::Usage,
                "an app that is restored in its place keeps its address",
                "name the new app with --as NAME, or leave --ip out",
            )),
            Some(app) => {
                let old = if restoring.destroy_old { OldOne::Destroy } else { OldOne::Bin };
                Ok(RestoreTo::Place { app: app.id.clone(), old })
            }
            None if restoring.in_place => Err(self.unfit(
                FaultCode::NotFound,
                "the app that it is a backup of is not there any more",
                "leave --in-place out: it becomes a new app",
            )),
            None if restoring.destroy_old => Err(self.unfit(
                FaultCode::Usage,
                "it becomes a new app, so nothing is replaced",
                "leave --destroy-old out",
            )),
            None => Ok(beside()),
        }
    }

    fn unfit(&self, code: FaultCode, why: &str, remedy: &str) -> Fault {
        Fault::lasting(code, format!("{} was not restored", self.backup.key.file()), why, remedy)
    }

    fn wished(&self, wish: RestoreWish) -> Wish {
        let kind = match &wish.to {
            RestoreTo::Place { .. } => PlanKind::Restore,
            RestoreTo::Beside { .. } => PlanKind::RestoreBeside,
        };
        let name = match &wish.to {
            RestoreTo::Beside { name: Some(name), .. } => name.clone(),
            _ => self.app.as_ref().map_or_else(|| self.backup.guest.to_string(), |app| app.name.to_string()),
        };
        Wish { request: Request::Restore(wish), kind, name }
    }

    fn in_words(&self, wish: &RestoreWish) -> String {
        let backup = in_words(&self.backup, now());
        let doubt = match self.backup.verified {
            Some(Verdict::Damaged) => "; the backup server found it damaged",
            Some(Verdict::Whole) | None => "",
        };
        let app = self.app.as_ref().map(|app| format!("{} on {}", app.name, app.guest)).unwrap_or_default();
        let words = match &wish.to {
            RestoreTo::Place { old: OldOne::Bin, .. } => {
                format!("takes the place of {app}; the one there now goes into the recycle bin")
            }
            RestoreTo::Place { old: OldOne::Destroy, .. } => {
                format!("takes the place of {app}; the one there now is destroyed once the restored one works")
            }
            RestoreTo::Beside { name: Some(name), .. } => format!("becomes a new app called {name}"),
            RestoreTo::Beside { name: None, .. } => "becomes a new app".into(),
        };
        format!("{backup} {words}{doubt}")
    }
}

fn refuse_what_cannot_be(chosen: &[Chosen], restoring: &Restoring) -> Result<(), Fault> {
    let refuse = |why: String, remedy: &str| Err(Fault::lasting(FaultCode::Usage, "nothing was restored", why, remedy));
    if chosen.len() > 1 && (restoring.name.is_some() || restoring.ip.is_some()) {
        return refuse("several apps cannot have one name or one address".into(), "restore them one by one");
    }
    let twice = chosen.iter().enumerate().find_map(|(n, one)| {
        let app = one.app.as_ref()?;
        chosen[..n].iter().any(|other| other.app.as_ref().is_some_and(|other| other.id == app.id)).then_some(app)
    });
    match twice {
        Some(app) => refuse(format!("two of them would take the place of {}", app.name), "name one backup of each app"),
        None => Ok(()),
    }
}
