//! What the operator meant. Keys, mouse, palette and help all speak it, so that there is one way in which a thing is
//! done.

use crate::domain::plan::power::PowerWish;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    Previous,
    Next,
    Left,
    Right,
    PageUp,
    PageDown,
    First,
    Last,
    NextPane,
    PreviousPane,
    Enter,
    Back,
    Open(Deck),
    Filter,
    Sort,
    Flip,
    Mark,
    MarkAll,
    Power(PowerWish),
    /// Why it failed, or how far it is: what, why, remedy and the task's log.
    Log,
    /// Sits down at its console.
    Console,
    /// By which roads it can be reached inside, and why not by others.
    Roads,
    Cancel,
    Retry,
    Copy,
    AddHost,
    TestHost,
    /// With the one-time code of the moment.
    LogIn,
    /// The passphrase of the file of secrets.
    Unlock,
    /// A page of a form is filled in.
    Submit,
    DeleteHost,
    Density,
    Theme,
    Motion,
    Mute,
    Refresh,
    Messages,
    Palette,
    Help,
    Repaint,
    /// What can be made to go wrong in the demo.
    Trouble,
    /// All that was made to go wrong.
    MendAll,
    /// Gives the mouse to the terminal, so that text can be selected, and takes it back.
    Mouse,
    OpenDemo,
    Suspend,
    Quit,
    Yes,
    No,
    /// A key that has its meaning already, though what it opens is not built yet.
    Later(Later),
}

/// What will come, by the key that waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Later {
    Adopt,
    Backup,
    Clone,
    Delete,
    Edit,
    Migrate,
    OpenUrl,
    Undo,
    Update,
}

impl Later {
    pub fn words(self) -> &'static str {
        match self {
            Self::Adopt => "adopting a guest",
            Self::Backup => "backing up",
            Self::Clone => "cloning",
            Self::Delete => "deleting an app",
            Self::Edit => "editing resources",
            Self::Migrate => "migrating",
            Self::OpenUrl => "opening a browser",
            Self::Undo => "undo",
            Self::Update => "updating",
        }
    }
}

/// A full screen, by its number key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Deck {
    Overview,
    Apps,
    Store,
    Hosts,
    Backups,
    Ops,
    Settings,
}

impl Deck {
    pub const ALL: [Self; 7] =
        [Self::Overview, Self::Apps, Self::Store, Self::Hosts, Self::Backups, Self::Ops, Self::Settings];

    pub fn number(self) -> char {
        match self {
            Self::Overview => '1',
            Self::Apps => '2',
            Self::Store => '3',
            Self::Hosts => '4',
            Self::Backups => '5',
            Self::Ops => '6',
            Self::Settings => '7',
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Overview => "deck",
            Self::Apps => "apps",
            Self::Store => "store",
            Self::Hosts => "hosts",
            Self::Backups => "backups",
            Self::Ops => "ops",
            Self::Settings => "settings",
        }
    }
}
