//! What Proxmox remembers of a guest. What must hold: of a step that is longer than its peaks, the peaks are told as well.

use super::{Answer, Engine};
use crate::{
    domain::{
        fault::Fault,
        history::{History, Span},
        ids::GuestKey,
    },
    proxmox::{HistoryOf, Timeframe},
};

impl Engine {
    pub(super) async fn history(&self, key: &GuestKey, span: Span) -> Result<Answer, Fault> {
        let guest = self.0.world.guest(key)?;
        let client = self.0.world.client(&key.host)?;
        let of = HistoryOf::Guest { node: guest.node.clone(), kind: guest.kind, vmid: guest.vmid() };
        let (timeframe, hides_peaks) = match span {
            Span::Hour => (Timeframe::Hour, false),
            Span::Day => (Timeframe::Day, false),
            Span::Week => (Timeframe::Week, true),
            Span::Month => (Timeframe::Month, true),
        };
        let readings = client.history(&of, timeframe).await?;
        // The averages are worth showing without them.
        let peaks = if hides_peaks { client.peaks(&of, timeframe).await.unwrap_or_default() } else { Vec::new() };
        Ok(Answer::History(Box::new(History { guest: key.clone(), span, readings, peaks })))
    }
}
