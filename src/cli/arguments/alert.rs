//! `alert …` as data.

use clap::{Args, Subcommand};

use super::Rehearsal;

#[derive(Debug, Subcommand)]
pub enum AlertCommand {
    /// List what wants you now, the oldest first
    List,
    /// List what was over lately, the newest first
    History {
        /// So many at most
        #[arg(short = 'n', long = "most", value_name = "N", default_value = "50")]
        most: u32,
    },
    /// Show one alert, and what mends it
    Show { id: i64 },
    /// Do what mends it: the plan is shown first
    Mend {
        id: i64,
        #[command(flatten)]
        rehearsal: Rehearsal,
    },
    /// Say that you know of it: it is told no more
    Ack {
        #[arg(required = true)]
        ids: Vec<i64>,
    },
    /// Be told of it later
    Snooze {
        #[arg(required = true)]
        ids: Vec<i64>,
        /// For so long, such as 30m, 2h, 1d
        #[arg(long = "for", value_name = "TIME", value_parser = span)]
        time: u64,
    },
    /// Show what is looked at, the limits, the quiet hours and where alerts go; they stand in settings.toml under [alerts]
    Rules,
    /// Send a test wherever alerts are delivered
    Test,
    /// Say where alerts are delivered
    Deliver(Delivering),
}

#[derive(Debug, Args)]
pub struct Delivering {
    /// Post alerts as JSON to this address; it is written into settings.toml
    #[arg(long, value_name = "URL", conflicts_with = "webhook_stdin")]
    pub webhook: Option<String>,
    /// The same, but the address is a secret: it is read from standard input and kept with the secrets
    #[arg(long)]
    pub webhook_stdin: bool,
    /// Send alerts to this topic of ntfy, such as https://ntfy.sh/topic
    #[arg(long, value_name = "URL")]
    pub ntfy: Option<String>,
    /// Read the token for ntfy from standard input; it is kept with the secrets
    #[arg(long, conflicts_with = "webhook_stdin")]
    pub token_stdin: bool,
    /// Deliver alerts nowhere any more, and forget the secrets
    #[arg(long, conflicts_with_all = ["webhook", "webhook_stdin", "ntfy", "token_stdin"])]
    pub off: bool,
}

/// Seconds.
fn span(text: &str) -> Result<u64, String> {
    let why = || "write a number with s, m, h or d, such as 2h".to_owned();
    let cut = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(why)?;
    let number: u64 = text[..cut].parse().map_err(|_| why())?;
    let unit = match &text[cut..] {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(why()),
    };
    let seconds = number.checked_mul(unit).filter(|seconds| (1..=366 * 86_400).contains(seconds));
    seconds.ok_or_else(|| "between a second and a year".into())
}
