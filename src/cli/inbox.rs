//! `proximity inbox …`: what the hosts have and our books do not, or the other way round. What must hold: nothing is mended
//! without a yes, and what was found is told without asking any host.

use serde::Serialize;

use super::{
    arguments::{InboxCommand, Mending},
    begin::carry_out,
    face::{Face, other_answer},
    named::fleet_known,
    plan::{Paper, rehearse},
    print::table,
    rows::rfc3339,
    wishes::Wish,
};
use crate::{
    domain::{
        care::{Difference, Drift, Finding, FindingId, Mend, Standing},
        drift::obstacle,
        fault::{Fault, FaultCode},
        fleet::Fleet,
        ids::HostId,
    },
    engine::{Answer, Change, Query, Request},
};

#[derive(Serialize)]
struct Row {
    id: i64,
    /// `missing`, `new`, `changed`, `moved` or `reused`
    kind: &'static str,
    name: String,
    guest: String,
    app: Option<String>,
    what: String,
    since: String,
    /// `open`, `dismissed` or `over`
    standing: &'static str,
    over: Option<String>,
    differences: Vec<DifferenceRow>,
    /// What mends it; `proximity inbox mend ID N` counts them from 1.
    mends: Vec<String>,
}

#[derive(Serialize)]
struct DifferenceRow {
    option: String,
    before: Option<String>,
    now: Option<String>,
    /// Why it cannot be put back, where that is so.
    stays: Option<&'static str>,
}

/// So many that are over are told.
const PAST: u32 = 100;

pub async fn run(command: &InboxCommand, face: Face<'_>) -> Result<(), Fault> {
    match command {
        InboxCommand::List { past: false } => {
            let fleet = face.engine.fleet().borrow().clone();
            let was_any = !fleet.care.findings.is_empty() || !past(face).await?.is_empty();
            list(&fleet.care.findings, if was_any { NONE_OPEN } else { NONE_EVER }, &fleet, face);
            Ok(())
        }
        InboxCommand::List { past: true } => {
            let found = past(face).await?;
            list(&found, NONE_PAST, &face.engine.fleet().borrow().clone(), face);
            Ok(())
        }
        InboxCommand::Show { id } => {
            let found = finding(FindingId(*id), face).await?;
            let row = Row::of(&found, &face.engine.fleet().borrow().clone());
            face.printer.result(&row, || row.sheet());
            Ok(())
        }
        InboxCommand::Mend(mending) => mend(mending, face).await,
        InboxCommand::Dismiss { id } => {
            face.engine.change(Change::Dismiss(FindingId(*id))).await?;
            said(*id, "dismissed", "you hear no more of it, until it changes", face);
            Ok(())
        }
        InboxCommand::Accept { id } => {
            fleet_known(face).await;
            face.engine.change(Change::Accept(FindingId(*id))).await?;
            said(*id, "accepted", "as it is now it is to be", face);
            Ok(())
        }
        InboxCommand::Look { host } => {
            face.engine.change(Change::Reconcile(host.as_deref().map(HostId::new))).await?;
            let fleet = face.engine.fleet().borrow().clone();
            list(&fleet.care.findings, NONE_FOUND, &fleet, face);
            Ok(())
        }
    }
}

fn said(id: i64, standing: &'static str, words: &str, face: Face<'_>) {
    let data = serde_json::json!({ "id": id, "standing": standing });
    face.printer.result(&data, || vec![format!("finding {id}: {words}")]);
}

const NONE_FOUND: &str = "nothing was found: the hosts are as the books say";
/// Without a look nobody knows how the hosts are now.
const NONE_OPEN: &str = "nothing that was found is open; `proximity inbox look` compares the hosts with the books now";
const NONE_EVER: &str =
    "not compared yet, or nothing was ever found; `proximity inbox look` compares the hosts with the books now";
const NONE_PAST: &str = "nothing was dismissed, and nothing that was found is over";

fn list(findings: &[Finding], nothing: &str, fleet: &Fleet, face: Face<'_>) {
    let rows: Vec<_> = findings.iter().map(|found| Row::of(found, fleet)).collect();
    face.printer.result(&rows, || match rows.as_slice() {
        [] => vec![nothing.to_owned()],
        rows => {
            let cells: Vec<_> = rows.iter().map(Row::cells).collect();
            table(&["ID", "KIND", "NAME", "GUEST", "SINCE", "STANDING", "WHAT"], &cells)
        }
    });
}

async fn past(face: Face<'_>) -> Result<Vec<Finding>, Fault> {
    match face.engine.query(Query::PastFindings { most: PAST }).await? {
        Answer::Findings(findings) => Ok(findings),
        _ => Err(other_answer()),
    }
}

async fn finding(id: FindingId, face: Face<'_>) -> Result<Finding, Fault> {
    let open = face.engine.fleet().borrow().care.findings.iter().find(|found| found.id == id).cloned();
    if let Some(found) = open {
        return Ok(found);
    }
    past(face).await?.into_iter().find(|found| found.id == id).ok_or_else(|| {
        Fault::lasting(
            FaultCode::NotFound,
            format!("there is no finding {id}"),
            "nothing was found under that number",
            "look at `proximity inbox list`, or with `--past` at those that are over",
        )
    })
}

async fn mend(mending: &Mending, face: Face<'_>) -> Result<(), Fault> {
    let fleet = fleet_known(face).await;
    let found = finding(FindingId(mending.id), face).await?;
    let mends = found.mends(&fleet);
    let chosen = mending.number.checked_sub(1).and_then(|at| mends.get(at)).ok_or_else(|| {
        let why = match mends.len() {
            0 => "there is nothing that would mend it".to_owned(),
            many => format!("it has {many} ways to be mended"),
        };
        let what = format!("finding {} was not mended", found.id);
        Fault::lasting(FaultCode::Usage, what, why, format!("look at `proximity inbox show {}`", found.id))
    })?;
    let request = Request::Mend(chosen.clone());
    // What cannot be done says so before anybody is asked.
    let kind = face.preview(&request).await?.plan.kind;
    let wish = Wish { request, kind, name: found.name.to_string() };
    if let Some(paper) = Paper::wanted(&mending.rehearsal) {
        return rehearse(&[wish], paper, face).await;
    }
    face.agree_to(std::slice::from_ref(&wish), &format!("{}: {}?", wish.name, chosen.title())).await?;
    carry_out(wish.request, face).await
}

impl Row {
    fn of(found: &Finding, fleet: &Fleet) -> Self {
        let login = fleet.host(&found.guest.host).map_or("", |host| host.login.as_str());
        let differences = match &found.drift {
            Drift::Changed(differences) => differences.iter().map(|one| DifferenceRow::of(one, login)).collect(),
            _ => Vec::new(),
        };
        let (standing, over) = match found.standing {
            Standing::Open => ("open", None),
            Standing::Dismissed => ("dismissed", None),
            Standing::Over(at) => ("over", Some(rfc3339(at))),
        };
        let mends = if over.is_some() { Vec::new() } else { found.mends(fleet) };
        Self {
            id: found.id.0,
            kind: found.drift.kind().slug(),
            name: found.name.to_string(),
            guest: found.guest.to_string(),
            app: found.app.as_ref().map(|app| app.to_string()),
            what: found.drift.words(),
            since: rfc3339(found.since),
            standing,
            over,
            differences,
            mends: mends.iter().map(Mend::title).collect(),
        }
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.kind.to_owned(),
            self.name.clone(),
            self.guest.clone(),
            self.since.clone(),
            self.standing.to_owned(),
            self.what.clone(),
        ]
    }

    fn sheet(&self) -> Vec<String> {
        let mut lines = vec![
            format!("{}: {}", self.name, self.what),
            format!("guest {}, {} since {}", self.guest, self.standing, self.since),
        ];
        let cells: Vec<_> = self.differences.iter().map(DifferenceRow::cells).collect();
        if !cells.is_empty() {
            lines.extend(table(&["OPTION", "BEFORE", "NOW", "STAYS BECAUSE"], &cells));
        }
        let mends = self.mends.iter().enumerate();
        lines.extend(mends.map(|(i, title)| format!("{}  {title}: `proximity inbox mend {} {0}`", i + 1, self.id)));
        lines
    }
}

impl DifferenceRow {
    fn of(one: &Difference, login: &str) -> Self {
        let stays = obstacle(one, login);
        Self { option: one.option.clone(), before: one.before.clone(), now: one.now.clone(), stays }
    }

    fn cells(&self) -> Vec<String> {
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "--".into());
        vec![self.option.clone(), text(&self.before), text(&self.now), self.stays.unwrap_or_default().to_owned()]
    }
}
