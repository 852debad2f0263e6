//! The store: aisles, search, filters, favourites, the card, and a shelf of 10,000.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc, time::Instant};

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proximity::{
    domain::{
        catalog::{Architecture, Facts, Imported, Proof, Recipe, RecipeId},
        fault::{Fault, FaultCode},
        moment::Moment,
    },
    engine::{
        Answer, Change,
        door::{Origin, Shelf, Shelved},
    },
    settings::Motion,
    tui::{
        canvas::Charset,
        effect::Effect,
        event::Event,
        keymap::Place,
        term::{Encoder, Erase, Rows},
        theme::Depth,
    },
};

use super::{
    fleet::homelab,
    shelf::{answer, jellyfin, plain, sees, text},
    snapshot::check,
    stage::Stage,
};

fn shelved(recipe: Recipe, origin: Origin, day: i64) -> Shelved {
    Shelved { recipe: Arc::new(recipe), origin, since: Some(Moment::from_secs(day * 86_400)) }
}

/// Twelve recipes of four hands, one of them imported with losses.
fn varied() -> Shelf {
    let own = |file: &str| Origin::Folder(PathBuf::from(format!("/srv/recipes/{file}.json")));
    let big_bear = |file: &str| Origin::Source {
        name: "big-bear".into(),
        commit: "3f2a91c0ffee".into(),
        file: PathBuf::from(format!("/data/catalog/{file}.json")),
    };
    let mut film = jellyfin();
    film.facts = Facts {
        sources: vec!["https://jellyfin.org".into(), "https://hub.docker.com".into()],
        checked: Some("2026-11-29".into()),
        proved: Vec::new(),
    };
    film.update_notes = Some("The library is scanned anew after each update.".into());
    let mut vault = plain("vaultwarden", "Vaultwarden", "Passwords in a vault of your own", "passwords");
    vault.facts.proved = vec![Proof::Packages];
    vault.facts.checked = Some("2026-11-28".into());
    let mut photos = plain("big-bear-immich", "Immich", "Photos from your phone, kept at home", "photos");
    photos.imported = Some(Imported {
        format: "casaos".into(),
        file: "Apps/Immich/docker-compose.yml".into(),
        left_out: vec!["privileged: containers of Proximity are not".into()],
    });
    photos.resources.memory.min = 900_000;
    let mut broker = plain("mosquitto", "Mosquitto", "A small broker for the things of the house", "mqtt");
    broker.architectures = vec![Architecture::Amd64];
    let mut pihole = plain("pihole", "Pi-hole", "Names for the house, without advertisements", "dns");
    pihole.tags = vec!["adblock".into()];
    let rest = ["Gitea", "Grafana", "Homepage", "Kavita", "Navidrome", "Paperless", "Uptime Kuma"];
    let rest = rest.iter().enumerate().map(|(i, name)| {
        let category = ["development", "monitoring", "dashboards", "reading", "media", "documents", "monitoring"][i];
        let id = name.to_lowercase().replace(' ', "-");
        shelved(plain(&id, name, &format!("{name} for the house"), category), Origin::BuiltIn, 20 + i as i64)
    });
    let first = [
        shelved(film, Origin::BuiltIn, 1),
        shelved(broker, Origin::BuiltIn, 2),
        shelved(pihole, own("pihole"), 99),
        shelved(vault, Origin::BuiltIn, 4),
        shelved(photos, big_bear("immich"), 50),
    ];
    Shelf::of(first.into_iter().chain(rest), Vec::new())
}

fn favourites() -> BTreeSet<RecipeId> {
    [RecipeId::new("vaultwarden"), RecipeId::new("gitea")].into()
}

fn open(columns: u16, rows: u16) -> Stage {
    open_with(varied(), columns, rows)
}

fn open_with(shelf: Shelf, columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::new(homelab(), columns, rows);
    stage.keys("3");
    answer(&mut stage, Answer::Shelf(Arc::new(shelf), favourites()));
    stage
}

fn names(stage: &Stage) -> Vec<String> {
    let store = &stage.model.store;
    (0..store.len()).filter_map(|row| store.at(row)).map(|shelved| shelved.recipe.name.clone()).collect()
}

fn held(stage: &Stage) -> String {
    stage.model.store.held().map_or(String::new(), |recipe| recipe.name.clone())
}

fn aisles(stage: &Stage) -> Vec<(String, usize)> {
    stage.model.store.aisles.iter().map(|(aisle, count)| (aisle.words().to_owned(), *count)).collect()
}

#[test]
fn the_store_is_a_rail_a_shelf_and_a_card_where_there_is_room() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        let stage = open(columns, rows);
        check(&format!("store-full-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
}

#[test]
fn categories_stand_in_the_order_of_the_store_with_their_counts_and_none_is_empty() {
    let stage = open(120, 36);
    let aisles = aisles(&stage);
    let names: Vec<_> = aisles.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[..4], ["All", "Favourites", "Installed", "Media"]);
    assert_eq!(names.last(), Some(&"Git and CI"));
    assert!(aisles.iter().all(|(_, count)| *count > 0));
    assert_eq!(aisles[0].1, 12);
    assert_eq!(aisles[1].1, 2);
}

#[test]
fn the_rail_is_walked_with_tab_or_arrows_and_narrows_the_shelf_at_once() {
    let mut stage = open(120, 36);
    stage.keys("Left j j j");
    assert_eq!(names(&stage), ["Jellyfin", "Navidrome"]);
    stage.keys("Enter j");
    assert_eq!(held(&stage), "Navidrome");
    stage.keys("BackTab g");
    assert_eq!(names(&stage).len(), 12);
    assert_eq!(held(&stage), "Navidrome", "the hand stays on what it holds");
}

#[test]
fn where_it_is_narrow_the_categories_are_a_line() {
    let mut stage = open(80, 24);
    stage.keys("Right Right Right");
    assert_eq!(names(&stage), ["Jellyfin", "Navidrome"]);
    sees(&stage, "▸ Media 2");
    stage.keys("Left Tab Tab");
    assert_eq!(names(&stage), ["Immich"]);
    stage.keys("Esc");
    assert_eq!(names(&stage).len(), 12);
}

#[test]
fn every_key_of_a_search_ranks_as_a_person_would() {
    let mut stage = open(120, 36);
    stage.keys("/ va");
    assert_eq!(names(&stage)[0], "Vaultwarden");
    stage.keys("Backspace Backspace adblock");
    assert_eq!(names(&stage), ["Pi-hole"]);
    check("store-search-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("Enter");
    assert_eq!(stage.model.place(), Place::Store);
    stage.keys("Esc");
    assert_eq!(names(&stage).len(), 12, "Esc clears the search");
    assert_eq!(held(&stage), "Pi-hole");
}

#[test]
fn the_best_answer_is_under_the_hand_and_its_letters_are_lit() {
    let mut stage = open(120, 36);
    stage.keys("G / uptime");
    assert_eq!(held(&stage), "Uptime Kuma");
    let picture = stage.picture();
    let row = picture
        .content()
        .chunks(120)
        .find(|row| row.iter().map(|cell| cell.symbol()).collect::<String>().contains("▸▤ Uptime Kuma"));
    let row = row.expect("the answer is on the screen");
    let at = row.iter().position(|cell| cell.symbol() == "U").unwrap();
    assert_ne!(row[at].fg, row[at + 7].fg, "what was typed is brighter than what was not");
}

#[test]
fn an_empty_answer_says_what_hides_the_rest() {
    let mut stage = open(120, 36);
    stage.keys("t Space Esc / jelly Enter");
    assert_eq!(names(&stage), ["Jellyfin"]);
    stage.keys("/ C-u vault");
    sees(&stage, "nothing here answers to \"vault\"");
    sees(&stage, "1 behind the filters: [t]");
    sees(&stage, "[Esc] clears the search");
    stage.keys("Esc Esc");
    assert_eq!(names(&stage).len(), 12, "then the filters");
}

#[test]
fn filters_tell_beforehand_what_they_leave_and_stand_in_the_heading() {
    let mut stage = open(120, 36);
    stage.keys("t");
    check("store-filters-120x36", &stage.picture(), &stage.model.canvas.theme);
    let counts = |stage: &Stage| match stage.model.layers.last() {
        Some(proximity::tui::layers::Layer::Narrow(narrow)) => narrow.counts.clone(),
        _ => panic!("the filters are not open"),
    };
    let before = counts(&stage);
    let words: Vec<_> = stage.model.store.choices.all.iter().map(|choice| choice.words.to_string()).collect();
    let at = |name: &str| words.iter().position(|word| word == name).unwrap();
    assert_eq!((before[at("compose")], before[at("script")]), (1, 11));
    assert_eq!((before[at("amd64")], before[at("arm64")]), (12, 11));
    assert_eq!((before[at("Proximity")], before[at("yourself")], before[at("big-bear")]), (10, 1, 1));
    assert_eq!(before[at("nothing unusual")], 11);
    assert_eq!(before[at("there is room for it")], 11);
    for (name, left) in [("there is room for it", 11), ("big-bear", 0)] {
        stage.keys("g").keys(&"j".repeat(at(name))).keys("Space");
        assert_eq!(names(&stage).len(), left, "{name}");
    }
    assert_eq!(counts(&stage)[at("Proximity")], 10);
    stage.keys("g").keys(&"j".repeat(at("Proximity"))).keys("Space");
    assert_eq!(names(&stage).len(), 10, "another of the same kind adds to it");
    stage.keys("Esc");
    sees(&stage, "▐there is room for it▌");
    sees(&stage, "Esc clears");
    stage.keys("t c Esc");
    assert_eq!(names(&stage).len(), 12);
}

#[test]
fn whether_something_fits_follows_the_fleet_while_it_is_asked() {
    let mut stage = open(120, 36);
    stage.keys("t G Space Esc");
    assert!(!names(&stage).contains(&"Immich".to_owned()));
    let mut fleet = homelab();
    for node in &mut fleet.nodes {
        node.memory = node.memory.map(|mut usage| {
            (usage.used, usage.total) = (0, u64::MAX / 2);
            usage
        });
    }
    stage.send(Event::Fleet(Arc::new(fleet)));
    assert!(names(&stage).contains(&"Immich".to_owned()));
}

#[test]
fn a_favourite_is_one_at_once_and_not_any_more_when_it_was_not_kept() {
    let mut stage = open(120, 36);
    stage.keys("*");
    assert_eq!(aisles(&stage)[1], ("Favourites".to_owned(), if held(&stage) == "Gitea" { 1 } else { 3 }));
    let Some(Effect::Change(ticket, Change::Unfavour(id) | Change::Favour(id))) = stage.effects.pop() else {
        panic!("nothing is to be kept")
    };
    assert_eq!(Some(&id), stage.model.store.hand.key.as_ref());
    let fault = Fault::lasting(FaultCode::Failed, "it was not kept", "the disk is full", "make room");
    stage.send(Event::Changed(ticket, Err(fault)));
    assert_eq!(aisles(&stage)[1].1, 2);
    sees(&stage, "it was not kept");
}

#[test]
fn what_is_installed_is_counted_without_what_lies_in_the_bin() {
    let mut stage = open(120, 36);
    let row = names(&stage).iter().position(|name| name == "Jellyfin").unwrap();
    assert_eq!(stage.model.store.tag(row).unwrap().installed, 1);
    stage.keys("/ jelly Enter");
    sees(&stage, "×1");
    sees(&stage, "installed");
    let mut fleet = homelab();
    let app = fleet.apps.iter_mut().find(|app| app.marker.recipe.as_deref() == Some("jellyfin")).unwrap();
    app.book = super::shelf::booked().apps[0].book.clone();
    assert!(app.binned_until().is_some());
    stage.send(Event::Fleet(Arc::new(fleet)));
    assert_eq!(stage.model.store.tag(0).unwrap().installed, 0);
}

#[test]
fn the_newest_come_first_when_they_are_sorted_so() {
    let mut stage = open(120, 36);
    stage.keys(", g");
    assert_eq!(names(&stage)[..2], ["Pi-hole", "Immich"]);
    sees(&stage, "newest   1 of 12");
}

#[test]
fn the_card_warns_before_it_praises_and_does_not_call_proved_what_was_looked_up() {
    let mut stage = open(200, 60);
    stage.keys("/ jelly Enter");
    for told in [
        "written by us, its facts checked",
        "at least 512 MB",
        "a GPU: films are converted",
        "8096  web   its front door",
        "not backed up",
        "6: Time zone",
        "looked up on 2026-11-29 in 2 sources; its images were",
    ] {
        sees(&stage, told);
    }
    stage.keys("Esc / immich Enter");
    sees(&stage, "big-bear at 3f2a91c: written by others");
    sees(&stage, "left out  privileged: containers of Proximity are not");
    sees(&stage, "no node has 900000 MB");
    stage.keys("Esc / vault Enter");
    sees(&stage, "proved:");
    assert!(!text(&stage).contains("its images were"), "it has no images");
}

#[test]
fn the_card_scrolls_when_it_has_the_keys_and_begins_anew_with_another_recipe() {
    let mut stage = open(120, 24);
    stage.keys("/ jelly Enter");
    stage.keys("Right PgDn");
    assert!(stage.model.store.card_top > 0);
    stage.keys("G");
    let end = stage.model.store.card_top;
    stage.keys("j");
    assert_eq!(stage.model.store.card_top, end, "there is nothing below its end");
    sees(&stage, "checked");
    stage.keys("k");
    assert_eq!(stage.model.store.card_top, end - 1);
    stage.keys("Esc Esc j");
    assert_eq!(stage.model.store.card_top, 0);
}

#[test]
fn where_there_is_no_room_beside_enter_opens_the_card_from_which_one_deploys() {
    let mut stage = open(80, 24);
    stage.keys("/ jelly Enter Enter");
    assert_eq!(stage.model.place(), Place::Card);
    check("store-card-80x24", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("G");
    sees(&stage, "its images were");
    stage.keys("d");
    assert_eq!(stage.model.place(), Place::Deploy);
    stage.keys("Esc Esc");
    assert_eq!(stage.model.place(), Place::Store);
}

#[test]
fn a_recipe_is_copied_by_its_parts_and_its_page_is_opened() {
    let mut stage = open(120, 36);
    stage.keys("/ jelly Enter y c");
    assert!(matches!(stage.effects.last(), Some(Effect::Copy(line)) if line == "proximity app deploy jellyfin"));
    stage.keys("o");
    assert!(matches!(stage.effects.last(), Some(Effect::Copy(url)) if url == "https://jellyfin.org"));
}

#[test]
fn reading_anew_says_what_is_different() {
    let mut stage = open(120, 36);
    stage.keys("r");
    let mut recipes = varied().recipes;
    recipes.retain(|shelved| shelved.recipe.id.as_str() != "kavita");
    Arc::make_mut(&mut recipes[0].recipe).version = "2.0".into();
    let bad = proximity::engine::door::BadRecipe { file: "x.json".into(), why: "it is empty".into() };
    let more = shelved(plain("ntfy", "ntfy", "Notices", "chat"), Origin::BuiltIn, 3);
    let shelf = Shelf::of(recipes.into_iter().chain([more]), vec![bad]);
    answer(&mut stage, Answer::Shelf(Arc::new(shelf), favourites()));
    sees(&stage, "1 new, 1 changed, 1 gone, 1");
    sees(&stage, "✖ x.json");
    stage.keys("r");
    let again = stage.model.store.shelf.clone().unwrap();
    answer(&mut stage, Answer::Shelf(again, favourites()));
    sees(&stage, "nothing changed, 1 could not");
}

#[test]
fn the_mouse_takes_an_aisle_a_row_and_scrolls_what_is_under_it() {
    let mut stage = open(120, 36);
    let mouse = |kind, column, row| Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE });
    let click = MouseEventKind::Down(MouseButton::Left);
    stage.send(mouse(click, 5, 11));
    assert_eq!(names(&stage), ["Jellyfin", "Navidrome"], "{}", text(&stage));
    stage.send(mouse(click, 40, 9));
    assert_eq!(held(&stage), "Navidrome");
    stage.send(mouse(click, 40, 8));
    assert_eq!(held(&stage), "Jellyfin");
    stage.send(mouse(MouseEventKind::ScrollDown, 100, 20));
    assert_eq!(stage.model.store.card_top, 1, "the card is under the pointer");
    stage.send(mouse(MouseEventKind::ScrollDown, 40, 9));
    assert_eq!(held(&stage), "Navidrome");
    stage.send(mouse(click, 40, 9));
    assert_eq!(stage.model.place(), Place::Deploy, "a second click opens it");
}

#[test]
fn letters_that_a_terminal_lacks_have_stand_ins() {
    let mut stage = open(80, 24);
    stage.model.canvas.charset = Charset::Ascii;
    stage.keys("t Esc Right");
    assert!(text(&stage).is_ascii(), "{}", text(&stage));
    check("ascii-store-80x24", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn sixteen_colours_and_other_themes_show_the_same_letters() {
    let of = |theme: &str, depth| {
        let mut stage = Stage::with(homelab(), 120, 36, theme, depth, Motion::None);
        stage.keys("3");
        answer(&mut stage, Answer::Shelf(Arc::new(varied()), favourites()));
        text(&stage)
    };
    let dark = of("dark", Depth::True);
    assert_eq!(dark, of("light", Depth::True));
    assert_eq!(dark, of("matrix", Depth::Named));
}

/// Ten thousand recipes with names of their own.
fn great() -> Shelf {
    let first = plain("recipe", "Recipe", "Something for the house", "media");
    let words = ["cloud", "media", "photo", "note", "home", "proxy", "cache", "mail", "chat", "disk"];
    let recipes = (0..10_000).map(|i| {
        let mut recipe = first.clone();
        recipe.id = RecipeId::new(format!("{}-{i}", words[i % 10]));
        recipe.name = format!("{} {}", words[i % 10], words[i / 10 % 10]);
        recipe.description = format!("Number {i}, for {} and {}", words[i / 100 % 10], words[i / 1000 % 10]);
        recipe.category = ["media", "photos", "files", "notes"][i % 4].into();
        shelved(recipe, Origin::BuiltIn, i as i64 % 300)
    });
    Shelf::of(recipes, Vec::new())
}

/// Without optimisation, and on a machine that does other things too: the best of three.
#[test]
fn no_key_on_a_shelf_of_ten_thousand_is_slow() {
    let mut stage = open_with(great(), 120, 36);
    let mut dear = Vec::new();
    for key in ["j", "G", "k", "Left", "j", "j", "Tab", ",", "*", "/", "m", "e", "d", "i", "Esc", "t", "Space", "Esc"] {
        let mut best = u128::MAX;
        for _ in 0..3 {
            let mut trial = Stage { model: stage.model.clone(), now: stage.now, effects: Vec::new() };
            let begun = Instant::now();
            trial.keys(key);
            trial.picture();
            best = best.min(begun.elapsed().as_millis());
        }
        stage.keys(key);
        dear.push((best, key));
    }
    for (millis, key) in &dear {
        let most = if "medi".contains(key) { 250 } else { 100 };
        assert!(*millis < most, "{key}: {dear:?}");
    }
}

#[test]
fn a_new_fleet_does_not_look_at_ten_thousand_recipes_anew() {
    let mut stage = open_with(great(), 120, 36);
    let shown = stage.model.store.shown.as_ptr();
    stage.send(Event::Fleet(Arc::new(homelab())));
    assert_eq!(stage.model.store.shown.as_ptr(), shown);
    assert!(!stage.model.store.choices.asks_for_room());
}

#[test]
fn a_step_on_the_shelf_costs_two_kilobytes_at_most() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        let mut stage = open_with(great(), columns, rows);
        let mut encoder = Encoder::new(Depth::True, Charset::Unicode, Erase::Coloured, Rows::Movable);
        encoder.frame(&mut stage.picture(), None);
        let mut cost = |stage: &mut Stage, key: &str| {
            stage.keys(key);
            encoder.frame(&mut stage.picture(), None).len()
        };
        for i in 0..60 {
            let bytes = cost(&mut stage, if i < 40 { "j" } else { "k" });
            assert!((1..=2048).contains(&bytes), "{bytes} bytes at {columns}x{rows}, step {i}");
        }
        assert_eq!(cost(&mut stage, "~"), 0);
    }
}
