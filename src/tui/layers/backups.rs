//! All backups of one app, newest first, and all that is known of the one under the hand. What must hold: the list is what
//! the storages show now, and the hand stays on its backup whatever goes or comes.

use std::sync::Arc;

use ratatui::layout::Rect;

use super::{
    panel::{METAL, Row, pane_area, plate},
    wrap,
};
use crate::{
    domain::{
        backup::{Backup, BackupKey, ProofResult, Seal, Verdict, backups_of},
        fault::Fault,
        fleet::Fleet,
        ids::{AppId, GuestKey},
    },
    tui::{
        event::Ticket,
        model::{
            Model,
            hand::{Hand, window},
        },
        theme::Role,
        widgets::{
            brush::{Brush, Line, fit_middle},
            figures::{self, UNKNOWN},
        },
    },
};

#[derive(Debug, Clone)]
pub struct Kept {
    pub guest: GuestKey,
    /// Nothing for a guest that is not ours.
    pub app: Option<AppId>,
    pub name: String,
    pub rows: Vec<Arc<Backup>>,
    keys: Vec<BackupKey>,
    hand: Hand<BackupKey>,
    pub notes: Option<Notes>,
}

/// The notes of one backup, all lines of them.
#[derive(Debug, Clone)]
pub struct Notes {
    pub of: BackupKey,
    pub found: Option<Result<String, Fault>>,
    pub flight: Option<Ticket>,
    pub then: Then,
}

/// What they were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Read,
    Write,
}

impl Kept {
    pub fn of(fleet: &Fleet, guest: &GuestKey, name: String) -> Self {
        let app = fleet.app_of(guest).map(|app| app.id.clone());
        let mut kept = Self {
            guest: guest.clone(),
            app,
            name,
            rows: Vec::new(),
            keys: Vec::new(),
            hand: Hand::default(),
            notes: None,
        };
        kept.follow(fleet);
        kept
    }

    /// Those of the guests that it was before are its own as well.
    pub fn follow(&mut self, fleet: &Fleet) {
        let app = self.app.as_ref().and_then(|id| fleet.apps.iter().find(|app| app.id == *id));
        self.rows = match app {
            Some(app) => backups_of(fleet, app).into_iter().cloned().collect(),
            None => fleet.backups.of(&self.guest).to_vec(),
        };
        self.keys = self.rows.iter().map(|backup| backup.key.clone()).collect();
        self.hand.settle(&self.keys);
    }

    pub fn at(&self) -> usize {
        self.hand.at
    }

    pub fn go(&mut self, at: usize) {
        self.hand.go(at, &self.keys);
    }

    pub fn held(&self) -> Option<&Arc<Backup>> {
        self.rows.get(self.hand.at)
    }
}

pub fn draw(brush: &mut Brush, screen: Rect, kept: &Kept, model: &Model) {
    let room = super::panel::inner(screen);
    let detail = kept.held().map(|backup| detail(backup, kept, model, room)).unwrap_or_default();
    let high = kept.rows.len().max(1) + detail.len() + 5;
    let area = pane_area(screen, high as u16);
    plate(brush, screen, area.height);
    inside(brush, area, kept, model, &detail);
}

/// The same without its plate.
pub fn content(brush: &mut Brush, area: Rect, kept: &Kept, model: &Model) {
    let detail = kept.held().map(|backup| detail(backup, kept, model, area.width)).unwrap_or_default();
    inside(brush, area, kept, model, &detail);
}

fn inside(brush: &mut Brush, area: Rect, kept: &Kept, model: &Model, detail: &[Row]) {
    let room = area.width;
    title(brush, area, kept);
    let below = (detail.len() as u16 + 1).min(area.height.saturating_sub(6));
    let list = Rect { y: area.y + 3, height: area.height.saturating_sub(4 + below), ..area };
    if kept.rows.is_empty() {
        let words = "there is none yet: [b] makes one";
        brush.line(area.x, area.y + 2, area.width, METAL).keyed(words, Role::Dim);
        return;
    }
    labels(&mut brush.line(area.x, area.y + 2, area.width, METAL), room);
    let page = usize::from(list.height).max(1);
    let top = window(kept.hand.at.saturating_sub(page / 2), kept.hand.at, kept.rows.len(), page);
    for (y, (i, backup)) in (list.y..list.bottom()).zip(kept.rows.iter().enumerate().skip(top)) {
        one(&mut brush.line(area.x, y, area.width, METAL), backup, i == kept.hand.at, kept, model);
    }
    let foot = Rect { y: list.bottom() + 1, height: area.bottom().saturating_sub(list.bottom() + 1), ..area };
    for (y, row) in (foot.y..foot.bottom()).zip(detail) {
        let mut line = brush.line(area.x, y, area.width, METAL);
        for (text, role) in row {
            line.say(text, *role);
        }
    }
}

fn title(brush: &mut Brush, area: Rect, kept: &Kept) {
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    line.say("backups of ", Role::Dim).bold(&kept.name, Role::Title);
    let total: u64 = kept.rows.iter().filter_map(|backup| backup.size).sum();
    if !kept.rows.is_empty() {
        let place = format!("{} of {}   {}", kept.hand.at + 1, kept.rows.len(), figures::size(total));
        line.at_edge(&place, Role::Dim);
    }
}

/// From here on there is room for the format and for words.
const WIDE: u16 = 90;

fn labels(line: &mut Line, room: u16) {
    line.skip(2).left("made", 14, Role::Dim).right("age", 5, Role::Dim).skip(2).right("size", 8, Role::Dim).skip(2);
    line.left("on", 12, Role::Dim).skip(1);
    if room >= WIDE {
        line.left("format", 8, Role::Dim).skip(1).left("is", 30, Role::Dim).skip(1);
    } else {
        line.left("is", 6, Role::Dim);
    }
    line.say("note", Role::Dim);
}

fn one(line: &mut Line, backup: &Backup, is_held: bool, kept: &Kept, model: &Model) {
    let room = line.room();
    let text = if is_held { Role::Title } else { Role::Text };
    line.say(if is_held { "▸ " } else { "  " }, Role::Accent);
    line.left(&model.day_and_time(backup.made), 14, text);
    line.right(&figures::age(model.board.as_of().since(backup.made)), 5, Role::Dim).skip(2);
    match backup.size.map(|size| figures::scaled(size as f64)) {
        Some((value, unit)) => line.right(&value, 5, text).skip(1).left(unit, 2, Role::Dim),
        None => line.right(UNKNOWN, 8, Role::Dim),
    };
    line.skip(2).left(&fit_middle(backup.key.storage().as_str(), 12), 12, Role::Text).skip(1);
    let marks = marks(backup, kept, model);
    if room >= WIDE {
        line.left(&backup.format, 8, Role::Dim).skip(1);
        line.with(30, |brush, area, back| {
            let mut line = brush.line(area.x, area.y, area.width, back);
            for (sign, word, role) in &marks {
                line.say(&sign.to_string(), *role).skip(1).say(word, Role::Dim).skip(2);
            }
        });
        line.skip(1);
    } else {
        line.with(6, |brush, area, back| {
            let mut line = brush.line(area.x, area.y, area.width, back);
            for (sign, _, role) in &marks {
                line.say(&sign.to_string(), *role);
            }
        });
    }
    line.say(&backup.note.as_deref().unwrap_or("").replace('\n', " "), Role::Dim);
}

/// What one should know of it at a glance: a sign, a word, a colour.
fn marks(backup: &Backup, kept: &Kept, model: &Model) -> Vec<(char, String, Role)> {
    let mut marks = Vec::new();
    if backup.is_protected() {
        marks.push(('⊸', "protected".to_owned(), Role::Info));
    }
    if backup.seal != Seal::Open {
        marks.push(('▧', "sealed".into(), Role::Info));
    }
    match backup.verified {
        Some(Verdict::Whole) => marks.push(('✓', "whole".into(), Role::Good)),
        Some(Verdict::Damaged) => marks.push(('✖', "damaged".into(), Role::Danger)),
        None => {}
    }
    match proof(backup, model).map(|proof| &proof.result) {
        Some(ProofResult::Good) => marks.push(('●', "starts".into(), Role::Good)),
        Some(ProofResult::Bad(_)) => marks.push(('✖', "does not start".into(), Role::Danger)),
        None => {}
    }
    if backup.guest != kept.guest {
        marks.push(('←', format!("was {}", backup.guest.vmid), Role::Dim));
    }
    marks
}

fn proof<'a>(backup: &Backup, model: &'a Model) -> Option<&'a crate::domain::backup::Proof> {
    model.world.fleet.backups.proofs.iter().find(|proof| proof.backup == backup.key)
}

/// All that is known of the one under the hand.
fn detail(backup: &Backup, kept: &Kept, model: &Model, room: u16) -> Vec<Row> {
    let mut rows = vec![vec![
        (fit_middle(backup.key.file(), room.saturating_sub(20)).into_owned(), Role::Text),
        (format!("   {}", backup.format), Role::Dim),
    ]];
    let mut said: Vec<(String, Role)> = Vec::new();
    if backup.is_protected() {
        said.push(("⊸ protected: nobody removes it until [p] takes that off".into(), Role::Info));
    }
    match &backup.seal {
        Seal::Open => {}
        Seal::Encrypted => said.push(("▧ sealed: it cannot be read without its key".into(), Role::Info)),
        Seal::With(key) => said.push((format!("▧ sealed with the key {key}"), Role::Info)),
    }
    match backup.verified {
        Some(Verdict::Whole) => said.push(("✓ the backup server found it whole".into(), Role::Good)),
        Some(Verdict::Damaged) => said.push(("✖ the backup server found it damaged".into(), Role::Danger)),
        None => {}
    }
    match proof(backup, model).map(|proof| (&proof.result, proof.at)) {
        Some((ProofResult::Good, at)) => {
            said.push((format!("● it was seen to start on {}", model.day_of(at)), Role::Good))
        }
        Some((ProofResult::Bad(why), _)) => said.push((format!("✖ it did not start: {why}"), Role::Danger)),
        None => said.push(("○ nobody has seen it start: [P] proves it".into(), Role::Dim)),
    }
    if backup.guest != kept.guest {
        said.push((format!("← of {}, which this app was then", backup.guest), Role::Dim));
    }
    let lines =
        said.into_iter().flat_map(|(text, role)| wrap(&text, room).into_iter().map(move |line| vec![(line, role)]));
    rows.extend(lines);
    rows.extend(notes(kept, backup, room));
    rows
}

fn notes(kept: &Kept, backup: &Backup, room: u16) -> Vec<Row> {
    let Some(notes) = kept.notes.as_ref().filter(|notes| notes.of == backup.key) else { return Vec::new() };
    let one = |text: String, role| vec![vec![(text, role)]];
    match &notes.found {
        None => one("reading its notes …".into(), Role::Dim),
        Some(Err(fault)) => one(format!("✖ its notes could not be read: {}", fault.why), Role::Danger),
        Some(Ok(text)) if text.trim().is_empty() => one("it has no notes: [n] writes some".into(), Role::Dim),
        Some(Ok(text)) => {
            let lines = text.lines().flat_map(|line| wrap(line, room.saturating_sub(2)));
            lines.map(|line| vec![("│ ".into(), Role::Border), (line, Role::Text)]).collect()
        }
    }
}
