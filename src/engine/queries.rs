//! Questions that change nothing.

use super::{Allowance, Answer, Credential, Engine, HostDraft, MissingRight, TestReport, found};
use crate::{
    domain::{
        fault::Fault,
        fleet::Power,
        ids::{GuestKey, HostId},
        moment::Moment,
    },
    operations::clock::now,
    proxmox::{self, Client, Login, Target, TokenName, Trust},
    services::trust,
};

/// Of several addresses the first one is looked at.
pub(super) async fn fingerprint(typed: &str) -> Result<Answer, Fault> {
    let address = addresses(typed)?.swap_remove(0);
    Ok(Answer::Fingerprint(proxmox::fingerprint_of(&address).await?.to_string()))
}

/// One address, or several with commas between them; never none.
pub(super) fn addresses(typed: &str) -> Result<Vec<String>, Fault> {
    let addresses = typed.split(',').map(|address| proxmox::normalise_address(address).map_err(Fault::from));
    addresses.collect()
}

/// A draft as the client wants it.
pub(super) fn target(draft: &HostDraft) -> Result<Target, Fault> {
    Ok(Target {
        host: HostId::new(draft.name.as_str()),
        addresses: addresses(&draft.address)?,
        trust: Trust { public: draft.public_ca, ..trust::read_pin(&draft.fingerprint)?.into() },
        login: login(&draft.credential),
    })
}

pub(super) fn login(credential: &Credential) -> Login {
    match credential {
        Credential::Token { id, secret } => Login::Token { id: id.clone(), secret: secret.clone() },
        Credential::Password { user, password, totp } => {
            Login::Password { user: user.clone(), password: password.clone(), totp: totp.clone() }
        }
    }
}

impl Engine {
    pub(super) async fn guest_detail(&self, key: &GuestKey) -> Result<Answer, Fault> {
        let guest = self.0.world.guest(key)?;
        let client = self.0.world.client(&key.host)?;
        let (detail, roads) =
            tokio::join!(client.guest_detail(key, &guest.node, guest.kind), self.roads_in_time(&guest));
        let mut detail = detail?;
        detail.roads = roads;
        if guest.power != Power::Running {
            detail.addresses.clear();
        }
        Ok(Answer::Guest(Box::new(detail)))
    }

    pub(super) async fn test_draft(&self, draft: HostDraft) -> Result<Answer, Fault> {
        let client = self.client_of(&draft).await?;
        report(&client, None).await.map(|report| Answer::Test(Box::new(report)))
    }

    pub(super) async fn test_host(&self, host: &HostId) -> Result<Answer, Fault> {
        let record = self.0.records.lock().await.get(host).cloned();
        let record = record.ok_or_else(|| super::books::no_such_host(host))?;
        report(&self.0.world.client(host)?, record.token_expires).await.map(|report| Answer::Test(Box::new(report)))
    }
}

/// When our token runs out, where the host tells it.
pub(super) async fn token_expiry(client: &Client) -> Option<Moment> {
    let token = TokenName::read(client.name())?;
    client.token(&token).await.ok()??.expires
}

/// `expires` is what is known of the token already.
pub(super) async fn report(client: &Client, expires: Option<Moment>) -> Result<TestReport, Fault> {
    client.log_in().await?;
    let version = client.version().await?;
    let seen = client.observe(now()).await?;
    let nodes = found::online(&seen.nodes);
    let (found, told) = tokio::join!(found::find(client, &nodes), token_expiry(client));
    let permissions = client.permissions_and_owner_s().await?;
    let allowances = permissions.allowances(&version).into_iter().filter(|allowance| !allowance.purpose.is_basic());
    let optional = allowances.map(|allowance| Allowance {
        purpose: allowance.purpose.words().into(),
        missing: allowance.missing.into_iter().map(|(name, path)| (name.into(), path.into())).collect(),
        grants: allowance.grants,
    });
    let missing = permissions.missing().into_iter().map(|right| MissingRight {
        privilege: right.privilege.into(),
        path: right.path,
        needed_for: right.needed_for.into(),
        grant: right.grant,
    });
    Ok(TestReport {
        version: version.to_string(),
        cluster: seen.cluster.map(|name| name.to_string()),
        nodes: seen.nodes.len(),
        guests: seen.guests.len(),
        missing: missing.collect(),
        optional: optional.collect(),
        proposed: found::propose(&found),
        storages: found.storages,
        bridges: found.bridges,
        pools: found.pools,
        expires: told.or(expires),
        lacks: super::machine::lacking(&version),
    })
}
