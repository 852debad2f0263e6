//! What a deck begins with: everything that it cannot ask for itself.

use std::{collections::HashSet, sync::Arc, time::Duration};

use jiff::tz::TimeZone;

use super::{
    Model,
    backups::Board,
    health,
    herald::Herald,
    memory::{Memory, Seen},
    night::Night,
    panel::Facts,
    room::Room,
    world::World,
};
use crate::{
    domain::{fleet::Fleet, moment::Moment},
    settings::{Motion, Settings},
    tui::{
        canvas::Canvas,
        command::Deck,
        effect::Pointer,
        event::{Focus, Now},
        keymap::Keymap,
        theme::Theme,
    },
};

pub struct Start {
    pub settings: Settings,
    pub canvas: Canvas,
    /// Every theme there is, as this terminal can show it.
    pub themes: Vec<Theme>,
    /// The last fleet that is known; the first frame shows it.
    pub fleet: Arc<Fleet>,
    /// What was kept of the last time.
    pub memory: Memory,
    /// What the program knows of itself, for the settings.
    pub facts: Facts,
    pub demo: Demo,
    pub opening: Opening,
    pub columns: u16,
    pub rows: u16,
    /// For the times of day on the screen.
    pub zone: TimeZone,
    pub now: Now,
}

/// Whether the world behind the deck is real.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demo {
    Real,
    Demo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    Deck,
    /// No host is known yet.
    FirstRun,
}

/// How long the lights test themselves.
pub const POWER_ON: Duration = Duration::from_millis(480);

impl Model {
    pub fn new(start: Start) -> Self {
        let mut world = World::new(start.fleet);
        let kept_room: Room = start.memory.recall();
        let mut room = kept_room.clone();
        world.furnish(&mut room.racks);
        let mut board = Board::default();
        board.follow(&world.fleet, start.now.wall);
        let (keymap, _) = Keymap::of(&start.settings.keys);
        let seen: Seen = start.memory.recall();
        let is_new_day = seen.day != day(&start.zone, start.now.wall);
        let shows = start.canvas.motion == Motion::Full && start.opening == Opening::Deck && is_new_day;
        let mut model = Self {
            health: health::assess(&world, &board, &HashSet::new(), start.now.wall),
            board,
            world,
            power_on: shows.then(|| start.now.tick + POWER_ON),
            seen,
            letters: start.canvas.charset,
            pointer: Pointer::Deck,
            settings: start.settings,
            canvas: start.canvas,
            themes: start.themes,
            demo: start.demo,
            mischief: Default::default(),
            zone: start.zone,
            opening: start.opening,
            deck: Deck::Overview,
            overview: Default::default(),
            room,
            is_room_ours: kept_room == Room::default(),
            kept_room,
            layouts: start.memory.recall(),
            night: Night::from(start.now.tick),
            apps: Default::default(),
            is_filtering: false,
            hosts: Default::default(),
            store: Default::default(),
            ops: Default::default(),
            times: Default::default(),
            drafts: Default::default(),
            left_forms: Default::default(),
            newest: None,
            keymap,
            panel: Default::default(),
            facts: start.facts,
            trail: Default::default(),
            marks: start.memory.recall(),
            uses: start.memory.recall(),
            layers: Vec::new(),
            consoles: Default::default(),
            toasts: Default::default(),
            herald: Herald::from(start.now.wall),
            honours: start.memory.recall(),
            hints: start.memory.recall(),
            flips: Default::default(),
            backs: Default::default(),
            read: Default::default(),
            echo: None,
            columns: start.columns,
            rows: start.rows,
            focus: Focus::Gained,
            now: start.now,
            was_offered_unlock: false,
            waiting: Default::default(),
            next_ticket: 0,
        };
        model.apps.arrange(&model.world);
        model.overview.follow(&model.world, model.health.wants.len());
        model.hosts.follow(&model.world);
        model.ops.follow(&model.world.fleet);
        model.times.note(&model.world.fleet, model.now.wall);
        model
    }
}

/// `2026-09-21`, where the operator is.
pub fn day(zone: &TimeZone, at: Moment) -> String {
    let time = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    time.to_zoned(zone.clone()).strftime("%F").to_string()
}
