//! Bytes into a file of the guest, chunk by chunk. What must hold: a chunk counts only when its checksum is right and it
//! stands at its place; repeated or not, it stands there once.

use super::{
    ask::Ask,
    error::ExecError,
    frame::{sum, word},
    job::why,
    link::Link,
};
use crate::domain::quote::quoted;

/// Chunks that arrive damaged are made smaller, down to this.
const SMALLEST: usize = 3 << 10;
/// A place that keeps being wrong belongs to somebody else who writes there.
const TRIES: u32 = 12;

/// Makes a file of exactly these bytes, out of whatever stood there.
pub async fn upload(link: &mut Link, path: &str, bytes: &[u8]) -> Result<(), ExecError> {
    link.begin_sending().await;
    let outcome = carry(link, path, bytes).await;
    link.end_sending();
    outcome
}

async fn carry(link: &mut Link, path: &str, bytes: &[u8]) -> Result<(), ExecError> {
    let mut upload = Upload::begin(link, path).await?;
    let mut rest = bytes;
    while !rest.is_empty() {
        let (chunk, more) = rest.split_at(rest.len().min(upload.room(link)));
        if upload.add(link, chunk).await? {
            rest = more;
        }
    }
    Ok(())
}

/// A file that grows inside a guest.
pub struct Upload {
    path: String,
    /// Where a chunk lies until it is proved; in a folder of our own, where nobody lays a trap.
    part: String,
    /// How much stands there, proved.
    at: u64,
    /// How much goes at a time, if the road carries that.
    chunk: usize,
    failed: u32,
}

impl Upload {
    pub async fn begin(link: &mut Link, path: &str) -> Result<Self, ExecError> {
        let part = format!("{}/part-{}", link.ground.folder, word(6));
        let upload = Self { path: path.to_owned(), part, at: 0, chunk: link.load().put, failed: 0 };
        let folder = quoted(&link.ground.folder);
        let reply = link.ask(&Ask::new(format!("umask 077;mkdir -p {folder}&&: >{}", quoted(path)))).await?;
        if reply.code != 0 {
            return Err(upload.refused(link, &reply.text));
        }
        Ok(upload)
    }

    /// How much to give next.
    pub fn room(&self, link: &Link) -> usize {
        self.chunk.min(link.load().put)
    }

    /// Whether the chunk stands there now; where not, it is to be given again, perhaps smaller.
    pub async fn add(&mut self, link: &mut Link, chunk: &[u8]) -> Result<bool, ExecError> {
        let (before, after) = (self.at, self.at + chunk.len() as u64);
        let command = format!(
            "umask 077;f={};p={};z(){{ stat -L -c %s \"$f\";}};base64 -d >\"$p\";[ $(z) = {before} ]&&[ \"$(sha256sum <\"$p\")\" = {} ]&&cat \"$p\" >>\"$f\";\
             rm -f \"$p\";echo at $(z)",
            quoted(&self.path),
            quoted(&self.part),
            quoted(&format!("{}  -", sum(chunk)))
        );
        let reply = link.ask(&Ask::new(command).with(chunk)).await?;
        let stands = reply.text.lines().last().and_then(|line| line.strip_prefix("at ")?.parse::<u64>().ok());
        match stands {
            Some(stands) if stands == after => {
                self.at = after;
                self.failed = 0;
                Ok(true)
            }
            Some(stands) if stands == before && self.failed < TRIES => {
                self.failed += 1;
                self.chunk = (self.chunk / 2).max(SMALLEST);
                Ok(false)
            }
            _ => Err(self.refused(link, &reply.text)),
        }
    }

    fn refused(&self, link: &Link, text: &str) -> ExecError {
        let complaint: Vec<_> = text.lines().filter(|line| !line.starts_with("at ")).collect();
        ExecError::Inside {
            what: format!("{} could not be written on {}", self.path, link.guest),
            why: why(&complaint.join("\n")),
        }
    }
}
