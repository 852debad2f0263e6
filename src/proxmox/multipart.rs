//! A file on its way to Proxmox, as a form in parts. What must hold: the length is told beforehand, because Proxmox takes
//! no body of unknown length; the file comes last, because it reads the fields in their order; and no more of the file
//! is in memory than the pieces on the wire.

use std::{
    borrow::Cow,
    io,
    path::PathBuf,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use tokio::{
    io::AsyncReadExt,
    sync::{mpsc, watch},
};

use super::ClientError;

/// How much is read at once, and how many such pieces wait.
const PIECE: usize = 128 << 10;
const WAITING: usize = 2;
/// A line slower than this is as good as dead.
const SLOWEST: u64 = 128 << 10;
const PATIENCE: Duration = Duration::from_secs(600);

/// The field that holds the file, by its name there; whatever else the call has goes before it.
pub(super) const FILE_FIELD: &str = "filename";

pub(super) struct FilePart {
    path: PathBuf,
    length: u64,
    boundary: String,
    /// Bytes of the file that were handed to the wire.
    sent: watch::Sender<u64>,
    limit: Duration,
}

impl FilePart {
    /// Looks at the file; nothing is read of it yet.
    pub async fn new(path: PathBuf, sent: watch::Sender<u64>, limit: Option<Duration>) -> Result<Self, ClientError> {
        let refuse = |why: String| ClientError::NotSent {
            what: format!("{} cannot be uploaded", path.display()),
            why,
            remedy: "check that it is a file, and that it may be read",
        };
        let facts = tokio::fs::metadata(&path).await.map_err(|error| refuse(error.to_string()))?;
        if !facts.is_file() || facts.len() == 0 {
            return Err(refuse("it is not a file with content".to_owned()));
        }
        let length = facts.len();
        let limit = limit.unwrap_or(PATIENCE + Duration::from_secs(length / SLOWEST));
        Ok(Self { path, length, boundary: boundary()?, sent, limit })
    }

    /// Puts the fields and the file onto a request.
    pub fn onto(
        self: &Arc<Self>,
        request: reqwest::RequestBuilder,
        params: &[(Cow<'static, str>, String)],
    ) -> reqwest::RequestBuilder {
        let (head, tail) = (self.head(params), format!("\r\n--{}--\r\n", self.boundary));
        let left = head.len() as u64 + self.length + tail.len() as u64;
        let (pieces, stream) = mpsc::channel(WAITING);
        tokio::spawn(pump(self.clone(), head, tail, pieces));
        request
            .timeout(self.limit)
            .header(CONTENT_TYPE, format!("multipart/form-data; boundary={}", self.boundary))
            .header(CONTENT_LENGTH, left)
            .body(reqwest::Body::wrap(Stream { stream, left }))
    }

    fn head(&self, params: &[(Cow<'static, str>, String)]) -> String {
        let mut head = String::new();
        for (name, value) in params.iter().filter(|(name, _)| *name != FILE_FIELD) {
            head +=
                &format!("--{}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n", self.boundary);
        }
        let file = params.iter().find(|(name, _)| *name == FILE_FIELD).map_or("", |(_, name)| name);
        head += &format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{FILE_FIELD}\"; filename=\"{file}\"\r\n",
            self.boundary
        );
        head + "Content-Type: application/octet-stream\r\n\r\n"
    }
}

/// A line that stands in no file by chance.
fn boundary() -> Result<String, ClientError> {
    let random: ring::rand::Random<[u8; 16]> = ring::rand::generate(&ring::rand::SystemRandom::new())
        .map_err(|_| ClientError::Setup("the system has no random numbers".to_owned()))?;
    Ok(format!("proximity-{:032x}", u128::from_be_bytes(random.expose())))
}

type Piece = io::Result<Bytes>;

/// Reads the file as fast as the wire takes it; ends when nobody listens any more.
async fn pump(part: Arc<FilePart>, head: String, tail: String, pieces: mpsc::Sender<Piece>) {
    part.sent.send_replace(0);
    if pieces.send(Ok(head.into())).await.is_err() {
        return;
    }
    match pour(&part, &pieces).await {
        Ok(true) => drop(pieces.send(Ok(tail.into())).await),
        Ok(false) => {}
        Err(error) => drop(pieces.send(Err(error)).await),
    }
}

/// Whether all of the file went.
async fn pour(part: &FilePart, pieces: &mpsc::Sender<Piece>) -> io::Result<bool> {
    // What was added since we looked would make the length a lie.
    let mut file = tokio::fs::File::open(&part.path).await?.take(part.length);
    let mut sent = 0;
    while sent < part.length {
        let mut piece = Vec::with_capacity(PIECE);
        if file.read_buf(&mut piece).await? == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file became shorter while it was read"));
        }
        let length = piece.len() as u64;
        if pieces.send(Ok(piece.into())).await.is_err() {
            return Ok(false);
        }
        sent += length;
        part.sent.send_replace(sent);
    }
    Ok(true)
}

struct Stream {
    stream: mpsc::Receiver<Piece>,
    left: u64,
}

impl Body for Stream {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = self.get_mut();
        this.stream.poll_recv(context).map(|piece| {
            piece.map(|piece| {
                let piece = piece?;
                this.left = this.left.saturating_sub(piece.len() as u64);
                Ok(Frame::data(piece))
            })
        })
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
