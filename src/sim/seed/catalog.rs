//! Well-known apps as they behave in a homelab: how big, how busy, which ports.

use serde_json::{Value, json};

use crate::{
    domain::{
        app::{Marker, Method},
        ids::AppId,
    },
    sim::{hash::mix, world::metrics::Profile},
};

pub struct Recipe {
    pub name: &'static str,
    pub version: &'static str,
    pub method: Method,
    pub ports: &'static [u16],
    pub cores: u32,
    /// MiB
    pub memory: u32,
    /// GiB
    pub disk: u32,
    pub profile: Profile,
}

const fn works(idle: f64, busy: f64, memory: f64, disk: f64, net_in: f64, net_out: f64) -> Profile {
    Profile { idle, busy, memory, disk, net_in, net_out, read: 2_000.0 + net_out * 0.9, write: 4_000.0 + net_in * 0.6 }
}

const fn recipe(
    name: &'static str,
    version: &'static str,
    method: Method,
    ports: &'static [u16],
    (cores, memory, disk): (u32, u32, u32),
    profile: Profile,
) -> Recipe {
    Recipe { name, version, method, ports, cores, memory, disk, profile }
}

use Method::{Compose, Oci, Script};

pub const RECIPES: &[Recipe] = &[
    recipe(
        "jellyfin",
        "10.9.11",
        Compose,
        &[8096],
        (4, 4096, 32),
        works(0.09, 0.92, 0.62, 0.58, 240_000.0, 2_900_000.0),
    ),
    recipe("immich", "1.118.2", Compose, &[2283], (4, 6144, 64), works(0.05, 0.78, 0.71, 0.66, 520_000.0, 380_000.0)),
    recipe("vaultwarden", "1.32.5", Compose, &[8222], (1, 512, 4), works(0.001, 0.012, 0.14, 0.21, 180.0, 210.0)),
    recipe("pihole", "2024.07.0", Compose, &[8053, 53], (1, 512, 8), works(0.01, 0.09, 0.31, 0.24, 9_200.0, 7_800.0)),
    recipe(
        "homeassistant",
        "2024.11.2",
        Compose,
        &[8123],
        (2, 2048, 16),
        works(0.05, 0.31, 0.55, 0.42, 22_000.0, 16_000.0),
    ),
    recipe("gitea", "1.22.3", Compose, &[3000, 2222], (2, 1024, 16), works(0.006, 0.22, 0.38, 0.37, 6_100.0, 11_000.0)),
    recipe("grafana", "11.3.0", Compose, &[3000], (2, 1024, 8), works(0.02, 0.18, 0.44, 0.31, 31_000.0, 12_000.0)),
    recipe("paperless", "2.13.5", Compose, &[8000], (2, 2048, 24), works(0.01, 0.64, 0.58, 0.46, 4_000.0, 3_100.0)),
    recipe(
        "nextcloud",
        "30.0.2",
        Compose,
        &[8443],
        (4, 4096, 128),
        works(0.04, 0.46, 0.64, 0.81, 410_000.0, 690_000.0),
    ),
    recipe("minecraft", "1.21.3", Oci, &[25565], (4, 6144, 16), works(0.21, 0.74, 0.86, 0.39, 48_000.0, 92_000.0)),
    recipe("mosquitto", "2.0.20", Oci, &[1883], (1, 256, 2), works(0.003, 0.02, 0.11, 0.18, 5_400.0, 6_900.0)),
    recipe("uptime-kuma", "1.23.15", Compose, &[3001], (1, 512, 4), works(0.02, 0.07, 0.42, 0.29, 3_800.0, 4_400.0)),
    recipe("adguard", "0.107.54", Script, &[3000, 53], (1, 512, 4), works(0.01, 0.06, 0.29, 0.22, 6_600.0, 5_900.0)),
];

impl Recipe {
    /// An app that was put up by a script or as a compose stack has a console that gives a shell; the others have the
    /// usual log-in.
    pub fn console(&self) -> Vec<(&'static str, Value)> {
        if self.method == Method::Oci { Vec::new() } else { vec![("cmode", json!("shell"))] }
    }

    /// The line by which the app is found again; `salt` makes its id its own.
    pub fn marker(&self, salt: u64, operation: i64) -> Marker {
        Marker {
            operation: Some(operation),
            recipe: Some(self.name.into()),
            version: Some(self.version.into()),
            method: Some(self.method),
            ports: self.ports.to_vec(),
            ..Marker::of(AppId::new(format!("{}-{:06x}", self.name, mix(salt, 3) & 0xFF_FFFF)))
        }
    }
}
