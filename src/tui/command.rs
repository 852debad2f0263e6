//! What the operator meant. Keys, mouse, palette and help all speak it, so that there is one way in which a thing is
//! done.

use serde::{Deserialize, Serialize};

use crate::domain::{plan::power::PowerWish, purpose::Purpose};

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
    /// At a console: the next key is the deck's.
    HoldKeys,
    /// The key that holds the keys, sent inside.
    SendPrefix,
    /// The console takes the whole terminal.
    FullScreen,
    /// What was shown before.
    ScrollBack,
    FindNext,
    FindPrevious,
    /// Leaves a console and gives its seat up.
    HangUp,
    /// By which roads it can be reached inside, and why not by others.
    Roads,
    Cancel,
    Retry,
    /// What a failed operation made stays.
    Keep,
    /// What a failed operation made is taken back.
    TakeBack,
    /// An app of the recipe under the hand.
    Deploy,
    /// A favourite of the store, or not any more.
    Favour,
    /// The filters of the store.
    Narrow,
    ClearFilters,
    /// Where recipes of others come from.
    Sources,
    AddSource,
    /// What is new in one, before it is taken.
    SourceNews,
    RemoveSource,
    /// An app's definition that was written for something else.
    Import,
    /// What is asked for rather than told is asked for anew.
    Reload,
    /// Into the recycle bin, or out of it for good; an adopted one is only forgotten.
    Delete,
    Clone,
    Update,
    /// Cores, memory, disk.
    Resize,
    /// The recipe's settings.
    Settle,
    /// To another node.
    Migrate,
    Adopt,
    /// Many at once, over all nodes of all hosts.
    AdoptMany,
    /// What was done last.
    Undo,
    /// A setting as it was when new.
    Reset,
    /// The same of a whole tab.
    ResetAll,
    /// One more key for the same command.
    AddKey,
    /// A cue is played.
    Listen,
    ExportSettings,
    ImportSettings,
    /// Back to where one was before, and forward again.
    Earlier,
    Later,
    /// The place under the hand gets a letter.
    SetMark,
    /// Places that have one.
    Marks,
    ForgetMark,
    /// A form as it was when it was new.
    BeginAnew,
    /// All from the last one that was marked to the hand.
    MarkRange,
    OpenUrl,
    /// Its addresses with a QR code, and what one logs in with.
    WayIn,
    /// Secrets are seen for a short while, or hidden.
    Reveal,
    Snapshots,
    /// A new one.
    TakeSnapshot,
    RemoveSnapshot,
    /// Where an app could go, and why.
    Nodes,
    /// Another way to do it, where there is one.
    OtherWay,
    Copy,
    AddHost,
    EditHost,
    RenameHost,
    /// It is asked, or is not asked any more.
    TurnHost,
    /// A new token takes the place of the one that is used.
    RotateToken,
    TestHost,
    /// What is typed is tried as it stands.
    TestForm,
    /// A node and all that it tells of itself.
    LookAtNode,
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
    /// A backup of what is under the hand, or of the selection.
    Backup,
    /// All backups of the app under the hand.
    Backups,
    /// The backup under the hand, or the newest one of the app, becomes an app again.
    Restore,
    /// It is restored where nobody sees it, and tried.
    Prove,
    /// Nobody can remove it, or anybody can again.
    Protect,
    Notes,
    RemoveBackup,
    /// What makes backups by itself.
    Schedules,
    AddJob,
    EditJob,
    /// It runs, or rests.
    TurnJob,
    RemoveJob,
    /// What all the backups come to.
    Statistics,
    /// Moves a few apps so that no node works harder than the others.
    Balance,
    /// Moves everything off a node.
    Evacuate,
    /// Moves back what left it.
    Fill,
    /// Which port is whose.
    Ports,
    /// Names and ports of the apps at their hosts.
    Gateways,
    MakeGateway,
    /// A gateway gets its routes now.
    PublishNow,
    /// Whether and how an app is published.
    Publishing,
    /// Of a gateway's own authority.
    RootCertificate,
    /// Alerts and drift, and what mends them.
    Inbox,
    /// What apps were given and do not need.
    RightSize,
    /// All that mends what is under the hand.
    Remedies,
    /// The operator knows of it.
    Acknowledge,
    /// The same for a while.
    Snooze,
    /// He wants to hear no more of it.
    Dismiss,
    /// As it is now it is to be.
    Accept,
    /// A tab of the app that is looked at in depth.
    Tab(Tab),
    /// What an app says of itself.
    AppLog,
    /// The newest line is kept in sight, or not.
    Follow,
    Wrap,
    /// When each line was written.
    Times,
    ShiftLeft,
    ShiftRight,
    /// A text among the lines.
    Find,
    NextMatch,
    PreviousMatch,
    /// Into a file.
    Export,
    /// Further back, or less far.
    LongerSpan,
    ShorterSpan,
    /// Cabinets, units and widgets are put where they are to stand.
    Arrange,
    /// One height unit.
    UnitUp,
    UnitDown,
    /// A whole cabinet, or a widget.
    StandLeft,
    StandRight,
    NameCabinet,
    AddWidget,
    RemoveWidget,
    StretchWidget,
    WriteNotes,
    SaveLayout,
    ChooseLayout,
    /// Who talks to whom.
    Cables,
    /// The room goes dark.
    Night,
    /// What was earned.
    Honours,
}

impl Command {
    /// What a login must be good for where the guest under the hand lives.
    pub fn purpose(self) -> Option<Purpose> {
        match self {
            Self::Power(_) => Some(Purpose::Switch),
            Self::Console => Some(Purpose::Console),
            Self::Snapshots | Self::TakeSnapshot | Self::RemoveSnapshot => Some(Purpose::Snapshot),
            Self::Backup | Self::Restore | Self::Prove => Some(Purpose::BackUp),
            Self::Clone => Some(Purpose::Clone),
            Self::Migrate | Self::Balance | Self::Evacuate | Self::Fill => Some(Purpose::Migrate),
            Self::Resize => Some(Purpose::Deploy),
            _ => None,
        }
    }
}

/// A full screen, by its number key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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

/// What is looked at of one app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tab {
    Overview,
    Charts,
    Log,
    Backups,
    Snapshots,
    Operations,
    Recipe,
}

impl Tab {
    pub const ALL: [Self; 7] =
        [Self::Overview, Self::Charts, Self::Log, Self::Backups, Self::Snapshots, Self::Operations, Self::Recipe];

    pub fn name(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Charts => "charts",
            Self::Log => "log",
            Self::Backups => "backups",
            Self::Snapshots => "snapshots",
            Self::Operations => "operations",
            Self::Recipe => "recipe",
        }
    }

    /// The same where there is little room.
    pub fn short(self) -> &'static str {
        match self {
            Self::Overview => "all",
            Self::Snapshots => "snaps",
            Self::Operations => "ops",
            other => other.name(),
        }
    }

    pub fn step(self, by: isize) -> Self {
        let at = Self::ALL.iter().position(|tab| *tab == self).unwrap_or(0) as isize;
        Self::ALL[(at + by).rem_euclid(Self::ALL.len() as isize) as usize]
    }
}
