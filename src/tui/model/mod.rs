//! All that the deck knows and shows. Only `update` changes it; drawing it twice gives the same picture.

pub mod apps;
pub mod backups;
pub mod care;
mod clock;
pub mod expiry;
pub mod fitting;
pub mod flip;
pub mod hand;
pub mod health;
pub mod herald;
pub mod hints;
pub mod honours;
pub mod hosts;
pub mod memory;
pub mod night;
pub mod ops;
pub mod overview;
pub mod panel;
pub mod progress;
pub mod room;
mod sieve;
pub mod start;
pub mod stops;
pub mod store;
pub mod times;
pub mod toast;
pub mod uses;
pub mod wake;
pub mod wants;
mod wish;
pub mod world;

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    time::Duration,
};

use jiff::tz::TimeZone;
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

pub use self::start::{Demo, Opening, Start};
pub(in crate::tui) use self::wish::{Chain, Then, Wish};
use self::{
    apps::Apps,
    backups::Board,
    flip::Flips,
    health::Health,
    herald::Herald,
    hints::Hints,
    honours::Honours,
    hosts::Hosts,
    memory::Seen,
    night::Night,
    ops::Ops,
    overview::Overview,
    panel::{Doing, Facts, Panel},
    room::{Layouts, Room},
    stops::{Marks, Trail},
    store::Store,
    times::Times,
    toast::Toasts,
    uses::Uses,
    world::{Entry, World, has_failed},
};
use super::{
    canvas::{Canvas, Charset},
    command::{Command, Deck},
    console::Consoles,
    effect::{Effect, Pointer},
    event::{Event, Focus, Now, Ticket},
    keymap::{Keymap, Place},
    layers::{
        Layer, console,
        deploy::{self, Around, Deploy},
        detail::Detail,
        forms, preview,
    },
    run,
    screens::{
        layout::{self, Floor},
        settings,
    },
    theme::Theme,
    widgets::led::Beating,
};
use crate::{
    domain::{
        catalog::{RecipeId, oldest},
        detail::GuestDetail,
        fault::Fault,
        ids::{GuestKey, HostId, OperationId},
        mischief::Mischief,
        operation::Operation,
        plan::journal::Outcome,
        purpose::Denied,
        state::State,
    },
    settings::{Motion, Settings},
};

#[derive(Debug, Clone)]
pub struct Model {
    pub settings: Settings,
    pub canvas: Canvas,
    pub themes: Vec<Theme>,
    pub demo: Demo,
    /// What was made to go wrong in the demo.
    pub mischief: BTreeSet<Mischief>,
    pub zone: TimeZone,
    pub world: World,
    pub health: Health,
    pub opening: Opening,
    pub deck: Deck,
    pub overview: Overview,
    /// As the operator arranged it, and under which names.
    pub room: Room,
    pub kept_room: Room,
    /// Somebody arranged something here since the start, or nothing was kept before it.
    pub is_room_ours: bool,
    pub layouts: Layouts,
    pub night: Night,
    pub apps: Apps,
    /// The filter line has the keys.
    pub is_filtering: bool,
    pub hosts: Hosts,
    pub store: Store,
    pub board: Board,
    pub ops: Ops,
    /// When each line of a journal was seen.
    pub times: Times,
    /// Forms of new apps that were closed, as they were left.
    pub drafts: HashMap<RecipeId, Deploy>,
    /// What was typed into other forms that were left, by what they are about.
    pub left_forms: HashMap<String, forms::Kept>,
    /// What was deployed last, until its unit stands under the hand.
    pub newest: Option<OperationId>,
    /// The keys as the operator has them.
    pub keymap: Keymap,
    /// Deck 7.
    pub panel: Panel,
    /// What the program knows of itself.
    pub facts: Facts,
    /// Where one was.
    pub trail: Trail,
    pub marks: Marks,
    /// What was chosen in the palette.
    pub uses: Uses,
    /// The letters this terminal was found to have.
    pub letters: Charset,
    pub layers: Vec<Layer>,
    /// Guests' consoles that are open.
    pub consoles: Consoles,
    pub toasts: Toasts,
    /// What the terminal is told of.
    pub herald: Herald,
    /// What was earned.
    pub honours: Honours,
    /// What a newcomer is led to.
    pub hints: Hints,
    pub flips: Flips<GuestKey>,
    pub backs: HashMap<GuestKey, Back>,
    /// Failures that the operator has read.
    pub read: HashSet<OperationId>,
    /// What the display says it understood, until then.
    pub echo: Option<(String, Duration)>,
    pub columns: u16,
    pub rows: u16,
    pub focus: Focus,
    /// Who has the mouse.
    pub pointer: Pointer,
    pub now: Now,
    /// When the deck was last looked at.
    pub seen: Seen,
    /// When the power-on show ends, while it runs.
    pub power_on: Option<Duration>,
    /// The vault's passphrase was asked for once; from then on the operator asks.
    pub was_offered_unlock: bool,
    pub(super) waiting: HashMap<Ticket, Wish>,
    pub(super) next_ticket: u64,
}

/// What is known of a unit's back.
#[derive(Debug, Clone)]
pub enum Back {
    Asked,
    Known(Box<GuestDetail>),
    Failed(Fault),
}

impl Model {
    /// Who has the keys now.
    pub fn place(&self) -> Place {
        match self.layers.last() {
            Some(Layer::Why { operation, .. }) if self.operation(*operation).is_some_and(Operation::asks) => {
                Place::Asks
            }
            Some(Layer::Console(pane)) => pane.place(self.consoles.of(&pane.guest)),
            Some(layer) => layer.place(),
            None => self.place_under(),
        }
    }

    /// Where one is when every layer is thought away.
    pub fn place_under(&self) -> Place {
        match (self.opening, self.deck) {
            (Opening::FirstRun, Deck::Overview | Deck::Apps | Deck::Hosts) => Place::FirstRun,
            (_, Deck::Store) if self.is_filtering => Place::Filter,
            (_, Deck::Store) => Place::Store,
            (_, Deck::Ops) => Place::Ops,
            (_, Deck::Overview) if self.overview.arranging.is_some() => Place::Arrange,
            (_, Deck::Overview) => Place::Overview,
            (_, Deck::Apps) if self.is_filtering => Place::Filter,
            (_, Deck::Apps) => Place::Apps,
            (_, Deck::Hosts) => Place::Hosts,
            (_, Deck::Settings) if self.is_filtering => Place::Filter,
            (_, Deck::Settings) => match self.panel.doing {
                Doing::Nothing => Place::Settings,
                Doing::Types(_) => Place::SettingEdit,
                Doing::Presses(_) => Place::Press,
            },
            (_, Deck::Backups) if self.is_filtering => Place::Filter,
            (_, Deck::Backups) => Place::Backups,
        }
    }

    /// The app that is looked at in depth, under whatever lies over it.
    pub fn detail(&self) -> Option<&Detail> {
        self.layers.iter().rev().find_map(|layer| match layer {
            Layer::Detail(detail) => Some(&**detail),
            _ => None,
        })
    }

    /// The guest at whose console one sits, while nothing lies over it.
    pub fn sits_at(&self) -> Option<&GuestKey> {
        match self.layers.last()? {
            Layer::Console(pane) => Some(&pane.guest),
            _ => None,
        }
    }

    /// The guest under the hand, where there is one.
    pub fn under_hand(&self) -> Option<&GuestKey> {
        // Another one may be shown there than the deck has in hand.
        if let Some(guest) = self.sits_at() {
            return Some(guest);
        }
        if let Some(detail) = self.detail() {
            return Some(&detail.guest);
        }
        match self.place_under() {
            Place::Overview | Place::Arrange => self.overview.selected(),
            Place::Apps => self.apps.selected(),
            Place::Filter if self.deck == Deck::Apps => self.apps.selected(),
            Place::Backups => self.board.held().map(|row| &row.guest),
            _ => None,
        }
    }

    /// What the login of the host under the hand lacks for this, if it may not do it.
    pub fn denied(&self, command: Command) -> Option<(&HostId, &Denied)> {
        let purpose = command.purpose()?;
        let host = match command {
            Command::Balance | Command::Evacuate | Command::Fill => self.hosts.selected()?.host(),
            _ => &self.under_hand()?.host,
        };
        Some((host, self.world.fleet.host(host)?.denies(purpose)?))
    }

    /// The operation that a unit shows: what runs, and what failed until it was read, or as long as the unit is down
    /// because of it.
    pub fn news_of(&self, entry: &Entry) -> Option<&Operation> {
        let operation = self.world.operation(entry)?;
        let is_unread = entry.state == State::Error || !self.read.contains(&operation.id);
        (operation.is_running() || (has_failed(operation) && is_unread)).then_some(operation)
    }

    /// Of the fleet, or an older one that was asked for.
    pub fn operation(&self, id: OperationId) -> Option<&Operation> {
        self.ops.find(id, &self.world.fleet)
    }

    /// The one under the hand of the operations deck.
    pub fn held_operation(&self) -> Option<&Operation> {
        self.operation(self.ops.hand.key?)
    }

    /// What a form of a new app must know.
    pub fn around(&self) -> Around {
        Around {
            nodes: self.world.fleet.nodes.iter().map(|node| node.key.clone()).collect(),
            taken: self.world.fleet.apps.iter().map(|app| app.name.to_string()).collect(),
            zone: self.zone.iana_name().filter(|zone| *zone != "UTC").map(Into::into),
            version: oldest(&self.world.fleet.nodes),
            usual: self.settings.defaults(),
        }
    }

    /// Nothing turns any more.
    pub fn finish_turns(&mut self) {
        self.flips.finish();
        self.hosts.flips.finish();
    }

    /// Puts everything where it is kept to stand.
    pub fn furnish(&mut self) {
        self.world.furnish(&mut self.room.racks);
        self.overview.follow(&self.world, self.health.wants.len());
    }

    /// Works out anew what the whole comes to.
    pub fn assess(&mut self) {
        self.board.follow(&self.world.fleet, self.now.wall);
        self.health = health::assess(&self.world, &self.board, &self.read, self.now.wall);
        self.overview.follow(&self.world, self.health.wants.len());
    }

    /// The plan of the screen; nothing when it is too small for one.
    pub fn floor(&self) -> Option<Floor> {
        layout::floor(Rect::new(0, 0, self.columns, self.rows))
    }

    /// Where a form wants the cursor.
    pub fn caret(&self) -> Option<Position> {
        match self.layers.last().filter(|_| !self.night.is_dark()) {
            Some(Layer::Form(form)) => forms::caret(self.floor()?.body, form),
            Some(Layer::Deploy(form)) => deploy::caret(self.floor()?.body, form),
            Some(Layer::Preview(pane)) => preview::caret(self.floor()?.body, pane),
            None if self.deck == Deck::Settings => settings::caret(self.floor()?.body, self),
            Some(Layer::Console(pane)) => console::caret(&self.floor()?, pane, &self.consoles),
            _ => None,
        }
    }

    /// Lights move only while somebody looks.
    pub fn beating(&self, now: Now) -> Beating {
        match (self.focus, self.canvas.motion) {
            (Focus::Lost, _) | (_, Motion::None) => Beating::Still,
            _ => Beating::At(now.tick),
        }
    }
}

/// How an operation stands: its sign, and what became of it.
pub fn tale(operation: &Operation) -> (char, &'static str) {
    let kind = operation.plan.kind;
    match operation.outcome() {
        None if operation.asks() => ('✖', "waits for your word"),
        None => ('◌', kind.doing()),
        Some(Outcome::Done) => ('✓', kind.done()),
        Some(Outcome::Undone) => ('✖', "was undone"),
        Some(Outcome::Kept) => ('✖', "failed and was kept"),
        Some(Outcome::Partly) => ('✖', "was done in part"),
        Some(Outcome::Stuck { .. }) => ('✖', "is stuck"),
        Some(Outcome::Failed) => ('✖', kind.undone()),
    }
}

impl run::Deck for Model {
    fn update(&mut self, now: Now, event: Event) -> Vec<Effect> {
        super::update(self, now, event)
    }

    fn draw(&self, now: Now, picture: &mut Buffer) {
        super::draw(self, now, picture);
    }

    fn wakes_at(&self) -> Option<Duration> {
        Model::wakes_at(self)
    }

    fn caret(&self) -> Option<Position> {
        Model::caret(self)
    }

    fn wants(&self, ticket: Ticket) -> bool {
        self.waiting.contains_key(&ticket)
    }
}
