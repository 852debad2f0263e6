//! What each command does.

use super::{Turn, words};
use crate::{
    engine::{Change, Tone},
    tui::{
        command::{Command, Deck, Tab},
        effect::{Effect, Pointer},
        keymap::Place,
        layers::{Layer, inbox::Chip, marks, question::Button},
        model::{Wish, world::Entry},
    },
};

impl Turn<'_> {
    pub fn obey(&mut self, command: Command) {
        use Command as C;
        if let Some((host, denied)) = self.model.denied(command) {
            let words = format!("{host}: its login is not good for {}", denied.purpose.words());
            let detail = format!("{} is missing; [4] shows what allows it", denied.lacks());
            return self.explain(words, detail);
        }
        match command {
            C::NextPane | C::PreviousPane | C::Left | C::Right | C::Enter | C::Filter
                if self.model.place() == Place::Settings =>
            {
                self.wish_in_settings(command);
            }
            C::Reset | C::ResetAll | C::AddKey | C::Listen => self.wish_in_settings(command),
            C::Submit if self.model.place() == Place::SettingEdit => self.wish_in_settings(command),
            C::ExportSettings | C::ImportSettings => self.carry_settings(command),
            C::Filter if self.model.place() == Place::Help => self.filter_help(),
            C::Earlier => self.go_earlier(),
            C::Later => self.go_later(),
            C::SetMark => self.show_marks(marks::Wish::Set),
            C::Marks => self.show_marks(marks::Wish::Go),
            C::ForgetMark => self.forget_mark(),
            C::BeginAnew => self.begin_anew(),
            C::MarkRange => self.mark_range(),
            _ if self.model.place().is_at_console() && self.obey_at_console(command) => {}
            C::HoldKeys | C::SendPrefix | C::FullScreen | C::ScrollBack | C::FindNext | C::FindPrevious | C::HangUp => {
            }
            C::PageDown if self.model.place() == Place::Deploy => self.turn_to_plan(),
            C::Previous | C::Next | C::PageUp | C::PageDown | C::First | C::Last => self.move_hand(command),
            C::Left | C::Right | C::NextPane | C::PreviousPane => self.move_across(command),
            C::Tab(tab) => self.open_tab(tab),
            C::AppLog => self.show_log_tab(),
            C::Filter if self.model.place() == Place::AppLog => self.wish_in_log(command),
            C::Follow | C::Wrap | C::Times | C::ShiftLeft | C::ShiftRight => self.wish_in_log(command),
            C::Find | C::NextMatch | C::PreviousMatch => self.wish_in_log(command),
            C::Export => self.export_log(),
            C::LongerSpan => self.step_span(1),
            C::ShorterSpan => self.step_span(-1),
            C::Reload if self.is_in_detail() => self.reload_tab(),
            C::Backups if self.is_in_detail() => self.open_tab(Tab::Backups),
            C::Snapshots if self.is_in_detail() => self.open_tab(Tab::Snapshots),
            C::Copy if self.model.place() == Place::AppLog => self.copy_log(),
            C::Copy if self.model.place() == Place::Papers => self.copy_paper(),
            C::Copy if self.model.place() == Place::DetailOps => self.copy_operation(),
            C::Filter | C::Sort | C::Reload if self.model.place() == Place::Ports => self.wish_for_ports(command),
            C::Copy | C::Delete if self.model.place() == Place::Gateways => self.wish_for_gateway(command),
            C::Inbox => self.show_inbox(Chip::All),
            C::Remedies | C::Acknowledge | C::Snooze | C::Dismiss | C::Accept => self.wish_in_inbox(command),
            C::Reload | C::Copy | C::Flip if self.model.place() == Place::Inbox => self.wish_in_inbox(command),
            C::RightSize => self.show_sizes(),
            C::Mark | C::MarkAll if self.model.place() == Place::Sizes => self.choose_sizes(command),
            C::Ports => self.show_ports(),
            C::Gateways => self.show_gateways(),
            C::MakeGateway | C::PublishNow | C::Publishing | C::RootCertificate => self.wish_for_gateway(command),
            C::Enter => self.enter(),
            C::Back => self.back(),
            C::Yes if self.model.place() == Place::Trust => self.submit_form(),
            C::Yes => self.answer(Button::Yes),
            C::No => self.answer(Button::No),
            C::Open(deck) => self.open(deck),
            C::Filter | C::Mark | C::MarkAll if self.is_adopting() => self.arrange_adoption(command),
            C::Reload if self.is_adopting() => self.look_again(),
            C::Balance | C::Evacuate | C::Fill => self.show_moves(command),
            C::Mark | C::MarkAll if self.model.place() == Place::Moves => self.choose_moves(command),
            C::Sort if self.model.deck == Deck::Store => self.sort_store(),
            C::Sort | C::Mark | C::MarkAll if self.model.deck == Deck::Backups => self.arrange_board(command),
            C::Flip if self.model.deck == Deck::Backups => self.show_held_unit(),
            C::Flip if self.model.deck == Deck::Overview => self.show_unit_of_deck(),
            C::Flip if self.model.deck == Deck::Hosts => self.turn_host_unit(),
            C::LookAtNode => self.look_at_cabinet(),
            C::Backup => self.back_up(),
            C::Backups => self.show_backups(),
            C::Restore => self.restore(),
            C::Prove | C::Protect | C::Notes | C::RemoveBackup => self.wish_for_backup(command),
            C::Schedules => self.show_schedules(),
            C::AddJob | C::EditJob | C::TurnJob | C::RemoveJob => self.wish_for_job(command),
            C::Statistics => self.model.layers.push(Layer::Statistics { top: 0 }),
            C::Favour => self.favour(),
            C::Narrow => self.lay_narrow(),
            C::Sources | C::Import | C::AddSource | C::SourceNews | C::RemoveSource => self.lay_sources(command),
            C::ClearFilters => self.clear_choices(),
            C::OpenUrl if self.model.deck == Deck::Store => self.copy_home(),
            C::Filter | C::Sort | C::Flip | C::Mark | C::MarkAll => self.arrange(command),
            C::Power(wish) => self.power(wish),
            C::Log => self.log(),
            C::Console => self.visit(),
            C::Roads => self.show_roads(),
            C::Cancel | C::Retry | C::Keep | C::TakeBack => self.steer(command),
            C::Deploy => self.deploy(),
            C::Reload if self.model.place() == Place::Node => self.reload_node(),
            C::Reload => self.reload(),
            C::Delete | C::Clone | C::Update | C::Resize | C::Settle | C::Migrate | C::OpenUrl | C::Snapshots => {
                self.wish_for_app(command);
            }
            C::WayIn => self.show_way_in(),
            C::Reveal => self.turn_reveal(),
            C::Adopt => self.adopt(),
            C::AdoptMany => self.adopt_many(),
            C::Undo if self.model.place() == Place::Arrange => self.undo_arranging(),
            C::Undo => self.undo(),
            C::Arrange => self.begin_arranging(),
            C::UnitUp | C::UnitDown | C::StandLeft | C::StandRight | C::NameCabinet | C::AddWidget => {
                self.arrange_room(command);
            }
            C::RemoveWidget | C::StretchWidget | C::WriteNotes | C::SaveLayout | C::ChooseLayout => {
                self.arrange_room(command);
            }
            C::Cables => self.turn_cables(),
            C::Night => self.begin_night(),
            C::Honours => self.show_plaque(),
            C::TakeSnapshot => self.take_snapshot(),
            C::RemoveSnapshot => self.remove_snapshot(),
            C::Nodes => self.show_nodes(),
            C::OtherWay => self.take_other_way(),
            C::AddHost => self.connect_host(),
            C::Unlock => self.unlock_vault(),
            C::Submit => self.submit(),
            C::OpenDemo => self.effects.push(Effect::OpenDemo),
            C::TestHost | C::DeleteHost | C::LogIn | C::EditHost | C::RenameHost | C::TurnHost | C::RotateToken => {
                self.host(command);
            }
            C::TestForm => self.test_form(),
            C::Density | C::Theme | C::Motion | C::Mute => self.restyle(command),
            C::Copy if matches!(self.model.place(), Place::Found | Place::Rights) => self.copy_grants(),
            C::Copy if self.model.place() == Place::Schedules => self.copy_job_grants(),
            C::Copy if matches!(self.model.place(), Place::Plan | Place::Preview) => self.copy_plan(),
            C::Copy if matches!(self.model.place(), Place::Why | Place::Asks | Place::Ops) => self.copy_operation(),
            C::Copy if matches!(self.model.place(), Place::Store | Place::Card) => self.copy_recipe(),
            C::Copy | C::Messages | C::Palette | C::Help => self.lay(command),
            C::Trouble => self.lay_trouble(),
            C::MendAll => self.mend_all(),
            C::Refresh => self.refresh(),
            C::Mouse => self.hand_over_mouse(),
            C::Repaint => self.effects.push(Effect::Repaint),
            C::Suspend => self.effects.push(Effect::Suspend),
            C::Quit => self.quit(),
        }
    }

    pub fn open(&mut self, deck: Deck) {
        if deck == Deck::Ops && self.model.deck != deck {
            self.look_at_newest();
        }
        self.close_detail();
        self.model.deck = deck;
        self.model.is_filtering = false;
        if deck == Deck::Apps {
            self.model.apps.arrange(&self.model.world);
        }
        self.look_at(deck);
    }

    /// A deck that is gone to is to be seen: one app in depth would lie over it.
    pub fn close_detail(&mut self) {
        self.model.layers.retain(|layer| !matches!(layer, Layer::Detail(_)));
    }

    fn submit(&mut self) {
        match self.model.place() {
            Place::Deploy | Place::Plan => self.submit_deploy(),
            Place::Preview | Place::Naming => self.submit_preview(),
            Place::Undo => self.submit_undo(),
            Place::Drafts => self.begin_adoption(),
            Place::Found => self.finish_form(),
            _ => self.submit_form(),
        }
    }

    fn take_other_way(&mut self) {
        match self.model.place() {
            Place::Undo => self.turn_undo(),
            Place::Moves => self.take_others_too(),
            _ => self.other_way(),
        }
    }

    fn enter(&mut self) {
        match self.model.place() {
            Place::Overview => self.enter_unit(),
            Place::Apps => match self.entry_under_hand().and_then(|entry| self.model.news_of(entry)) {
                Some(_) => self.log(),
                None if self.entry_under_hand().is_some_and(Entry::is_binned) => self.undo(),
                None => self.show_held_detail(),
            },
            Place::Store => self.enter_store(),
            Place::Card => self.deploy(),
            Place::Narrow => self.turn_choice(),
            Place::News => self.take_news(),
            Place::Sources => self.lay_sources(Command::SourceNews),
            Place::Ops => self.show_held_operation(),
            Place::Deploy => self.step_deploy(1),
            Place::Plan => self.press_deploy(),
            Place::Preview => self.press_preview(),
            Place::Nodes => self.choose_node(),
            Place::Node => self.enter_node(),
            Place::Hosts => self.enter_host(),
            Place::Moves => self.preview_moves(),
            Place::Snapshots | Place::DetailSnapshots => self.roll_back(),
            Place::AppBackups | Place::DetailBackups => self.unfold_notes(),
            Place::Detail => self.enter_want_of_app(),
            Place::DetailOps => self.enter_detail_operation(),
            Place::Filter if self.is_in_detail() => self.keep_typed(),
            Place::WayIn => self.copy_way_in(),
            Place::Filter if self.is_adopting() => self.enter_adoption(),
            Place::Candidates | Place::Looks | Place::Drafts | Place::Adopted => self.enter_adoption(),
            Place::Filter if matches!(self.model.layers.last(), Some(Layer::Help(_))) => self.keep_help_filter(),
            Place::Help => self.do_what_help_shows(),
            Place::Marks => self.enter_mark(),
            Place::Filter if matches!(self.model.layers.last(), Some(Layer::Ports(_))) => self.enter_ports(),
            Place::Filter => self.model.is_filtering = false,
            Place::Ports => self.enter_ports(),
            Place::Gateways => self.enter_gateways(),
            Place::Question => self.press(),
            Place::Form | Place::Wizard => self.enter_field(),
            Place::Found => self.submit_form(),
            Place::CopyMenu => self.copy_chosen(),
            Place::Inbox => self.wish_in_inbox(Command::Enter),
            Place::Picks => self.take_pick(),
            Place::Sizes => self.preview_sizes(),
            Place::Palette => self.take_chosen(),
            Place::Trouble => self.meddle_under_hand(),
            _ => {}
        }
    }

    pub fn is_in_detail(&self) -> bool {
        matches!(self.model.layers.last(), Some(Layer::Detail(_)))
    }

    fn show_held_detail(&mut self) {
        if let Some(guest) = self.model.under_hand().cloned() {
            self.show_detail(&guest, Tab::Overview);
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
        if self.model.deck == Deck::Backups {
            self.echo("looking at every storage".into());
            return self.look_at_backups();
        }
        self.look_at(self.model.deck);
        self.echo("reading every host".into());
        self.change(Wish::Refresh, Change::Refresh);
    }

    pub fn explain(&mut self, words: String, detail: String) {
        let now = self.model.now;
        let detail = self.model.keymap.reword(self.model.place(), &detail).into_owned();
        self.model.toasts.tell(Tone::Warning, words, Some(detail.into()), now.tick, now.wall);
    }

    pub fn tell(&mut self, tone: Tone, text: impl Into<std::sync::Arc<str>>) {
        let text: std::sync::Arc<str> = text.into();
        let text = match self.model.keymap.reword(self.model.place(), &text) {
            std::borrow::Cow::Borrowed(_) => text.clone(),
            std::borrow::Cow::Owned(moved) => moved.into(),
        };
        self.model.toasts.tell(tone, text, None, self.model.now.tick, self.model.now.wall);
    }

    /// The display says what was understood, before Proxmox has answered.
    pub fn echo(&mut self, text: String) {
        self.model.echo = Some((text, self.model.now.tick + words::ECHO));
    }
}
