//! Small fleets with a gateway and apps, for its laws.

use std::{collections::BTreeMap, sync::Arc};

use proximity::domain::{
    app::{App, Marker},
    book::{Book, Origin, Page},
    catalog::RecipeId,
    fleet::{Fleet, Power},
    gateway::{self, Gateway},
    ids::AppId,
    moment::Moment,
    probe::{Probe, ProbeKind},
};

use crate::domain::world;

pub const GATEWAY: u32 = 900;

/// A fleet with a gateway that runs, for this domain.
pub fn fleet(domain: &str, tls: &str, apps: Vec<App>) -> Fleet {
    let settings = [(gateway::DOMAIN, domain), (gateway::TLS, tls), (gateway::EMAIL, "anna@example.org")];
    let settings: BTreeMap<_, _> = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let book = Book { settings, recipe: Some(RecipeId::new(gateway::RECIPE)), ..book() };
    let gateway = App { book: Some(Box::new(book)), ..app(GATEWAY, "gateway", "127.0.0.1", 80) };
    let mut fleet = world::fleet();
    let all = apps.into_iter().chain([gateway]);
    for app in all {
        fleet.guests.push(Arc::new(world::guest(app.guest.vmid.0, Power::Running)));
        fleet.put_app(app);
    }
    fleet
}

pub fn the_gateway(fleet: &Fleet) -> Gateway {
    Gateway::on(fleet, &world::key(1).host).expect("it has one")
}

fn book() -> Book {
    Book::new(Origin::Deployed, Moment::from_secs(0))
}

/// An app with a page at this port.
pub fn app(vmid: u32, name: &str, address: &str, port: u16) -> App {
    let page = Page { scheme: "http".into(), port, path: "/".into() };
    App {
        id: AppId::new(format!("app-{vmid:06x}")),
        name: name.into(),
        guest: world::key(vmid),
        marker: Marker { ports: vec![port], ..Marker::of(AppId::new(format!("app-{vmid:06x}"))) },
        address: Some(address.into()),
        book: Some(Box::new(Book { page: Some(page), ..book() })),
    }
}

/// The same with something else in its book.
pub fn with(mut app: App, change: impl FnOnce(&mut Book)) -> App {
    change(app.book.as_mut().expect("it has one"));
    app
}

pub fn probed(scheme: &str, port: u16, path: &str, status: (u16, u16)) -> Probe {
    let what = ProbeKind::Http { scheme: scheme.into(), port, path: path.into(), status };
    Probe { what, deadline: 60, interval: 30 }
}
