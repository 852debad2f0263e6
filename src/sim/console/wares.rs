//! What listens in containers of the demo that were set up by somebody else. What must hold: each listens where its program
//! does by itself, and nothing of it is known by a marker.

use crate::sim::shell::{Listener, Reach};

/// The guest, the port, who reaches it, the program.
type Ware = (&'static str, u16, Reach, &'static str);

const WARES: [Ware; 20] = [
    ("caddy-edge", 80, Reach::Everybody, "caddy"),
    ("caddy-edge", 443, Reach::Everybody, "caddy"),
    ("caddy-edge", 2019, Reach::Inside, "caddy"),
    ("postgres-main", 5432, Reach::Everybody, "postgres"),
    ("redis", 6379, Reach::Everybody, "redis-server"),
    ("prometheus", 9090, Reach::Everybody, "prometheus"),
    ("loki", 3100, Reach::Everybody, "loki"),
    ("sonarr", 8989, Reach::Everybody, "Sonarr"),
    ("radarr", 7878, Reach::Everybody, "Radarr"),
    ("prowlarr", 9696, Reach::Everybody, "Prowlarr"),
    ("transmission", 9091, Reach::Everybody, "transmission-da"),
    ("transmission", 51413, Reach::Everybody, "transmission-da"),
    ("samba", 445, Reach::Everybody, "smbd"),
    ("samba", 139, Reach::Everybody, "smbd"),
    ("syncthing", 8384, Reach::Everybody, "syncthing"),
    ("syncthing", 22000, Reach::Everybody, "syncthing"),
    ("unifi", 8443, Reach::Everybody, "java"),
    ("unifi", 8080, Reach::Everybody, "java"),
    ("mail-relay", 25, Reach::Everybody, "master"),
    ("freshrss", 80, Reach::Everybody, "apache2"),
];

pub fn of(guest: &str) -> Vec<Listener> {
    let own = WARES.iter().filter(|(name, ..)| *name == guest);
    own.map(|(_, port, reach, program)| Listener::new(*port, *reach, program)).collect()
}
