//! Cables: what our books say, drawn from unit to unit.

use proximity::{
    domain::{
        book::{Book, Origin},
        cables::{Kind, cables},
        fleet::Fleet,
    },
    settings::Motion,
    tui::theme::Depth,
};

use super::super::{
    fleet::{NOW, homelab, key},
    gateways::published,
    snapshot::check,
    stage::Stage,
};

fn setting(fleet: &mut Fleet, app: &str, name: &str, value: &str) {
    let mut app = fleet.apps.iter().find(|known| &*known.name == app).cloned().unwrap();
    let mut book = app.book.take().map_or_else(|| Book::new(Origin::Deployed, NOW), |book| *book);
    book.settings.insert(name.into(), value.into());
    app.book = Some(Box::new(book));
    fleet.put_app(app);
}

/// A gateway with routes, and settings that name others.
pub fn wired() -> Fleet {
    let mut fleet = published();
    setting(&mut fleet, "homeassistant", "MQTT_BROKER", "192.168.1.61");
    setting(&mut fleet, "grafana", "GF_DATABASE_URL", "postgres://me@nextcloud:5432/x");
    setting(&mut fleet, "paperless", "PAPERLESS_ADMIN_USER", "gitea");
    fleet
}

fn text(stage: &Stage) -> String {
    stage.picture().content.iter().map(|cell| cell.symbol()).collect()
}

#[test]
fn only_what_is_written_down_is_a_cable() {
    assert_eq!(cables(&homelab()), []);
    let found = cables(&wired());
    let settings: Vec<_> = found.iter().filter(|cable| cable.kind == Kind::Setting).collect();
    let ends: Vec<_> = settings.iter().map(|cable| (cable.from.vmid.0, cable.to.vmid.0, cable.why.as_str())).collect();
    assert_eq!(ends, [(103, 112, "MQTT_BROKER"), (107, 110, "GF_DATABASE_URL")]);
    let routes: Vec<_> = found.iter().filter(|cable| cable.kind == Kind::Route).collect();
    assert_eq!(routes.len(), 3, "the routes that it was given, and not those that wait");
    assert!(routes.iter().any(|cable| cable.to == key(106) && cable.why == "git.casa.home.arpa"));
}

#[test]
fn two_of_one_name_are_nobody() {
    let mut fleet = wired();
    for app in &mut fleet.apps {
        app.address = Some("192.168.1.61".into());
    }
    assert!(!cables(&fleet).iter().any(|cable| cable.why == "MQTT_BROKER"));
}

#[test]
fn the_unit_under_the_hand_names_its_other_ends() {
    let mut stage = Stage::new(wired(), 120, 36);
    stage.keys("C");
    assert!(text(&stage).contains("cables; the hand is on none") || text(&stage).contains("←"));
    stage.keys("Right Home");
    for _ in 0..20 {
        if stage.model.overview.selected() != Some(&key(103)) {
            stage.keys("j");
        }
    }
    assert!(text(&stage).contains("homeassistant → mosquitto (MQTT_BROKER)"));
}

#[test]
fn where_nothing_is_known_a_line_says_so() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("C");
    assert!(text(&stage).contains("no cables are known"));
    assert!(!text(&stage).contains('╮'));
}

#[test]
fn cables_at_the_sides_of_the_cabinets() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        let mut stage = Stage::new(wired(), columns, rows);
        stage.keys("C Right");
        check(&format!("cables-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
    let mut stage = Stage::with(wired(), 120, 36, "dark", Depth::Named, Motion::None);
    stage.keys("C Right");
    check("cables-120x36-named", &stage.picture(), &stage.model.canvas.theme);
}
