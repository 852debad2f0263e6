//! What comes back: refusals told in three places, rubbish, floods. What must hold: every answer becomes a value or an
//! error that a person can act on, and an order is never given twice.

use std::io::Write;

use proximity::{
    domain::{
        fault::{Fault, FaultCode, FaultKind},
        fleet::GuestKind,
        ids::{NodeName, Vmid},
        plan::PowerAction,
    },
    proxmox::{ClientError, Method},
};

use super::host::{Host, Reply};

const VERSION: &str = r#"{"version":"9.2.11"}"#;

async fn start(host: &Host) -> Result<proximity::domain::ids::Upid, ClientError> {
    let node = NodeName::new("pve1");
    host.client().begin_power(&node, GuestKind::Container, Vmid(100), PowerAction::Start).await
}

#[tokio::test]
async fn the_reason_is_read_from_the_body() {
    let host = Host::saying(Reply::refusal(500, "CT 100 already running")).await;
    assert_eq!(start(&host).await.unwrap_err().text(), Some("CT 100 already running"));
}

#[tokio::test]
async fn the_reason_is_read_from_the_first_line_where_the_body_is_empty() {
    let host = Host::saying(Reply::bare(500, "CT is locked (backup)")).await;
    let error = start(&host).await.unwrap_err();
    assert_eq!(error.text(), Some("CT is locked (backup)"));
    assert_eq!(Fault::from(error).code, FaultCode::Busy);
    host.now_does(|_| Reply::bare(403, "Permission check failed (/vms/100, VM.PowerMgmt)"));
    assert!(
        matches!(start(&host).await.unwrap_err(), ClientError::Forbidden { text, .. } if text.contains("VM.PowerMgmt"))
    );
}

#[tokio::test]
async fn the_complaint_about_each_parameter_is_told() {
    let body = r#"{"data":null,"message":"Parameter verification failed.\n","errors":{"timeout":"value must\nbe good","a":"b"}}"#;
    let host = Host::saying(Reply::body(400, "Parameter verification failed.", body)).await;
    let error = start(&host).await.unwrap_err();
    let ClientError::Refused { errors, status: 400, .. } = &error else { panic!("{error:?}") };
    assert_eq!(errors.len(), 2);
    let fault = Fault::from(error);
    assert!(fault.why.contains("timeout: value must") && fault.why.contains("a: b"), "{fault}");
}

#[tokio::test]
async fn a_node_that_does_not_answer_its_host_is_named() {
    let host = Host::saying(Reply::bare(595, "No route to host")).await;
    let error = start(&host).await.unwrap_err();
    assert!(!error.may_have_acted(), "it was never handed on");
    let fault = Fault::from(error);
    assert!(fault.what.contains("pve1") && fault.why.contains("No route to host"), "{fault}");
    assert_eq!((fault.code, fault.kind), (FaultCode::Unreachable, FaultKind::Passing));
    host.now_does(|_| Reply::bare(596, "Connection timed out"));
    let error = start(&host).await.unwrap_err();
    assert!(error.may_have_acted(), "it went on after the proxy gave up");
    assert!(Fault::from(error).remedy.contains("look"));
}

#[tokio::test]
async fn an_order_whose_answer_is_lost_is_not_given_again() {
    let host = Host::saying(Reply::Cut).await;
    let error = start(&host).await.unwrap_err();
    assert!(matches!(error, ClientError::Cut { .. }), "{error:?}");
    assert!(error.may_have_acted());
    assert_eq!(host.seen().len(), 1);
}

#[tokio::test]
async fn a_look_whose_answer_is_lost_is_taken_again_but_once() {
    let mut first = true;
    let host = Host::start(move |_| if std::mem::take(&mut first) { Reply::Cut } else { Reply::data(VERSION) }).await;
    host.client().version().await.unwrap();
    assert_eq!(host.seen().len(), 2);
    host.forget();
    host.now_does(|_| Reply::Cut);
    assert!(matches!(host.client().version().await, Err(ClientError::Cut { .. })));
    assert_eq!(host.seen().len(), 2);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_lost_too() {
    let host = Host::saying(Reply::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{\"data\":".to_vec())).await;
    assert!(matches!(host.client().version().await, Err(ClientError::Cut { .. })));
    assert_eq!(host.seen().len(), 2);
}

#[tokio::test]
async fn json_that_is_none_is_told() {
    for body in
        ["", "{", "[1,2", "null", "\"text\"", "{\"data\":[}", "\u{0}", "{\"data\":{\"version\":{}}}", "{\"data\":17}"]
    {
        let host = Host::saying(Reply::body(200, "OK", body)).await;
        let error = host.client().version().await.unwrap_err();
        assert!(
            matches!(error, ClientError::Rubbish { .. } | ClientError::NotProxmox { .. }),
            "{body:?} gave {error:?}"
        );
        assert_eq!(Fault::from(error).code, FaultCode::Unreachable);
    }
}

#[tokio::test]
async fn what_is_no_http_is_told() {
    for bytes in [
        &b"SSH-2.0-OpenSSH_10.0\r\n"[..],
        b"\0\0\0\0",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
    ] {
        let host = Host::saying(Reply::Raw(bytes.to_vec())).await;
        let error = host.client().version().await.unwrap_err();
        assert!(matches!(error, ClientError::NotProxmox { .. }), "{bytes:?} gave {error:?}");
    }
}

#[tokio::test]
async fn a_web_server_that_is_no_proxmox_is_told() {
    let elsewhere = Reply::Answer {
        status: 302,
        reason: "Found".into(),
        headers: vec![("location".into(), "/login.html".into())],
        body: Vec::new(),
    };
    for reply in [Reply::page(200, "OK"), Reply::page(404, "Not Found"), Reply::page(403, "Forbidden"), elsewhere] {
        let host = Host::saying(reply).await;
        let error = host.client().version().await.unwrap_err();
        assert!(matches!(error, ClientError::NotProxmox { .. }), "{error:?}");
        assert!(Fault::from(error).remedy.contains("8006"));
    }
    assert_eq!(
        Host::saying(Reply::page(502, "Bad Gateway")).await.client().version().await.unwrap_err().text(),
        Some("Bad Gateway")
    );
}

#[tokio::test]
async fn a_flood_is_cut_off() {
    let mut head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let piece = [b"100000\r\n".as_slice(), &vec![b' '; 1 << 20], b"\r\n"].concat();
    head.extend(piece.iter().cycle().take(piece.len() * 40));
    let host = Host::saying(Reply::Raw(head)).await;
    assert!(matches!(host.client().version().await, Err(ClientError::TooLarge { .. })));
    let host = Host::saying(Reply::Endless(b"HTTP/1.1 200 OK\r\nx: y\r\n".repeat(1000))).await;
    assert!(host.client().version().await.is_err());
}

/// A few kilobytes that unfold to gigabytes.
#[tokio::test]
async fn a_packed_flood_is_cut_off() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..64 {
        packer.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let host = Host::saying(gzip(packer.finish().unwrap())).await;
    assert!(matches!(host.client().version().await, Err(ClientError::TooLarge { .. })));
}

#[tokio::test]
async fn a_packed_answer_is_unpacked_and_a_broken_one_told() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(format!("{{\"data\":{VERSION}}}").as_bytes()).unwrap();
    let packed = packer.finish().unwrap();
    let host = Host::saying(gzip(packed.clone())).await;
    assert_eq!(&*host.client().version().await.unwrap().text, "9.2.11");
    let host = Host::saying(gzip(packed[..packed.len() - 12].to_vec())).await;
    let error = host.client().version().await.unwrap_err();
    assert!(matches!(error, ClientError::Rubbish { .. } | ClientError::Cut { .. }), "{error:?}");
    let host = Host::saying(gzip(b"this is not packed".to_vec())).await;
    assert!(matches!(host.client().version().await, Err(ClientError::Rubbish { .. })));
}

fn gzip(body: Vec<u8>) -> Reply {
    Reply::Answer { status: 200, reason: "OK".into(), headers: vec![("content-encoding".into(), "gzip".into())], body }
}

#[tokio::test]
async fn a_feature_the_version_lacks_is_told_as_such() {
    let host = Host::saying(Reply::bare(501, "Method 'GET /nodes/pve1/lxc/100/interfaces' not implemented")).await;
    let error = host.client().version().await.unwrap_err();
    let ClientError::NotOffered { call, .. } = &error else { panic!("{error:?}") };
    assert_eq!(call.method, Method::Get);
    assert_eq!(Fault::from(error).code, FaultCode::NotFound);
}
