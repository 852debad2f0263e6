//! `inbox`: what was changed outside is looked for, shown option by option, mended with a yes, accepted and dismissed.

use serde_json::json;

use super::{
    backups::{done, text},
    hosts::Errands,
};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_outside_is_found_shown_and_put_back_with_a_yes() {
    let errands = Errands::lively().await;
    assert_eq!(done(&errands.run(&["inbox", "look", "home"])), json!([]));
    let guest = text(&done(&errands.run(&["app", "show", "vaultwarden"]))["guest"]).to_owned();
    let vmid: u32 = guest.rsplit('/').next().unwrap().parse().unwrap();
    let memory = |to: Option<u32>| {
        errands.simulator.datacenter().with(|datacenter| {
            let config = &mut datacenter.guests.get_mut(&vmid).unwrap().config;
            to.map(|to| config.insert("memory".into(), to.into()));
            config["memory"].clone()
        })
    };
    let before = memory(None);
    memory(Some(3333));
    let found = done(&errands.run(&["inbox", "look"]));
    let id = found[0]["id"].to_string();
    assert_eq!((text(&found[0]["kind"]), text(&found[0]["guest"])), ("changed", guest.as_str()), "{found}");
    assert_eq!(done(&errands.run(&["inbox", "list"])), found, "no host is asked for that");
    let shown = done(&errands.run(&["inbox", "show", &id]));
    let row = json!({ "option": "memory", "before": before.to_string(), "now": "3333", "stays": null });
    assert_eq!((&shown["differences"], &shown["mends"]), (&json!([row]), &json!(["put it back as it was"])));
    let sheet = super::console::proximity(errands.folder.path(), &["inbox", "show", &id]);
    assert!(sheet.stdout.contains("memory") && sheet.stdout.contains("inbox mend"), "{}{}", sheet.stdout, sheet.stderr);
    let planned = done(&errands.run(&["inbox", "mend", &id, "--plan"]));
    assert_eq!(text(&planned["kind"]), "put-back", "{planned}");
    assert_eq!(errands.run(&["inbox", "mend", &id]).code, 4, "nobody said yes");
    assert_eq!(memory(None), 3333);
    assert_eq!(errands.run(&["inbox", "mend", &id, "2", "--yes"]).code, 2);
    let mended = errands.run(&["inbox", "mend", &id, "--yes"]);
    assert_eq!(mended.code, 0, "{}{}", mended.stdout, mended.stderr);
    assert_eq!(memory(None), before);
    assert_eq!(errands.run(&["inbox", "show", "9999"]).code, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_accepted_is_the_new_state_and_what_is_dismissed_is_among_the_past() {
    let errands = Errands::lively().await;
    done(&errands.run(&["inbox", "look"]));
    let guest = text(&done(&errands.run(&["app", "show", "vaultwarden"]))["guest"]).to_owned();
    let vmid: u32 = guest.rsplit('/').next().unwrap().parse().unwrap();
    let set = |name: &str, to: &str| {
        errands.simulator.datacenter().with(|datacenter| {
            datacenter.guests.get_mut(&vmid).unwrap().config.insert(name.into(), to.into());
        });
    };
    set("nameserver", "10.0.0.1");
    let id = done(&errands.run(&["inbox", "look"]))[0]["id"].to_string();
    done(&errands.run(&["inbox", "accept", &id]));
    assert_eq!(done(&errands.run(&["inbox", "look"])), json!([]));
    set("nameserver", "10.0.0.2");
    let id = done(&errands.run(&["inbox", "look"]))[0]["id"].to_string();
    done(&errands.run(&["inbox", "dismiss", &id]));
    assert_eq!(done(&errands.run(&["inbox", "list"])), json!([]));
    let past = done(&errands.run(&["inbox", "list", "--past"]));
    let standings: Vec<_> = past.as_array().unwrap().iter().map(|row| text(&row["standing"]).to_owned()).collect();
    assert_eq!(standings, ["dismissed", "over"], "{past}");
    assert_eq!(errands.run(&["inbox", "dismiss", "9999"]).code, 3);
}
