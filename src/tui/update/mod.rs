//! What happens becomes what is known: the only place that changes the model. What must leave the deck goes out as
//! effects; nothing here waits, reads or writes.

mod adopt;
mod answers;
mod arrange;
mod ask;
mod back;
mod backups;
mod board;
mod carry;
mod console;
mod copying;
mod deploy;
mod detail;
mod detail_log;
mod drag;
mod forms;
mod gateways;
mod herald;
mod hints;
mod honours;
mod host;
mod inbox;
mod keys;
mod lay;
mod life;
mod look;
mod mouse;
mod moves;
mod moving;
mod night;
mod obey;
mod operation;
mod power;
mod preview;
mod restore;
mod schedules;
mod settings;
mod shelf;
mod sizes;
mod sources;
mod store;
mod terminal;
mod trouble;
mod undo;
mod unit;
mod visit;
mod wander;
mod way_in;
mod words;

use std::sync::Arc;

use super::{
    command::Deck,
    effect::Effect,
    event::{Event, Focus, Now, Ticket},
    model::{
        Model, Opening, Wish,
        memory::{Remembered, Seen},
        start,
        world::{World, guest_of},
    },
};
use crate::{
    domain::{
        fleet::{Fleet, Host, Reach},
        operation::Operation,
        plan::PlanKind,
    },
    engine::{Change, Query, door::Audience},
    settings::Motion,
    sound::Cue,
};

pub fn update(model: &mut Model, now: Now, event: Event) -> Vec<Effect> {
    let from = model.stop();
    let mut turn = Turn { before: model.now, model, effects: Vec::new(), wandered: false };
    turn.model.now = now;
    turn.take(event);
    turn.note_way(from);
    turn.pass_time();
    turn.effects
}

/// One event on its way through the model.
struct Turn<'m> {
    model: &'m mut Model,
    before: Now,
    effects: Vec<Effect>,
    /// One goes back or forward: that way is known.
    wandered: bool,
}

impl Turn<'_> {
    fn take(&mut self, event: Event) {
        match event {
            Event::Key(key) => self.key(key),
            Event::Mouse(mouse) => self.mouse(mouse),
            Event::Paste(text) => self.paste(&text),
            Event::Resize { columns, rows } => (self.model.columns, self.model.rows) = (columns, rows),
            Event::Focus(focus) => self.focus(focus),
            Event::Themes(themes) => self.themes(themes),
            Event::Fleet(fleet) => self.fleet(fleet),
            Event::Notice(notice) => self.notice(notice),
            Event::Asked(ticket, result) => self.asked(ticket, result),
            Event::Answered(ticket, result) => self.answered(ticket, result),
            Event::Carried(ticket, result) => self.carried(ticket, result),
            Event::Lent(ticket, news) => self.lent(ticket, news),
            Event::Visited(ticket, result) => self.visited(ticket, result),
            Event::Console(line, news) => self.console_news(line, news),
            Event::Changed(ticket, result) => self.changed(ticket, result),
            Event::Written(ticket, result) => self.written(ticket, result),
            Event::Frame => {}
        }
    }

    /// What ends by itself, ends.
    fn pass_time(&mut self) {
        let tick = self.model.now.tick;
        let before = self.before.tick;
        let passed = self.model.flips.passed_edge(before, tick) || self.model.hosts.flips.passed_edge(before, tick);
        if self.model.canvas.motion == Motion::Full && passed {
            self.play(Cue::Flip);
        }
        self.model.flips.tidy(tick);
        self.model.hosts.flips.tidy(tick);
        if self.model.echo.as_ref().is_some_and(|(_, until)| *until <= tick) {
            self.model.echo = None;
        }
        if self.model.power_on.is_some_and(|until| until <= tick) {
            self.model.power_on = None;
        }
        if self.model.board.is_due(self.model.now.wall) && self.model.board.known() > 0 {
            self.model.assess();
        }
        if self.model.health.told_again.is_some_and(|until| until <= self.model.now.wall) {
            self.model.assess();
            self.follow_inbox();
        }
        if self.model.deck != Deck::Overview {
            self.model.overview.arranging = None;
        }
        self.grow_dark();
        self.hide_secrets();
        self.note_the_day();
        self.herald();
        self.ask_due_plans();
        self.ask_due_beside();
        self.ask_due_detail();
        self.keep_in_sight();
        self.keep_log_in_sight();
        self.tend_consoles();
        self.see_deeds();
    }

    /// The show of the first start is for once a day.
    fn note_the_day(&mut self) {
        let day = start::day(&self.model.zone, self.model.now.wall);
        if self.model.seen.day != day {
            self.model.seen = Seen { day };
            let seen = self.model.seen.clone();
            self.remember(&seen);
        }
    }

    fn focus(&mut self, focus: Focus) {
        if self.model.focus == focus {
            return;
        }
        self.model.focus = focus;
        if focus == Focus::Gained && !self.model.night.is_dark() {
            self.wake();
        }
        self.change(Wish::Watch, Change::Watched(audience(focus)));
        self.console_focus(focus);
        if focus == Focus::Lost {
            self.model.finish_turns();
            self.model.power_on = None;
        }
    }

    fn fleet(&mut self, fleet: Arc<Fleet>) {
        let model = &mut *self.model;
        let ended: Vec<Operation> = newly_ended(&model.world.fleet, &fleet);
        let is_lost = newly_lost(&model.world.fleet, &fleet);
        let heard = heard(&model.world.fleet, &fleet);
        let before = model.world.fleet.clone();
        let snapshots_changed = ended.iter().any(|operation| touches_snapshots(operation.plan.kind));
        model.times.note(&fleet, model.now.wall);
        model.world = World::new(fleet);
        model.world.furnish(&mut model.room.racks);
        model.apps.follow(&model.world);
        model.assess();
        model.hosts.follow(&model.world);
        model.ops.follow(&model.world.fleet);
        model.store.follow(&model.world.fleet);
        if !model.world.fleet.hosts.is_empty() {
            model.opening = Opening::Deck;
        }
        self.keep_room();
        self.follow_backups();
        self.follow_details();
        self.follow_adoption();
        self.follow_inbox();
        self.hear_alerts();
        self.follow_honours();
        self.hear_deeds(&before);
        self.count_choices();
        self.offer_unlock();
        self.take_newest_in_hand();
        if is_lost {
            self.play(Cue::HostLost);
        }
        if let Some(cue) = heard {
            self.play(cue);
        }
        if snapshots_changed {
            self.ask_snapshots();
        }
        for guest in ended.iter().filter_map(|operation| operation.plan.subject.guest()) {
            if self.model.flips.backs().any(|back| back == guest) {
                self.ask_back(guest.clone());
            }
        }
    }

    /// A new app is what one looks for among the apps, unless one is at work there already.
    fn take_newest_in_hand(&mut self) {
        let model = &mut *self.model;
        let Some(operation) = model.newest.and_then(|id| model.world.fleet.operation(id)) else { return };
        let unit = guest_of(operation).filter(|guest| model.world.entry(guest).is_some());
        if let Some(guest) = unit {
            model.newest = None;
            if model.deck != Deck::Apps {
                model.apps.show(&guest, &model.world);
            }
        }
    }

    fn play(&mut self, cue: Cue) {
        let settings = &self.model.settings;
        if !settings.sound.mute && settings.cues.is_on(cue.slug()) {
            self.effects.push(Effect::Play(cue));
        }
    }

    /// Keeps a thing of the deck for the next time.
    fn remember<T: Remembered>(&mut self, thing: &T) {
        if let Ok(value) = serde_json::to_string(thing) {
            self.change(Wish::Remember, Change::Remember { name: T::NAME, value });
        }
    }

    fn ticket(&mut self, wish: Wish) -> Ticket {
        self.model.next_ticket += 1;
        let ticket = Ticket(self.model.next_ticket);
        self.model.waiting.insert(ticket, wish);
        ticket
    }

    fn change(&mut self, wish: Wish, change: Change) {
        let ticket = self.ticket(wish);
        self.effects.push(Effect::Change(ticket, change));
    }

    fn query(&mut self, wish: Wish, query: Query) {
        let ticket = self.ticket(wish);
        self.effects.push(Effect::Query(ticket, query));
    }
}

/// Something big began, or something waits for the operator's word.
fn heard(before: &Fleet, now: &Fleet) -> Option<Cue> {
    let asked = |operation: &&Operation| before.operation(operation.id).is_some_and(Operation::asks);
    let is_new = |operation: &&Operation| operation.is_running() && before.operation(operation.id).is_none();
    let is_big = |operation: &Operation| {
        matches!(operation.plan.kind, PlanKind::Deploy | PlanKind::Clone | PlanKind::Update | PlanKind::Move)
            || operation.plan.kind.is_relocation()
    };
    let is_backup = |operation: &Operation| operation.plan.kind == PlanKind::Backup;
    if now.operations.iter().filter(|operation| operation.asks()).any(|operation| !asked(&operation)) {
        return Some(Cue::Error);
    }
    if now.operations.iter().filter(is_new).any(is_backup) {
        return Some(Cue::BackupCreate);
    }
    now.operations.iter().filter(is_new).any(is_big).then_some(Cue::DeployStart)
}

fn touches_snapshots(kind: PlanKind) -> bool {
    matches!(kind, PlanKind::Snapshot | PlanKind::RemoveSnapshot | PlanKind::Rollback | PlanKind::Update)
}

fn audience(focus: Focus) -> Audience {
    match focus {
        Focus::Gained => Audience::Present,
        Focus::Lost => Audience::Away,
    }
}

fn newly_lost(before: &Fleet, now: &Fleet) -> bool {
    let was_there = |host: &Host| before.host(&host.id).is_some_and(|host| host.reach == Reach::Online);
    now.hosts.iter().any(|host| matches!(host.reach, Reach::Lost(_)) && was_there(host))
}

fn newly_ended(before: &Fleet, now: &Fleet) -> Vec<Operation> {
    let ran = |operation: &&Operation| before.operation(operation.id).is_none_or(Operation::is_running);
    now.operations.iter().filter(|operation| !operation.is_running()).filter(ran).cloned().collect()
}
