//! The shelf is searched as a person would rank it.

use proptest::prelude::*;
use proximity::{
    catalog::{Places, Shelf, Shelves},
    domain::catalog::{Index, Recipe},
};
use serde_json::json;
use std::sync::Arc;

use crate::domain::catalog::example;

fn recipe(id: &str, name: &str, tagline: &str, tags: &[&str]) -> Recipe {
    let mut value = example();
    for (key, text) in [("id", id), ("name", name), ("tagline", tagline), ("description", tagline)] {
        value[key] = json!(text);
    }
    value["tags"] = json!(tags);
    serde_json::from_value(value).unwrap()
}

/// The ids that are found, the best first.
fn found(recipes: &[Recipe], asked: &str) -> Vec<String> {
    Index::of(recipes).search(asked).iter().map(|hit| recipes[hit.at].id.to_string()).collect()
}

fn built_in() -> Arc<Shelf> {
    Shelves::default().look(&Places::default())
}

/// The best ones of the built-in shelf.
fn best(asked: &str, many: usize) -> Vec<String> {
    let shelf = built_in();
    let hits = shelf.index.search(asked);
    hits.iter().take(many).map(|hit| shelf.recipes[hit.at].recipe.id.to_string()).collect()
}

#[test]
fn each_better_way_of_meeting_stands_before_the_worse() {
    let all = [
        recipe("j", "Anything", "It says photo somewhere", &[]),
        recipe("i", "Xphotox", "A thing", &[]),
        recipe("h", "Things", "A thing", &["photo"]),
        recipe("g", "My Photo Box", "A thing", &[]),
        recipe("f", "PhotoPrism", "A thing", &[]),
        recipe("e", "Photo", "A thing", &[]),
    ];
    assert_eq!(found(&all, "photo"), ["e", "f", "g", "h", "i", "j"]);
    assert_eq!(found(&all, "  PHOTO "), ["e", "f", "g", "h", "i", "j"]);
    assert_eq!(found(&all, ""), Vec::<String>::new());
}

#[test]
fn initials_and_names_in_one_word_are_understood() {
    let all =
        [recipe("home-assistant", "Home Assistant", "Lights", &[]), recipe("haproxy", "HAProxy", "Balances", &[])];
    assert_eq!(found(&all, "ha"), ["haproxy", "home-assistant"]);
    assert_eq!(found(&all, "homeassistant"), ["home-assistant"]);
    assert_eq!(found(&all, "home assistant")[0], "home-assistant");
}

#[test]
fn what_was_mistyped_is_found_where_nothing_else_is() {
    let all =
        [recipe("a", "Jellyfin", "Films", &[]), recipe("b", "Navidrome", "Music", &[]), recipe("c", "Vi", "x", &[])];
    for typed in ["jelyfin", "jellyfni", "jellxfin", "jelly fin"] {
        assert_eq!(found(&all, typed).first().map(String::as_str), Some("a"), "{typed}");
    }
    assert_eq!(found(&all, "navidrme"), ["b"]);
    assert_eq!(found(&all, "nvdrm"), ["b"], "letters in their order");
    assert_eq!(found(&all, "vx"), Vec::<String>::new(), "a short word is near everything");
}

#[test]
fn every_word_has_to_be_met() {
    let all =
        [recipe("a", "Photos", "Sorts pictures of a family", &["family"]), recipe("b", "Photo Album", "Shows", &[])];
    assert_eq!(found(&all, "photo family"), ["a"]);
    assert_eq!(found(&all, "family nonsense"), Vec::<String>::new());
}

#[test]
fn people_find_what_they_mean_on_the_built_in_shelf() {
    for (asked, wanted) in [
        ("jelly", "jellyfin"),
        ("plex", "plex"),
        ("google-photos", "immich"),
        ("passwords", "vaultwarden"),
        ("bitwarden", "vaultwarden"),
        ("ha", "home-assistant"),
        ("hass", "home-assistant"),
        ("uk", "uptime-kuma"),
        ("npm", "nginx-proxy-manager"),
        ("pi hole", "pihole"),
        ("pihole", "pihole"),
        ("paperles", "paperless-ngx"),
        ("granafa", "grafana"),
        ("wireguard", "wg-easy"),
        ("zigbee", "zigbee2mqtt"),
        ("rss", "freshrss"),
    ] {
        let best = best(asked, 5);
        assert!(best.iter().any(|id| id == wanted), "{asked}: {best:?}");
    }
    for id in ["gitea", "immich", "nextcloud", "n8n", "ollama", "adguard-home"] {
        assert_eq!(best(id, 1), [id], "by its id");
    }
}

proptest! {
    #[test]
    fn no_question_is_too_odd(asked in ".{0,60}") {
        let all = [recipe("a", "Äpfel und Birnen", "Süß – ﬁn", &["obst"]), recipe("b", "B", "b", &[])];
        let hits = Index::of(&all).search(&asked);
        prop_assert!(hits.windows(2).all(|pair| pair[0].rank <= pair[1].rank));
        prop_assert!(hits.iter().all(|hit| hit.at < all.len()));
    }

    #[test]
    fn a_slip_in_a_long_name_is_forgiven(at in 1usize..8, letter in "[a-z]") {
        let all = [recipe("a", "Navidrome", "Music", &[]), recipe("b", "Immich", "Photos", &[])];
        let mut typed: Vec<char> = "navidrome".chars().collect();
        typed[at] = letter.chars().next().unwrap();
        let typed: String = typed.into_iter().collect();
        let found = found(&all, &typed);
        prop_assert_eq!(found.first().map(String::as_str), Some("a"));
    }
}
