//! `proximity catalog import`: what becomes of foreign definitions, and keeping it. What must hold: whatever was lost or
//! refused is told with its reason; nothing is replaced without a yes.

use std::{collections::BTreeMap, io::Read, path::Path, process::ExitCode};

use serde::Serialize;

use super::{
    arguments::Importing,
    face::{Consent, Face, other_answer},
};
use crate::{
    domain::{
        catalog::{Kind, Recipe},
        fault::{Fault, FaultCode},
    },
    engine::{Answer, Change, Existing, ImportFrom, ImportReport, ImportWish, Query, Refused},
};

/// Nobody pastes more.
const LONGEST: u64 = 1024 * 1024;

pub async fn run(importing: &Importing, face: Face<'_>) -> Result<ExitCode, Fault> {
    let from = match importing.path == Path::new("-") {
        true => ImportFrom::Text(pasted()?),
        false => ImportFrom::Path(importing.path.clone()),
    };
    let wish = ImportWish { from, name: importing.name.clone(), format: importing.format };
    let report = match face.engine.query(Query::Import(wish.clone())).await? {
        Answer::Import(report) => *report,
        _ => return Err(other_answer()),
    };
    let kept = if importing.save { keep(wish, &report, face).await? } else { Kept::default() };
    face.printer.result(&Sheet::of(&report, &kept), || lines(&report, &kept));
    // Of a store some are always refused; of one definition it means that there is nothing.
    let is_nothing = report.taken == 0;
    Ok(if is_nothing { ExitCode::from(FaultCode::Failed.exit_code()) } else { ExitCode::SUCCESS })
}

fn pasted() -> Result<String, Fault> {
    let bad = |why: String| {
        let remedy = "give it a docker-compose file, at most 1 MiB of text";
        Fault::lasting(FaultCode::Usage, "standard input cannot be read", why, remedy)
    };
    let mut text = String::new();
    let read = std::io::stdin().lock().take(LONGEST + 1).read_to_string(&mut text);
    match read {
        Err(error) => Err(bad(error.to_string())),
        Ok(_) if text.len() as u64 > LONGEST => Err(bad("it is longer than 1 MiB".to_owned())),
        Ok(_) => Ok(text),
    }
}

#[derive(Default)]
struct Kept {
    written: usize,
    stayed: usize,
}

async fn keep(wish: ImportWish, report: &ImportReport, face: Face<'_>) -> Result<Kept, Fault> {
    let existing = match face.consent {
        Consent::Given => Existing::Replaced,
        Consent::ToBeAsked => Existing::Stays,
    };
    let stayed = if existing == Existing::Stays { report.there_already } else { 0 };
    if let Some(recipe) = report.recipe.as_ref().filter(|_| stayed > 0) {
        return Err(Fault::lasting(
            FaultCode::Refused,
            format!("{} was not kept", recipe.id),
            "your folder has a recipe of this name already",
            "replace it with --yes, or give this one another name with --name",
        ));
    }
    face.engine.change(Change::KeepRecipes { import: wish, existing }).await?;
    Ok(Kept { written: report.taken - stayed, stayed })
}

#[derive(Serialize)]
struct Sheet<'a> {
    format: &'static str,
    taken: usize,
    with_losses: usize,
    written: usize,
    stayed: usize,
    /// By the kind of their reasons.
    refused: BTreeMap<&'static str, usize>,
    refusals: Vec<Refusal<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipe: Option<&'a Recipe>,
}

#[derive(Serialize)]
struct Refusal<'a> {
    file: &'a str,
    app: &'a str,
    reason: &'static str,
    why: &'a str,
}

impl<'a> Sheet<'a> {
    fn of(report: &'a ImportReport, kept: &Kept) -> Self {
        Self {
            format: report.format.slug(),
            taken: report.taken,
            with_losses: report.with_losses,
            written: kept.written,
            stayed: kept.stayed,
            refused: by_reason(&report.refused).into_iter().map(|(slug, (_, count))| (slug, count)).collect(),
            refusals: report.refused.iter().map(refusal).collect(),
            recipe: report.recipe.as_deref(),
        }
    }
}

fn refusal(refused: &Refused) -> Refusal<'_> {
    let Refused { file, app, reason, why } = refused;
    Refusal { file, app, reason: reason.slug(), why }
}

fn by_reason(refused: &[Refused]) -> BTreeMap<&'static str, (&'static str, usize)> {
    let mut counts = BTreeMap::new();
    for Refused { reason, .. } in refused {
        counts.entry(reason.slug()).or_insert((reason.told(), 0)).1 += 1;
    }
    counts
}

fn lines(report: &ImportReport, kept: &Kept) -> Vec<String> {
    let mut lines = match (&report.recipe, report.refused.as_slice()) {
        (Some(recipe), []) => summary(recipe),
        (None, [refused]) => vec![format!("{} cannot be used: {}", refused.app, refused.why)],
        _ => counts(report),
    };
    match (kept.written, kept.stayed) {
        (0, 0) => {}
        (written, 0) => lines.push(format!("{written} written into your folder of recipes")),
        (written, stayed) => {
            lines.push(format!("{written} written into your folder of recipes"));
            lines.push(format!("{stayed} were there already and stay as they are; --yes replaces them"));
        }
    }
    lines
}

fn counts(report: &ImportReport) -> Vec<String> {
    let read = report.taken + report.refused.len();
    let mut lines = vec![
        format!("{read} read as {}", report.format.told()),
        format!("{} taken, {} of them without something", report.taken, report.with_losses),
        format!("{} refused", report.refused.len()),
    ];
    lines.extend(by_reason(&report.refused).into_values().map(|(told, count)| format!("  {count:>5} {told}")));
    lines
}

/// What somebody wants to know before he deploys it.
fn summary(recipe: &Recipe) -> Vec<String> {
    let mut lines = vec![format!("{} {}: {}", recipe.name, recipe.version, recipe.tagline)];
    let mut add = |name: &str, value: String| lines.push(format!("{name:<12}{value}"));
    add("recipe", recipe.id.to_string());
    let images = recipe.methods.compose.iter().flat_map(|compose| &compose.services);
    images.for_each(|(name, service)| add("service", format!("{name} of {}", service.image)));
    match recipe.main_port() {
        Some(port) => {
            let scheme = port.scheme.map_or_else(String::new, |scheme| format!(" {scheme:?}").to_lowercase());
            add("front door", format!("{}{scheme} {}", port.port, port.path));
        }
        None => add("front door", "none".to_owned()),
    }
    for volume in &recipe.volumes {
        let backup = if volume.backup { "" } else { ", not backed up" };
        add("data", format!("{} at {}{backup}", volume.name, volume.path));
    }
    for setting in &recipe.settings {
        match &setting.kind {
            Kind::Secret { generate: Some(_) } => add("secret", format!("{} made for you", setting.name)),
            Kind::Secret { generate: None } => add("secret", format!("{} yours to give", setting.name)),
            _ => add("setting", format!("{}={}", setting.name, setting.default.as_deref().unwrap_or_default())),
        }
    }
    recipe.first_login.iter().flat_map(|text| text.lines()).for_each(|line| add("first login", line.to_owned()));
    let lost = recipe.imported.iter().flat_map(|imported| &imported.left_out);
    lost.for_each(|text| add("left out", text.clone()));
    lines
}
