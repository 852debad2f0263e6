//! What can be made to go wrong in the demo's datacenter, by a key: as the operator reads it. Nothing of it can be done
//! to a real host.

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mischief {
    NodeDies,
    NoQuorum,
    SlowHost,
    MuteHost,
    CutConnections,
    LostAnswers,
    TasksFail,
    FullStorage,
    HalvedBackups,
    LockedGuest,
    RefusedCredential,
    RenewedCertificate,
    ForeignCertificate,
    WrongClocks,
}

impl Mischief {
    pub const ALL: [Self; 14] = [
        Self::NodeDies,
        Self::NoQuorum,
        Self::SlowHost,
        Self::MuteHost,
        Self::CutConnections,
        Self::LostAnswers,
        Self::TasksFail,
        Self::FullStorage,
        Self::HalvedBackups,
        Self::LockedGuest,
        Self::RefusedCredential,
        Self::RenewedCertificate,
        Self::ForeignCertificate,
        Self::WrongClocks,
    ];

    pub fn words(self) -> &'static str {
        match self {
            Self::NodeDies => "pve2 loses its power",
            Self::NoQuorum => "the cluster has no majority",
            Self::SlowHost => "the host is slow: 4 s an answer",
            Self::MuteHost => "the host says nothing",
            Self::CutConnections => "connections break off",
            Self::LostAnswers => "answers to orders get lost",
            Self::TasksFail => "tasks fail at 60 %",
            Self::FullStorage => "the backup storage is full",
            Self::HalvedBackups => "backups are cut in half",
            Self::LockedGuest => "jellyfin is locked by a backup",
            Self::RefusedCredential => "the credential is refused",
            Self::RenewedCertificate => "the certificate is renewed",
            Self::ForeignCertificate => "a foreign certificate is shown",
            Self::WrongClocks => "the clocks go 10 minutes ahead",
        }
    }
}

/// What is to be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Meddling {
    Throw(Mischief),
    Mend(Mischief),
}
