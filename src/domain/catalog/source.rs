//! A source of recipes that the operator named: where it lies, which branch, and at which state it is pinned. What must
//! hold: no address carries a password, none is anything but an address for the program it is handed to.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{RecipeId, check::is_slug};

/// As the operator has it in his settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub name: SourceName,
    pub url: SourceUrl,
    /// A branch or a tag; without it whatever the repository shows first.
    pub branch: Option<Branch>,
    /// Nothing where it was written by hand and never fetched.
    pub pin: Option<Pin>,
}

/// Such as `big-bear`; the ids of its recipes begin with it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceName(Arc<str>);

/// So that something is left of a recipe's id.
const LONGEST_NAME: usize = 20;

/// The longest id of a recipe.
const LONGEST_ID: usize = 40;

impl SourceName {
    pub fn new(text: &str) -> Result<Self, String> {
        match is_slug(text) && text.len() <= LONGEST_NAME {
            true => Ok(Self(text.into())),
            false => Err(format!("use small letters, digits and `-`, at most {LONGEST_NAME}")),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a recipe of this source is called here. Of an id that is cut, a sum of all of it stays.
    pub fn prefixed(&self, id: &RecipeId) -> RecipeId {
        let whole = format!("{self}-{id}");
        if whole.len() <= LONGEST_ID {
            return RecipeId::new(whole);
        }
        let sum = format!("{:08x}", sum(id.as_str()));
        let room = LONGEST_ID - sum.len() - 1;
        // Ids are plain letters, so every byte is one.
        let kept: String = whole.chars().take(room).collect();
        RecipeId::new(format!("{}-{sum}", kept.trim_end_matches('-')))
    }
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// FNV-1a: short, and the same on every machine.
fn sum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// A commit, or the SHA-256 of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pin(Arc<str>);

impl Pin {
    pub fn new(text: &str) -> Result<Self, String> {
        let is_hex = text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
        match is_hex && matches!(text.len(), 40 | 64) {
            true => Ok(Self(text.into())),
            false => Err("it is a whole commit, 40 or 64 of the digits 0-9 and a-f".to_owned()),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Enough of it to tell it from others.
    pub fn short(&self) -> &str {
        &self.0[..12]
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The name of a branch or a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch(Arc<str>);

impl Branch {
    /// Narrower than what Git allows.
    pub fn new(text: &str) -> Result<Self, String> {
        let may_stand = |c: char| c.is_ascii_alphanumeric() || "._/+-".contains(c);
        let is_odd = |part: &str| part.is_empty() || part.starts_with(['.', '-']) || part.ends_with(".lock");
        let fits = text.len() <= 200 && text.chars().all(may_stand) && !text.contains("..") && !text.ends_with('.');
        match fits && !text.split('/').any(is_odd) {
            true => Ok(Self(text.into())),
            false => Err("the name of a branch or a tag has letters, digits and `.`, `_`, `-`, `/`".to_owned()),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// A repository; its pin is a commit.
    Git,
    /// One file over HTTPS; its pin is the SHA-256 of what it holds.
    File,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceUrl {
    text: Arc<str>,
    kind: SourceKind,
}

impl SourceUrl {
    pub fn new(text: &str) -> Result<Self, String> {
        if text.is_empty() || text.len() > 2000 || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err("it is empty, or has spaces in it".to_owned());
        }
        if text.starts_with('-') {
            return Err("an address does not begin with `-`".to_owned());
        }
        let kind = match text.split_once("://") {
            Some(("https", rest)) => https(rest)?,
            Some(("ssh", rest)) => ssh(rest)?,
            Some(("file", path)) => local(path)?,
            Some((scheme, _)) => return Err(format!("`{scheme}://` is not taken")),
            None if text.starts_with('/') => local(text)?,
            None => short_ssh(text)?,
        };
        Ok(Self { text: text.into(), kind })
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn kind(&self) -> SourceKind {
        self.kind
    }

    /// Whether it lies on this machine.
    pub fn is_local(&self) -> bool {
        self.text.starts_with('/') || self.text.starts_with("file://")
    }
}

impl fmt::Display for SourceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

const NO_SECRETS: &str = "it carries a name or a password, which would lie open in the settings; give it to Git's own \
                          credential helper, or use SSH";

fn https(rest: &str) -> Result<SourceKind, String> {
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if host.contains('@') {
        return Err(NO_SECRETS.to_owned());
    }
    is_host(host)?;
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let query = query.to_ascii_lowercase();
    if ["token", "key", "secret", "pass", "auth", "sig"].iter().any(|word| query.contains(word)) {
        return Err(NO_SECRETS.to_owned());
    }
    if path.contains('#') || query.contains('#') {
        return Err("it has a `#` in it".to_owned());
    }
    let is_file = [".json", ".yml", ".yaml"].iter().any(|end| path.to_ascii_lowercase().ends_with(end));
    match (is_file, query.is_empty()) {
        (true, _) => Ok(SourceKind::File),
        (false, true) => Ok(SourceKind::Git),
        (false, false) => Err("the address of a repository has no `?` in it".to_owned()),
    }
}

fn ssh(rest: &str) -> Result<SourceKind, String> {
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, host) = host.rsplit_once('@').unwrap_or(("", host));
    is_user(user)?;
    is_host(host)?;
    is_there(path)
}

/// `git@host:owner/store`
fn short_ssh(text: &str) -> Result<SourceKind, String> {
    let told = "write https://…, ssh://…, git@host:path, or an absolute path";
    let Some((host, path)) = text.split_once(':') else { return Err(told.to_owned()) };
    // `ext::sh -c …` would be a command.
    if path.starts_with(':') || host.contains('/') {
        return Err(told.to_owned());
    }
    let Some((user, host)) = host.rsplit_once('@') else { return Err(told.to_owned()) };
    is_user(user)?;
    is_host(host)?;
    is_there(path)
}

fn is_there(path: &str) -> Result<SourceKind, String> {
    match path.trim_start_matches('/') {
        "" => Err("it names no repository".to_owned()),
        path if path.starts_with('-') => Err("a path does not begin with `-`".to_owned()),
        _ => Ok(SourceKind::Git),
    }
}

fn local(path: &str) -> Result<SourceKind, String> {
    match path.starts_with('/') {
        true => Ok(SourceKind::Git),
        false => Err("a path begins with `/`".to_owned()),
    }
}

fn is_user(user: &str) -> Result<(), String> {
    if user.contains(':') {
        return Err(NO_SECRETS.to_owned());
    }
    let may_stand = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    match user.chars().all(may_stand) && !user.starts_with('-') {
        true => Ok(()),
        false => Err("its user is no plain name".to_owned()),
    }
}

fn is_host(host: &str) -> Result<(), String> {
    let may_stand = |c: char| c.is_ascii_alphanumeric() || ".-:[]_".contains(c);
    match !host.is_empty() && host.chars().all(may_stand) && !host.starts_with(['-', '.', ':']) {
        true => Ok(()),
        false => Err("it names no host".to_owned()),
    }
}
