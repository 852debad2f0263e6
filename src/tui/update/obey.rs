//! What each command does.

use super::{Turn, words};
use crate::{
    domain::ids::{GuestKey, OperationId},
    engine::{Change, Query, Request, Tone},
    settings::Motion,
    sound::Cue,
    tui::{
        command::{Command, Deck, Later},
        effect::{Effect, Pointer},
        keymap::Place,
        layers::{
            Found, Layer,
            copy::CopyMenu,
            palette::{Does, Palette},
            question::{Button, Deed, Question},
        },
        model::{
            Back, Wish,
            flip::Side,
            health::About,
            hosts::HostRow,
            overview::Pane,
            world::{Entry, has_failed},
        },
    },
};

impl Turn<'_> {
    pub fn obey(&mut self, command: Command) {
        use Command as C;
        match command {
            C::Previous | C::Next | C::PageUp | C::PageDown | C::First | C::Last => self.move_hand(command),
            C::Left | C::Right | C::NextPane | C::PreviousPane => self.move_across(command),
            C::Enter => self.enter(),
            C::Back => self.back(),
            C::Yes if self.model.place() == Place::Trust => self.submit_form(),
            C::Yes => self.answer(Button::Yes),
            C::No => self.answer(Button::No),
            C::Open(deck) => self.open(deck),
            C::Filter | C::Sort | C::Flip | C::Mark | C::MarkAll => self.arrange(command),
            C::Power(wish) => self.power(wish),
            C::Log => self.log(),
            C::Cancel | C::Retry => self.steer(command),
            C::AddHost => self.connect_host(),
            C::Unlock => self.unlock_vault(),
            C::Submit => self.submit_form(),
            C::OpenDemo => self.effects.push(Effect::OpenDemo),
            C::TestHost | C::DeleteHost | C::LogIn => self.host(command),
            C::Density | C::Theme | C::Motion | C::Mute => self.restyle(command),
            C::Copy if self.model.place() == Place::Found => self.copy_grants(),
            C::Copy | C::Messages | C::Palette | C::Help => self.lay(command),
            C::Refresh => self.refresh(),
            C::Mouse => self.hand_over_mouse(),
            C::Repaint => self.effects.push(Effect::Repaint),
            C::Suspend => self.effects.push(Effect::Suspend),
            C::Quit => self.quit(),
            C::Later(later) => self.put_off(later),
        }
    }

    pub fn open(&mut self, deck: Deck) {
        self.model.deck = deck;
        self.model.is_filtering = false;
        if deck == Deck::Apps {
            self.model.apps.arrange(&self.model.world);
        }
    }

    fn arrange(&mut self, command: Command) {
        let model = &mut *self.model;
        match command {
            Command::Filter => model.is_filtering = true,
            Command::Sort => {
                model.apps.sort = model.apps.sort.next();
                model.apps.arrange(&model.world);
                self.echo(format!("by {}", self.model.apps.sort.words()));
            }
            Command::Mark => model.apps.mark(),
            Command::MarkAll => model.apps.mark_all(),
            _ => self.flip(),
        }
    }

    fn flip(&mut self) {
        let Some(key) = self.model.under_hand().cloned() else { return };
        let motion = self.model.canvas.motion;
        let side = self.model.flips.turn(&key, motion, self.model.now.tick);
        if motion != Motion::Full {
            self.play(Cue::Flip);
        }
        if side == Side::Back {
            self.ask_back(key);
        }
    }

    pub fn ask_back(&mut self, key: GuestKey) {
        self.model.backs.entry(key.clone()).or_insert(Back::Asked);
        self.query(Wish::Back(key.clone()), Query::Guest(key));
    }

    fn enter(&mut self) {
        match self.model.place() {
            Place::Overview => self.enter_unit(),
            Place::Apps => match self.failure_under_hand() {
                Some(_) => self.log(),
                None => self.flip(),
            },
            Place::Filter => self.model.is_filtering = false,
            Place::Question => self.press(),
            Place::Form => self.enter_field(),
            Place::CopyMenu => self.copy_chosen(),
            Place::Palette => self.take_chosen(),
            _ => {}
        }
    }

    fn enter_unit(&mut self) {
        if self.model.overview.pane == Pane::Wants {
            return match self.model.health.wants.get(self.model.overview.want).map(|want| want.about.clone()) {
                Some(About::Operation(guest, operation)) => self.show_operation(guest, operation),
                Some(About::Guest(guest)) => self.show_unit(&guest),
                Some(About::Hosts) => self.open(Deck::Hosts),
                None => {}
            };
        }
        if let Some(key) = self.model.overview.selected().cloned() {
            self.show_unit(&key);
        }
    }

    /// Opens the apps with the hand on this unit, whatever chip and filter it takes.
    pub fn show_unit(&mut self, key: &GuestKey) {
        let model = &mut *self.model;
        model.deck = Deck::Apps;
        model.is_filtering = false;
        model.apps.show(key, &model.world);
    }

    fn failure_under_hand(&self) -> Option<OperationId> {
        let entry = self.entry_under_hand()?;
        self.model.world.operation(entry).filter(|operation| has_failed(operation)).map(|operation| operation.id)
    }

    pub fn entry_under_hand(&self) -> Option<&Entry> {
        self.model.world.entry(self.model.under_hand()?)
    }

    fn log(&mut self) {
        let Some(entry) = self.entry_under_hand() else { return };
        let (guest, name) = (entry.key.clone(), entry.name.clone());
        match self.model.world.operation(entry).map(|operation| operation.id) {
            Some(operation) => self.show_operation(guest, operation),
            None => self.tell(Tone::Info, format!("nothing was done to {name} yet")),
        }
    }

    pub fn show_operation(&mut self, guest: GuestKey, operation: OperationId) {
        self.model.layers.push(Layer::Why { guest, operation, top: 0 });
    }

    fn steer(&mut self, command: Command) {
        let Some(Layer::Why { operation, .. }) = self.model.layers.last() else { return };
        let Some(operation) = self.model.world.fleet.operation(*operation) else { return };
        let (id, name, runs) = (operation.id, operation.plan.name.clone(), operation.is_running());
        match (command, runs) {
            (Command::Cancel, true) => self.model.layers.push(Layer::Question(Question::cancel(&name, id))),
            (Command::Retry, false) if has_failed(operation) => {
                self.model.layers.pop();
                self.echo(format!("trying {name} again"));
                let ticket = self.ticket(Wish::Steer);
                self.effects.push(Effect::Ask(ticket, Request::Retry(id)));
            }
            _ => {}
        }
    }

    fn host(&mut self, command: Command) {
        let row = self.model.hosts.selected().map(HostRow::host).cloned();
        match (command, row) {
            (Command::LogIn, Some(host)) => self.log_in_to(&host),
            (Command::TestHost, Some(host)) => {
                self.query(Wish::TestHost(host.clone()), Query::TestHost(host.clone()));
                self.model.layers.push(Layer::Report { host, found: Found::Nothing, top: 0 });
            }
            (Command::DeleteHost, Some(host)) => {
                let guests = self.model.world.entries.iter().filter(|entry| entry.key.host == host).count();
                self.model.layers.push(Layer::Question(Question::forget(&host, guests)));
            }
            _ => {}
        }
    }

    fn lay(&mut self, command: Command) {
        let layer = match command {
            Command::Copy => self.model.under_hand().and_then(|key| CopyMenu::of(self.model, key)).map(Layer::CopyMenu),
            Command::Messages => Some(Layer::Messages { top: 0 }),
            Command::Palette => Some(Layer::Palette(Palette::over(self.model))),
            _ => Some(Layer::Help { of: self.model.place(), top: 0 }),
        };
        self.model.layers.extend(layer);
    }

    fn copy_chosen(&mut self) {
        let Some(Layer::CopyMenu(menu)) = self.model.layers.pop() else { return };
        let Some(item) = menu.items.into_iter().nth(menu.at) else { return };
        self.tell(Tone::Success, format!("copied: {}", item.text));
        self.effects.push(Effect::Copy(item.text));
    }

    fn take_chosen(&mut self) {
        let Some(Layer::Palette(palette)) = self.model.layers.pop() else { return };
        match palette.chosen().map(|item| item.does.clone()) {
            Some(Does::Command(command)) => self.obey(command),
            Some(Does::Show(key)) => self.show_unit(&key),
            Some(Does::Wear(theme)) => self.wear(&theme),
            None => {}
        }
    }

    fn press(&mut self) {
        if let Some(Layer::Question(question)) = self.model.layers.last() {
            let lit = question.lit;
            self.answer(lit);
        }
    }

    fn answer(&mut self, button: Button) {
        let Some(Layer::Question(question)) = self.model.layers.pop() else { return };
        if button == Button::Yes {
            self.carry_out(question.deed);
        }
    }

    fn carry_out(&mut self, deed: Deed) {
        match deed {
            Deed::Power(targets, wish) => self.ask_power(targets, wish),
            Deed::Forget(host) => self.change(Wish::Forget(host.clone()), Change::RemoveHost(host)),
            Deed::Cancel(operation) => {
                let ticket = self.ticket(Wish::Steer);
                self.effects.push(Effect::Ask(ticket, Request::Cancel(operation)));
            }
            Deed::Quit => self.effects.push(Effect::Quit),
        }
    }

    /// One step out: a layer, the filter's keys, a toast, the filter, the marks, a back, the deck.
    fn back(&mut self) {
        if let Some(Layer::Form(_)) = self.model.layers.last() {
            return self.back_in_form();
        }
        let model = &mut *self.model;
        if let Some(layer) = model.layers.pop() {
            if let Layer::Why { operation, .. } = layer {
                model.read.insert(operation);
            }
        } else if model.is_filtering {
            self.clear_text();
            self.model.is_filtering = false;
        } else if model.toasts.dismiss(model.now.tick).is_some() {
        } else if model.deck == Deck::Apps {
            self.back_from_apps();
        } else if model.deck != Deck::Overview {
            model.deck = Deck::Overview;
        } else {
            model.overview.pane = Pane::Cabinets;
        }
    }

    fn back_from_apps(&mut self) {
        let model = &mut *self.model;
        let key = model.apps.selected().cloned();
        if key.is_some_and(|key| model.flips.side(&key) == Side::Back) {
            self.flip();
        } else if !model.apps.marked.is_empty() {
            model.apps.marked.clear();
        } else if !model.apps.filter.is_empty() || model.apps.chip != Default::default() {
            model.apps.filter.clear();
            model.apps.chip = Default::default();
            model.apps.arrange(&model.world);
        } else {
            model.deck = Deck::Overview;
        }
    }

    fn hand_over_mouse(&mut self) {
        let model = &mut *self.model;
        model.pointer = match model.pointer {
            Pointer::Deck => Pointer::Terminal,
            Pointer::Terminal => Pointer::Deck,
        };
        let (pointer, words) = match model.pointer {
            Pointer::Deck => (Pointer::Deck, "the mouse works the deck"),
            Pointer::Terminal => (Pointer::Terminal, "the mouse selects text"),
        };
        self.effects.push(Effect::Point(pointer));
        self.echo(words.into());
    }

    fn refresh(&mut self) {
        self.echo("reading every host".into());
        self.change(Wish::Refresh, Change::Refresh);
    }

    fn quit(&mut self) {
        if matches!(self.model.layers.last(), Some(Layer::Question(Question { deed: Deed::Quit, .. }))) {
            return self.effects.push(Effect::Quit);
        }
        match self.model.world.running().count() {
            0 => self.effects.push(Effect::Quit),
            running => self.model.layers.push(Layer::Question(Question::quit(running))),
        }
    }

    fn put_off(&mut self, later: Later) {
        self.tell(Tone::Info, format!("{} is not built yet", later.words()));
    }

    pub fn tell(&mut self, tone: Tone, text: impl Into<std::sync::Arc<str>>) {
        self.model.toasts.tell(tone, text, None, self.model.now.tick, self.model.now.wall);
    }

    /// The display says what was understood, before Proxmox has answered.
    pub fn echo(&mut self, text: String) {
        self.model.echo = Some((text, self.model.now.tick + words::ECHO));
    }
}
