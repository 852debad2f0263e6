//! From an answer of the datacenter to an HTTP response: status, reason phrase, the headers Proxmox sends, and whether
//! the connection stays.

use std::{io::Write, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderValue, Request, Response, StatusCode, header},
};
use flate2::{Compression, write::GzEncoder};
use futures_util::{StreamExt, stream};
use http_body_util::{BodyExt, Collected};
use hyper::ext::ReasonPhrase;
use serde_json::{Map, Value, json};

use super::{
    connection::Connection,
    date::http_date,
    read::{Format, Unfit, read},
    websocket::Wish,
};
use crate::sim::{
    api::{Answer, Data},
    faults::{Delivery, Passage},
    refusal::{Form, Refusal},
};

/// Shorter bodies are not worth packing.
const PACKED_FROM: usize = 1_024;

const JSON: &str = "application/json;charset=UTF-8";

/// What the other side can unpack.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
}

/// An answer before it is dressed in headers.
struct Reply {
    status: u16,
    reason: String,
    kind: &'static str,
    body: String,
}

pub async fn answer(State(connection): State<Arc<Connection>>, mut request: Request<Body>) -> Response<Body> {
    let accepts = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let packing = if accepts.is_some_and(|accepts| accepts.contains("gzip")) { Packing::Gzip } else { Packing::None };
    let wish = Wish::of(&mut request);
    let read = read(request).await;
    let handle = &connection.handle;
    let hangs = handle.look(|datacenter| datacenter.faults.hit_hang(read.as_ref().ok().map(|(call, _)| call)));
    if let Some(fault) = hangs {
        handle.until(|datacenter| !datacenter.faults.has(fault)).await;
    }
    let (call, format) = match read {
        Ok(read) => read,
        Err(Unfit { status, reason, body }) => {
            return dress(&connection, Reply { status, reason, kind: "text/plain", body }, packing);
        }
    };
    let Delivery { answer, pause, held, passage } = handle.deliver(call);
    handle.pause(pause).await;
    handle.wait_for(held).await;
    let reply = match answer {
        Answer::Good(data) => match wish.and_then(|wish| wish.grant(handle, &data)) {
            Some((response, visit)) => {
                connection.go_on_with(Some(visit));
                return response;
            }
            None => good(data, format),
        },
        Answer::Refused(refusal) => refused(&refusal, format),
    };
    match passage {
        Passage::Whole => dress(&connection, reply, packing),
        Passage::Rubbish => dress(&connection, rubbish(), packing),
        Passage::Cut => halve(connection.clone(), dress(&connection, reply, packing)).await,
        Passage::Lost => connection.end_now().await,
    }
}

fn good(data: Data, format: Format) -> Reply {
    let (text, total) = match data {
        Data::Json(value) => (value.to_string(), None),
        Data::Written(text) => (text, None),
        Data::Counted(value, total) => (value.to_string(), Some(total)),
    };
    let mut body = format!("{{\"data\":{text}");
    if let Some(total) = total {
        body.push_str(&format!(",\"total\":{total}"));
    }
    if format == Format::ExtJs {
        body.push_str(",\"success\":1");
    }
    body.push('}');
    Reply { status: 200, reason: "OK".into(), kind: JSON, body }
}

fn refused(refusal: &Refusal, format: Format) -> Reply {
    let Refusal { status, message, errors, form } = refusal;
    let reason = message.lines().next().unwrap_or_default().to_owned();
    if *form == Form::Silent {
        return Reply { status: *status, reason, kind: "", body: String::new() };
    }
    let end = if *form == Form::Told { "\n" } else { "" };
    let mut body = json!({ "data": null, "message": format!("{message}{end}") });
    if !errors.is_empty() {
        body["errors"] = errors.iter().map(|(name, text)| (name.clone(), json!(text))).collect::<Map<_, _>>().into();
    }
    if format == Format::Json {
        return Reply { status: *status, reason, kind: JSON, body: body.to_string() };
    }
    body["success"] = json!(0);
    // Of parameter errors the status is text, as recorded.
    body["status"] = if *status == 400 { Value::from("400") } else { Value::from(*status) };
    Reply { status: 200, reason: "OK".into(), kind: JSON, body: body.to_string() }
}

fn rubbish() -> Reply {
    let body = "<html><head><title>It works!</title></head><body>{\"data\": not quite".to_owned();
    Reply { status: 200, reason: "OK".into(), kind: "text/html", body }
}

/// Promises more than it sends, and cuts the connection there.
async fn halve(connection: Arc<Connection>, response: Response<Body>) -> Response<Body> {
    let (mut head, body) = response.into_parts();
    let whole = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
    let half = whole.slice(..whole.len() / 2);
    head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len().max(1)));
    let end = async move {
        // What waits to be sent is sent when there is nothing more for a moment.
        tokio::task::yield_now().await;
        connection.end_now().await
    };
    let part = stream::iter([Ok::<_, std::io::Error>(half)]).chain(stream::once(end));
    Response::from_parts(head, Body::from_stream(part))
}

fn dress(connection: &Connection, reply: Reply, packing: Packing) -> Response<Body> {
    let Reply { status, reason, kind, body } = reply;
    let stays = !connection.is_last_answer() && status == 200;
    let is_packed = packing == Packing::Gzip && body.len() > PACKED_FROM;
    let bytes = if is_packed { pack(&body) } else { Bytes::from(body) };
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Ok(phrase) = ReasonPhrase::try_from(reason) {
        response.extensions_mut().insert(phrase);
    }
    let headers = response.headers_mut();
    let date = HeaderValue::from_str(&http_date(connection.handle.clock())).unwrap_or(HeaderValue::from_static(""));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=0"));
    headers.insert(header::CONNECTION, HeaderValue::from_static(if stays { "Keep-Alive" } else { "close" }));
    headers.insert(header::DATE, date.clone());
    headers.insert(header::EXPIRES, date);
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(header::SERVER, HeaderValue::from_static("pve-api-daemon/3.0"));
    if !kind.is_empty() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    if is_packed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn pack(body: &str) -> Bytes {
    let mut packer = GzEncoder::new(Vec::with_capacity(body.len() / 6), Compression::fast());
    // Writing into memory does not fail.
    let _ = packer.write_all(body.as_bytes());
    Bytes::from(packer.finish().unwrap_or_default())
}
