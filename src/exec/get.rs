//! A file out of a guest. What must hold: what is handed out is the file, byte for byte, or an error is told.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::digest::{Context, SHA256};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio_util::sync::CancellationToken;

use super::{
    ask::Ask,
    error::ExecError,
    frame::hex,
    job::why,
    link::Link,
    put::{Done, absolute},
    slice::slice,
};
use crate::domain::quote::quoted;

/// What a file is like inside the guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub size: u64,
    pub mode: u32,
}

pub async fn get(
    link: &mut Link,
    path: &str,
    mut sink: impl AsyncWrite + Unpin,
    mut progress: impl FnMut(Done, Found),
    cancel: &CancellationToken,
) -> Result<Found, ExecError> {
    let path = &absolute(&link.guest, path)?;
    let found = look(link, path).await?;
    let (mut digest, mut done) = (Context::new(&SHA256), 0);
    while done < found.size {
        if cancel.is_cancelled() {
            return Err(ExecError::Cancelled { what: path.clone() });
        }
        let bytes = read(link, path, done).await?;
        if bytes.is_empty() {
            return Err(ExecError::Changed { path: path.to_owned() });
        }
        digest.update(&bytes);
        sink.write_all(&bytes).await.map_err(|error| local(&error))?;
        done += bytes.len() as u64;
        progress(done, found);
    }
    sink.flush().await.map_err(|error| local(&error))?;
    let reply = link.ask(&Ask::new(format!("sha256sum <{}", quoted(path))).over(done)).await?;
    if reply.text.split(' ').next() != Some(hex(digest.finish().as_ref()).as_str()) {
        return Err(ExecError::Changed { path: path.to_owned() });
    }
    Ok(found)
}

async fn look(link: &mut Link, path: &str) -> Result<Found, ExecError> {
    let file = quoted(path);
    // What the system makes up as it is read has no size before.
    let command = format!(
        "f={file};[ -d \"$f\" ]&&exit 9;: <\"$f\"||exit 1;n=$(stat -L -c %s \"$f\");[ $n != 0 ]||n=$(wc -c <\"$f\");\
         m=$(stat -L -c %a \"$f\");echo \"$((n)) $m\""
    );
    let reply = link.ask(&Ask::new(command)).await?;
    let refused = |why: String| ExecError::Inside { what: format!("{path} cannot be read on {}", link.guest), why };
    match reply.code {
        0 => read_look(&reply.text).ok_or_else(|| refused(why(&reply.text))),
        9 => Err(refused("it is a folder".into())),
        _ => Err(refused(why(&reply.text))),
    }
}

fn read_look(text: &str) -> Option<Found> {
    let (size, mode) = text.lines().last()?.split_once(' ')?;
    Some(Found { size: size.parse().ok()?, mode: u32::from_str_radix(mode, 8).ok()? })
}

async fn read(link: &mut Link, path: &str, from: u64) -> Result<Vec<u8>, ExecError> {
    let reply = link.ask(&Ask::new(slice(&quoted(path), from, link.load().get))).await?;
    STANDARD.decode(&reply.text).map_err(|_| ExecError::Inside {
        what: format!("{path} cannot be read on {}", link.guest),
        why: why(&reply.text),
    })
}

fn local(error: &std::io::Error) -> ExecError {
    ExecError::Local { path: "what was fetched".into(), why: error.to_string() }
}
