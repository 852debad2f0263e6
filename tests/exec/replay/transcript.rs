//! What was said over the websocket of one console, frame by frame: recorded ones, and a few of our own.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// From the client.
    Out(Vec<u8>),
    /// To the client.
    In(Vec<u8>),
}

/// What the client of a transcript did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    Type(Vec<u8>),
    Resize(u16, u16),
}

#[derive(Debug, Clone)]
pub struct Transcript {
    pub name: String,
    /// What `termproxy` answered.
    pub door: String,
    pub frames: Vec<Frame>,
}

const DOOR: &str = r#"{"data":{"user":"admin@pve!full","port":"5900","ticket":"PVEVNC:6B00229D::a+b/c=","upid":"UPID:pve2:00001925:000887A2:6B00229D:vncproxy:301:admin@pve!full:"}}"#;
const SHOWN: &[u8] = b"admin@pve!full:PVEVNC:6B00229D::a+b/c=\n";

impl Transcript {
    /// Of our own, which begins as every console does.
    pub fn of(name: &str, behind_ok: &[&[u8]]) -> Self {
        let start = [Frame::Out(SHOWN.into()), Frame::In(b"OK".into()), Frame::Out(b"1:200:50:".into())];
        let heard = behind_ok.iter().map(|bytes| Frame::In(bytes.to_vec()));
        Self { name: name.into(), door: DOOR.into(), frames: start.into_iter().chain(heard).collect() }
    }

    /// All that lie beside the project, one for each connection; none where there are none.
    pub fn recorded() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/pve/console");
        let Ok(files) = std::fs::read_dir(&folder) else {
            eprintln!("not run: there are no recorded consoles beside the project");
            return Vec::new();
        };
        let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|end| end == "jsonl"));
        files.sort();
        files.iter().flat_map(|file| read(file)).collect()
    }

    /// The same, over after so many frames.
    pub fn first(&self, frames: usize) -> Self {
        Self { frames: self.frames[..frames].to_vec(), ..self.clone() }
    }

    pub fn keys(&self) -> Vec<Key> {
        // The first two come from opening the console.
        let outs =
            self.frames.iter().filter_map(|frame| if let Frame::Out(bytes) = frame { Some(bytes) } else { None });
        outs.skip(2).map(|bytes| Key::read(bytes)).collect()
    }

    /// All that came, the words of welcome included.
    pub fn came(&self) -> Vec<u8> {
        let ins = self.frames.iter().filter_map(|frame| if let Frame::In(bytes) = frame { Some(bytes) } else { None });
        ins.flatten().copied().collect()
    }

    /// What a client must hand out; nothing when it was not let in.
    pub fn heard(&self) -> Option<Vec<u8>> {
        self.came().strip_prefix(b"OK").map(<[u8]>::to_vec)
    }
}

impl Key {
    fn read(bytes: &[u8]) -> Self {
        let mut parts = bytes.splitn(3, |byte| *byte == b':');
        let (kind, first, rest) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        let number = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches(':').parse::<u16>().unwrap();
        match kind {
            b"0" => Self::Type(rest.to_vec()),
            b"1" => Self::Resize(number(first), number(rest)),
            other => panic!("{other:?} is no key"),
        }
    }
}

fn read(file: &Path) -> Vec<Transcript> {
    let name = file.file_stem().unwrap().to_string_lossy().into_owned();
    let mut found: Vec<Transcript> = Vec::new();
    for line in std::fs::read_to_string(file).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let bytes = STANDARD.decode(line["data"].as_str().unwrap()).unwrap();
        let note = String::from_utf8_lossy(&bytes);
        let opened = note.split_once("/termproxy -> 200 ").filter(|_| line["dir"] == "note");
        if let Some((_, door)) = opened {
            let name = format!("{name} ({})", found.len() + 1);
            found.push(Transcript { name, door: door.to_owned(), frames: Vec::new() });
        }
        let Some(transcript) = found.last_mut() else { continue };
        match line["dir"].as_str() {
            Some("out") => transcript.frames.push(Frame::Out(bytes)),
            Some("in") => transcript.frames.push(Frame::In(bytes)),
            _ => {}
        }
    }
    found
}
