//! The options of the datacenter, which hold for everything in it.

use serde_json::{Value, json};

use super::{
    Ask, Endpoint,
    Guard::{Anyone, Needs},
    Outcome, get, put,
};
use crate::sim::{
    check::{
        formats,
        patterns::{is_color_map, is_proxy, is_tags},
        property,
        rule::{Rule, boolean, integer, number, one_of, parts, text},
    },
    datacenter::Datacenter,
};

pub const ENDPOINTS: &[Endpoint] = &[
    get("/cluster/options", Anyone, &[], options),
    put("/cluster/options", Needs("/", "Sys.Modify"), OPTIONS, set_options),
];

const KEYBOARDS: &[&str] = &[
    "de", "de-ch", "da", "en-gb", "en-us", "es", "fi", "fr", "fr-be", "fr-ca", "fr-ch", "hu", "is", "it", "ja", "lt",
    "mk", "nl", "no", "pl", "pt", "pt-br", "sv", "sl", "tr",
];
const LANGUAGES: &[&str] = &[
    "ar", "ca", "da", "de", "en", "es", "eu", "fa", "fr", "hr", "he", "it", "ja", "ka", "kr", "nb", "nl", "nn", "pl",
    "pt_BR", "ru", "sl", "sv", "tr", "ukr", "zh_CN", "zh_TW",
];
const OPTIONS: &[Rule] = &[
    parts("bwlimit", LIMITS),
    text("consent-text").longest(65_536),
    one_of("console", &["applet", "vv", "html5", "xtermjs"]),
    parts("crs", SCHEDULING),
    text("delete").format(formats::config_id_list),
    text("description").longest(65_536),
    text("email_from").format(formats::email_opt),
    one_of("fencing", &["watchdog", "hardware", "both"]),
    parts("ha", &[one_of("shutdown_policy", &["freeze", "failover", "conditional", "migrate"]).needed()]),
    text("http_proxy").pattern(is_proxy),
    one_of("keyboard", KEYBOARDS),
    one_of("language", LANGUAGES),
    parts("location", LOCATION),
    text("mac_prefix").format(formats::mac_prefix),
    integer("max_workers").least(1),
    parts("migration", TRANSFER),
    boolean("migration_unsecure"),
    parts("next-id", &[integer("lower"), integer("upper")]),
    parts("notify", NOTIFY),
    text("registered-tags").pattern(is_tags),
    parts("replication", TRANSFER),
    parts("tag-style", TAG_STYLE),
    parts("u2f", &[text("appid"), text("origin")]),
    parts("user-tag-access", TAG_ACCESS),
    parts("webauthn", &[boolean("allow-subdomains"), text("id"), text("origin"), text("rp")]),
];
const LIMITS: &[Rule] = &[
    number("clone").least(0),
    number("default").least(0),
    number("migration").least(0),
    number("move").least(0),
    number("restore").least(0),
];
const REBALANCE: &str = "ha-auto-rebalance";
const SCHEDULING: &[Rule] = &[
    one_of("ha", &["basic", "static", "dynamic"]),
    boolean(REBALANCE),
    number("ha-auto-rebalance-hold-duration").least(0).requires(REBALANCE),
    number("ha-auto-rebalance-margin").least(0).most(100).requires(REBALANCE),
    one_of("ha-auto-rebalance-method", &["bruteforce", "topsis"]).requires(REBALANCE),
    number("ha-auto-rebalance-threshold").least(0).most(100).requires(REBALANCE),
    boolean("ha-rebalance-on-start"),
];
const LOCATION: &[Rule] = &[
    number("latitude").least(-90).most(90).needed(),
    number("longitude").least(-180).most(180).needed(),
    text("name").longest(128),
];
const TRANSFER: &[Rule] =
    &[text("network").format(formats::cidr), one_of("type", &["secure", "insecure"]).default_key().needed()];
const NOTIFY: &[Rule] = &[
    one_of("fencing", &["always", "never"]),
    one_of("package-updates", &["auto", "always", "never"]),
    one_of("replication", &["always", "never"]),
    text("target-fencing"),
    text("target-package-updates"),
    text("target-replication"),
];
const TAG_STYLE: &[Rule] = &[
    boolean("case-sensitive"),
    text("color-map").pattern(is_color_map),
    one_of("ordering", &["config", "alphabetical"]),
    one_of("shape", &["full", "circle", "dense", "none"]),
];
const TAG_ACCESS: &[Rule] =
    &[one_of("user-allow", &["none", "list", "existing", "free"]), text("user-allow-list").pattern(is_tags)];

fn options(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let sees_all = datacenter.may(&ask.who, "/", "Sys.Audit");
    let mut tags: Vec<&str> = datacenter
        .guests
        .values()
        .filter(|guest| datacenter.may(&ask.who, &format!("/vms/{}", guest.vmid), "VM.Audit"))
        .filter_map(|guest| guest.text("tags"))
        .flat_map(|tags| tags.split(';'))
        .collect();
    tags.sort_unstable();
    tags.dedup();
    let mut row = json!({ "allowed-tags": tags });
    if sees_all {
        row["description"] = json!("");
        row["mac_prefix"] = json!("BC:24:11");
    }
    let seen =
        datacenter.options.iter().filter(|(name, _)| sees_all || ["console", "tag-style"].contains(&name.as_str()));
    seen.for_each(|(name, value)| row[name.as_str()] = value.clone());
    Ok(row.into())
}

/// An option as it is kept: one that is made of keys by its keys.
fn kept(name: &str, text: &str) -> Value {
    let keys = OPTIONS.iter().find(|rule| rule.name == name).map_or(&[][..], |rule| rule.parts);
    match name {
        "description" => json!(format!("{}\n", text.trim_end_matches('\n'))),
        name if !keys.is_empty() => {
            let parts = property::parse(keys, text, name).unwrap_or_default();
            Value::Object(parts.into_iter().map(|(key, part)| (key, json!(part))).collect())
        }
        _ => json!(text),
    }
}

fn set_options(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    datacenter.quorate()?;
    for (name, text) in ask.values.iter().filter(|(name, _)| *name != "delete") {
        datacenter.options.insert(name.clone(), kept(name, text));
    }
    ask.text("delete").split([',', ';', ' ']).for_each(|name| drop(datacenter.options.remove(name)));
    Ok(Value::Null.into())
}
