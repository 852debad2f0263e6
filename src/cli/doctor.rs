//! `proximity doctor`: looks at everything that has to be well, and says what to do about what is not. What must hold: the
//! report may be shown to anybody, and the exit code tells whether something is bad.

use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path, process::ExitCode};

use serde::Serialize;

use super::{arguments::Examining, face::other_answer, open_vault, print::Printer, rows::rfc3339};
use crate::{
    domain::{
        checkup::{Area, Check, Verdict, worst},
        fault::{Fault, FaultCode},
    },
    engine::{Answer, Engine, Query, now},
};

#[derive(Serialize)]
struct Report {
    at: String,
    version: &'static str,
    verdict: Verdict,
    checks: Vec<Check>,
}

/// `here` is what was seen of this machine.
pub async fn doctor(
    engine: &Engine,
    mut here: Vec<Check>,
    examining: &Examining,
    printer: &Printer,
) -> Result<ExitCode, Fault> {
    // What does not succeed is one of the things that are not well; the others are still looked at.
    here.extend(open_vault(engine).await.err().map(|fault| Check::of_fault(Area::Secrets, "vault", &fault)));
    if examining.rebuild {
        here.extend(
            rebuild(engine, printer).await.err().map(|fault| Check::of_fault(Area::Database, "rebuild", &fault)),
        );
    }
    let Answer::Checkup(mut checks) = engine.query(Query::Checkup).await? else { return Err(other_answer()) };
    checks.extend(here);
    checks.sort_by_key(|check| check.area);
    let verdict = worst(&checks);
    let report = Report { at: rfc3339(now()), version: env!("CARGO_PKG_VERSION"), verdict, checks };
    if let Some(file) = &examining.report {
        write(file, &report)?;
        printer.aside(&format!("written to {}", file.display()));
    }
    printer.result(&report, || lines(&report));
    Ok(if verdict == Verdict::Bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

#[derive(Serialize)]
struct TakenRow {
    app: String,
    name: String,
    guest: String,
    /// What its container does not say.
    unknown: Vec<&'static str>,
}

async fn rebuild(engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    let taken = engine.rebuild_books(None).await?;
    if taken.is_empty() {
        printer.aside("the books know every app that the hosts show");
    }
    for one in taken {
        let row = TakenRow {
            app: one.app.to_string(),
            name: one.name.to_string(),
            guest: one.guest.to_string(),
            unknown: one.unknown,
        };
        let unknown = if row.unknown.is_empty() { "nothing".to_owned() } else { row.unknown.join(", ") };
        printer.progress(&row, &format!("{} ({}) is in the books again; not known: {unknown}", row.name, row.guest));
    }
    Ok(())
}

fn lines(report: &Report) -> Vec<String> {
    let (mut lines, mut area) = (Vec::new(), None);
    for check in &report.checks {
        if area != Some(check.area) {
            area = Some(check.area);
            lines.push(check.area.slug().to_owned());
        }
        lines.push(format!("  {} {}: {}", sign(check.verdict), check.of, check.says));
        lines.extend(check.remedy.iter().map(|remedy| format!("      {remedy}")));
    }
    let count = |verdict| report.checks.iter().filter(|check| check.verdict == verdict).count();
    lines.push(format!(
        "{} good, {} to look at, {} bad, {} not seen",
        count(Verdict::Good),
        count(Verdict::Warning),
        count(Verdict::Bad),
        count(Verdict::Unknown)
    ));
    lines
}

fn sign(verdict: Verdict) -> char {
    match verdict {
        Verdict::Good => '✓',
        Verdict::Unknown => '?',
        Verdict::Warning => '!',
        Verdict::Bad => '✖',
    }
}

/// The operator alone may read it until he gives it away.
fn write(file: &Path, report: &Report) -> Result<(), Fault> {
    let told = |error: std::io::Error| {
        Fault::lasting(
            FaultCode::Failed,
            "the report was not written",
            format!("{}: {error}", file.display()),
            "choose a place that you may write to",
        )
    };
    let head = format!("Proximity {} · {}\n\n", report.version, report.at);
    let text = head + &lines(report).join("\n") + "\n";
    let mut open = fs::OpenOptions::new();
    let mut written = open.write(true).create(true).truncate(true).mode(0o600).open(file).map_err(told)?;
    written.write_all(text.as_bytes()).map_err(told)
}
