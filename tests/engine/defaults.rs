//! What the operator's settings say of new apps reaches the orders that Proxmox gets, as soon as it is said.

use proximity::{
    domain::{
        catalog::RecipeId,
        defaults::{Addresses, Defaults, Network, Pool, Resources},
    },
    engine::{Answer, Change, DeployWish, Engine, Query, Request},
};

use super::{lab::silent, life};

async fn created(engine: &Engine, wish: DeployWish) -> Vec<(String, String)> {
    let request = Request::Deploy(Box::new(wish));
    let Answer::Preview(preview) = engine.query(Query::Preview(request)).await.unwrap() else { panic!() };
    let mut calls = preview.steps.iter().flat_map(|step| &step.calls);
    calls.find(|call| call.path.ends_with("/lxc")).unwrap().parameters.clone()
}

#[tokio::test]
async fn defaults_hold_at_once_and_what_is_said_for_one_app_outranks_them() {
    let (_lab, engine) = life::lab().await;
    let resources = Resources { cores: 3, memory: 3072, disk: 0, swap: 1024 };
    let network = Network {
        vlan: 30,
        addresses: Addresses::Pool,
        pool: Pool::try_from("192.168.7.20-192.168.7.30/24".to_owned()).unwrap(),
        dns: "192.168.7.2".into(),
        domain: "home.arpa".into(),
        ..Network::default()
    };
    let mut rules = silent();
    rules.defaults = Defaults { resources, network, ..Defaults::default() };
    engine.change(Change::SetRules(rules)).await.unwrap();
    let wish = || DeployWish::of(RecipeId::new("miniflux"));
    let orders = created(&engine, wish()).await;
    let said = |name: &str| orders.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str());
    assert_eq!((said("cores"), said("memory"), said("swap")), (Some("3"), Some("3072"), Some("1024")), "{orders:?}");
    assert_eq!((said("nameserver"), said("searchdomain")), (Some("192.168.7.2"), Some("home.arpa")), "{orders:?}");
    let card = said("net0").unwrap();
    assert!(card.contains("192.168.7.20/24") && card.contains("tag=30"), "{card}");
    let own = created(&engine, DeployWish { cores: Some(1), vlan: Some(5), ..wish() }).await;
    assert!(own.contains(&("cores".into(), "1".into())), "{own:?}");
    assert!(own.iter().any(|(name, value)| name == "net0" && value.contains("tag=5")), "{own:?}");
    engine.close().await;
}
