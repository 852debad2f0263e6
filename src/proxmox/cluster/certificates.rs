//! The certificates that a node has, and how long they are good. Any login may ask.

use std::sync::Arc;

use crate::{
    domain::{ids::NodeName, machine::Certificate, moment::Moment},
    proxmox::{
        Client, ClientError,
        call::Asked,
        wire::{lenient::Text, list::List, nodes::CertificateRow},
    },
};

impl Client {
    /// As Proxmox lists them: the authority, and what is shown to others.
    pub async fn certificates(&self, node: &NodeName) -> Result<Vec<Certificate>, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "certificates", "info"]);
        let answer = self.call(&asked).await?;
        let rows: List<CertificateRow<'_>> = answer.read(&asked.call)?;
        Ok(rows.0.iter().filter_map(certificate).collect())
    }
}

fn certificate(row: &CertificateRow<'_>) -> Option<Certificate> {
    let text = |text: &Text<'_>| Arc::from(text.as_deref().unwrap_or_default());
    Some(Certificate {
        file: Arc::from(row.filename.as_deref()?),
        subject: text(&row.subject),
        issuer: text(&row.issuer),
        fingerprint: text(&row.fingerprint),
        until: row.notafter.fits().map(Moment::from_secs),
    })
}
