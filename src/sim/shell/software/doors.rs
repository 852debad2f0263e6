//! Where services of packages listen, as a table: what each reads, which key tells a place, and where it is without one.
//! What must hold: each row is what the package does in a real Debian 13, whoever configures it.

use super::{
    listening::{Places, Reach, reach},
    reading::{Said, Source, read},
    table_of_doors::DOORS,
};
use crate::sim::shell::files::Files;

/// One place at which a service may listen.
pub struct Door {
    pub service: &'static str,
    pub source: Source,
    pub told: Told,
    /// Where it is when nothing is said; one place where address and port have a key each.
    pub usual: &'static [(u16, Reach)],
    /// It opens only if this file has this word.
    pub wants: Option<(&'static str, &'static str)>,
}

/// How a place is told. A key is one of any section, `/key` one outside of all, `section/key` one of that section.
#[derive(Debug, Clone, Copy)]
pub enum Told {
    /// Each value is a whole place, such as `127.0.0.1:80`; a port alone reaches this far.
    Place(&'static str, Reach),
    /// Address and port have a key each.
    Parts { address: &'static str, port: &'static str, count: Count },
    /// An option of a command line, anywhere in the files.
    Option(&'static str),
    /// Two words before address and port, anywhere in the files.
    Phrase { address: &'static str, port: &'static str },
}

/// Which values of a key count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    All,
    Last,
}

/// Nothing where no row is about this service.
pub fn places(files: &Files, service: &str) -> Option<Places> {
    let mut doors = DOORS.iter().filter(|door| door.service == service).peekable();
    doors.peek()?;
    Some(doors.flat_map(|door| door.places(files)).collect())
}

impl Door {
    fn places(&self, files: &Files) -> Places {
        let has = |(path, word): (&str, &str)| files.text(path).is_some_and(|text| text.contains(word));
        if !self.wants.is_none_or(has) {
            return Places::new();
        }
        let lines = read(files, &self.source);
        let usual = || self.usual.to_vec();
        match self.told {
            Told::Place(key, bare) => {
                let values = values(&lines, key);
                if values.is_empty() {
                    return usual();
                }
                values.iter().flat_map(|value| value.split([',', ' '])).filter_map(|text| place(text, bare)).collect()
            }
            Told::Option(name) => match option(&lines, name) {
                Some(value) => place(&value, Reach::Everybody).into_iter().collect(),
                None => usual(),
            },
            Told::Parts { address, port, count } => {
                let mut addresses = values(&lines, address);
                if count == Count::Last {
                    addresses = addresses.split_off(addresses.len().saturating_sub(1));
                }
                let port = values(&lines, port).last().and_then(|value| value.split_whitespace().next()?.parse().ok());
                self.at(port, addresses)
            }
            Told::Phrase { address, port } => {
                let port = after(&lines, port).and_then(|value| value.parse().ok());
                self.at(port, after(&lines, address).into_iter().collect())
            }
        }
    }

    fn at(&self, port: Option<u16>, addresses: Vec<String>) -> Places {
        let Some(port) = port.or(self.usual.first().map(|(port, _)| *port)) else { return Places::new() };
        let usual = self.usual.first().map_or(Reach::Everybody, |(_, reach)| *reach);
        let words =
            addresses.iter().flat_map(|value| value.split([' ', ',', '\t', '"'])).filter(|word| !word.is_empty());
        vec![(port, words.map(|word| reach(word.trim_start_matches('-'))).max().unwrap_or(usual))]
    }
}

fn values(lines: &[Said], key: &str) -> Vec<String> {
    let fits = |said: &&Said| match key.rsplit_once('/') {
        Some((section, key)) => said.section == section && said.key == key,
        None => said.key == key,
    };
    lines.iter().filter(fits).map(|said| said.value.clone()).collect()
}

/// The value of `name=value` or `name value`.
fn option(lines: &[Said], name: &str) -> Option<String> {
    let words: Vec<&str> = lines.iter().flat_map(|said| said.value.split([' ', '"', '\''])).collect();
    let at = words.iter().position(|word| word.split('=').next() == Some(name))?;
    match words[at].split_once('=') {
        Some((_, value)) => Some(value.to_owned()),
        None => words.get(at + 1).map(|word| (*word).to_owned()),
    }
}

fn after(lines: &[Said], word: &str) -> Option<String> {
    let mut words = lines.iter().flat_map(|said| said.value.split_whitespace()).skip_while(|one| *one != word);
    words.nth(1).map(str::to_owned)
}

fn place(text: &str, bare: Reach) -> Option<(u16, Reach)> {
    let text = text.split_whitespace().next()?;
    match text.rsplit_once(':') {
        Some((address, port)) => Some((port.parse().ok()?, reach(address))),
        None => Some((text.parse().ok()?, bare)),
    }
}
