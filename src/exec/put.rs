//! A file into a guest. What must hold: the old file stays as it is until the new one lies beside it, whole and proved,
//! and then it is replaced in one move.

use ring::digest::{Context, SHA256};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio_util::sync::CancellationToken;

use super::{
    ask::Ask,
    error::ExecError,
    frame::{hex, word},
    job::why,
    link::Link,
    upload::Upload,
};
use crate::domain::quote::quoted;

/// What a file is to be like inside the guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    pub path: String,
    /// Such as 0o644. Without one, that of the file in whose place it comes, or of any new file.
    pub mode: Option<u32>,
    /// `user` or `user:group`; without one, that of the file in whose place it comes.
    pub owner: Option<String>,
}

impl NewFile {
    pub fn at(path: impl Into<String>) -> Self {
        Self { path: path.into(), mode: None, owner: None }
    }
}

/// How many bytes are done by now.
pub type Done = u64;

pub async fn put(
    link: &mut Link,
    mut source: impl AsyncRead + Unpin,
    file: &NewFile,
    mut progress: impl FnMut(Done),
    cancel: &CancellationToken,
) -> Result<u64, ExecError> {
    let place = resolve(link, &absolute(&link.guest, &file.path)?).await?;
    let part = beside(&place);
    link.begin_sending().await;
    let outcome = carry(link, &mut source, file, &part, &mut progress, cancel).await;
    link.end_sending();
    let (size, sum) = match outcome {
        Ok(carried) => carried,
        Err(error) => {
            // What lies half there is of no use to anybody; whether it could be removed changes nothing.
            drop(link.ask(&Ask::new(format!("rm -f {}", quoted(&part)))).await);
            return Err(error);
        }
    };
    settle(link, file, &place, &part, &sum, size).await?;
    Ok(size)
}

/// Where a link leads; a folder is no place for a file.
async fn resolve(link: &mut Link, path: &str) -> Result<String, ExecError> {
    let word = quoted(path);
    let command = format!("[ -d {word} ]&&exit 9;readlink -f {word} 2>/dev/null||printf \"%s\\n\" {word}");
    let reply = link.ask(&Ask::new(command)).await?;
    match reply.code {
        0 if reply.text.starts_with('/') && !reply.text.contains('\n') => Ok(reply.text),
        9 => Err(refused(link, path, "there is a folder of that name")),
        _ => Err(refused(link, path, &why(&reply.text))),
    }
}

/// A path as every road means it: from root's own folder on where it is not absolute.
pub fn absolute(guest: &str, path: &str) -> Result<String, ExecError> {
    if path.is_empty() || path.contains(['\n', '\0']) {
        return Err(ExecError::Inside {
            what: format!("{path:?} is no path on {guest}"),
            why: "it is empty, or it has more than one line".into(),
        });
    }
    Ok(if path.starts_with('/') { path.to_owned() } else { format!("/root/{path}") })
}

/// In the same folder, so that it can be moved there in one step.
fn beside(place: &str) -> String {
    let folder = place.rsplit_once('/').map_or(".", |(folder, _)| folder);
    format!("{folder}/.proximity-{}", word(6))
}

async fn carry(
    link: &mut Link,
    source: &mut (impl AsyncRead + Unpin),
    file: &NewFile,
    part: &str,
    progress: &mut impl FnMut(Done),
    cancel: &CancellationToken,
) -> Result<(u64, String), ExecError> {
    let mut upload = Upload::begin(link, part).await.map_err(|error| named(error, &file.path, link))?;
    let (mut digest, mut done, mut chunk) = (Context::new(&SHA256), 0, Vec::new());
    loop {
        if cancel.is_cancelled() {
            return Err(ExecError::Cancelled { what: file.path.clone() });
        }
        let room = upload.room(link);
        fill(source, &mut chunk, room)
            .await
            .map_err(|error| ExecError::Local { path: "what is to be sent".into(), why: error.to_string() })?;
        if chunk.is_empty() {
            return Ok((done, hex(digest.finish().as_ref())));
        }
        let size = chunk.len().min(room);
        if upload.add(link, &chunk[..size]).await.map_err(|error| named(error, &file.path, link))? {
            digest.update(&chunk[..size]);
            chunk.drain(..size);
            done += size as u64;
            progress(done);
        }
    }
}

async fn fill(source: &mut (impl AsyncRead + Unpin), chunk: &mut Vec<u8>, size: usize) -> std::io::Result<()> {
    while chunk.len() < size {
        let room = (size - chunk.len()) as u64;
        if (&mut *source).take(room).read_to_end(chunk).await? == 0 {
            return Ok(());
        }
    }
    Ok(())
}

/// The operator knows the file by its own name, not by that of its beginnings.
fn named(error: ExecError, path: &str, link: &Link) -> ExecError {
    match error {
        ExecError::Inside { why, .. } => refused(link, path, &why),
        other => other,
    }
}

fn refused(link: &Link, path: &str, why: &str) -> ExecError {
    ExecError::Inside { what: format!("{path} could not be written on {}", link.guest), why: why.to_owned() }
}

async fn settle(
    link: &mut Link,
    file: &NewFile,
    place: &str,
    part: &str,
    sum: &str,
    size: u64,
) -> Result<(), ExecError> {
    let mode = match file.mode {
        Some(mode) => format!("{mode:o}"),
        None => "${m:-644}".into(),
    };
    let owner = file.owner.as_ref().map_or_else(|| "\"$w\"".into(), |owner| quoted(owner));
    // The answer may be lost after the move, and the question asked again.
    let command = format!(
        "p={};f={};s={};[ ! -e \"$p\" ]&&[ \"$(sha256sum <\"$f\")\" = \"$s\" ]&&exit;\
         [ \"$(sha256sum <\"$p\")\" = \"$s\" ]||{{ rm -f \"$p\";exit 8;}};\
         m=;w=;[ -e \"$f\" ]&&m=$(stat -c %a \"$f\")&&w=$(stat -c %u:%g \"$f\");[ \"$(id -u)\" = 0 ]||w=;o={owner};\
         {{ [ ! \"$o\" ]||chown \"$o\" \"$p\";}}&&chmod {mode} \"$p\"&&mv -f \"$p\" \"$f\"||{{ c=$?;rm -f \"$p\";exit $c;}}",
        quoted(part),
        quoted(place),
        quoted(&format!("{sum}  -"))
    );
    let reply = link.ask(&Ask::new(command).over(size)).await?;
    match reply.code {
        0 => Ok(()),
        8 => Err(ExecError::Damaged { path: file.path.clone() }),
        _ => Err(refused(link, &file.path, &why(&reply.text))),
    }
}
