//! A script of faults: a TOML file with one `[[fault]]` for each. What must hold: a word that means nothing is an error
//! that names its line and the nearest word that means something; nothing is passed over in silence.

use std::time::Duration;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Deed, Fault, Only, Shown, Trouble, When,
    hits::CallPattern,
    keys::{COMMON, FORMS, Form, all_keys, nearest},
};
use crate::sim::world::storage::Damage;

/// What is wrong with a script, where, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct ScriptError {
    pub line: usize,
    pub reason: String,
    pub remedy: String,
}

/// What is wrong, at which byte, and what to do.
struct Wrong(usize, String, String);

type Read<T> = Result<T, Wrong>;

fn wrong<T>(at: usize, reason: impl Into<String>, remedy: impl Into<String>) -> Read<T> {
    Err(Wrong(at, reason.into(), remedy.into()))
}

/// Reads a script.
pub fn read(text: &str) -> Result<Vec<Trouble>, ScriptError> {
    read_all(text).map_err(|Wrong(at, reason, remedy)| {
        let line = text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
        ScriptError { line, reason, remedy }
    })
}

fn read_all(text: &str) -> Read<Vec<Trouble>> {
    let document = DeTable::parse(text).map_err(|error| {
        let reason = error.message().lines().next().unwrap_or_default().to_owned();
        Wrong(error.span().map_or(0, |span| span.start), reason, "write it as TOML: [[fault]], then key = value".into())
    })?;
    let mut troubles = Vec::new();
    for (key, value) in document.get_ref() {
        if key.get_ref() != "fault" {
            return wrong(
                key.span().start,
                format!("there is no \"{}\"", key.get_ref()),
                "begin each fault with [[fault]]",
            );
        }
        let Some(entries) = value.get_ref().as_array() else {
            return wrong(value.span().start, "\"fault\" is not a list", "begin each fault with [[fault]]");
        };
        for entry in entries.iter() {
            let Some(table) = entry.get_ref().as_table() else {
                return wrong(entry.span().start, "this fault has no keys", "begin each fault with [[fault]]");
            };
            troubles.push(Entry { at: entry.span().start, table }.trouble()?);
        }
    }
    Ok(troubles)
}

/// One `[[fault]]`.
struct Entry<'a> {
    at: usize,
    table: &'a DeTable<'a>,
}

impl Entry<'_> {
    fn trouble(&self) -> Read<Trouble> {
        let form = self.form()?;
        self.check_keys(form)?;
        let times = self.number("times", 1, 1_000_000)?.map(|times| times as u32);
        let when = When { after: self.span("after")?.unwrap_or_default(), lasts: self.span("for")?, times };
        Ok(Trouble { fault: self.fault(form.what)?, only: self.only(form)?, when })
    }

    fn form(&self) -> Read<&'static Form> {
        let known = || FORMS.iter().map(|form| form.what);
        let Some(what) = self.text("what")? else {
            return wrong(
                self.at,
                "this fault does not say what goes wrong",
                format!("add what = \"…\", one of {}", known().collect::<Vec<_>>().join(", ")),
            );
        };
        match FORMS.iter().find(|form| form.what == what) {
            Some(form) => Ok(form),
            None => wrong(
                self.place("what"),
                format!("there is no fault \"{what}\""),
                format!("did you mean \"{}\"?", nearest(&what, known())),
            ),
        }
    }

    fn check_keys(&self, form: &Form) -> Read<()> {
        let mine = |name: &str| COMMON.iter().chain(form.needs).chain(form.takes).any(|one| *one == name);
        for key in self.table.keys().filter(|key| !mine(key.get_ref())) {
            let (at, name) = (key.span().start, key.get_ref());
            if all_keys().contains(&name.as_ref()) {
                return wrong(at, format!("\"{name}\" means nothing for \"{}\"", form.what), "take it out");
            }
            let near = nearest(name, all_keys());
            return wrong(at, format!("there is no key \"{name}\""), format!("did you mean \"{near}\"?"));
        }
        match form.needs.iter().find(|name| self.get(name).is_none()) {
            Some(name) => wrong(self.at, format!("\"{}\" needs \"{name}\"", form.what), format!("add {name} = …")),
            None => Ok(()),
        }
    }

    fn fault(&self, what: &str) -> Read<Fault> {
        let text = |name: &str| self.text(name).map(Option::unwrap_or_default);
        let vmid = || self.number("vmid", 100, 999_999_999).map(|vmid| vmid.map(|vmid| vmid as u32));
        Ok(match what {
            "cut" => Fault::Cut,
            "lost-answer" => Fault::LostAnswer,
            "unreachable" => Fault::Unreachable,
            "times-out" => {
                Fault::TimesOut(if self.flag("carried-out")? == Some(false) { Deed::NotDone } else { Deed::Done })
            }
            "slow" => Fault::Slow(self.span("by")?.unwrap_or_default()),
            "hang" => Fault::Hang,
            "rubbish" => Fault::Rubbish,
            "mute" => Fault::Mute,
            "changed-certificate" => {
                Fault::Certificate(self.choice("authority", &[("same", Shown::Renewed), ("foreign", Shown::Foreign)])?)
            }
            "task-fails" => Fault::TaskFails {
                percent: self.number("percent", 0, 100)?.unwrap_or(50) as u8,
                text: self.text("text")?.unwrap_or_else(|| "command failed: exit code 1".into()),
            },
            "no-quorum" => Fault::NoQuorum,
            "dead-node" => Fault::DeadNode(text("node")?),
            "locked-guest" => Fault::LockedGuest {
                vmid: vmid()?.unwrap_or_default(),
                lock: self.text("lock")?.unwrap_or_else(|| "backup".into()),
            },
            "full-storage" => Fault::FullStorage(text("storage")?),
            "offline-storage" => Fault::OfflineStorage(text("storage")?),
            "damaged-archive" => Fault::DamagedArchive {
                vmid: vmid()?,
                damage: self.choice("how", &[("truncated", Damage::Truncated), ("garbage", Damage::Garbage)])?,
            },
            "clock-skew" => Fault::ClockSkew(self.skew()?),
            "expired-tickets" => Fault::ExpiredTickets,
            _ => Fault::RefusedLogIns,
        })
    }

    /// The keys that choose whom it hits; those the fault itself is made of are none of them.
    fn only(&self, form: &Form) -> Read<Only> {
        let text = |name: &str| if form.needs.contains(&name) { Ok(None) } else { self.text(name) };
        let is_filter = form.takes.contains(&"times");
        let vmid = if is_filter { self.number("vmid", 100, 999_999_999)? } else { None };
        Ok(Only {
            call: self.text("call")?.map(|pattern| CallPattern::of(&pattern)),
            task: self.text("task")?,
            node: text("node")?,
            vmid: vmid.map(|vmid| vmid as u32),
            storage: text("storage")?,
        })
    }

    fn get(&self, name: &str) -> Option<&Spanned<DeValue<'_>>> {
        self.table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value)
    }

    fn place(&self, name: &str) -> usize {
        self.get(name).map_or(self.at, |value| value.span().start)
    }

    fn text(&self, name: &str) -> Read<Option<String>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match value.get_ref().as_str() {
            Some(text) => Ok(Some(text.to_owned())),
            None => wrong(value.span().start, format!("\"{name}\" is not a text"), format!("write {name} = \"…\"")),
        }
    }

    fn flag(&self, name: &str) -> Read<Option<bool>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match value.get_ref().as_bool() {
            Some(flag) => Ok(Some(flag)),
            None => wrong(value.span().start, format!("\"{name}\" is neither true nor false"), "write true or false"),
        }
    }

    fn number(&self, name: &str, least: u64, most: u64) -> Read<Option<u64>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = value.get_ref().as_integer().and_then(|number| number.as_str().parse().ok());
        match number.filter(|number| (least..=most).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => wrong(
                value.span().start,
                format!("\"{name}\" is no number from {least} to {most}"),
                format!("write {name} = {least}, or more"),
            ),
        }
    }

    fn span(&self, name: &str) -> Read<Option<Duration>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match span(&text) {
            Some(span) => Ok(Some(span)),
            None => wrong(
                self.place(name),
                format!("\"{text}\" is no span of time"),
                "write it like \"500ms\", \"30s\", \"5m\" or \"2h\"",
            ),
        }
    }

    /// Seconds; behind the right time with a minus.
    fn skew(&self) -> Read<i64> {
        let text = self.text("by")?.unwrap_or_default();
        let (sign, plain) = text.strip_prefix('-').map_or((1, text.as_str()), |rest| (-1, rest));
        match span(plain) {
            Some(span) => Ok(sign * span.as_secs() as i64),
            None => wrong(
                self.place("by"),
                format!("\"{text}\" is no span of time"),
                "write it like \"10m\", or \"-10m\" for behind",
            ),
        }
    }

    /// The first of the choices where nothing is said.
    fn choice<T: Copy>(&self, name: &str, choices: &[(&str, T); 2]) -> Read<T> {
        let Some(text) = self.text(name)? else { return Ok(choices[0].1) };
        match choices.iter().find(|(word, _)| *word == text) {
            Some((_, choice)) => Ok(*choice),
            None => wrong(
                self.place(name),
                format!("\"{name}\" is never \"{text}\""),
                format!("write \"{}\" or \"{}\"", choices[0].0, choices[1].0),
            ),
        }
    }
}

/// `500ms`, `30s`, `5m`, `2h`; a year at most.
fn span(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let milliseconds: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    let total = digits.parse::<u64>().ok()?.checked_mul(milliseconds)?;
    (total <= 31_536_000_000).then(|| Duration::from_millis(total))
}
