//! `proximity host reclaim` and `app right-size`: what apps were given and do not need, by a week of what they used. What
//! must hold: what is begun is what was shown.

use serde::Serialize;

use super::{
    arguments::{Reclaiming, Rehearsal},
    begin::carry_out,
    face::{Face, other_answer},
    named::{app_now, host_now},
    plan::{Paper, rehearse},
    print::table,
    wishes::Wish,
};
use crate::{
    domain::{
        care::RightSize,
        fault::Fault,
        ids::{AppId, HostId},
        plan::{PlanKind, change::Sizes},
    },
    engine::{Answer, Query, Request},
};

pub async fn reclaim(wanted: &Reclaiming, face: Face<'_>) -> Result<(), Fault> {
    let host = host_now(&wanted.host, face).await?;
    let mut all = proposals(&host, face).await?;
    if !wanted.apps.is_empty() {
        let mut named = Vec::new();
        for app in &wanted.apps {
            named.push(app_now(app, face).await?.id);
        }
        all.retain(|one| named.contains(&one.app));
    }
    let less: Vec<RightSize> = all.into_iter().filter_map(smaller).collect();
    let sizes: Vec<(AppId, Sizes)> = less.iter().map(|one| (one.app.clone(), one.to.clone())).collect();
    let rows: Vec<_> = less.iter().map(SizeRow::of).collect();
    if rows.is_empty() {
        face.printer.result(&rows, || vec![format!("no app of {host} has more than it needs")]);
        return Ok(());
    }
    let request = Request::Reclaim(sizes);
    carry(request, PlanKind::Reclaim, host.as_str(), &words(&less, &host), &rows, &wanted.rehearsal, face).await
}

pub async fn right_size(app: &str, rehearsal: &Rehearsal, face: Face<'_>) -> Result<(), Fault> {
    let app = app_now(app, face).await?;
    let all = proposals(&app.guest.host, face).await?;
    let Some(size) = all.into_iter().find(|one| one.app == app.id) else {
        let none: Option<SizeRow> = None;
        face.printer
            .result(&none, || vec![format!("{}: what it has fits, or less than a week of it is known", app.name)]);
        return Ok(());
    };
    let rows = [SizeRow::of(&size)];
    let request = Request::Resize { app: app.id.clone(), sizes: size.to };
    let question = format!("resize {}?", app.name);
    carry(request, PlanKind::Resize, &app.name, &question, &rows, rehearsal, face).await
}

async fn carry(
    request: Request,
    kind: PlanKind,
    name: &str,
    question: &str,
    rows: &[SizeRow],
    rehearsal: &Rehearsal,
    face: Face<'_>,
) -> Result<(), Fault> {
    let cells: Vec<_> = rows.iter().map(SizeRow::cells).collect();
    let wish = [Wish { request: request.clone(), kind, name: name.to_owned() }];
    table(&SizeRow::HEAD, &cells).iter().for_each(|line| face.printer.aside(line));
    if let Some(paper) = Paper::wanted(rehearsal) {
        face.printer.detail(&rows);
        return rehearse(&wish, paper, face).await;
    }
    face.say_yes(question, kind, name)?;
    carry_out(request, face).await
}

/// What was proposed, or why nothing could be.
async fn proposals(host: &HostId, face: Face<'_>) -> Result<Vec<RightSize>, Fault> {
    match face.engine.query(Query::RightSizes(Some(host.clone()))).await? {
        Answer::RightSizes(sizes) => Ok(sizes),
        _ => Err(other_answer()),
    }
}

/// Of it only what gets less.
fn smaller(size: RightSize) -> Option<RightSize> {
    let to = Sizes {
        cores: size.to.cores.filter(|cores| *cores < size.cores),
        memory: size.to.memory.filter(|memory| *memory < size.memory),
        ..Sizes::default()
    };
    (to != Sizes::default()).then_some(RightSize { to, ..size })
}

/// `reclaim 6.2 GiB of home from 4 apps?`
fn words(less: &[RightSize], host: &HostId) -> String {
    let memory: u64 = less.iter().filter_map(|one| Some(one.memory.saturating_sub(one.to.memory?))).sum();
    let cores: u32 = less.iter().filter_map(|one| Some(one.cores.saturating_sub(one.to.cores?))).sum();
    let parts = [
        (memory > 0).then(|| format!("{:.1} GiB", memory as f64 / 1_024.0)),
        (cores > 0).then(|| if cores == 1 { "1 core".to_owned() } else { format!("{cores} cores") }),
    ];
    let what: Vec<_> = parts.into_iter().flatten().collect();
    let apps = if less.len() == 1 { "1 app".to_owned() } else { format!("{} apps", less.len()) };
    format!("reclaim {} of {host} from {apps}, one after the other?", what.join(" and "))
}

#[derive(Serialize)]
struct SizeRow {
    app: String,
    name: String,
    cores: u32,
    /// Of its cores, in percent.
    cpu_used: f32,
    /// MiB
    memory: u64,
    memory_used: u64,
    /// Nothing where it stays.
    to_cores: Option<u32>,
    to_memory: Option<u64>,
}

impl SizeRow {
    const HEAD: [&str; 5] = ["APP", "CORES", "USED", "MEMORY", "USED"];

    fn of(size: &RightSize) -> Self {
        Self {
            app: size.app.to_string(),
            name: size.name.to_string(),
            cores: size.cores,
            cpu_used: (size.cpu_used * 1_000.0).round() / 10.0,
            memory: size.memory,
            memory_used: size.memory_used,
            to_cores: size.to.cores,
            to_memory: size.to.memory,
        }
    }

    fn cells(&self) -> Vec<String> {
        let to = |now: String, to: Option<String>| to.map_or(now.clone(), |to| format!("{now} -> {to}"));
        vec![
            self.name.clone(),
            to(self.cores.to_string(), self.to_cores.map(|cores| cores.to_string())),
            format!("{} %", self.cpu_used),
            to(format!("{} MiB", self.memory), self.to_memory.map(|mib| format!("{mib} MiB"))),
            format!("{} MiB", self.memory_used),
        ]
    }
}
