//! `catalog …`: no host is needed for it.

use serde_json::Value;

use super::console::proximity;

#[test]
fn the_catalog_is_listed_and_each_recipe_shown_as_its_file_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let rows = proximity(folder.path(), &["--json", "catalog", "list"]).data();
    let row = rows.as_array().unwrap().iter().find(|row| row["recipe"] == "miniflux").unwrap();
    assert_eq!(row["trust"], "built-in", "{row}");
    assert!(row["methods"].as_array().unwrap().contains(&"compose".into()), "{row}");
    let shown = proximity(folder.path(), &["--json", "catalog", "show", "miniflux"]).data();
    assert_eq!((&shown["version"], &shown["file_text"]["id"]), (&row["version"], &"miniflux".into()));
    assert!(shown["file_text"]["settings"].as_array().is_some_and(|settings| !settings.is_empty()), "{shown}");
    let people = proximity(folder.path(), &["catalog", "show", "mosquitto"]);
    assert!(people.stdout.contains("MQTT_PASSWORD made for you unless given with --secret-file"), "{}", people.stdout);
}

#[test]
fn files_that_are_no_recipes_are_told_by_name_and_reason() {
    let folder = tempfile::tempdir().unwrap();
    let (good, bad) = (folder.path().join("good.json"), folder.path().join("bad.json"));
    let recipe = proximity(folder.path(), &["--json", "catalog", "show", "mosquitto"]).data()["file_text"].take();
    std::fs::write(&good, recipe.to_string()).unwrap();
    let mut spoilt = recipe;
    spoilt["ports"][0]["port"] = Value::from(0);
    spoilt["colour"] = Value::from("greenish");
    std::fs::write(&bad, spoilt.to_string()).unwrap();
    let path = |path: &std::path::Path| path.display().to_string();
    let all_good = proximity(folder.path(), &["--json", "catalog", "check", &path(&good)]);
    assert_eq!((all_good.code, all_good.data()["good"].as_u64()), (0, Some(1)), "{}", all_good.stdout);
    let checked = proximity(folder.path(), &["--json", "catalog", "check", &path(&good), &path(&bad), "/nowhere"]);
    assert_eq!((checked.code, checked.data()["good"].as_u64()), (1, Some(1)), "{}", checked.stdout);
    let files: Vec<_> = checked.data()["bad"].as_array().unwrap().iter().map(|bad| bad["file"].clone()).collect();
    assert!(files.contains(&path(&bad).into()) && files.contains(&"/nowhere".into()), "{files:?}");
    assert!(checked.data()["bad"].as_array().unwrap().iter().all(|bad| bad["why"] != ""), "{}", checked.stdout);
    assert_eq!(proximity(folder.path(), &["--json", "catalog", "check"]).code, 0, "the built-in ones are sound");
}
