//! What is built in, what the operator adds, and what is said of files that are no good.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use proximity::{
    catalog::{BadRecipe, Origin, Places, Shelf, Shelves, Store},
    domain::{
        app::Method,
        catalog::{PveVersion, RecipeId, Trust, compose_file, interpolate, values},
    },
};

use super::{answers, files};

fn load(own: Option<&Path>) -> Arc<Shelf> {
    Shelves::default().look(&Places { own: own.map(Path::to_owned), stores: Vec::new() })
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

fn ids(shelf: &Shelf) -> Vec<&str> {
    shelf.recipes.iter().map(|shelved| shelved.recipe.id.as_str()).collect()
}

fn built_in(id: &str) -> String {
    files().into_iter().find(|(name, _)| *name == format!("{id}.json")).unwrap().1
}

#[test]
fn every_file_of_the_catalog_is_built_in_and_sound() {
    let shelf = load(None);
    assert_eq!(shelf.faults, Vec::<BadRecipe>::new());
    let names: Vec<_> = ids(&shelf).into_iter().map(|id| format!("{id}.json")).collect();
    assert_eq!(sorted(names), sorted(files().into_iter().map(|(name, _)| name).collect()));
    assert!(shelf.recipes.iter().all(|shelved| shelved.origin == Origin::BuiltIn));
}

#[test]
fn a_recipe_is_found_by_its_id() {
    let shelf = load(None);
    let recipe = &shelf.find(&RecipeId::new("vaultwarden")).unwrap().recipe;
    assert_eq!(recipe.methods_offered(), [Method::Compose, Method::Oci]);
    let on = |major, minor| recipe.methods_on(Some(PveVersion { major, minor }));
    assert_eq!((on(8, 4)[0], on(9, 1)[0], on(9, 10)[0]), (Method::Compose, Method::Oci, Method::Oci));
    assert_eq!(recipe.images(Method::Oci), ["docker.io/vaultwarden/server:1.37.1"]);
    assert!(compose_file(recipe).unwrap().contains("./data/data:/data"));
    assert!(shelf.find(&RecipeId::new("nothing")).is_none());
}

#[test]
fn a_bad_file_is_named_and_hides_no_good_one() {
    let own = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(own.path().join(name), text).unwrap();
    write("bad.json", "{\n \"schema\": 1,\n \"idd\": \"x\"\n}");
    write("good.json", &built_in("mosquitto").replace("\"mosquitto\",\n  \"name\"", "\"broker\",\n  \"name\""));
    write("not-utf8.json", "");
    fs::write(own.path().join("not-utf8.json"), [0xff, 0xfe]).unwrap();
    write(".hidden.json", "{");
    write("notes.txt", "{");
    write("recipe.schema.json", "{}");
    fs::create_dir(own.path().join("folder.json")).unwrap();
    write("huge.json", &" ".repeat(300 * 1024));
    let shelf = load(Some(own.path()));
    assert_eq!(shelf.recipes.len(), files().len() + 1, "{:?}", ids(&shelf));
    assert!(ids(&shelf).contains(&"broker"));
    let faults: Vec<_> = shelf
        .faults
        .iter()
        .map(|bad| (Path::new(&bad.file).file_name().unwrap().to_str().unwrap(), bad.why.as_str()))
        .collect();
    let said = |name: &str| faults.iter().find(|(file, _)| *file == name).unwrap().1;
    assert_eq!(faults.len(), 4, "{faults:?}");
    assert_eq!(said("bad.json"), "line 3, column 6: `idd` is not known here; did you mean `id`?");
    assert_eq!(said("folder.json"), "it is no file");
    assert_eq!(said("huge.json"), "it is larger than 256 KiB");
    assert!(said("not-utf8.json").contains("UTF-8"));
}

#[test]
fn a_file_of_the_operator_replaces_the_built_in_one() {
    let own = tempfile::tempdir().unwrap();
    let path = own.path().join("mine.json");
    fs::write(&path, built_in("mosquitto").replace("A small MQTT broker", "Mine")).unwrap();
    let shelf = load(Some(own.path()));
    let shelved = shelf.find(&RecipeId::new("mosquitto")).unwrap();
    assert_eq!((shelved.recipe.tagline.as_str(), &shelved.origin), ("Mine", &Origin::Folder(path.clone())));
    assert_eq!(shelf.recipes.len(), files().len());
    fs::write(&path, "{").unwrap();
    let shelf = load(Some(own.path()));
    assert_eq!(
        shelf.find(&RecipeId::new("mosquitto")).unwrap().origin,
        Origin::BuiltIn,
        "a broken one replaces nothing"
    );
    assert_eq!(shelf.faults.len(), 1);
}

#[test]
fn of_two_files_with_one_id_the_first_stays_and_the_second_is_told() {
    let own = tempfile::tempdir().unwrap();
    for name in ["a.json", "b.json"] {
        fs::write(own.path().join(name), built_in("mosquitto").replace("A small MQTT broker", name)).unwrap();
    }
    let shelf = load(Some(own.path()));
    assert_eq!(shelf.find(&RecipeId::new("mosquitto")).unwrap().recipe.tagline, "a.json");
    assert!(shelf.faults[0].file.ends_with("b.json"));
    assert!(shelf.faults[0].why.contains("`mosquitto` is already in") && shelf.faults[0].why.contains("a.json"));
}

#[test]
fn a_folder_that_is_not_there_is_an_empty_one_and_a_file_in_its_place_is_told() {
    let own = tempfile::tempdir().unwrap();
    assert_eq!(load(Some(&own.path().join("none"))).faults, Vec::<BadRecipe>::new());
    let file = own.path().join("file");
    fs::write(&file, "").unwrap();
    let shelf = load(Some(&file));
    assert_eq!((shelf.recipes.len(), shelf.faults.len()), (files().len(), 1));
}

#[test]
fn every_built_in_recipe_can_be_filled_in() {
    for shelved in &load(None).recipes {
        let recipe = &shelved.recipe;
        let values = values(recipe, &answers(recipe)).unwrap();
        let made = values.secrets.iter().map(|wish| (wish.name.clone(), "secret".to_owned()));
        let known: BTreeMap<_, _> = values.plain.iter().map(|(n, v)| (n.clone(), v.clone())).chain(made).collect();
        let oci = recipe.methods.oci.iter().flat_map(|oci| oci.environment.values());
        let files = recipe.methods.script.iter().flat_map(|script| &script.files).map(|file| &file.content);
        for text in oci.chain(files) {
            let whole = interpolate(text, |name| known.get(name).cloned()).unwrap();
            assert!(!whole.contains("${"), "{whole}");
        }
    }
}

#[test]
fn the_broker_lets_nobody_in_without_the_password() {
    let shelf = load(None);
    let recipe = &shelf.find(&RecipeId::new("mosquitto")).unwrap().recipe;
    let script = recipe.methods.script.as_ref().unwrap();
    assert!(script.files[0].content.contains("allow_anonymous false"));
    let names: Vec<_> = script.commands.iter().filter(|line| line.contains("MQTT_PASSWORD")).collect();
    assert_eq!(names, Vec::<&String>::new(), "the words of a process are everybody's to read");
}

#[test]
fn a_file_is_read_once_for_each_time_it_changes() {
    let own = tempfile::tempdir().unwrap();
    let places = Places { own: Some(own.path().to_owned()), stores: Vec::new() };
    let write = |name: &str, tagline: &str| {
        let text = built_in("mosquitto").replace("\"mosquitto\",\n  \"name\"", &format!("\"{name}\",\n  \"name\""));
        fs::write(own.path().join(format!("{name}.json")), text.replace("A small MQTT broker", tagline)).unwrap();
    };
    let shelves = Shelves::default();
    let recipe = |id: &str| shelves.look(&places).find(&RecipeId::new(id)).map(|shelved| shelved.recipe.clone());
    write("one", "First");
    write("two", "First");
    let (one, two) = (recipe("one").unwrap(), recipe("two").unwrap());
    assert!(Arc::ptr_eq(&shelves.look(&places), &shelves.look(&places)), "nothing changed, nothing is laid out anew");
    write("one", "Second");
    assert_eq!(recipe("one").unwrap().tagline, "Second");
    assert!(!Arc::ptr_eq(&one, &recipe("one").unwrap()));
    assert!(Arc::ptr_eq(&two, &recipe("two").unwrap()), "the other one was not read again");
    assert!(!shelves.look(&places).index.search("second").is_empty(), "what is new is found");
    fs::remove_file(own.path().join("one.json")).unwrap();
    assert!(recipe("one").is_none(), "what is gone is not there any more");
}

#[test]
fn recipes_of_a_source_stand_beside_the_others_and_never_replace_them() {
    let (own, store) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let text = built_in("mosquitto");
    fs::write(store.path().join("same.json"), text.replace("A small MQTT broker", "Theirs")).unwrap();
    let renamed = text.replace("\"mosquitto\",\n  \"name\"", "\"theirs-mosquitto\",\n  \"name\"");
    fs::write(store.path().join("other.json"), renamed).unwrap();
    let source = Store { name: "theirs".into(), commit: "0123456789abcdef".into(), folder: store.path().to_owned() };
    let shelf = Shelves::default().look(&Places { own: Some(own.path().to_owned()), stores: vec![source] });
    let trust = |id: &str| shelf.find(&RecipeId::new(id)).unwrap().origin.trust();
    assert_eq!(trust("mosquitto"), Trust::BuiltIn);
    assert_eq!(trust("theirs-mosquitto").to_string(), "theirs at 0123456");
    assert!(shelf.faults.iter().any(|bad| bad.file.ends_with("same.json")), "{:?}", shelf.faults);
}
