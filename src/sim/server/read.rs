//! From an HTTP request to a call, or to the refusal of one that is no call at all.

use axum::{
    body::Body,
    http::{HeaderMap, Method, Request, header},
};
use http_body_util::BodyExt;
use percent_encoding::percent_decode_str;

use super::upload;
use crate::sim::{
    api::{Call, Credentials, is_upload},
    check::given::Params,
};

/// The longest body that is read.
const LONGEST_BODY: usize = 512 * 1024;
/// A body that is too long is still taken in up to here, so that the refusal can be read.
const DRAINED: usize = 8 * 1024 * 1024;

/// How the answer is wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Json,
    /// Always 200; the body says how it went.
    ExtJs,
}

/// A request that is refused before it is understood: status and reason, and whether the reason is the body too.
#[derive(Debug, PartialEq, Eq)]
pub struct Unfit {
    pub status: u16,
    pub reason: String,
    pub body: String,
}

fn unfit(status: u16, reason: impl Into<String>) -> Unfit {
    Unfit { status, reason: reason.into(), body: String::new() }
}

pub async fn read(request: Request<Body>) -> Result<(Call, Format), Unfit> {
    let (head, mut body) = request.into_parts();
    let method = head.method.clone();
    if !matches!(method, Method::GET | Method::POST | Method::PUT | Method::DELETE) {
        return Err(unfit(501, format!("method '{method}' not available")));
    }
    if head.headers.contains_key(header::TRANSFER_ENCODING) {
        return Err(unfit(501, "chunked transfer encoding not supported"));
    }
    let (format, path) = place(head.uri.path())?;
    let mut params = Params::default();
    params.take_form(head.uri.query().unwrap_or_default());
    let length = length(&head.headers);
    if length > 0 && is_upload(method.as_str(), &path) {
        take_upload(&head.headers, body, &mut params).await?;
        return Ok((
            Call { method: method.to_string(), path, params, credentials: credentials(&head.headers) },
            format,
        ));
    }
    if length > LONGEST_BODY {
        drain(&mut body).await;
        return Err(unfit(501, "for data too large"));
    }
    if length > 0 {
        if !matches!(method, Method::POST | Method::PUT) {
            drain(&mut body).await;
            return Err(unfit(501, format!("Unexpected content for method '{method}'")));
        }
        take_body(&head.headers, body, &mut params).await?;
    }
    Ok((Call { method: method.to_string(), path, params, credentials: credentials(&head.headers) }, format))
}

fn length(headers: &HeaderMap) -> usize {
    text(headers, header::CONTENT_LENGTH.as_str()).and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The part of the path below `/api2/json`.
fn place(path: &str) -> Result<(Format, String), Unfit> {
    let path = percent_decode_str(path).decode_utf8_lossy().into_owned();
    for (head, format) in [("/api2/json", Format::Json), ("/api2/extjs", Format::ExtJs)] {
        if let Some(rest) = path.strip_prefix(head)
            && (rest.is_empty() || rest.starts_with('/'))
        {
            let rest = if rest.len() > 1 { rest.trim_end_matches('/') } else { "/" };
            return Ok((format, rest.to_owned()));
        }
    }
    Err(unfit(501, format!("no such file '{path}'")))
}

async fn drain(body: &mut Body) {
    let mut seen = 0;
    while let Some(Ok(frame)) = body.frame().await {
        seen += frame.data_ref().map_or(0, |data| data.len());
        if seen > DRAINED {
            return;
        }
    }
}

async fn take_body(headers: &HeaderMap, mut body: Body, params: &mut Params) -> Result<(), Unfit> {
    let kind = text(headers, header::CONTENT_TYPE.as_str()).unwrap_or("application/x-www-form-urlencoded").to_owned();
    let plain = kind.split(';').next().unwrap_or_default().trim().to_owned();
    if !matches!(plain.as_str(), "application/x-www-form-urlencoded" | "application/json") {
        drain(&mut body).await;
        let reason = format!("upload 'Content-Type '{kind}' not implemented");
        return Err(Unfit { status: 506, body: format!("{reason}\n"), reason });
    }
    let bytes = body.collect().await.map_err(|_| unfit(400, "bad request"))?.to_bytes();
    let text = String::from_utf8_lossy(&bytes);
    if plain == "application/json" {
        return params.take_json(&text).map_err(|why| unfit(400, format!("malformed JSON string: {why}")));
    }
    params.take_form(&text);
    Ok(())
}

/// A file comes as a form in several parts, whatever its length.
async fn take_upload(headers: &HeaderMap, mut body: Body, params: &mut Params) -> Result<(), Unfit> {
    let kind = text(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default().to_owned();
    let boundary =
        kind.split_once("boundary=").map(|(_, rest)| rest.split(';').next().unwrap_or_default().trim_matches('"'));
    let Some(boundary) = boundary.filter(|boundary| !boundary.is_empty() && kind.starts_with("multipart/form-data"))
    else {
        drain(&mut body).await;
        return Err(unfit(501, format!("upload 'Content-Type '{kind}' not implemented")));
    };
    if params.get("tmpfilename").is_some() {
        drain(&mut body).await;
        return Err(unfit(501, "'tmpfilename' query parameter is not allowed for file uploads"));
    }
    upload::take(body, boundary, params).await.map_err(|why| unfit(500, why))
}

/// A ticket in the cookie goes before one in the header, and both before a token.
fn credentials(headers: &HeaderMap) -> Credentials {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut parts = cookies.flat_map(|cookie| cookie.split(';')).map(str::trim);
    let authorization = text(headers, header::AUTHORIZATION.as_str()).unwrap_or_default();
    let in_cookie = parts.find_map(|part| part.strip_prefix("PVEAuthCookie="));
    let csrf = text(headers, "CSRFPreventionToken").map(str::to_owned);
    if let Some(ticket) = in_cookie.or_else(|| authorization.strip_prefix("PVEAuthCookie=")) {
        return Credentials::Ticket { ticket: percent_decode_str(ticket).decode_utf8_lossy().into_owned(), csrf };
    }
    match authorization.strip_prefix("PVEAPIToken") {
        Some(token) => Credentials::Token(token.trim_start_matches(['=', ' ']).to_owned()),
        None => Credentials::None,
    }
}
