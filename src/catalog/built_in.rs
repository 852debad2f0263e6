//! The recipes that are part of the program. What must hold: every file of `catalog_data/` is named here.

macro_rules! recipes {
    ($($id:literal),* $(,)?) => {
        &[$((concat!($id, ".json"), include_str!(concat!("../../catalog_data/", $id, ".json")))),*]
    };
}

/// Their names and texts.
#[rustfmt::skip]
pub const FILES: &[(&str, &str)] = recipes![
    "actual-budget", "adguard-home", "adminer", "audiobookshelf", "authentik", "backrest", "bazarr", "beszel",
    "bookstack", "calibre-web", "changedetection", "cloudbeaver", "code-server", "continuwuity", "couchdb", "crafty",
    "databasus", "deluge", "docuseal", "donetick", "duplicati", "emby", "emqx", "esphome", "factorio", "filebrowser",
    "firefly-iii", "flaresolverr", "forgejo", "freshrss", "frigate", "gatus", "ghostfolio", "gitea", "glance",
    "gotify", "grafana", "grocy", "headscale", "healthchecks", "hedgedoc", "heimdall", "homarr", "home-assistant",
    "homebox", "homebridge", "homepage", "immich", "influxdb", "it-tools", "jackett", "jellyfin", "jellystat",
    "jenkins", "joplin-server", "karakeep", "kavita", "keycloak", "kitchenowl", "komga", "librespeed",
    "libretranslate", "lidarr", "linkding", "listmonk", "lldap", "localai", "lubelogger", "mailpit", "mattermost",
    "mealie", "memos", "metube", "minecraft", "miniflux", "mongodb", "mosquitto", "mumble",
    "music-assistant", "n8n", "navidrome", "nextcloud", "nginx-proxy-manager", "node-red", "ntfy", "nzbget",
    "ollama", "open-webui", "opengist", "palworld", "paperless-ngx", "pgadmin", "photoprism", "phpmyadmin",
    "pigallery2", "pihole", "pinchflat", "piwigo", "plex", "pocket-id", "prowlarr", "qbittorrent", "radarr",
    "rest-server", "roundcube", "sabnzbd", "satisfactory", "seafile", "searxng", "seerr", "sonarr",
    "speedtest-tracker", "stirling-pdf", "synapse", "tandoor", "tautulli", "technitium-dns", "traefik", "trilium",
    "tubearchivist", "uptime-kuma", "vaultwarden", "vikunja", "wallabag", "wallos", "wg-easy", "wikijs",
    "zigbee2mqtt",
];
