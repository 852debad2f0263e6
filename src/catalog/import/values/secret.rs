//! Which variables are secrets, judged by their names and values.

use crate::domain::catalog::Generator;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secrecy {
    Open,
    /// It guards the app itself, so it can be made up.
    Own,
    /// Somebody else gives it out: a key of another service.
    Foreign,
}

const SECRET: &[&str] = &[
    "PASSWORD",
    "PASSWD",
    "PASS",
    "PWD",
    "PW",
    "PASSPHRASE",
    "SECRET",
    "SECRETS",
    "TOKEN",
    "KEY",
    "APIKEY",
    "SALT",
    "SEED",
    "CREDENTIALS",
    "HMAC",
    "PEPPER",
];

/// At the end of a longer word: `DBPASSWORD`.
const ENDINGS: &[&str] =
    &["PASSWORD", "SECRET", "TOKEN", "APIKEY", "SECRETKEY", "AUTHKEY", "ACCESSKEY", "ENCRYPTIONKEY"];

/// What ends like this speaks of a secret and is none.
const ABOUT: &[&str] = &[
    "FILE",
    "PATH",
    "DIR",
    "URL",
    "URI",
    "ID",
    "NAME",
    "USER",
    "USERNAME",
    "LENGTH",
    "EXPIRY",
    "EXPIRES",
    "EXPIRATION",
    "EXPIRE",
    "TTL",
    "LIFETIME",
    "TIMEOUT",
    "ENABLED",
    "ENABLE",
    "DISABLED",
    "TYPE",
    "ALGORITHM",
    "HEADER",
    "HASH",
    "HOST",
    "PORT",
    "MODE",
    "LEVEL",
    "COUNT",
    "SIZE",
    "POLICY",
    "METHOD",
    "ROTATION",
    "ITERATIONS",
    "LIMIT",
    "INTERVAL",
    "DAYS",
    "HOURS",
    "MINUTES",
    "SECONDS",
    "RESET",
    "LOGIN",
    "AUTH",
    "FORMAT",
    "PREFIX",
    "FIELD",
    "HINT",
    "DURATION",
    "EMAIL",
];

const FOREIGN: &[&str] = &[
    "SMTP",
    "MAIL",
    "EMAIL",
    "OAUTH",
    "OAUTH2",
    "OIDC",
    "SSO",
    "CLIENT",
    "OPENAI",
    "ANTHROPIC",
    "CLAUDE",
    "GEMINI",
    "GROQ",
    "MISTRAL",
    "DEEPSEEK",
    "OPENROUTER",
    "HUGGINGFACE",
    "HF",
    "AWS",
    "S3",
    "B2",
    "LDAP",
    "TELEGRAM",
    "DISCORD",
    "SLACK",
    "GITHUB",
    "GITLAB",
    "GOOGLE",
    "VPN",
    "OPENVPN",
    "WIREGUARD",
    "CLOUDFLARE",
    "CF",
    "TUNNEL",
    "LICENSE",
    "LICENCE",
    "PLEX",
    "TMDB",
    "TVDB",
    "STRIPE",
    "TWILIO",
    "MAPBOX",
    "MAPS",
    "SENTRY",
    "PUSHOVER",
    "NTFY",
    "SONARR",
    "RADARR",
    "JELLYFIN",
    "BOT",
    "NGROK",
    "TAILSCALE",
    "TS",
    "ZOOM",
    "SPOTIFY",
    "STEAM",
    "TWITCH",
    "BREVO",
    "SENDGRID",
    "MAILGUN",
    "HASS",
    "RECAPTCHA",
    "TURNSTILE",
    "AZURE",
    "WEBHOOK",
    "PROVIDER",
    "ENROLLMENT",
    "CLAIM",
    "PUBLIC",
    "PUBLISHABLE",
    "MS",
    "APPLE",
    "FACEBOOK",
    "API",
    "APIKEY",
    "REMOTE",
    "AGENT",
    "ROUTER",
    "DDNS",
];

/// A value that is there only to be replaced.
const PLACEHOLDERS: &[&str] = &[
    "changeme",
    "change_me",
    "change-me",
    "changethis",
    "password",
    "passwd",
    "pass",
    "secret",
    "token",
    "admin",
    "example",
    "supersecret",
    "none",
    "null",
    "todo",
    "xxx",
    "xxxx",
    "***",
];

pub fn is_placeholder(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let begins = ["your", "<", "change", "replace", "insert", "my_", "my-", "enter"];
    value.is_empty() || PLACEHOLDERS.contains(&value.as_str()) || begins.iter().any(|begin| value.starts_with(begin))
}

pub fn secrecy(name: &str, value: &str) -> Secrecy {
    let upper = with_breaks(name);
    let words: Vec<&str> = upper.split('_').filter(|word| !word.is_empty()).collect();
    let Some(last) = words.last() else { return Secrecy::Open };
    let is_secret = |word: &&str| SECRET.contains(word) || ENDINGS.iter().any(|ending| word.ends_with(ending));
    if !words.iter().any(is_secret) || ABOUT.contains(last) || says_no_secret(&words, value) {
        return Secrecy::Open;
    }
    let is_foreign = words.iter().any(|word| FOREIGN.contains(word));
    let is_known = !value.is_empty() && !is_placeholder(value);
    match is_foreign && !is_known {
        true => Secrecy::Foreign,
        false => Secrecy::Own,
    }
}

/// `authToken` as `AUTH_TOKEN`.
fn with_breaks(name: &str) -> String {
    let (mut broken, mut was_small) = (String::new(), false);
    for c in name.chars().take(200) {
        if was_small && c.is_ascii_uppercase() {
            broken.push('_');
        }
        was_small = c.is_ascii_lowercase();
        broken.push(if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    }
    broken
}

fn says_no_secret(words: &[&str], value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let is_switch = matches!(lower.as_str(), "true" | "false" | "yes" | "no" | "on" | "off" | "0" | "1");
    let is_place = lower.starts_with('/') || lower.contains("://") || lower.starts_with("./");
    // `PASSWORD=12345678` is one all the same.
    let is_number =
        value.parse::<u32>().is_ok() && !words.iter().any(|word| word.ends_with("PASSWORD") || *word == "PASS");
    is_switch || is_place || is_number
}

/// How a secret is made that takes the place of this value: of the same length where that length means something.
pub fn generator(value: &str) -> Generator {
    let is_hex = value.len() >= 16 && value.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c));
    let is_random = looks_generated(value);
    let length = if is_random { value.len().min(128) as u16 } else { 24 };
    let plain = Generator { length, ..Generator::default() };
    if is_hex && is_random { Generator { alphabet: "0123456789abcdef".to_owned(), ..plain } } else { plain }
}

/// It was made by a machine, so its length and its letters may matter.
pub fn looks_generated(value: &str) -> bool {
    value.len() >= 16 && value.chars().all(|c| c.is_ascii_alphanumeric())
}
