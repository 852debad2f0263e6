//! The shapes of words that leave the recipe: into file names, markers, shells, docker and Proxmox. What must hold:
//! each shape is narrower than what those who read it allow.

/// Small letters, digits and `-`, beginning with a letter or digit: `mqtt-broker`.
pub fn is_slug(word: &str) -> bool {
    let may_stand = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=40).contains(&word.len()) && word.chars().all(may_stand) && !word.starts_with('-') && !word.ends_with('-')
}

/// The name of a variable as settings have it: `ADMIN_TOKEN`.
pub fn is_setting_name(word: &str) -> bool {
    let may_stand = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    word.starts_with(|c: char| c.is_ascii_uppercase()) && word.len() <= 64 && word.chars().all(may_stand)
}

/// The name of any variable of an environment.
pub fn is_variable(word: &str) -> bool {
    let may_stand = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !word.is_empty() && !word.starts_with(|c: char| c.is_ascii_digit()) && word.chars().all(may_stand)
}

/// Absolute, without detours, and without what ends a word in a mount point of Proxmox or docker.
pub fn is_path(word: &str) -> bool {
    let may_stand = |c: char| c.is_ascii_alphanumeric() || "/._+@~-".contains(c);
    let is_detour = |part: &str| part.is_empty() || part == "." || part == "..";
    match word.strip_prefix('/') {
        Some(rest) => word.chars().all(may_stand) && !rest.split('/').any(is_detour),
        None => false,
    }
}

/// A name in a folder, and no way out of it.
pub fn is_file_name(word: &str) -> bool {
    let may_stand = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    (1..=80).contains(&word.len()) && word.chars().all(may_stand) && !word.starts_with(['.', '-'])
}

/// `0640`
pub fn is_mode(word: &str) -> bool {
    matches!(word.len(), 3 | 4) && word.chars().all(|c| ('0'..='7').contains(&c))
}

/// One entry of what `sh` runs.
pub fn is_shell_line(line: &str) -> bool {
    !line.trim().is_empty() && !line.contains(|c: char| c.is_control() && c != '\t')
}

/// What may stand in a marker, such as a version.
pub fn is_plain(word: &str) -> bool {
    let may_stand = |c: char| c.is_ascii_alphanumeric() || "._+~-".contains(c);
    (1..=64).contains(&word.len()) && word.chars().all(may_stand)
}

/// One line of text for the operator's eyes: no control characters reach his terminal.
pub fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(char::is_control)
}

/// The same, in several lines.
pub fn is_prose(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(|c: char| c.is_control() && c != '\n')
}

/// The name of a package of Debian.
pub fn is_package(name: &str) -> bool {
    let may_stand = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "+.-".contains(c);
    name.len() >= 2 && name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(may_stand)
}

/// A whole address of a page.
pub fn is_link(text: &str) -> bool {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    is_web && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Why an image reference will not do: it has to name its tag, because what has no name cannot be updated on purpose.
pub fn image_fault(image: &str) -> Option<&'static str> {
    let may_stand = |c: char| c.is_ascii_alphanumeric() || "/:._-".contains(c);
    if image.contains('@') {
        return Some("name the image by its tag; its checksum is a field of its own, `digest`");
    }
    if image.is_empty() || !image.chars().all(may_stand) {
        return Some("this is no name of an image");
    }
    let (path, last) = image.rsplit_once('/').unwrap_or(("", image));
    let Some((name, tag)) = last.split_once(':') else {
        return Some("the image has no tag; write it as in `nginx:1.29`");
    };
    let is_good_tag = !tag.is_empty() && !tag.starts_with(['.', '-']) && !tag.contains(':');
    let is_good_name = !name.is_empty() && name.chars().all(|c| !c.is_ascii_uppercase());
    let is_good_path = image.find('/').is_none() || path.split('/').all(|part| !part.is_empty());
    (!is_good_tag || !is_good_name || !is_good_path).then_some("this is no name of an image")
}

/// Whether the image says from which registry it is.
pub fn names_registry(image: &str) -> bool {
    image.split_once('/').is_some_and(|(first, _)| first.contains(['.', ':']) || first == "localhost")
}
