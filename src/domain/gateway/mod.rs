//! The gateway of a host: an app that passes names and ports of the network on to the other apps. What it is stands in its
//! settings, what it was given last in its book. What must hold: all that is decided here follows from the fleet alone, so
//! the same fleet gives the same file, letter for letter.

mod caddyfile;
mod names;
mod standing;
mod table;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use self::{
    caddyfile::{FORMAT, file},
    names::{Domain, is_label, label_of, mail},
    standing::{Light, Standing, Waiting, endpoint_of, light, public_url, standing, url_of, waiting},
    table::{LeftOut, Wanted, upstream_of, wanted},
};
use super::{
    app::App,
    catalog::Scheme,
    fleet::{Fleet, Power},
    ids::{AppId, GuestKey, HostId},
    moment::Moment,
};

/// The recipe that becomes one.
pub const RECIPE: &str = "gateway";
/// Its settings, by the names that its recipe gives them.
pub const DOMAIN: &str = "GATEWAY_DOMAIN";
pub const TLS: &str = "GATEWAY_TLS";
pub const EMAIL: &str = "GATEWAY_EMAIL";
/// What it reads.
pub const FILE: &str = "/etc/caddy/Caddyfile";
/// Where it lays a new file until that was found good.
pub const NEXT: &str = "/etc/caddy/Caddyfile.next";
/// The certificate of the authority that it is to itself.
pub const ROOT: &str = "/var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt";

/// Its own ports, which no app gets.
pub const OWN_PORTS: [u16; 3] = [80, 443, 2019];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    pub app: AppId,
    pub name: Arc<str>,
    pub guest: GuestKey,
    pub address: Option<Arc<str>>,
    /// Nothing where its settings do not say a good one.
    pub domain: Option<Domain>,
    pub tls: Tls,
    /// Nothing until it was given its first routes.
    pub applied: Option<Applied>,
}

impl Gateway {
    /// Whether an app is one. What was adopted has a file of its operator's own, and is never one of ours.
    pub fn is(app: &App) -> bool {
        if app.is_adopted() {
            return false;
        }
        let of_book = app.book.as_ref().and_then(|book| book.recipe.as_ref()).map(|recipe| recipe.as_str());
        of_book.or(app.marker.recipe.as_deref()) == Some(RECIPE)
    }

    pub fn of(app: &App) -> Option<Self> {
        if !Self::is(app) || app.binned_until().is_some() {
            return None;
        }
        let book = app.book.as_ref()?;
        let setting = |name: &str| book.settings.get(name).map(|value| value.trim());
        Some(Self {
            app: app.id.clone(),
            name: app.name.clone(),
            guest: app.guest.clone(),
            address: app.address.clone(),
            domain: setting(DOMAIN).and_then(|text| Domain::new(text).ok()),
            tls: Tls::read(setting(TLS).unwrap_or_default(), setting(EMAIL).unwrap_or_default()),
            applied: book.applied.clone(),
        })
    }

    pub fn all(fleet: &Fleet) -> impl Iterator<Item = Self> + '_ {
        fleet.apps.iter().filter_map(Self::of)
    }

    /// The one of a host; of two the one whose name is first.
    pub fn on(fleet: &Fleet, host: &HostId) -> Option<Self> {
        fleet.apps.iter().filter(|app| app.guest.host == *host).find_map(Self::of)
    }

    pub fn host(&self) -> &HostId {
        &self.guest.host
    }

    /// As far as Proxmox knows.
    pub fn runs(&self, fleet: &Fleet) -> bool {
        fleet.guest(&self.guest).is_some_and(|guest| guest.power == Power::Running)
    }
}

/// Where its certificates come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tls {
    /// It is its own authority; browsers have to be told once.
    #[default]
    Internal,
    /// A public authority, which has to reach it.
    Acme { email: Option<String> },
    /// Plain HTTP.
    Off,
}

impl Tls {
    fn read(kind: &str, email: &str) -> Self {
        match kind {
            "acme" => Self::Acme { email: mail(email).map(str::to_owned) },
            "off" => Self::Off,
            _ => Self::Internal,
        }
    }

    pub fn slug(&self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Acme { .. } => "acme",
            Self::Off => "off",
        }
    }

    /// What stands before a name.
    pub fn scheme(&self) -> &'static str {
        if *self == Self::Off { "http" } else { "https" }
    }

    pub fn told(&self) -> &'static str {
        match self {
            Self::Internal => "certificates of its own authority",
            Self::Acme { .. } => "certificates of Let's Encrypt",
            Self::Off => "no certificates: plain HTTP",
        }
    }
}

/// What the operator wants for an app at the gateway. It is no part of any plan: whoever writes the app down leaves it as it
/// stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Publishing {
    pub wish: Wish,
    /// Under which name; the app's own where none is said.
    pub label: Option<String>,
    /// At this port of the gateway as well.
    pub port: Option<u16>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// Published where it has a page.
    #[default]
    Usual,
    Yes,
    No,
}

/// What a gateway was given last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    pub at: Moment,
    /// Of the way in which the file is written.
    pub format: u32,
    pub table: Table,
}

/// All that a gateway's file is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub domain: Option<Domain>,
    pub tls: Tls,
    pub routes: Vec<Route>,
}

impl Table {
    pub fn route(&self, app: &AppId) -> Option<&Route> {
        self.routes.iter().find(|route| route.app == *app)
    }
}

/// How one app is reached through its gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    pub app: AppId,
    /// What the operator calls it.
    pub name: String,
    /// Before the gateway's domain; nothing where only a port leads to it.
    pub label: Option<String>,
    pub upstream: Upstream,
    /// Where its page is.
    pub path: String,
    pub ports: Vec<PublicPort>,
    pub health: Option<Health>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upstream {
    pub scheme: Scheme,
    /// Of the one kind or of the other, never a name.
    pub address: core::net::IpAddr,
    pub port: u16,
}

/// A port of the gateway that leads to a port of the app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicPort {
    pub port: u16,
    pub to: u16,
    pub scheme: Scheme,
}

/// How the gateway sees that the app works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    pub path: String,
    /// Where it is another one than the upstream's.
    pub port: Option<u16>,
    /// `200` or `2xx`; without it what is below 400 is good.
    pub status: Option<String>,
    /// Seconds
    pub interval: u64,
}

/// A port of an app that others may come to, as its recipe has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    /// As the recipe calls it; its lease is called the same.
    pub name: String,
    pub port: u16,
    /// Only for what a browser opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<Scheme>,
    #[serde(default)]
    pub protocol: super::catalog::Protocol,
}
