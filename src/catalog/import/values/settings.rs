//! Variables and passwords of foreign files become settings. What must hold: one variable, and one password wherever it
//! stands, is one setting; no password that was published with the app is kept where one can be made.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Piece, pieces,
    secret::{Secrecy, generator, is_placeholder, secrecy},
};
use crate::{
    catalog::import::{
        notes::{Notes, Stop},
        words::{human, variable},
    },
    domain::catalog::{Kind, Setting, escaped},
};

/// What a store knows of one of its variables.
pub enum Given {
    Text(String),
    Asked(Setting),
    Stopped(Stop),
}

/// What a store knows of its variables.
pub type Known<'a> = dyn Fn(&str) -> Option<Given> + 'a;

pub struct Settings<'a> {
    known: &'a Known<'a>,
    made: Vec<Setting>,
    /// By the name of the variable, what stands for it in the recipe.
    variables: BTreeMap<String, String>,
    /// What somewhere counts for a variable that nobody gives; it is the same elsewhere.
    otherwise: BTreeMap<String, String>,
    /// By their published values, the settings that took their place.
    secrets: BTreeMap<String, String>,
    /// Values that are no secrets somewhere, so a word like it may be anything.
    open: BTreeSet<String>,
}

impl<'a> Settings<'a> {
    pub fn new(known: &'a Known<'a>) -> Self {
        Self {
            known,
            made: Vec::new(),
            variables: BTreeMap::new(),
            otherwise: BTreeMap::new(),
            secrets: BTreeMap::new(),
            open: BTreeSet::new(),
        }
    }

    /// Looks at a text before anything is filled in.
    pub fn hear(&mut self, text: &str) {
        if !text.contains("${") {
            return;
        }
        for piece in pieces(text) {
            if let Piece::Variable { name, otherwise: Some(otherwise), .. } = piece
                && !otherwise.is_empty()
            {
                self.otherwise.entry(name).or_insert(otherwise);
            }
        }
    }

    /// Looks at a variable of a service before anything is filled in: a password may be used before it is told.
    pub fn see(&mut self, service: &str, name: &str, value: &str, notes: &mut Notes) {
        if value.is_empty() || value.contains('$') || value.contains(char::is_control) {
            return;
        }
        if secrecy(name, value) == Secrecy::Open {
            self.open.insert(value.to_owned());
        } else if value.starts_with("base64:") {
            notes.say(format!("{name} keeps the value that was published with it, because only its own program can make one; change it"));
        } else if secrecy(name, value) == Secrecy::Own && !self.secrets.contains_key(value) {
            let kind = Kind::Secret { generate: Some(generator(value)) };
            let made = self.make(name, Some(service), kind, None);
            self.secrets.insert(value.to_owned(), made);
        }
    }

    /// The value of a variable of a service, as the recipe has it; without one it is taken over from outside.
    pub fn environment(&mut self, name: &str, value: Option<&str>) -> Result<String, Stop> {
        let Some(value) = value else { return self.variable(name, None, false) };
        if is_timezone(name) && !value.contains('$') {
            return Ok(self.timezone(value));
        }
        if let Some(setting) = self.secrets.get(value).filter(|_| secrecy(name, value) != Secrecy::Open) {
            return Ok(format!("${{{setting}}}"));
        }
        if value.is_empty() || (is_placeholder(value) && !value.contains('$')) {
            match secrecy(name, value) {
                Secrecy::Open => {}
                secrecy => return Ok(self.unset(name, secrecy, false)),
            }
        }
        if is_address(name, value) {
            let kind = Kind::Text;
            let setting = self.make(name, None, kind, Some(value.to_owned()));
            return Ok(format!("${{{setting}}}"));
        }
        self.text(value)
    }

    /// Any other text.
    pub fn text(&mut self, text: &str) -> Result<String, Stop> {
        let mut whole = String::new();
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => whole.push_str(&self.with_secrets(&escaped(&text))),
                Piece::Variable { name, otherwise, needed } => {
                    whole.push_str(&self.variable(&name, otherwise.as_deref(), needed)?);
                }
            }
        }
        Ok(whole)
    }

    /// What has to be known now: a port, an image, a path.
    pub fn plain(&self, text: &str) -> Result<Option<String>, Stop> {
        self.plainly(text, 4)
    }

    fn plainly(&self, text: &str, deep: usize) -> Result<Option<String>, Stop> {
        let mut whole = String::new();
        for piece in pieces(text) {
            let (name, otherwise) = match piece {
                Piece::Text(text) => {
                    whole.push_str(&text);
                    continue;
                }
                Piece::Variable { name, otherwise, .. } => (name, otherwise),
            };
            let value = match (self.known)(&name) {
                Some(Given::Text(text)) => Some(text),
                Some(Given::Asked(setting)) => setting.default,
                Some(Given::Stopped(stop)) => return Err(stop),
                None if is_user(&name) && otherwise.is_none() => Some("1000".to_owned()),
                None => None,
            };
            let value = match (value, otherwise) {
                (Some(value), _) => Some(value),
                (None, Some(otherwise)) if deep > 0 => self.plainly(&otherwise, deep - 1)?,
                (None, _) => None,
            };
            match value {
                Some(value) => whole.push_str(&value),
                None => return Ok(None),
            }
        }
        Ok(Some(whole))
    }

    fn variable(&mut self, name: &str, otherwise: Option<&str>, needed: bool) -> Result<String, Stop> {
        if let Some(known) = self.variables.get(name) {
            return Ok(known.clone());
        }
        let text = match (self.known)(name) {
            Some(Given::Text(text)) => escaped(&text),
            Some(Given::Stopped(stop)) => return Err(stop),
            Some(Given::Asked(setting)) => self.ask(setting),
            None => {
                let heard = self.otherwise.get(name).map(String::as_str);
                let otherwise = otherwise
                    .filter(|text| !text.is_empty())
                    .or(heard)
                    .map(|text| self.plainly(text, 4))
                    .transpose()?
                    .flatten();
                self.unknown(name, otherwise.unwrap_or_default(), needed)
            }
        };
        self.variables.insert(name.to_owned(), text.clone());
        Ok(text)
    }

    fn unknown(&mut self, name: &str, otherwise: String, needed: bool) -> String {
        if is_timezone(name) {
            return self.timezone(&otherwise);
        }
        if is_user(name) {
            return if otherwise.is_empty() { "1000".to_owned() } else { escaped(&otherwise) };
        }
        let setting = match secrecy(name, &otherwise) {
            Secrecy::Open => self.make(name, None, kind_of(&otherwise), Some(otherwise)),
            secrecy if otherwise.is_empty() || is_placeholder(&otherwise) => return self.unset(name, secrecy, needed),
            _ => self.make(name, None, Kind::Secret { generate: Some(generator(&otherwise)) }, None),
        };
        self.require(&setting, needed);
        format!("${{{setting}}}")
    }

    /// A secret without a value.
    fn unset(&mut self, name: &str, secrecy: Secrecy, needed: bool) -> String {
        // Without one the cache has none either.
        let is_cache = ["REDIS", "VALKEY", "CACHE"].iter().any(|word| name.to_ascii_uppercase().contains(word));
        let is_ours = secrecy == Secrecy::Own && !is_cache;
        let generate = is_ours.then(|| generator(""));
        let setting = self.make(name, None, Kind::Secret { generate }, None);
        self.require(&setting, needed);
        format!("${{{setting}}}")
    }

    fn require(&mut self, name: &str, needed: bool) {
        let setting = self.made.iter_mut().find(|setting| setting.name == name);
        if let Some(setting) = setting.filter(|_| needed) {
            setting.required = true;
        }
    }

    fn timezone(&mut self, value: &str) -> String {
        let has = self.made.iter().any(|setting| setting.name == "TZ");
        if !has {
            let mut setting = Setting { kind: Kind::Timezone, ..bare("TZ") };
            setting.label = "Time zone".to_owned();
            let is_good = value.contains('/') && setting.accepts(value).is_ok();
            setting.default = Some(if is_good { value.to_owned() } else { "UTC".to_owned() });
            self.made.push(setting);
        }
        "${TZ}".to_owned()
    }

    /// A setting of this name; another one where it is taken by something else.
    fn make(&mut self, name: &str, service: Option<&str>, kind: Kind, default: Option<String>) -> String {
        let name = variable(name).unwrap_or_else(|| "VALUE".to_owned());
        let longer = service.and_then(|service| variable(&format!("{service}_{name}")));
        let default = default.filter(|default| !default.is_empty());
        let mut setting = Setting { kind, default, ..bare(&name) };
        if setting.default.as_ref().is_some_and(|default| setting.accepts(default).is_err()) {
            setting.default = None;
        }
        let same = |known: &Setting| known.kind == setting.kind && known.default == setting.default;
        let is_secret = service.is_some();
        if let Some(known) = self.made.iter().find(|known| known.name == name && same(known) && !is_secret) {
            return known.name.clone();
        }
        let names = [Some(name.clone()), longer].into_iter().flatten();
        let numbered =
            (2..1000).filter_map(|n| variable(&format!("{}_{n}", name.chars().take(58).collect::<String>())));
        let is_free = |name: &String| self.made.iter().all(|known| known.name != *name);
        setting.name = names.chain(numbered).find(is_free).unwrap_or(name);
        let made = setting.name.clone();
        self.made.push(setting);
        made
    }

    fn ask(&mut self, setting: Setting) -> String {
        let text = format!("${{{}}}", setting.name);
        if self.made.iter().all(|known| known.name != setting.name) {
            self.made.push(setting);
        }
        text
    }

    /// Passwords that stand inside of other texts: in an address, behind a flag, or where no other word is like them.
    pub fn with_secrets(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, (value, setting)| {
            let is_telling = value.len() >= 8 && !is_placeholder(value) && !self.open.contains(value);
            let name = format!("${{{setting}}}");
            let found: Vec<usize> = text.match_indices(value.as_str()).map(|(at, _)| at).collect();
            found.into_iter().rev().fold(text, |mut text, at| {
                if stands_for_itself(&text, at, value, is_telling) {
                    text.replace_range(at..at + value.len(), &name);
                }
                text
            })
        })
    }

    /// Those that are used.
    pub fn into_settings(self) -> Vec<Setting> {
        self.made
    }
}

fn stands_for_itself(text: &str, at: usize, value: &str, is_telling: bool) -> bool {
    let (before, after) = (&text[..at], &text[at + value.len()..]);
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    if after.starts_with(is_part) {
        return false;
    }
    let flags = ["requirepass ", "PASSWORD=", "PASS=", "--password=", " -p", " -a ", "--pass "];
    let is_flagged = flags.iter().any(|flag| before.ends_with(flag));
    let is_in_address = before.contains("://") && before.ends_with(':') && after.starts_with('@');
    is_flagged || is_in_address || (is_telling && !before.ends_with(is_part))
}

fn bare(name: &str) -> Setting {
    Setting {
        name: name.to_owned(),
        label: human(name),
        help: String::new(),
        kind: Kind::Text,
        required: false,
        default: None,
        pattern: None,
    }
}

fn kind_of(value: &str) -> Kind {
    match value {
        "true" | "false" => Kind::Bool,
        _ => Kind::Text,
    }
}

fn is_timezone(name: &str) -> bool {
    matches!(name, "TZ" | "TIMEZONE" | "TIME_ZONE" | "GENERIC_TIMEZONE" | "PHP_TZ" | "CONTAINER_TIMEZONE")
}

fn is_user(name: &str) -> bool {
    matches!(name, "PUID" | "PGID" | "UID" | "GID" | "USER_ID" | "GROUP_ID" | "USERID" | "GROUPID")
}

/// Where it is reached, said for a machine that is not this one.
fn is_address(name: &str, value: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let names = ["URL", "DOMAIN", "ORIGIN", "ORIGINS", "ADDRESS"].iter().any(|word| upper.ends_with(word));
    let lower = value.to_ascii_lowercase();
    let elsewhere =
        ["localhost", "127.0.0.1", "192.168.", "example.", "your", "casaos.local", "umbrel.local", "domain.com"];
    names && !value.contains(['$', '@']) && elsewhere.iter().any(|word| lower.contains(word))
}
