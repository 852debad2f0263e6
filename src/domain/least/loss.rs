//! What a user who is there already would lose by what is granted to him. What must hold: nobody who works with his own
//! rights loses one of them because a token of ours is made for him.

use std::collections::{BTreeMap, BTreeSet};

use super::{Deed, Standing};

/// By path. What is granted at a path takes the place of all that comes from above or from a group; what he was given
/// right there himself stays.
pub fn loses(
    user: &str,
    deeds: &[Deed],
    standing: &Standing,
    holds: impl Fn(&str) -> BTreeSet<String>,
) -> BTreeMap<String, BTreeSet<String>> {
    let made = |wanted: &str| {
        deeds.iter().find_map(|deed| match deed {
            Deed::Role { name, privileges, .. } if name == wanted => Some(privileges),
            _ => None,
        })
    };
    let of_role = |name: &String| made(name).or_else(|| standing.roles.get(name)).into_iter().flatten().cloned();
    let at = |path: &str, roles: &[String]| -> BTreeSet<String> {
        let own = standing.given.iter().filter(|one| one.path == path && one.to == user).map(|one| &one.role);
        let stays: BTreeSet<String> = roles.iter().chain(own).flat_map(of_role).collect();
        holds(path).difference(&stays).cloned().collect()
    };
    let lost = deeds.iter().filter_map(|deed| match deed {
        Deed::Grant { path, users, roles, .. } if users.iter().any(|one| one == user) => {
            Some((path.clone(), at(path, roles)))
        }
        _ => None,
    });
    lost.filter(|(_, lost)| !lost.is_empty()).collect()
}
