//! Every recipe of the program that is a script on packages of Debian is carried out in a simulated guest, twice, and then
//! listens for everybody at the port by which it is probed.

use std::path::Path;

use proximity::{
    domain::catalog::{Recipe, ScriptRecipe, interpolate, sh_env},
    sim::shell::Machine,
};

use super::software::{debian, done, open_ports};
use crate::catalog::files;

fn scripts() -> Vec<(Recipe, ScriptRecipe)> {
    let recipes = files().into_iter().map(|(_, text)| Recipe::read(&text).unwrap());
    recipes.filter_map(|recipe| Some((recipe.clone(), recipe.methods.script?))).collect()
}

/// What is answered to each question: its default, and a password of the sort that is generated.
pub fn answers(recipe: &Recipe) -> Vec<(String, String)> {
    let answer = |default: &Option<String>| default.clone().unwrap_or_else(|| "Generated7Secret".to_owned());
    recipe.settings.iter().map(|setting| (setting.name.clone(), answer(&setting.default))).collect()
}

pub fn settle(guest: &mut Machine, script: &ScriptRecipe, answers: &[(String, String)]) {
    let value = |name: &str| answers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    for file in &script.files {
        let text = interpolate(&file.content, value).unwrap();
        let folder = Path::new(&file.path).parent().unwrap().display();
        done(guest, &format!("mkdir -p {folder}; cat >{} <<'_END_'\n{text}_END_\n", file.path));
    }
    done(guest, &format!("set -eu\nset -a\n. /opt/app.env\nset +a\n{}", script.commands.join("\n")));
    for service in &script.services {
        done(
            guest,
            &format!("set -eu; systemctl enable {service}; systemctl restart {service}; systemctl is-active {service}"),
        );
    }
}

#[test]
fn every_script_of_a_recipe_ends_well_twice_and_its_port_is_open() {
    for (recipe, script) in scripts() {
        let (mut guest, answers) = (debian(), answers(&recipe));
        let packages = script.packages.join(" ");
        done(&mut guest, &format!("apt-get update; apt-get install -y --no-install-recommends {packages}"));
        done(&mut guest, &format!("cat >/opt/app.env <<'_END_'\n{}_END_\n", sh_env(answers.iter().cloned())));
        for _ in 0..2 {
            settle(&mut guest, &script, &answers);
        }
        if let Some(port) = recipe.probe.what.port() {
            assert!(open_ports(&guest).contains(&port), "{}: {port} is not open", recipe.id);
        }
    }
}
