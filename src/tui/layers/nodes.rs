//! Nodes to choose from, with what speaks for each and against it. A node with an obstacle can be looked at, not taken.

use ratatui::layout::Rect;

use super::{
    panel::{METAL, panel},
    wrap,
};
use crate::{
    domain::{fault::Fault, ids::AppId, placement::Judged},
    tui::{event::Ticket, theme::Role, widgets::brush::Brush},
};

#[derive(Debug, Clone)]
pub struct Nodes {
    /// Who is to go there.
    pub name: String,
    pub judged: Vec<Judged>,
    pub at: usize,
    pub then: Then,
    /// They are being judged.
    pub flight: Option<Ticket>,
    /// Why they could not be.
    pub fault: Option<Fault>,
}

/// What the choice is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Then {
    /// The form of a new app that lies under this.
    Place,
    Move(AppId),
}

impl Nodes {
    pub fn held(&self) -> Option<&Judged> {
        self.judged.get(self.at).filter(|judged| judged.obstacles.is_empty())
    }
}

pub fn draw(brush: &mut Brush, screen: Rect, nodes: &Nodes) {
    let wide = 76.min(screen.width.saturating_sub(2));
    let room = wide.saturating_sub(10);
    let blocks: Vec<Vec<(String, Role)>> = nodes.judged.iter().map(|judged| told(judged, room)).collect();
    let rows: usize = blocks.iter().map(|block| block.len() + 1).sum();
    let told = silence(nodes, room);
    let rows = rows + told.len();
    let area = panel(brush, screen, wide, rows as u16 + 2);
    brush.line(area.x, area.y, area.width, METAL).say("where to, ", Role::Dim).bold(&nodes.name, Role::Title);
    for (y, (text, role)) in (area.y + 2..area.bottom()).zip(&told) {
        brush.line(area.x, y, area.width, METAL).say(text, *role);
    }
    let above: usize = blocks.iter().take(nodes.at).map(|block| block.len() + 1).sum();
    let held = blocks.get(nodes.at).map_or(0, |block| block.len() + 1);
    let hidden = (above + held).saturating_sub(usize::from(area.height.saturating_sub(2)));
    let lines =
        nodes.judged.iter().zip(blocks).enumerate().flat_map(|(i, (judged, block))| lines(i, judged, block, nodes));
    for (y, row) in (area.y + 2..area.bottom()).zip(lines.skip(hidden)) {
        let mut line = brush.line(area.x, y, area.width, METAL);
        for (text, role) in row {
            line.say(&text, role);
        }
    }
}

/// What stands there instead of nodes.
fn silence(nodes: &Nodes, room: u16) -> Vec<(String, Role)> {
    let (text, role) = match (&nodes.fault, nodes.flight) {
        (Some(fault), _) => (format!("{}: {}", fault.why, fault.remedy), Role::Warning),
        (None, Some(_)) => ("◌ every other node is looked at …".to_owned(), Role::Dim),
        (None, None) if nodes.judged.is_empty() => ("there is no other node".to_owned(), Role::Dim),
        (None, None) => return Vec::new(),
    };
    wrap(&text, room).into_iter().map(|line| (line, role)).collect()
}

fn told(judged: &Judged, room: u16) -> Vec<(String, Role)> {
    let against = judged.obstacles.iter().map(|text| (text, "✖ ", Role::Warning));
    let with = judged.reasons.iter().map(|text| (text, "· ", Role::Text));
    let all = against.chain(with);
    all.flat_map(|(text, sign, role)| wrap(&format!("{sign}{text}"), room).into_iter().map(move |line| (line, role)))
        .collect()
}

fn lines(i: usize, judged: &Judged, block: Vec<(String, Role)>, nodes: &Nodes) -> Vec<Vec<(String, Role)>> {
    let is_held = i == nodes.at;
    let role = match (is_held, judged.obstacles.is_empty()) {
        (_, false) => Role::Dim,
        (true, true) => Role::Title,
        (false, true) => Role::Text,
    };
    let head = vec![
        (if is_held { "▸ " } else { "  " }.to_owned(), Role::Accent),
        (judged.node.node.to_string(), role),
        (format!("   {}", judged.node.host), Role::Dim),
    ];
    let under = block.into_iter().map(|(text, role)| vec![("    ".to_owned(), Role::Dim), (text, role)]);
    std::iter::once(head).chain(under).collect()
}
