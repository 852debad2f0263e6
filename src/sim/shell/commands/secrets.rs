//! Passwords and keys that scripts make: `openssl`, `mosquitto_passwd`. What is made is like the real thing in form only.
//! And what other programs of packages say when they are only asked whether they are there.

use super::{Call, Command, Running};
use crate::sim::{
    hash::mix, shell::software::caddyfile, shell::software::listening, shell::software::units, shell::text::from_bytes,
};

pub const TABLE: &[Command] = &[
    ("openssl", openssl),
    ("mosquitto_passwd", mosquitto_passwd),
    ("mosquitto_pub", |call| ask(call, 1883)),
    ("mosquitto_sub", |call| ask(call, 1883)),
    ("pg_isready", |call| ask(call, 5432)),
    ("psql", |call| ask(call, 5432)),
    ("redis-cli", |call| ask(call, 6379)),
    ("nginx", nginx),
    ("caddy", caddy),
    ("git", |call| version(call, "git version 2.47.3")),
    ("python3", |call| version(call, "Python 3.13.5")),
    ("node", |call| version(call, "v20.19.2")),
    ("sqlite3", |call| version(call, "3.46.1")),
];

/// Bytes that nobody can guess who does not know how they are made.
fn bytes(call: &Call, count: usize) -> Vec<u8> {
    call.sys.with(|kernel| {
        kernel.changes += 1;
        let seed = kernel.now.0 as u64 ^ kernel.changes << 20;
        (0..count as u64).map(|place| mix(seed, place) as u8).collect()
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn base64(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(bytes)
}

/// Whether Caddy takes a file; or what version it has.
fn caddy(call: Call) -> Running {
    Box::pin(async move {
        let named = call.words.iter().skip_while(|word| *word != "--config").nth(1).cloned();
        let path = call.path(named.as_deref().unwrap_or("Caddyfile"));
        match call.words.get(1).map(String::as_str) {
            Some("validate" | "adapt") => {
                let Some(text) = call.sys.with(|kernel| kernel.files.text(&path)) else {
                    let text = format!("Error: reading config file: open {path}: no such file or directory\n");
                    return call.write(2, text.as_bytes()).await.map(|()| 1);
                };
                match caddyfile::read(&text) {
                    Ok(_) => call.out("Valid configuration\n").await.map(|()| 0),
                    Err((line, why)) => {
                        let text = format!("Error: adapting config using caddyfile: {path}:{line}: {why}\n");
                        call.write(2, text.as_bytes()).await.map(|()| 1)
                    }
                }
            }
            Some("version") => call.out("2.6.2\n").await.map(|()| 0),
            _ => call.fail("this simulation knows validate and version").await,
        }
    })
}

fn openssl(call: Call) -> Running {
    Box::pin(async move {
        let words: Vec<&str> = call.words[1..].iter().map(String::as_str).collect();
        match words[..] {
            ["version", ..] => {
                call.out("OpenSSL 3.5.1 1 Jul 2025 (Library: OpenSSL 3.5.1 1 Jul 2025)\n").await.map(|()| 0)
            }
            ["rand", ref rest @ ..] => {
                let count = rest.iter().rev().find_map(|word| word.parse().ok()).unwrap_or(16).min(65_536);
                let made = bytes(&call, count);
                if rest.contains(&"-hex") {
                    call.out(&format!("{}\n", hex(&made))).await?;
                } else if rest.contains(&"-base64") {
                    let text = base64(&made);
                    for line in text.as_bytes().chunks(64) {
                        call.write(1, &[line, b"\n"].concat()).await?;
                    }
                } else {
                    call.write(1, &made).await?;
                }
                Ok(0)
            }
            ["passwd", ref rest @ ..] => {
                let given = from_bytes(&call.all("-").await.unwrap_or_default());
                let mark = if rest.contains(&"-6") { "6" } else { "apr1" };
                let (salt, sum) = (hex(&bytes(&call, 4)), digest(&call, given.trim_end()));
                call.out(&format!("${mark}${salt}${}\n", &sum[..22])).await.map(|()| 0)
            }
            ["req", ..] | ["genrsa", ..] | ["genpkey", ..] => write_pems(&call).await,
            _ => call.fail("this command of it is not part of this simulation").await,
        }
    })
}

/// A key, and a certificate where one is asked for, in the files that are named.
async fn write_pems(call: &Call) -> Result<i32, crate::sim::shell::sys::Broken> {
    let named = |option: &str| call.words.windows(2).find(|pair| pair[0] == option).map(|pair| call.path(&pair[1]));
    let is_request = call.words[1] == "req";
    let (key, certificate) = if is_request { (named("-keyout"), named("-out")) } else { (named("-out"), None) };
    for (path, kind, mode) in [(key, "PRIVATE KEY", 0o600), (certificate, "CERTIFICATE", 0o644)] {
        let Some(path) = path else { continue };
        let text = format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", base64(&bytes(call, 48)));
        call.sys.with(|kernel| {
            let now = kernel.seconds();
            kernel.files.write(&path, &text, mode, now);
        });
    }
    Ok(0)
}

/// A hash of a password, with salt; like the real ones in form only.
pub fn digest(call: &Call, password: &str) -> String {
    let salt = hex(&bytes(call, 8));
    crate::sim::sum::sum_of("sha512", &format!("{salt}{password}")).unwrap_or_default()
}

/// A line of a password file, as mosquitto keeps it.
fn hashed(call: &Call, user: &str, password: &str) -> String {
    let salt = base64(&bytes(call, 12));
    let sum = crate::sim::sum::sum_of("sha512", &format!("{salt}{password}")).unwrap_or_default();
    format!("{user}:$7$101${salt}${}\n", base64(sum.as_bytes()))
}

/// `-U`: every password that stands there plainly is hashed; those that are hashed stay.
async fn hash_all(call: &Call, file: &str) -> Result<i32, crate::sim::shell::sys::Broken> {
    let path = call.path(file);
    let Some(known) = call.sys.with(|kernel| kernel.files.text(&path)) else {
        let text = format!("Error: Unable to open password file {path}. No such file or directory.\n");
        call.write(2, text.as_bytes()).await?;
        return Ok(1);
    };
    let lines = known.lines().filter_map(|line| line.split_once(':'));
    let text: String = lines
        .map(|(user, password)| match password.starts_with('$') {
            true => format!("{user}:{password}\n"),
            false => hashed(call, user, password),
        })
        .collect();
    call.sys.with(|kernel| {
        let now = kernel.seconds();
        kernel.files.write(&path, &text, 0o600, now);
    });
    Ok(0)
}

/// `-c` makes the file new, `-b` takes the password from the words, `-D` takes a user out, `-U` hashes what is plain.
fn mosquitto_passwd(call: Call) -> Running {
    Box::pin(async move {
        let letters: String = call.words[1..].iter().filter_map(|word| word.strip_prefix('-')).collect();
        let words: Vec<String> = call.words[1..].iter().filter(|word| !word.starts_with('-')).cloned().collect();
        if let ([file], "U") = (&words[..], &*letters) {
            return hash_all(&call, file).await;
        }
        let (path, user, password) = match &words[..] {
            [file, user] if letters.contains('D') => (call.path(file), user.clone(), None),
            [file, user, password] if letters.contains('b') => (call.path(file), user.clone(), Some(password.clone())),
            _ => {
                call.write(2, b"Error: Empty password.\n").await?;
                return Ok(1);
            }
        };
        let known = call.sys.with(|kernel| kernel.files.text(&path));
        if known.is_none() && !letters.contains('c') {
            let text = format!("Error: Unable to open password file {path}. No such file or directory.\n");
            call.write(2, text.as_bytes()).await?;
            return Ok(1);
        }
        let kept = if letters.contains('c') { String::new() } else { known.unwrap_or_default() };
        let others = kept.lines().filter(|line| line.split(':').next() != Some(&user));
        let mut text: String = others.map(|line| format!("{line}\n")).collect();
        if let Some(password) = password {
            text += &hashed(&call, &user, &password);
        }
        call.sys.with(|kernel| {
            let now = kernel.seconds();
            kernel.files.write(&path, &text, 0o600, now);
            kernel.changes += 1;
        });
        Ok(0)
    })
}

/// Programs that speak to a service of the guest: all is well when that listens.
fn ask(call: Call, port: u16) -> Running {
    Box::pin(async move {
        if call.sys.with(|kernel| kernel.listeners().iter().any(|listener| listener.port == port)) {
            let text = match call.name() {
                "redis-cli" if call.words.iter().any(|word| word.eq_ignore_ascii_case("ping")) => "PONG\n",
                "pg_isready" => "/var/run/postgresql:5432 - accepting connections\n",
                _ => "",
            };
            return call.out(text).await.map(|()| 0);
        }
        call.write(2, format!("{}: Connection refused\n", call.name()).as_bytes()).await?;
        Ok(if call.name() == "pg_isready" || call.name() == "psql" { 2 } else { 1 })
    })
}

fn nginx(call: Call) -> Running {
    Box::pin(async move {
        let found = call
            .sys
            .with(|kernel| units::find(&kernel.files, "nginx").map(|unit| listening::listeners(&kernel.files, &unit)));
        let file = "/etc/nginx/nginx.conf";
        let (text, code) = match found {
            _ if call.words.iter().any(|word| word == "-v") => ("nginx version: nginx/1.26.3\n".to_owned(), 0),
            Some(Err(why)) => (format!("{why}\nnginx: configuration file {file} test failed\n"), 1),
            _ => (
                format!(
                    "nginx: the configuration file {file} syntax is ok\nnginx: configuration file {file} test is successful\n"
                ),
                0,
            ),
        };
        call.write(2, text.as_bytes()).await?;
        Ok(code)
    })
}

/// Programs that can only say which they are.
fn version(call: Call, text: &'static str) -> Running {
    Box::pin(async move {
        if call.words.iter().any(|word| matches!(word.as_str(), "--version" | "-V" | "-v" | "version")) {
            return call.out(&format!("{text}\n")).await.map(|()| 0);
        }
        call.write(2, format!("{}: not part of this simulation\n", call.name()).as_bytes()).await?;
        Ok(127)
    })
}
