//! What a service finds in its folders. What must hold: each mount becomes a volume or a file of the recipe, or is said.

use super::{
    Making,
    names::One,
    places::{self, Place},
    volumes::Wish,
};
use crate::{
    catalog::import::{
        notes::{Stop, stop},
        outcome::Reason,
        tree::Tree,
        words::slug,
    },
    domain::catalog::{ComposeFile, NeedKind, Service, escaped, words},
};

struct Mount {
    /// Empty for a volume without a name.
    source: String,
    target: String,
    is_read_only: bool,
}

/// More files belong into an image.
const MOST_FILES: usize = 24;

/// Of all files together; a recipe has to stay one.
const MOST_LETTERS: usize = 128 * 1024;

pub fn mounts(one: &One<'_>, service: &mut Service, making: &mut Making<'_, '_>) -> Result<(), Stop> {
    for tree in one.tree.get("volumes").map(Tree::items).unwrap_or_default() {
        if let Some(mount) = read(one, tree, service, making)? {
            put(one, mount, service, making)?;
        }
    }
    if one.tree.get("volumes_from").is_some() {
        making.notes.say(format!("service {}: it does not see the folders of other services", one.key));
    }
    Ok(())
}

fn read(one: &One<'_>, tree: &Tree, service: &mut Service, making: &mut Making<'_, '_>) -> Result<Option<Mount>, Stop> {
    let unclear = |making: &mut Making<'_, '_>, what: &str| {
        making.notes.say(format!("service {}: the mount {what} is not understood", one.key));
        Ok(None)
    };
    let (source, target, is_read_only) = match tree {
        Tree::Text(text) => match short(text, making)? {
            Some(mount) => mount,
            None => return unclear(making, text),
        },
        Tree::Map(_) => {
            let plain = |key: &str| making.settings.plain(tree.word(key).unwrap_or_default());
            let (Some(source), Some(target)) = (plain("source")?, plain("target")?) else {
                return unclear(making, tree.word("target").unwrap_or("without a target"));
            };
            (source, target, tree.says_yes("read_only"))
        }
        _ => return unclear(making, "that is neither text nor map"),
    };
    let target = normal(&target);
    if !words::is_path(&target) {
        return unclear(making, &target);
    }
    if tree.word("type") == Some("tmpfs") {
        service.tmpfs.push(target);
        return Ok(None);
    }
    Ok(Some(Mount { source, target, is_read_only }))
}

/// `source:/target:ro`, after its variables were filled in; with unknown ones there is no telling.
fn short(text: &str, making: &Making<'_, '_>) -> Result<Option<(String, String, bool)>, Stop> {
    let Some(text) = making.settings.plain(text)? else { return Ok(None) };
    let mut parts: Vec<&str> = text.split(':').collect();
    let last_is_mode = parts.len() > 1 && parts.last().is_some_and(|last| !last.starts_with('/'));
    let mode = if last_is_mode { parts.pop().unwrap_or_default() } else { "" };
    let is_read_only = mode.split(',').any(|word| word == "ro");
    Ok(match parts.as_slice() {
        [target] => Some((String::new(), (*target).to_owned(), is_read_only)),
        [source, target] => Some(((*source).to_owned(), (*target).to_owned(), is_read_only)),
        _ => None,
    })
}

fn normal(path: &str) -> String {
    let parts: Vec<&str> = path.trim().split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if path.trim().starts_with('/') { format!("/{}", parts.join("/")) } else { path.trim().to_owned() }
}

fn put(one: &One<'_>, mount: Mount, service: &mut Service, making: &mut Making<'_, '_>) -> Result<(), Stop> {
    let (target, source) = (&mount.target, &mount.source);
    let left_out = |making: &mut Making<'_, '_>, why: &str| {
        making.notes.say(format!("service {}: {source} at {target} is left out: {why}", one.key));
    };
    if is_taken(service, target) {
        left_out(making, "something else is there already");
        return Ok(());
    }
    match places::place(source) {
        _ if source.is_empty() => volume(one, format!("{}:{target}", one.name), "", &mount, service, making),
        Place::Harmless => {}
        Place::Machine(_) if source == "/dev/net/tun" => tun(service, making),
        Place::Machine(_) if source == "/dev/shm" => {}
        Place::Machine(why) => left_out(making, why),
        Place::Named(name) => volume(one, format!("named {name}"), &name, &mount, service, making),
        Place::Shared(path) if making.beside.files.is_some() && places::is_of_another_app(&path) => {
            return stop(Reason::OtherApp, format!("service {} reads the data of another app: {path}", one.key));
        }
        Place::Shared(path) if places::is_file(&path) => left_out(making, "it is a file of the machine"),
        Place::Shared(path) => {
            volume(one, format!("shared {path}"), &path, &mount, service, making);
            making
                .notes
                .say(format!("service {}: {path} of the machine is an empty volume of its own at {target}", one.key));
        }
        Place::Own(path) => return own(one, &path, &mount, service, making),
    }
    Ok(())
}

fn own(
    one: &One<'_>,
    path: &str,
    mount: &Mount,
    service: &mut Service,
    making: &mut Making<'_, '_>,
) -> Result<(), Stop> {
    if making.beside.has(path) {
        return file(one, path, &mount.target, service, making);
    }
    let mut files = making.beside.below(path);
    files.retain(|name| !name.split('/').any(|part| part.starts_with('.')));
    if files.is_empty() && places::is_file(path) && places::is_file(&mount.target) {
        return stop(
            Reason::File,
            format!("service {} mounts the file {path}, which is not among the files of the store", one.key),
        );
    }
    let key = if path.is_empty() { "own".to_owned() } else { format!("own/{path}") };
    volume(one, key, path, mount, service, making);
    if files.len() > MOST_FILES {
        return stop(
            Reason::File,
            format!("service {} needs {} files of the store below {path}", one.key, files.len()),
        );
    }
    for name in &files {
        file(one, &format!("{path}/{name}"), &format!("{}/{name}", mount.target), service, making)?;
    }
    Ok(())
}

fn volume(one: &One<'_>, key: String, called: &str, mount: &Mount, service: &mut Service, making: &mut Making<'_, '_>) {
    let owner = service
        .user
        .clone()
        .filter(|user| user.split(':').all(|part| part.parse::<u32>().is_ok_and(|n| n.to_string() == part)));
    let owner = owner.filter(|user| user != "0" && user != "0:0" && user.split(':').count() <= 2);
    let wish = Wish { key, called, path: &mount.target, service: &one.name, owner };
    let (name, is_shelf) = making.volumes.put(wish);
    if is_shelf {
        making.notes.say(format!("the volume {name} is not part of backups"));
    }
    service.volumes.push(format!("{name}:{}{}", mount.target, if mount.is_read_only { ":ro" } else { "" }));
}

/// A file of the store goes along; inside it can only be read.
fn file(
    one: &One<'_>,
    path: &str,
    target: &str,
    service: &mut Service,
    making: &mut Making<'_, '_>,
) -> Result<(), Stop> {
    let why_not =
        |why: &str| stop(Reason::File, format!("service {}: the file {path} cannot be carried along: {why}", one.key));
    let text = match making.beside.text(path) {
        Ok(text) => text,
        Err(why) => return why_not(&why),
    };
    let size: usize = making.files.iter().map(|file| file.content.len()).sum();
    if making.files.len() >= MOST_FILES || size + text.len() > MOST_LETTERS {
        return why_not("there are too many of them");
    }
    if !words::is_path(target) {
        return why_not("its place is no plain path");
    }
    let is_program = text.starts_with("#!") || path.ends_with(".sh");
    let content = making.settings.with_secrets(&escaped(&text));
    let name = add(path, if is_program { "0755" } else { "0644" }, content, making);
    service.files.push(format!("{name}:{target}"));
    making
        .notes
        .say(format!("service {}: the file {target} comes with the recipe and can only be read inside", one.key));
    Ok(())
}

/// Its name among the files of the recipe.
pub fn add(path: &str, mode: &str, content: String, making: &mut Making<'_, '_>) -> String {
    let plain: String =
        path.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let plain = plain.trim_start_matches(['.', '-', '_']);
    let ending = plain.chars().count().saturating_sub(70);
    let plain: String = plain.chars().skip(ending).collect();
    let plain = plain.trim_start_matches(['.', '-']).to_owned();
    let plain = if plain.is_empty() { slug(path).unwrap_or_else(|| "file".to_owned()) } else { plain };
    if let Some(same) =
        making.files.iter().find(|file| file.content == content && file.name.ends_with(&plain) && file.mode == mode)
    {
        return same.name.clone();
    }
    let numbered = (2..).map(|n| format!("{n}-{plain}"));
    let is_free = |name: &String| making.files.iter().all(|file| file.name != *name);
    let name = [plain.clone()].into_iter().chain(numbered).find(is_free).unwrap_or(plain);
    making.files.push(ComposeFile { name: name.clone(), mode: mode.to_owned(), content });
    name
}

pub fn tun(service: &mut Service, making: &mut Making<'_, '_>) {
    if !service.devices.iter().any(|device| device == "/dev/net/tun") {
        service.devices.push("/dev/net/tun".to_owned());
    }
    making.need(NeedKind::Tun, "It builds tunnels.");
}

fn is_taken(service: &Service, target: &str) -> bool {
    let paths = service.volumes.iter().chain(&service.files).filter_map(|text| text.split(':').nth(1));
    paths.chain(service.tmpfs.iter().map(String::as_str)).any(|path| path == target)
}
