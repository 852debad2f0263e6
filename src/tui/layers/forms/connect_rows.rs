//! What the pages of connecting a host say.

use super::{
    connect::{Connect, Step},
    sheet::Row,
};
use crate::{engine::TestReport, tui::theme::Role};

impl Connect {
    pub fn rows(&self, room: u16) -> Vec<Row> {
        let (number, title) = match self.step {
            Step::Where => (1, "where is it?".to_owned()),
            Step::Trust => (2, format!("is this {}?", self.name())),
            Step::Who => (3, format!("who logs in to {}?", self.name())),
            Step::Found => (4, format!("{} answers", self.name())),
        };
        let mut rows = vec![
            Row::Words(vec![
                ("connect a Proxmox VE host · ".into(), Role::Dim),
                (title, Role::Title),
                (format!("   {number} of 4"), Role::Dim),
            ]),
            Row::blank(),
        ];
        match self.step {
            Step::Where | Step::Who => {
                let count = self.fields().map_or(0, |fields| fields.all.len());
                rows.extend((0..count).map(Row::Field));
            }
            Step::Trust => rows.extend(self.trust(room)),
            Step::Found => rows.extend(self.report.iter().flat_map(|report| found(report, room))),
        }
        rows
    }

    fn trust(&self, room: u16) -> Vec<Row> {
        let mut rows: Vec<_> = Row::paragraph(
            "This certificate answered. From now on no other one is accepted under this name, so compare it once:",
            Role::Text,
            room,
        )
        .collect();
        rows.push(Row::blank());
        rows.extend(halves(&self.fingerprint).map(|half| Row::words(format!("  {half}"), Role::LcdText)));
        rows.push(Row::blank());
        let compare = "On the host `pvenode cert info` shows it; in its web page: the node, System, Certificates.";
        rows.extend(Row::paragraph(compare, Role::Dim, room));
        rows.push(Row::blank());
        rows.push(Row::words("[y] it is the same, trust it   [n] go back", Role::Title));
        rows
    }
}

/// A fingerprint in two lines that can be compared at a glance.
fn halves(fingerprint: &str) -> impl Iterator<Item = &str> {
    let middle = fingerprint.match_indices(':').nth(15).map_or(fingerprint.len(), |(at, _)| at + 1);
    let (first, second) = fingerprint.split_at(middle);
    [first, second].into_iter().filter(|half| !half.is_empty())
}

fn found(report: &TestReport, room: u16) -> Vec<Row> {
    let cluster = report.cluster.as_deref().unwrap_or("a single machine");
    let mut rows = vec![
        Row::Words(vec![("✓ ".into(), Role::Good), (format!("Proxmox VE {}", report.version), Role::Title)]),
        Row::words(format!("  {cluster} · {} nodes · {} guests", report.nodes, report.guests), Role::Text),
        Row::blank(),
    ];
    if report.missing.is_empty() {
        rows.push(Row::Words(vec![
            ("✓ ".into(), Role::Good),
            ("every right that is needed is there".into(), Role::Text),
        ]));
    }
    for right in &report.missing {
        rows.push(Row::Words(vec![
            ("◐ ".into(), Role::Warning),
            (format!("{} on {} is missing: ", right.privilege, right.path), Role::Title),
            (right.needed_for.clone(), Role::Text),
        ]));
        rows.extend(Row::paragraph(&right.grant, Role::Dim, room));
    }
    rows.push(Row::blank());
    let copy = if report.missing.is_empty() { "" } else { "   [c] copy the commands" };
    rows.push(Row::words(format!("[Enter] connect it{copy}   [Esc] another log-in"), Role::Title));
    rows
}
