//! What git's complaints mean. What must hold: one that is not known is handed on in git's own words.

use super::{SourceError, Wanted};
use crate::domain::catalog::Branch;

pub fn understood(text: String) -> SourceError {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&[
        "Could not resolve",
        "Connection refused",
        "timed out",
        "unreachable",
        "Couldn't connect",
        "Failed to connect",
    ]) {
        SourceError::Unreachable(text)
    } else if says(&["Host key verification failed", "certificate", "SSL"]) {
        SourceError::Untrusted(text)
    } else if says(&[
        "Authentication failed",
        "could not read Username",
        "could not read Password",
        "Permission denied",
    ]) {
        SourceError::NotLetIn(text)
    } else if says(&["does not appear to be a git repository", "not found", "does not exist", "not a git repository"]) {
        SourceError::NoRepository(text)
    } else {
        SourceError::Git(text)
    }
}

pub fn of_fetch(text: String, branch: Option<&Branch>, wanted: &Wanted) -> SourceError {
    let is_missing =
        ["couldn't find remote ref", "not our ref", "unadvertised object", "Server does not allow request"];
    if !is_missing.iter().any(|words| text.contains(words)) {
        return understood(text);
    }
    match (wanted, branch) {
        (Wanted::This(pin), _) => SourceError::NoCommit(pin.to_string()),
        (Wanted::Newest, Some(branch)) => SourceError::NoBranch(branch.as_str().to_owned()),
        (Wanted::Newest, None) => SourceError::Empty,
    }
}
