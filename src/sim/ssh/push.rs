//! `pct push` and `pct pull`: one file from a node into a container, or back.

use super::{
    pct::{Words, died},
    talks::Home,
};
use crate::sim::{
    datacenter::Datacenter,
    shell::{Answer, Errand, Machine, absolute},
};

impl Datacenter {
    pub(super) fn push(&mut self, node: &str, errand: &Errand, words: &Words) -> Answer {
        let [vmid, file, target] = &words.plain[..] else { return usage("push <vmid> <file> <destination>") };
        let vmid = match self.listed(node, vmid) {
            Ok(guest) => guest.vmid,
            Err(why) => return why,
        };
        let file = absolute(&errand.folder, file);
        let content = self.machine_of(&Home::Node(node.to_owned())).and_then(|machine| machine.file(&file));
        let Some(machine) = self.machine_of(&Home::Guest(vmid)) else {
            return died("can only push files to a running CT");
        };
        let Some(content) = content else { return died(format!("failed to open {file} for reading")) };
        carry(machine, &absolute("/", target), &content, words)
    }

    pub(super) fn pull(&mut self, node: &str, errand: &Errand, words: &Words) -> Answer {
        let [vmid, file, target] = &words.plain[..] else { return usage("pull <vmid> <path> <destination>") };
        let vmid = match self.listed(node, vmid) {
            Ok(guest) => guest.vmid,
            Err(why) => return why,
        };
        let Some(machine) = self.machine_of(&Home::Guest(vmid)) else {
            return died("can only pull files from a running VM at /usr/share/perl5/PVE/CLI/pct.pm line 463.");
        };
        let content = machine.file(&absolute("/", file));
        let Some(machine) = self.machine_of(&Home::Node(node.to_owned())) else { return died("no such node") };
        // The target is made before the source is looked for.
        let target = absolute(&errand.folder, target);
        match content {
            Some(content) => carry(machine, &target, &content, words),
            None => {
                carry(machine, &target, b"", words);
                died(format!("failed to open {file}: No such file or directory"))
            }
        }
    }
}

fn usage(call: &str) -> Answer {
    died(format!("400 not enough arguments\npct {call} [OPTIONS]"))
}

fn carry(machine: &mut Machine, target: &str, content: &[u8], words: &Words) -> Answer {
    for (name, book, what) in [("user", "/etc/passwd", "uid"), ("group", "/etc/group", "gid")] {
        if let Some(given) = words.option(name)
            && !is_known(machine, book, given)
        {
            return died(format!("failed to get {what} for: {given}"));
        }
    }
    let mode = match words.option("perms").map(mode) {
        Some(None) => {
            return died(format!("invalid mode: '{}'", words.option("perms").unwrap_or_default()));
        }
        Some(mode) => mode,
        None => None,
    };
    match machine.write_file(target, content, mode) {
        Ok(()) => Answer::default(),
        Err(why) => died(format!("failed to create file: {target}: {why}")),
    }
}

fn is_known(machine: &Machine, book: &str, given: &str) -> bool {
    let lines = machine.file(book).unwrap_or_default();
    let head = format!("{given}:");
    given.bytes().all(|byte| byte.is_ascii_digit())
        || String::from_utf8_lossy(&lines).lines().any(|line| line.starts_with(&head))
}

/// Octal, or hexadecimal after `0x`.
fn mode(text: &str) -> Option<u32> {
    match text.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => u32::from_str_radix(text, 8).ok(),
    }
}
