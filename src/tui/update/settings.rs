//! Deck 7: values are stepped through, typed, pressed and set back, and each change holds at once. What must hold: what does
//! not do is said beside the field, and nothing is changed by it.

use super::Turn;
use crate::{
    domain::ids::HostId,
    engine::Tone,
    settings::{Kind, Presses, Settings, Spec, Tab},
    sound::Cue,
    tui::{
        command::{Command, Deck},
        effect::Effect,
        keymap::{Key, Keymap, amiss},
        layers::{Layer, forms::Field, question::Question},
        model::{
            hosts::HostRow,
            panel::{Doing, Joins, Line},
        },
        screens::settings::places,
    },
};

impl Turn<'_> {
    pub fn wish_in_settings(&mut self, command: Command) {
        match command {
            Command::NextPane => self.model.panel.step_tab(1),
            Command::PreviousPane => self.model.panel.step_tab(-1),
            Command::Left => self.step_setting(-1),
            Command::Right => self.step_setting(1),
            Command::Enter => self.enter_setting(),
            Command::Filter => self.model.is_filtering = true,
            Command::Reset => self.reset_setting(),
            Command::ResetAll => self.ask_to_reset_all(),
            Command::AddKey => self.wait_for_key(Joins::Others),
            Command::Listen => self.listen(),
            Command::Submit => self.take_typed_setting(),
            _ => {}
        }
        self.settle_panel();
    }

    pub fn settle_panel(&mut self) {
        let Some(floor) = self.model.floor() else { return };
        let (lines, page) = (self.model.panel_lines().len(), usize::from(places(floor.body).list.height).max(1));
        self.model.panel.settle(lines, page);
    }

    fn held_spec(&self) -> Option<&'static Spec> {
        match self.model.panel_line() {
            Some(Line::Setting(spec)) => Some(spec),
            _ => None,
        }
    }

    fn step_setting(&mut self, by: isize) {
        match self.held_spec() {
            Some(spec) => self.step(spec, by),
            None => self.enter_setting(),
        }
    }

    /// One value on, or one back; what has no steps is typed.
    pub fn step(&mut self, spec: &'static Spec, by: isize) {
        self.model.panel.wrong = None;
        if spec.key == "theme" {
            return self.step_theme(by);
        }
        match spec.stepped(&self.model.settings, by) {
            Some(value) => self.set(spec, &value),
            None if spec.name() == "alerts.quiet" => self.step_quiet_hours(spec, by),
            None => self.enter_setting(),
        }
    }

    /// Hours of one's own are typed; a step leaves them for the usual ones.
    fn step_quiet_hours(&mut self, spec: &'static Spec, by: isize) {
        let all = ["off", "22:00-07:00", "23:00-07:00", "00:00-08:00"];
        let now = spec.typed(&self.model.settings);
        let at = all.iter().position(|hours| *hours == now).unwrap_or(0) as isize;
        self.set(spec, all[(at + by).rem_euclid(all.len() as isize) as usize]);
    }

    /// The value holds, or it is said why not.
    pub fn set(&mut self, spec: &'static Spec, typed: &str) {
        match spec.set(&self.model.settings, typed) {
            Ok(after) => {
                (self.model.panel.doing, self.model.panel.wrong) = (Doing::Nothing, None);
                self.take_settings(after);
            }
            Err(why) => self.model.panel.wrong = Some(why),
        }
    }

    fn enter_setting(&mut self) {
        self.model.panel.wrong = None;
        match self.model.panel_line() {
            Some(Line::Setting(spec)) if matches!(spec.kind, Kind::Choice(_) | Kind::Toggle(..)) => self.step(spec, 1),
            Some(Line::Setting(spec)) if spec.key == "theme" => self.step_theme(1),
            Some(Line::Setting(spec)) => {
                let field = Field::plain(spec.label, "").filled(&spec.typed(&self.model.settings));
                self.model.panel.doing = Doing::Types(field);
            }
            Some(Line::Key(_)) => self.wait_for_key(Joins::Alone),
            Some(Line::Host(host)) => self.show_host(&host),
            Some(Line::NewHost) => self.connect_host(),
            Some(Line::Fact(..)) | None => {}
        }
    }

    pub fn show_host(&mut self, host: &HostId) {
        self.open(Deck::Hosts);
        let row = HostRow::Host(host.clone());
        if let Some(at) = self.model.hosts.rows.iter().position(|other| *other == row) {
            self.model.hosts.go(at as isize);
        }
    }

    pub fn edit_setting(&mut self, key: Key) {
        if let Doing::Types(field) = &mut self.model.panel.doing {
            super::forms::into_field(field, key);
            self.model.panel.wrong = None;
        }
    }

    pub fn paste_setting(&mut self, text: &str) {
        if let Doing::Types(field) = &mut self.model.panel.doing {
            field.paste(text);
        }
    }

    fn take_typed_setting(&mut self) {
        let (Some(spec), Doing::Types(field)) = (self.held_spec(), &self.model.panel.doing) else { return };
        let typed = field.value().to_owned();
        self.set(spec, &typed);
    }

    fn wait_for_key(&mut self, joins: Joins) {
        if let Some(Line::Key(_)) = self.model.panel_line() {
            (self.model.panel.doing, self.model.panel.wrong) = (Doing::Presses(joins), None);
        }
    }

    /// The key that was pressed is the command's, unless it is somebody's already.
    pub fn press_key(&mut self, key: Key) {
        let (Some(Line::Key(slug)), Doing::Presses(joins)) = (self.model.panel_line(), &self.model.panel.doing) else {
            return;
        };
        let joins = *joins;
        let judged = self.model.keymap.judge(&slug, key);
        // It is written into a file, and must be read there again.
        if let Err(why) = judged.and_then(|()| Key::read(&key.written()).map(drop)) {
            self.model.panel.wrong = Some(why);
            return;
        }
        let old = self.model.keymap.find(&slug).filter(|_| joins == Joins::Others);
        let old = old.map(|bound| bound.keys.iter().map(|key| key.written()).collect::<Vec<_>>());
        let mut keys: Vec<String> = old.unwrap_or_default();
        keys.push(key.written());
        keys.dedup();
        let mut after = self.model.settings.clone();
        after.keys.0.insert(slug, Presses(keys));
        (self.model.panel.doing, self.model.panel.wrong) = (Doing::Nothing, None);
        self.echo(format!("{} does it now", key.label()));
        self.take_settings(after);
    }

    fn reset_setting(&mut self) {
        let mut after = self.model.settings.clone();
        match self.model.panel_line() {
            Some(Line::Setting(spec)) => match spec.reset(&after) {
                Ok(better) => after = better,
                Err(why) => return self.model.panel.wrong = Some(why),
            },
            Some(Line::Key(slug)) => drop(after.keys.0.remove(&slug)),
            _ => return,
        }
        self.model.panel.wrong = None;
        self.take_settings(after);
    }

    fn ask_to_reset_all(&mut self) {
        let tab = self.model.panel.tab;
        if matches!(tab, Tab::Hosts | Tab::About) {
            return self.tell(Tone::Info, "there is nothing here to set back");
        }
        self.model.layers.push(Layer::Question(Question::reset(tab)));
    }

    pub fn reset_all(&mut self, tab: Tab) {
        let mut after = self.model.settings.clone();
        if tab == Tab::Keys {
            after.keys.0.clear();
        }
        for spec in self.model.specs().filter(|spec| spec.tab == tab).collect::<Vec<_>>() {
            // One may only make sense with another: the second time round all of them do.
            after = spec.reset(&after).unwrap_or(after);
        }
        for spec in self.model.specs().filter(|spec| spec.tab == tab).collect::<Vec<_>>() {
            after = spec.reset(&after).unwrap_or(after);
        }
        self.take_settings(after);
        self.echo(format!("{} as they were", tab.name()));
    }

    /// What is typed or waited for is left; says whether there was something.
    pub fn leave_setting(&mut self) -> bool {
        let was = !matches!(self.model.panel.doing, Doing::Nothing);
        (self.model.panel.doing, self.model.panel.wrong) = (Doing::Nothing, None);
        was
    }

    pub fn back_on_settings(&mut self) -> bool {
        let was = !self.model.panel.search.is_empty();
        self.model.panel.search.clear();
        was
    }

    fn listen(&mut self) {
        let named = self.held_spec().filter(|spec| spec.tab == Tab::Sound).map(|spec| spec.key);
        let Some(key) = named else { return self.tell(Tone::Info, "that is for a sound: go to one in the tab sound") };
        let cue = Cue::ALL.into_iter().find(|cue| cue.slug() == key).unwrap_or(Cue::Success);
        self.echo(format!("▸ {}", cue.slug()));
        self.effects.push(Effect::Play(cue));
    }

    /// Whatever is another one than before holds from now on, and is kept.
    pub fn take_settings(&mut self, after: Settings) {
        let before = std::mem::replace(&mut self.model.settings, after);
        let now = self.model.settings.clone();
        if before == now {
            return;
        }
        if before.keys != now.keys {
            let known = Keymap::of(&before.keys).1;
            let (keymap, mut notes) = Keymap::of(&now.keys);
            self.model.keymap = keymap;
            // What was amiss before was told before.
            notes.retain(|note| !known.contains(note));
            if let Some(fault) = amiss(&notes) {
                self.fail(&fault);
            }
        }
        self.show_look(&before.look, &now.look);
        if before.sound.mute != now.sound.mute {
            self.echo(if now.sound.mute { "muted" } else { "sound on" }.into());
        }
        if before.rules() != now.rules() {
            self.change(crate::tui::model::Wish::Care, crate::engine::Change::SetRules(now.rules()));
        }
        self.save();
    }
}
