//! One app in depth: opened, walked through, and what its tabs ask for. What must hold: a tab asks once, when it is looked
//! at, and what comes for one that was left is kept.

use std::time::Duration;

use super::{Turn, moving::aim};
use crate::{
    domain::{fault::Fault, history::Span, ids::GuestKey},
    engine::{Answer, Query},
    tui::{
        command::{Command, Tab},
        effect::Effect,
        event::{Focus, Ticket},
        layers::{
            Layer,
            detail::{Charts, Detail, Known, Read, cells, last_top, overview_last_top, paper_words, room},
        },
        model::{Then, Wish},
    },
};

/// An hour grows by a row a minute, a month by one in half an hour.
fn again(span: Span) -> Duration {
    Duration::from_secs(if matches!(span, Span::Hour | Span::Day) { 60 } else { 900 })
}

/// The same, after Proxmox did not answer.
const IN_VAIN: Duration = Duration::from_secs(30);

impl Turn<'_> {
    pub fn show_detail(&mut self, guest: &GuestKey, tab: Tab) {
        if let Some(detail) = Detail::of(&self.model.world, guest) {
            self.model.is_filtering = false;
            self.model.layers.push(Layer::Detail(Box::new(detail)));
            self.open_tab(tab);
        }
    }

    /// Of the unit under the hand, or of the app that is looked at already.
    pub fn show_log_tab(&mut self) {
        if self.detail().is_some() {
            return self.open_tab(Tab::Log);
        }
        if let Some(guest) = self.model.under_hand().cloned() {
            self.show_detail(&guest, Tab::Log);
        }
    }

    /// The one that has the keys.
    pub fn detail(&mut self) -> Option<&mut Detail> {
        match self.model.layers.last_mut() {
            Some(Layer::Detail(detail)) => Some(detail),
            _ => None,
        }
    }

    pub fn open_tab(&mut self, tab: Tab) {
        let Some(detail) = self.detail() else { return };
        detail.tab = tab;
        let guest = detail.guest.clone();
        match tab {
            Tab::Overview => {
                self.ask_back(guest);
                if self.model.store.shelf.is_none() {
                    self.read_shelf(Then::Look);
                }
            }
            Tab::Charts => self.ask_history(),
            Tab::Log => self.ask_log(),
            Tab::Backups => self.look_at_old_backups(),
            Tab::Snapshots => self.ask_snapshots(),
            Tab::Operations => self.read_operations(),
            Tab::Recipe => self.ask_papers(),
        }
    }

    pub fn step_tab(&mut self, by: isize) {
        if let Some(tab) = self.detail().map(|detail| detail.tab.step(by)) {
            self.open_tab(tab);
        }
    }

    pub fn reload_tab(&mut self) {
        let Some(detail) = self.detail() else { return };
        match detail.tab {
            Tab::Charts => {
                detail.charts.known.remove(&detail.charts.span);
                detail.charts.flight = None;
                self.ask_history();
            }
            Tab::Log => {
                detail.log.flight = None;
                self.ask_log();
            }
            Tab::Recipe => {
                detail.papers.read = Read::NotYet;
                self.ask_papers();
            }
            tab => self.open_tab(tab),
        }
    }

    fn ask_history(&mut self) {
        let tick = self.model.now.tick;
        let Some(detail) = self.detail() else { return };
        let (guest, span) = (detail.guest.clone(), detail.charts.span);
        let is_fresh = detail.charts.known.contains_key(&span) && detail.charts.due.is_some_and(|due| due > tick);
        if is_fresh || detail.charts.flight.is_some_and(|(_, asked)| asked == span) {
            return;
        }
        let ticket = self.ticket(Wish::Detail);
        if let Some(detail) = self.detail() {
            detail.charts.flight = Some((ticket, span));
        }
        self.effects.push(Effect::Query(ticket, Query::History { guest, span }));
    }

    fn ask_papers(&mut self) {
        let Some(detail) = self.detail() else { return };
        let Some(app) = detail.app.clone() else { return };
        if matches!(detail.papers.read, Read::Known(_)) || detail.papers.flight.is_some() {
            return;
        }
        let ticket = self.ticket(Wish::Detail);
        if let Some(detail) = self.detail() {
            detail.papers.flight = Some(ticket);
        }
        self.effects.push(Effect::Query(ticket, Query::Papers(app)));
    }

    /// Whoever asked takes the answer, whichever tab is open by now.
    pub fn detail_answered(&mut self, ticket: Ticket, result: Result<Answer, Fault>) {
        let tick = self.model.now.tick;
        for layer in &mut self.model.layers {
            let Layer::Detail(detail) = layer else { continue };
            if detail.charts.flight.is_some_and(|(flight, _)| flight == ticket) {
                return take_history(&mut detail.charts, result, tick);
            }
            if detail.papers.flight == Some(ticket) {
                detail.papers.flight = None;
                detail.papers.read = match result {
                    Ok(Answer::Papers(papers)) => Read::Known(papers),
                    Ok(_) => return,
                    Err(fault) => Read::Failed(fault),
                };
                return;
            }
            if detail.log.flight == Some(ticket) {
                let tail = match result {
                    Ok(Answer::Log(tail)) => Ok(*tail),
                    Ok(_) => return,
                    Err(fault) => Err(fault),
                };
                return detail.log.take(tail, tick);
            }
        }
    }

    /// What is open follows the fleet.
    pub fn follow_details(&mut self) {
        let fleet = self.model.world.fleet.clone();
        for layer in &mut self.model.layers {
            if let Layer::Detail(detail) = layer {
                detail.follow(&fleet);
            }
        }
    }

    /// What is looked at is asked for again, where its time has come.
    pub fn ask_due_detail(&mut self) {
        let (tick, focus) = (self.model.now.tick, self.model.focus);
        let Some(detail) = self.detail() else { return };
        if focus == Focus::Lost || detail.due().is_none_or(|due| due > tick) {
            return;
        }
        match detail.tab {
            Tab::Charts => self.ask_history(),
            _ => self.ask_log(),
        }
    }

    pub fn step_span(&mut self, by: isize) {
        let Some(detail) = self.detail() else { return };
        let span = detail.charts.span.step(by);
        if span != detail.charts.span {
            detail.charts.span = span;
            detail.charts.due = None;
            self.ask_history();
        }
    }

    pub fn step_cursor(&mut self, by: isize) {
        let Some(body) = self.model.floor().map(|floor| floor.body) else { return };
        let most = cells(room(body)).saturating_sub(1);
        let Some(detail) = self.detail() else { return };
        let at = match detail.charts.cursor {
            None => 0,
            Some(at) => (isize::from(at as i16) - by).clamp(0, isize::from(most as i16)) as u16,
        };
        detail.charts.cursor = Some(at);
    }

    pub fn move_in_detail(&mut self, command: Command, page: usize) {
        let Some(body) = self.model.floor().map(|floor| floor.body) else { return };
        let area = room(body);
        let Some(Layer::Detail(detail)) = self.model.layers.last() else { return };
        let last = overview_last_top(detail, self.model, area);
        let operations: Vec<_> = detail.operations(self.model).iter().map(|operation| operation.id).collect();
        let Some(detail) = self.detail() else { return };
        match detail.tab {
            Tab::Overview => detail.top = aim(command, detail.top.into(), usize::from(last) + 1, page) as u16,
            Tab::Charts => {
                let last = last_top(area, detail.charts.groups().len());
                detail.charts.top = aim(command, detail.charts.top, last + 1, 1);
            }
            Tab::Log => self.move_in_log(command),
            Tab::Backups => detail.kept.go(aim(command, detail.kept.at(), detail.kept.rows.len(), page)),
            Tab::Snapshots => {
                if let Some(found) = &mut detail.snapshots {
                    found.at = aim(command, found.at, found.rows().len(), page);
                }
            }
            Tab::Operations => {
                detail.operations.settle(&operations);
                let at = aim(command, detail.operations.at, operations.len(), page);
                detail.operations.go(at, &operations);
            }
            Tab::Recipe => match command {
                Command::PageUp | Command::PageDown => {
                    detail.papers.top = aim(command, detail.papers.top, detail.papers.lines().max(1), page);
                }
                _ => {
                    let count = detail.papers.all().len();
                    (detail.papers.at, detail.papers.top) = (aim(command, detail.papers.at, count, page), 0);
                }
            },
        }
    }

    /// What was narrowed, searched for or looked at first; then the whole of it.
    pub fn back_from_detail(&mut self) {
        let Some(detail) = self.detail() else { return };
        let let_go = match detail.tab {
            Tab::Charts => detail.charts.cursor.take().is_some(),
            Tab::Log => detail.log.let_go(),
            _ => false,
        };
        if !let_go {
            self.model.layers.pop();
        }
    }

    pub fn enter_detail_operation(&mut self) {
        let Some(Layer::Detail(detail)) = self.model.layers.last() else { return };
        if let Some(operation) = detail.held_operation(self.model).map(|operation| operation.id) {
            self.show_operation(operation);
        }
    }

    pub fn copy_paper(&mut self) {
        let Some(Layer::Detail(detail)) = self.model.layers.last() else { return };
        let Some(paper) = detail.papers.held() else { return };
        let (name, text) = (paper.name.clone(), paper_words(paper));
        self.copy(text, format!("copied: {name}"));
    }
}

fn take_history(charts: &mut Charts, result: Result<Answer, Fault>, tick: Duration) {
    let Some((_, span)) = charts.flight.take() else { return };
    let (known, wait) = match result {
        Ok(Answer::History(history)) => (Known::History(history), again(span)),
        Ok(_) => return,
        Err(fault) => (Known::Failed(fault), IN_VAIN),
    };
    charts.due = Some(tick + wait);
    // What was told before is worth more than that it cannot be told just now.
    if matches!(known, Known::History(_)) || !matches!(charts.known.get(&span), Some(Known::History(_))) {
        charts.known.insert(span, known);
    }
}
