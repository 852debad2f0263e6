//! What a person needs to know of an app that was just made: where it is, how to get in for the first time, and which
//! secrets it was given. What must hold: no secret is printed.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    catalog::shelf,
    face::Face,
    rows::{AppRow, OperationRow},
};
use crate::domain::{
    app::App,
    catalog::{Recipe, interpolate},
    operation::Operation,
    plan::{PlanKind, Step},
};

#[derive(Serialize)]
pub struct Made {
    #[serde(flatten)]
    operation: OperationRow,
    made: AppRow,
    first_login: Option<String>,
    /// The names of its secrets; the vault keeps their values.
    secrets: Vec<String>,
}

const MASK: &str = "••••••";

/// Nothing where the operation made no app.
pub async fn by(ended: &Operation, face: Face<'_>) -> Option<Made> {
    use PlanKind::{Adopt, Clone, Deploy, Restore, RestoreBeside};
    if !matches!(ended.plan.kind, Deploy | Clone | Adopt | Restore | RestoreBeside) {
        return None;
    }
    let is_new = !matches!(ended.plan.kind, Restore | RestoreBeside);
    let fleet = face.engine.fleet().borrow().clone();
    let mut recorded = ended.plan.steps.iter().rev().filter_map(|step| match step {
        Step::Record { app, .. } => Some(app.as_ref()),
        _ => None,
    });
    // A restore in place also writes down the one that it replaced.
    let recorded = match ended.plan.kind {
        Restore => recorded.find(|app| ended.plan.subject.app() == Some(&app.id)),
        _ => recorded.next(),
    }?;
    let app = fleet.app(&recorded.id).unwrap_or(recorded);
    let operation =
        OperationRow { app: Some(app.id.to_string()), guest: Some(app.guest.to_string()), ..OperationRow::of(ended) };
    Some(Made {
        operation,
        made: AppRow::of(&fleet, app),
        // What comes out of a backup was logged in to before.
        first_login: if is_new { first_login(app, face).await } else { None },
        secrets: app.book.as_ref().map(|book| book.secrets.clone()).unwrap_or_default(),
    })
}

async fn first_login(app: &App, face: Face<'_>) -> Option<String> {
    let book = app.book.as_ref()?;
    let (shelf, _) = shelf(face).await.ok()?;
    let recipe = &shelf.find(book.recipe.as_ref()?)?.recipe;
    recipe.first_login.as_ref().map(|text| filled(text, recipe, &book.settings))
}

/// A secret is shown by dots.
fn filled(text: &str, recipe: &Recipe, settings: &BTreeMap<String, String>) -> String {
    let is_secret = |name: &str| recipe.settings.iter().any(|setting| setting.name == name && setting.kind.is_secret());
    let value = |name: &str| if is_secret(name) { Some(MASK.to_owned()) } else { settings.get(name).cloned() };
    interpolate(text, value).unwrap_or_else(|_| text.to_owned())
}

impl Made {
    pub fn lines(&self, sentence: &str) -> Vec<String> {
        let mut lines = vec![sentence.to_owned(), format!("{:<12}{}", "name", self.made.name)];
        let mut add = |name: &str, value: Option<&str>| {
            lines.extend(value.map(|value| format!("{name:<12}{value}")));
        };
        add("app", Some(&self.made.app));
        add("guest", Some(&self.made.guest));
        add("url", self.made.url.as_deref());
        add("address", self.made.address.as_deref().filter(|_| self.made.url.is_none()));
        add("first login", self.first_login.as_deref());
        for secret in &self.secrets {
            add("secret", Some(&format!("{secret} {MASK}, kept in the vault of Proximity")));
        }
        lines
    }
}
