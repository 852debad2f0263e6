//! Whatever apps are called and wherever their pages are: the real Caddy takes the file.

use std::collections::BTreeMap;

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use proximity::domain::{
    app::App,
    catalog::Scheme,
    gateway::{Door, Publishing, Wish, file, wanted},
};

use super::{
    caddy::here,
    town::{app, fleet, probed, the_gateway, with},
};

/// Words that mean something to Caddy, to a shell, to HTML or to nobody.
fn odd() -> impl Strategy<Value = String> {
    let known = proptest::sample::select(vec![
        "jellyfin",
        "Jelly Fin",
        "{$HOME}",
        "{env.HOME}",
        "`id`",
        "\"",
        "a\"b",
        "import x",
        "}\n{",
        "#",
        "*",
        "xn--",
        "-",
        "--a--",
        "ä ö ü",
        "日本",
        "a.b.c",
        "http://",
        "$(reboot)",
        "<script>",
        "\\",
        "\\\"",
        "a`b",
        "{",
        "}",
        "respond",
        "\u{202e}x",
        "a\nreverse_proxy b",
        "@matcher",
        "localhost",
        "127.0.0.1",
        ".",
        "..",
        "/",
        "a:80",
        "{http.request.host}",
        "",
    ]);
    prop_oneof![known.prop_map(str::to_owned), "\\PC{0,80}", "[a-z0-9-]{1,80}"]
}

fn an_app(vmid: u32) -> impl Strategy<Value = App> {
    let address = prop_oneof![Just("127.0.0.1"), Just("fd00::7"), Just("10.0.0.7"), Just("nonsense"), Just("::")];
    let status = prop_oneof![Just((100, 399)), Just((200, 299)), Just((401, 401)), Just((200, 499)), Just((0, 0))];
    let publishing = (proptest::option::of(odd()), proptest::option::of(1_u16..), any::<bool>());
    (odd(), odd(), address, any::<u16>(), any::<bool>(), status, publishing).prop_map(
        move |(name, path, address, port, is_secure, status, (label, public, is_wished))| {
            let scheme = if is_secure { "https" } else { "http" };
            with(app(vmid, &name, address, port.max(1)), |book| {
                let page = book.page.as_mut().unwrap();
                (page.scheme, page.path) = (scheme.into(), path.clone());
                book.probe = Some(probed(scheme, port ^ u16::from(is_wished), &path, status));
                book.ports = BTreeMap::from([("web".into(), 8_000 + (vmid % 40) as u16)]);
                let scheme = Some(if is_secure { Scheme::Https } else { Scheme::Http });
                book.doors = vec![Door { name: "web".into(), port, scheme, protocol: Default::default() }];
                let wish = if is_wished { Wish::Yes } else { Wish::Usual };
                book.publishing = Publishing { wish, label, port: public };
            })
        },
    )
}

fn many() -> impl Strategy<Value = Vec<App>> {
    (1_u32..25).prop_map(|vmid| vmid + 100).prop_flat_map(|last| (101..=last).map(an_app).collect::<Vec<_>>())
}

#[test]
fn the_real_caddy_takes_every_file() {
    let Some(caddy) = here() else { return };
    let cases = if std::env::var_os("PROXIMITY_FULL").is_some() { 500 } else { 20 };
    let tls = prop_oneof![Just("internal"), Just("acme"), Just("off"), Just("nonsense")];
    let all = (many(), prop_oneof![Just("home.arpa".to_owned()), odd(), "[a-z0-9.-]{1,40}"], tls);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&all, |(apps, domain, tls)| {
        let fleet = fleet(&domain, tls, apps);
        let text = file(&wanted(&fleet, &the_gateway(&fleet)).table);
        caddy.validate(&text).map_err(|why| TestCaseError::fail(format!("{why}\n{text}")))
    });
    outcome.unwrap();
}

#[test]
fn what_cannot_be_a_name_is_mended_or_left_out_and_said() {
    let apps = vec![
        app(101, "Jelly Fin", "10.0.0.1", 80),
        app(102, "jelly-fin", "10.0.0.2", 80),
        app(103, "日本", "10.0.0.3", 80),
        app(104, &"x".repeat(90), "10.0.0.4", 80),
    ];
    let fleet = fleet("Home.Arpa.", "internal", apps);
    let wanted = wanted(&fleet, &the_gateway(&fleet));
    let labels: Vec<_> = wanted.table.routes.iter().map(|route| route.label.clone().unwrap()).collect();
    assert_eq!(labels, ["jelly-fin".to_owned(), "x".repeat(63)]);
    let left: Vec<_> = wanted.left_out.iter().map(|out| (out.name.as_str(), out.why.as_str())).collect();
    assert_eq!(
        left,
        [
            ("jelly-fin", "another app is published as jelly-fin"),
            ("日本", "nothing of its name can stand in an address")
        ]
    );
    let urls: Vec<_> = wanted.table.routes.iter().filter_map(|route| wanted.table.url(route)).collect();
    assert_eq!(urls[0], "https://jelly-fin.home.arpa/");
}
