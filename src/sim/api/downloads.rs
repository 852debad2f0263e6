//! Bringing files onto a storage from outside: templates from Proxmox's list, and whatever a URL names.

use serde_json::json;

use super::{
    Ask, Endpoint,
    Guard::{self, Anyone, Needs},
    Outcome, appliances, get, post,
    storages::named,
    wget,
};
use crate::{
    domain::moment::Moment,
    sim::{
        check::{
            formats,
            rule::{Rule, boolean, one_of, text},
        },
        datacenter::Datacenter,
        outside::{Missing, fetch, host_of, sum_of_url},
        refusal::Refusal,
        sum::ALGORITHMS,
        world::{
            storage::{Storage, Volume},
            task::{Archive, Work},
        },
    },
};

const TEMPLATES: Guard = Needs("/storage/{storage}", "Datastore.AllocateTemplate");

pub const ENDPOINTS: &[Endpoint] = &[
    get("/nodes/{node}/aplinfo", Anyone, &[], appliances::list),
    post("/nodes/{node}/aplinfo", TEMPLATES, APPLIANCE, download_appliance),
    get("/nodes/{node}/query-url-metadata", Anyone, &[URL, boolean("verify-certificates")], metadata),
    post("/nodes/{node}/storage/{storage}/download-url", TEMPLATES, DOWNLOAD, download),
];

const URL: Rule = text("url").pattern(is_url).needed();
const APPLIANCE: &[Rule] =
    &[text("storage").format(formats::storage_id).needed(), text("template").longest(255).needed()];
pub const CONTENT: Rule = one_of("content", &["iso", "vztmpl", "import"]).format(formats::content).needed();
pub const FILE_NAME: Rule = text("filename").longest(255).needed();
pub const CHECKSUM: Rule = text("checksum").requires("checksum-algorithm");
pub const ALGORITHM: Rule = one_of("checksum-algorithm", ALGORITHMS).requires("checksum");
const DOWNLOAD: &[Rule] =
    &[CONTENT, FILE_NAME, URL, CHECKSUM, ALGORITHM, text("compression"), boolean("verify-certificates")];

fn is_url(text: &str) -> bool {
    text.strip_prefix("http").is_some_and(|rest| rest.starts_with("://") || rest.starts_with("s://"))
}

fn download_appliance(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let appliance = appliances::find(ask.text("template"));
    let appliance = appliance.ok_or_else(|| Refusal::parameter("template", "no such template"))?;
    let storage = named(datacenter, ask)?;
    if !storage.takes("vztmpl") {
        return Err(Refusal::died(format!("storage '{}' does not support templates", storage.name)));
    }
    let url = appliances::location(appliance);
    let sum = sum_of_url("sha512", &url);
    let checksum = sum.map(|sum| ("sha512", sum));
    let file = File { content: "vztmpl", name: appliance.0.to_owned(), url, checksum };
    Ok(json!(begin(datacenter, ask, &file)).into())
}

/// The right to let a node reach out.
fn may_reach_out(datacenter: &Datacenter, ask: &Ask) -> Result<(), Refusal> {
    let whole = datacenter.rights(&ask.who, "/").held;
    let reaches = datacenter.may(&ask.who, &format!("/nodes/{}", ask.node()), "Sys.AccessNetwork");
    match reaches || (whole.has("Sys.Audit") && whole.has("Sys.Modify")) {
        true => Ok(()),
        false => Err(Refusal::forbidden("")),
    }
}

fn metadata(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    may_reach_out(datacenter, ask)?;
    let url = ask.text("url");
    let found = fetch(url).map_err(|why| {
        let status = match why {
            Missing::Host => format!("500 Can't connect to {}:443 (Name or service not known)", host_of(url)),
            Missing::File => "404 Not Found".to_owned(),
        };
        Refusal::died(format!("invalid server response: '{status}'"))
    })?;
    Ok(json!({ "filename": found.name, "size": found.size, "mimetype": found.mime }).into())
}

fn download(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    may_reach_out(datacenter, ask)?;
    let storage = named(datacenter, ask)?;
    if !storage.is_of_files() {
        return Err(Refusal::died(format!(
            "can't upload to storage type '{}', not a file based storage!",
            storage.kind
        )));
    }
    let content = ask.text("content");
    if !storage.takes(content) {
        let text = format!("storage '{}' is not configured for content-type '{content}'", storage.name);
        return Err(Refusal::died(text));
    }
    let name = file_name(ask.text("filename"));
    let content = judge_name(content, &name)?;
    if let Some(why) = storage.outage() {
        return Err(Refusal::died(why));
    }
    if ask.given("compression").is_some() && content != "iso" {
        let why = format!("decompression not supported for {content}");
        let work = Work::Settled(Err(why));
        return Ok(json!(datacenter.begin(ask.node(), "download", &name, &ask.who.id(), 100, work)).into());
    }
    let algorithm = ALGORITHMS.iter().find(|algorithm| Some(**algorithm) == ask.given("checksum-algorithm"));
    let checksum = algorithm.map(|algorithm| (*algorithm, ask.text("checksum").to_owned()));
    let file = File { content, name, url: ask.text("url").to_owned(), checksum };
    Ok(json!(begin(datacenter, ask, &file)).into())
}

/// A name that is safe in a folder.
pub fn file_name(text: &str) -> String {
    let last = text.trim_end_matches('\n').rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().map(|c| if c.is_ascii_alphanumeric() || "_.-".contains(c) { c } else { '_' }).collect()
}

/// Whether a name ends as its content demands; gives the content.
pub fn judge_name(content: &str, name: &str) -> Result<&'static str, Refusal> {
    let lower = name.to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.len() > ending.len() && lower.ends_with(ending));
    let wrong = |text: &str| Refusal::parameter("filename", text);
    match content {
        "iso" if ends(&[".iso", ".img"]) => Ok("iso"),
        "vztmpl" if ends(&[".tar", ".tar.gz", ".tar.xz", ".tar.zst", ".tar.bz2"]) => Ok("vztmpl"),
        "import" if ends(&[".ova", ".qcow2", ".raw", ".vmdk"]) => Ok("import"),
        "import" => Err(wrong("invalid filename or wrong extension")),
        _ => Err(wrong("wrong file extension")),
    }
}

/// The format of a file, as a list names it.
pub fn format_of(content: &str, name: &str) -> &'static str {
    let lower = name.to_ascii_lowercase();
    let ending = [
        (".tar.gz", "tgz"),
        (".tar.xz", "txz"),
        (".tar.zst", "tzst"),
        (".tar.bz2", "tbz2"),
        (".tar", "tar"),
        (".ova", "ova"),
        (".qcow2", "qcow2"),
        (".vmdk", "vmdk"),
        (".raw", "raw"),
    ];
    match content {
        "iso" => "iso",
        _ => ending.iter().find(|(ending, _)| lower.ends_with(ending)).map_or("raw", |(_, format)| format),
    }
}

/// A file that is to be fetched.
struct File {
    content: &'static str,
    name: String,
    url: String,
    checksum: Option<(&'static str, String)>,
}

fn begin(datacenter: &mut Datacenter, ask: &Ask, file: &File) -> String {
    let now = datacenter.now();
    let storage = datacenter.storage(ask.text("storage")).cloned();
    let (lines, lasts, work) = match storage {
        Some(storage) => fetched(datacenter, ask.node(), &storage, file),
        None => (Vec::new(), 0, Work::Settled(Ok(()))),
    };
    let upid = datacenter.begin(ask.node(), "download", &file.name, &ask.who.id(), lasts.max(50), work);
    if let Some(task) = datacenter.tasks.get_mut(&upid) {
        lines.into_iter().for_each(|(after, line)| task.say(Moment(now.0 + after), line));
    }
    upid
}

type Told = (Vec<(i64, String)>, i64, Work);

/// Lines, how long it takes, and how it ends.
fn fetched(datacenter: &Datacenter, node: &str, storage: &Storage, file: &File) -> Told {
    let File { content, name, url, checksum } = file;
    let path = format!("{content}/{name}");
    let place = storage.path_of(&path);
    let mut lines = vec![(0, format!("downloading {url} to {place}"))];
    if let Some(why) = storage.outage() {
        return (lines, 50, Work::Settled(Err(why)));
    }
    if storage.volume(node, &path).is_some() {
        let result = there_already(&place, url, checksum.as_ref(), &mut lines);
        return (lines, 900, Work::Settled(result));
    }
    let found = match fetch(url) {
        Ok(found) => found,
        Err(why) => {
            return (
                lines.into_iter().chain(wget::not_found(url, why)).collect(),
                700,
                Work::Settled(Err(wget::ending(why))),
            );
        }
    };
    let pid = 1_000 + crate::sim::hash::mix(datacenter.seed, datacenter.now().0 as u64) % 30_000;
    let took = wget::fetched(datacenter.now(), url, &format!("{place}.tmp_dwnl.{pid}"), &found, &mut lines);
    if found.size > datacenter.room_on(storage, node) {
        lines.push((took, format!("{place}.tmp_dwnl.{pid}: No space left on device")));
        return (lines, took + 50, Work::Settled(Err("download failed: exit code 3".into())));
    }
    if let Some((algorithm, expected)) = checksum {
        let got = sum_of_url(algorithm, url).unwrap_or_default();
        if !got.eq_ignore_ascii_case(expected) {
            lines.push((took, "calculating checksum...".into()));
            let why = format!("checksum mismatch: got '{got}' != expect '{expected}'");
            return (lines, took + 400, Work::Settled(Err(why)));
        }
        lines.push((took + 300, "calculating checksum...OK, checksum verified".into()));
    }
    lines.push((took + 350, format!("download of '{url}' to '{place}' finished")));
    let made = Moment(datacenter.now().0 + took).as_secs();
    let volume = Volume {
        node: (!storage.is_shared).then(|| node.to_owned()),
        ..Volume::plain(content, path, format_of(content, name), found.size, made)
    };
    (lines, took + 400, Work::Put(Archive { storage: storage.name.to_owned(), volume }))
}

fn there_already(
    place: &str,
    url: &str,
    checksum: Option<&(&'static str, String)>,
    lines: &mut Vec<(i64, String)>,
) -> Result<(), String> {
    let Some((algorithm, expected)) = checksum else {
        return Err(format!("refusing to override existing file '{place}'"));
    };
    let got = sum_of_url(algorithm, url).unwrap_or_default();
    let said = "calculating checksum of existing file...";
    if got.eq_ignore_ascii_case(expected) {
        lines.push((800, format!("{said}OK, got correct file already, no need to download")));
        return Ok(());
    }
    lines.push((800, said.to_owned()));
    Err(format!("checksum mismatch: got '{got}' != expect '{expected}', aborting"))
}
