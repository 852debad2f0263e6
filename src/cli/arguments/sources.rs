//! `catalog sources …` as data.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum SourcesCommand {
    /// List the sources; nothing is fetched
    List,
    /// Add a source: it is fetched, pinned where it stands, and its recipes are put on the shelf
    Add {
        /// What to call it; the ids of its recipes begin with it
        name: String,
        /// A Git repository (https://…, ssh://…, git@host:path, a folder), or one file over https:// (.json, .yml)
        url: String,
        /// A branch or a tag; the repository's main branch unless said otherwise
        #[arg(long = "ref", value_name = "BRANCH")]
        branch: Option<String>,
        /// This state instead of the newest
        #[arg(long)]
        commit: Option<String>,
    },
    /// Show one source: where it is pinned, what was taken, what was refused and why
    Show { name: String },
    /// Fetch the newest state, show what it would change, and take it after a yes
    Update {
        /// All of them unless said otherwise
        name: Option<String>,
        /// Only show what is new
        #[arg(long)]
        look: bool,
    },
    /// Pin a source at another state, such as the one before
    Pin {
        name: String,
        /// The whole commit, or the SHA-256 of the file
        commit: String,
    },
    /// Forget a source and its recipes; apps that were made of them stay
    Remove { name: String },
}
