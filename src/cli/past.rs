//! `proximity app history`. What must hold: what Proxmox did not measure is null for a script and a gap for a person.

use serde::Serialize;

use super::{
    face::{Face, other_answer},
    guest::size,
    named::app_now,
    print::table,
    rows::rfc3339,
};
use crate::{
    domain::{
        fault::Fault,
        fleet::Usage,
        history::{Column, History, Metric, Reading, Span, Summary, columns},
        machine::Pressure,
    },
    engine::{Answer, Query},
};

#[derive(Serialize)]
struct Row {
    at: String,
    /// 0 to 1 of all cores.
    cpu: Option<f32>,
    memory: Option<Usage>,
    disk: Option<Usage>,
    /// Bytes a second.
    net_in: Option<f32>,
    net_out: Option<f32>,
    disk_read: Option<f32>,
    disk_write: Option<f32>,
    /// Percent of the time; told from Proxmox VE 9 on.
    pressure: Option<Waits>,
}

#[derive(Serialize)]
struct Waits {
    cpu_some: Option<f32>,
    memory_some: Option<f32>,
    memory_full: Option<f32>,
    io_some: Option<f32>,
    io_full: Option<f32>,
}

#[derive(Serialize)]
struct Total {
    metric: &'static str,
    average: f64,
    most: f64,
    most_at: String,
    last: f64,
    last_at: String,
}

#[derive(Serialize)]
struct Told {
    app: String,
    guest: String,
    span: &'static str,
    step_seconds: u64,
    readings: Vec<Row>,
    /// The highest within each step, where a step is long.
    peaks: Vec<Row>,
    totals: Vec<Total>,
}

pub async fn history(app: &str, span: Span, face: Face<'_>) -> Result<(), Fault> {
    let app = app_now(app, face).await?;
    let history = match face.engine.query(Query::History { guest: app.guest.clone(), span }).await? {
        Answer::History(history) => *history,
        _ => return Err(other_answer()),
    };
    let told = Told {
        app: app.id.to_string(),
        guest: app.guest.to_string(),
        span: span.slug(),
        step_seconds: history.step().as_secs(),
        readings: history.readings.iter().map(row).collect(),
        peaks: history.peaks.iter().map(row).collect(),
        totals: Metric::ALL.into_iter().filter_map(|metric| Some(total(metric, history.summary(metric)?))).collect(),
    };
    face.printer.result(&told, || lines(&app.name, &history));
    Ok(())
}

fn row(reading: &Reading) -> Row {
    let waits = |pressure: &Pressure| Waits {
        cpu_some: pressure.cpu_some,
        memory_some: pressure.memory_some,
        memory_full: pressure.memory_full,
        io_some: pressure.io_some,
        io_full: pressure.io_full,
    };
    Row {
        at: rfc3339(reading.at),
        cpu: reading.cpu,
        memory: reading.memory,
        disk: reading.disk,
        net_in: reading.net_in,
        net_out: reading.net_out,
        disk_read: reading.disk_read,
        disk_write: reading.disk_write,
        pressure: reading.pressure.as_ref().map(waits),
    }
}

fn total(metric: Metric, summary: Summary) -> Total {
    Total {
        metric: metric.slug(),
        average: summary.mean,
        most: summary.most,
        most_at: rfc3339(summary.most_at),
        last: summary.last,
        last_at: rfc3339(summary.last_at),
    }
}

fn lines(name: &str, history: &History) -> Vec<String> {
    let rows: Vec<Vec<String>> = Metric::ALL
        .into_iter()
        .filter_map(|metric| {
            let summary = history.summary(metric)?;
            Some(vec![
                metric.slug().to_owned(),
                value(metric, summary.last),
                value(metric, summary.mean),
                value(metric, summary.most),
                rfc3339(summary.most_at),
                bars(metric, history),
            ])
        })
        .collect();
    if rows.is_empty() {
        return vec![format!("Proxmox remembers nothing of {name} for this {}", history.span.slug())];
    }
    table(&["WHAT", "LAST", "AVERAGE", "MOST", "MOST AT", "HISTORY"], &rows)
}

fn value(metric: Metric, value: f64) -> String {
    if metric.is_rate() { format!("{}/s", size(value as u64)) } else { format!("{:.1} %", value * 100.0) }
}

const WIDE: usize = 48;
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A blank is a gap.
fn bars(metric: Metric, history: &History) -> String {
    let columns = columns(history, metric, WIDE);
    let top = if metric.is_rate() { columns.iter().filter_map(|column| column.most).fold(1.0, f64::max) } else { 1.0 };
    let bar = |column: &Column| match column.mean {
        Some(mean) => BARS[((mean / top * 7.0).round() as usize).min(7)],
        None => ' ',
    };
    columns.iter().map(bar).collect()
}
