//! The API in front of the guest, over real TLS: the few calls that a console needs, and the way to its websocket. What
//! must hold: a cut resets every socket, and what is not served here is said and remembered.

use std::sync::Arc;

use serde_json::json;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::{
    NODE, Shared, VMID,
    https::{become_websocket, part, say},
    visit,
};
use crate::proxmox::host::{Asked, read_request};

const PERMISSIONS: [&str; 6] =
    ["VM.Audit", "VM.Console", "VM.PowerMgmt", "VM.Config.Options", "Sys.Audit", "Datastore.Audit"];

pub async fn serve(listener: TcpListener, acceptor: TlsAcceptor, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, shared) = (acceptor.clone(), shared.clone());
        connections.spawn(async move {
            let mut cuts = shared.weather.cuts();
            // Whatever drops the socket resets it, unless it was said good-bye to.
            let _ = (stream.set_zero_linger(), stream.set_nodelay(true));
            tokio::select! {
                () = converse(acceptor, stream, &shared) => {}
                _ = cuts.changed() => {}
            }
        });
    }
}

async fn converse(acceptor: TlsAcceptor, stream: TcpStream, shared: &Shared) {
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    let mut unread = Vec::new();
    while let Some(asked) = read_request(&mut stream, &mut unread).await {
        if asked.line() == format!("GET /nodes/{NODE}/lxc/{VMID}/vncwebsocket") {
            return upgrade(stream, &asked, unread, shared).await;
        }
        let (status, reason, body) = answer(&asked, shared);
        if !say(&mut stream, status, reason, &body).await {
            return;
        }
    }
    part(&mut stream).await;
}

fn answer(asked: &Asked, shared: &Shared) -> (u16, &'static str, String) {
    if asked.header("authorization").is_none_or(|value| !value.starts_with("PVEAPIToken=")) {
        return (401, "No ticket", String::new());
    }
    let line = asked.line();
    let data = match line.strip_prefix("GET ") {
        Some("/version") => json!({ "version": "9.2.11", "release": "9.2", "repoid": "0fc4c9d6b1d7a3b5" }),
        Some("/access/permissions") => permissions(),
        Some("/nodes") => json!([{ "node": NODE, "status": "online", "type": "node", "id": format!("node/{NODE}") }]),
        Some("/cluster/resources") => json!([resource(shared)]),
        _ => match line.split_once(&format!("/nodes/{NODE}/lxc/{VMID}/")) {
            Some(("GET ", "status/current")) => status(shared),
            Some(("GET ", "config")) => config(),
            Some(("GET ", "interfaces")) => json!([]),
            Some(("POST ", "termproxy")) => shared.tickets.issue(),
            _ => return unknown(&line, shared),
        },
    };
    (200, "OK", json!({ "data": data }).to_string())
}

fn unknown(line: &str, shared: &Shared) -> (u16, &'static str, String) {
    shared.complain(format!("{line} is not served"));
    (501, "Method not implemented", json!({ "data": null, "message": format!("{line}\n") }).to_string())
}

fn permissions() -> serde_json::Value {
    let all: serde_json::Map<_, _> = PERMISSIONS.iter().map(|name| ((*name).to_owned(), json!(1))).collect();
    json!({ "/": all, format!("/vms/{VMID}"): all })
}

fn state(shared: &Shared) -> &'static str {
    if shared.guest.is_up() { "running" } else { "stopped" }
}

fn resource(shared: &Shared) -> serde_json::Value {
    json!({ "id": format!("lxc/{VMID}"), "type": "lxc", "vmid": VMID, "node": NODE, "name": "con301",
        "status": state(shared), "maxcpu": 1, "maxmem": 268_435_456, "maxdisk": 1_073_741_824, "template": 0 })
}

fn status(shared: &Shared) -> serde_json::Value {
    json!({ "status": state(shared), "vmid": VMID, "name": "con301", "type": "lxc", "uptime": shared.uptime(),
        "cpus": 1, "maxmem": 268_435_456, "mem": 33_554_432, "maxdisk": 1_073_741_824, "disk": 104_857_600,
        "cpu": 0, "maxswap": 0, "swap": 0, "netin": 0, "netout": 0, "diskread": 0, "diskwrite": 0, "ha": { "managed": 0 } })
}

fn config() -> serde_json::Value {
    json!({ "hostname": "con301", "cmode": "shell", "ostype": "debian", "arch": "amd64", "cores": 1, "memory": 256,
        "swap": 0, "unprivileged": 1, "features": "nesting=1", "rootfs": "local-btrfs:101/vm-101-disk-0.raw,size=1G",
        "digest": "6d1c1f4f1b9f5d4a9b3c0d1e2f30415263748596" })
}

async fn upgrade(stream: TlsStream<TcpStream>, asked: &Asked, unread: Vec<u8>, shared: &Shared) {
    let mut socket = match become_websocket(stream, asked, unread).await {
        Ok(socket) => socket,
        Err(why) => return shared.complain(why.to_owned()),
    };
    let (port, ticket) = (asked.param("port").unwrap_or_default(), asked.param("vncticket").unwrap_or_default());
    let Some(ticket) = shared.tickets.take(port, ticket) else {
        shared.complain(format!("nobody listens at port {port} for that ticket"));
        return part(socket.get_mut()).await;
    };
    visit::serve(socket, &ticket, shared).await;
}
