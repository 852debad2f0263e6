//! Putting a file that was uploaded in its place. One of the same name is replaced.

use serde_json::json;

use super::{
    Ask, Endpoint,
    Guard::{self, Needs},
    Outcome,
    downloads::{ALGORITHM, CHECKSUM, CONTENT, FILE_NAME, file_name, format_of, judge_name},
    post,
    storages::named,
};
use crate::{
    domain::moment::Moment,
    sim::{
        check::{
            given::Upload,
            rule::{Rule, text},
        },
        datacenter::Datacenter,
        refusal::Refusal,
        world::{
            storage::Volume,
            task::{Archive, Work},
        },
    },
};

const TEMPLATES: Guard = Needs("/storage/{storage}", "Datastore.AllocateTemplate");

pub const ENDPOINTS: &[Endpoint] = &[post("/nodes/{node}/storage/{storage}/upload", TEMPLATES, UPLOAD, upload)];

const UPLOAD: &[Rule] = &[CONTENT, FILE_NAME, CHECKSUM, ALGORITHM, text("tmpfilename").pattern(is_temporary)];
/// Bytes a second from one disk to another.
const SPEED: u64 = 400_000_000;

fn is_temporary(text: &str) -> bool {
    let name = text.strip_prefix("/var/tmp/pveupload-").unwrap_or_default();
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Whether a call brings a file: its body may be of any length, and it needs no CSRF token.
pub fn is_upload(method: &str, path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    method == "POST" && matches!(parts.as_slice(), ["", "nodes", _, "storage", _, "upload"])
}

fn upload(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let storage = named(datacenter, ask)?;
    if !storage.is_of_files() {
        return Err(Refusal::died(format!("can't upload to storage type '{}'", storage.kind)));
    }
    let Some(file) = &ask.upload else { return Err(Refusal::died("missing temporary file name")) };
    let name = file_name(ask.text("filename"));
    let content = judge_name(ask.text("content"), &name)?;
    if !storage.takes(content) {
        return Err(Refusal::died(format!("storage '{}' does not support '{content}' content", storage.name)));
    }
    if let Some(why) = storage.outage() {
        return Err(Refusal::died(why));
    }
    let path = format!("{content}/{name}");
    let (place, from) = (storage.path_of(&path), file.place());
    let mut lines = vec![format!("starting file import from: {from}")];
    let verified = verify(ask, file, &mut lines);
    let lasts = 150 + (file.size * 1_000 / SPEED) as i64;
    let has_room = file.size <= datacenter.room_on(storage, ask.node());
    let is_sound = verified.is_ok();
    let work = match verified {
        Err(why) => Work::Settled(Err(why)),
        Ok(()) if !has_room => Work::Settled(Err("import failed: exit code 1".into())),
        Ok(()) => {
            let volume = Volume {
                node: (!storage.is_shared).then(|| ask.node().to_owned()),
                ..Volume::plain(content, path, format_of(content, &name), file.size, datacenter.now().as_secs())
            };
            Work::Put(Archive { storage: storage.name.to_owned(), volume })
        }
    };
    if is_sound {
        lines.extend([
            format!("target node: {}", ask.node()),
            format!("target file: {place}"),
            format!("file size is: {}", file.size),
            format!("command: cp -- {from} {place}"),
        ]);
        lines.push(match has_room {
            true => "finished file import successfully".to_owned(),
            false => format!("cp: error writing '{place}': No space left on device"),
        });
    }
    let now = datacenter.now();
    let upid = datacenter.begin(ask.node(), "imgcopy", "", &ask.who.id(), lasts, work);
    if let Some(task) = datacenter.tasks.get_mut(&upid) {
        lines.into_iter().for_each(|line| task.say(Moment(now.0 + 20), line));
    }
    Ok(json!(upid).into())
}

fn verify(ask: &Ask, file: &Upload, lines: &mut Vec<String>) -> Result<(), String> {
    let Some(expected) = ask.given("checksum") else { return Ok(()) };
    let got = file.sum.clone().unwrap_or_default();
    if got.eq_ignore_ascii_case(expected) {
        lines.push("calculating checksum...OK, checksum verified".into());
        return Ok(());
    }
    lines.push("calculating checksum...".into());
    Err(format!("checksum mismatch: got '{got}' != expect '{expected}'"))
}
