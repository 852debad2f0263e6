//! Alerts and findings in the operator's words: how they look, what they mean, what mends them. What must hold: what
//! mends something is a plan that is shown first, so nothing here says that it is done.

use crate::{
    domain::{
        care::{About, Alert, Drift, Finding, Level, Mend},
        fleet::Fleet,
        ids::GuestKey,
        moment::Moment,
        state::State,
    },
    tui::{theme::Role, widgets::figures},
};

/// How bad it is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    Danger,
    Warning,
    /// Good to know.
    Notable,
    /// The operator wants to hear nothing of it for now.
    Quiet,
}

impl Urgency {
    pub fn of_alert(alert: &Alert, now: Moment) -> Self {
        match alert.level {
            _ if alert.is_quiet(now) => Self::Quiet,
            Level::Danger => Self::Danger,
            // A newer version takes nothing away from anybody.
            Level::Warning if &*alert.rule == "update" => Self::Notable,
            Level::Warning => Self::Warning,
        }
    }

    pub fn of_drift(drift: &Drift) -> Self {
        match drift {
            Drift::Missing | Drift::Reused => Self::Danger,
            Drift::Changed(_) => Self::Warning,
            Drift::New | Drift::Moved { .. } => Self::Notable,
        }
    }

    pub fn role(self) -> Role {
        match self {
            Self::Danger => Role::Danger,
            Self::Warning => Role::Warning,
            Self::Notable => Role::Info,
            Self::Quiet => Role::Dim,
        }
    }
}

/// The light of an alert.
pub fn light(urgency: Urgency) -> char {
    match urgency {
        Urgency::Danger => '✖',
        Urgency::Warning => '◐',
        Urgency::Notable => '·',
        Urgency::Quiet => '○',
    }
}

/// The light of a finding.
pub fn drift_light(drift: &Drift) -> char {
    match drift {
        Drift::Missing => '?',
        Drift::Reused => '✖',
        Drift::Changed(_) => '◐',
        Drift::New => '◑',
        Drift::Moved { .. } => '→',
    }
}

/// The state whose light tells of it on a unit.
pub fn state(urgency: Urgency) -> State {
    if urgency == Urgency::Danger { State::Error } else { State::Degraded }
}

pub fn drift_state(drift: &Drift) -> State {
    match drift {
        Drift::Missing => State::Missing,
        Drift::New => State::Adopting,
        drift => state(Urgency::of_drift(drift)),
    }
}

/// What is said of an operation that makes no progress.
pub const STUCK: &str = "does not go on";

/// What differs, in a few words that follow a name.
pub fn what(drift: &Drift) -> String {
    match drift {
        Drift::Missing => "is gone from its host".into(),
        Drift::Reused => "its number is another guest's now".into(),
        Drift::New => "is new and nobody's app".into(),
        Drift::Moved { from, to } => format!("moved from {from} to {to}"),
        Drift::Changed(options) => match options.as_slice() {
            [one] => format!("{} was changed outside", one.option),
            many => format!("{} options were changed outside", many.len()),
        },
    }
}

/// What it means, and what happens if nobody does anything.
pub fn meaning(drift: &Drift) -> &'static str {
    match drift {
        Drift::Missing => "Its host lists it no more, and it was not removed from here. Its backups are still there.",
        Drift::Reused => {
            "The app is gone, and its number was given to a guest that is not ours. That one is left alone."
        }
        Drift::New => "Somebody made it outside. It is shown and left alone; adopted, it is looked after.",
        Drift::Moved { .. } => "Somebody moved it outside. It is known where it is now, so nothing is to be done.",
        Drift::Changed(_) => {
            "Somebody changed it outside. It stays as it is until you put it back, or say that it is to be so."
        }
    }
}

/// A verb before a name, for the title of its plan and for the button.
pub fn verb(mend: &Mend) -> &'static str {
    match mend {
        Mend::Start(_) => "start",
        Mend::Restart(_) => "restart",
        Mend::Grow { .. } => "grow the disk of",
        Mend::Memory { .. } => "give memory to",
        Mend::Cores { .. } => "give cores to",
        Mend::BackUp(_) => "back up",
        Mend::Restore(_) => "restore",
        Mend::Update(_) => "update",
        Mend::Forget(_) => "forget",
        Mend::PutBack { .. } => "put back",
        // The others are done by a wizard or after a question, and have no plan of their own.
        _ => "mend",
    }
}

/// What the plan of a mend is for, in sentences over it.
pub fn words_of(mend: &Mend, why: &str) -> Vec<String> {
    let what = match mend {
        Mend::Grow { gib, .. } => {
            format!("Its disk grows to {gib} GiB while it runs; a disk never gets smaller again.")
        }
        Mend::Memory { mib, .. } => format!("It gets {} of memory.", figures::size(mib << 20)),
        Mend::Restore(_) => "It becomes what it was at its newest backup, where it was.".into(),
        Mend::Forget(_) => "It leaves our books. On its host nothing is touched, and its backups stay.".into(),
        Mend::PutBack { .. } => "What was changed outside becomes again what our books have.".into(),
        mend => format!("What mends it: {}.", mend.title()),
    };
    vec![why.to_owned(), what]
}

/// The unit that it is about, where there is one.
pub fn guest_of_alert(alert: &Alert, fleet: &Fleet) -> Option<GuestKey> {
    match &alert.about {
        About::App(app) => fleet.app(app).map(|app| app.guest.clone()),
        _ => None,
    }
}

/// The options of a finding, line by line, for whoever copies them.
pub fn as_text(finding: &Finding) -> String {
    let mut text = format!("{} {}", finding.name, what(&finding.drift));
    if let Drift::Changed(options) = &finding.drift {
        for one in options {
            let side = |value: &Option<String>| value.clone().unwrap_or_else(|| figures::UNKNOWN.into());
            text.push_str(&format!("\n{}: {} -> {}", one.option, side(&one.before), side(&one.now)));
        }
    }
    text
}
