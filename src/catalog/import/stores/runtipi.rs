//! Runtipi's store: `apps/NAME/config.json`, and the services in a language of its own in `docker-compose.json`.

use super::{
    super::{
        Format, Reason,
        compose::{About, Front, Source, number},
        notes::Stop,
        tree::Tree,
        values::Given,
        words::{human, line, variable},
    },
    bigbear::join,
    walk::{Walk, folder_of, last_of},
};
use crate::domain::catalog::{Generator, Kind, Recipe, Scheme, Setting};

pub fn read(walk: &mut Walk<'_>) {
    for file in walk.candidates(|path| last_of(path) == "config.json" && path.contains("apps/")) {
        let folder = folder_of(&file).to_owned();
        if !["docker-compose.json", "docker-compose.yml"].iter().any(|name| walk.paths.contains(&join(&folder, name))) {
            continue;
        }
        let recipe = app(walk, &file, &folder);
        walk.tell(&file, last_of(&folder), recipe);
    }
}

fn app(walk: &mut Walk<'_>, file: &str, folder: &str) -> Result<Recipe, Stop> {
    let config = walk.json(file)?;
    let own = join(folder, "docker-compose.json");
    let name = last_of(folder).to_owned();
    let (mut compose, mut front) = match walk.paths.contains(&own) {
        true => services(&walk.json(&own)?),
        false => (walk.yaml(&join(folder, "docker-compose.yml"))?, Front::default()),
    };
    compose.each_text(&mut |text| *text = text.replace("{{RUNTIPI_APP_ID}}", &name));
    let port = config.word("port").and_then(number);
    front.outer = front.inner.or(port);
    front.is_page = !config.says_yes("no_gui") && front.outer.is_some();
    front.scheme = config.says_yes("https").then_some(Scheme::Https);
    front.path = config.word("url_suffix").map(str::to_owned);
    let shown = front.outer;
    let fields = config.get("form_fields").map(Tree::items).unwrap_or_default();
    let known = |variable: &str| meaning(variable, &name, shown, fields);
    let source = Source {
        format: Format::Runtipi,
        file: file.to_owned(),
        about: about(&config, &name),
        compose,
        front,
        known: &known,
        said: Vec::new(),
    };
    walk.recipe(folder, source)
}

fn about(config: &Tree, name: &str) -> About {
    let text = |key: &str| config.word(key).unwrap_or_default().to_owned();
    let list =
        |key: &str| config.get(key).map(Tree::words).unwrap_or_default().into_iter().map(str::to_owned).collect();
    About {
        id: if name.is_empty() { text("id") } else { name.to_owned() },
        name: text("name"),
        tagline: text("short_desc"),
        description: text("description"),
        categories: list("categories"),
        tags: list("categories"),
        version: text("version"),
        home: config.word("website").map(str::to_owned),
        source: config.word("source").map(str::to_owned),
        architectures: list("supported_architectures"),
        ..About::default()
    }
}

/// In the words of docker-compose, and which of them is opened.
fn services(own: &Tree) -> (Tree, Front) {
    let (mut services, mut front) = (Vec::new(), Front::default());
    for service in own.get("services").map(Tree::items).unwrap_or_default() {
        let name = service.word("name").unwrap_or("app").to_owned();
        let inner = service.word("internalPort").and_then(number);
        let is_main = service.says_yes("isMain");
        if is_main || (front.inner.is_none() && inner.is_some()) {
            front = Front { service: Some(name.clone()), inner: inner.or(front.inner), ..Front::default() };
        }
        services.push((name, Tree::Map(service.pairs().iter().filter_map(|(key, value)| part(key, value)).collect())));
    }
    (Tree::map([("services", Tree::Map(services))]), front)
}

fn part(key: &str, value: &Tree) -> Option<(String, Tree)> {
    let value = match key {
        "name" | "isMain" | "internalPort" | "extraLabels" | "interface" => return None,
        "environment" => environment(value),
        "volumes" => Tree::List(value.items().iter().map(volume).collect()),
        "addPorts" => return Some(("ports".to_owned(), Tree::List(value.items().iter().flat_map(ports).collect()))),
        _ => value.clone(),
    };
    Some((
        snake(key),
        if key == "healthCheck" {
            Tree::Map(value.pairs().iter().map(|(key, value)| (snake(key), value.clone())).collect())
        } else {
            value
        },
    ))
}

/// `dependsOn` as `depends_on`; only `healthCheck` is one word there.
fn snake(key: &str) -> String {
    if key == "healthCheck" {
        return "healthcheck".to_owned();
    }
    key.chars().fold(String::new(), |mut snake, c| {
        if c.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
        snake
    })
}

fn environment(tree: &Tree) -> Tree {
    let pair = |one: &Tree| Some((one.word("key")?.to_owned(), one.get("value").cloned().unwrap_or(Tree::text(""))));
    match tree {
        Tree::List(items) if items.iter().all(|one| one.get("key").is_some()) => {
            Tree::Map(items.iter().filter_map(pair).collect())
        }
        other => other.clone(),
    }
}

fn volume(tree: &Tree) -> Tree {
    let text = |key: &str| Tree::text(tree.word(key).unwrap_or_default());
    Tree::map([("source", text("hostPath")), ("target", text("containerPath")), ("read_only", text("readOnly"))])
}

fn ports(tree: &Tree) -> Vec<Tree> {
    let (outer, inner) = (tree.word("hostPort").unwrap_or_default(), tree.word("containerPort").unwrap_or_default());
    let protocols: Vec<&str> = ["tcp", "udp"].into_iter().filter(|protocol| tree.says_yes(protocol)).collect();
    let protocols = if protocols.is_empty() { vec!["tcp"] } else { protocols };
    protocols.into_iter().map(|protocol| Tree::text(format!("{outer}:{inner}/{protocol}"))).collect()
}

fn meaning(name: &str, app: &str, port: Option<u16>, fields: &[Tree]) -> Option<Given> {
    if let Some(field) = fields.iter().find(|field| field.word("env_variable") == Some(name)) {
        return setting(name, field).map(Given::Asked);
    }
    let port = port.map_or_else(String::new, |port| port.to_string());
    let address = |label: &str, default: String| {
        Given::Asked(Setting {
            name: name.to_owned(),
            label: label.to_owned(),
            help: "How browsers will reach it.".to_owned(),
            kind: Kind::Text,
            required: true,
            default: Some(default),
            pattern: None,
        })
    };
    Some(match name {
        "APP_ID" | "RUNTIPI_APP_ID" => Given::Text(app.to_owned()),
        "APP_DATA_DIR" => Given::Text(".".to_owned()),
        "ROOT_FOLDER_HOST" | "STORAGE_PATH" | "RUNTIPI_MEDIA_PATH" => Given::Text("/DATA".to_owned()),
        "APP_PORT" => Given::Text(port),
        "APP_PROTOCOL" => Given::Text("http".to_owned()),
        "APP_EXPOSED" => Given::Text("false".to_owned()),
        "DNS_IP" => Given::Text("9.9.9.9".to_owned()),
        "APP_DOMAIN" => address("Address and port", format!("localhost:{port}")),
        "APP_HOST" | "APP_LOCAL_DOMAIN" | "LOCAL_DOMAIN" | "INTERNAL_IP" | "DOMAIN" | "NETWORK_INTERFACE" => {
            address("Address", "localhost".to_owned())
        }
        "ARCHITECTURE" => {
            Given::Stopped(Stop::new(Reason::UnknownValue, "it asks its store for the kind of the processor"))
        }
        _ => return None,
    })
}

fn setting(name: &str, field: &Tree) -> Option<Setting> {
    let length =
        |otherwise: u16| field.word("min").and_then(|text| text.parse::<u16>().ok()).unwrap_or(otherwise).clamp(8, 256);
    let made = |length: u16| Kind::Secret { generate: Some(Generator { length, ..Generator::default() }) };
    let bound = |key: &str| field.word(key).and_then(|text| text.parse::<i64>().ok());
    let choices = field.words_below("options", "value");
    let kind = match field.word("type").unwrap_or("text") {
        _ if choices.len() > 1 => Kind::Choice { choices },
        "random" if field.word("encoding") == Some("hex") => Kind::Secret {
            generate: Some(Generator {
                length: (length(16) * 2).min(256),
                alphabet: "0123456789abcdef".to_owned(),
                renewable: false,
            }),
        },
        // So many bytes, in the letters of base64 and without the marks at its end.
        "random" if field.word("encoding") == Some("base64") => made((length(32).min(190) * 4).div_ceil(3)),
        "random" => made(length(32)),
        "password" if field.says_yes("required") => made(length(24).max(16)),
        "password" => Kind::Secret { generate: None },
        "boolean" => Kind::Bool,
        "number" => Kind::Number {
            min: bound("min"),
            max: bound("max").filter(|max| bound("min").is_none_or(|min| min <= *max)),
        },
        _ => Kind::Text,
    };
    let label = [line(field.word("label").unwrap_or_default(), 60), human(name)];
    let mut setting = Setting {
        name: variable(name)?,
        label: label.into_iter().find(|label| !label.is_empty())?,
        help: line(field.word("hint").unwrap_or_default(), 240),
        required: field.says_yes("required"),
        default: field.word("default").map(str::to_owned).filter(|_| !kind.is_secret()),
        kind,
        pattern: None,
    };
    if setting.default.as_ref().is_some_and(|default| setting.accepts(default).is_err()) {
        setting.default = None;
    }
    Some(setting)
}
