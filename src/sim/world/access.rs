//! Users, their tokens and second factors, and who may do what where. A token with separated privileges never has more
//! than its user.

use std::collections::BTreeMap;

use super::privileges::{Privileges, built_in_roles};

/// Who asks: a user, or one of his tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    pub user: String,
    pub token: Option<String>,
}

impl Who {
    pub fn user(user: impl Into<String>) -> Self {
        Self { user: user.into(), token: None }
    }

    /// As it stands in a UPID: `user@realm` or `user@realm!token`.
    pub fn id(&self) -> String {
        match &self.token {
            Some(token) => format!("{}!{token}", self.user),
            None => self.user.clone(),
        }
    }

    /// Only the ticket of root itself; a token of root is somebody else.
    pub fn is_root(&self) -> bool {
        self.token.is_none() && self.user == "root@pam"
    }
}

#[derive(Debug, Clone)]
pub struct User {
    pub password: String,
    pub is_enabled: bool,
    /// Seconds since 1970; 0 is never.
    pub expires: i64,
    pub email: Option<String>,
    pub comment: Option<String>,
    pub tokens: BTreeMap<String, Token>,
    pub factors: Vec<Factor>,
}

impl User {
    pub fn with_password(password: impl Into<String>) -> Self {
        let password = password.into();
        let (tokens, factors) = (BTreeMap::new(), Vec::new());
        Self { password, is_enabled: true, expires: 0, email: None, comment: None, tokens, factors }
    }

    pub fn is_valid_at(&self, seconds: i64) -> bool {
        self.is_enabled && (self.expires == 0 || self.expires > seconds)
    }
}

#[derive(Debug, Clone)]
pub struct Token {
    pub secret: String,
    pub is_separated: bool,
    pub expires: i64,
    pub comment: Option<String>,
}

/// A TOTP second factor.
#[derive(Debug, Clone)]
pub struct Factor {
    pub id: String,
    pub description: String,
    pub secret: Vec<u8>,
    /// The last step whose code was used: a code counts once.
    pub used: u64,
    pub created: i64,
}

#[derive(Debug, Clone)]
pub struct Grant {
    pub path: String,
    /// A user, or `user!token`.
    pub to: String,
    pub role: String,
    pub propagates: bool,
}

/// What somebody holds at a path.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rights {
    pub held: Privileges,
    /// Those of them that also count below this path.
    pub passed_on: Privileges,
}

impl Rights {
    pub fn or(self, other: Self) -> Self {
        Self { held: self.held.or(other.held), passed_on: self.passed_on.or(other.passed_on) }
    }
}

#[derive(Debug, Clone, Default)]
pub struct Access {
    pub users: BTreeMap<String, User>,
    pub grants: Vec<Grant>,
    pub roles: BTreeMap<String, Privileges>,
}

impl Access {
    pub fn new() -> Self {
        let roles = built_in_roles().into_iter().map(|(name, set)| (name.to_owned(), set)).collect();
        Self { roles, ..Self::default() }
    }

    pub fn grant(&mut self, path: &str, to: &str, role: &str) {
        self.grants.push(Grant { path: path.into(), to: to.into(), role: role.into(), propagates: true });
    }

    pub fn token(&self, who: &Who) -> Option<&Token> {
        self.users.get(&who.user)?.tokens.get(who.token.as_deref()?)
    }

    pub fn rights(&self, who: &Who, path: &str) -> Rights {
        let of_user = self.rights_of_user(&who.user, path);
        let Some(token) = self.token(who) else { return of_user };
        if !token.is_separated {
            return of_user;
        }
        let of_token = self.granted(&who.id(), path);
        Rights { held: of_token.held.and(of_user.held), passed_on: of_token.passed_on.and(of_user.passed_on) }
    }

    fn rights_of_user(&self, user: &str, path: &str) -> Rights {
        if user == "root@pam" {
            return Rights { held: Privileges::every(), passed_on: Privileges::every() };
        }
        self.granted(user, path)
    }

    /// The grants nearest to the path count; those above them do not add up.
    fn granted(&self, to: &str, path: &str) -> Rights {
        let mine = || self.grants.iter().filter(|grant| grant.to == to && reaches(grant, path));
        let Some(nearest) = mine().map(|grant| grant.path.len()).max() else { return Rights::default() };
        mine().filter(|grant| grant.path.len() == nearest).fold(Rights::default(), |rights, grant| {
            let held = self.roles.get(&grant.role).copied().unwrap_or_default();
            rights.or(Rights { held, passed_on: if grant.propagates { held } else { Privileges::NONE } })
        })
    }
}

fn reaches(grant: &Grant, path: &str) -> bool {
    if grant.path == path {
        return true;
    }
    let is_above = grant.path == "/" || path.strip_prefix(&grant.path).is_some_and(|rest| rest.starts_with('/'));
    grant.propagates && is_above
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access() -> Access {
        let mut access = Access::new();
        access.users.insert("ann@pve".into(), User::with_password("x"));
        access
    }

    #[test]
    fn the_nearest_grant_wins() {
        let mut access = access();
        let ann = Who::user("ann@pve");
        access.grant("/", "ann@pve", "Administrator");
        access.grant("/vms", "ann@pve", "PVETemplateUser");
        assert!(access.rights(&ann, "/nodes/pve1").held.has("Sys.Audit"));
        assert!(access.rights(&ann, "/vms/100").held.has("VM.Audit"));
        assert!(!access.rights(&ann, "/vms/100").held.has("VM.PowerMgmt"));
    }

    #[test]
    fn a_separated_token_needs_both_grants() {
        let mut access = access();
        let token = Token { secret: "s".into(), is_separated: true, expires: 0, comment: None };
        access.users.entry("ann@pve".into()).and_modify(|user| drop(user.tokens.insert("t".into(), token)));
        let who = Who { user: "ann@pve".into(), token: Some("t".into()) };
        access.grant("/", "ann@pve", "Administrator");
        assert!(access.rights(&who, "/vms/100").held.is_empty());
        access.grant("/vms", "ann@pve!t", "PVEVMUser");
        assert!(access.rights(&who, "/vms/100").held.has("VM.PowerMgmt"));
        assert!(!access.rights(&who, "/vms/100").held.has("VM.Allocate"));
    }
}
