//! The gateways: each with its routes, their lights, what waits and what was left out. What must hold: all of it follows from
//! the fleet, so it shows what is so and not what was asked for.

use ratatui::layout::Rect;

use super::{
    panel::{METAL, Row as Line, inner, pane_area, plate},
    wrap,
};
use crate::{
    domain::{
        fleet::Fleet,
        gateway::{Gateway, LeftOut, Light, Route, Standing, Table, Tls, light, standing},
        ids::{AppId, HostId},
    },
    tui::{
        event::Ticket,
        model::{Model, hand::window},
        theme::Role,
        widgets::{
            brush::{Brush, fit},
            figures::UNKNOWN,
        },
    },
};

#[derive(Debug, Clone, Default)]
pub struct Gateways {
    pub at: usize,
    /// The certificate of an authority that is asked for.
    pub flight: Option<Ticket>,
}

/// Something that the hand can rest on.
#[derive(Debug, Clone)]
pub enum Item {
    Gateway(Box<Standing>),
    /// A host without one.
    None(HostId),
    Route {
        gateway: AppId,
        route: Box<Route>,
        url: Option<String>,
        light: Light,
    },
    LeftOut {
        gateway: AppId,
        out: Box<LeftOut>,
    },
}

impl Item {
    /// The gateway that it belongs to.
    pub fn gateway(&self) -> Option<&AppId> {
        match self {
            Self::Gateway(standing) => Some(&standing.gateway.app),
            Self::None(_) => None,
            Self::Route { gateway, .. } | Self::LeftOut { gateway, .. } => Some(gateway),
        }
    }

    /// The app that it is about: the one behind the gateway, or the gateway itself.
    pub fn app(&self) -> Option<&AppId> {
        match self {
            Self::Route { route, .. } => Some(&route.app),
            Self::LeftOut { out, .. } => Some(&out.app),
            other => other.gateway(),
        }
    }
}

/// Host by host.
pub fn items(fleet: &Fleet) -> Vec<Item> {
    let of_host = |host: &HostId| match Gateway::on(fleet, host) {
        None => vec![Item::None(host.clone())],
        Some(gateway) => of_gateway(fleet, standing(fleet, gateway)),
    };
    fleet.hosts.iter().flat_map(|host| of_host(&host.id)).collect()
}

fn of_gateway(fleet: &Fleet, standing: Standing) -> Vec<Item> {
    let gateway = standing.gateway.app.clone();
    let table: &Table = &standing.wanted.table;
    let route = |route: &Route| Item::Route {
        gateway: gateway.clone(),
        url: table.url(route),
        light: light(fleet, &standing, &route.app),
        route: Box::new(route.clone()),
    };
    let routes: Vec<Item> = table.routes.iter().map(route).collect();
    let out = |out: &LeftOut| Item::LeftOut { gateway: gateway.clone(), out: Box::new(out.clone()) };
    let left_out: Vec<Item> = standing.wanted.left_out.iter().map(out).collect();
    std::iter::once(Item::Gateway(Box::new(standing))).chain(routes).chain(left_out).collect()
}

pub fn draw(brush: &mut Brush, screen: Rect, gateways: &Gateways, model: &Model) {
    let room = inner(screen);
    let items = items(&model.world.fleet);
    let blocks: Vec<Vec<Line>> =
        items.iter().enumerate().map(|(i, item)| block(item, i == gateways.at, room, model)).collect();
    let lines: Vec<&Line> = blocks.iter().flatten().collect();
    let area = pane_area(screen, (lines.len().max(1) + 4) as u16);
    plate(brush, screen, area.height);
    let mut title = brush.line(area.x, area.y, area.width, METAL);
    title.say("gateways ", Role::Dim).bold("names and ports of all apps", Role::Title);
    if gateways.flight.is_some() {
        title.at_edge("◌ asking for its certificate …", Role::Warning);
    }
    let body = Rect { y: area.y + 2, height: area.height.saturating_sub(4), ..area };
    let before: usize = blocks.iter().take(gateways.at).map(Vec::len).sum();
    let held = blocks.get(gateways.at).map_or(1, Vec::len);
    let page = usize::from(body.height).max(1);
    let top = window(before.saturating_sub(page / 2), before + held.max(1) - 1, lines.len(), page);
    for (y, row) in (body.y..body.bottom()).zip(lines.into_iter().skip(top)) {
        let mut line = brush.line(body.x, y, body.width, METAL);
        for (text, role) in row {
            line.say(text, *role);
        }
    }
    foot(brush, Rect { y: area.bottom().saturating_sub(1), height: 1, ..area }, items.get(gateways.at));
}

fn foot(brush: &mut Brush, row: Rect, held: Option<&Item>) {
    let keys: &[(&str, &str)] = match held {
        None => &[("[Esc]", " close")],
        Some(Item::None(_)) => &[("[n]", " make one   "), ("[Esc]", " close")],
        Some(Item::Gateway(_)) => {
            &[("[u]", " publish now   "), ("[c]", " its certificate   "), ("[d]", " remove   "), ("[Esc]", " close")]
        }
        Some(_) => {
            &[("[Enter]", " the app   "), ("[e]", " change   "), ("[y]", " copy its URL   "), ("[Esc]", " close")]
        }
    };
    let mut line = brush.line(row.x, row.y, row.width, METAL);
    for (key, words) in keys {
        line.say(key, Role::Text).say(words, Role::Dim);
    }
}

fn block(item: &Item, is_held: bool, room: u16, model: &Model) -> Vec<Line> {
    let hand = (if is_held { "▸ " } else { "  " }.to_owned(), Role::Accent);
    let text = if is_held { Role::Title } else { Role::Text };
    match item {
        Item::None(host) => vec![
            vec![
                hand,
                (host.to_string(), text),
                ("  has no gateway: ".into(), Role::Dim),
                ("[n]".into(), Role::Text),
                (" makes one".into(), Role::Dim),
            ],
            vec![],
        ],
        Item::Gateway(standing) => gateway(standing, hand, text, room, model),
        Item::Route { route, url, light, .. } => vec![of_route(route, url.as_deref(), *light, hand, text, room)],
        Item::LeftOut { out, .. } => {
            let what = format!("{} is left out: {}; {}", out.name, out.why, out.remedy);
            let lines = wrap(&what, room.saturating_sub(6)).into_iter().enumerate();
            lines
                .map(|(i, line)| match i {
                    0 => vec![hand.clone(), ("  ◐ ".into(), Role::Warning), (line, text)],
                    _ => vec![("      ".into(), Role::Dim), (line, Role::Dim)],
                })
                .collect()
        }
    }
}

fn gateway(standing: &Standing, hand: (String, Role), text: Role, room: u16, model: &Model) -> Vec<Line> {
    let gateway = &standing.gateway;
    let (light, role) = if standing.runs { ("● ", Role::Good) } else { ("○ ", Role::Off) };
    let domain =
        gateway.domain.as_ref().map_or("no good domain: change its settings".into(), |domain| format!("*.{domain}"));
    let address = gateway.address.as_deref().unwrap_or(UNKNOWN);
    let mut lines: Vec<Line> = vec![vec![
        hand,
        (light.into(), role),
        (gateway.name.to_string(), text),
        (format!("  {}  {address}", gateway.host()), Role::Dim),
        (format!("  {domain}"), Role::Bright),
    ]];
    let applied = match &gateway.applied {
        Some(applied) => format!("given {}", model.day_and_time(applied.at)),
        None => "was given no routes yet".into(),
    };
    let tls =
        if gateway.tls == Tls::Internal { "its own authority: [c] copies its certificate" } else { gateway.tls.told() };
    let under = format!("{applied} · {tls}");
    lines.extend(
        wrap(&under, room.saturating_sub(4))
            .into_iter()
            .map(|line| vec![("    ".into(), Role::Dim), (line, Role::Dim)]),
    );
    if !standing.runs {
        let words = "it is off: apps are reached by their own addresses";
        lines.push(vec![("    ".into(), Role::Dim), (words.into(), Role::Warning)]);
    } else if !standing.waiting.is_empty() {
        let waiting: Vec<String> = standing.waiting.iter().map(ToString::to_string).collect();
        let words = format!("waits to be given: {}", waiting.join(", "));
        lines.extend(
            wrap(&words, room.saturating_sub(4))
                .into_iter()
                .map(|line| vec![("    ".into(), Role::Dim), (line, Role::Warning)]),
        );
    }
    lines
}

fn of_route(route: &Route, url: Option<&str>, light: Light, hand: (String, Role), text: Role, room: u16) -> Line {
    let (sign, role, word) = match light {
        Light::Up => ("● ", Role::Good, "up"),
        Light::Waits => ("◌ ", Role::Warning, "waits"),
        Light::Down => ("✖ ", Role::Danger, "down"),
        Light::NoGateway => ("○ ", Role::Off, "off"),
    };
    let ports: Vec<String> = route.ports.iter().map(|public| format!(":{}", public.port)).collect();
    let upstream = format!("{}:{}", route.upstream.address, route.upstream.port);
    let mut line: Line = vec![
        hand,
        ("  ".into(), Role::Dim),
        (sign.into(), role),
        (format!("{word:<6}"), role),
        (format!("{:<16} ", fit(&route.name, 16)), text),
        (format!("{:<34} ", fit(url.unwrap_or(UNKNOWN), 34)), Role::Bright),
    ];
    let left = room.saturating_sub(64);
    if left > 8 {
        let more = format!("→ {upstream}  {}", ports.join(" "));
        line.push((fit(&more, left).into_owned(), Role::Dim));
    }
    line
}
