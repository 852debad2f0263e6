//! The recipes that are part of the program. What must hold: every file of `catalog_data/` is named here.

macro_rules! recipes {
    ($($id:literal),* $(,)?) => {
        &[$((concat!($id, ".json"), include_str!(concat!("../../catalog_data/", $id, ".json")))),*]
    };
}

/// Their names and texts.
#[rustfmt::skip]
pub const FILES: &[(&str, &str)] = recipes![
    "actual-budget", "adguard-home", "adminer", "alertmanager", "apt-cacher-ng", "audiobookshelf", "authentik",
    "backrest", "bazarr", "beszel", "bind9", "blackbox-exporter", "bookstack", "caddy", "calibre-web",
    "changedetection", "cloudbeaver", "code-server", "continuwuity", "coturn", "couchdb", "crafty", "cups",
    "databasus", "deluge", "dnsmasq", "docker-registry", "docuseal", "dokuwiki", "donetick", "duplicati", "emby",
    "emqx", "esphome", "factorio", "filebrowser", "firefly-iii", "flaresolverr", "forgejo", "freshrss", "frigate",
    "gateway", "gatus", "ghostfolio", "gitea", "glance", "gotify", "grafana", "grocy", "haproxy", "headscale", "healthchecks",
    "hedgedoc", "heimdall", "homarr", "home-assistant", "homebox", "homebridge", "homepage", "icecast", "immich",
    "influxdb", "it-tools", "jackett", "jellyfin", "jellystat", "jenkins", "joplin-server", "karakeep", "kavita",
    "keycloak", "kitchenowl", "komga", "librespeed", "libretranslate", "lidarr", "linkding", "listmonk", "lldap",
    "localai", "lubelogger", "mailpit", "mariadb", "mattermost", "mealie", "memos", "metube", "minecraft",
    "minidlna", "miniflux", "mongodb", "monit", "mosquitto", "mpd", "mumble", "mumble-server", "music-assistant",
    "n8n", "nats", "navidrome", "nextcloud", "nginx", "nginx-proxy-manager", "ngircd", "node-exporter", "node-red",
    "ntfy", "nzbget", "ollama", "open-webui", "opengist", "palworld", "paperless-ngx", "pgadmin", "photoprism",
    "phpmyadmin", "pigallery2", "pihole", "pinchflat", "piwigo", "plex", "pocket-id", "postgresql", "privoxy",
    "prometheus", "prosody", "prowlarr", "qbittorrent", "rabbitmq", "radarr", "radicale", "rest-server", "roundcube",
    "rsyncd", "sabnzbd", "samba", "satisfactory", "seafile", "searxng", "seerr", "snapserver", "sonarr",
    "speedtest-tracker", "squid", "stirling-pdf", "synapse", "syncthing", "tandoor", "tautulli", "technitium-dns",
    "tinyproxy", "tor", "traefik", "transmission", "trilium", "tubearchivist", "unbound", "uptime-kuma", "valkey",
    "vaultwarden", "victoria-metrics", "vikunja", "wallabag", "wallos", "webdav", "wg-easy", "wikijs", "zigbee2mqtt",
];
