//! The file of a gateway, for the Caddy 2.6 of Debian 13. What must hold: whatever apps are called and wherever their pages
//! are, the file is one that Caddy takes, and nothing of the operator's is read as a word of Caddy's.

use super::{Health, Route, Table, Tls, Upstream, mail};
use crate::domain::catalog::Scheme;

/// Another number whenever the same table gives another file, so that gateways get it anew.
pub const FORMAT: u32 = 2;

/// An app that was just started again has a moment before its page says that it is down; one that is off is not knocked at
/// by everybody who comes.
const PASSIVE: &str = "\t\tfail_duration 5s\n\t\tmax_fails 3\n\t\tlb_try_duration 2s\n\t\tlb_try_interval 250ms\n";

pub fn file(table: &Table) -> String {
    let mut text = String::from(
        "# Written by Proximity from the apps of this host: what is changed here by hand is written over.\n\
         # `proximity app publish` says which app has which name.\n",
    );
    text += &options(&table.tls);
    for route in &table.routes {
        if let (Some(domain), Some(label)) = (&table.domain, &route.label) {
            let name = format!("{label}.{domain}");
            let address = if table.tls == Tls::Off { format!("http://{name}") } else { name };
            let tls = if table.tls == Tls::Internal { "\ttls internal\n" } else { "" };
            text += &site(&address, tls, &route.upstream, route);
        }
        for public in &route.ports {
            let upstream = Upstream { scheme: public.scheme, port: public.to, ..route.upstream.clone() };
            text += &site(&format!("http://:{}", public.port), "", &upstream, route);
        }
    }
    text += "\n# Whoever asks for a name that nobody has.\nhttp:// {\n\theader Content-Type \"text/plain; charset=utf-8\"\n\
             \trespond \"No app is published here under this name.\" 404\n}\n";
    text
}

fn options(tls: &Tls) -> String {
    let email = match tls {
        Tls::Acme { email: Some(email) } => mail(email).map(|email| format!("\temail {email}\n")),
        _ => None,
    };
    // Its own authority is for browsers; it need not be trusted inside the container. And a reload keeps the connections
    // of HTTP/1.1 and 2 only.
    format!("{{\n{}\tskip_install_trust\n\tservers {{\n\t\tprotocols h1 h2\n\t}}\n}}\n", email.unwrap_or_default())
}

fn site(address: &str, tls: &str, upstream: &Upstream, route: &Route) -> String {
    let name = plain(&route.name);
    let health = route.health.as_ref().filter(|_| *upstream == route.upstream);
    format!(
        "\n# {name}\n{address} {{\n{tls}\treverse_proxy {} {{\n{}{}{}\t}}\n{}}}\n",
        dial(upstream),
        health.map(watched).unwrap_or_default(),
        PASSIVE,
        if upstream.scheme == Scheme::Https {
            // Inside a home network an app's certificate is its own; who it is follows from its address.
            "\t\ttransport http {\n\t\t\ttls\n\t\t\ttls_insecure_skip_verify\n\t\t}\n"
        } else {
            ""
        },
        down(&name)
    )
}

/// Without a scheme: Caddy takes none that is not usual at the port, such as http at 443.
fn dial(upstream: &Upstream) -> String {
    core::net::SocketAddr::new(upstream.address, upstream.port).to_string()
}

fn watched(health: &Health) -> String {
    let mut text = format!(
        "\t\thealth_uri {}\n\t\thealth_interval {}s\n\t\thealth_timeout 5s\n",
        uri(&health.path),
        health.interval
    );
    if let Some(port) = health.port {
        text += &format!("\t\thealth_port {port}\n");
    }
    if let Some(status) = &health.status {
        text += &format!("\t\thealth_status {status}\n");
    }
    text
}

/// The page that says which app is down. Its text stands between back quotes, which nothing in it can be.
fn down(name: &str) -> String {
    let page = format!(
        "<!doctype html>\n<meta charset=\"utf-8\">\n<title>{name} is down</title>\n<h1>{name} is down</h1>\n\
         <p>The gateway is there, but {name} does not answer it. Look at it in Proximity, or try again in a moment.</p>\n"
    );
    format!(
        "\thandle_errors {{\n\t\theader Content-Type \"text/html; charset=utf-8\"\n\t\theader Retry-After 10\n\
         \t\theader Cache-Control no-store\n\t\trespond `{page}` 503\n\t}}\n"
    )
}

/// A name as plain letters: it stands in a comment and on a page.
fn plain(name: &str) -> String {
    let may_stand = |c: char| c.is_alphanumeric() || " ._-".contains(c);
    let text: String = name.chars().map(|c| if may_stand(c) { c } else { '-' }).take(64).collect();
    let text = text.trim();
    if text.is_empty() { "an app".into() } else { text.to_owned() }
}

/// Below a host, with everything that means something elsewhere as a number. What is a number already stays one.
fn uri(path: &str) -> String {
    let may_stand = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~?=&:@,+!*".contains(&byte);
    let is_digit = |at: usize| path.as_bytes().get(at).is_some_and(u8::is_ascii_hexdigit);
    let mut text = String::from(if path.starts_with('/') { "" } else { "/" });
    for (at, byte) in path.bytes().enumerate() {
        if may_stand(byte) || (byte == b'%' && is_digit(at + 1) && is_digit(at + 2)) {
            text.push(char::from(byte));
        } else {
            text += &format!("%{byte:02X}");
        }
    }
    text
}
