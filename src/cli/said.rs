//! `proximity app log`: what an app says of itself. What must hold: each line is printed once, also over a restart of the
//! app, and a follow ends only when whoever asked for it ends it.

use std::time::Duration;

use serde::Serialize;

use super::{
    arguments::{Logging, Since},
    face::{Face, other_answer},
    named::app_now,
    print::Reader,
};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::AppId,
        log::{LogAsk, LogLine, LogTail, Stamp, Whole, has, level},
    },
    engine::{Answer, Query, now},
};

/// Between two pieces nothing is held open.
const BETWEEN: Duration = Duration::from_secs(2);
/// While it cannot be had, it is asked for less often.
const IN_VAIN: Duration = Duration::from_secs(5);

#[derive(Serialize)]
struct Line<'a> {
    at: Option<String>,
    source: &'a str,
    level: Option<&'static str>,
    text: &'a str,
}

#[derive(Serialize)]
struct Told<'a> {
    app: String,
    source: &'static str,
    lines: Vec<Line<'a>>,
}

pub async fn log(wanted: &Logging, face: Face<'_>) -> Result<(), Fault> {
    let app = app_now(&wanted.app, face).await?;
    let since = wanted.since.map(|since| match since {
        Since::At(at) => at,
        Since::Ago(ago) => now() - ago,
    });
    let ask = LogAsk { lines: wanted.lines, since, after: None };
    let mut tail = piece(&app.id, ask.clone(), face).await?;
    sift(&mut tail, wanted);
    if !wanted.follow {
        let told =
            Told { app: app.id.to_string(), source: tail.source.slug(), lines: tail.lines.iter().map(line).collect() };
        face.printer.result(&told, || tail.lines.iter().map(in_words).collect());
        return Ok(());
    }
    print(&tail, face);
    tokio::select! {
        end = follow(&app.id, &ask, tail, wanted, face) => end,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

async fn piece(app: &AppId, ask: LogAsk, face: Face<'_>) -> Result<LogTail, Fault> {
    match face.engine.query(Query::Log { app: app.clone(), ask }).await? {
        Answer::Log(tail) => Ok(*tail),
        _ => Err(other_answer()),
    }
}

async fn follow(id: &AppId, first: &LogAsk, begun: LogTail, wanted: &Logging, face: Face<'_>) -> Result<(), Fault> {
    let (mut mark, mut told) = (begun.mark, None);
    loop {
        tokio::time::sleep(if told.is_some() { IN_VAIN } else { BETWEEN }).await;
        let ask = LogAsk { lines: first.lines.max(1_000), after: mark.clone(), ..first.clone() };
        match piece(id, ask, face).await {
            Ok(mut tail) => {
                (mark, told) = (tail.mark.clone(), None);
                if tail.whole == Whole::LeftOut {
                    face.printer.aside("more was written than is carried at a time; some lines are left out");
                }
                sift(&mut tail, wanted);
                print(&tail, face);
            }
            Err(fault) if fault.code == FaultCode::NotFound => return Err(fault),
            // Said once: an app that is started anew is down for a moment.
            Err(fault) => {
                if told.as_ref() != Some(&fault.what) {
                    face.printer.aside(&format!("{fault}; this goes on as soon as it can"));
                }
                told = Some(fault.what);
            }
        }
    }
}

fn sift(tail: &mut LogTail, wanted: &Logging) {
    if let Some(filter) = &wanted.filter {
        let filter = filter.to_lowercase();
        tail.lines.retain(|line| has(&line.text, &filter) || has(&line.source, &filter));
    }
}

fn print(tail: &LogTail, face: Face<'_>) {
    for line_ in &tail.lines {
        match face.printer.reader() {
            Reader::Script => face.printer.detail(&line(line_)),
            Reader::Person => face.printer.result(&(), || vec![in_words(line_)]),
        }
    }
}

fn line(line: &LogLine) -> Line<'_> {
    let level = level(&line.text).map(crate::domain::log::Level::slug);
    Line { at: line.at.map(rfc3339), source: &line.source, level, text: &line.text }
}

fn in_words(line: &LogLine) -> String {
    let time = line.at.map_or_else(String::new, |at| format!("{} ", rfc3339(at)));
    let source = if line.source.is_empty() { String::new() } else { format!("{} | ", line.source) };
    format!("{time}{source}{}", line.text)
}

fn rfc3339(at: Stamp) -> String {
    super::rows::rfc3339(at.moment())
}
