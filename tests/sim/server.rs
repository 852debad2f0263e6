//! The server around the datacenter: what HTTP says, and what it refuses before anybody looks at a call.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    time::Duration,
};

use flate2::read::GzDecoder;
use proximity::sim::{Options, Pace, Seed};
use rustls::{ClientConfig, RootCertStore, crypto::ring::default_provider, pki_types::CertificateDer};
use serde_json::json;

use super::{
    client::{Reply, Wire, fingerprint},
    house::{House, headers, request},
};

fn raw(house: &House, head: &str, body: &str) -> Reply {
    let mut wire = house.wire();
    let login = headers(&house.token(), "GET");
    wire.send(format!("{head}\r\nHost: x\r\n{login}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
    wire.read().unwrap()
}

#[test]
fn a_good_answer_wears_the_headers_of_the_real_one() {
    let house = House::demo();
    let reply = house.call("GET", "/version", &[]);
    let date = Some("Fri, 20 Nov 2026 12:00:00 GMT");
    for (name, value) in [
        ("content-type", Some("application/json;charset=UTF-8")),
        ("cache-control", Some("max-age=0")),
        ("pragma", Some("no-cache")),
        ("server", Some("pve-api-daemon/3.0")),
        ("connection", Some("Keep-Alive")),
        ("date", date),
        ("expires", date),
    ] {
        assert_eq!(reply.header(name), value, "{name}");
    }
    assert_eq!(reply.json()["data"]["release"], "9.2");
}

#[test]
fn a_refusal_says_why_in_its_first_line_and_closes() {
    let house = House::demo();
    let mut wire = house.wire();
    wire.send(request(&house.token(), "GET", "/nope", &[]).as_bytes()).unwrap();
    let reply = wire.read().unwrap();
    assert_eq!(reply.line(), (501, "Method 'GET /nope' not implemented"));
    assert_eq!(reply.json(), json!({ "data": null, "message": "Method 'GET /nope' not implemented" }));
    assert_eq!(reply.header("connection"), Some("close"));
    assert!(wire.is_closed());
}

#[test]
fn a_connection_is_kept_for_a_hundred_answers() {
    let house = House::demo();
    let mut wire = house.wire();
    for number in 1..=100 {
        wire.send(request(&house.token(), "GET", "/version", &[]).as_bytes()).unwrap();
        let reply = wire.read().unwrap();
        let expected = if number < 100 { "Keep-Alive" } else { "close" };
        assert_eq!((reply.status, reply.header("connection")), (200, Some(expected)), "answer {number}");
    }
    assert!(wire.is_closed());
}

#[test]
fn an_idle_connection_is_closed() {
    let mut options = Options::local(Seed::demo(), Pace::stepped());
    assert_eq!(options.idle, Duration::from_secs(5));
    options.idle = Duration::from_millis(50);
    let house = House::of(options);
    let mut wire = house.wire();
    wire.send(request(&house.token(), "GET", "/version", &[]).as_bytes()).unwrap();
    assert_eq!(wire.read().unwrap().status, 200);
    wire.be_patient(Duration::from_secs(3));
    assert!(wire.is_closed());
}

#[test]
fn long_answers_are_packed_when_asked_for() {
    let house = House::demo();
    let ask = |path: &str| {
        let mut wire = house.wire();
        let login = headers(&house.token(), "GET");
        wire.send(
            format!("GET /api2/json{path} HTTP/1.1\r\nHost: x\r\n{login}Accept-Encoding: gzip\r\n\r\n").as_bytes(),
        )
        .unwrap();
        wire.read().unwrap()
    };
    let packed = ask("/cluster/resources");
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    let mut text = String::new();
    GzDecoder::new(packed.body.as_slice()).read_to_string(&mut text).unwrap();
    assert!(text.contains("jellyfin"));
    assert_eq!(ask("/version").header("content-encoding"), None);
    assert_eq!(house.call("GET", "/cluster/resources", &[]).header("content-encoding"), None);
}

#[test]
fn what_is_no_call_is_refused_before_it_is_read() {
    let house = House::demo();
    let form = "Content-Type: application/x-www-form-urlencoded";
    let config = "/api2/json/nodes/pve1/lxc/101/config";
    let reply =
        raw(&house, &format!("PUT {config} HTTP/1.1\r\n{form}"), &format!("description={}", "x".repeat(600_000)));
    assert_eq!(reply.line(), (501, "for data too large"));
    let reply = raw(&house, &format!("PUT {config} HTTP/1.1\r\nContent-Type: text/plain"), "description=x");
    assert_eq!(reply.line(), (506, "upload 'Content-Type 'text/plain' not implemented"));
    assert_eq!(reply.body, b"upload 'Content-Type 'text/plain' not implemented\n");
    let reply = raw(&house, &format!("DELETE /api2/json/nodes/pve1/lxc/101 HTTP/1.1\r\n{form}"), "force=1");
    assert_eq!(reply.line(), (501, "Unexpected content for method 'DELETE'"));
    let reply =
        raw(&house, &format!("PUT {config} HTTP/1.1\r\n{form}"), &format!("description={}", "x".repeat(400_000)));
    assert_eq!(reply.json()["errors"], json!({ "description": "value may only be 8192 characters long" }));
}

#[test]
fn heads_and_chunks_are_not_served() {
    let house = House::demo();
    let mut wire = house.wire();
    wire.send(request(&house.token(), "HEAD", "/version", &[]).as_bytes()).unwrap();
    assert_eq!(wire.read().unwrap().line(), (501, "method 'HEAD' not available"));
    let mut wire = house.wire();
    let login = headers(&house.token(), "PUT");
    let head = format!(
        "PUT /api2/json/nodes/pve1/lxc/101/config HTTP/1.1\r\nHost: x\r\n{login}Transfer-Encoding: chunked\r\n\r\n"
    );
    wire.send(format!("{head}5\r\nonboo\r\n0\r\n\r\n").as_bytes()).unwrap();
    assert_eq!(wire.read().unwrap().line(), (501, "chunked transfer encoding not supported"));
}

#[test]
fn the_other_format_always_answers_200() {
    let house = House::demo();
    let ask = |path: &str| raw(&house, &format!("GET /api2/extjs{path} HTTP/1.1"), "").json();
    assert_eq!(ask("/version")["success"], 1);
    let wrong = ask("/nodes/pve1/lxc/999/config");
    let text = "Configuration file 'nodes/pve1/lxc/999.conf' does not exist\n";
    assert_eq!(wrong, json!({ "success": 0, "status": 500, "data": null, "message": text }));
    let wrong = ask("/cluster/resources?type=lxc");
    assert_eq!((&wrong["success"], &wrong["status"]), (&json!(0), &json!("400")));
    assert!(wrong["errors"]["type"].is_string());
}

#[test]
fn plain_http_is_sent_to_https() {
    let house = House::demo();
    let mut stream = TcpStream::connect(house.simulator().address()).unwrap();
    stream.write_all(b"GET /foo?a=b HTTP/1.1\r\nHost: pve1.home.arpa:8006\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 301 Moved Permanently\r\nLocation: https://pve1.home.arpa:8006/foo?a=b\r\n"),
        "{answer}"
    );
}

#[test]
fn the_certificate_is_signed_by_the_authority_that_is_shown() {
    let house = House::demo();
    let shown = house.get("/nodes/pve1/certificates/info");
    assert_eq!((&shown[0]["filename"], &shown[1]["filename"]), (&json!("pve-root-ca.pem"), &json!("pve-ssl.pem")));
    assert_eq!(shown[1]["fingerprint"].as_str(), Some(house.simulator().ready().fingerprint.as_str()));
    let pem = shown[0]["pem"].as_str().unwrap();
    let lines: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, lines).unwrap();
    assert_eq!(shown[0]["fingerprint"], fingerprint(&der));
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(der)).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap();
    let trusting = Arc::new(builder.with_root_certificates(roots).with_no_client_auth());
    let mut wire = Wire::open(house.simulator().address(), trusting).unwrap();
    wire.send(request(&house.token(), "GET", "/version", &[]).as_bytes()).unwrap();
    assert_eq!(wire.read().unwrap().status, 200);
}
