//! What can be wished for the app under the hand: each becomes a plan that is shown first. What must hold: an adopted app
//! is only ever forgotten, and nothing is destroyed whose name was not typed.

use super::Turn;
use crate::{
    domain::{
        app::App,
        defaults::Backups,
        gateway::url_of,
        ids::{AppId, GuestKey, NodeKey},
    },
    engine::{Request, Tone},
    tui::{
        command::{Command, Deck},
        effect::Effect,
        layers::{
            Layer,
            forms::{AppForm, Page, SizesNow},
            preview::{Care, PreviewPane, Way},
            question::{Bulk, Question},
        },
        model::world::Entry,
    },
};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

impl Turn<'_> {
    pub fn wish_for_app(&mut self, command: Command) {
        let bulk = match command {
            Command::Delete => Some(Bulk::Bin),
            Command::Update => Some(Bulk::Update),
            Command::Snapshots => Some(Bulk::Snapshot),
            _ => None,
        };
        let is_bulk =
            self.model.deck == Deck::Apps && !self.model.apps.marked.is_empty() && self.model.detail().is_none();
        if let Some(bulk) = bulk.filter(|_| is_bulk) {
            return self.wish_for_many(bulk);
        }
        let Some(entry) = self.entry_under_hand() else { return };
        let (guest, name) = (entry.key.clone(), entry.name.to_string());
        let Some(app) = self.model.world.app(entry).cloned() else {
            let words = if entry.is_app() { "is still being made" } else { "is not ours: [a] adopts it" };
            return self.tell(Tone::Info, format!("{name} {words}"));
        };
        match command {
            Command::Delete => self.preview(deletion(&app, &self.until_words())),
            Command::Clone => self.app_form(AppForm::clone_of(app.id, &name, self.model.around().taken)),
            Command::Update => self.preview(update(&app)),
            Command::Resize => {
                let now = sizes_of(entry);
                self.app_form(AppForm::resize(app.id, &name, now));
            }
            Command::Settle => self.settle(guest),
            Command::Migrate => self.show_targets(&app),
            Command::OpenUrl => self.copy_url(&app),
            _ => self.show_snapshots(app.id, name),
        }
    }

    /// Until when something lies in the recycle bin that is put there now.
    fn until_words(&self) -> String {
        let week = std::time::Duration::from_secs(7 * 24 * 3600);
        self.model.day_and_time(self.model.now.wall + week)
    }

    pub fn app_form(&mut self, form: AppForm) {
        self.open_form(Page::App(Box::new(form)));
    }

    /// A form was filled in: what it would do is shown.
    pub fn preview_form(&mut self, request: Request) {
        let Some(Layer::Form(form)) = self.model.layers.last() else { return };
        let pane = match &form.page {
            Page::App(app) => PreviewPane::one(app.name.clone(), app.verb(), app.words(), request),
            Page::Backup(form) => PreviewPane::one(form.name.clone(), "back up", form.words(), request),
            Page::Job(form) => PreviewPane::one(form.name(), "save", form.words(), request),
            Page::Gateway(form) => PreviewPane::one(form.name(), "make the gateway", form.words(), request),
            Page::Restore(form) => {
                let care = if form.destroys() { Care::NameTyped } else { Care::Plain };
                let way = Way { verb: form.verb(), words: form.words(), request, care };
                PreviewPane::new(form.name.clone(), vec![way])
            }
            _ => return,
        };
        self.preview(pane);
    }

    /// The settings of an app whose recipe should be on the shelf now.
    pub fn settle_on(&mut self, guest: &GuestKey) {
        let Some(app) = self.model.world.fleet.app_of(guest).cloned() else { return };
        let book = app.book.as_deref();
        let recipe = book.and_then(|book| self.model.store.recipe(book.recipe.as_ref()?)).cloned();
        match recipe {
            Some(recipe) if recipe.settings.is_empty() => {
                self.tell(Tone::Info, format!("the recipe of {} has no settings", app.name));
            }
            Some(recipe) => {
                let now = book.map(|book| book.settings.clone()).unwrap_or_default();
                self.app_form(AppForm::settle(app.id.clone(), &app.name, recipe, now));
            }
            None => self
                .tell(Tone::Warning, format!("{} has no recipe in the store, so its settings are not known", app.name)),
        }
    }

    pub fn preview_move(&mut self, app: AppId, name: &str, node: NodeKey) {
        let words = vec![format!("To {}. What runs is shut down, moved, and started there.", node.node)];
        self.preview(PreviewPane::one(name, "move", words, Request::Move { app, to: node.node }));
    }

    fn copy_url(&mut self, app: &App) {
        match url_of(&self.model.world.fleet, app) {
            Some(url) => {
                let said = format!("copied {url}: open it in your browser");
                self.copy(url, said);
            }
            None => self.tell(Tone::Info, format!("{} has no page to open, or no address yet", app.name)),
        }
    }

    /// Apps alone, and only those that it makes sense for.
    fn wish_for_many(&mut self, bulk: Bulk) {
        let entries = self.model.apps.targets();
        let entries = entries.iter().filter_map(|key| self.model.world.entry(key));
        let apps = entries.filter(|entry| !entry.is_binned()).filter_map(|entry| self.model.world.app(entry));
        let fit: Vec<App> = apps.filter(|app| bulk != Bulk::Bin || !app.is_adopted()).cloned().collect();
        let left_out = self.model.apps.marked.len() - fit.len();
        if fit.is_empty() {
            return self.tell(Tone::Info, "none of the selected units can have that");
        }
        let names: Vec<String> = fit.iter().map(|app| app.name.to_string()).collect();
        let requests = {
            let usual = &self.model.settings.backups;
            fit.into_iter().map(|app| request_of(bulk, app.guest, app.id, usual)).collect()
        };
        self.model.layers.push(Layer::Question(Question::many(bulk, &names, left_out, requests)));
    }

    /// The requests of a selection, one after the other.
    pub fn ask_many(&mut self, requests: Vec<Request>) {
        self.model.apps.unmark();
        self.model.board.unmark();
        let words =
            if requests.len() == 1 { "it begins".to_owned() } else { format!("{} operations begin", requests.len()) };
        self.echo(words);
        for request in requests {
            let ticket = self.ticket(crate::tui::model::Wish::Steer);
            self.effects.push(Effect::Ask(ticket, request));
        }
    }
}

fn request_of(bulk: Bulk, guest: GuestKey, app: AppId, usual: &Backups) -> Request {
    match bulk {
        Bulk::Bin => Request::Bin(app),
        Bulk::Update => Request::Update(app),
        Bulk::Backup => super::backups::usual_backup(guest, usual),
        Bulk::Snapshot => Request::Snapshot { app, name: None, note: String::new() },
    }
}

fn way(verb: &'static str, words: &[&str], request: Request, care: Care) -> Way {
    Way { verb, words: words.iter().map(|words| (*words).to_owned()).collect(), request, care }
}

fn deletion(app: &App, until: &str) -> PreviewPane {
    let name = app.name.to_string();
    let destroy = way(
        "destroy",
        &["Its container and its disks go for good. Nobody can take that back; backups stay."],
        Request::Destroy(app.id.clone()),
        Care::NameTyped,
    );
    if app.is_adopted() {
        let words = ["It was adopted, so it is only forgotten: its container stays as it is and goes on running."];
        return PreviewPane::new(name, vec![way("forget", &words, Request::Forget(app.id.clone()), Care::Plain)]);
    }
    if app.binned_until().is_some() {
        return PreviewPane::new(name, vec![destroy]);
    }
    let words = format!("It is stopped and waits in the recycle bin until {until}; [U] takes it out again.");
    let bin = way("bin", &[&words], Request::Bin(app.id.clone()), Care::Plain);
    PreviewPane::new(name, vec![bin, destroy])
}

/// Out of the recycle bin.
pub fn restoring(app: &App) -> PreviewPane {
    let words = vec!["It comes out of the recycle bin as it was, and runs again if it ran.".to_owned()];
    PreviewPane::one(app.name.to_string(), "restore", words, Request::Unbin(app.id.clone()))
}

fn update(app: &App) -> PreviewPane {
    let words = vec![
        "To its recipe's version. Before that a way back is made, and it is taken if the new one fails.".to_owned(),
    ];
    PreviewPane::one(app.name.to_string(), "update", words, Request::Update(app.id.clone()))
}

fn sizes_of(entry: &Entry) -> SizesNow {
    let Some(guest) = &entry.guest else { return SizesNow::default() };
    let total = |usage: Option<crate::domain::fleet::Usage>| usage.map(|usage| usage.total).filter(|total| *total > 0);
    SizesNow {
        cores: guest.cores.map(|cores| cores.round() as u32),
        memory: total(guest.memory).map(|bytes| bytes / MIB),
        disk: total(guest.disk).map(|bytes| bytes.div_ceil(GIB)),
    }
}
