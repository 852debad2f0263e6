//! Forms: keys go into the held field, a filled page goes to the door, an answer comes back to the form that asked.

use crossterm::event::KeyCode;

use super::Turn;
use crate::{
    domain::{fault::Fault, fleet::Vault, ids::HostId},
    engine::{Answer, Request, Tone},
    tui::{
        command::Command,
        effect::Effect,
        event::Ticket,
        keymap::{Key, Place},
        layers::{
            Found, Layer,
            deploy::Deploy,
            forms::{Before, Connect, Field, Form, LogIn, Page, RenameForm, RotateForm, Then, Unlock, Waiting, Wanted},
            rights,
        },
        model::Wish,
    },
};

/// Types into a field, or edits it; says whether it may have changed.
pub fn into_field(field: &mut Field, key: Key) -> bool {
    match key.code {
        KeyCode::Char(letter) if key.modifiers.is_empty() && !field.is_choice() => {
            field.type_text(letter.encode_utf8(&mut [0; 4]));
        }
        KeyCode::Char(letter) if letter != 'u' && letter != ' ' => return false,
        _ => field.edit(key),
    }
    true
}

impl Turn<'_> {
    pub fn connect_host(&mut self) {
        let connect = Connect::new(self.other_names(None), self.model.now.wall);
        self.open_form(Page::Connect(Box::new(connect)));
    }

    /// Names that a host cannot have, because others have them.
    fn other_names(&self, own: Option<&HostId>) -> Vec<String> {
        let hosts = self.model.world.fleet.hosts.iter().filter(|host| Some(&host.id) != own);
        hosts.map(|host| host.id.to_string()).collect()
    }

    pub fn edit_host(&mut self, host: &HostId) {
        let Some(known) = self.model.world.fleet.host(host).cloned() else { return };
        let taken = self.other_names(Some(host));
        let edit = Connect::edit(Before { host: known }, taken, self.model.now.wall);
        self.open_form(Page::Connect(Box::new(edit)));
    }

    pub fn rename_host(&mut self, host: &HostId) {
        let taken = self.other_names(Some(host));
        self.open_form(Page::Rename(RenameForm::of(host.clone(), taken)));
    }

    /// Who logs in with a password has no token that could be changed.
    pub fn rotate_token(&mut self, host: &HostId) {
        let login = self.model.world.fleet.host(host).map(|host| host.login.clone()).unwrap_or_default();
        if !login.contains('!') {
            return self.tell(Tone::Info, format!("{login} is no token: [e] changes how we log in to {host}"));
        }
        self.open_form(Page::Rotate(RotateForm::of(host.clone(), &login, self.model.now.wall)));
    }

    pub fn log_in_to(&mut self, host: &HostId) {
        let login = self.model.world.fleet.host(host).map(|host| host.login.clone()).unwrap_or_default();
        self.open_form(Page::LogIn(LogIn::to(host.clone(), &login)));
    }

    pub fn unlock_vault(&mut self) {
        match self.model.world.fleet.vault {
            Vault::Open => self.tell(Tone::Info, "the credentials can be read already"),
            vault => self.open_form(Page::Unlock(Unlock::of(vault))),
        }
    }

    pub fn open_form(&mut self, page: Page) {
        self.model.power_on = None;
        let mut form = Form::new(page);
        let draft = self.model.left_forms.remove(&form.about());
        if draft.is_some_and(|draft| form.take_draft(&draft, self.model.now.tick)) {
            self.tell_of_draft();
        }
        self.model.layers.push(Layer::Form(form));
    }

    /// What stands there was typed another time.
    pub fn tell_of_draft(&mut self) {
        let key = self.model.keymap.label(Place::Form, Command::BeginAnew).unwrap_or_default();
        self.tell(Tone::Info, format!("what you typed last time is back; {key} begins anew"));
    }

    pub fn begin_anew(&mut self) {
        if let Some(Layer::Deploy(deploy)) = self.model.layers.last() {
            let recipe = deploy.recipe.clone();
            let fresh = Deploy::of(recipe, &self.model.around(), self.model.now.tick);
            self.model.layers.pop();
            return self.model.layers.push(Layer::Deploy(Box::new(fresh)));
        }
        let tick = self.model.now.tick;
        if let Some(form) = self.form() {
            form.begin_anew(tick);
        }
        self.echo("begun anew".into());
    }

    /// Whoever leaves a form finds again what he typed, but for secrets.
    fn keep_form(&mut self) {
        if let Some(kept) = self.form().and_then(|form| form.kept()) {
            self.model.left_forms.insert(kept.about.clone(), kept);
            self.echo("what you typed is kept".into());
        }
    }

    fn form(&mut self) -> Option<&mut Form> {
        match self.model.layers.last_mut() {
            Some(Layer::Form(form)) => Some(form),
            _ => None,
        }
    }

    pub fn step_field(&mut self, by: isize) {
        if let Some(fields) = self.form().and_then(Form::open_fields) {
            fields.step(by);
        }
    }

    /// Enter goes on to the next field, and from the last one to the next page.
    pub fn enter_field(&mut self) {
        match self.form().and_then(Form::open_fields) {
            Some(fields) if !fields.is_last() => fields.step(1),
            _ => self.submit_form(),
        }
    }

    /// A click on a field holds it; on a choice, a second one takes the next.
    pub fn click_field(&mut self, field: Option<usize>) {
        let Some((fields, field)) = self.form().and_then(Form::open_fields).zip(field) else { return };
        let was = std::mem::replace(&mut fields.at, field);
        let is_choice = fields.all.get(field).is_some_and(Field::is_choice);
        if was == field && is_choice {
            self.edit_field(Key::of(KeyCode::Right));
        }
    }

    pub fn edit_field(&mut self, key: Key) {
        let Some(field) = self.form().and_then(Form::open_fields).and_then(|fields| fields.held()) else { return };
        into_field(field, key);
        self.follow_field();
    }

    pub fn paste_field(&mut self, text: &str) {
        if let Some(Form { page: Page::Import(import), waits: None, .. }) = self.form()
            && import.take_text(text)
        {
            return;
        }
        if let Some(Form { page: Page::Connect(connect), waits: None, .. }) = self.form()
            && connect.take_text(text)
        {
            return self.follow_field();
        }
        let fields = self.form().and_then(Form::open_fields);
        if fields.is_some_and(|fields| fields.paste_lines(text, |_| None)) {
            return self.follow_field();
        }
        if let Some(field) = self.form().and_then(Form::open_fields).and_then(|fields| fields.held()) {
            field.paste(text);
            self.follow_field();
        }
    }

    fn follow_field(&mut self) {
        let tick = self.model.now.tick;
        if let Some(form) = self.form() {
            form.changed_field(tick);
        }
    }

    pub fn submit_form(&mut self) {
        let wanted = self.form().and_then(Form::submit);
        self.send_form(wanted);
    }

    pub fn finish_form(&mut self) {
        let wanted = self.form().and_then(Form::finish);
        self.send_form(wanted);
    }

    pub fn test_form(&mut self) {
        let wanted = self.form().and_then(Form::test);
        self.send_form(wanted);
    }

    fn send_form(&mut self, wanted: Option<Wanted>) {
        let vault = self.model.world.fleet.vault;
        let Some(wanted) = wanted else { return };
        if vault != Vault::Open && matches!(wanted, Wanted::Change(crate::engine::Change::AddHost(_), _)) {
            // There is no place yet for the credential; the page goes on when there is one.
            return self.open_form(Page::Unlock(Unlock::of(vault)));
        }
        let wanted = match wanted {
            Wanted::Preview(request) => return self.preview_form(request),
            Wanted::Request(Request::Adopt(wish)) => return self.take_draft(wish),
            Wanted::Request(request) => return self.begin_form(request),
            Wanted::Keep(wish) => {
                self.model.layers.pop();
                return self.take_room_wish(wish);
            }
            wanted => wanted,
        };
        let ticket = self.ticket(Wish::Form);
        let (effect, words) = match wanted {
            Wanted::Request(_) | Wanted::Preview(_) | Wanted::Keep(_) => return,
            Wanted::Carry(way, path, words) => {
                self.begin_carrying(ticket, way, path);
                if let Some(form) = self.form() {
                    form.waits = Some(Waiting { ticket, words });
                }
                return;
            }
            Wanted::Query(query, words) => (Effect::Query(ticket, query), words),
            Wanted::Write { path, text } => (Effect::Write(ticket, path, text), "writing it down"),
            Wanted::Change(change, words) => (Effect::Change(ticket, change), words),
        };
        self.effects.push(effect);
        if let Some(form) = self.form() {
            form.waits = Some(Waiting { ticket, words });
        }
    }

    fn asker(&mut self, ticket: Ticket) -> Option<(usize, &mut Form)> {
        self.model.layers.iter_mut().enumerate().find_map(|(at, layer)| match layer {
            Layer::Form(form) if form.awaits(ticket) => Some((at, form)),
            _ => None,
        })
    }

    pub fn form_answered(&mut self, ticket: Ticket, result: Result<Answer, Fault>) {
        if let Some((_, form)) = self.asker(ticket) {
            form.answered(result);
        }
    }

    pub fn form_changed(&mut self, ticket: Ticket, result: Result<(), Fault>) {
        let Some((at, form)) = self.asker(ticket) else { return };
        let next = if result.is_ok() { form.next_change() } else { None };
        if let Some(change) = next {
            form.waits = None;
            return self.send_form(Some(Wanted::Change(change, "changing how SSH gets in")));
        }
        if let Then::Done(words) = form.changed(result) {
            let was_vault = matches!(form.page, Page::Unlock(_));
            let is_catalog = matches!(form.page, Page::Source(_) | Page::Import(_));
            self.model.layers.remove(at);
            self.tell(Tone::Success, words);
            self.play(crate::sound::Cue::Success);
            if was_vault {
                self.go_on_after_vault();
            }
            if is_catalog {
                self.ask_sources();
                self.read_shelf(crate::tui::model::Then::Anew);
            }
        }
    }

    /// What was written down lies there, or the form says why not.
    pub fn written(&mut self, ticket: Ticket, result: Result<std::path::PathBuf, Fault>) {
        self.model.waiting.remove(&ticket);
        let Some((at, form)) = self.asker(ticket) else { return };
        form.waits = None;
        match result {
            Ok(path) => {
                self.model.layers.remove(at);
                self.tell(Tone::Success, format!("it is in {}", path.display()));
                self.play(crate::sound::Cue::Success);
            }
            Err(fault) => form.refuse(crate::tui::layers::forms::Wrong { field: 0, fault }),
        }
    }

    /// The page that waited for the vault is sent again. The fleet may not have told yet that the vault is open.
    fn go_on_after_vault(&mut self) {
        let Some(Wanted::Change(change, words)) = self.form().and_then(Form::finish) else { return };
        let ticket = self.ticket(Wish::Form);
        self.effects.push(Effect::Change(ticket, change));
        if let Some(form) = self.form() {
            form.waits = Some(Waiting { ticket, words });
        }
    }

    pub fn back_in_form(&mut self) {
        // Whoever leaves a fetch stops it.
        let fetched = match self.form() {
            Some(Form { page: Page::Source(source), waits: Some(_), .. }) => source.name(),
            _ => None,
        };
        if let Some(name) = fetched {
            self.change(Wish::Watch, crate::engine::Change::StopSource(name));
        }
        if self.form().is_some_and(|form| form.back() == Then::Close) {
            self.keep_form();
            self.model.layers.pop();
        }
    }

    /// The commands that stand on the page, or in the report.
    pub fn copy_grants(&mut self) {
        let lines = match self.model.layers.last() {
            Some(Layer::Form(Form { page: Page::Connect(connect), .. })) => connect.lines(),
            Some(Layer::Report { found: Found::Host(report), .. }) => rights::grants(report),
            _ => return,
        };
        if !lines.is_empty() {
            self.copy(lines.join("\n"), format!("copied {} commands: run them on the host as root", lines.len()));
        }
    }

    /// A vault that waits for its passphrase asks for it once by itself.
    pub fn offer_unlock(&mut self) {
        let fleet = &self.model.world.fleet;
        if fleet.vault == Vault::Locked && !fleet.hosts.is_empty() && !self.model.was_offered_unlock {
            self.model.was_offered_unlock = true;
            self.unlock_vault();
        }
    }
}
