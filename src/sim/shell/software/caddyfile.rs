//! The file of a simulated Caddy: its sites, to whom they pass their visitors on, and what the real one would not take. What
//! must hold: a file with a word that Caddy does not know, or with a brace too many, is refused with its line.

use crate::sim::{hash::mix, shell::files::Files};

/// What stands at the beginning of a line of a site.
const DIRECTIVES: [&str; 26] = [
    "abort",
    "acme_server",
    "basicauth",
    "bind",
    "encode",
    "error",
    "file_server",
    "forward_auth",
    "handle",
    "handle_errors",
    "handle_path",
    "header",
    "import",
    "log",
    "map",
    "php_fastcgi",
    "redir",
    "request_body",
    "respond",
    "reverse_proxy",
    "rewrite",
    "root",
    "route",
    "tls",
    "uri",
    "vars",
];

/// Where its authority keeps its certificate.
const ROOT: &str = "/var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt";

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Site {
    pub addresses: Vec<String>,
    /// `http://127.77.0.5:8096`
    pub upstream: Option<String>,
    /// What it says when that is down.
    pub down: Option<String>,
    /// What it says to everybody, without an upstream.
    pub says: Option<String>,
}

/// Whom a port passes on to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pass {
    /// Whoever asks for this name; everybody where it is nothing.
    pub host: Option<String>,
    /// `127.77.0.5:8096`; nothing where nobody is behind that name.
    pub to: Option<String>,
    pub down: String,
}

/// A word with the line it stands in, or the end of a line.
enum Token {
    Word(String, bool),
    End,
}

pub fn read(text: &str) -> Result<Vec<Site>, (usize, String)> {
    let (mut sites, mut open, mut line) = (Vec::new(), Vec::<String>::new(), Vec::<String>::new());
    let mut number = 1;
    for (at, token) in tokens(text) {
        number = at;
        match token {
            Token::Word(word, false) if word == "{" => {
                if open.is_empty() {
                    let addresses = line.iter().map(|word| word.trim_end_matches(',').to_owned()).collect();
                    sites.push(Site { addresses, ..Site::default() });
                }
                take_line(&mut sites, &open, &line, at)?;
                open.push(line.first().cloned().unwrap_or_default());
                line.clear();
            }
            Token::Word(word, false) if word == "}" => {
                take_line(&mut sites, &open, &line, at)?;
                line.clear();
                if open.pop().is_none() {
                    return Err((at, "unexpected '}'".into()));
                }
            }
            Token::Word(word, _) => line.push(word),
            Token::End => {
                if !open.is_empty() {
                    take_line(&mut sites, &open, &line, at)?;
                    line.clear();
                } else if !line.is_empty() && line[0] == "import" {
                    line.clear();
                }
            }
        }
    }
    if open.is_empty() { Ok(sites) } else { Err((number, "Unexpected EOF".into())) }
}

fn take_line(sites: &mut [Site], open: &[String], line: &[String], at: usize) -> Result<(), (usize, String)> {
    let (Some(site), Some(first)) = (sites.last_mut(), line.first()) else { return Ok(()) };
    let is_options = site.addresses.is_empty();
    if open.len() == 1 && !is_options && !first.starts_with('@') && !DIRECTIVES.contains(&first.as_str()) {
        return Err((at, format!("unrecognized directive: {first}")));
    }
    match first.as_str() {
        "respond" if open.len() == 1 => site.says = line.get(1).cloned(),
        "reverse_proxy" if open.len() == 1 => site.upstream = line.get(1).cloned(),
        "respond" if open.last().is_some_and(|open| open == "handle_errors") => site.down = line.get(1).cloned(),
        _ => {}
    }
    Ok(())
}

fn tokens(text: &str) -> Vec<(usize, Token)> {
    let (mut found, mut number) = (Vec::new(), 1);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\n' => {
                found.push((number, Token::End));
                number += 1;
            }
            '#' => while letters.next_if(|letter| *letter != '\n').is_some() {},
            '`' | '"' => {
                let (mut word, at) = (String::new(), number);
                while let Some(next) = letters.next_if(|next| *next != letter) {
                    number += usize::from(next == '\n');
                    word.push(next);
                }
                letters.next();
                found.push((at, Token::Word(word, true)));
            }
            letter if letter.is_whitespace() => {}
            letter => {
                let mut word = String::from(letter);
                while let Some(next) = letters.next_if(|next| !next.is_whitespace()) {
                    word.push(next);
                }
                found.push((number, Token::Word(word, false)));
            }
        }
    }
    found.push((number, Token::End));
    found
}

/// Whom those are passed on to who come to a port.
pub fn passes(text: &str, port: u16) -> Vec<Pass> {
    let sites = read(text).unwrap_or_default();
    let mut passes: Vec<Pass> = sites.iter().flat_map(|site| of_site(site, port)).collect();
    // Who has a name goes before who takes everybody.
    passes.sort_by_key(|pass| pass.host.is_none());
    passes
}

fn of_site(site: &Site, port: u16) -> Vec<Pass> {
    if site.upstream.is_none() && site.says.is_none() {
        return Vec::new();
    }
    let bare = |upstream: &String| upstream.split_once("://").map_or(upstream.as_str(), |(_, to)| to).to_owned();
    let to = site.upstream.as_ref().map(bare);
    let down = site.down.clone().or(site.says.clone()).unwrap_or_default();
    let pass = |address: &String| {
        let (scheme, rest) = address.split_once("://").unwrap_or(("https", address));
        let (host, at) = match rest.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().unwrap_or(0)),
            None => (rest, if scheme == "http" { 80 } else { 443 }),
        };
        let host = (!host.is_empty()).then(|| host.to_owned());
        (at == port).then(|| Pass { host, to: to.clone(), down: down.clone() })
    };
    site.addresses.iter().filter_map(pass).collect()
}

/// An authority of its own, made when it starts for the first time.
pub fn make_root(files: &mut Files, host: &str, now: i64) {
    let is_wanted = files.text("/etc/caddy/Caddyfile").is_some_and(|text| text.contains("tls internal"));
    if !is_wanted || files.has(ROOT) {
        return;
    }
    let seed = host.bytes().fold(now as u64, |seed, byte| mix(seed, u64::from(byte)));
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |place: u64| char::from(letters[(mix(seed, place) % 64) as usize]);
    let lines: String =
        (0..9_u64).map(|line| (0..64).map(|at| letter(line * 64 + at)).collect::<String>() + "\n").collect();
    files.write(ROOT, &format!("-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n"), 0o600, now);
}
