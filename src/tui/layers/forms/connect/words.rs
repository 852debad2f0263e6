//! What a try of a page says, in one line.

use crate::{
    engine::{LeastPlan, LeastState, SshKey, TestReport},
    tui::theme::Role,
};

type Words = Vec<(String, Role)>;

pub fn met(print: &str, trusted: Option<&str>) -> Words {
    match trusted {
        Some(trusted) if trusted == print => good("the same certificate answers again"),
        Some(_) => vec![("◐ another certificate answers now: go back, and look at it".into(), Role::Warning)],
        None => good(&format!("a Proxmox certificate answers: {} …", print.get(..23).unwrap_or(print))),
    }
}

pub fn found(report: &TestReport) -> Words {
    let words = format!("Proxmox VE {}, {} nodes, {} guests", report.version, report.nodes, report.guests);
    match report.missing.len() {
        0 => good(&words),
        missing => vec![(format!("◐ {words}; {missing} rights are missing"), Role::Warning)],
    }
}

pub fn counted(plan: &LeastPlan) -> Words {
    let of = |state: LeastState| plan.lines.iter().filter(|line| line.state == state).count();
    let (made, changed) = (of(LeastState::Made), of(LeastState::Changed));
    good(&format!("{made} would be made, {changed} changed, {} are there", of(LeastState::There)))
}

pub fn same_key(known: Option<&SshKey>, seen: &SshKey) -> Words {
    if known.is_some_and(|known| known.fingerprint == seen.fingerprint) {
        good("the same key answers again")
    } else {
        vec![("◐ another key answers now; it stands above".into(), Role::Warning)]
    }
}

fn good(words: &str) -> Words {
    vec![(format!("✓ {words}"), Role::Good)]
}
