//! Umbrel's store: `NAME/umbrel-app.yml`, a docker-compose file with a proxy of Umbrel's own, and a shell script with more
//! variables. The script is never run; what it computes is not known.

use std::collections::BTreeMap;

use super::{
    super::{
        Format, Reason,
        compose::{About, Front, Source, number},
        notes::{Stop, stop},
        tree::Tree,
        values::Given,
        words::{line, slug, variable},
    },
    bigbear::join,
    walk::{Walk, folder_of, last_of},
};
use crate::domain::catalog::{Generator, Kind, Recipe, Setting};

pub fn read(walk: &mut Walk<'_>) {
    for file in walk.candidates(|path| last_of(path) == "umbrel-app.yml") {
        let folder = folder_of(&file).to_owned();
        let recipe = app(walk, &file, &folder);
        walk.tell(&file, last_of(&folder), recipe);
    }
}

fn app(walk: &mut Walk<'_>, file: &str, folder: &str) -> Result<Recipe, Stop> {
    let manifest = walk.yaml(file)?;
    let others = manifest.get("dependencies").map(Tree::words).unwrap_or_default();
    if !others.is_empty() {
        return stop(Reason::OtherApp, format!("it needs another Umbrel app: {}", others.join(", ")));
    }
    let mut compose = walk.yaml(&join(folder, "docker-compose.yml"))?;
    let id = if folder.is_empty() { manifest.word("id").unwrap_or("app") } else { last_of(folder) }.to_owned();
    let mut variables = exports(walk, folder);
    addresses(&compose, &mut variables);
    if let Some(port) = manifest.word("port") {
        variables.insert("APP_PROXY_PORT".to_owned(), Export::Said(port.to_owned()));
    }
    let front = front(&manifest, &mut compose, &id);
    let known = |name: &str| meaning(name, &variables);
    let mut said = Vec::new();
    if walk
        .paths
        .range(format!("{folder}/hooks/")..)
        .next()
        .is_some_and(|path| path.starts_with(&format!("{folder}/hooks/")))
    {
        said.push("what Umbrel would run before and after the start of the app is not run".to_owned());
    }
    let source = Source {
        format: Format::Umbrel,
        file: file.to_owned(),
        about: about(&manifest, &id),
        compose,
        front,
        known: &known,
        said,
    };
    walk.recipe(folder, source)
}

fn about(manifest: &Tree, id: &str) -> About {
    let text = |key: &str| manifest.word(key).unwrap_or_default().to_owned();
    let login = match (manifest.word("defaultUsername"), manifest.word("defaultPassword")) {
        (None, None) => None,
        (name, password) => {
            let name = name.map_or_else(String::new, |name| format!("as {name} "));
            let password =
                if manifest.says_yes("deterministicPassword") { Some("the secret APP_PASSWORD") } else { password };
            Some(format!("Log in {name}with {}.", password.unwrap_or("no password")))
        }
    };
    About {
        id: id.to_owned(),
        name: text("name"),
        tagline: text("tagline"),
        description: text("description"),
        categories: vec![text("category")],
        version: text("version"),
        home: manifest.word("website").map(str::to_owned),
        source: manifest.word("repo").map(str::to_owned),
        first_login: login,
        ..About::default()
    }
}

/// Umbrel's proxy is taken out; where it led is where the app is opened.
fn front(manifest: &Tree, compose: &mut Tree, id: &str) -> Front {
    let mut front = Front {
        outer: manifest.word("port").and_then(number),
        path: manifest.word("path").map(str::to_owned),
        ..Front::default()
    };
    let Tree::Map(parts) = compose else { return front };
    let Some((_, Tree::Map(services))) = parts.iter_mut().find(|(key, _)| key == "services") else { return front };
    let proxy = services.iter().position(|(name, _)| name == "app_proxy").map(|at| services.remove(at).1);
    let names: Vec<(String, String)> = services
        .iter()
        .flat_map(|(key, _)| {
            ["_1", "-1"].map(|end| (format!("{id}{}{key}{}", &end[..1], end), slug(key).unwrap_or_default()))
        })
        .collect();
    for (_, service) in services.iter_mut() {
        // Umbrel gives each app a network of its own with fixed addresses.
        if let Tree::Map(parts) = service {
            parts.retain(|(key, _)| key != "networks");
        }
        service.each_text(&mut |text| {
            names.iter().for_each(|(long, name)| {
                if text.contains(long.as_str()) {
                    *text = text.replace(long.as_str(), name);
                }
            })
        });
    }
    if let Some(proxy) = proxy {
        let pairs: BTreeMap<_, _> = super::super::compose::pairs(&proxy).into_iter().collect();
        let said = |key: &str| pairs.get(key).copied().flatten().map(str::trim);
        front.inner = said("APP_PORT").and_then(number).or(front.outer);
        let host = said("APP_HOST").unwrap_or_default();
        let service = names.iter().find(|(long, _)| long == host).map(|(_, name)| name.clone());
        front.service = service.or_else(|| services.iter().find(|(key, _)| key == host).map(|(key, _)| key.clone()));
        front.is_page = true;
    }
    front
}

/// What a variable of `exports.sh` says without a shell.
enum Export {
    Said(String),
    /// Made from Umbrel's own seed.
    Derived,
    Computed,
}

fn exports(walk: &mut Walk<'_>, folder: &str) -> BTreeMap<String, Export> {
    let path = join(folder, "exports.sh");
    let text = if walk.paths.contains(&path) { walk.text(&path).unwrap_or_default() } else { String::new() };
    let mut exports = BTreeMap::new();
    for line in text.lines() {
        let Some((name, value)) = line.trim().strip_prefix("export ").and_then(|line| line.split_once('=')) else {
            continue;
        };
        let value = value.trim();
        let bare =
            ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(value);
        let export = if value.contains("derive_entropy") {
            Export::Derived
        } else if bare.contains(['$', '`', '"', '\'', ';', '|', '&']) {
            Export::Computed
        } else {
            Export::Said(bare.to_owned())
        };
        exports.insert(name.trim().to_owned(), export);
    }
    exports
}

/// A fixed address of a service is its name here.
fn addresses(compose: &Tree, variables: &mut BTreeMap<String, Export>) {
    for (key, service) in compose.get("services").map(Tree::pairs).unwrap_or_default() {
        let networks = service.get("networks").map(Tree::pairs).unwrap_or_default();
        for address in networks.iter().filter_map(|(_, network)| network.word("ipv4_address")) {
            let name = address.trim_start_matches("${").trim_start_matches('$').trim_end_matches('}');
            if let Some(host) = slug(key).filter(|_| address.starts_with('$')) {
                variables.insert(name.to_owned(), Export::Said(host));
            }
        }
    }
}

fn meaning(name: &str, exports: &BTreeMap<String, Export>) -> Option<Given> {
    let unknown = || {
        Given::Stopped(Stop::new(Reason::UnknownValue, format!("only Umbrel knows the value of {}", line(name, 60))))
    };
    match exports.get(name) {
        Some(Export::Said(text)) => return Some(Given::Text(text.clone())),
        Some(Export::Derived) => return Some(secret(name, "Secret of the app", 64)),
        Some(Export::Computed) if name.ends_with("LOCAL_IPS") || name.ends_with("LOCAL_URLS") => {
            return Some(Given::Text(String::new()));
        }
        Some(Export::Computed) => return Some(unknown()),
        None => {}
    }
    let of_others = [
        "APP_BITCOIN",
        "APP_LIGHTNING",
        "APP_CORE_LIGHTNING",
        "APP_ELECTRS",
        "APP_FULCRUM",
        "APP_ELEMENTS",
        "TOR_",
        "CORE_LIGHTNING",
    ];
    if of_others.iter().any(|begin| name.starts_with(begin)) {
        return Some(Given::Stopped(Stop::new(
            Reason::OtherApp,
            format!("it needs another Umbrel app, which knows {}", line(name, 60)),
        )));
    }
    Some(match name {
        "APP_DATA_DIR" => Given::Text(".".to_owned()),
        "UMBREL_ROOT" => Given::Text("/DATA".to_owned()),
        "APP_PASSWORD" => secret(name, "Password of the app", 24),
        "APP_SEED" => secret(name, "Seed of the app's own secrets", 64),
        "APP_HIDDEN_SERVICE" => Given::Text(String::new()),
        "NETWORK_IP" => Given::Text("172.18.0.0".to_owned()),
        "DEVICE_DOMAIN_NAME" | "DEVICE_HOSTNAME" | "APP_DOMAIN" => Given::Asked(Setting {
            name: name.to_owned(),
            label: "Address".to_owned(),
            help: "The name or address by which browsers will reach it.".to_owned(),
            kind: Kind::Text,
            required: true,
            default: Some("localhost".to_owned()),
            pattern: None,
        }),
        name if name.starts_with("APP_") => unknown(),
        _ => return None,
    })
}

fn secret(name: &str, label: &str, length: u16) -> Given {
    let alphabet = if length == 64 { "0123456789abcdef".to_owned() } else { Generator::default().alphabet };
    Given::Asked(Setting {
        name: variable(name).unwrap_or_else(|| "APP_SECRET".to_owned()),
        label: label.to_owned(),
        help: String::new(),
        kind: Kind::Secret { generate: Some(Generator { length, alphabet, renewable: false }) },
        required: false,
        default: None,
        pattern: None,
    })
}
