//! Each recipe of the program is set up by hand in a guest that is called nothing in particular, and is recognised there by
//! what runs in it; what is no recipe's is not.

use std::{collections::BTreeSet, sync::Arc};

use proximity::{
    domain::{
        adoption::{Hints, Inside, Patterns, Resemblance, SCRIPT, Seen},
        catalog::{Recipe, compose_file, dot_env, interpolate, sh_env},
        fault::{Fault, FaultCode},
        gateway,
    },
    sim::shell::Machine,
};

use super::{
    recipes::{answers, settle},
    software::{debian, done, host, with},
};
use crate::catalog::files;

fn all() -> Vec<Arc<Recipe>> {
    files().into_iter().map(|(_, text)| Arc::new(Recipe::read(&text).unwrap())).collect()
}

fn looked(guest: &mut Machine) -> Inside {
    Inside::Seen(Seen::read(&done(guest, &SCRIPT.concat())))
}

fn unseen() -> Inside {
    Inside::Unseen(Fault::lasting(FaultCode::Refused, "nobody looked", "it is off", "start it"))
}

fn called(patterns: &Patterns, name: &str, inside: &Inside) -> Option<Resemblance> {
    patterns.match_with(&Hints { name, hostname: None, tags: &[], inside, answering: &[] })
}

fn by_script(recipe: &Recipe) -> Option<Machine> {
    let script = recipe.methods.script.as_ref()?;
    let (mut guest, answers) = (debian(), answers(recipe));
    let packages = script.packages.join(" ");
    done(&mut guest, &format!("apt-get update; apt-get install -y --no-install-recommends {packages}"));
    done(&mut guest, &format!("cat >/opt/app.env <<'_END_'\n{}_END_\n", sh_env(answers.iter().cloned())));
    settle(&mut guest, script, &answers);
    Some(guest)
}

/// As somebody does it by hand: a folder of his own, and `docker compose up`.
fn by_compose(recipe: &Recipe, with_docker: &Machine) -> Option<Machine> {
    let compose = recipe.methods.compose.as_ref()?;
    let mut guest = with_docker.rebooted(host(), with_docker.now());
    let answers = answers(recipe);
    let value = |name: &str| answers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let mut write = |path: &str, text: &str| {
        done(&mut guest, &format!("mkdir -p /opt/stack/files; cat >/opt/stack/{path} <<'_END_'\n{text}\n_END_"));
    };
    write("compose.yaml", &compose_file(recipe)?);
    write(".env", &dot_env(answers.iter().cloned()));
    for file in &compose.files {
        write(&format!("files/{}", file.name), &interpolate(&file.content, value).unwrap());
    }
    done(&mut guest, "cd /opt/stack && docker compose up -d");
    Some(guest)
}

/// What runs in them says nothing of them: web servers that other recipes have as well.
const NAMELESS: [&str; 2] = ["gateway", "webdav"];

#[test]
fn every_recipe_that_was_set_up_by_hand_is_recognised_by_what_runs_in_it() {
    let recipes = all();
    let patterns = Patterns::of(recipes.iter().cloned());
    let with_docker = with("docker.io docker-cli docker-compose");
    let mut wrong = Vec::new();
    // A gateway is one because we made it; somebody's own Caddy is none.
    for recipe in recipes.iter().filter(|recipe| recipe.id.as_str() != gateway::RECIPE) {
        let ways = [by_script(recipe), by_compose(recipe, &with_docker)];
        for mut guest in ways.into_iter().flatten() {
            let inside = looked(&mut guest);
            let nameless = called(&patterns, "ct-117", &inside);
            let named = called(&patterns, &format!("my-{}", recipe.id), &inside);
            let is_it = |found: &Option<Resemblance>| found.as_ref().is_some_and(|found| found.recipe == recipe.id);
            let is_nameless = NAMELESS.contains(&recipe.id.as_str());
            if !is_it(&named) || (!is_it(&nameless) && !is_nameless) {
                wrong.push(format!("{}: {nameless:?}, {named:?}", recipe.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), recipes.len(), wrong.join("\n"));
}

#[test]
fn strangers_resemble_nothing_whatever_they_are_called() {
    let patterns = Patterns::of(all());
    let mut bare = debian();
    let bare = looked(&mut bare);
    let mut own = debian();
    done(
        &mut own,
        "printf '[Service]\\nExecStart=/usr/local/bin/warehouse --port 9917\\n' >/etc/systemd/system/warehouse.service\n\
         printf '#!/bin/sh\\nsleep 100000\\n' >/usr/local/bin/warehouse; chmod +x /usr/local/bin/warehouse\n\
         systemctl daemon-reload; systemctl start warehouse",
    );
    let own = looked(&mut own);
    assert!(!own.seen().unwrap().listeners.is_empty(), "it listens");
    for (name, inside) in [("ct-117", &bare), ("build", &bare), ("jellyfin", &bare), ("warehouse", &own), ("db", &own)]
    {
        assert_eq!(called(&patterns, name, inside), None, "{name}");
    }
}

#[test]
fn where_nobody_could_look_a_name_is_believed_and_half_a_name_is_not() {
    let patterns = Patterns::of(all());
    let recipe = |name: &str| called(&patterns, name, &unseen()).map(|found| found.recipe.to_string());
    assert_eq!(recipe("jellyfin").as_deref(), Some("jellyfin"));
    assert_eq!(recipe("Home-Assistant.lan").as_deref(), Some("home-assistant"));
    assert_eq!(recipe("nginx-proxy-manager").as_deref(), Some("nginx-proxy-manager"), "the longer one is meant");
    assert_eq!(recipe("jellyfin-backup-old"), None);
    assert_eq!(recipe("web-101"), None);
    let knocked = Hints { name: "tv-jellyfin", hostname: None, tags: &[], inside: &unseen(), answering: &[8096] };
    assert_eq!(patterns.match_with(&knocked).map(|found| found.recipe.to_string()).as_deref(), Some("jellyfin"));
    let ports: BTreeSet<u16> = patterns.ports_by_name("tv-jellyfin").into_iter().collect();
    assert_eq!(ports, BTreeSet::from([8096]));
}
