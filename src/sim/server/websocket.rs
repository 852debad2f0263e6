//! The websocket of a console: the handshake, and then bytes from here to the terminal and back until one side ends it.
//! It runs in the place of the connection it came from, so it is counted, closed and joined like that.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header},
};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf, split};

use super::frames::{self, BINARY, CLOSE, Frame, Frames, PONG};
use crate::sim::{api::Data, handle::Handle};

/// A handshake that was asked for.
pub struct Wish {
    key: String,
    is_binary: bool,
    upgrade: OnUpgrade,
}

/// A websocket about to begin, for the connection to carry on with.
pub struct Visit {
    upgrade: OnUpgrade,
    door: u64,
}

/// Larger outputs are cut into frames, wherever that may be in a char.
const FRAME: usize = 2_048;
/// Before something is answered, however much comes.
const MOST_READS: usize = 64;

impl Wish {
    /// What a request for a websocket wants; nothing for any other request.
    pub fn of(request: &mut Request<Body>) -> Option<Self> {
        let text = |headers: &HeaderMap, name| headers.get(name)?.to_str().ok().map(str::to_owned);
        let headers = request.headers();
        let is_meant = text(headers, header::UPGRADE).is_some_and(|value| value.eq_ignore_ascii_case("websocket"));
        let is_known = text(headers, header::SEC_WEBSOCKET_VERSION).as_deref() == Some("13");
        let key = text(headers, header::SEC_WEBSOCKET_KEY).filter(|_| is_meant && is_known)?;
        let protocols = text(headers, header::SEC_WEBSOCKET_PROTOCOL).unwrap_or_default();
        let is_binary = protocols.split([',', ' ']).any(|one| one == "binary");
        Some(Self { key, is_binary, upgrade: hyper::upgrade::on(request) })
    }

    /// Begins it when the call was answered with a port somebody listens at.
    pub fn grant(self, handle: &Handle, data: &Data) -> Option<(Response<Body>, Visit)> {
        let Data::Json(value) = data else { return None };
        let port = value.get("port")?.as_str()?.parse().ok()?;
        let door = handle.with(|datacenter| datacenter.knock(port))?;
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, HeaderValue::from_str(&frames::accept(&self.key)).ok()?);
        if self.is_binary {
            headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static("binary"));
        }
        Some((response, Visit { upgrade: self.upgrade, door }))
    }
}

impl Visit {
    /// Carries bytes to and fro until either side has ended it.
    pub async fn serve(self, handle: Handle) {
        let Ok(upgraded) = self.upgrade.await else { return handle.with(|datacenter| datacenter.hang_up(self.door)) };
        let leaving = Leaving { handle: handle.clone(), door: self.door };
        let (reader, writer) = split(TokioIo::new(upgraded));
        let mut line = Line { reader, writer, frames: Frames::default(), buffer: vec![0; 65_536] };
        line.carry(&handle, self.door).await;
        drop(leaving);
        // It has gone if this fails.
        let _ = line.writer.shutdown().await;
    }
}

/// However a visit ends, also when it is cut off from outside, the door learns of it.
struct Leaving {
    handle: Handle,
    door: u64,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.handle.with(|datacenter| datacenter.hang_up(self.door));
    }
}

struct Line {
    reader: ReadHalf<TokioIo<Upgraded>>,
    writer: WriteHalf<TokioIo<Upgraded>>,
    frames: Frames,
    buffer: Vec<u8>,
}

impl Line {
    async fn carry(&mut self, handle: &Handle, door: u64) {
        let mut turned = handle.turned();
        loop {
            turned.mark_unchanged();
            let (bytes, is_over) = handle.speak(door);
            if self.say(&bytes).await.is_err() || is_over {
                return;
            }
            tokio::select! {
                read = self.reader.read(&mut self.buffer) => {
                    let Ok(count @ 1..) = read else { return };
                    if self.hear_all(handle, door, count).await.is_none() {
                        return;
                    }
                }
                _ = turned.changed() => {}
                () = handle.something_due() => {}
            }
        }
    }

    async fn say(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let mut out = Vec::with_capacity(bytes.len() + 64);
        bytes.chunks(FRAME).for_each(|part| frames::write(BINARY, part, &mut out));
        self.writer.write_all(&out).await?;
        self.writer.flush().await
    }

    /// Takes what was read and whatever else has come by now, before anything is answered; nothing is given when it was
    /// the end.
    async fn hear_all(&mut self, handle: &Handle, door: u64, count: usize) -> Option<()> {
        self.hear(handle, door, count).await?;
        for _ in 1..MOST_READS {
            let read = tokio::select! {
                biased;
                read = self.reader.read(&mut self.buffer) => read,
                () = std::future::ready(()) => break,
            };
            // The end is met again when the next is read.
            let Ok(count @ 1..) = read else { break };
            self.hear(handle, door, count).await?;
        }
        Some(())
    }

    async fn hear(&mut self, handle: &Handle, door: u64, count: usize) -> Option<()> {
        self.frames.push(&self.buffer[..count]);
        let (mut heard, mut out, mut is_over) = (Vec::new(), Vec::new(), false);
        while let Some(frame) = self.frames.next() {
            match frame {
                Frame::Data(payload) => heard.extend(payload),
                Frame::Ping(payload) => frames::write(PONG, &payload, &mut out),
                Frame::Pong => {}
                Frame::Close(payload) => {
                    frames::write(CLOSE, &payload, &mut out);
                    is_over = true;
                }
                Frame::Bad => is_over = true,
            }
            if is_over {
                break;
            }
        }
        if !heard.is_empty() {
            handle.console(|datacenter| datacenter.hear(door, &heard));
        }
        // A dead line answers nothing.
        if !out.is_empty() && !handle.look(|datacenter| datacenter.is_silent(door)) {
            self.writer.write_all(&out).await.ok()?;
            self.writer.flush().await.ok()?;
        }
        (!is_over).then_some(())
    }
}
