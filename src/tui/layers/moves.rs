//! Moves that are proposed, each to be taken or left out, and how full every node would be. What must hold: the bars tell
//! of what is chosen, not of what was proposed.

use std::collections::BTreeSet;

use ratatui::layout::Rect;

use super::{
    panel::{METAL, Row, inner, pane_area, plate},
    wrap,
};
use crate::{
    domain::{
        fault::Fault,
        ids::GuestKey,
        moves::{Because, Errand, Fill, Leg, Manner, Proposal, Staying, Whose, lasting, total},
        placement::size,
    },
    tui::{
        event::Ticket,
        model::hand::window,
        theme::Role,
        widgets::{
            brush::{Brush, Line, fit},
            gauge,
        },
    },
};

#[derive(Debug, Clone)]
pub struct Moves {
    pub errand: Errand,
    pub whose: Whose,
    pub flight: Option<Ticket>,
    pub found: Found,
    left_out: BTreeSet<GuestKey>,
    pub at: usize,
}

#[derive(Debug, Clone)]
pub enum Found {
    Nothing,
    Proposal(Box<Proposal>),
    Fault(Fault),
}

impl Moves {
    pub fn of(errand: Errand, whose: Whose) -> Self {
        Self { errand, whose, flight: None, found: Found::Nothing, left_out: BTreeSet::new(), at: 0 }
    }

    pub fn take(&mut self, found: Found) {
        (self.found, self.flight, self.at) = (found, None, 0);
    }

    pub fn legs(&self) -> &[Leg] {
        match &self.found {
            Found::Proposal(proposal) => &proposal.legs,
            Found::Nothing | Found::Fault(_) => &[],
        }
    }

    pub fn chosen(&self) -> Vec<Leg> {
        self.legs().iter().filter(|leg| !self.left_out.contains(&leg.guest)).cloned().collect()
    }

    /// The one under the hand is taken, or left out.
    pub fn turn(&mut self) {
        let Some(guest) = self.legs().get(self.at).map(|leg| leg.guest.clone()) else { return };
        if !self.left_out.remove(&guest) {
            self.left_out.insert(guest);
        }
    }

    pub fn turn_all(&mut self) {
        let all: BTreeSet<_> = self.legs().iter().map(|leg| leg.guest.clone()).collect();
        self.left_out = if self.left_out.is_empty() { all } else { BTreeSet::new() };
    }

    /// What they come to, in one sentence.
    pub fn told_of(&self, chosen: &[Leg]) -> String {
        let running = chosen.iter().filter(|leg| leg.manner == Manner::Restarted).count();
        let cost = total(chosen);
        let off = match running {
            0 => "none of them runs".to_owned(),
            1 => format!("one of them is off for about {}", lasting(cost.downtime)),
            many => format!(
                "{many} of them are stopped and started again, one by one, for {} in all",
                lasting(cost.downtime)
            ),
        };
        let moves = if chosen.len() == 1 { "1 move".to_owned() } else { format!("{} moves", chosen.len()) };
        format!("{moves}: {off}; {}. What has arrived stays, should a later one fail.", cost.copied_words())
    }

    fn title(&self) -> &'static str {
        match self.errand {
            Errand::Balance(_) => "balance",
            Errand::Evacuate(_) if self.whose == Whose::All => "evacuate, other containers too,",
            Errand::Evacuate(_) => "evacuate",
            Errand::Fill(_) => "fill again",
        }
    }
}

pub fn draw(brush: &mut Brush, screen: Rect, moves: &Moves) {
    let room = inner(screen);
    let head = head(moves, room);
    let (staying, bars) = (staying(moves, room), bars(moves));
    let legs = moves.legs();
    // Why, below the list.
    let under = usize::from(!legs.is_empty()) * 2;
    let gaps = usize::from(!staying.is_empty()) + usize::from(!bars.is_empty());
    let wanted = 2 + head.len() + legs.len() + under + staying.len() + bars.len() + gaps + 1;
    let area = pane_area(screen, wanted as u16);
    plate(brush, screen, area.height);
    let mut title = brush.line(area.x, area.y, area.width, METAL);
    title.say(moves.title(), Role::Dim).skip(1).bold(&moves.errand.name(), Role::Title);
    let mut y = say(brush, area, area.y + 1, &head) + 1;
    let fixed = head.len() + 2 + under + staying.len() + bars.len() + gaps;
    let page = usize::from(area.height).saturating_sub(fixed).max(1);
    let top = window(moves.at.saturating_sub(page / 2), moves.at, legs.len(), page);
    for (i, leg) in legs.iter().enumerate().skip(top).take(page) {
        if y >= area.bottom() {
            return;
        }
        draw_leg(
            &mut brush.line(area.x, y, area.width, METAL),
            leg,
            i == moves.at,
            moves.left_out.contains(&leg.guest),
        );
        y += 1;
    }
    if let Some(leg) = legs.get(moves.at).filter(|_| y < area.bottom()) {
        let more = if legs.len() > page { format!("  {} of {}", moves.at + 1, legs.len()) } else { String::new() };
        let mut line = brush.line(area.x, y, area.width, METAL);
        line.skip(6)
            .say(&fit(&leg.why, room.saturating_sub(7 + more.len() as u16)), Role::Dim)
            .at_edge(&more, Role::Dim);
        y += 2;
    }
    if !staying.is_empty() {
        y = say(brush, area, y, &staying) + 1;
    }
    for (before, after) in bars {
        if y >= area.bottom() {
            return;
        }
        draw_bars(&mut brush.line(area.x, y, area.width, METAL), &before, &after);
        y += 1;
    }
}

fn say(brush: &mut Brush, area: Rect, from: u16, rows: &[Row]) -> u16 {
    for (y, row) in (from..area.bottom()).zip(rows) {
        let mut line = brush.line(area.x, y, area.width, METAL);
        for (text, role) in row {
            line.say(text, *role);
        }
    }
    from.saturating_add(rows.len() as u16)
}

fn head(moves: &Moves, room: u16) -> Vec<Row> {
    let (text, role) = match &moves.found {
        Found::Nothing => ("◌ nodes and guests are looked at …".to_owned(), Role::Dim),
        Found::Fault(fault) => (format!("✖ {}: {}", fault.why, fault.remedy), Role::Warning),
        Found::Proposal(proposal) => {
            let chosen = moves.chosen();
            let text = match chosen.len() == proposal.legs.len() {
                true => proposal.words.clone(),
                false => format!("{} of {} are chosen", chosen.len(), proposal.legs.len()),
            };
            (text, Role::Text)
        }
    };
    wrap(&text, room).into_iter().map(|line| vec![(line, role)]).collect()
}

fn draw_leg(line: &mut Line, leg: &Leg, is_held: bool, is_left_out: bool) {
    let (mark, role) = match is_left_out {
        true => ("[ ] ", Role::Dim),
        false => ("[✓] ", if is_held { Role::Title } else { Role::Text }),
    };
    let off = match leg.manner {
        Manner::Off => "is off".to_owned(),
        Manner::Restarted => format!("off {}", lasting(leg.cost.downtime)),
    };
    let copied = if leg.cost.copied == 0 { "no copy".to_owned() } else { size(leg.cost.copied) };
    line.say(if is_held { "▸ " } else { "  " }, Role::Accent).say(mark, role).left(&fit(&leg.name, 17), 18, role);
    line.left(&format!("{} → {}", leg.from, leg.to), 16, if is_left_out { Role::Dim } else { Role::Bright });
    line.left(&off, 12, Role::Dim).say(&copied, Role::Dim);
}

/// Those who cannot go first; of many only the first ones.
fn staying(moves: &Moves, room: u16) -> Vec<Row> {
    const NAMED: usize = 4;
    let Found::Proposal(proposal) = &moves.found else { return Vec::new() };
    let (cannot, rest): (Vec<&Staying>, Vec<&Staying>) =
        proposal.staying.iter().partition(|one| one.because == Because::CannotMove);
    let shown = |one: &&Staying| {
        let (sign, role) = match one.because {
            Because::CannotMove => ("✖ ", Role::Warning),
            Because::NotMeant => ("○ ", Role::Dim),
        };
        vec![(fit(&format!("{sign}{} stays: {}", one.name, one.why), room).into_owned(), role)]
    };
    let mut rows: Vec<Row> = cannot.iter().chain(&rest).take(NAMED).map(shown).collect();
    let more = (cannot.len() + rest.len()).saturating_sub(NAMED);
    if more > 0 {
        rows.push(vec![(format!("  and {more} more stay"), Role::Dim)]);
    }
    rows
}

fn bars(moves: &Moves) -> Vec<(Fill, Fill)> {
    let Found::Proposal(proposal) = &moves.found else { return Vec::new() };
    let after = proposal.board.after(&moves.chosen()).fills();
    proposal.before.iter().cloned().zip(after).collect()
}

const BAR: u16 = 5;

fn draw_bars(line: &mut Line, before: &Fill, after: &Fill) {
    line.left(&fit(before.node.as_str(), 7), 8, Role::Text);
    for (label, was, is) in [("cpu", before.cpu, after.cpu), ("mem", before.memory, after.memory)] {
        line.say(label, Role::Dim).skip(1);
        bar(line, was);
        line.say(" →", Role::Off);
        bar(line, is);
        line.say(" %  ", Role::Dim);
    }
}

fn bar(line: &mut Line, thousandths: u64) {
    let fraction = Some(thousandths as f32 / 1_000.0);
    line.with(BAR, |brush, area, back| gauge::draw(brush, area, fraction, back));
    line.right(&((thousandths + 5) / 10).to_string(), 4, gauge::figure_role(fraction));
}
