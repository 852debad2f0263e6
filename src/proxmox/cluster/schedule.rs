//! When a calendar event comes round.

use crate::{
    domain::moment::Moment,
    proxmox::{
        Client, ClientError,
        call::Asked,
        wire::{backup::RunRow, list::List},
    },
};

impl Client {
    /// The next times of a schedule, at most 100 of them. What is no schedule is refused with the reason.
    pub async fn next_runs(&self, schedule: &str, count: u8) -> Result<Vec<Moment>, ClientError> {
        let asked = Asked::get(&["cluster", "jobs", "schedule-analyze"])
            .with("schedule", schedule)
            .with("iterations", count.clamp(1, 100));
        let answer = self.call(&asked).await?;
        let rows: List<RunRow> = answer.read(&asked.call)?;
        Ok(rows.0.iter().filter_map(|row| row.timestamp.fits()).map(Moment::from_secs).collect())
    }
}
