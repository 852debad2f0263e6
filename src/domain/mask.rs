//! Secrets in texts that are shown. What must hold: a value that is known to be secret, or that looks as if it were, is
//! dots wherever it stands.

pub const DOTS: &str = "••••••••";
/// A shorter one stands in too many other words to be looked for everywhere.
const SHORTEST: usize = 4;

/// Rather one too many than one too few.
pub fn is_secret(name: &str, value: &str) -> bool {
    const TELLING: [&str; 10] =
        ["PASS", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "PRIVATE", "AUTH", "SALT", "DSN", "LICENSE"];
    let name = name.to_uppercase();
    let carries_login = value.split_once("://").is_some_and(|(_, rest)| rest.contains('@'));
    carries_login || TELLING.iter().any(|word| name.contains(word))
}

/// What is known to be secret.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub names: Vec<String>,
    pub values: Vec<String>,
}

/// A text of any kind, line by line: known values go wherever they stand, and what is set to something goes where its name
/// or the value tells.
pub fn masked(text: &str, known: &Known) -> String {
    let lines: Vec<String> = without(text, known).lines().map(|text| line(text, known)).collect();
    lines.join("\n")
}

/// The same of what everybody may read: only what is known goes.
pub fn without(text: &str, known: &Known) -> String {
    let values = known.values.iter().filter(|value| value.len() >= SHORTEST);
    values.fold(text.to_owned(), |text, value| text.replace(value.as_str(), DOTS))
}

/// `NAME=value`, `NAME: value`, `"name": "value"`, `- NAME=value`
fn line(line: &str, known: &Known) -> String {
    let Some(at) = line.find(['=', ':']) else { return line.to_owned() };
    let (head, rest) = line.split_at(at);
    let name = head.trim().trim_start_matches("- ").trim_start_matches("export ").trim_matches(['"', '\'', ' ']);
    let value = rest[1..].trim();
    let bare = value.trim_end_matches(',').trim_matches(['"', '\'']);
    // Where the value comes from is no value, and neither is what opens a list.
    let is_empty =
        bare.is_empty() || bare.starts_with("${") || matches!(bare, "[" | "{" | "|" | ">" | "true" | "false");
    let tells = is_secret(name, bare) || known.names.iter().any(|known| known == name);
    let is_name = !name.is_empty() && !name.contains(' ');
    if is_empty || !is_name || !tells || bare == DOTS {
        return line.to_owned();
    }
    let gap = &rest[1..rest.len() - rest[1..].trim_start().len()];
    let comma = if value.ends_with(',') { "," } else { "" };
    let quote = if value.starts_with('"') { "\"" } else { "" };
    format!("{head}{}{gap}{quote}{DOTS}{quote}{comma}", &rest[..1])
}
