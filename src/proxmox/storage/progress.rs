//! How far a download is, read from the log of its task: wget draws a line of dots for each 32 MB and writes the percent
//! behind it.

/// The last that the log told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DownloadProgress {
    pub phase: Phase,
    /// Of the transfer; nothing where the server does not say how much there is.
    pub percent: Option<u8>,
    /// Bytes there are, by the server.
    pub total: Option<u64>,
    /// Bytes that came at least.
    pub received: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Phase {
    #[default]
    Connecting,
    Transferring,
    /// The checksum is compared.
    Checking,
    Done,
}

/// Reads the whole log so far.
pub fn read_progress(log: &[impl AsRef<str>]) -> DownloadProgress {
    log.iter().fold(DownloadProgress::default(), |progress, line| progress.after(line.as_ref()))
}

impl DownloadProgress {
    /// With one more line of the log.
    pub fn after(mut self, line: &str) -> Self {
        let line = line.trim();
        if let Some(length) = line.strip_prefix("Length: ") {
            self.total = length.split(' ').next().and_then(|bytes| bytes.parse().ok());
        } else if let Some(kilobytes) = dots(line) {
            self.phase = Phase::Transferring;
            self.received = self.received.max(kilobytes.saturating_mul(1024));
            self.percent = percent_in(line).max(self.percent);
        } else if line.contains("calculating checksum") {
            self.phase = Phase::Checking;
        } else if is_end(line) {
            self =
                Self { phase: Phase::Done, percent: Some(100), received: self.total.unwrap_or(self.received), ..self };
        }
        self
    }
}

/// ` 32768K ........ ........ 53%  112M 0s`: how much came before this line.
fn dots(line: &str) -> Option<u64> {
    let (start, rest) = line.split_once('K')?;
    // A last line without a dot goes on with its percent.
    let is_drawn =
        rest.trim_start().starts_with(['.', ',']) || rest.trim_start().starts_with(|end: char| end.is_ascii_digit());
    start.parse().ok().filter(|_| is_drawn)
}

fn percent_in(line: &str) -> Option<u8> {
    let number = line.split_whitespace().find_map(|word| word.strip_suffix('%'))?;
    number.parse().ok().filter(|percent| *percent <= 100)
}

fn is_end(line: &str) -> bool {
    line == "TASK OK" || (line.starts_with("download of ") && line.ends_with(" finished"))
}
