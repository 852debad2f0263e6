//! A plan for scripts, before it is done. What must hold: all of it, with every call, its parameters and what stands
//! against it.

use serde::Serialize;

use crate::{
    domain::{
        placement::Judged,
        plan::{OnFailure, place::Right},
    },
    engine::{CallPreview, Held, Preview, StepPreview},
};

#[derive(Serialize)]
pub struct PlanRow {
    pub kind: &'static str,
    pub name: String,
    pub app: Option<String>,
    pub guest: Option<String>,
    pub host: Option<String>,
    pub on_failure: OnFailure,
    pub steps: Vec<StepRow>,
    pub rights: Vec<RightRow>,
    pub warnings: Vec<&'static str>,
    pub places: Vec<PlaceRow>,
}

#[derive(Serialize)]
pub struct StepRow {
    pub step: usize,
    pub title: String,
    pub warning: Option<&'static str>,
    pub calls: Vec<CallRow>,
}

#[derive(Serialize)]
pub struct CallRow {
    pub method: &'static str,
    pub path: String,
    pub parameters: Vec<ParameterRow>,
    pub pvesh: String,
    pub curl: String,
}

/// A name may stand more than once, so they are a list.
#[derive(Serialize)]
pub struct ParameterRow {
    pub name: String,
    pub value: String,
}

#[derive(Serialize)]
pub struct RightRow {
    pub privilege: String,
    /// Any of these will do.
    pub paths: Vec<String>,
    /// Nothing where our credential may not ask.
    pub held: Option<bool>,
}

#[derive(Serialize)]
pub struct PlaceRow {
    pub host: String,
    pub node: String,
    pub score: u32,
    pub reasons: Vec<String>,
    pub obstacles: Vec<String>,
}

impl PlanRow {
    pub fn of(preview: &Preview) -> Self {
        let (plan, subject) = (&preview.plan, &preview.plan.subject);
        Self {
            kind: plan.kind.slug(),
            name: plan.name.clone(),
            app: subject.app().map(|app| app.to_string()),
            guest: subject.guest().map(|guest| guest.to_string()),
            host: subject.host().map(|host| host.to_string()),
            on_failure: plan.on_failure,
            steps: preview.steps.iter().enumerate().map(|(n, step)| StepRow::of(n + 1, step)).collect(),
            rights: preview.rights.iter().map(RightRow::of).collect(),
            warnings: preview.warnings().collect(),
            places: preview.places.iter().map(PlaceRow::of).collect(),
        }
    }
}

impl StepRow {
    fn of(step: usize, preview: &StepPreview) -> Self {
        let calls = preview.calls.iter().map(CallRow::of).collect();
        Self { step, title: preview.title.clone(), warning: preview.warning, calls }
    }
}

impl CallRow {
    fn of(call: &CallPreview) -> Self {
        let parameter = |(name, value): &(String, String)| ParameterRow { name: name.clone(), value: value.clone() };
        Self {
            method: call.method,
            path: call.path.clone(),
            parameters: call.parameters.iter().map(parameter).collect(),
            pvesh: call.pvesh.clone(),
            curl: call.curl.clone(),
        }
    }
}

impl RightRow {
    fn of((right, held): &(Right, Held)) -> Self {
        let held = match held {
            Held::Yes => Some(true),
            Held::No => Some(false),
            Held::Unknown => None,
        };
        Self { privilege: right.privilege.clone(), paths: right.paths.clone(), held }
    }
}

impl PlaceRow {
    fn of(judged: &Judged) -> Self {
        Self {
            host: judged.node.host.to_string(),
            node: judged.node.node.to_string(),
            score: judged.score,
            reasons: judged.reasons.clone(),
            obstacles: judged.obstacles.clone(),
        }
    }
}
