//! Plans for backups that are made, changed and removed: where they go, and what stands on them, is asked here.

use super::super::backups::{places, volume_of};
use crate::{
    domain::{
        backup::{Backup, BackupKey, Guarding, Label, Retention},
        fault::{Fault, FaultCode},
        fleet::{Guest, GuestKind},
        ids::{GuestKey, StorageName},
        plan::{
            Plan,
            backup::{self, Target},
        },
    },
    engine::{BackupWish, Engine},
    proxmox::storage::ContentKind,
};

impl Engine {
    pub(super) async fn plan_backup(&self, wish: &BackupWish) -> Result<Plan, Fault> {
        let guest = self.0.world.guest(&wish.guest)?;
        refuse_what_is_no_container(&guest)?;
        let fleet = self.0.world.fleet();
        let app = fleet.app_of(&guest.key);
        app.map_or(Ok(()), |app| self.at_home(app))?;
        let storage = match &wish.storage {
            Some(storage) => storage.clone(),
            None => self.storage_for_backups(&guest).await?,
        };
        let name = app.map_or(&guest.name, |app| &app.name);
        let note = wish.note.clone().unwrap_or_else(|| format!("{name}, by hand"));
        let target = Target { guest: &guest, app: app.map(|app| (&app.id, &*app.name)) };
        Ok(backup::make(target, &storage, wish.how, note))
    }

    /// Where the operator wants backups, or where its newest one lies, or else the roomiest.
    async fn storage_for_backups(&self, guest: &Guest) -> Result<StorageName, Fault> {
        let client = self.0.world.client(&guest.key.host)?;
        let places = places(&client, &guest.node, ContentKind::Backups).await?;
        let fleet = self.0.world.fleet();
        let wanted = self.defaults_of(&guest.key.host).backups;
        if let Some(place) = places.iter().find(|place| Some(place.name.as_str()) == wanted.as_deref()) {
            return Ok(place.name.clone());
        }
        let newest = fleet.backups.of(&guest.key).first().map(|backup| backup.key.storage());
        let known = newest.filter(|storage| places.iter().any(|place| place.name == *storage));
        known.or_else(|| places.into_iter().next().map(|place| place.name)).ok_or_else(|| {
            Fault::lasting(
                FaultCode::Refused,
                format!("{} was not backed up", guest.name),
                format!("no storage of {} takes backups", guest.node),
                "allow the content \"Backup\" on one of its storages, or add one",
            )
        })
    }

    pub(super) fn plan_backup_removal(&self, key: &BackupKey) -> Result<Plan, Fault> {
        let found = self.backup(key)?;
        if found.guarding == Guarding::Protected {
            return Err(Fault::lasting(
                FaultCode::Refused,
                format!("{} was not removed", key.file()),
                "it is protected",
                "take its protection off first",
            ));
        }
        Ok(backup::remove(&found, self.pool_of(&found).as_deref()))
    }

    pub(super) async fn plan_backup_edit(&self, key: &BackupKey, to: Label) -> Result<Plan, Fault> {
        let found = self.backup(key)?;
        if to == Label::default() {
            return Err(Fault::lasting(
                FaultCode::Usage,
                format!("{} was not changed", key.file()),
                "nothing was said that is to be changed",
                "say its notes or its protection",
            ));
        }
        let stood = self.0.world.client(&key.host)?.volume(&found.node, &volume_of(key)?).await?;
        let note = stood.notes.as_deref().unwrap_or_default().trim_end().to_owned();
        let before = Label { note: to.note.as_ref().map(|_| note), guarding: to.guarding.map(|_| stood.guarding) };
        Ok(backup::edit(&found, to, before, self.pool_of(&found).as_deref()))
    }

    pub(super) fn plan_prune(&self, key: &GuestKey, storage: &StorageName, keeps: &Retention) -> Result<Plan, Fault> {
        let guest = self.0.world.guest(key)?;
        refuse_what_is_no_container(&guest)?;
        let fleet = self.0.world.fleet();
        let app = fleet.app_of(key);
        let target = Target { guest: &guest, app: app.map(|app| (&app.id, &*app.name)) };
        Ok(backup::prune(target, storage.clone(), *keeps))
    }

    /// The pool of the guest that it is of, if that is still there.
    pub(super) fn pool_of(&self, backup: &Backup) -> Option<String> {
        let guest = self.0.world.guest(&backup.guest).ok()?;
        guest.pool.as_ref().map(|pool| pool.to_string())
    }
}

fn refuse_what_is_no_container(guest: &Guest) -> Result<(), Fault> {
    if guest.kind == GuestKind::Container && !guest.is_template {
        return Ok(());
    }
    Err(Fault::lasting(
        FaultCode::Refused,
        format!("{} was left as it is", guest.name),
        "Proximity backs up containers; machines and templates are Proxmox's own to look after",
        "use the web interface of its host, or a backup job there",
    ))
}
