//! A new token takes the place of the one that is used. What must hold: the old one is removed after the new one was tried
//! and kept, so whatever fails on the way, the host is logged in to with one of the two.

use std::collections::BTreeMap;

use super::{Credential, Engine, books::secret_name, least::fresh_name, making::Proof, queries};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::HostId,
        least::{Deed, Given, Spread},
        moment::Moment,
        secret::Secret,
    },
    engine::books,
    proxmox::{Client, ClientError, Login, Separation, Target, TokenName, TokenState},
    store::{HostRecord, LoginName},
};

/// What the new one takes over.
struct Model {
    separation: Separation,
    given: Vec<Given>,
}

impl Engine {
    pub(super) async fn rotate_token(
        &self,
        host: &HostId,
        by: Option<Credential>,
        expires: Option<Moment>,
    ) -> Result<(), Fault> {
        let record = self.record(host).await?;
        let LoginName::Token { id } = &record.login else { return Err(no_token(host)) };
        let old = TokenName::read(id).ok_or_else(|| no_token(host))?;
        self.writable_vault()?;
        self.refuse_while_working(host).await?;
        let target = self.target_of(&record).await?;
        let maker = match &by {
            Some(lent) => self.client_to(Target { login: queries::login(lent), ..target.clone() }).await?,
            None => self.client_to(target.clone()).await?,
        };
        let told = |error| may_not(host, by.as_ref(), error);
        let model = model(&maker, &old, by.as_ref()).await.map_err(told)?;
        let name = fresh_name(&maker, &old.user).await?;
        let new = TokenName { user: old.user.clone(), name };
        let state = TokenState { separation: model.separation, expires };
        let mut done = vec![Deed::Token { user: new.user.clone(), name: new.name.clone(), expires }];
        let secret = match maker.create_token(&new, state, "Proximity").await {
            Ok(secret) => secret,
            // Without an answer it may be there all the same.
            Err(error) if error.may_have_acted() => return Err(self.take_back_all(&maker, &done, told(error)).await),
            Err(error) => return Err(told(error)),
        };
        let login = Login::Token { id: new.to_string(), secret: secret.clone() };
        let target = Target { login, ..target };
        let used = async {
            self.give_all(&maker, &new, &model, &mut done).await.map_err(told)?;
            let proof = match self.held(host).await {
                Some(held) if !held.holds_nothing() => Proof::Like(held),
                _ => Proof::Basics,
            };
            let client = self.try_token(target, &proof).await?;
            self.keep_token(&record, &new, &secret, expires).await?;
            Ok(client)
        };
        let client = match used.await {
            Ok(client) => client,
            Err(fault) => return Err(self.take_back_all(&maker, &done, fault).await),
        };
        self.show_change(&self.record(host).await?, Some(client)).await;
        self.0.lent.forget();
        match maker.delete_token(&old).await {
            Err(error) if !error.says_there_is_none() => Err(old_one_is_there(host, &old, error)),
            _ => Ok(()),
        }
    }

    /// What the old token holds, where it is still let in.
    async fn held(&self, host: &HostId) -> Option<crate::proxmox::Permissions> {
        self.0.world.client(host).ok()?.permissions().await.ok()
    }

    async fn give_all(
        &self,
        maker: &Client,
        new: &TokenName,
        model: &Model,
        done: &mut Vec<Deed>,
    ) -> Result<(), ClientError> {
        let mut places: BTreeMap<(String, Spread), Vec<String>> = BTreeMap::new();
        for one in &model.given {
            places.entry((one.path.clone(), one.spread)).or_default().push(one.role.clone());
        }
        for ((path, spread), roles) in places {
            let (users, token, before) = (Vec::new(), new.to_string(), Default::default());
            let deed = Deed::Grant { path, users, token, roles, spread, before };
            super::making::make(maker, &deed).await?;
            done.push(deed);
        }
        Ok(())
    }

    async fn keep_token(
        &self,
        before: &HostRecord,
        new: &TokenName,
        secret: &Secret,
        expires: Option<Moment>,
    ) -> Result<(), Fault> {
        let login = LoginName::Token { id: new.to_string() };
        let record = HostRecord { login, token_expires: expires, ..before.clone() };
        let credential = Credential::Token { id: new.to_string(), secret: secret.clone() };
        let (name, kept) = (secret_name(&record.id), books::kept(&credential)?);
        let old = self.0.vault.get(&name).await?;
        self.0.vault.put(&name, &kept).await?;
        if let Err(error) = self.0.world.store.put_host(record.clone()).await {
            if let Some(old) = old {
                drop(self.0.vault.put(&name, &old).await);
            }
            return Err(error.into());
        }
        self.0.records.lock().await.insert(record.id.clone(), record);
        Ok(())
    }
}

/// The grants of the old token; of one that is gone, those of its user.
async fn model(maker: &Client, old: &TokenName, by: Option<&Credential>) -> Result<Model, ClientError> {
    let state = maker.token(old).await?;
    let given = maker.given().await?;
    let of = |who: &str| given.iter().filter(|one| one.to == who).cloned().collect::<Vec<_>>();
    let separation = state.map_or(Separation::Separated, |state| state.separation);
    let mut mine = of(&old.to_string());
    if mine.is_empty() && state.is_none() {
        mine = of(&old.user);
    }
    let is_blind = mine.is_empty() && separation == Separation::Separated;
    if is_blind {
        return Err(ClientError::NotSent {
            what: "the rights of the token were not read".into(),
            why: match by {
                None => format!("{old} may not see who was given what"),
                Some(_) => format!("nothing is known to be given to {old}, so the new one would be good for nothing"),
            },
            remedy: "lend a login that may see who was given what, or add the host anew",
        });
    }
    Ok(Model { separation, given: mine })
}

fn no_token(host: &HostId) -> Fault {
    Fault::lasting(
        FaultCode::Usage,
        format!("{host} got no new token"),
        "it is logged in to with a password, not with a token",
        format!("change its credential instead: `proximity host edit {host} --user U --password-file F`, or --token"),
    )
}

/// A token by itself rarely may; with a login that may it can be done.
fn may_not(host: &HostId, by: Option<&Credential>, error: ClientError) -> Fault {
    let is_refused = matches!(error, ClientError::Forbidden { .. } | ClientError::NotSent { .. });
    let fault = Fault::from(error);
    match by {
        None if is_refused => Fault::lasting(
            FaultCode::Refused,
            format!("{host} got no new token"),
            format!("the one that is used may not make another: {}", fault.why),
            format!("lend a login that may, for this once: `proximity host rotate {host} --user root@pam`"),
        ),
        _ => Fault { what: format!("{host} got no new token"), ..fault },
    }
}

fn old_one_is_there(host: &HostId, old: &TokenName, error: ClientError) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("the old token of {host} was not removed; the new one is used"),
        Fault::from(error).why,
        format!("remove it in a shell of the host: pveum user token remove '{}' {}", old.user, old.name),
    )
}
