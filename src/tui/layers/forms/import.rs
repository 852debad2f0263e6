//! A definition that was written for something else, as a recipe of one's own. What must hold: nothing is kept that was
//! not shown first, and what is kept is what was shown.

use std::path::PathBuf;

use super::{Field, Fields, Wanted, Wrong, sheet::Row};
use crate::{
    domain::catalog::Recipe,
    engine::{
        Answer, Change, Query,
        door::{Existing, ImportFrom, ImportReport, ImportWish},
    },
    tui::theme::Role,
};

#[derive(Debug, Clone)]
pub struct ImportForm {
    pub fields: Fields,
    pasted: Option<String>,
    shown: Option<Shown>,
}

/// What would become of it, and of what exactly.
#[derive(Debug, Clone)]
struct Shown {
    of: (String, String, Option<String>),
    report: Box<ImportReport>,
}

/// A longer text is no definition of an app.
const LONGEST: usize = 1 << 20;
const PATH: usize = 0;
const NAME: usize = 1;

impl ImportForm {
    pub fn blank() -> Self {
        let fields = vec![
            Field::plain("file or folder", "or paste a docker-compose.yml here"),
            Field::plain("name", "as its definition says"),
        ];
        Self { fields: Fields::of(fields), pasted: None, shown: None }
    }

    /// More than one line is the definition itself.
    pub fn take_text(&mut self, text: &str) -> bool {
        let is_text = text.trim_end().contains('\n') && text.len() <= LONGEST;
        if is_text {
            self.pasted = Some(text.to_owned());
            self.fields.all[PATH].set("");
        }
        is_text
    }

    fn wish(&self) -> Result<ImportWish, Wrong> {
        let path = self.fields.all[PATH].value();
        let from = match (&self.pasted, path) {
            (_, path) if !path.is_empty() => ImportFrom::Path(PathBuf::from(path)),
            (Some(text), _) => ImportFrom::Text(text.clone()),
            (None, _) => {
                let why = "neither a path nor a text is here";
                return Err(Wrong::at(PATH, "there is nothing to read", why, "type a path, or paste the text"));
            }
        };
        let name = Some(self.fields.all[NAME].value()).filter(|name| !name.is_empty()).map(str::to_owned);
        Ok(ImportWish { from, name, format: None })
    }

    fn typed(&self) -> (String, String, Option<String>) {
        let value = |at: usize| self.fields.all[at].value().to_owned();
        (value(PATH), value(NAME), self.pasted.clone())
    }

    fn seen(&self) -> Option<&ImportReport> {
        self.shown.as_ref().filter(|shown| shown.of == self.typed()).map(|shown| &*shown.report)
    }

    /// Looked at first; what was seen and not changed since is kept.
    pub fn submit(&mut self) -> Result<Option<Wanted>, Wrong> {
        let import = self.wish()?;
        match self.seen() {
            None => Ok(Some(Wanted::Query(Query::Import(import), "reading it"))),
            Some(report) if report.taken == 0 => {
                let why =
                    report.refused.first().map_or_else(|| "nothing in it is an app".into(), |one| one.why.clone());
                Err(Wrong::at(PATH, "nothing of it can be kept", &why, "mend it, then read it again"))
            }
            Some(report) if report.there_already > 0 => {
                let why = "a recipe of that name is in your folder already";
                Err(Wrong::at(NAME, "it is not kept", why, "give it another name, or delete the file"))
            }
            Some(_) => {
                Ok(Some(Wanted::Change(Change::KeepRecipes { import, existing: Existing::Stays }, "keeping it")))
            }
        }
    }

    pub fn take(&mut self, answer: Answer) {
        if let Answer::Import(report) = answer {
            self.shown = Some(Shown { of: self.typed(), report });
        }
    }

    pub fn done(&self) -> String {
        match self.shown.as_ref().map(|shown| &*shown.report) {
            Some(ImportReport { recipe: Some(recipe), .. }) => format!("{} is among your recipes", recipe.name),
            Some(report) => format!("{} recipes are among yours", report.taken),
            None => "kept".into(),
        }
    }

    pub fn rows(&self, room: u16) -> Vec<Row> {
        let mut rows = vec![Row::words("import an app's definition", Role::Title), Row::blank()];
        rows.extend((0..self.fields.all.len()).map(Row::Field));
        if let Some(text) = &self.pasted {
            let lines = text.lines().count();
            rows.push(Row::words(
                format!("                 {lines} lines were pasted; a path takes their place"),
                Role::Dim,
            ));
        }
        rows.push(Row::blank());
        match self.seen() {
            Some(report) => rows.extend(told(report, room)),
            None => rows.push(Row::words("[Ctrl-S] reads it and shows what would become of it", Role::Dim)),
        }
        rows
    }
}

fn told(report: &ImportReport, room: u16) -> Vec<Row> {
    let mut rows = Vec::new();
    match &report.recipe {
        Some(recipe) => rows.extend(of_one(recipe, room)),
        None => {
            rows.push(Row::words(format!("{} apps, {} with losses", report.taken, report.with_losses), Role::Title))
        }
    }
    for one in report.refused.iter().take(4) {
        rows.extend(Row::paragraph(&format!("{}: {}", one.app, one.why), Role::Warning, room));
    }
    if report.taken > 0 {
        rows.push(Row::blank());
        rows.push(Row::words("[Ctrl-S] keeps it among your own recipes", Role::Title));
    }
    rows
}

/// Its front door, its data, its secrets, and what is left out.
fn of_one(recipe: &Recipe, room: u16) -> Vec<Row> {
    let door = recipe.main_port().map_or("none".to_owned(), |port| port.port.to_string());
    let data: Vec<_> = recipe.volumes.iter().map(|volume| volume.path.as_str()).collect();
    let secrets = recipe.settings.iter().filter(|setting| setting.kind.is_secret());
    let secrets: Vec<_> = secrets.map(|setting| setting.label.as_str()).collect();
    let mut rows = vec![Row::words(format!("{}  {}", recipe.name, recipe.version), Role::Title)];
    let list = |names: &[&str]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    for text in [format!("front door {door}"), format!("data {}", list(&data)), format!("secrets {}", list(&secrets))] {
        rows.extend(Row::paragraph(&text, Role::Text, room));
    }
    let left_out = recipe.imported.iter().flat_map(|imported| &imported.left_out);
    for text in left_out {
        rows.extend(Row::paragraph(&format!("◐ {text}"), Role::Warning, room));
    }
    rows
}
