//! Two forms of the gateway: one that makes it, and one that says how an app is published. What must hold: a name that cannot
//! stand in an address is told before anything is sent.

use super::{Field, Fields, Wanted, Wrong, sheet::Row};
use crate::{
    domain::{
        gateway::{Domain, OWN_PORTS, Publishing, Tls, Wish, is_label, mail},
        ids::{AppId, HostId},
    },
    engine::{Change, Request, door::GatewayWish},
    tui::{
        layers::deploy::{DHCP, FIXED, address, gateway, name, within},
        theme::Role,
    },
};

const INTERNAL: &str = "its own authority";
const ACME: &str = "Let's Encrypt";
const OFF: &str = "none: plain HTTP";

#[derive(Debug, Clone)]
pub struct GatewayForm {
    pub fields: Fields,
    taken: Vec<String>,
}

impl GatewayForm {
    /// For one of these hosts, which have none yet.
    pub fn on(hosts: &[HostId], taken: Vec<String>) -> Self {
        let fields = vec![
            Field::choice("host", hosts.iter().map(ToString::to_string)),
            Field::plain("domain", "").filled("home.arpa"),
            Field::choice("certificates", [INTERNAL, ACME, OFF]),
            Field::plain("mail address", "only for Let's Encrypt"),
            Field::plain("name", "gateway"),
            Field::choice("network", [DHCP, FIXED]),
            Field::plain("address", "only where it is fixed: 192.168.1.5/24"),
            Field::plain("router", "none"),
        ];
        Self { fields: Fields::of(fields), taken }
    }

    fn value(&self, at: usize) -> &str {
        self.fields.all.get(at).map_or("", Field::value)
    }

    pub fn name(&self) -> String {
        Some(self.value(4)).filter(|name| !name.is_empty()).unwrap_or("gateway").to_owned()
    }

    pub fn words(&self) -> Vec<String> {
        vec![
            format!("A small container that passes names below {} on to the apps of {}.", self.value(1), self.value(0)),
            "Let your DNS lead all names below that domain to its address.".to_owned(),
        ]
    }

    pub fn submit(&self) -> Result<Option<Wanted>, Wrong> {
        let wrong = |at: usize, why: &str| Wrong::at(at, "that does not do", why, "type another value");
        let domain = Domain::new(self.value(1)).map_err(|why| wrong(1, why))?;
        let email = match self.value(3) {
            "" => None,
            text => Some(mail(text).ok_or_else(|| wrong(3, "that is no mail address"))?.to_owned()),
        };
        name(self.value(4), &self.taken).map_err(|why| wrong(4, &why))?;
        gateway(self.value(7)).map_err(|why| wrong(7, &why))?;
        let address = address(self.value(5) == FIXED, self.value(6), self.value(7));
        let wish = GatewayWish {
            host: HostId::new(self.value(0)),
            node: None,
            name: Some(self.value(4)).filter(|name| !name.is_empty()).map(Into::into),
            domain: domain.to_string(),
            tls: match self.value(2) {
                ACME => Tls::Acme { email },
                OFF => Tls::Off,
                _ => Tls::Internal,
            },
            address: address.map_err(|why| wrong(6, &why))?,
            bridge: None,
            storage: None,
        };
        Ok(Some(Wanted::Preview(Request::MakeGateway(Box::new(wish)))))
    }

    pub fn rows(&self, room: u16) -> Vec<Row> {
        let words = "One door to all apps of a host: each under its own name, with a certificate. Apps that come and go are \
                     followed by themselves; their own addresses go on working.";
        let mut rows = vec![Row::words("a gateway", Role::Title), Row::blank()];
        rows.extend(Row::paragraph(words, Role::Text, room));
        rows.push(Row::blank());
        rows.extend((0..self.fields.all.len()).map(Row::Field));
        rows.extend([Row::blank(), Row::words("[Ctrl-S] shows the plan   [Esc] leave it", Role::Dim)]);
        rows
    }
}

const USUAL: &str = "as it has a page";
const YES: &str = "yes";
const NO: &str = "no";

#[derive(Debug, Clone)]
pub struct PublishForm {
    pub fields: Fields,
    app: AppId,
    name: String,
    domain: String,
}

impl PublishForm {
    pub fn app(&self) -> &AppId {
        &self.app
    }

    pub fn of(app: AppId, name: &str, domain: &str, now: &Publishing) -> Self {
        let choices = match now.wish {
            Wish::Usual => [USUAL, YES, NO],
            Wish::Yes => [YES, NO, USUAL],
            Wish::No => [NO, YES, USUAL],
        };
        let fields = vec![
            Field::choice("published", choices),
            Field::plain("name", name.to_owned()).filled(now.label.as_deref().unwrap_or_default()),
            Field::plain("port", "no other than those that are leased")
                .filled(&now.port.map(|port| port.to_string()).unwrap_or_default()),
        ];
        Self { fields: Fields::of(fields), app, name: name.into(), domain: domain.into() }
    }

    fn value(&self, at: usize) -> &str {
        self.fields.all.get(at).map_or("", Field::value)
    }

    pub fn done(&self) -> String {
        match self.value(0) {
            NO => format!("{} is published no more", self.name),
            _ => format!("{} is published; its gateway is given it in a moment", self.name),
        }
    }

    pub fn submit(&self) -> Result<Option<Wanted>, Wrong> {
        let wrong =
            |at: usize, why: &str| Wrong::at(at, "that does not do", why, "type another value, or leave it empty");
        let label = match self.value(1) {
            "" => None,
            text if is_label(text) => Some(text.to_owned()),
            _ => return Err(wrong(1, "small letters, digits and dashes, 63 at most")),
        };
        within(self.value(2), 1, 65_535).map_err(|why| wrong(2, &why))?;
        let port = self.value(2).parse().ok();
        if port.is_some_and(|port| OWN_PORTS.contains(&port)) {
            return Err(wrong(2, "that is a port of the gateway's own"));
        }
        let wish = match self.value(0) {
            YES => Wish::Yes,
            NO => Wish::No,
            _ => Wish::Usual,
        };
        let publishing = Publishing { wish, label, port };
        Ok(Some(Wanted::Change(Change::SetPublishing { app: self.app.clone(), publishing }, "writing it down")))
    }

    pub fn rows(&self, _room: u16) -> Vec<Row> {
        let label = Some(self.value(1)).filter(|label| !label.is_empty()).unwrap_or(&self.name);
        let mut rows = vec![
            Row::Words(vec![("publish ".into(), Role::Dim), (self.name.clone(), Role::Title)]),
            Row::words(format!("as {label}.{}", self.domain), Role::Dim),
            Row::blank(),
        ];
        rows.extend((0..self.fields.all.len()).map(Row::Field));
        rows.extend([Row::blank(), Row::words("[Ctrl-S] keeps it   [Esc] leave it as it is", Role::Dim)]);
        rows
    }
}
