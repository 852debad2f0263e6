//! What may be heard, and the files for it that are built in.

/// What may be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cue {
    Click,
    Flip,
    DeployStart,
    Success,
    Error,
    AppStarted,
    BackupCreate,
    BackupDone,
    Restore,
    HostLost,
    Achievement,
}

impl Cue {
    pub const ALL: [Self; 11] = [
        Self::Click,
        Self::Flip,
        Self::DeployStart,
        Self::Success,
        Self::Error,
        Self::AppStarted,
        Self::BackupCreate,
        Self::BackupDone,
        Self::Restore,
        Self::HostLost,
        Self::Achievement,
    ];

    /// The name of its file in a sound pack, without the ending.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Click => "click",
            Self::Flip => "flip",
            Self::DeployStart => "deploy-start",
            Self::Success => "success",
            Self::Error => "error",
            Self::AppStarted => "app-started",
            Self::BackupCreate => "backup-create",
            Self::BackupDone => "backup-done",
            Self::Restore => "restore",
            Self::HostLost => "host-lost",
            Self::Achievement => "achievement",
        }
    }

    /// The WAV file that is built in.
    pub fn file(self) -> &'static [u8] {
        match self {
            Self::Click => include_bytes!("../../assets/sounds/click.wav"),
            Self::Flip => include_bytes!("../../assets/sounds/flip.wav"),
            Self::DeployStart => include_bytes!("../../assets/sounds/deploy-start.wav"),
            Self::Success => include_bytes!("../../assets/sounds/success.wav"),
            Self::Error => include_bytes!("../../assets/sounds/error.wav"),
            Self::AppStarted => include_bytes!("../../assets/sounds/app-started.wav"),
            Self::BackupCreate => include_bytes!("../../assets/sounds/backup-create.wav"),
            Self::BackupDone => include_bytes!("../../assets/sounds/backup-done.wav"),
            Self::Restore => include_bytes!("../../assets/sounds/restore.wav"),
            Self::HostLost => include_bytes!("../../assets/sounds/host-lost.wav"),
            Self::Achievement => include_bytes!("../../assets/sounds/achievement.wav"),
        }
    }
}
