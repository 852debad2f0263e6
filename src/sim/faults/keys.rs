//! The words of a script: which faults there are, which keys each takes, and the nearest one to a word that is none.

/// A fault by the word for it, and what may stand beside it.
pub struct Form {
    pub what: &'static str,
    /// Keys it cannot do without.
    pub needs: &'static [&'static str],
    pub takes: &'static [&'static str],
}

const fn form(what: &'static str, needs: &'static [&'static str], takes: &'static [&'static str]) -> Form {
    Form { what, needs, takes }
}

/// Keys that stand beside every fault.
pub const COMMON: &[&str] = &["what", "after", "for"];

pub const FORMS: &[Form] = &[
    form("cut", &[], &["call", "node", "vmid", "storage", "times"]),
    form("lost-answer", &[], &["call", "node", "vmid", "storage", "times"]),
    form("unreachable", &[], &["call", "node", "vmid", "storage", "times"]),
    form("times-out", &[], &["carried-out", "call", "node", "vmid", "storage", "times"]),
    form("slow", &["by"], &["call", "node", "vmid", "storage", "times"]),
    form("hang", &[], &["call", "node", "vmid", "storage", "times"]),
    form("rubbish", &[], &["call", "node", "vmid", "storage", "times"]),
    form("mute", &[], &[]),
    form("changed-certificate", &[], &["authority"]),
    form("task-fails", &[], &["percent", "text", "task", "node", "vmid", "times"]),
    form("no-quorum", &[], &[]),
    form("dead-node", &["node"], &[]),
    form("locked-guest", &["vmid"], &["lock"]),
    form("full-storage", &["storage"], &[]),
    form("offline-storage", &["storage"], &[]),
    form("damaged-archive", &[], &["vmid", "how"]),
    form("clock-skew", &["by"], &[]),
    form("expired-tickets", &[], &[]),
    form("refused-log-ins", &[], &[]),
    form("ssh-refused", &[], &["node", "vmid"]),
    form("ssh-hangs", &[], &["node", "vmid", "times"]),
    form("ssh-cut", &[], &["bytes", "node", "vmid", "times"]),
    form("changed-host-key", &[], &["node", "vmid"]),
    form("console-dies", &[], &["bytes", "node", "vmid", "times"]),
    form("console-cut", &[], &["bytes", "node", "vmid", "times"]),
    form("console-loses", &["percent"], &["node", "vmid"]),
    form("console-mute", &[], &["node", "vmid", "times"]),
    form("console-refused", &[], &["node", "vmid", "times"]),
    form("foreign-program", &["vmid"], &["heeds"]),
    form("guest-reboots", &["vmid"], &[]),
    form("apt-fails", &[], &["vmid", "times"]),
    form("pull-fails", &[], &["says", "vmid", "times"]),
    form("sick-app", &[], &["how", "vmid"]),
];

/// Every key that means something beside some fault.
pub fn all_keys() -> Vec<&'static str> {
    let own = FORMS.iter().flat_map(|form| form.needs.iter().chain(form.takes));
    let mut keys: Vec<_> = COMMON.iter().chain(own).copied().collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The known word that takes the fewest changes to write.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> &'a str {
    known.into_iter().min_by_key(|one| distance(word, one)).unwrap_or_default()
}

/// How many letters must be put in, taken out or changed.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, letter) in from.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for j in 0..to.len() {
            let change = corner + usize::from(letter != to[j]);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_the_one_that_was_meant() {
        assert_eq!(nearest("percnt", all_keys()), "percent");
        assert_eq!(nearest("aftr", all_keys()), "after");
        assert_eq!(nearest("ful-storage", FORMS.iter().map(|form| form.what)), "full-storage");
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
