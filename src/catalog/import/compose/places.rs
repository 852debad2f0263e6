//! What lies behind the source of a mount. What must hold: nothing of the machine itself is ever handed into a container,
//! and no `..` leads out of the app's own folder.

#[derive(Debug, PartialEq, Eq)]
pub enum Place {
    /// Of the app's own folder in its store; empty for the folder itself.
    Own(String),
    /// A volume of docker's, by its name.
    Named(String),
    /// A folder of the operator's machine that holds his things.
    Shared(String),
    /// It is given to every container anyway, or makes no difference.
    Harmless,
    /// A part of the machine, with the reason why it is not handed in.
    Machine(&'static str),
}

pub fn place(source: &str) -> Place {
    let source = source.trim();
    let source = source.strip_suffix(":ro").unwrap_or(source);
    if let Some(own) = own(source) {
        return Place::Own(own);
    }
    if !source.starts_with(['/', '~', '$', '.']) && !source.contains(['\\', '/']) {
        return Place::Named(source.to_owned());
    }
    let is_below = |path: &str| source == path || source.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    if HARMLESS.iter().any(|path| is_below(path)) {
        return Place::Harmless;
    }
    if source.contains("docker.sock") {
        return Place::Machine("docker's socket would hand over the whole container");
    }
    match MACHINE.iter().find(|(path, _)| is_below(path) || source == "/") {
        Some((_, why)) => Place::Machine(why),
        None => Place::Shared(source.trim_end_matches('/').to_owned()),
    }
}

const HARMLESS: &[&str] = &["/etc/localtime", "/etc/timezone", "/usr/share/zoneinfo", "/etc/hosts", "/etc/resolv.conf"];

const MACHINE: &[(&str, &str)] = &[
    ("/dev", "devices of the machine are not handed in like folders"),
    ("/proc", "the processes of the machine are its own"),
    ("/sys", "the machine's own settings are not handed in"),
    ("/lib", "the machine's own programs and modules are not handed in"),
    ("/lib64", "the machine's own programs and modules are not handed in"),
    ("/usr", "the machine's own programs and modules are not handed in"),
    ("/bin", "the machine's own programs and modules are not handed in"),
    ("/sbin", "the machine's own programs and modules are not handed in"),
    ("/opt/vc", "the machine's own programs and modules are not handed in"),
    ("/boot", "the machine's own programs and modules are not handed in"),
    ("/etc", "the machine's own settings are not handed in"),
    ("/run", "what runs on the machine is not handed in"),
    ("/var/run", "what runs on the machine is not handed in"),
    ("/var/lib/docker", "docker's own store is not handed in"),
    ("/var/log", "the machine's own logs are not handed in"),
    ("/tmp", "what is kept for a moment is each container's own"),
    ("/root", "the home of root is not handed in"),
];

/// Below the folder of the app, without detours.
pub fn own(source: &str) -> Option<String> {
    if let Some(rest) = source.strip_prefix("/DATA/AppData/") {
        let (_, rest) = rest.split_once('/').unwrap_or((rest, ""));
        return normal(rest);
    }
    let is_relative = source == "."
        || source.starts_with("./")
        || (source.contains('/') && !source.starts_with(['/', '~', '$', '.']));
    let is_hidden = source.starts_with('.') && !source.starts_with("..") && source.len() > 1;
    if is_relative || is_hidden { normal(source) } else { None }
}

fn normal(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") {
        return None;
    }
    Some(parts.join("/"))
}

/// By its name it is a file and no folder.
pub fn is_file(path: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "yml",
        "yaml",
        "json",
        "json5",
        "conf",
        "cfg",
        "cnf",
        "ini",
        "toml",
        "xml",
        "env",
        "sh",
        "py",
        "js",
        "mjs",
        "ts",
        "sql",
        "txt",
        "properties",
        "db",
        "sqlite",
        "sqlite3",
        "pem",
        "crt",
        "cert",
        "key",
        "php",
        "lua",
        "rules",
        "html",
        "css",
        "htpasswd",
        "sock",
        "list",
        "lst",
        "macaroon",
        "md",
        "template",
        "tmpl",
        "log",
        "csv",
        "hcl",
        "alloy",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, "Caddyfile" | "torrc" | "passwd" | "group" | "my.cnf" | ".env")
        || name.rsplit_once('.').is_some_and(|(stem, ending)| !stem.is_empty() && ENDINGS.contains(&ending))
}

/// In a store, the way up leads to the other apps.
pub fn is_of_another_app(path: &str) -> bool {
    path.contains("/app-data/") || path.split('/').any(|part| part == "..")
}
