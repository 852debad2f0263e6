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

/// How the ids of a container's users are mapped: `passthrough`, or parts such as `u:0:100000:65536`.
pub fn is_id_map(text: &str) -> bool {
    let digits = |text: &str| all(text, |c| c.is_ascii_digit());
    let is_part = |part: &str| match part.split(':').collect::<Vec<_>>().as_slice() {
        ["u" | "g", inside, outside, count] => {
            [inside, outside, count].iter().all(|text| digits(text)) && !count.starts_with('0')
        }
        _ => false,
    };
    text == "passthrough" || text.split(';').all(is_part)
}

/// A key of a second factor.
pub fn is_factor_key(text: &str) -> bool {
    text.len() <= 4_096 && text.chars().all(|c| c.is_ascii_alphanumeric() || "!=".contains(c))
}

/// `user@realm`, or a token of his with its name behind.
pub fn is_user_or_token(text: &str) -> bool {
    let is_user = |text: &str| {
        text.rsplit_once('@')
            .is_some_and(|(name, realm)| all(name, |c| !c.is_whitespace() && !":/".contains(c)) && is_word(realm))
    };
    is_user(text) || text.rsplit_once('!').is_some_and(|(user, token)| is_user(user) && is_word(token))
}

/// `net0=1500,net1=9000`
pub fn is_mtu_list(text: &str) -> bool {
    let digits = |text: &str| all(text, |c| c.is_ascii_digit());
    text.split(',').all(|item| {
        item.strip_prefix("net").and_then(|rest| rest.split_once('=')).is_some_and(|(n, mtu)| digits(n) && digits(mtu))
    })
}

/// The type of a virtual machine: `q35`, `pc-i440fx-9.2+pve1`, `virt`.
pub fn is_machine(text: &str) -> bool {
    let rest = text.strip_suffix(".pxe").filter(|rest| rest.starts_with("pc")).unwrap_or(text);
    let (name, version) = rest.rsplit_once('-').unwrap_or((rest, ""));
    match (name, version) {
        ("q35", "") => rest == text,
        ("pc" | "virt", "") => rest == "pc" && rest == text || rest == "virt",
        ("pc" | "pc-i440fx" | "pc-q35", version) => is_release(version),
        ("virt", version) => is_release(version),
        _ => text.strip_prefix("virt+pve").is_some_and(|tail| all(tail, |c| c.is_ascii_digit())),
    }
}

/// `9.2`, `9.2.1+pve1`
fn is_release(text: &str) -> bool {
    let digits = |text: &str| all(text, |c| c.is_ascii_digit());
    let (plain, patch) = text.split_once("+pve").map_or((text, None), |(plain, patch)| (plain, Some(patch)));
    plain.split('.').count() >= 2 && plain.split('.').all(digits) && patch.is_none_or(digits)
}

pub fn is_proxy(text: &str) -> bool {
    text.strip_prefix("http://").is_some_and(|rest| !rest.contains('\n'))
}

fn is_tag(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && all(text, |c| c.is_ascii_alphanumeric() || "_-+.".contains(c))
}

/// `web;lab`
pub fn is_tags(text: &str) -> bool {
    text.split(';').all(is_tag)
}

/// `web:ff0000;lab:00ff00:ffffff`, the color of the letters behind that of the ground.
pub fn is_color_map(text: &str) -> bool {
    let is_color = |text: &str| text.len() == 6 && all(text, |c| c.is_ascii_hexdigit());
    text.split(';').all(|item| match item.split(':').collect::<Vec<_>>().as_slice() {
        [tag, colors @ ..] => is_tag(tag) && (1..=2).contains(&colors.len()) && colors.iter().all(|one| is_color(one)),
        [] => false,
    })
}

/// How urgent, `3`, or from one to another, `0..3`; or nothing.
pub fn is_priority(text: &str) -> bool {
    let is_level = |text: &str| text.len() == 1 && all(text, |c| ('0'..='7').contains(&c));
    match text.split_once("..") {
        _ if text.is_empty() => true,
        Some((first, last)) => is_level(first) && is_level(last),
        None => is_level(text),
    }
}

/// The name of something that systemd runs.
pub fn is_unit(text: &str) -> bool {
    all(text, |c| c.is_ascii_alphanumeric() || "_.@:-".contains(c))
}

/// The same with `*` and `?` in it.
pub fn is_unit_glob(text: &str) -> bool {
    all(text, |c| c.is_ascii_alphanumeric() || "_.@:*?![]/-".contains(c))
}

/// `2026-11-21`, with `14:30` or `14:30:05` behind it.
pub fn is_day_and_time(text: &str) -> bool {
    let digits = |text: &str, count: usize| text.len() == count && all(text, |c| c.is_ascii_digit());
    let (day, time) = text.split_once(' ').map_or((text, None), |(day, time)| (day, Some(time)));
    let is_day = matches!(day.split('-').collect::<Vec<_>>().as_slice(),
        [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2));
    is_day
        && time.is_none_or(|time| {
            (2..=3).contains(&time.split(':').count()) && time.split(':').all(|part| digits(part, 2))
        })
}
