//! What an app is written down in: its papers on the left, the one under the hand beside them. What must hold: what is
//! shown passed the mask before it came here.

use ratatui::layout::Rect;

use super::{Detail, face};
use crate::{
    domain::{fault::Fault, papers::Paper},
    tui::{
        event::Ticket,
        layers::{panel::METAL, wrap},
        theme::Role,
        widgets::brush::{Brush, fit_middle},
    },
};

#[derive(Debug, Clone, Default)]
pub struct Papers {
    pub read: Read,
    pub flight: Option<Ticket>,
    /// The one under the hand.
    pub at: usize,
    /// The first line of it that is shown.
    pub top: usize,
}

#[derive(Debug, Clone, Default)]
pub enum Read {
    #[default]
    NotYet,
    Known(Vec<Paper>),
    Failed(Fault),
}

impl Papers {
    pub fn all(&self) -> &[Paper] {
        match &self.read {
            Read::Known(papers) => papers,
            _ => &[],
        }
    }

    pub fn held(&self) -> Option<&Paper> {
        self.all().get(self.at.min(self.all().len().saturating_sub(1)))
    }

    pub fn lines(&self) -> usize {
        self.held().and_then(|paper| paper.text.as_ref().ok()).map_or(0, |text| text.lines().count())
    }
}

pub fn draw(brush: &mut Brush, area: Rect, detail: &Detail) {
    if detail.app.is_none() {
        return face::empty(brush, area, "a guest that is not ours has no recipe", "[a] on its unit adopts it");
    }
    let papers = &detail.papers;
    match &papers.read {
        Read::NotYet => face::empty(brush, area, "reading what it is written down in …", "[r] asks anew"),
        Read::Failed(fault) => face::failed(brush, area, fault, "[r] asks anew"),
        Read::Known(all) => {
            let left = if area.width >= 90 { 30 } else { 18 };
            list(brush, Rect { width: left, ..area }, all, papers.at);
            let right = Rect { x: area.x + left + 2, width: area.width.saturating_sub(left + 2), ..area };
            if let Some(paper) = papers.held() {
                one(brush, right, paper, papers.top);
            }
        }
    }
}

fn list(brush: &mut Brush, area: Rect, all: &[Paper], at: usize) {
    let from = (at + 1).saturating_sub(usize::from(area.height / 2).max(1));
    for (row, (i, paper)) in (0..area.height / 2).zip(all.iter().enumerate().skip(from)) {
        let is_held = i == at;
        let y = area.y + row * 2;
        let mut line = brush.line(area.x, y, area.width, METAL);
        line.say(if is_held { "▸ " } else { "  " }, Role::Accent);
        let name = fit_middle(&paper.name, area.width.saturating_sub(2));
        if is_held {
            line.bold(&name, Role::Title)
        } else {
            line.say(&name, Role::Text)
        };
        let (words, role) = match &paper.text {
            Ok(_) => (paper.lies.words(), Role::Dim),
            Err(_) => ("not read", Role::Warning),
        };
        brush.line(area.x + 2, y + 1, area.width.saturating_sub(2), METAL).say(words, role);
    }
}

fn one(brush: &mut Brush, area: Rect, paper: &Paper, top: usize) {
    let wall = Rect { x: area.x - 1, width: 1, ..area };
    brush.tile(wall, '▏', brush.canvas.on(Role::Border, METAL));
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    let text = match &paper.text {
        Ok(text) => text,
        Err(fault) => return face::failed(brush, area, fault, "[r] asks anew"),
    };
    let lines: Vec<&str> = text.lines().collect();
    let page = usize::from(area.height.saturating_sub(2));
    let top = top.min(lines.len().saturating_sub(page));
    let mut head = brush.line(area.x, area.y, area.width, METAL);
    head.bold(&fit_middle(&paper.name, area.width / 2), Role::Title);
    if lines.len() > page {
        head.at_edge(&format!("{}–{} of {}", top + 1, (top + page).min(lines.len()), lines.len()), Role::Dim);
    }
    for (y, text) in (area.y + 2..area.bottom()).zip(lines.iter().skip(top)) {
        written(brush, Rect { y, height: 1, ..area }, text);
    }
}

/// What names something is brighter than what is said of it.
fn written(brush: &mut Brush, area: Rect, text: &str) {
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    if text.trim_start().starts_with('#') {
        line.say(text, Role::Dim);
        return;
    }
    match text.find([':', '=']).filter(|at| !text[..*at].trim().contains(' ')) {
        Some(at) => {
            let (name, value) = text.split_at(at);
            line.say(name, Role::Accent).say(value, Role::Text);
        }
        None => {
            line.say(text, Role::Text);
        }
    }
}

/// For the clipboard.
pub fn words(paper: &Paper) -> String {
    match &paper.text {
        Ok(text) => text.clone(),
        Err(fault) => wrap(&fault.to_string(), 120).join("\n"),
    }
}
