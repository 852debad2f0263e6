//! A host gets another name, here and nowhere else. What must hold: nothing of it is lost on the way: not its apps, its
//! journal, its secrets; and what could not be renamed goes on under the old name.

use super::{
    Engine,
    books::{no_such_host, secret_name},
    hosts::busy,
    ssh_books, stop, tickets,
};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::HostId,
    },
    store::{HostRecord, Renamed},
};

impl Engine {
    pub(super) async fn rename_host(&self, old: &HostId, new: &HostId) -> Result<(), Fault> {
        let mut record = self.record(old).await?;
        self.copy_secrets(old, new).await?;
        // Nobody writes under the old name from here on.
        stop(self.0.pollers.lock().await.remove(old)).await;
        if let Err(fault) = self.rename_in_books(old, new).await {
            // Not those of a host that got this name meanwhile.
            if self.0.world.store.hosts().await.is_ok_and(|hosts| hosts.iter().all(|host| host.id != *new)) {
                self.drop_secrets(new).await;
            }
            drop(self.connect(&record).await);
            return Err(fault);
        }
        record.id = new.clone();
        self.go_by(old, &record).await?;
        self.drop_secrets(old).await;
        if record.asked == super::Asked::Yes {
            self.connect(&record).await?;
        }
        Ok(())
    }

    /// The books have it under its new name already.
    pub(super) async fn go_by(&self, old: &HostId, record: &HostRecord) -> Result<(), Fault> {
        stop(self.0.pollers.lock().await.remove(old)).await;
        let mut records = self.0.records.lock().await;
        records.remove(old);
        records.insert(record.id.clone(), record.clone());
        drop(records);
        self.0.world.disconnect(old);
        let kept = self.0.world.store.load().await?.fleet;
        self.0.world.change(|fleet| fleet.rename_host(old, &record.id, kept));
        Ok(())
    }

    async fn rename_in_books(&self, old: &HostId, new: &HostId) -> Result<(), Fault> {
        // What was listed last is renamed with the rest.
        drop(self.0.world.store.save_fleet(self.0.world.fleet()).await);
        match self.0.world.store.rename_host(old.clone(), new.clone()).await? {
            Renamed::Yes => Ok(()),
            Renamed::Busy(operation) => Err(busy(old, &operation.to_string())),
            Renamed::Unknown => Err(no_such_host(old)),
            Renamed::Taken => Err(Fault::lasting(
                FaultCode::Refused,
                format!("{old} kept its name"),
                format!("there is a host called {new} already"),
                "choose another name",
            )),
        }
    }

    /// First under both names, so that whatever is interrupted finds them.
    async fn copy_secrets(&self, old: &HostId, new: &HostId) -> Result<(), Fault> {
        for (from, to) in names(old).into_iter().zip(names(new)) {
            if let Some(secret) = self.0.vault.get(&from).await? {
                self.0.vault.put(&to, &secret).await?;
            }
        }
        Ok(())
    }

    async fn drop_secrets(&self, host: &HostId) {
        for name in names(host) {
            // One that stays behind opens nothing that the other name does not.
            drop(self.0.vault.remove(&name).await);
        }
    }
}

fn names(host: &HostId) -> [String; 3] {
    [secret_name(host), ssh_books::secret_name(host), tickets::name(host)]
}
