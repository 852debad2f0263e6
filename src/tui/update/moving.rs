//! Where the hand goes.

use super::Turn;
use crate::domain::{honours::Honour, mischief::Mischief};
use crate::tui::{
    command::{Command, Deck},
    keymap::Place,
    layers::{Layer, gateways::items, help, inbox, question::Question, sources::Sources},
    model::{hand::window, overview::Pane},
    screens::{layout, settings},
};

/// Where from `at` a command leads among `len` things.
pub(super) fn aim(command: Command, at: usize, len: usize, page: usize) -> usize {
    let last = len.saturating_sub(1);
    match command {
        Command::Previous => at.saturating_sub(1),
        Command::Next => at + 1,
        Command::PageUp => at.saturating_sub(page),
        Command::PageDown => at + page,
        Command::First => 0,
        _ => last,
    }
    .min(last)
}

fn move_sources(command: Command, sources: &mut Sources, page: usize) {
    match &sources.news {
        Some(news) => {
            let difference = &news.difference;
            let lines = difference.added.len() + difference.removed.len() + difference.changed.len() * 2;
            sources.top = aim(command, sources.top.into(), lines.max(1), page) as u16;
        }
        None => sources.at = aim(command, sources.at, sources.rows().len(), page),
    }
}

impl Turn<'_> {
    pub fn move_hand(&mut self, command: Command) {
        let page = self.page();
        if let Some(Layer::Node(pane)) = self.model.layers.last() {
            let at = aim(command, pane.at, pane.count(self.model), page);
            return self.hold_line(at);
        }
        if self.is_in_detail() {
            return self.move_in_detail(command, page);
        }
        let model = &mut *self.model;
        match model.layers.last_mut() {
            Some(Layer::Palette(palette)) => palette.at = aim(command, palette.at, palette.found.len(), page),
            Some(Layer::Help(_)) => self.move_in_help(command),
            Some(Layer::Marks(menu)) => menu.at = aim(command, menu.at, model.marks.0.len(), page),
            Some(Layer::CopyMenu(menu)) => menu.at = aim(command, menu.at, menu.items.len(), page),
            Some(Layer::Nodes(nodes)) => nodes.at = aim(command, nodes.at, nodes.judged.len(), page),
            Some(Layer::Moves(moves)) => moves.at = aim(command, moves.at, moves.legs().len(), page),
            Some(Layer::Backups(kept)) => kept.go(aim(command, kept.at(), kept.rows.len(), page)),
            Some(Layer::Schedules(list)) => {
                list.at = aim(command, list.at, model.world.fleet.backups.jobs().count(), page)
            }
            Some(Layer::Ports(ports)) => ports.at = aim(command, ports.at, ports.items().len(), page),
            Some(Layer::Inbox(inbox)) => inbox.go(aim(command, inbox.hand.at, inbox.items.len(), page)),
            Some(Layer::Sizes(sizes)) => sizes.at = aim(command, sizes.at, sizes.rows().len(), page),
            Some(Layer::Picks(picks)) => picks.at = aim(command, picks.at, picks.all.len(), page),
            Some(Layer::Gateways(list)) => list.at = aim(command, list.at, items(&model.world.fleet).len(), page),
            Some(Layer::WayIn(way)) => way.at = aim(command, way.at, way.lines.len(), page),
            Some(Layer::Snapshots(list)) => list.at = aim(command, list.at, list.rows().len(), page),
            Some(Layer::Deploy(_) | Layer::Preview(_)) => self.move_plan(command),
            Some(Layer::Sources(sources)) => move_sources(command, sources, page),
            Some(Layer::Adopt(_)) => self.move_in_adoption(command, page),
            Some(Layer::Narrow(narrow)) => narrow.at = aim(command, narrow.at, narrow.counts.len(), page),
            Some(Layer::Plaque { top }) => *top = aim(command, (*top).into(), Honour::ALL.len(), page) as u16,
            Some(Layer::Trouble { at }) => *at = aim(command, *at, Mischief::ALL.len(), page),
            Some(layer) => {
                if let Some(top) = layer.top() {
                    *top = aim(command, usize::from(*top), usize::from(u16::MAX), page) as u16;
                }
            }
            None => self.move_on_deck(command, page),
        }
    }

    fn move_in_help(&mut self, command: Command) {
        let Some(floor) = self.model.floor() else { return };
        let Some(Layer::Help(help)) = self.model.layers.last() else { return };
        let (count, page) = (help.lines(self.model).len(), help::page(floor.body, help, self.model));
        let at = aim(command, help.at, count, page);
        if let Some(Layer::Help(help)) = self.model.layers.last_mut() {
            help.at = at;
        }
    }

    fn hold_line(&mut self, line: usize) {
        if let Some(Layer::Node(pane)) = self.model.layers.last_mut() {
            pane.at = line;
        }
    }

    fn move_on_deck(&mut self, command: Command, page: usize) {
        let model = &mut *self.model;
        match model.place() {
            Place::Apps => {
                let at = aim(command, model.apps.hand.at, model.apps.shown.len(), page);
                model.apps.hand.go(at, &model.apps.shown);
            }
            Place::Overview if model.overview.pane == Pane::Wants => {
                model.overview.want = aim(command, model.overview.want, model.health.wants.len(), page);
            }
            Place::Arrange if model.overview.is_in_row() => {
                let by = match command {
                    Command::First => isize::MIN,
                    Command::Last => isize::MAX,
                    Command::Previous | Command::PageUp => -1,
                    _ => 1,
                };
                self.step_in_room(by);
            }
            Place::Overview | Place::Arrange => {
                let units = model.world.cabinets.get(model.overview.cabinet).map_or(0, |cabinet| cabinet.units.len());
                model.overview.go(aim(command, model.overview.unit, units, page) as isize, &model.world);
            }
            Place::Hosts => model.hosts.go(aim(command, model.hosts.at, model.hosts.rows.len(), page) as isize),
            Place::Store => self.move_in_store(command, page),
            Place::Backups => model.board.go(aim(command, model.board.hand.at, model.board.shown.len(), page)),
            Place::Ops => model.ops.go(aim(command, model.ops.hand.at, model.ops.rows.len(), page)),
            Place::Settings => {
                let lines = model.panel_lines().len();
                (model.panel.at, model.panel.wrong) = (aim(command, model.panel.at, lines, page), None);
            }
            _ => {}
        }
    }

    pub fn move_across(&mut self, command: Command) {
        let by = if matches!(command, Command::Left | Command::PreviousPane) { -1 } else { 1 };
        match self.model.place() {
            Place::Form | Place::Wizard => return self.step_field(by),
            Place::Charts if matches!(command, Command::Left | Command::Right) => return self.step_cursor(by),
            _ if self.is_in_detail() => return self.step_tab(by),
            Place::Deploy | Place::Plan => return self.step_deploy(by),
            Place::Store => return self.move_across_store(command),
            Place::Card => return self.turn_card(by),
            Place::Candidates => return self.step_adoption_chip(by),
            Place::Ports => return self.step_ports(by),
            Place::Inbox => return self.step_inbox(by),
            Place::Arrange if matches!(command, Command::NextPane | Command::PreviousPane) => {
                return self.change_part();
            }
            Place::Arrange => return self.step_in_room(by),
            _ => {}
        }
        if let Some(Layer::Question(Question { lit, .. })) = self.model.layers.last_mut() {
            *lit = lit.other();
            return;
        }
        let model = &mut *self.model;
        match (model.place(), command) {
            (Place::Overview, Command::NextPane | Command::PreviousPane) => model.overview.change_pane(&model.health),
            (Place::Overview, _) => {
                model.overview.pane = Pane::Cabinets;
                model.overview.step_cabinet(by, &model.world);
            }
            (Place::Apps, _) => {
                model.apps.step_chip(by);
                model.apps.arrange(&model.world);
            }
            (Place::Backups, _) => {
                model.board.chip = model.board.chip.step(by);
                model.board.arrange();
            }
            (Place::Hosts, _) => {
                let next = model.hosts.next_host(by);
                model.hosts.go(next as isize);
            }
            _ => {}
        }
    }

    /// How far a page key goes here.
    fn page(&self) -> usize {
        let Some(floor) = self.model.floor() else { return 1 };
        if let Some(Layer::Inbox(inbox)) = self.model.layers.last() {
            return inbox::page(floor.body, inbox);
        }
        match self.model.place() {
            Place::Apps => layout::page(layout::apps(floor.body).1, self.model.settings.look.density),
            Place::Overview | Place::Arrange => usize::from(floor.body.height / 3).max(1),
            Place::Hosts => usize::from(floor.body.height / layout::HOST_PITCH).max(1),
            Place::Store => self.page_of_store(),
            Place::Ops => usize::from(layout::list(floor.body).1.height).max(1),
            Place::Settings => usize::from(settings::places(floor.body).list.height).max(1),
            Place::Backups => usize::from(self.board_places(floor.body).list.height).max(1),
            _ => usize::from(floor.body.height / 2).max(1),
        }
    }

    /// The rack moves when the hand would leave the picture.
    pub fn keep_in_sight(&mut self) {
        let Some(floor) = self.model.floor() else { return };
        let density = self.model.settings.look.density;
        let apps = &mut self.model.apps;
        let page = layout::page(layout::apps(floor.body).1, density);
        apps.hand.top = window(apps.hand.top, apps.hand.at, apps.shown.len(), page);
        let hosts = &mut self.model.hosts;
        let page = usize::from(floor.body.height / layout::HOST_PITCH).max(1);
        hosts.top = window(hosts.top, hosts.at, hosts.rows.len(), page);
        let page = usize::from(layout::list(floor.body).1.height).max(1);
        let ops = &mut self.model.ops;
        ops.hand.top = window(ops.hand.top, ops.hand.at, ops.rows.len(), page);
        let page = usize::from(self.board_places(floor.body).list.height).max(1);
        let board = &mut self.model.board;
        board.hand.top = window(board.hand.top, board.hand.at, board.shown.len(), page);
        for layer in &mut self.model.layers {
            if let Layer::Inbox(inbox) = layer {
                let page = inbox::page(floor.body, inbox);
                inbox.hand.top = window(inbox.hand.top, inbox.hand.at, inbox.items.len(), page);
            }
        }
        if self.model.deck == Deck::Settings {
            self.settle_panel();
        }
        self.keep_store_in_sight();
    }
}
