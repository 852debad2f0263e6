//! What an app is written down in, brought together. What must hold: every text passes the mask before it leaves here, and
//! what could not be read leaves the others whole.

use super::{Answer, Engine};
use crate::{
    domain::{
        app::App,
        catalog::Recipe,
        detail::GuestDetail,
        fault::Fault,
        ids::AppId,
        mask::{DOTS, Known, is_secret, masked, without},
        papers::{self, Lies, Paper},
        plan::FOLDER,
        quote::quoted,
    },
    operations::{desk::no_such_app, secrets::name_of},
};

impl Engine {
    pub(super) async fn papers(&self, id: &AppId) -> Result<Answer, Fault> {
        let fleet = self.0.world.fleet();
        let app = fleet.app(id).ok_or_else(|| no_such_app(id))?;
        let recipe = self.recipe_of(app).await.ok().flatten();
        let known = self.known_secrets(app).await;
        let (options, inside) = tokio::join!(self.options_of(app), self.files_of(app, recipe.as_deref()));
        let mut papers = Vec::new();
        papers.extend(recipe.as_deref().map(shelf_paper));
        papers.extend(app.book.is_some().then(|| chosen(app)));
        papers.push(Paper { name: "options".into(), lies: Lies::AtProxmox, text: options });
        match inside {
            Ok(files) => papers.extend(files.into_iter().map(|(path, text)| Paper {
                name: path,
                lies: Lies::Inside,
                text: Ok(text),
            })),
            Err(fault) => papers.push(Paper { name: FOLDER.into(), lies: Lies::Inside, text: Err(fault) }),
        }
        for paper in &mut papers {
            let mask = if paper.lies == Lies::OnTheShelf { without } else { masked };
            if let Ok(text) = &mut paper.text {
                *text = mask(text, &known);
            }
        }
        Ok(Answer::Papers(papers))
    }

    /// Where the vault is shut, names alone must tell.
    async fn known_secrets(&self, app: &App) -> Known {
        let names = app.book.as_ref().map(|book| book.secrets.clone()).unwrap_or_default();
        let mut values = Vec::new();
        for name in &names {
            let secret = self.0.vault.get(&name_of(&app.id, name)).await.ok().flatten();
            values.extend(secret.map(|secret| secret.reveal().to_owned()));
        }
        Known { names, values }
    }

    async fn options_of(&self, app: &App) -> Result<String, Fault> {
        match self.guest_detail(&app.guest).await? {
            Answer::Guest(detail) => Ok(options(&detail)),
            _ => Ok(String::new()),
        }
    }

    async fn files_of(&self, app: &App, recipe: Option<&Recipe>) -> Result<Vec<(String, String)>, Fault> {
        let script = recipe.and_then(|recipe| recipe.methods.script.as_ref());
        let others: Vec<String> =
            script.iter().flat_map(|script| &script.files).map(|file| quoted(&file.path)).collect();
        Ok(papers::read(&self.printed_inside(&app.guest, &papers::script(FOLDER, &others)).await?))
    }
}

fn shelf_paper(recipe: &Recipe) -> Paper {
    let text = serde_json::to_string_pretty(recipe).unwrap_or_default();
    Paper { name: format!("{}.json", recipe.id), lies: Lies::OnTheShelf, text: Ok(text) }
}

/// What the operator chose; of secrets their names alone.
fn chosen(app: &App) -> Paper {
    let mut lines = Vec::new();
    if let Some(book) = &app.book {
        lines.extend(book.settings.iter().map(|(name, value)| format!("{name} = {value}")));
        lines.extend(book.secrets.iter().map(|name| format!("{name} = {DOTS}")));
        lines.extend(book.ports.iter().map(|(name, port)| format!("port {name} = {port}")));
    }
    let text = if lines.is_empty() { "nothing was chosen for it".into() } else { lines.join("\n") };
    Paper { name: "settings".into(), lies: Lies::InOurBooks, text: Ok(text) }
}

fn options(detail: &GuestDetail) -> String {
    let mut lines = Vec::new();
    let mut say = |name: &str, value: Option<String>| lines.extend(value.map(|value| format!("{name}: {value}")));
    say("hostname", detail.hostname.as_deref().map(Into::into));
    say("ostype", detail.ostype.as_deref().map(Into::into));
    say("cores", detail.cores.map(|cores| cores.to_string()));
    say("memory", detail.memory.map(|mib| mib.to_string()));
    say("swap", detail.swap.map(|mib| mib.to_string()));
    say("unprivileged", detail.is_unprivileged.map(|is| u8::from(is).to_string()));
    say("onboot", Some(u8::from(detail.starts_on_boot).to_string()));
    say("protection", Some(u8::from(detail.is_protected).to_string()));
    say("features", detail.features.as_deref().map(Into::into));
    for volume in &detail.volumes {
        let backup = if volume.is_backed_up { "backed up" } else { "not backed up" };
        let of = |text: &Option<std::sync::Arc<str>>| text.as_deref().unwrap_or("--").to_owned();
        say(&volume.slot, Some(format!("{} {} {} {backup}", volume.path, of(&volume.storage), of(&volume.size))));
    }
    for network in &detail.networks {
        let parts = [&network.bridge, &network.ip, &network.gateway, &network.mac];
        let parts: Vec<&str> = parts.into_iter().flatten().map(|part| &**part).collect();
        say(&network.name, Some(parts.join(" ")));
    }
    for (name, value) in &detail.environment {
        say(&format!("env {name}"), Some(if is_secret(name, value) { DOTS.into() } else { value.to_string() }));
    }
    lines.join("\n")
}
