//! What is done inside a container for each method, as scripts. What must hold: run twice they do no harm, and no value
//! of the operator's is ever pasted into them: they read it from a file.

use super::{
    Aim, Step,
    step::{Comeback, InnerFile, InnerScript, Meaning, Values},
    steps::Steps,
};
use crate::domain::{
    app::Method,
    catalog::{Compose, ComposeFile, Recipe, ScriptRecipe, compose_file},
    ids::AppId,
    quote::{command_line, quoted},
};

/// Where an app of Docker Compose lives inside its container.
pub const FOLDER: &str = "/srv/app";
/// What a script reads the operator's values from.
pub const SHELL_ENV: &str = "/etc/proximity/app.env";

const INSTALL_DOCKER: &str = r#"set -eu
export DEBIAN_FRONTEND=noninteractive
mkdir -p /etc/docker
if [ ! -e /etc/docker/daemon.json ]; then
  printf '%s\n' '{"log-driver":"json-file","log-opts":{"max-size":"10m","max-file":"3"}}' >/etc/docker/daemon.json
fi
if ! docker compose version >/dev/null 2>&1; then
  apt-get update
  apt-get install -y --no-install-recommends docker.io docker-cli docker-compose apparmor ca-certificates
fi
systemctl enable --now docker
driver=$(docker info -f '{{.Driver}}')
printf 'Docker keeps its images with %s\n' "$driver"
docker compose version
"#;

const PULL: &str = "set -eu\ncd /srv/app\ndocker compose pull\n";
const UP: &str = "set -eu\ncd /srv/app\ndocker compose up -d --remove-orphans\n";
/// Docker does not see that a file beside the compose file has changed.
const UP_ANEW: &str = "set -eu\ncd /srv/app\ndocker compose up -d --remove-orphans --force-recreate\n";
const UPGRADE: &str = "set -eu\nexport DEBIAN_FRONTEND=noninteractive\napt-get update\napt-get install -y --only-upgrade \
     -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold ";

/// Minutes, in seconds.
const QUICK: u64 = 5 * 60;
const LONG: u64 = 30 * 60;

fn script(title: &str, text: impl Into<String>, deadline: u64, meaning: Meaning) -> InnerScript {
    InnerScript { title: title.into(), text: text.into(), deadline, meaning }
}

fn file(app: &AppId, path: &str, mode: u32, text: String, values: Values) -> InnerFile {
    InnerFile { path: path.into(), mode, owner: None, text, values, app: app.clone() }
}

/// Brings up what the recipe wants in a container that runs.
pub(super) fn install(steps: &mut Steps, aim: &Aim, app: &AppId, recipe: &Recipe, method: Method) {
    match method {
        Method::Compose => {
            run(steps, aim, script("install Docker", INSTALL_DOCKER, LONG, Meaning::Packages));
            compose(steps, aim, app, recipe);
            if !recipe.hooks.after_install.is_empty() {
                put(steps, aim, shell_env(app));
            }
        }
        Method::Script => {
            if let Some(recipe) = &recipe.methods.script {
                by_script(steps, aim, app, recipe);
            }
        }
        Method::Oci => return,
    }
    hook(steps, aim, "finish its setup", &recipe.hooks.after_install);
}

fn hook(steps: &mut Steps, aim: &Aim, title: &str, lines: &[String]) {
    if !lines.is_empty() {
        run(steps, aim, script(title, with_values(lines), LONG, Meaning::Recipe));
    }
}

fn run(steps: &mut Steps, aim: &Aim, script: InnerScript) {
    steps.add(Step::Run { aim: aim.clone(), script });
}

fn put(steps: &mut Steps, aim: &Aim, file: InnerFile) {
    steps.add(Step::PutFile { aim: aim.clone(), file });
}

fn compose(steps: &mut Steps, aim: &Aim, app: &AppId, recipe: &Recipe) {
    let text = compose_file(recipe).unwrap_or_default();
    put(steps, aim, file(app, &format!("{FOLDER}/compose.yaml"), 0o644, text, Values::Asis));
    put(steps, aim, dot_env(app));
    files_beside(steps, aim, app, recipe);
    if let Some(text) = folders(recipe) {
        run(steps, aim, script("make its folders", text, QUICK, Meaning::Recipe));
    }
    run(steps, aim, script("pull the images", PULL, LONG, Meaning::Images));
    run(steps, aim, script("start the services", up(recipe), QUICK, Meaning::Recipe));
}

/// The files that services find beside the compose file, with the settings in them.
fn files_beside(steps: &mut Steps, aim: &Aim, app: &AppId, recipe: &Recipe) {
    for one in files_of(recipe.methods.compose.as_ref()) {
        let mode = u32::from_str_radix(&one.mode, 8).unwrap_or(0o644);
        put(steps, aim, file(app, &format!("{FOLDER}/files/{}", one.name), mode, one.content.clone(), Values::Filled));
    }
}

/// What Docker makes by itself belongs to root; a service that runs as somebody else could not write it.
fn folders(recipe: &Recipe) -> Option<String> {
    let owned = recipe.volumes.iter().filter_map(|volume| Some((&volume.name, volume.owner.as_ref()?)));
    let lines: String = owned
        .map(|(name, owner)| {
            let folder = quoted(&format!("data/{name}"));
            format!("mkdir -p {folder}\nchown {} {folder}\n", quoted(owner))
        })
        .collect();
    (!lines.is_empty()).then(|| format!("set -eu\ncd {FOLDER}\n{lines}"))
}

fn files_of(compose: Option<&Compose>) -> &[ComposeFile] {
    compose.map_or(&[], |compose| &compose.files)
}

fn up(recipe: &Recipe) -> &'static str {
    if files_of(recipe.methods.compose.as_ref()).is_empty() { UP } else { UP_ANEW }
}

fn dot_env(app: &AppId) -> InnerFile {
    file(app, &format!("{FOLDER}/.env"), 0o600, String::new(), Values::DotEnv)
}

fn shell_env(app: &AppId) -> InnerFile {
    file(app, SHELL_ENV, 0o600, String::new(), Values::ShellEnv)
}

fn by_script(steps: &mut Steps, aim: &Aim, app: &AppId, recipe: &ScriptRecipe) {
    put(steps, aim, shell_env(app));
    if !recipe.packages.is_empty() {
        run(steps, aim, script("install its packages", packages(recipe), LONG, Meaning::Packages));
    }
    settle(steps, aim, app, recipe);
}

/// Its files, its commands, its services: all that follows from its settings.
fn settle(steps: &mut Steps, aim: &Aim, app: &AppId, recipe: &ScriptRecipe) {
    for one in &recipe.files {
        let mode = u32::from_str_radix(&one.mode, 8).unwrap_or(0o644);
        let filled = file(app, &one.path, mode, one.content.clone(), Values::Filled);
        put(steps, aim, InnerFile { owner: one.owner.clone(), ..filled });
    }
    if !recipe.commands.is_empty() {
        run(steps, aim, script("set it up", with_values(&recipe.commands), LONG, Meaning::Recipe));
    }
    if !recipe.services.is_empty() {
        run(steps, aim, script("start its services", services(recipe), QUICK, Meaning::Recipe));
    }
}

fn packages(recipe: &ScriptRecipe) -> String {
    let names = command_line(&recipe.packages);
    format!(
        "set -eu\nexport DEBIAN_FRONTEND=noninteractive\napt-get update\napt-get install -y --no-install-recommends {names}\n"
    )
}

fn with_values(lines: &[String]) -> String {
    format!("set -eu\nset -a\n. {SHELL_ENV}\nset +a\nexport DEBIAN_FRONTEND=noninteractive\n{}\n", lines.join("\n"))
}

fn services(recipe: &ScriptRecipe) -> String {
    let each = recipe.services.iter().map(|service| {
        let service = quoted(service);
        format!("systemctl enable {service}\nsystemctl restart {service}\nsystemctl is-active {service}\n")
    });
    format!("set -eu\n{}", each.collect::<String>())
}

/// Brings what runs to the recipe's newest version; the container and its way back are there.
pub(super) fn update(steps: &mut Steps, aim: &Aim, app: &AppId, recipe: &Recipe, method: Method) {
    let hooks = &recipe.hooks;
    let has_hooks = !hooks.before_update.is_empty() || !hooks.after_update.is_empty();
    if method == Method::Script || (method == Method::Compose && has_hooks) {
        put(steps, aim, shell_env(app));
    }
    if method != Method::Oci {
        hook(steps, aim, "prepare its update", &hooks.before_update);
    }
    match method {
        Method::Compose => compose(steps, aim, app, recipe),
        Method::Script => {
            let Some(recipe) = &recipe.methods.script else { return };
            if !recipe.packages.is_empty() {
                let text = format!("{UPGRADE}{}\n", command_line(&recipe.packages));
                run(steps, aim, script("upgrade its packages", text, LONG, Meaning::Packages));
            }
            if !recipe.update.is_empty() {
                run(steps, aim, script("bring it up to date", with_values(&recipe.update), LONG, Meaning::Recipe));
            }
            settle(steps, aim, app, recipe);
        }
        Method::Oci => return,
    }
    hook(steps, aim, "finish its update", &hooks.after_update);
}

/// Upgrades what is installed in a container that somebody else set up: no file of his is written.
pub(super) fn upgrade(steps: &mut Steps, aim: &Aim, recipe: &ScriptRecipe, lines: &[String]) {
    let text = format!("{UPGRADE}{}\n", command_line(&recipe.packages));
    run(steps, aim, script("upgrade its packages", text, LONG, Meaning::Packages));
    if !lines.is_empty() {
        let text = format!("set -eu\nexport DEBIAN_FRONTEND=noninteractive\n{}\n", lines.join("\n"));
        run(steps, aim, script("bring it up to date", text, LONG, Meaning::Recipe));
    }
}

/// Makes new settings felt. What is undone is settled once more, with the old ones.
pub(super) fn edit(steps: &mut Steps, aim: &Aim, app: &AppId, recipe: &Recipe, method: Method) {
    let mut again = |script: InnerScript| {
        steps.add(Step::Comeback { aim: aim.clone(), way: Comeback::Script(script) });
    };
    match method {
        Method::Compose => {
            again(script("start the services as they were", up(recipe), QUICK, Meaning::Recipe));
            put(steps, aim, dot_env(app));
            files_beside(steps, aim, app, recipe);
            run(steps, aim, script("start the services anew", up(recipe), QUICK, Meaning::Recipe));
        }
        Method::Script => {
            let Some(recipe) = &recipe.methods.script else { return };
            if !recipe.services.is_empty() {
                again(script("start its services as they were", services(recipe), QUICK, Meaning::Recipe));
            }
            if !recipe.commands.is_empty() {
                again(script("set it up as it was", with_values(&recipe.commands), LONG, Meaning::Recipe));
            }
            put(steps, aim, shell_env(app));
            settle(steps, aim, app, recipe);
        }
        Method::Oci => {}
    }
}
