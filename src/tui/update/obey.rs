//! What each command does.

use super::{Turn, words};
use crate::{
    engine::{Change, Tone},
    tui::{
        command::{Command, Deck, Later},
        effect::{Effect, Pointer},
        keymap::Place,
        layers::question::Button,
        model::{Wish, world::Entry},
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
            C::Console => self.visit(),
            C::Roads => self.show_roads(),
            C::Cancel | C::Retry => self.steer(command),
            C::AddHost => self.connect_host(),
            C::Unlock => self.unlock_vault(),
            C::Submit => self.submit_form(),
            C::OpenDemo => self.effects.push(Effect::OpenDemo),
            C::TestHost | C::DeleteHost | C::LogIn => self.host(command),
            C::Density | C::Theme | C::Motion | C::Mute => self.restyle(command),
            C::Copy if self.model.place() == Place::Found => self.copy_grants(),
            C::Copy | C::Messages | C::Palette | C::Help => self.lay(command),
            C::Trouble => self.lay_trouble(),
            C::MendAll => self.mend_all(),
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

    fn enter(&mut self) {
        match self.model.place() {
            Place::Overview => self.enter_unit(),
            Place::Apps => match self.entry_under_hand().and_then(|entry| self.model.news_of(entry)) {
                Some(_) => self.log(),
                None => self.flip(),
            },
            Place::Filter => self.model.is_filtering = false,
            Place::Question => self.press(),
            Place::Form => self.enter_field(),
            Place::CopyMenu => self.copy_chosen(),
            Place::Palette => self.take_chosen(),
            Place::Trouble => self.meddle_under_hand(),
            _ => {}
        }
    }

    pub fn entry_under_hand(&self) -> Option<&Entry> {
        self.model.world.entry(self.model.under_hand()?)
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
