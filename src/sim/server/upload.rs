//! Taking a file in: a form in several parts, the file its last. The file itself is not kept, only how long it is and
//! its checksum, so that any size can be taken. The fields before it count only in Proxmox's order.

use axum::body::Body;
use http_body_util::BodyExt;

use crate::sim::{
    check::given::{Given, Params, Upload},
    sum::Sum,
};

const FIELDS: [&str; 3] = ["content", "checksum-algorithm", "checksum"];
/// No head of a part is longer.
const LONGEST_HEAD: usize = 16 * 1024;

/// Reads the form and adds what it says; the error is what the server dies with.
pub async fn take(body: Body, boundary: &str, params: &mut Params) -> Result<(), String> {
    let mut form = Form { body, held: Vec::new(), is_over: false };
    let delimiter = format!("--{boundary}");
    form.skip_to(delimiter.as_bytes()).await?;
    let mut next = 0;
    loop {
        let head = form.head().await?;
        let disposition = head.lines().find_map(|line| strip(line, "content-disposition:")).unwrap_or_default();
        let (kind, rest) = disposition.split_once(';').unwrap_or((&disposition, ""));
        if kind.trim() != "form-data" {
            return Err(format!("wrong Content-Disposition '{}' in multipart, expected 'form-data'", kind.trim()));
        }
        let name = attribute(rest, "name").unwrap_or_default();
        if let Some(file) = attribute(rest, "filename") {
            if name != "filename" {
                return Err(format!("wrong field name '{name}' for file upload, expected 'filename'"));
            }
            params.add("filename".into(), Given::Text(file.trim().to_owned()));
            return form.file(&delimiter, params).await;
        }
        let value = form.field(&delimiter).await?;
        let Some(place) = FIELDS.iter().position(|field| *field == name) else { return Err(FAILED.into()) };
        // One that comes too late is passed over.
        if place >= next {
            params.add(name, Given::Text(value.trim().to_owned()));
            next = place + 1;
        }
    }
}

const FAILED: &str = "upload failed";

fn strip(line: &str, head: &str) -> Option<String> {
    let (name, value) = line.split_at_checked(head.len())?;
    name.eq_ignore_ascii_case(head).then(|| value.trim().to_owned())
}

/// `name="value"` among the attributes of a part.
fn attribute(text: &str, name: &str) -> Option<String> {
    let attributes = text.split(';').map(str::trim);
    let own = attributes.filter_map(|part| part.split_once('=')).find(|(key, _)| *key == name)?;
    Some(own.1.trim_matches('"').to_owned())
}

struct Form {
    body: Body,
    held: Vec<u8>,
    is_over: bool,
}

impl Form {
    /// Reads on; an error when there is nothing more.
    async fn more(&mut self) -> Result<(), String> {
        while !self.is_over {
            match self.body.frame().await {
                Some(Ok(frame)) => {
                    if let Some(data) = frame.data_ref().filter(|data| !data.is_empty()) {
                        self.held.extend_from_slice(data);
                        return Ok(());
                    }
                }
                Some(Err(_)) | None => self.is_over = true,
            }
        }
        Err(FAILED.into())
    }

    fn find(&self, mark: &[u8]) -> Option<usize> {
        self.held.windows(mark.len()).position(|window| window == mark)
    }

    /// Drops everything up to a mark, and the mark.
    async fn skip_to(&mut self, mark: &[u8]) -> Result<(), String> {
        loop {
            if let Some(at) = self.find(mark) {
                self.held.drain(..at + mark.len());
                return Ok(());
            }
            let kept = mark.len().min(self.held.len());
            self.held.drain(..self.held.len() - kept);
            self.more().await?;
        }
    }

    /// The head of a part, without the empty line behind it.
    async fn head(&mut self) -> Result<String, String> {
        loop {
            let ends = [b"\r\n\r\n".as_slice(), b"\n\n"].map(|end| self.find(end).map(|at| (at, end.len())));
            if let Some((at, length)) = ends.into_iter().flatten().min() {
                let head: Vec<u8> = self.held.drain(..at + length).take(at).collect();
                return Ok(String::from_utf8_lossy(&head).into_owned());
            }
            if self.held.len() > LONGEST_HEAD {
                return Err(FAILED.into());
            }
            self.more().await?;
        }
    }

    async fn field(&mut self, delimiter: &str) -> Result<String, String> {
        loop {
            if let Some(at) = self.find(delimiter.as_bytes()) {
                let text: Vec<u8> = self.held.drain(..at + delimiter.len()).take(at).collect();
                return Ok(String::from_utf8_lossy(&text).into_owned());
            }
            if self.held.len() > LONGEST_HEAD {
                return Err(FAILED.into());
            }
            self.more().await?;
        }
    }

    /// Reads the file to its end, weighs it and sums it up.
    async fn file(&mut self, delimiter: &str, params: &mut Params) -> Result<(), String> {
        let mut sum = params.text("checksum-algorithm").and_then(|algorithm| Sum::begin(&algorithm));
        let end = format!("{delimiter}--");
        let mut size = 0;
        let mut take = |bytes: &[u8]| {
            size += bytes.len() as u64;
            sum.iter_mut().for_each(|sum| sum.add(bytes));
        };
        loop {
            if let Some(at) = self.find(end.as_bytes()) {
                let data = &self.held[..at];
                take(data.strip_suffix(b"\r\n").or_else(|| data.strip_suffix(b"\n")).unwrap_or(data));
                break;
            }
            // The end may have begun already.
            let sure = self.held.len().saturating_sub(end.len() + 2);
            take(&self.held[..sure]);
            self.held.drain(..sure);
            self.more().await?;
        }
        let upload = Upload { size, sum: sum.map(Sum::end) };
        params.add("tmpfilename".into(), Given::File(upload));
        while self.more().await.is_ok() {
            self.held.clear();
        }
        Ok(())
    }
}
