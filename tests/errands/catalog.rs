//! `catalog …`: no host is needed for it.

use serde_json::Value;

use super::console::{proximity, proximity_told};

#[test]
fn the_catalog_is_listed_and_each_recipe_shown_as_its_file_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let rows = proximity(folder.path(), &["--json", "catalog", "list"]).data();
    let row = rows.as_array().unwrap().iter().find(|row| row["recipe"] == "miniflux").unwrap();
    assert_eq!(row["trust"], "built-in", "{row}");
    assert!(row["methods"].as_array().unwrap().contains(&"compose".into()), "{row}");
    let shown = proximity(folder.path(), &["--json", "catalog", "show", "miniflux"]).data();
    assert_eq!((&shown["version"], &shown["file"]["id"]), (&row["version"], &"miniflux".into()));
    assert!(shown["file"]["settings"].as_array().is_some_and(|settings| !settings.is_empty()), "{shown}");
    let people = proximity(folder.path(), &["catalog", "show", "mosquitto"]);
    assert!(people.stdout.contains("MQTT_PASSWORD made for you unless given with --secret-file"), "{}", people.stdout);
}

#[test]
fn files_that_are_no_recipes_are_told_by_name_and_reason() {
    let folder = tempfile::tempdir().unwrap();
    let (good, bad) = (folder.path().join("good.json"), folder.path().join("bad.json"));
    let recipe = proximity(folder.path(), &["--json", "catalog", "show", "mosquitto"]).data()["file"].take();
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

const PASTED: &str = "services:\n  web:\n    image: nginx:1.29\n    ports: ['8080:80']\n    environment: { ADMIN_PASSWORD: changeme }\n    volumes: ['/var/run/docker.sock:/var/run/docker.sock', 'data:/data']\n";

#[test]
fn a_pasted_definition_is_shown_and_kept_as_a_recipe() {
    let folder = tempfile::tempdir().unwrap();
    let import = |more: &[&str]| {
        proximity_told(folder.path(), &[&["catalog", "import", "-", "--name", "my web"], more].concat(), PASTED)
    };
    let people = import(&[]);
    for words in
        ["front door  8080 http /", "data        data at /data", "ADMIN_PASSWORD made for you", "docker's socket"]
    {
        assert!(people.stdout.contains(words), "{words}: {}", people.stdout);
    }
    let shown = import(&["--json"]).data();
    assert_eq!((&shown["format"], &shown["recipe"]["id"]), (&"compose".into(), &"my-web".into()), "{shown}");
    assert_eq!(proximity(folder.path(), &["--json", "catalog", "show", "my-web"]).code, 3, "nothing was kept yet");
    assert_eq!(import(&["--json", "--save"]).data()["written"], 1);
    let kept = proximity(folder.path(), &["--json", "catalog", "show", "my-web"]).data();
    assert_eq!(kept["recipe"], "my-web", "{kept}");
    let file = std::fs::read_to_string(folder.path().join("recipes/my-web.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&file).unwrap(), shown["recipe"]);
    let again = import(&["--json", "--save"]);
    assert_eq!((again.code, &again.fault()["code"]), (4, &"refused".into()), "{}", again.stdout);
    assert_eq!(import(&["--json", "--save", "--yes"]).data()["written"], 1);
}

#[test]
fn a_store_is_counted_and_its_refusals_are_told_by_reason() {
    let folder = tempfile::tempdir().unwrap();
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/catalog/import/samples/portainer");
    let people = proximity(folder.path(), &["catalog", "import", samples]);
    for words in ["4 read as Portainer templates", "1 taken", "3 refused", "1 its compose file lies elsewhere"] {
        assert!(people.stdout.contains(words), "{words}: {}", people.stdout);
    }
    let saved = proximity(folder.path(), &["--json", "catalog", "import", samples, "--save"]).data();
    assert_eq!((&saved["written"], &saved["refused"]["elsewhere"]), (&1.into(), &1.into()), "{saved}");
    let again = proximity(folder.path(), &["--json", "catalog", "import", samples, "--save"]);
    assert!(again.code == 0 || again.code == 4, "{}", again.stdout);
}

#[test]
fn a_file_is_read_with_what_lies_beside_it_and_what_is_none_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/catalog/import/samples/compose/shop/docker-compose.yml");
    let shown = proximity(folder.path(), &["--json", "catalog", "import", file]).data();
    assert_eq!(shown["recipe"]["id"], "shop", "{shown}");
    assert_eq!(shown["recipe"]["methods"]["compose"]["files"][0]["name"], "shop.conf");
    let built = proximity_told(folder.path(), &["--json", "catalog", "import", "-"], "services: { a: { build: . } }");
    assert_eq!((built.code, &built.data()["refusals"][0]["reason"]), (1, &"build".into()), "{}", built.stdout);
    assert_eq!(proximity(folder.path(), &["--json", "catalog", "import", "/nowhere"]).code, 3);
    assert_eq!(proximity(folder.path(), &["--json", "catalog", "import", "/dev/null"]).code, 1);
}

#[test]
fn the_shelf_is_searched_narrowed_counted_and_marked() {
    let folder = tempfile::tempdir().unwrap();
    let ids = |words: &[&str]| -> Vec<String> {
        let rows = proximity(folder.path(), &[&["--json", "catalog"], words].concat()).data();
        rows.as_array().unwrap().iter().map(|row| row["recipe"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&["search", "jellyfin"])[0], "jellyfin");
    let (all, oci) = (ids(&["list"]), ids(&["list", "--method", "oci", "--no-needs"]));
    assert!(!oci.is_empty() && oci.len() < all.len() && oci.iter().all(|id| all.contains(id)));
    let categories = proximity(folder.path(), &["--json", "catalog", "categories"]).data();
    let counts = categories.as_array().unwrap().iter().map(|row| row["recipes"].as_u64().unwrap());
    assert_eq!(counts.sum::<u64>() as usize, all.len());
    assert_eq!(ids(&["list", "--favourites"]), Vec::<String>::new());
    assert_eq!(proximity(folder.path(), &["catalog", "favour", "immich"]).code, 0);
    assert_eq!(ids(&["list", "--favourites"]), ["immich"], "it is kept");
    assert_eq!(proximity(folder.path(), &["catalog", "unfavour", "immich"]).code, 0);
    assert_eq!(ids(&["list", "--favourites"]), Vec::<String>::new());
    let unknown = proximity(folder.path(), &["--json", "catalog", "show", "jelyfin"]);
    assert_eq!(unknown.code, 3);
    assert!(unknown.stdout.contains("did you mean jellyfin?"), "{}", unknown.stdout);
    assert_eq!(proximity(folder.path(), &["catalog", "list", "--architecture", "vax"]).code, 2);
}
