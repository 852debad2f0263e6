//! A source that is a repository: added, kept, updated, set back.

use proximity::{
    domain::{
        catalog::{Branch, Part, Pin, Trust},
        fault::FaultCode,
    },
    engine::Change,
};

use super::{Shop, name, news, on_shelf, origin::Origin, origin::recipe, rows, shelf, source, take};

#[tokio::test(flavor = "multi_thread")]
async fn its_recipes_lie_on_the_shelf_under_its_name_also_when_it_is_gone() {
    let Some(origin) = Origin::with(&[("broker", "2.0"), ("cache", "1.1")]) else { return };
    let commit = origin.commit();
    let shop = Shop::new();
    let engine = shop.engine();
    engine.change(Change::AddSource(source("mine", &origin.url()))).await.unwrap();
    assert_eq!(on_shelf(&engine, "mine").await, ["mine-broker 2.0", "mine-cache 1.1"]);
    let trust = shelf(&engine).await.find(&super::id("mine-broker")).unwrap().origin.trust();
    assert!(matches!(&trust, Trust::Source { name, commit: at } if **name == *"mine" && **at == *commit), "{trust:?}");
    assert!(shop.settings().contains(&format!("commit = \"{commit}\"")), "{}", shop.settings());
    drop((engine, origin));

    let engine = shop.engine();
    assert_eq!(on_shelf(&engine, "mine").await, ["mine-broker 2.0", "mine-cache 1.1"]);
    let row = rows(&engine).await.remove(0);
    assert_eq!((row.fault, row.kept.unwrap().recipes), (None, 2));
    let fault = news(&engine, "mine", None).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::NotFound, "{fault}");
    assert_eq!(on_shelf(&engine, "mine").await.len(), 2, "what cannot be fetched takes nothing away");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_shows_what_changes_and_takes_it_only_after_a_yes() {
    let Some(origin) = Origin::with(&[("broker", "2.0"), ("cache", "1.1"), ("old", "1.0")]) else { return };
    let shop = Shop::new();
    let engine = shop.engine();
    engine.change(Change::AddSource(source("mine", &origin.url()))).await.unwrap();
    let before = rows(&engine).await.remove(0).source.pin.unwrap();
    assert!(news(&engine, "mine", None).await.unwrap().is_nothing());

    let mut changed = recipe("broker", "2.1");
    changed["ports"][0]["port"] = 1884.into();
    changed["probe"]["what"]["tcp"]["port"] = 1884.into();
    origin.write("recipes/broker.json", changed.to_string());
    origin.remove("old");
    origin.put("new", "0.1");
    let after = origin.commit();
    let news_seen = news(&engine, "mine", None).await.unwrap();
    assert_eq!((news_seen.pinned.as_ref(), news_seen.found.as_str()), (Some(&before), after.as_str()));
    let difference = &news_seen.difference;
    let ids = |titled: &[proximity::domain::catalog::Titled]| {
        titled.iter().map(|titled| titled.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!((ids(&difference.added), ids(&difference.removed)), (vec!["mine-new".into()], vec!["mine-old".into()]));
    assert_eq!((difference.changed.len(), difference.same), (1, 1));
    assert_eq!(difference.changed[0].version_before.as_deref(), Some("2.0"));
    assert!(difference.changed[0].parts.contains(&Part::Ports), "{difference:?}");

    // Seen is not taken, whatever starts in between.
    let engine = {
        drop(engine);
        shop.engine()
    };
    assert_eq!(on_shelf(&engine, "mine").await, ["mine-broker 2.0", "mine-cache 1.1", "mine-old 1.0"]);
    take(&engine, "mine", &news_seen.found).await.unwrap();
    assert_eq!(on_shelf(&engine, "mine").await, ["mine-broker 2.1", "mine-cache 1.1", "mine-new 0.1"]);

    // Back to the one before, without anybody to ask.
    drop(origin);
    let back = news(&engine, "mine", Some(before.clone())).await.unwrap();
    assert_eq!((back.difference.added.len(), back.difference.removed.len()), (1, 1));
    take(&engine, "mine", &before).await.unwrap();
    assert_eq!(on_shelf(&engine, "mine").await, ["mine-broker 2.0", "mine-cache 1.1", "mine-old 1.0"]);
    assert!(shop.settings().contains(before.as_str()), "{}", shop.settings());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rewritten_history_is_news_like_any_other() {
    let Some(origin) = Origin::with(&[("broker", "2.0")]) else { return };
    let shop = Shop::new();
    let engine = shop.engine();
    engine.change(Change::AddSource(source("mine", &origin.url()))).await.unwrap();
    origin.git(&["checkout", "--quiet", "--orphan", "other"]);
    origin.put("broker", "9.0");
    origin.commit();
    origin.git(&["branch", "--force", "main", "other"]);
    origin.git(&["checkout", "--quiet", "main"]);
    origin.git(&["branch", "-D", "other"]);
    let seen = news(&engine, "mine", None).await.unwrap();
    assert_eq!(seen.difference.changed[0].version_before.as_deref(), Some("2.0"));
    take(&engine, "mine", &seen.found).await.unwrap();
    assert_eq!(on_shelf(&engine, "mine").await, ["mine-broker 9.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_or_a_tag_is_followed_and_a_state_that_was_named_is_fetched() {
    let Some(origin) = Origin::with(&[("broker", "1.0")]) else { return };
    let first = origin.commit();
    origin.git(&["checkout", "--quiet", "-b", "next/big"]);
    origin.put("broker", "2.0");
    origin.commit();
    origin.git(&["tag", "-a", "v2", "-m", "two"]);
    origin.git(&["checkout", "--quiet", "main"]);
    let shop = Shop::new();
    let engine = shop.engine();
    for (name, branch) in [("a", Some("next/big")), ("b", Some("v2")), ("c", None)] {
        let branch = branch.map(|branch| Branch::new(branch).unwrap());
        engine
            .change(Change::AddSource(proximity::domain::catalog::Source { branch, ..source(name, &origin.url()) }))
            .await
            .unwrap();
    }
    assert_eq!(on_shelf(&engine, "a").await, ["a-broker 2.0"]);
    assert_eq!(on_shelf(&engine, "b").await, ["b-broker 2.0"]);
    assert_eq!(on_shelf(&engine, "c").await, ["c-broker 1.0"]);
    take(&engine, "a", &Pin::new(&first).unwrap()).await.unwrap();
    assert_eq!(on_shelf(&engine, "a").await, ["a-broker 1.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_source_is_told_and_not_remembered() {
    let Some(empty) = Origin::empty() else { return };
    let Some(no_store) = Origin::empty() else { return };
    no_store.write("README.md", "hello");
    no_store.write("src/main.rs", "fn main() {}");
    no_store.commit();
    let Some(bad) = Origin::empty() else { return };
    bad.write("recipes/bad.json", "{ \"schema\": 1 }");
    bad.commit();
    let Some(good) = Origin::with(&[("broker", "1.0")]) else { return };
    let shop = Shop::new();
    let engine = shop.engine();
    let on_branch = |branch: &str| proximity::domain::catalog::Source {
        branch: Some(Branch::new(branch).unwrap()),
        ..source("mine", &good.url())
    };
    for (source, code, told) in [
        (source("mine", &empty.url()), FaultCode::NotFound, "the repository is empty"),
        (source("mine", &no_store.url()), FaultCode::Refused, "it holds nothing that is known"),
        (source("mine", &bad.url()), FaultCode::Refused, "none of its 1 apps can be used here"),
        (source("mine", "/no/such/place"), FaultCode::NotFound, "does not appear to be a git repository"),
        (source("mine", "https://127.0.0.1:1/store.git"), FaultCode::Unreachable, "git says"),
        (on_branch("nowhere"), FaultCode::NotFound, "no branch or tag called nowhere"),
    ] {
        let fault = engine.change(Change::AddSource(source)).await.unwrap_err();
        assert_eq!(fault.code, code, "{fault}");
        assert!(fault.why.contains(told), "{fault}");
        assert_eq!(shop.settings(), "");
    }
    engine.change(Change::AddSource(source("mine", &good.url()))).await.unwrap();
    let twice = engine.change(Change::AddSource(source("mine", &good.url()))).await.unwrap_err();
    assert_eq!(twice.code, FaultCode::Refused);
    let unknown = Pin::new(&"1".repeat(40)).unwrap();
    let fault = news(&engine, "mine", Some(unknown)).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::NotFound, "{fault}");
    assert_eq!(on_shelf(&engine, "mine").await, ["mine-broker 1.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_removed_leaves_nothing_behind() {
    let Some(origin) = Origin::with(&[("broker", "1.0")]) else { return };
    let shop = Shop::new();
    let engine = shop.engine();
    std::fs::write(shop.folder.path().join("settings.toml"), "# mine\n[look]\ntheme = \"dark\"\n").unwrap();
    engine.change(Change::AddSource(source("mine", &origin.url()))).await.unwrap();
    assert!(shop.folder.path().join("catalog/mine").is_dir());
    engine.change(Change::RemoveSource(name("mine"))).await.unwrap();
    assert!(!shop.folder.path().join("catalog/mine").exists());
    assert_eq!(on_shelf(&engine, "mine").await, Vec::<String>::new());
    assert_eq!(shop.settings(), "# mine\n[look]\ntheme = \"dark\"\n");
    let fault = engine.change(Change::RemoveSource(name("mine"))).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::NotFound);
}
