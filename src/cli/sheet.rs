//! A plan on paper: what people read before it is done. What must hold: everything that speaks against it is on it.

use super::arguments::Form;
use crate::{
    domain::{placement::Judged, plan::place::Right},
    engine::{CallPreview, Held, Preview, StepPreview},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    Titles,
    /// With each call and its parameters.
    Calls,
}

pub fn lines(preview: &Preview, detail: Detail) -> Vec<String> {
    let mut lines = vec![format!("{} {}", preview.plan.kind.slug(), preview.plan.name)];
    for (n, step) in preview.steps.iter().enumerate() {
        lines.extend(step_lines(n + 1, step, detail));
    }
    lines.extend(rights(&preview.rights));
    if !preview.places.is_empty() {
        lines.push("places".into());
        lines.extend(preview.places.iter().map(place));
    }
    lines
}

/// Nothing but the calls, as lines for a shell.
pub fn shell_lines(preview: &Preview, form: Form) -> Vec<String> {
    let calls = preview.steps.iter().flat_map(|step| &step.calls);
    calls
        .map(|call| match form {
            Form::Pvesh => call.pvesh.clone(),
            Form::Curl => call.curl.clone(),
        })
        .collect()
}

fn step_lines(n: usize, step: &StepPreview, detail: Detail) -> Vec<String> {
    let mut lines = vec![format!("{n:>4}  {}", step.title)];
    lines.extend(step.warning.map(|warning| format!("      ! {warning}")));
    if detail == Detail::Calls {
        lines.extend(step.calls.iter().flat_map(call_lines));
    }
    lines
}

fn call_lines(call: &CallPreview) -> Vec<String> {
    let parameters = call.parameters.iter().map(|(name, value)| format!("        {name}={value}"));
    std::iter::once(format!("      {} {}", call.method, call.path)).chain(parameters).collect()
}

/// What is there needs no word of its own.
fn rights(rights: &[(Right, Held)]) -> Vec<String> {
    let count = |wanted| rights.iter().filter(|(_, held)| *held == wanted).count();
    let mut lines = Vec::new();
    if !rights.is_empty() {
        lines.push(format!("rights  {} of {} held", count(Held::Yes), rights.len()));
    }
    lines.extend(rights.iter().filter(|(_, held)| *held != Held::Yes).map(|(right, held)| {
        let word = if *held == Held::No { "missing" } else { "unknown" };
        format!("  {word}: {} at {}", right.privilege, right.paths.join(" or "))
    }));
    lines
}

fn place(judged: &Judged) -> String {
    let node = format!("  {}/{}", judged.node.host, judged.node.node);
    match judged.obstacles.is_empty() {
        true => format!("{node}  {:>3}  {}", judged.score, judged.reasons.join(", ")),
        false => format!("{node}   no  {}", judged.obstacles.join(", ")),
    }
}
