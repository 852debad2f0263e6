//! `pct` as a node has it: `exec`, `enter`, `push`, `pull`, `list`, `status`, `config`. What must hold: it knows only
//! what lies on its own node, and fails in Proxmox's words.

use serde_json::Value;

use super::talks::Home;
use crate::sim::{
    datacenter::Datacenter,
    shell::{Answer, Errand, Start, What},
    world::guest::{Guest, Kind},
};

/// How Proxmox's own tools end when they give up.
const DIED: i32 = 255;
const CLEAN_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

pub fn died(why: impl std::fmt::Display) -> Answer {
    Answer { err: format!("{why}\n"), code: DIED, ..Answer::default() }
}

pub fn said(out: String) -> Answer {
    Answer { out, ..Answer::default() }
}

/// The words of a call: options with their values, what is no option, and what stands after `--`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Words {
    pub options: Vec<(String, String)>,
    pub plain: Vec<String>,
    pub rest: Vec<String>,
}

impl Words {
    fn read(words: &[String], known: &[&str]) -> Result<Self, String> {
        let mut read = Self::default();
        let mut given = words.iter();
        while let Some(word) = given.next() {
            let Some(name) = word.strip_prefix('-').filter(|name| !name.is_empty()) else {
                read.plain.push(word.clone());
                continue;
            };
            if name == "-" {
                read.rest = given.cloned().collect();
                break;
            }
            let name = name.trim_start_matches('-');
            let (name, value) = name.split_once('=').map_or((name, None), |(name, value)| (name, Some(value)));
            if !known.contains(&name) {
                return Err(format!("Unknown option: {name}\n400 unable to parse option"));
            }
            let value = value.map(str::to_owned).or_else(|| given.next().cloned());
            read.options.push((name.to_owned(), value.unwrap_or_default()));
        }
        Ok(read)
    }

    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Datacenter {
    /// Carries out a `pct` of a node, or begins to.
    pub(super) fn run_pct(&mut self, node: &str, errand: Errand) {
        let (verb, rest) = match &errand.words[1..] {
            [verb, rest @ ..] => (verb.clone(), rest.to_vec()),
            [] => return errand.answer(died("ERROR: no command specified\nUSAGE: pct <COMMAND> [ARGS] [OPTIONS]")),
        };
        let known: &[&str] = match verb.as_str() {
            "exec" | "enter" => &["keep-env"],
            "push" | "pull" => &["perms", "user", "group"],
            "list" | "status" | "config" => &["verbose", "current"],
            _ => {
                let why = format!("ERROR: unknown command 'pct {verb}'\nUSAGE: pct <COMMAND> [ARGS] [OPTIONS]");
                return errand.answer(died(why));
            }
        };
        let words = match Words::read(&rest, known) {
            Ok(words) => words,
            Err(why) => return errand.answer(died(why)),
        };
        match verb.as_str() {
            "list" => return errand.answer(said(self.list(node))),
            "push" => return errand.answer(self.push(node, &errand, &words)),
            "pull" => return errand.answer(self.pull(node, &errand, &words)),
            _ => {}
        }
        let guest = words.plain.first().map_or("", String::as_str);
        let guest = match self.listed(node, guest) {
            Ok(guest) => guest,
            Err(why) => return errand.answer(why),
        };
        match verb.as_str() {
            "status" => errand.answer(said(format!("status: {}\n", status(guest)))),
            "config" => errand.answer(said(config(guest))),
            _ => self.attach(node, errand, &verb, words),
        }
    }

    /// A container of this node by its number.
    pub(super) fn listed(&self, node: &str, vmid: &str) -> Result<&Guest, Answer> {
        let number = vmid.parse::<u32>().ok().filter(|number| *number >= 100);
        let why = || {
            died(
                "400 Parameter verification failed.\nvmid: type check ('integer') failed - got '".to_owned()
                    + vmid
                    + "'",
            )
        };
        let number = number.ok_or_else(why)?;
        let missing = || died(format!("Configuration file 'nodes/{node}/lxc/{number}.conf' does not exist"));
        self.guest_on(node, Kind::Container, number).ok_or_else(missing)
    }

    fn attach(&mut self, node: &str, errand: Errand, verb: &str, words: Words) {
        let vmid = words.plain.first().and_then(|vmid| vmid.parse().ok()).unwrap_or_default();
        if self.machine_of(&Home::Guest(vmid)).is_none() {
            return errand.answer(died(format!("container '{vmid}' not running!")));
        }
        let command = [&words.plain[1..], &words.rest[..]].concat();
        if verb == "exec" && command.is_empty() {
            return errand.answer(died("missing command at /usr/share/perl5/PVE/CLI/pct.pm line 208."));
        }
        let keeps = words.option("keep-env") != Some("0");
        let cleared = [("PATH".to_owned(), CLEAN_PATH.to_owned()), ("TERM".to_owned(), "linux".to_owned())];
        let mut environment: Vec<(String, String)> = match keeps {
            true => errand.environment.clone().into_iter().collect(),
            false => cleared.to_vec(),
        };
        environment.push(("container".into(), "lxc".into()));
        let what = if verb == "exec" { What::Words(command) } else { What::Shell };
        let start = Start { what, environment, folder: errand.folder.clone() };
        self.join_up(node, vmid, errand, start);
    }

    fn list(&self, node: &str) -> String {
        let here = self.guests.values().filter(|guest| guest.node == node && guest.kind == Kind::Container);
        let row = |vmid: &str, status: &str, lock: &str, name: &str| {
            format!("{vmid:<10} {status:<10} {lock:<12} {name:<20}\n")
        };
        let rows: Vec<String> = here
            .map(|guest| row(&guest.vmid.to_string(), status(guest), guest.lock().unwrap_or_default(), &guest.name()))
            .collect();
        if rows.is_empty() { String::new() } else { row("VMID", "Status", "Lock", "Name") + &rows.concat() }
    }
}

fn status(guest: &Guest) -> &'static str {
    if guest.is_running() { "running" } else { "stopped" }
}

fn config(guest: &Guest) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let line = |(name, value): (&String, &Value)| {
        let value = text(value);
        let value = if name == "description" { escaped(&value) } else { value };
        format!("{name}: {value}\n")
    };
    guest.config.iter().filter(|(_, value)| !value.is_array()).map(line).collect()
}

/// A text as one line: control chars, colons and what is no ASCII are escaped.
fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b':' | 0..0x20 | 0x7f.. => format!("%{byte:02X}"),
        byte => char::from(byte).to_string(),
    };
    text.bytes().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_may_stand_anywhere_before_the_dashes() {
        let words: Vec<String> = "104 --keep-env 0 -- sh -c x".split(' ').map(str::to_owned).collect();
        let read = Words::read(&words, &["keep-env"]).unwrap();
        assert_eq!((read.option("keep-env"), &read.plain[..]), (Some("0"), &["104".to_owned()][..]));
        assert_eq!(read.rest, ["sh", "-c", "x"]);
        assert!(Words::read(&words, &[]).is_err());
    }
}
