//! Shapes of texts that Proxmox checks by a regular expression, and refuses without saying more.

fn all(text: &str, allowed: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(allowed)
}

/// A letter, and then at least one more letter, digit, dot, dash or underscore.
pub fn is_word(text: &str) -> bool {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic());
    text.len() >= 2 && starts && all(text, |c| c.is_ascii_alphanumeric() || ".-_".contains(c))
}

/// The name of a network card or bridge.
pub fn is_name(text: &str) -> bool {
    all(text, |c| c.is_alphanumeric() || "-_.".contains(c))
}

pub fn is_one_word(text: &str) -> bool {
    all(text, |c| !c.is_whitespace())
}

pub fn is_one_line(text: &str) -> bool {
    all(text, |c| c == '\t' || !c.is_ascii_control())
}

/// `A=1` and more of them, with a NUL between two.
pub fn is_environment(text: &str) -> bool {
    text.split('\0').all(|item| {
        item.split_once('=').is_some_and(|(name, value)| {
            all(name, |c| c.is_alphanumeric() || c == '_') && (value.is_empty() || is_one_line(value))
        })
    })
}

pub fn is_file_mode(text: &str) -> bool {
    text.len() == 4 && text.starts_with('0') && all(text, |c| ('0'..='7').contains(&c))
}

/// `20G`, or `+512M` for so much more.
pub fn is_growth(text: &str) -> bool {
    let plain = text.strip_prefix('+').unwrap_or(text);
    let digits = plain.strip_suffix(['K', 'M', 'G', 'T']).unwrap_or(plain);
    digits.split('.').count() <= 2 && digits.split('.').all(|half| all(half, |c| c.is_ascii_digit()))
}

pub fn is_mount_list(text: &str) -> bool {
    all(text, |c| c.is_ascii_alphanumeric() || "_; ".contains(c))
}

const MOUNT_OPTIONS: &[&str] = &["discard", "lazytime", "noatime", "nodev", "noexec", "nosuid"];

pub fn is_mount_options(text: &str) -> bool {
    text.split(';').all(|option| MOUNT_OPTIONS.contains(&option))
}

pub fn is_trunk_list(text: &str) -> bool {
    text.split(';').all(|tag| all(tag, |c| c.is_ascii_digit()))
}
