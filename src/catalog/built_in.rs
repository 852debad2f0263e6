//! The recipes that are part of the program. What must hold: every file of `catalog_data/` is named here.

macro_rules! recipes {
    ($($id:literal),* $(,)?) => {
        &[$((concat!($id, ".json"), include_str!(concat!("../../catalog_data/", $id, ".json")))),*]
    };
}

/// Their names and texts.
pub const FILES: &[(&str, &str)] = recipes!["miniflux", "mosquitto", "vaultwarden"];
