//! Makes on a host what was drawn for a token of our own, and takes it back where something of it fails. What must hold:
//! what was there before is afterwards there as it was, and the secret of a token that nobody uses is not kept anywhere.

use super::{Engine, HostDraft, least::Drawn};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        least::{Deed, Given, Spread, State},
        moment::Moment,
        secret::Secret,
    },
    operations::{clock::now, job_order},
    proxmox::{Client, ClientError, Grant, Login, Permissions, Separation, Target, TokenName, TokenState},
};

/// What the operator reads of it on the host.
const COMMENT: &str = "Proximity";

/// What a token has to prove before it is used.
pub(super) enum Proof {
    /// That it sees and switches what nobody can do without.
    Basics,
    /// That it holds all that another one holds.
    Like(Permissions),
}

/// A token that was made and tried.
pub(super) struct Made {
    pub id: String,
    pub secret: Secret,
    pub expires: Option<Moment>,
    /// Logged in with the new token.
    pub client: Client,
    maker: Client,
    done: Vec<Deed>,
}

impl Engine {
    /// Makes what the draft wishes, with its log-in, and tries the token that comes of it.
    pub(super) async fn make_token(&self, maker: &Client, draft: &HostDraft) -> Result<Made, Fault> {
        let drawn = self.draw(maker, draft).await?;
        let mut done = Vec::new();
        match self.make_all(maker, draft, &drawn, &mut done).await {
            Ok((id, secret, client)) => {
                let expires = drawn.wanted.expires;
                Ok(Made { id, secret, expires, client, maker: maker.clone(), done })
            }
            Err(fault) => Err(self.take_back_all(maker, &done, fault).await),
        }
    }

    async fn make_all(
        &self,
        maker: &Client,
        draft: &HostDraft,
        drawn: &Drawn,
        done: &mut Vec<Deed>,
    ) -> Result<(String, Secret, Client), Fault> {
        let mut secret = None;
        for deed in drawn.deeds.iter().filter(|deed| deed.state() != State::There) {
            let made = make(maker, deed).await;
            // Without an answer nobody knows; what is not there is not missed when it is taken back.
            if made.as_ref().is_ok() || made.as_ref().is_err_and(ClientError::may_have_acted) {
                done.push(deed.clone());
            }
            secret = made.map_err(|error| not_made(deed, error))?.or(secret);
        }
        let id = TokenName { user: drawn.wanted.user.clone(), name: drawn.wanted.token.clone() }.to_string();
        let secret = secret.ok_or_else(no_secret)?;
        let target = super::queries::target(draft)?;
        let login = Login::Token { id: id.clone(), secret: secret.clone() };
        let target = Target { trust: (*maker.trust()).clone(), login, ..target };
        let client = self.try_token(target, &Proof::Basics).await?;
        Ok((id, secret, client))
    }

    /// A host may take a moment to know a new one.
    pub(super) async fn try_token(&self, target: Target, proof: &Proof) -> Result<Client, Fault> {
        let mut wait = self.0.world.tempo.first_wait;
        for _ in 1..self.0.world.tempo.tries {
            match self.try_once(target.clone(), proof).await {
                Ok(client) => return Ok(client),
                Err(_) => tokio::time::sleep(wait).await,
            }
            wait *= 2;
        }
        self.try_once(target, proof).await
    }

    async fn try_once(&self, target: Target, proof: &Proof) -> Result<Client, Fault> {
        let client = Client::new(target, self.0.request_log.clone())?;
        client.log_in().await?;
        client.observe(now()).await?;
        let held = client.permissions().await?;
        let lacks: Vec<String> = match proof {
            Proof::Basics => {
                held.missing().iter().map(|right| format!("{} on {}", right.privilege, right.path)).collect()
            }
            Proof::Like(other) if !held.covers(other) => vec!["what the old one holds".into()],
            Proof::Like(_) => Vec::new(),
        };
        if lacks.is_empty() {
            return Ok(client);
        }
        Err(Fault::lasting(
            FaultCode::Refused,
            format!("the token {} is of no use", client.name()),
            format!("it lacks {}", lacks.join(", ")),
            "look at `pveum user token permissions` there; a role or a grant of this name may have been changed by hand",
        ))
    }

    /// Takes back what was made, the last first. Gives the fault that led to it, and what of it stayed.
    pub(super) async fn take_back_all(&self, maker: &Client, done: &[Deed], fault: Fault) -> Fault {
        let mut stayed = Vec::new();
        for deed in done.iter().rev() {
            if let Err(error) = self.take_back_patiently(maker, deed).await {
                stayed.push(format!("{} ({})", deed.title(), Fault::from(error).why));
            }
        }
        match stayed.as_slice() {
            [] if done.is_empty() => fault,
            [] => Fault { why: format!("{}; what was made was taken back", fault.why), ..fault },
            _ => Fault {
                why: format!("{}; and these could not be taken back: {}", fault.why, stayed.join("; ")),
                remedy: format!("{}; another try goes on with what is there", fault.remedy),
                ..fault
            },
        }
    }

    async fn take_back_patiently(&self, maker: &Client, deed: &Deed) -> Result<(), ClientError> {
        let mut wait = self.0.world.tempo.first_wait;
        for _ in 1..self.0.world.tempo.tries {
            match take_back(maker, deed).await {
                Err(error) if error.is_passing() => tokio::time::sleep(wait).await,
                done => return done,
            }
            wait *= 2;
        }
        take_back(maker, deed).await
    }

    /// The host was not kept after all.
    pub(super) async fn unmake(&self, made: Made, fault: Fault) -> Fault {
        self.take_back_all(&made.maker, &made.done, fault).await
    }
}

/// Gives the secret of a token.
pub(super) async fn make(client: &Client, deed: &Deed) -> Result<Option<Secret>, ClientError> {
    match deed {
        Deed::Pool { name, .. } => client.create_pool(name, Some("apps of Proximity")).await?,
        Deed::Role { name, privileges, before: None } => client.create_role(name, privileges).await?,
        Deed::Role { name, privileges, .. } => client.change_role(name, privileges).await?,
        Deed::User { id, .. } => client.create_user(id, COMMENT).await?,
        Deed::Token { user, name, expires } => {
            let token = TokenName { user: user.clone(), name: name.clone() };
            let state = TokenState { separation: Separation::Separated, expires: *expires };
            return client.create_token(&token, state, COMMENT).await.map(Some);
        }
        Deed::Grant { path, users, token, roles, spread, .. } => {
            let (path, users, roles) = (path.clone(), users.clone(), roles.clone());
            client.give(&Grant { path, users, tokens: vec![token.clone()], roles, spread: *spread }).await?;
        }
        Deed::Nights { job, .. } => client.create_backup_job(&job_order(job).map_err(not_sent)?).await?,
    }
    Ok(None)
}

async fn take_back(client: &Client, deed: &Deed) -> Result<(), ClientError> {
    let gone = match deed {
        Deed::Pool { name, .. } => client.delete_pool(name).await,
        Deed::Role { name, before: None, .. } => client.delete_role(name).await,
        Deed::Role { name, before: Some(before), .. } => client.change_role(name, before).await,
        Deed::User { id, .. } => client.delete_user(id).await,
        Deed::Token { user, name, .. } => {
            client.delete_token(&TokenName { user: user.clone(), name: name.clone() }).await
        }
        Deed::Grant { path, users, token, roles, before, .. } => {
            take_away(client, path, users, token, roles, before).await
        }
        Deed::Nights { job, .. } => client.delete_backup_job(&job.id.id).await,
    };
    match gone {
        Err(error) if error.says_there_is_none() => Ok(()),
        gone => gone,
    }
}

/// What the users had before they have again, spread as it was.
async fn take_away(
    client: &Client,
    path: &str,
    users: &[String],
    token: &str,
    roles: &[String],
    before: &std::collections::BTreeSet<Given>,
) -> Result<(), ClientError> {
    let at = |users: Vec<String>, tokens: Vec<String>, roles: Vec<String>, spread| Grant {
        path: path.to_owned(),
        users,
        tokens,
        roles,
        spread,
    };
    let of_token = client.take_away(&at(Vec::new(), vec![token.to_owned()], roles.to_vec(), Spread::Below)).await;
    if let Err(error) = of_token
        && !error.says_there_is_none()
    {
        return Err(error);
    }
    for user in users {
        let had = |role: &String| before.iter().find(|one| one.to == *user && one.role == *role);
        let new: Vec<String> = roles.iter().filter(|role| had(role).is_none()).cloned().collect();
        if !new.is_empty() {
            client.take_away(&at(vec![user.clone()], Vec::new(), new, Spread::Below)).await?;
        }
        for one in roles.iter().filter_map(had) {
            client.give(&at(vec![user.clone()], Vec::new(), vec![one.role.clone()], one.spread)).await?;
        }
    }
    Ok(())
}

fn not_sent(fault: Fault) -> ClientError {
    ClientError::NotSent { what: fault.what, why: fault.why, remedy: "choose it first" }
}

fn not_made(deed: &Deed, error: ClientError) -> Fault {
    let fault = Fault::from(error);
    Fault { what: format!("the {} was not made", deed.title()), ..fault }
}

fn no_secret() -> Fault {
    Fault::lasting(FaultCode::Failed, "no token was made", "the host told no secret of it", "try once more")
}
