//! `settings …` as data.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum SettingsCommand {
    /// Show all settings, or those whose name begins so: look, alerts.disk
    Show { name: Option<String> },
    /// Set one, such as look.theme light, or keys.apps.restart Ctrl-r
    Set {
        name: String,
        /// For keys several are possible; none takes the key away
        value: Vec<String>,
    },
    /// Set one back to what it was when new
    Reset { name: String },
    /// Write all of them to a file, without what is a secret
    Export { file: PathBuf },
    /// Take them over from a file; shows what differs first, and keeps the old file
    Import {
        file: PathBuf,
        /// Only show what would differ
        #[arg(long)]
        look: bool,
    },
}
