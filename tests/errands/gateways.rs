//! `gateway …`, `app publish` and `port …`: one door to the apps of a host, from the command line.

use serde_json::Value;

use super::{
    backups::{done, refused, text, yes},
    hosts::Errands,
};

fn route(errands: &Errands, name: &str) -> Value {
    let shown = done(&errands.run(&["gateway", "show"]));
    shown["routes"].as_array().unwrap().iter().find(|route| route["name"] == name).cloned().unwrap_or(Value::Null)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_is_made_shown_and_removed() {
    let errands = Errands::lively().await;
    assert_eq!(refused(&errands.run(&["gateway", "show"]), 3)["code"], "not-found");
    let unasked = refused(&errands.run(&["gateway", "make"]), 4);
    assert!(text(&unasked["remedy"]).contains("--yes"), "{unasked}");
    done(&yes(&errands, &["app", "deploy", "miniflux", "--name", "news"]));
    let made = done(&yes(&errands, &["gateway", "make", "--domain", "lan", "--tls", "internal"]));
    assert_eq!(made["made"]["name"], "gateway", "{made}");
    let listed = done(&errands.run(&["gateway", "list"]));
    assert_eq!((&listed[0]["domain"], &listed[0]["waiting"]), (&"lan".into(), &serde_json::json!([])), "{listed}");
    let news = route(&errands, "news");
    assert_eq!((&news["url"], &news["light"]), (&"https://news.lan/".into(), &"up".into()), "{news}");
    assert_eq!(done(&errands.run(&["app", "show", "news"]))["url"], "https://news.lan/");
    let root = done(&errands.run(&["gateway", "ca"]));
    assert!(text(&root["certificate"]).starts_with("-----BEGIN CERTIFICATE-----"), "{root}");
    let file = done(&errands.run(&["gateway", "show", "--file"]));
    assert!(text(&file["file"]).contains("news.lan {"), "{file}");
    refused(&yes(&errands, &["gateway", "make"]), 4);
    done(&errands.run(&["gateway", "publish"]));
    done(&yes(&errands, &["gateway", "remove"]));
    let own = done(&errands.run(&["app", "show", "news"]));
    assert!(text(&own["url"]).starts_with("http://127.77."), "{own}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_published_under_another_name_at_a_port_and_not_any_more() {
    let errands = Errands::lively().await;
    done(&yes(&errands, &["app", "deploy", "miniflux", "--name", "news"]));
    let early = done(&errands.run(&["app", "publish", "news", "--as", "feeds"]));
    assert_eq!((&early["gateway"], &early["published"]), (&Value::Null, &false.into()), "{early}");
    done(&yes(&errands, &["gateway", "make", "--tls", "off"]));
    assert_eq!(route(&errands, "news")["url"], "http://feeds.home.arpa/");
    let published = done(&errands.run(&["app", "publish", "news", "--port", "8500"]));
    assert_eq!(
        (&published["label"], &published["port"], &published["waits"]),
        (&"feeds".into(), &8500.into(), &false.into())
    );
    assert!(route(&errands, "news")["ports"].as_array().unwrap().contains(&8500.into()));
    let nonsense = refused(&errands.run(&["app", "publish", "news", "--as", "No Name"]), 4);
    assert!(text(&nonsense["remedy"]).contains("letters"), "{nonsense}");
    let not = done(&errands.run(&["app", "publish", "news", "--not"]));
    assert_eq!((&not["published"], &not["public_url"]), (&false.into(), &Value::Null), "{not}");
    assert_eq!(route(&errands, "news"), Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_port_book_is_printed_with_a_look_inside() {
    let errands = Errands::lively().await;
    done(&yes(&errands, &["app", "deploy", "mosquitto", "--name", "broker"]));
    let book = done(&errands.run(&["port", "list", "--look"]));
    let rows = book["ports"].as_array().unwrap();
    let broker = rows.iter().find(|row| row["app_name"] == "broker" && row["port"] == 1883).unwrap();
    assert!(broker["uses"].as_array().unwrap().contains(&"listens".into()), "{broker}");
    assert!(book["clashes"].is_array() && book["unseen"].is_array(), "{book}");
    assert_eq!(errands.run(&["port", "release", "home", "8123"]).code, 4);
}
