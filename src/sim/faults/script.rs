//! A script of faults: a TOML file with one `[[fault]]` for each. What must hold: a word that means nothing is an error
//! that names its line and the nearest word that means something; nothing is passed over in silence.

use toml::de::DeTable;

use super::{
    Deed, Fault, Heeds, Only, Shown, Trouble, When,
    hits::CallPattern,
    keys::{COMMON, FORMS, Form, all_keys, nearest},
    values::{Entry, Read, Wrong, wrong},
};
use crate::sim::{
    shell::{Denial, Sickness},
    world::storage::Damage,
};

/// What is wrong with a script, where, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct ScriptError {
    pub line: usize,
    pub reason: String,
    pub remedy: String,
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
        if let Some(key) = self.table.keys().find(|key| !mine(key.get_ref())) {
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
            "refused-log-ins" => Fault::RefusedLogIns,
            _ => return self.of_roads(what),
        })
    }

    fn of_roads(&self, what: &str) -> Read<Fault> {
        let bytes = self.number("bytes", 0, 1 << 40)?.unwrap_or_default();
        let vmid = self.number("vmid", 100, 999_999_999)?.unwrap_or_default() as u32;
        Ok(match what {
            "ssh-refused" => Fault::SshRefused,
            "ssh-hangs" => Fault::SshHangs,
            "ssh-cut" => Fault::SshCut { bytes },
            "changed-host-key" => Fault::HostKey,
            "console-dies" => Fault::ConsoleDies { bytes },
            "console-cut" => Fault::ConsoleCut { bytes },
            "console-loses" => {
                Fault::ConsoleLoses { percent: self.number("percent", 0, 100)?.unwrap_or_default() as u8 }
            }
            "console-mute" => Fault::ConsoleMute,
            "console-refused" => Fault::ConsoleRefused,
            "foreign-program" => Fault::ForeignProgram {
                vmid,
                heeds: self.choice("heeds", &[("interrupts", Heeds::Interrupts), ("nothing", Heeds::Nothing)])?,
            },
            "guest-reboots" => Fault::Reboots(vmid),
            "apt-fails" => Fault::AptFails,
            "pull-fails" => {
                let says =
                    [("toomanyrequests", Denial::TooManyRequests), ("manifest-unknown", Denial::ManifestUnknown)];
                Fault::PullFails(self.choice("says", &says)?)
            }
            _ => Fault::SickApp(self.choice("how", &[("silent", Sickness::Silent), ("503", Sickness::Unwell)])?),
        })
    }

    /// The keys that choose whom it hits; those the fault itself is made of are none of them.
    fn only(&self, form: &Form) -> Read<Only> {
        let text = |name: &str| if form.needs.contains(&name) { Ok(None) } else { self.text(name) };
        let is_filter = form.takes.contains(&"vmid") && form.what != "damaged-archive";
        let vmid = if is_filter { self.number("vmid", 100, 999_999_999)? } else { None };
        Ok(Only {
            call: self.text("call")?.map(|pattern| CallPattern::of(&pattern)),
            task: self.text("task")?,
            node: text("node")?,
            vmid: vmid.map(|vmid| vmid as u32),
            storage: text("storage")?,
        })
    }
}
