//! What other stores call a shelf, and what ours call it.

/// The first that is found in the words counts, so the narrower ones stand first.
const MEANS: &[(&str, &[&str])] = &[
    ("arr", &["torrent", "usenet", "download", "arr"]),
    ("photos", &["photo", "galler"]),
    ("smart-home", &["home-automation", "home automation", "smart home", "iot", "homeautomation"]),
    ("passwords", &["password"]),
    ("dns", &["dns", "adblock", "ad-block", "ad block"]),
    ("vpn", &["vpn"]),
    ("mqtt", &["mqtt", "message broker"]),
    ("proxy", &["proxy"]),
    ("games", &["game", "gaming"]),
    ("media", &["media", "music", "video", "movie", "entertainment", "tv", "audio", "stream"]),
    ("reading", &["book", "rss", "feed", "news", "reading"]),
    ("notes", &["note", "wiki", "knowledge"]),
    ("documents", &["document", "pdf", "office"]),
    ("finance", &["financ", "budget", "bitcoin", "crypto", "wallet", "lightning"]),
    ("databases", &["database", "db"]),
    ("ai", &["ai", "llm", "artificial"]),
    ("chat", &["chat", "messag", "social", "communicat", "notif", "forum"]),
    ("mail", &["mail"]),
    ("backup", &["backup"]),
    ("files", &["file", "cloud", "storage", "sync", "data"]),
    ("monitoring", &["monitor", "metric", "log", "analytic", "observab"]),
    ("dashboards", &["dashboard", "dashbord", "start page", "startpage"]),
    ("automation", &["automat", "workflow"]),
    ("development", &["develop", "git", "code", "ci", "programming", "cms", "web", "edge"]),
    ("security", &["security", "auth", "identity", "privacy"]),
    ("network", &["network"]),
    (
        "household",
        &["home", "recipe", "food", "family", "household", "productivity", "utilit", "tool", "travel", "health"],
    ),
];

/// Where a store says nothing that is known.
const OTHERWISE: &str = "household";

/// Of all that a store says, the most telling first; a tagline may help at the end.
pub fn category<'a>(said: impl IntoIterator<Item = &'a str>) -> String {
    let said: Vec<String> =
        said.into_iter().map(|text| text.chars().take(200).collect::<String>().to_lowercase()).collect();
    let found = |text: &String| MEANS.iter().find(|(_, words)| words.iter().any(|word| has(text, word)));
    said.iter().find_map(found).map_or(OTHERWISE, |(slug, _)| slug).to_owned()
}

/// A short word has to stand alone; a longer one may begin another.
fn has(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let begins = !before.is_some_and(char::is_alphanumeric);
        begins && (word.len() > 3 || !after.is_some_and(char::is_alphanumeric))
    })
}
