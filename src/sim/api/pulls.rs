//! Images from registries: which tags there are, and bringing one onto a storage as a template.

use serde_json::json;

use super::{
    Ask, Endpoint,
    Guard::{self, Needs},
    Outcome,
    downloads::file_name,
    get, post,
    storages::named,
};
use crate::{
    domain::moment::Moment,
    sim::{
        check::rule::{Rule, text},
        datacenter::Datacenter,
        outside::{number_of, pull, tags},
        refusal::Refusal,
        sum::sum_of,
        world::{
            storage::{Storage, Volume},
            task::{Archive, Work},
        },
    },
};

const REACH: Guard = Needs("/nodes/{node}", "Sys.AccessNetwork");
const TEMPLATES: Guard = Needs("/storage/{storage}", "Datastore.AllocateTemplate");

pub const ENDPOINTS: &[Endpoint] = &[
    get("/nodes/{node}/query-oci-repo-tags", REACH, &[text("reference").pattern(is_name).needed()], list),
    post("/nodes/{node}/storage/{storage}/oci-registry-pull", TEMPLATES, PULL, begin),
];

const PULL: &[Rule] = &[text("reference").pattern(is_reference).needed(), text("filename").shortest(1).longest(255)];

/// Bytes a second.
const SPEED: u64 = 60_000_000;

/// `host:port/owner/name`, of which only the last is needed.
fn is_name(text: &str) -> bool {
    let (first, rest) = text.split_once('/').unwrap_or(("", text));
    let is_host = |host: &str| {
        let (host, port) = host.split_once(':').unwrap_or((host, "1"));
        let is_label = |label: &str| {
            label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
                && label.starts_with(|c: char| c.is_ascii_alphanumeric())
                && label.ends_with(|c: char| c.is_ascii_alphanumeric())
        };
        host.split('.').all(is_label) && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_path = |path: &str| path.split('/').all(is_part);
    is_path(text) || (is_host(first) && is_path(rest))
}

/// Small letters and digits, with separators between them only.
fn is_part(part: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_separator = |gap: &str| matches!(gap, "" | "." | "_" | "__") || gap.bytes().all(|byte| byte == b'-');
    part.starts_with(is_plain)
        && part.ends_with(is_plain)
        && part.chars().all(|c| is_plain(c) || "._-".contains(c))
        && part.split(is_plain).all(is_separator)
}

fn is_reference(text: &str) -> bool {
    let is_tag = |tag: &str| {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        tag.len() <= 128 && tag.starts_with(is_word) && tag.chars().all(|c| is_word(c) || ".-".contains(c))
    };
    text.rsplit_once(':').is_some_and(|(name, tag)| is_tag(tag) && is_name(name))
}

fn list(_: &mut Datacenter, ask: &Ask) -> Outcome {
    let name = ask.text("reference");
    let failed = || Refusal::died(format!("command 'skopeo list-tags docker://{name}' failed: exit code 1"));
    Ok(json!(tags(name).ok_or_else(failed)?).into())
}

fn begin(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let node = format!("/nodes/{}", ask.node());
    if !datacenter.may(&ask.who, &node, "Sys.AccessNetwork") {
        return Err(Refusal::forbidden(&format!("{node}, Sys.AccessNetwork")));
    }
    let storage = named(datacenter, ask)?;
    if !storage.is_of_files() {
        return Err(Refusal::died(format!(
            "can't upload to storage type '{}', not a file based storage!",
            storage.kind
        )));
    }
    if !storage.takes("vztmpl") {
        let text = format!("storage '{}' is not configured for content-type 'vztmpl'", storage.name);
        return Err(Refusal::died(text));
    }
    if let Some(why) = storage.outage() {
        return Err(Refusal::died(why));
    }
    let reference = ask.text("reference").to_owned();
    let file = format!("{}.tar", file_name(ask.given("filename").unwrap_or(&reference)));
    if storage.volume(ask.node(), &format!("vztmpl/{file}")).is_some() {
        return Err(Refusal::died(format!("refusing to override existing file '{file}'")));
    }
    let (lines, lasts, work) = pulled(datacenter, ask.node(), storage, &reference, &file);
    let now = datacenter.now();
    let upid = datacenter.begin(ask.node(), "ociregistrypull", &file, &ask.who.id(), lasts, work);
    if let Some(task) = datacenter.tasks.get_mut(&upid) {
        lines.into_iter().for_each(|(after, line)| task.say(Moment(now.0 + after), line));
    }
    Ok(json!(upid).into())
}

type Told = (Vec<(i64, String)>, i64, Work);

fn pulled(datacenter: &Datacenter, node: &str, storage: &Storage, reference: &str, file: &str) -> Told {
    let path = format!("vztmpl/{file}");
    let place = storage.path_of(&path);
    let failed = |why: &str| {
        let time = jiff::Timestamp::from_second(datacenter.now().as_secs()).unwrap_or_default();
        let line = format!("time=\"{time}\" level=fatal msg=\"{why}\"");
        let copy = format!("skopeo copy docker://{reference} oci-archive:{place}.tmp.195");
        (vec![(300, line)], 350, Work::Settled(Err(format!("command '{copy}' failed: exit code 1"))))
    };
    let (image, size) = match pull(reference) {
        Ok(found) => found,
        Err(why) => return failed(&format!("initializing source docker://{reference}: {why}")),
    };
    if size > datacenter.room_on(storage, node) {
        return failed(&format!("writing blob: write {place}.tmp.195: no space left on device"));
    }
    let lasts = 400 + (size * 1_000 / SPEED) as i64;
    let digest = |salt: &str| sum_of("sha256", &format!("{reference} {salt}")).unwrap_or_default();
    let layers = 1 + number_of(reference) % 6;
    let mut lines = vec![(200, "Getting image source signatures".to_owned())];
    lines.extend((0..layers).map(|layer| (300, format!("Copying blob sha256:{}", digest(&layer.to_string())))));
    lines.extend([
        (lasts - 60, format!("Copying config sha256:{}", digest("config"))),
        (lasts - 30, "Writing manifest to image destination".to_owned()),
        (lasts - 30, "Storing signatures".to_owned()),
    ]);
    let volume = Volume {
        image: Some(image),
        node: (!storage.is_shared).then(|| node.to_owned()),
        ..Volume::plain("vztmpl", path, "tar", size, Moment(datacenter.now().0 + lasts).as_secs())
    };
    (lines, lasts, Work::Put(Archive { storage: storage.name.to_owned(), volume }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_need_a_tag_and_no_digest() {
        for text in ["nginx:1.27", "localhost:5443/web:1.0", "ghcr.io/a/b-c_d:latest", "a/b:1"] {
            assert!(is_reference(text), "{text}");
        }
        for text in ["nginx", "localhost:5443/web", "web@sha256:00", "Nginx:1", "a//b:1", "a/b:", "a..b:1", "-a:1"] {
            assert!(!is_reference(text), "{text}");
        }
        assert!(is_name("docker.io/library/alpine") && is_name("localhost:5443/web") && !is_name("a:b"));
    }
}
