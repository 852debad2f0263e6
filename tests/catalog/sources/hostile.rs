//! Repositories that mean harm, or are only large, and servers that never end.

use std::{
    net::TcpListener,
    os::unix::fs::symlink,
    time::{Duration, Instant},
};

use proximity::{
    catalog::{
        files::{EntryKind, Files},
        sources::{GitFiles, Place, Repository, SourceError, Wanted, Watch},
    },
    domain::catalog::{Recipe, SourceUrl},
};
use tokio_util::sync::CancellationToken;

use super::{
    Shop,
    origin::{Origin, recipe},
    prepared, source, watch,
};

fn ids(recipes: &[Recipe]) -> Vec<String> {
    let mut ids: Vec<_> = recipes.iter().map(|recipe| recipe.id.to_string()).collect();
    ids.sort();
    ids
}

#[test]
fn links_and_odd_names_are_never_followed() {
    let Some(origin) = Origin::with(&[("good", "1.0")]) else { return };
    let secret = tempfile::tempdir().unwrap();
    std::fs::write(secret.path().join("secret.json"), recipe("secret", "1.0").to_string()).unwrap();
    symlink(secret.path().join("secret.json"), origin.path().join("recipes/link.json")).unwrap();
    symlink(secret.path(), origin.path().join("folder")).unwrap();
    symlink("link.json", origin.path().join("recipes/itself.json")).unwrap();
    symlink("/etc/passwd", origin.path().join("recipes/passwd.json")).unwrap();
    origin.write("recipes/line\nbreak.json", recipe("broken", "1.0").to_string());
    origin.write("recipes/.hidden.json", recipe("hidden", "1.0").to_string());
    origin.commit();
    let shop = Shop::new();
    let (prepared, _lock) = prepared(&shop, &source("mine", &origin.url()), &watch()).unwrap();
    assert_eq!(ids(&Place::read(&prepared.recipes)), ["mine-good"]);
    let mut files = files(&shop, &origin);
    let links = files.entries().iter().filter(|entry| entry.kind == EntryKind::Link);
    let links: Vec<_> = links.map(|entry| entry.path.clone()).collect();
    assert_eq!(links, ["folder", "recipes/itself.json", "recipes/link.json", "recipes/passwd.json"]);
    links.iter().for_each(|link| assert!(files.read(link).is_err(), "{link}"));
    assert!(files.read("recipes/../recipes/good.json").is_err() && files.read("folder/secret.json").is_err());
    assert!(files.read("recipes/good.json").is_ok());
}

/// As an importer sees them.
fn files(shop: &Shop, origin: &Origin) -> GitFiles {
    let repository = Repository::open(&shop.folder.path().join("catalog/mine/git"), &watch()).unwrap();
    let url = SourceUrl::new(&origin.url()).unwrap();
    let pin = repository.fetch(&url, None, &Wanted::Newest, &watch()).unwrap();
    repository.files(&pin, &watch()).unwrap()
}

#[test]
fn a_tree_with_ways_out_is_refused_or_its_ways_are_not_taken() {
    let Some(origin) = Origin::with(&[("good", "1.0")]) else { return };
    let good = origin.blob(&recipe("good", "1.0").to_string());
    let evil = origin.blob(&recipe("evil", "1.0").to_string());
    for odd in ["..", ".", ".git"] {
        let inner = origin.git_told(&["mktree"], &format!("100644 blob {evil}\tevil.json\n"));
        let recipes = origin.git_told(&["mktree"], &format!("100644 blob {good}\tgood.json\n"));
        let tree = format!("040000 tree {inner}\t{odd}\n040000 tree {recipes}\trecipes\n");
        origin.commit_tree(&origin.git_told(&["mktree"], &tree));
        let shop = Shop::new();
        match prepared(&shop, &source("mine", &origin.url()), &watch()) {
            Ok((prepared, _lock)) => assert_eq!(ids(&Place::read(&prepared.recipes)), ["mine-good"], "{odd}"),
            Err(error) => assert!(matches!(error, SourceError::Git(_)), "{odd}: {error}"),
        }
        let outside = shop.folder.path().parent().unwrap().join("evil.json");
        assert!(!outside.exists() && !shop.folder.path().join("evil.json").exists());
    }
}

#[test]
fn huge_files_are_refused_one_by_one_and_sub_repositories_passed_over() {
    let Some(origin) = Origin::with(&[("good", "1.0")]) else { return };
    origin.write("recipes/huge.json", vec![b' '; 2 << 20]);
    let mut long = recipe("long", "1.0");
    long["description"] = "x".repeat(300 << 10).into();
    origin.write("recipes/long.json", long.to_string());
    origin.git(&["add", "--all"]);
    let commit = origin.git(&["rev-parse", "HEAD"]);
    origin.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{commit},recipes/module.json")]);
    origin.git(&["commit", "--quiet", "-m", "odd"]);
    let shop = Shop::new();
    let (prepared, _lock) = prepared(&shop, &source("mine", &origin.url()), &watch()).unwrap();
    assert_eq!(ids(&Place::read(&prepared.recipes)), ["mine-good"]);
    let files: Vec<_> = prepared.kept.refusals.iter().map(|row| row.file.as_str()).collect();
    assert!(files.iter().any(|file| file.ends_with("huge.json")), "{files:?}");
    assert!(files.iter().any(|file| file.ends_with("long.json")), "{files:?}");
    let mut files = self::files(&shop, &origin);
    let why = files.read("recipes/huge.json").unwrap_err().to_string();
    assert_eq!(why, "it is larger than 1024 KiB");
    assert!(files.read("recipes/module.json").is_err());
    assert!(files.read("recipes/good.json").is_ok(), "what was refused is not in the way");
}

#[test]
fn twenty_thousand_files_are_read_in_one_go() {
    let Some(origin) = Origin::empty() else { return };
    let mut files =
        "commit refs/heads/main\ncommitter Someone <someone@example.org> 0 +0000\ndata 4\nmany\n".to_owned();
    let mut file = |path: &str, text: &str| {
        files += &format!("M 100644 inline {path}\ndata {}\n{text}\n", text.len());
    };
    (0..20_000).for_each(|number| file(&format!("pictures/{}/{number}.txt", number % 100), &number.to_string()));
    file("recipes/good.json", &recipe("good", "1.0").to_string());
    origin.git_told(&["fast-import", "--quiet"], &files);
    let shop = Shop::new();
    let (prepared, _lock) = prepared(&shop, &source("mine", &origin.url()), &watch()).unwrap();
    assert_eq!(prepared.kept.recipes, 1);
    let packs = std::fs::read_dir(shop.folder.path().join("catalog/mine/git/objects")).unwrap().count();
    assert!(packs < 10, "they lie in one pack, not in {packs} folders");
}

#[test]
fn one_that_is_too_large_is_broken_off_and_nothing_of_it_stays() {
    let Some(origin) = Origin::with(&[("good", "1.0")]) else { return };
    // What cannot be made smaller.
    let noise = (0u64..1 << 20).scan(88_172_645_463_325_252u64, |state, _| {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        Some(state.to_le_bytes())
    });
    origin.write("picture", noise.flatten().collect::<Vec<_>>());
    origin.commit();
    let shop = Shop::new();
    let watch = Watch { most_bytes: 1_000_000, ..watch() };
    let error = prepared(&shop, &source("mine", &origin.url()), &watch).unwrap_err();
    assert_eq!(error, SourceError::TooLarge { most: 1_000_000 });
    assert!(!shop.folder.path().join("catalog/mine/git").exists());
}

/// It takes the connection and never says a word.
fn mute() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/store.git", listener.local_addr().unwrap());
    (listener, url)
}

#[test]
fn a_server_that_never_answers_ends_with_its_time() {
    let Some(_) = Origin::empty() else { return };
    let (_listener, url) = mute();
    let (shop, began) = (Shop::new(), Instant::now());
    let hasty = Watch { until: Instant::now() + Duration::from_millis(600), ..watch() };
    assert_eq!(prepared(&shop, &source("mine", &url), &hasty).unwrap_err(), SourceError::Slow);
    assert!(began.elapsed() < Duration::from_secs(20), "its helpers end with it");
}

#[test]
fn whoever_stops_waiting_stops_it() {
    let Some(_) = Origin::empty() else { return };
    let (listener, url) = mute();
    let (shop, stop) = (Shop::new(), CancellationToken::new());
    let wanted = Watch { stop: stop.clone(), ..watch() };
    let source = source("mine", &url);
    let ended = std::thread::scope(|scope| {
        let fetching = scope.spawn(|| prepared(&shop, &source, &wanted).map(drop));
        // Somebody is there: it waits for an answer now.
        let (mut connection, _) = listener.accept().unwrap();
        stop.cancel();
        let ended = fetching.join().unwrap();
        // All that was started is gone, or the connection would stay open.
        std::io::copy(&mut connection, &mut std::io::sink()).ok();
        ended
    });
    assert_eq!(ended, Err(SourceError::Stopped));
    assert!(shop.place().lock(&source.name).is_ok(), "the next one may begin");
}

#[test]
fn an_address_is_never_a_command_or_a_secret() {
    for bad in [
        "",
        "-uevil",
        "--upload-pack=touch /tmp/x",
        "ext::sh -c touch",
        "ext::sh",
        "fd::17",
        "http://example.org/store",
        "git://example.org/store",
        "ftp://example.org/store",
        "https://user:secret@example.org/store",
        "https://token@example.org/store",
        "https://example.org/list.json?token=abc",
        "https://example.org/store?x=1",
        "https://example.org/store#x",
        "https:///store",
        "https://-x/store",
        "ssh://git:secret@example.org/store",
        "ssh://-oProxyCommand=evil/store",
        "ssh://git@-oProxyCommand=evil/store",
        "git@example.org:-oops",
        "git@-oProxyCommand=x:y",
        "-oProxyCommand=x@host:y",
        "user:secret@example.org:store",
        "file://relative",
        "relative/path",
        "store",
        "https://example.org/sto re",
        "https://example.org/\u{1b}[31m",
    ] {
        assert!(SourceUrl::new(bad).is_err(), "{bad}");
    }
    for good in [
        "https://github.com/owner/store",
        "https://example.org:8443/store.git",
        "ssh://git@example.org:2222/owner/store",
        "git@github.com:owner/store.git",
        "/srv/store",
        "file:///srv/store",
        "https://example.org/templates-2.0.json",
        "https://example.org/list.json?raw=1",
        "https://[::1]:8443/compose.yaml",
    ] {
        assert!(SourceUrl::new(good).is_ok(), "{good}");
    }
}
