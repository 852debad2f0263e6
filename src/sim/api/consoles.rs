//! The way to a terminal: a door is opened, then somebody comes to it with the ticket.

use serde_json::{Value, json};

use super::{
    Ask, Endpoint,
    Guard::{self, Needs},
    Outcome, get, post,
};
use crate::sim::{
    check::rule::{Rule, boolean, integer, one_of, text},
    console::{Place, Speech},
    datacenter::Datacenter,
    hash::mix,
    refusal::{Form, Refusal},
    world::guest::Kind,
};

const GUEST: Guard = Needs("/vms/{vmid}", "VM.Console");
const NODE: Guard = Needs("/nodes/{node}", "Sys.Console");

pub const ENDPOINTS: &[Endpoint] = &[
    post("/nodes/{node}/lxc/{vmid}/termproxy", GUEST, &[], of_guest),
    post("/nodes/{node}/lxc/{vmid}/vncproxy", GUEST, SCREEN, screen),
    get("/nodes/{node}/lxc/{vmid}/vncwebsocket", GUEST, SOCKET, |d, ask| {
        enter(d, ask, &format!("/vms/{}", ask.vmid()))
    }),
    post("/nodes/{node}/termproxy", NODE, SHELL, of_node),
    get("/nodes/{node}/vncwebsocket", NODE, SOCKET, |d, ask| enter(d, ask, &format!("/nodes/{}", ask.node()))),
];

const SCREEN: &[Rule] =
    &[integer("height").least(16).most(2_160), boolean("websocket"), integer("width").least(16).most(4_096)];
const SOCKET: &[Rule] = &[integer("port").least(5_900).most(5_999).needed(), text("vncticket").longest(512).needed()];
const SHELL: &[Rule] = &[one_of("cmd", &["ceph_install", "login", "upgrade"]), text("cmd-opts").requires("cmd")];

fn of_guest(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    ask.guest(datacenter, Kind::Container)?;
    open(datacenter, ask, Place::Guest(ask.vmid()), Speech::Terminal).map(Into::into)
}

fn open(datacenter: &mut Datacenter, ask: &Ask, place: Place, speech: Speech) -> Result<Value, Refusal> {
    let opened = datacenter.open_door(ask.node(), place, &ask.who.id(), speech)?;
    // The port is text, as recorded.
    let port = opened.port.to_string();
    Ok(json!({ "user": ask.who.id(), "ticket": opened.ticket, "port": port, "upid": opened.upid }))
}

fn screen(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    ask.guest(datacenter, Kind::Container)?;
    let mut data = open(datacenter, ask, Place::Guest(ask.vmid()), Speech::Screen)?;
    let letters = "!#$%&*+,-./0123456789=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz".as_bytes();
    let salt = mix(datacenter.seed, datacenter.now().0 as u64 ^ u64::from(datacenter.next_process()));
    let letter = |place: u64| char::from(letters[(mix(salt, place) % letters.len() as u64) as usize]);
    let password: String = (0..8).map(letter).collect();
    data["ticket"] = json!(format!("{password}:{}", data["ticket"].as_str().unwrap_or_default()));
    data["password"] = json!(password);
    data["cert"] = json!(datacenter.certificates().root.pem);
    Ok(data.into())
}

/// Root himself comes in at once; everybody else has to log in once more.
fn of_node(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    if ask.given("cmd").is_some_and(|cmd| cmd != "login") && !ask.who.is_root() {
        return Err(Refusal::forbidden("user != root@pam"));
    }
    let place = Place::Node { name: ask.node().to_owned(), is_trusted: ask.who.is_root() };
    open(datacenter, ask, place, Speech::Terminal).map(Into::into)
}

/// Judges the ticket; the server then opens the websocket.
fn enter(datacenter: &mut Datacenter, ask: &Ask, path: &str) -> Outcome {
    let ticket = ask.text("vncticket");
    let ticket = ticket.find("PVEVNC:").map_or(ticket, |at| &ticket[at..]);
    if !datacenter.tickets.is_vnc_ticket(ticket, &ask.who.id(), path, datacenter.now()) {
        let message = "permission denied - invalid PVEVNC ticket".to_owned();
        return Err(Refusal { status: 401, message, errors: Vec::new(), form: Form::Told });
    }
    Ok(json!({ "port": ask.text("port") }).into())
}
