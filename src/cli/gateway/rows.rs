//! What scripts and people read of gateways and of what is published at them.

use serde::Serialize;

use crate::{
    cli::rows::rfc3339,
    domain::{
        app::App,
        catalog::Scheme,
        fleet::Fleet,
        gateway::{Gateway, Route, Standing, Upstream, light, public_url, standing, url_of},
    },
};

#[derive(Serialize)]
pub struct GatewayRow {
    app: String,
    name: String,
    host: String,
    guest: String,
    running: bool,
    address: Option<String>,
    domain: Option<String>,
    /// `internal`, `acme` or `off`
    tls: &'static str,
    applied_at: Option<String>,
    routes: Vec<RouteRow>,
    left_out: Vec<LeftOutRow>,
    /// What it is to be given next, in words.
    waiting: Vec<String>,
}

#[derive(Serialize)]
struct RouteRow {
    app: String,
    name: String,
    url: Option<String>,
    /// `http://127.77.0.5:8096`
    upstream: String,
    /// Ports of the gateway that lead to it.
    ports: Vec<u16>,
    /// `up`, `waits`, `down` or `no-gateway`
    light: &'static str,
}

#[derive(Serialize)]
struct LeftOutRow {
    app: String,
    name: String,
    why: String,
    remedy: String,
}

impl GatewayRow {
    pub fn of(fleet: &Fleet, standing: &Standing) -> Self {
        let gateway = &standing.gateway;
        let table = &standing.wanted.table;
        let route = |route: &Route| RouteRow {
            app: route.app.to_string(),
            name: route.name.clone(),
            url: table.url(route),
            upstream: told(&route.upstream),
            ports: route.ports.iter().map(|public| public.port).collect(),
            light: light(fleet, standing, &route.app).slug(),
        };
        let left_out = standing.wanted.left_out.iter().map(|out| LeftOutRow {
            app: out.app.to_string(),
            name: out.name.clone(),
            why: out.why.clone(),
            remedy: out.remedy.clone(),
        });
        Self {
            app: gateway.app.to_string(),
            name: gateway.name.to_string(),
            host: gateway.host().to_string(),
            guest: gateway.guest.to_string(),
            running: standing.runs,
            address: gateway.address.as_deref().map(str::to_owned),
            domain: gateway.domain.as_ref().map(ToString::to_string),
            tls: gateway.tls.slug(),
            applied_at: gateway.applied.as_ref().map(|applied| rfc3339(applied.at)),
            routes: table.routes.iter().map(route).collect(),
            left_out: left_out.collect(),
            waiting: standing.waiting.iter().map(ToString::to_string).collect(),
        }
    }

    pub fn cells(&self) -> Vec<String> {
        let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "--".into());
        vec![
            self.name.clone(),
            self.host.clone(),
            if self.running { "running" } else { "off" }.into(),
            or(&self.address),
            or(&self.domain),
            self.tls.into(),
            self.routes.len().to_string(),
            self.waiting.len().to_string(),
        ]
    }

    pub fn lines(&self) -> Vec<String> {
        let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "--".into());
        let mut lines = vec![
            format!("{:<12}{}", "name", self.name),
            format!("{:<12}{}", "host", self.host),
            format!("{:<12}{}", "state", if self.running { "running" } else { "off" }),
            format!("{:<12}{}", "address", or(&self.address)),
            format!("{:<12}{}", "domain", or(&self.domain)),
            format!("{:<12}{}", "tls", self.tls),
            format!("{:<12}{}", "applied", or(&self.applied_at)),
        ];
        for route in &self.routes {
            let ports: String = route.ports.iter().map(|port| format!("  :{port}")).collect();
            let url = route.url.clone().unwrap_or_else(|| "--".into());
            lines.push(format!("{:<12}{:<10} {url} -> {}{ports}", "route", route.light, route.upstream));
        }
        lines.extend(
            self.left_out.iter().map(|out| format!("{:<12}{}: {}; {}", "left out", out.name, out.why, out.remedy)),
        );
        lines.extend(self.waiting.iter().map(|waits| format!("{:<12}{waits}", "waits")));
        lines
    }
}

fn told(upstream: &Upstream) -> String {
    let scheme = if upstream.scheme == Scheme::Https { "https" } else { "http" };
    format!("{scheme}://{}", core::net::SocketAddr::new(upstream.address, upstream.port))
}

/// How one app is published.
#[derive(Serialize)]
pub struct PublishedRow {
    app: String,
    name: String,
    published: bool,
    /// Under this name, where another than its own was said.
    label: Option<String>,
    port: Option<u16>,
    gateway: Option<String>,
    /// Through the gateway, once that has it.
    public_url: Option<String>,
    url: Option<String>,
    /// Whether the gateway is still to be given it.
    waits: bool,
    left_out: Option<String>,
}

impl PublishedRow {
    pub fn of(fleet: &Fleet, app: &App) -> Self {
        let publishing = app.book.as_ref().map(|book| book.publishing.clone()).unwrap_or_default();
        let standing = Gateway::on(fleet, &app.guest.host).map(|gateway| standing(fleet, gateway));
        let wanted = standing.as_ref().and_then(|standing| standing.wanted.table.route(&app.id));
        let left_out = standing.as_ref().and_then(|standing| {
            let out = standing.wanted.left_out.iter().find(|out| out.app == app.id)?;
            Some(format!("{}; {}", out.why, out.remedy))
        });
        Self {
            app: app.id.to_string(),
            name: app.name.to_string(),
            published: wanted.is_some(),
            label: publishing.label,
            port: publishing.port,
            gateway: standing.as_ref().map(|standing| standing.gateway.app.to_string()),
            public_url: public_url(fleet, app),
            url: url_of(fleet, app),
            waits: standing.as_ref().is_some_and(|standing| !standing.waiting.is_empty()),
            left_out,
        }
    }

    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![match (&self.gateway, self.published) {
            (None, _) => format!("{} is published once its host has a gateway: `proximity gateway make`", self.name),
            (Some(_), true) => format!("{} is published", self.name),
            (Some(_), false) => format!("{} is not published", self.name),
        }];
        lines.extend(self.url.iter().map(|url| format!("{:<12}{url}", "url")));
        lines.extend(self.port.iter().map(|port| format!("{:<12}{port}", "port")));
        lines.extend(self.left_out.iter().map(|why| format!("{:<12}{why}", "left out")));
        if self.waits {
            lines.push(format!("{:<12}the gateway gets it while the deck or `proximity watch` runs", "waits"));
        }
        lines
    }
}
