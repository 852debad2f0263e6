//! Users, tokens, roles, and who was given which. What must hold: the secret of a token is a `Secret` from the moment it is
//! read, because Proxmox tells it once.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Client, ClientError,
    call::Asked,
    wire::{
        access::{AclRow, RoleRow, TokenMade, TokenRow, TokenSaid, UserRow},
        list::List,
    },
};
use crate::domain::{
    least::{Given, Spread},
    moment::Moment,
    secret::Secret,
};

/// A token by its user and its own name: `user@realm!name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenName {
    pub user: String,
    pub name: String,
}

impl TokenName {
    /// Nothing of what is no token.
    pub fn read(id: &str) -> Option<Self> {
        let (user, name) = id.split_once('!')?;
        Some(Self { user: user.into(), name: name.into() })
    }

    fn path(&self) -> [&str; 5] {
        ["access", "users", &self.user, "token", &self.name]
    }
}

impl std::fmt::Display for TokenName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}!{}", self.user, self.name)
    }
}

/// Whether a token holds only what it was given itself, or all that its user holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separation {
    Separated,
    AsItsUser,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenState {
    pub separation: Separation,
    pub expires: Option<Moment>,
}

/// Roles that are given, or taken away, at one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub path: String,
    pub users: Vec<String>,
    pub tokens: Vec<String>,
    pub roles: Vec<String>,
    pub spread: Spread,
}

fn joined<'a>(names: impl IntoIterator<Item = &'a String>) -> Option<String> {
    let names: Vec<&str> = names.into_iter().map(String::as_str).collect();
    (!names.is_empty()).then(|| names.join(","))
}

impl Grant {
    fn asked(&self) -> Asked {
        Asked::put(&["access", "acl"])
            .with("path", &self.path)
            .with_some("roles", joined(&self.roles))
            .with_some("users", joined(&self.users))
            .with_some("tokens", joined(&self.tokens))
    }
}

impl Client {
    /// By name, Proxmox's own among them.
    pub async fn roles(&self) -> Result<BTreeMap<String, BTreeSet<String>>, ClientError> {
        let asked = Asked::get(&["access", "roles"]);
        let answer = self.call(&asked).await?;
        let rows: List<RoleRow<'_>> = answer.read(&asked.call)?;
        let role = |row: &RoleRow<'_>| {
            let names = row.privs.as_deref().unwrap_or_default().split([',', ' ']);
            let names = names.filter(|name| !name.is_empty()).map(str::to_owned);
            Some((row.roleid.as_deref()?.to_owned(), names.collect()))
        };
        Ok(rows.0.iter().filter_map(role).collect())
    }

    pub async fn create_role(&self, name: &str, privileges: &BTreeSet<String>) -> Result<(), ClientError> {
        let asked = Asked::post(&["access", "roles"]).with("roleid", name).with_some("privs", joined(privileges));
        self.call(&asked).await.map(drop)
    }

    /// It holds these afterwards, and no others.
    pub async fn change_role(&self, name: &str, privileges: &BTreeSet<String>) -> Result<(), ClientError> {
        let asked = Asked::put(&["access", "roles", name]).with("privs", joined(privileges).unwrap_or_default());
        self.call(&asked).await.map(drop)
    }

    pub async fn delete_role(&self, name: &str) -> Result<(), ClientError> {
        self.call(&Asked::delete(&["access", "roles", name])).await.map(drop)
    }

    /// Those that we may see.
    pub async fn users(&self) -> Result<BTreeSet<String>, ClientError> {
        let asked = Asked::get(&["access", "users"]);
        let answer = self.call(&asked).await?;
        let rows: List<UserRow<'_>> = answer.read(&asked.call)?;
        Ok(rows.0.iter().filter_map(|row| row.userid.as_deref().map(str::to_owned)).collect())
    }

    /// Without a password nobody logs in as this user; only tokens of his are of use.
    pub async fn create_user(&self, id: &str, comment: &str) -> Result<(), ClientError> {
        let asked = Asked::post(&["access", "users"]).with("userid", id).with("comment", comment);
        self.call(&asked).await.map(drop)
    }

    pub async fn delete_user(&self, id: &str) -> Result<(), ClientError> {
        self.call(&Asked::delete(&["access", "users", id])).await.map(drop)
    }

    /// The names of a user's tokens; none where there is no such user.
    pub async fn tokens(&self, user: &str) -> Result<BTreeSet<String>, ClientError> {
        let asked = Asked::get(&["access", "users", user, "token"]);
        let answer = match self.call(&asked).await {
            Err(error) if error.says_there_is_none() => return Ok(BTreeSet::new()),
            answer => answer?,
        };
        let rows: List<TokenRow<'_>> = answer.read(&asked.call)?;
        Ok(rows.0.iter().filter_map(|row| row.tokenid.as_deref().map(str::to_owned)).collect())
    }

    /// Nothing of a token that is not there. Of his own a token may not ask.
    pub async fn token(&self, token: &TokenName) -> Result<Option<TokenState>, ClientError> {
        let asked = Asked::get(&token.path());
        let answer = match self.call(&asked).await {
            Err(error) if error.says_there_is_none() => return Ok(None),
            answer => answer?,
        };
        let said: TokenSaid = answer.read(&asked.call)?;
        let expires = said.expire.fits().filter(|seconds| *seconds > 0).map(Moment::from_secs);
        let separation = if said.privsep.0 == Some(false) { Separation::AsItsUser } else { Separation::Separated };
        Ok(Some(TokenState { separation, expires }))
    }

    pub async fn create_token(
        &self,
        token: &TokenName,
        state: TokenState,
        comment: &str,
    ) -> Result<Secret, ClientError> {
        let asked = Asked::post(&token.path())
            .with("privsep", u8::from(state.separation == Separation::Separated))
            .with("expire", state.expires.map_or(0, Moment::as_secs))
            .with("comment", comment);
        let answer = self.call(&asked).await?;
        let said: TokenMade<'_> = answer.read(&asked.call)?;
        let secret = said.value.into_text().filter(|secret| !secret.is_empty()).map(Secret::new);
        secret.ok_or(ClientError::Rubbish { call: asked.call, why: "it holds no secret".into() })
    }

    pub async fn delete_token(&self, token: &TokenName) -> Result<(), ClientError> {
        self.call(&Asked::delete(&token.path())).await.map(drop)
    }

    /// Who was given what, as far as we may see.
    pub async fn given(&self) -> Result<BTreeSet<Given>, ClientError> {
        let asked = Asked::get(&["access", "acl"]);
        let answer = self.call(&asked).await?;
        let rows: List<AclRow<'_>> = answer.read(&asked.call)?;
        let given = |row: &AclRow<'_>| {
            Some(Given {
                path: row.path.as_deref()?.to_owned(),
                to: row.ugid.as_deref()?.to_owned(),
                role: row.roleid.as_deref()?.to_owned(),
                spread: if row.propagate.0 == Some(false) { Spread::Here } else { Spread::Below },
            })
        };
        Ok(rows.0.iter().filter_map(given).collect())
    }

    pub async fn give(&self, grant: &Grant) -> Result<(), ClientError> {
        let asked = grant.asked().with("propagate", u8::from(grant.spread == Spread::Below));
        self.call(&asked).await.map(drop)
    }

    pub async fn take_away(&self, grant: &Grant) -> Result<(), ClientError> {
        self.call(&grant.asked().with("delete", 1)).await.map(drop)
    }
}
