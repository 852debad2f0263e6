//! What `wget` writes into the log of a download.

use crate::{
    domain::moment::Moment,
    sim::{
        backup::clock,
        outside::{Found, Missing, host_of},
    },
};

/// Bytes a second.
const SPEED: u64 = 104_000_000;

/// How a download ends that found nothing.
pub fn ending(why: Missing) -> String {
    let code = if why == Missing::Host { 4 } else { 8 };
    format!("download failed: exit code {code}")
}

pub fn not_found(url: &str, why: Missing) -> Vec<(i64, String)> {
    let host = host_of(url);
    match why {
        Missing::Host => vec![
            (60, format!("Resolving {host} ({host})... failed: Name or service not known.")),
            (60, format!("wget: unable to resolve host address '{host}'")),
        ],
        Missing::File => vec![
            (60, format!("Connecting to {host} ({host})|127.99.0.7|:443... connected.")),
            (90, "HTTP request sent, awaiting response... 404 Not Found".to_owned()),
            (90, "ERROR 404: Not Found.".to_owned()),
        ],
    }
}

/// What `wget` says; gives after how many milliseconds it is done.
pub fn fetched(now: Moment, url: &str, temporary: &str, found: &Found, lines: &mut Vec<(i64, String)>) -> i64 {
    const LINE: u64 = 32 << 20;
    let host = host_of(url);
    let port = if url.starts_with("https") { 443 } else { 80 };
    let mib = |bytes: u64| bytes >> 20;
    lines.push((20, format!("--{}--  {url}", clock(now))));
    lines.push((40, format!("Resolving {host} ({host})... 127.99.0.7")));
    lines.push((60, format!("Connecting to {host} ({host})|127.99.0.7|:{port}... connected.")));
    lines.push((90, "HTTP request sent, awaiting response... 200 OK".into()));
    lines.push((90, format!("Length: {} ({}M) [{}]", found.size, mib(found.size), found.mime)));
    lines.push((90, format!("Saving to: '{temporary}'")));
    lines.push((90, String::new()));
    let after = |bytes: u64| 100 + (bytes * 1_000 / SPEED) as i64;
    let mut seen = 0;
    while seen < found.size {
        let next = (seen + LINE).min(found.size);
        let dots: Vec<String> = (0..4)
            .map(|group| {
                let full = mib(next - seen + (1 << 20) - 1).saturating_sub(group * 8).min(8);
                ".".repeat(full as usize)
            })
            .filter(|dots| !dots.is_empty())
            .collect();
        let left = (found.size - next) / SPEED;
        let end =
            if next == found.size { format!("={:.1}s", found.size as f64 / SPEED as f64) } else { format!(" {left}s") };
        lines.push((
            after(next),
            format!("{:>6}K {:<35} {:>3}% 104M{end}", seen >> 10, dots.join(" "), next * 100 / found.size),
        ));
        seen = next;
    }
    let done = after(found.size);
    lines.push((done, String::new()));
    let at = clock(Moment(now.0 + done));
    lines.push((done, format!("{at} (104 MB/s) - '{temporary}' saved [{0}/{0}]", found.size)));
    lines.push((done, String::new()));
    done
}
