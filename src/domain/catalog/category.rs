//! The categories of the catalog, in the order the store shows them. A recipe of somebody else may bring its own; it stands
//! behind these under its own name.

/// Their slugs, with what the store calls them.
pub const CATEGORIES: &[(&str, &str)] = &[
    ("media", "Media"),
    ("arr", "*arr and downloads"),
    ("photos", "Photos"),
    ("files", "Files and sync"),
    ("documents", "Documents"),
    ("notes", "Notes and wikis"),
    ("reading", "Reading and feeds"),
    ("passwords", "Passwords"),
    ("security", "Security and log-in"),
    ("dns", "DNS and ad blocking"),
    ("proxy", "Reverse proxies"),
    ("vpn", "VPN"),
    ("network", "Network"),
    ("monitoring", "Monitoring"),
    ("smart-home", "Home automation"),
    ("mqtt", "MQTT"),
    ("databases", "Databases"),
    ("dashboards", "Dashboards"),
    ("development", "Git and CI"),
    ("automation", "Automation"),
    ("ai", "AI"),
    ("chat", "Chat and notices"),
    ("mail", "Mail"),
    ("finance", "Finance"),
    ("household", "Household"),
    ("games", "Games"),
    ("backup", "Backup"),
];

/// What the store calls it; its slug where nobody knows it.
pub fn category_title(slug: &str) -> &str {
    CATEGORIES.iter().find(|(known, _)| *known == slug).map_or(slug, |(_, title)| title)
}

/// Its place in that order; what nobody knows comes last.
pub fn category_place(slug: &str) -> usize {
    CATEGORIES.iter().position(|(known, _)| *known == slug).unwrap_or(CATEGORIES.len())
}
