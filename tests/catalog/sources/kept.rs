//! What lies on the disk: whole or not at all, one process at a time, and names that are never anybody else's.

use std::{collections::BTreeSet, fs};

use proptest::prelude::*;
use proximity::{
    catalog::sources::{Kept, SourceError},
    domain::{
        catalog::{Difference, Part, Recipe, RecipeId, SourceName},
        fault::FaultCode,
    },
    engine::Change,
};

use super::{
    Shop, name, news, on_shelf,
    origin::{Origin, recipe},
    prepared, rows, source, take, watch,
};

#[tokio::test(flavor = "multi_thread")]
async fn broken_off_anywhere_the_old_state_or_the_new_one_is_there() {
    let Some(origin) = Origin::with(&[("broker", "1.0")]) else { return };
    let shop = Shop::new();
    shop.engine().change(Change::AddSource(source("mine", &origin.url()))).await.unwrap();
    let old = rows(&shop.engine()).await.remove(0).source;
    origin.put("broker", "2.0");
    origin.put("cache", "1.0");
    origin.commit();

    // Before anything is moved: half a state lies beside.
    let beside = shop.folder.path().join("catalog/mine/beside");
    let (waiting, lock) = prepared(&shop, &old, &watch()).unwrap();
    let marker = waiting.recipes.parent().unwrap().join("source.json");
    let kept = fs::read(&marker).unwrap();
    fs::remove_file(&marker).unwrap();
    fs::remove_file(waiting.recipes.join("mine-cache.json")).unwrap();
    drop(lock);
    assert_eq!(on_shelf(&shop.engine(), "mine").await, ["mine-broker 1.0"]);
    assert_eq!(Kept::read(waiting.recipes.parent().unwrap()), None);
    // Half of it is never taken: it is made again.
    take(&shop.engine(), "mine", &waiting.pin).await.unwrap();
    assert_eq!(on_shelf(&shop.engine(), "mine").await, ["mine-broker 2.0", "mine-cache 1.0"]);
    assert!(!beside.exists() && !kept.is_empty());

    // Moved, but the settings still name the old one.
    origin.remove("cache");
    origin.commit();
    let now = rows(&shop.engine()).await.remove(0).source;
    let (waiting, lock) = prepared(&shop, &now, &watch()).unwrap();
    shop.place().take(&waiting, &now.name, &lock).unwrap();
    drop(lock);
    assert_eq!(on_shelf(&shop.engine(), "mine").await, ["mine-broker 2.0", "mine-cache 1.0"]);
    take(&shop.engine(), "mine", &waiting.pin).await.unwrap();
    assert_eq!(on_shelf(&shop.engine(), "mine").await, ["mine-broker 2.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_does_not_lie_here_is_told_and_can_be_fetched() {
    let Some(origin) = Origin::with(&[("broker", "1.0")]) else { return };
    let shop = Shop::new();
    shop.engine().change(Change::AddSource(source("mine", &origin.url()))).await.unwrap();
    fs::remove_dir_all(shop.folder.path().join("catalog")).unwrap();
    let engine = shop.engine();
    assert_eq!(on_shelf(&engine, "mine").await, Vec::<String>::new());
    let row = rows(&engine).await.remove(0);
    assert!(row.fault.unwrap().remedy.contains("pin mine"));
    take(&engine, "mine", &row.source.pin.unwrap()).await.unwrap();
    assert_eq!(on_shelf(&engine, "mine").await, ["mine-broker 1.0"]);
    // Written by hand, without a pin.
    let by_hand = format!("[[sources]]\nname = \"other\" # mine too\nurl = \"{}\"\n", origin.url());
    fs::write(shop.folder.path().join("settings.toml"), by_hand).unwrap();
    let seen = news(&engine, "other", None).await.unwrap();
    assert_eq!((seen.pinned.clone(), seen.difference.added.len()), (None, 1));
    take(&engine, "other", &seen.found).await.unwrap();
    assert!(shop.settings().contains("# mine too\n") && shop.settings().contains(seen.found.as_str()));
    assert_eq!(on_shelf(&engine, "other").await, ["other-broker 1.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_fetched_by_one_at_a_time() {
    let Some(origin) = Origin::with(&[("broker", "1.0")]) else { return };
    let shop = Shop::new();
    let engine = shop.engine();
    engine.change(Change::AddSource(source("mine", &origin.url()))).await.unwrap();
    let lock = shop.place().lock(&name("mine")).unwrap();
    assert_eq!(shop.place().lock(&name("mine")).unwrap_err(), SourceError::Busy);
    assert_eq!(news(&engine, "mine", None).await.unwrap_err().code, FaultCode::Busy);
    let fault = engine.change(Change::RemoveSource(name("mine"))).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Busy, "{fault}");
    assert_eq!(on_shelf(&engine, "mine").await, ["mine-broker 1.0"]);
    drop(lock);
    assert!(news(&engine, "mine", None).await.unwrap().is_nothing());
}

#[test]
fn what_leans_on_others_of_its_store_leans_on_them_under_their_new_names() {
    let Some(origin) = Origin::with(&[("zz-broker", "1.0")]) else { return };
    let mut leaning = recipe("aa-app", "1.0");
    leaning["depends"] = serde_json::json!([
        { "recipe": "zz-broker", "why": "it talks through it" }, { "recipe": "miniflux", "why": "of the catalog" }
    ]);
    origin.write("recipes/aa-app.json", leaning.to_string());
    origin.commit();
    let shop = Shop::new();
    let (prepared, _lock) = prepared(&shop, &source("mine", &origin.url()), &watch()).unwrap();
    let text = fs::read_to_string(prepared.recipes.join("mine-aa-app.json")).unwrap();
    let recipe = Recipe::read(&text).unwrap();
    let names: Vec<_> = recipe.depends.iter().map(|depends| depends.recipe.to_string()).collect();
    assert_eq!(names, ["mine-zz-broker", "miniflux"]);
}

#[test]
fn the_difference_names_what_changed_and_nothing_else() {
    let before: Recipe = serde_json::from_value(recipe("app", "1.0")).unwrap();
    let changed = |change: &dyn Fn(&mut Recipe)| {
        let mut now = before.clone();
        change(&mut now);
        let difference = Difference::between(std::slice::from_ref(&before), &[now]);
        assert_eq!((difference.added.len(), difference.removed.len(), difference.changed.len()), (0, 0, 1));
        difference.changed[0].parts.clone()
    };
    assert_eq!(changed(&|recipe| recipe.version = "2".into()), []);
    assert_eq!(changed(&|recipe| recipe.tagline = "Other".into()), [Part::Rest]);
    assert_eq!(changed(&|recipe| recipe.volumes.clear()), [Part::Volumes]);
    assert_eq!(changed(&|recipe| recipe.ports.clear()), [Part::Ports]);
    assert_eq!(changed(&|recipe| recipe.settings.clear()), [Part::Settings]);
    let script = |recipe: &mut Recipe| recipe.methods.script.as_mut().unwrap().commands.push("evil".into());
    assert_eq!(changed(&script), [Part::Runs]);
    assert_eq!(changed(&|recipe| recipe.hooks.after_install.push("evil".into())), [Part::Runs]);
    assert!(Difference::between(std::slice::from_ref(&before), std::slice::from_ref(&before)).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn ids_under_a_source_stay_apart_and_fit(source in "[a-z0-9]{1,20}", ids in prop::collection::btree_set("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?", 1..20)) {
        let source = SourceName::new(&source).unwrap();
        let named: BTreeSet<_> = ids.iter().map(|id| source.prefixed(&RecipeId::new(id.as_str()))).collect();
        prop_assert_eq!(named.len(), ids.len());
        for id in named {
            let mut recipe: Recipe = serde_json::from_value(recipe("app", "1.0")).unwrap();
            let begin = format!("{source}-");
            prop_assert!(id.as_str().starts_with(&begin));
            recipe.id = id;
            prop_assert_eq!(recipe.check(), Ok(()));
        }
    }
}
