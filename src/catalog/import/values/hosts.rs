//! The names by which the containers of an app find each other. What must hold: a name is only replaced where it names
//! a machine; a database that is called like its container keeps its name.

use std::collections::BTreeMap;

/// By every name that a service had, the one it has now.
#[derive(Debug, Default)]
pub struct Hosts {
    now: BTreeMap<String, String>,
}

/// Variables whose whole value is the name of a machine.
const NAMING: &[&str] = &[
    "HOST",
    "HOSTNAME",
    "SERVER",
    "ADDRESS",
    "ADDR",
    "URL",
    "URI",
    "ENDPOINT",
    "UPSTREAM",
    "BROKER",
    "HOSTS",
    "SERVERS",
    "NODES",
    "DSN",
    "CONNECTION",
    "LINK",
];

impl Hosts {
    pub fn add(&mut self, before: &str, now: &str) {
        if before != now && !before.is_empty() {
            self.now.insert(before.to_owned(), now.to_owned());
        }
    }

    /// How often `host` is meant as a machine in the text.
    pub fn is_named(host: &str, variable: &str, text: &str) -> bool {
        places(host, variable, text).next().is_some()
    }

    /// In the value of a variable; of other texts the variable's name is empty.
    pub fn renamed(&self, variable: &str, text: &str) -> String {
        self.now.iter().fold(text.to_owned(), |text, (before, now)| {
            let found: Vec<usize> = places(before, variable, &text).collect();
            found.into_iter().rev().fold(text, |mut text, at| {
                text.replace_range(at..at + before.len(), now);
                text
            })
        })
    }
}

fn places(host: &str, variable: &str, text: &str) -> impl Iterator<Item = usize> {
    let is_whole = text == host && {
        let upper = variable.to_ascii_uppercase();
        NAMING.iter().any(|word| upper == *word || upper.ends_with(&format!("_{word}")) || upper.ends_with(word))
    };
    let fits = move |at: &usize| {
        let before = &text[..*at];
        let after = &text[at + host.len()..];
        let is_part = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        if before.ends_with(is_part) || after.starts_with(is_part) {
            return false;
        }
        let has_port =
            after.strip_prefix(':').is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit() || c == '$'));
        is_whole || before.ends_with("//") || has_port || (before.ends_with('@') && !before.ends_with(" @"))
    };
    text.match_indices(host).map(|(at, _)| at).filter(fits).collect::<Vec<_>>().into_iter()
}
