//! What becomes of hosts that are known: changed, switched off and on again, renamed. What must hold: every change is tried
//! before it is kept, and what could not be kept leaves everything as it was.

use super::{
    Answer, Asked, Engine, HostEdit,
    books::{kept, login_of, no_such_host, secret_name},
    found::{self, Found},
    least::not_found,
    queries, stop,
};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::{Host, Reach},
        host::{Expiring, Expiry, HostDefaults},
        ids::HostId,
        secret::Secret,
    },
    operations::clock::now,
    proxmox::{Client, Target, Trust},
    services::trust,
    store::HostRecord,
};

/// A host as it would be.
struct Changed {
    record: HostRecord,
    /// How it would be reached; nothing where that stays as it is.
    target: Option<Target>,
    /// What the vault would keep of a new credential.
    secret: Option<Secret>,
}

impl HostEdit {
    /// Whether it is about how the host is reached.
    fn is_about_reaching(&self) -> bool {
        self.address.is_some() || self.fingerprint.is_some() || self.public_ca.is_some() || self.credential.is_some()
    }
}

impl Engine {
    pub(super) async fn record(&self, host: &HostId) -> Result<HostRecord, Fault> {
        self.0.records.lock().await.get(host).cloned().ok_or_else(|| no_such_host(host))
    }

    pub(super) async fn test_edit(&self, host: &HostId, edit: &HostEdit) -> Result<Answer, Fault> {
        let changed = self.changed(host, edit).await?;
        let client = self.client_for(&changed).await?;
        check_defaults(&client, edit.defaults.as_ref()).await?;
        queries::report(&client, changed.record.token_expires).await.map(|report| Answer::Test(Box::new(report)))
    }

    pub(super) async fn edit_host(&self, host: &HostId, edit: HostEdit) -> Result<(), Fault> {
        let mut changed = self.changed(host, &edit).await?;
        let new_name = edit.name.as_ref().filter(|name| *name != host.as_str());
        if let Some(name) = new_name {
            self.refuse_unfit_name(name).await?;
            self.writable_vault()?;
        }
        if new_name.is_some() || edit.asked == Some(Asked::No) {
            self.refuse_while_working(host).await?;
        }
        let client = match edit.is_about_reaching() || edit.defaults.is_some() {
            true => Some(self.client_for(&changed).await?),
            false => None,
        };
        if let Some(client) = &client {
            check_defaults(client, edit.defaults.as_ref()).await?;
            self.learn_of(client, &mut changed, &edit).await;
        }
        self.keep_change(&changed).await?;
        self.show_change(&changed.record, client.filter(|_| edit.is_about_reaching())).await;
        self.0.lent.forget();
        match new_name {
            Some(name) => self.rename_host(host, &HostId::new(name.as_str())).await,
            None => Ok(()),
        }
    }

    async fn changed(&self, host: &HostId, edit: &HostEdit) -> Result<Changed, Fault> {
        let mut record = self.record(host).await?;
        let mut known = self.trust_of(&record)?;
        // What runs out may have been told since it was written down.
        let fleet = self.0.world.fleet();
        let token = |known: &Host| known.expiring.iter().find(|one| one.what == Expiring::Token).map(|one| one.at);
        record.token_expires = fleet.host(host).and_then(token).or(record.token_expires);
        if let Some(address) = &edit.address {
            record.addresses = queries::addresses(address)?;
        }
        if let Some(fingerprint) = &edit.fingerprint {
            known = Trust { public: known.public, ..trust::read_pin(fingerprint)?.into() };
        }
        known.public = edit.public_ca.unwrap_or(known.public);
        (record.pin, record.trust) = (known.pin.to_string(), trust::kept(&known));
        record.defaults = edit.defaults.clone().unwrap_or(record.defaults);
        record.asked = edit.asked.unwrap_or(record.asked);
        let (login, secret) = match &edit.credential {
            Some(credential) => {
                self.writable_vault()?;
                (record.login, record.token_expires) = (login_of(credential), None);
                (Some(queries::login(credential)), Some(kept(credential)?))
            }
            None => (None, None),
        };
        let target = match (edit.is_about_reaching(), login) {
            (true, Some(login)) => {
                Some(Target { host: record.id.clone(), addresses: record.addresses.clone(), trust: known, login })
            }
            (true, None) => {
                Some(Target { addresses: record.addresses.clone(), trust: known, ..self.target_of(&record).await? })
            }
            (false, _) => None,
        };
        Ok(Changed { record, target, secret })
    }

    /// What was learnt since the start is newer than what was read then.
    fn trust_of(&self, record: &HostRecord) -> Result<Trust, Fault> {
        match self.0.world.client(&record.id) {
            Ok(client) => Ok((*client.trust()).clone()),
            Err(_) => trust::of(record),
        }
    }

    /// A client that has been let in.
    async fn client_for(&self, changed: &Changed) -> Result<Client, Fault> {
        match (&changed.target, self.0.world.client(&changed.record.id)) {
            (Some(target), _) => self.client_to(target.clone()).await,
            (None, Ok(client)) => {
                client.log_in().await?;
                Ok(client)
            }
            (None, Err(_)) => self.client_to(self.target_of(&changed.record).await?).await,
        }
    }

    async fn learn_of(&self, client: &Client, changed: &mut Changed, edit: &HostEdit) {
        if edit.is_about_reaching()
            && let Ok(learnt) = client.learn_trust().await
        {
            (changed.record.pin, changed.record.trust) = (learnt.pin.to_string(), trust::kept(&learnt));
        }
        if edit.credential.is_some() {
            changed.record.token_expires = queries::token_expiry(client).await;
            self.keep_ticket(&changed.record, client).await;
        }
    }

    /// Vault and books together, or neither.
    async fn keep_change(&self, changed: &Changed) -> Result<(), Fault> {
        let name = secret_name(&changed.record.id);
        let before = match &changed.secret {
            Some(secret) => {
                let before = self.0.vault.get(&name).await?;
                self.0.vault.put(&name, secret).await?;
                before
            }
            None => None,
        };
        if let Err(error) = self.0.world.store.put_host(changed.record.clone()).await {
            if let Some(before) = before {
                drop(self.0.vault.put(&name, &before).await);
            }
            return Err(error.into());
        }
        self.0.records.lock().await.insert(changed.record.id.clone(), changed.record.clone());
        Ok(())
    }

    /// With a new client where there is one; off or on as the record says.
    pub(super) async fn show_change(&self, record: &HostRecord, client: Option<Client>) {
        let mut was_off = false;
        self.0.world.change(|fleet| {
            if let Some(known) = fleet.hosts.iter_mut().find(|known| known.id == record.id) {
                was_off = known.reach == Reach::Off;
                take_over(known, record);
            }
        });
        match (record.asked, client) {
            (Asked::No, _) => {
                stop(self.0.pollers.lock().await.remove(&record.id)).await;
                self.0.world.disconnect(&record.id);
            }
            (Asked::Yes, Some(client)) => self.put_on_line(record, client).await,
            (Asked::Yes, None) if was_off => {
                if let Err(fault) = self.connect(record).await {
                    self.0.world.lose(&record.id, fault);
                }
            }
            (Asked::Yes, None) => {}
        }
    }

    /// Whoever works there goes on by its name and its client.
    pub(super) async fn refuse_while_working(&self, host: &HostId) -> Result<(), Fault> {
        let unfinished = self.0.world.store.unfinished().await?;
        let works = |left: &&crate::store::Unfinished| left.operation.plan.subject.host() == Some(host);
        match unfinished.iter().find(works) {
            Some(left) => Err(busy(host, &format!("{} ({})", left.operation.id, left.operation.plan.name))),
            None => Ok(()),
        }
    }
}

fn take_over(known: &mut Host, record: &HostRecord) {
    let shown = record.unseen();
    (known.addresses, known.login, known.trust) = (shown.addresses, shown.login, shown.trust);
    known.defaults = shown.defaults;
    known.expiring.retain(|expiry| expiry.what != Expiring::Token);
    known.expiring.extend(record.token_expires.map(|at| Expiry { what: Expiring::Token, at }));
    known.expiring.sort_by_key(|expiry| expiry.at);
    match (record.asked, &known.reach) {
        (Asked::No, _) => known.reach = Reach::Off,
        (Asked::Yes, Reach::Off) => known.reach = Reach::Waiting,
        (Asked::Yes, _) => {}
    }
}

/// New apps go by them, so they must be there.
async fn check_defaults(client: &Client, defaults: Option<&HostDefaults>) -> Result<(), Fault> {
    let Some(defaults) = defaults else { return Ok(()) };
    let seen = client.observe(now()).await?;
    let found = found::find(client, &found::online(&seen.nodes)).await;
    let storages = [
        (&defaults.storage, "storage for disks", storages(&found, |one| one.holds_disks)),
        (&defaults.backups, "storage for backups", storages(&found, |one| one.holds_backups)),
        (&defaults.templates, "storage for templates", storages(&found, |one| one.holds_templates)),
        (&defaults.bridge, "bridge", found.bridges.iter().map(|bridge| bridge.name.clone()).collect()),
    ];
    for (wanted, what, known) in storages {
        if let Some(name) = wanted.as_ref().filter(|name| !known.contains(name)) {
            return Err(not_found(what, name, &known));
        }
    }
    // A login may use a pool without being shown the list of pools.
    match &defaults.pool {
        Some(pool) if !found.pools.is_empty() && !found.pools.contains(pool) => {
            Err(not_found("pool", pool, &found.pools))
        }
        _ => Ok(()),
    }
}

fn storages(found: &Found, fits: fn(&super::FoundStorage) -> bool) -> Vec<String> {
    found.storages.iter().filter(|storage| fits(storage)).map(|storage| storage.name.clone()).collect()
}

pub(super) fn busy(host: &HostId, operation: &str) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("{host} was left as it is"),
        format!("operation {operation} has not ended there"),
        "wait for its end, or cancel it: `proximity op list`",
    )
}
