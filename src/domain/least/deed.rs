//! One thing that is made on a host for a token of ours, as a line for its shell and in words.

use std::collections::BTreeSet;

use crate::domain::{backup::Job, moment::Moment, quote::quoted};

/// Whether something has to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is there, as it should be.
    There,
    Made,
    /// It is there, and is changed.
    Changed,
}

/// Whether what is granted counts below its path as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spread {
    Below,
    Here,
}

/// A role that somebody was given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Given {
    pub path: String,
    /// A user, or `user!token`.
    pub to: String,
    pub role: String,
    pub spread: Spread,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    Pool {
        name: String,
        state: State,
    },
    Role {
        name: String,
        privileges: BTreeSet<String>,
        before: Option<BTreeSet<String>>,
    },
    /// Without a password: nobody can log in as this user.
    User {
        id: String,
        state: State,
    },
    /// With separated privileges: it holds what both it and its user were given.
    Token {
        user: String,
        name: String,
        expires: Option<Moment>,
    },
    Grant {
        path: String,
        users: Vec<String>,
        token: String,
        roles: Vec<String>,
        spread: Spread,
        /// What of it the users had before, spread as it was.
        before: BTreeSet<Given>,
    },
    /// The backup job for the pool; the line is Proxmox's own order.
    Nights {
        job: Box<Job>,
        line: String,
    },
}

impl Deed {
    pub fn state(&self) -> State {
        match self {
            Self::Pool { state, .. } | Self::User { state, .. } => *state,
            Self::Role { before: None, .. } => State::Made,
            Self::Role { privileges, before: Some(before), .. } if privileges == before => State::There,
            Self::Role { .. } => State::Changed,
            Self::Token { .. } | Self::Grant { .. } | Self::Nights { .. } => State::Made,
        }
    }

    pub fn title(&self) -> String {
        match self {
            Self::Pool { name, .. } => format!("pool {name}, where new apps come"),
            Self::Role { name, privileges, .. } => format!("role {name}: {}", joined(privileges)),
            Self::User { id, .. } => format!("user {id}, without a password"),
            Self::Token { user, name, expires: None } => format!("token {user}!{name}"),
            Self::Token { user, name, expires: Some(_) } => format!("token {user}!{name}, which runs out"),
            Self::Grant { path, roles, spread: Spread::Below, .. } => format!("{} at {path}", roles.join(", ")),
            Self::Grant { path, roles, spread: Spread::Here, .. } => {
                format!("{} at {path}, not below it", roles.join(", "))
            }
            Self::Nights { job, .. } => format!("backup job {}, every night at {}", job.id.id, job.schedule),
        }
    }

    /// The same for a shell of the host.
    pub fn line(&self) -> String {
        match self {
            Self::Pool { name, .. } => format!("pveum pool add {} --comment 'apps of Proximity'", quoted(name)),
            Self::Role { name, privileges, before: None } => {
                format!("pveum role add {name} --privs '{}'", joined(privileges))
            }
            Self::Role { name, privileges, .. } => format!("pveum role modify {name} --privs '{}'", joined(privileges)),
            Self::User { id, .. } => format!("pveum user add {} --comment Proximity", quoted(id)),
            Self::Token { user, name, expires } => {
                let expire = expires.map_or(0, Moment::as_secs);
                format!("pveum user token add {} {name} --privsep 1 --expire {expire}", quoted(user))
            }
            Self::Grant { path, users, token, roles, spread, .. } => {
                let users = users.iter().map(|user| format!(" --users '{user}'")).collect::<String>();
                let propagate = if *spread == Spread::Here { " --propagate 0" } else { "" };
                format!(
                    "pveum acl modify {}{users} --tokens '{token}' --roles {}{propagate}",
                    quoted(path),
                    roles.join(",")
                )
            }
            Self::Nights { line, .. } => line.clone(),
        }
    }
}

fn joined(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(",")
}
