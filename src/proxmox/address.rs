//! What an operator types as an address becomes the one form we keep: `https://host:port`. Proxmox serves its API over
//! HTTPS on port 8006, so both are added where they are missing.

use std::net::Ipv6Addr;

use super::error::ClientError;

const PORT: u16 = 8006;

pub fn normalise_address(typed: &str) -> Result<String, ClientError> {
    let refuse = |why: &str| Err(ClientError::Address { typed: typed.trim().to_owned(), why: why.to_owned() });
    let Some(rest) = without_scheme(typed.trim()) else {
        return refuse("Proxmox is reached over https:// alone");
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    if authority.is_empty() {
        return refuse("it names no machine");
    }
    if authority.contains('@') {
        return refuse("it holds a user name, which belongs into the field of the login");
    }
    let Some((host, port)) = host_and_port(authority) else {
        return refuse("what follows the colon is not a port, a number from 1 to 65535");
    };
    if host.contains('%') {
        return refuse("a link-local address with a zone reaches only this very network card");
    }
    let address = format!("https://{}:{port}", host.to_ascii_lowercase());
    // The parser of the client itself has the last word on what a host may look like.
    match reqwest::Url::parse(&address) {
        Ok(url) if url.host_str().is_some_and(|host| !host.is_empty()) => Ok(address),
        _ => refuse("it is neither a host name nor an IP address"),
    }
}

/// Whoever types `http` means the host, not the missing encryption.
fn without_scheme(typed: &str) -> Option<&str> {
    match typed.split_once("://") {
        Some((scheme, rest)) => ["https", "http"].contains(&scheme.to_ascii_lowercase().as_str()).then_some(rest),
        None => Some(typed),
    }
}

/// Takes a bare IPv6 address for what it is: its colons are no port.
fn host_and_port(authority: &str) -> Option<(String, u16)> {
    if authority.parse::<Ipv6Addr>().is_ok() {
        return Some((format!("[{authority}]"), PORT));
    }
    let end_of_host = authority.rfind(']').map_or(0, |at| at + 1);
    match authority[end_of_host..].rfind(':') {
        None => Some((authority.to_owned(), PORT)),
        Some(colon) => {
            let (host, port) = authority.split_at(end_of_host + colon);
            let port = if port == ":" { PORT } else { port[1..].parse().ok().filter(|port| *port > 0)? };
            Some((host.to_owned(), port))
        }
    }
}
