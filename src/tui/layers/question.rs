//! A question before something that is not easily taken back. The harmless button is lit first, so that a key pressed too
//! often does nothing.

use std::collections::VecDeque;

use ratatui::layout::Rect;

use super::{
    panel::{METAL, panel},
    wrap,
};
use crate::{
    domain::{
        care::{Drift, Finding, FindingId, Mend},
        catalog::SourceName,
        ids::{GuestKey, HostId, OperationId},
        plan::power::PowerWish,
    },
    engine::{Request, door::RestoreWish},
    settings::{Settings, Tab},
    tui::{model::care, theme::Role, widgets::brush::Brush},
};

#[derive(Debug, Clone)]
pub struct Question {
    pub title: String,
    pub lines: Vec<String>,
    pub yes: &'static str,
    pub no: &'static str,
    pub lit: Button,
    pub deed: Deed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    Yes,
    No,
}

/// What a yes does.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    Power(Vec<GuestKey>, PowerWish),
    Forget(HostId),
    Cancel(OperationId),
    /// For each of a selection.
    Many(Vec<Request>),
    /// Restores, each with the places of those that it waits for.
    Restores(VecDeque<(RestoreWish, Vec<usize>)>),
    RemoveSource(SourceName),
    /// Our books take over what was changed outside.
    Accept(FindingId),
    /// All settings of a tab as they were when new.
    Reset(Tab),
    /// Settings that were in a file hold from now on.
    TakeOver(Box<Settings>),
    Quit,
}

/// What can be wished for a whole selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bulk {
    Bin,
    Update,
    Snapshot,
    Backup,
}

impl Button {
    pub fn other(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
        }
    }
}

impl Question {
    pub fn bulk(names: &[String], targets: Vec<GuestKey>, wish: PowerWish) -> Self {
        let (verb, yes) = match wish {
            PowerWish::Start => ("Start", "start"),
            PowerWish::Stop => ("Stop", "stop"),
            PowerWish::StopNow => ("Cut the power of", "cut the power"),
            PowerWish::Restart => ("Restart", "restart"),
        };
        let what = match names {
            [one] => one.clone(),
            many => format!("{} units", many.len()),
        };
        let mut lines = vec![list(names)];
        if wish == PowerWish::StopNow {
            lines.push("What it has not written yet is lost.".into());
        }
        Self {
            title: format!("{verb} {what}?"),
            lines,
            yes,
            no: "leave them",
            lit: Button::No,
            deed: Deed::Power(targets, wish),
        }
    }

    pub fn many(bulk: Bulk, names: &[String], left_out: usize, requests: Vec<Request>) -> Self {
        let what = match names {
            [one] => one.clone(),
            many => format!("{} apps", many.len()),
        };
        let (title, words, yes) = match bulk {
            Bulk::Bin => {
                let words = "They are stopped and wait in the recycle bin for 7 days; [U] takes them out again.";
                (format!("Put {what} into the recycle bin?"), words, "bin")
            }
            Bulk::Update => {
                let words = "To their recipes' versions. A way back is made first, and taken where the new one fails.";
                (format!("Update {what}?"), words, "update")
            }
            Bulk::Snapshot => (format!("Take a snapshot of {what}?"), "They go on meanwhile.", "take them"),
            Bulk::Backup => {
                let words = "Each to where its backups lie already, in snapshot mode: they go on meanwhile.";
                (format!("Back up {what}?"), words, "back up")
            }
        };
        let mut lines = vec![list(names), words.to_owned()];
        if left_out > 0 {
            lines.push(format!("{left_out} of the selection are left out: it is not for them."));
        }
        Self { title, lines, yes, no: "leave them", lit: Button::No, deed: Deed::Many(requests) }
    }

    /// In the order in which they begin.
    pub fn restore_many(names: &[String], left_out: usize, wishes: VecDeque<(RestoreWish, Vec<usize>)>) -> Self {
        let what = match names {
            [one] => one.clone(),
            many => format!("{} apps", many.len()),
        };
        let mut lines = vec![
            format!("In this order: {}", list(names)),
            "Each becomes what it was at its newest backup. The ones of today are stopped and wait in the recycle bin."
                .into(),
        ];
        if wishes.iter().any(|(_, waits)| !waits.is_empty()) {
            lines.push("What another one needs comes before it, and the other waits for it.".into());
        }
        if left_out > 0 {
            lines.push(format!("{left_out} of the selection are left out: they have no backup."));
        }
        Self {
            title: format!("Restore {what}?"),
            lines,
            yes: "restore",
            no: "leave them",
            lit: Button::No,
            deed: Deed::Restores(wishes),
        }
    }

    pub fn forget(host: &HostId, guests: usize) -> Self {
        Self {
            title: format!("Forget {host}?"),
            lines: vec![
                format!("Its {guests} guests leave the deck."),
                "On the host itself nothing is touched.".into(),
                "The stored credential is erased. You can connect it again at any time.".into(),
            ],
            yes: "forget",
            no: "keep",
            lit: Button::No,
            deed: Deed::Forget(host.clone()),
        }
    }

    pub fn reset(tab: Tab) -> Self {
        Self {
            title: format!("Set {} back?", tab.name()),
            lines: vec!["All settings of this tab become what they were when new.".into()],
            yes: "set back",
            no: "leave them",
            lit: Button::No,
            deed: Deed::Reset(tab),
        }
    }

    pub fn take_over(count: usize, lines: Vec<String>, after: Box<Settings>) -> Self {
        let what = if count == 1 { "this setting".to_owned() } else { format!("these {count} settings") };
        Self {
            title: format!("Take over {what}?"),
            lines,
            yes: "take over",
            no: "leave them",
            lit: Button::No,
            deed: Deed::TakeOver(after),
        }
    }

    pub fn remove_source(name: SourceName) -> Self {
        Self {
            title: format!("Remove the source {name}?"),
            lines: vec![
                "Its recipes leave the store.".into(),
                "Apps that were made of them stay as they are. You can add it again at any time.".into(),
            ],
            yes: "remove",
            no: "keep",
            lit: Button::No,
            deed: Deed::RemoveSource(name),
        }
    }

    pub fn accept(finding: &Finding) -> Self {
        const TOLD: usize = 6;
        let text = care::as_text(finding);
        let mut lines: Vec<String> = text.lines().skip(1).take(TOLD).map(str::to_owned).collect();
        let more = text.lines().count().saturating_sub(TOLD + 1);
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        let what = match finding.drift {
            Drift::New => "It stays nobody's app, and is told of no more. [a] adopts it at any time.",
            _ => "Our books take that over: it is what it is to be from now on. Its host is not touched.",
        };
        lines.push(what.into());
        Self {
            title: format!("Is {} to be as it is now?", finding.name),
            lines,
            yes: "it is to be so",
            no: "leave it open",
            lit: Button::No,
            deed: Deed::Accept(finding.id),
        }
    }

    /// What mends something and has no plan.
    pub fn mend(name: &str, why: &str, mend: Mend) -> Self {
        Self {
            title: format!("{name}: {}?", mend.title()),
            lines: vec![why.to_owned()],
            yes: "yes",
            no: "leave it",
            lit: Button::No,
            deed: Deed::Many(vec![Request::Mend(mend)]),
        }
    }

    pub fn quit(running: usize) -> Self {
        let what = if running == 1 { "One operation runs.".into() } else { format!("{running} operations run.") };
        Self {
            title: "Quit?".into(),
            lines: vec![
                what,
                "Their Proxmox tasks go on; the next start picks them up where they are. Nothing is lost.".into(),
            ],
            yes: "quit",
            no: "stay",
            lit: Button::No,
            deed: Deed::Quit,
        }
    }

    pub fn cancel(name: &str, operation: OperationId) -> Self {
        Self {
            title: format!("Cancel what runs on {name}?"),
            lines: vec!["What it has done so far is taken back where that is possible.".into()],
            yes: "cancel it",
            no: "let it run",
            lit: Button::No,
            deed: Deed::Cancel(operation),
        }
    }
}

/// The first few names and how many more there are.
fn list(names: &[String]) -> String {
    const TOLD: usize = 6;
    let told = names.iter().take(TOLD).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(TOLD) {
        0 => told,
        more => format!("{told} and {more} more"),
    }
}

pub fn draw(brush: &mut Brush, screen: Rect, question: &Question) {
    let wide = 64.min(screen.width.saturating_sub(2));
    let lines: Vec<String> = question.lines.iter().flat_map(|line| wrap(line, wide.saturating_sub(6))).collect();
    let area = panel(brush, screen, wide, lines.len() as u16 + 4);
    brush.line(area.x, area.y, area.width, METAL).bold(&question.title, Role::Title);
    for (y, line) in (area.y + 1..area.bottom().saturating_sub(2)).zip(&lines) {
        brush.line(area.x, y, area.width, METAL).keyed(line, Role::Text);
    }
    let mut buttons = brush.line(area.x, area.bottom().saturating_sub(1), area.width, METAL);
    for (button, key, words) in [(Button::No, "n", question.no), (Button::Yes, "y", question.yes)] {
        let is_lit = question.lit == button;
        let (edge, text) = if is_lit { (Role::Bezel, Role::Title) } else { (Role::Off, Role::Dim) };
        buttons.say("▐", edge).say(&format!(" {key} "), Role::Dim);
        if is_lit {
            buttons.bold(words, text);
        } else {
            buttons.say(words, text);
        }
        buttons.say(" ▌", edge).skip(2);
    }
}
