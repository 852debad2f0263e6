//! Sources and what is new in them, for scripts and for people.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    cli::rows::rfc3339,
    domain::{
        catalog::{Changed, Titled},
        fault::Fault,
    },
    engine::{RefusedRow, SourceKept, SourceNews, SourceRow},
};

/// More lines of each kind are counted, not shown, to people.
const SHOWN: usize = 40;

#[derive(Serialize)]
pub struct Row {
    pub source: String,
    pub url: String,
    #[serde(rename = "ref")]
    pub branch: Option<String>,
    pub commit: Option<String>,
    pub kind: crate::domain::catalog::SourceKind,
    pub fetched: Option<String>,
    pub format: Option<String>,
    pub recipes: usize,
    /// By reason.
    pub refused: BTreeMap<String, usize>,
    pub fault: Option<Fault>,
}

impl Row {
    pub fn of(row: &SourceRow) -> Self {
        let kept = row.kept.as_ref();
        Self {
            source: row.source.name.to_string(),
            url: row.source.url.to_string(),
            branch: row.source.branch.as_ref().map(|branch| branch.as_str().to_owned()),
            commit: row.source.pin.as_ref().map(ToString::to_string),
            kind: row.source.url.kind(),
            fetched: kept.map(|kept| rfc3339(kept.fetched)),
            format: kept.map(|kept| kept.format.clone()),
            recipes: kept.map_or(0, |kept| kept.recipes),
            refused: kept.map(refused).unwrap_or_default(),
            fault: row.fault.clone(),
        }
    }

    pub fn cells(&self) -> Vec<String> {
        let commit = self.commit.as_ref().map_or("--".to_owned(), |commit| commit.chars().take(12).collect());
        let refused: usize = self.refused.values().sum();
        let fetched = self.fetched.clone().unwrap_or_else(|| "--".to_owned());
        vec![self.source.clone(), commit, self.recipes.to_string(), refused.to_string(), fetched, self.url.clone()]
    }
}

fn refused(kept: &SourceKept) -> BTreeMap<String, usize> {
    kept.refused.iter().cloned().collect()
}

/// The row, and the refusals word for word.
#[derive(Serialize)]
pub struct Sheet {
    #[serde(flatten)]
    pub row: Row,
    pub trust: &'static str,
    pub refusals: Vec<RefusedRow>,
}

impl Sheet {
    pub fn of(row: &SourceRow) -> Self {
        let refusals = row.kept.as_ref().map(|kept| kept.refusals.clone()).unwrap_or_default();
        Self { row: Row::of(row), trust: "not checked by Proximity", refusals }
    }

    pub fn lines(&self) -> Vec<String> {
        let row = &self.row;
        let mut lines = vec![format!("{} ({})", row.source, self.trust)];
        let mut add = |name: &str, value: String| lines.push(format!("{name:<12}{value}"));
        add("url", row.url.clone());
        row.branch.iter().for_each(|branch| add("ref", branch.clone()));
        add("commit", row.commit.clone().unwrap_or_else(|| "not pinned yet".to_owned()));
        row.fetched.iter().for_each(|fetched| add("fetched", fetched.clone()));
        row.format.iter().for_each(|format| add("format", format.clone()));
        add("recipes", row.recipes.to_string());
        row.refused.iter().for_each(|(reason, count)| add("refused", format!("{count} {reason}")));
        row.fault.iter().for_each(|fault| add("but", fault.to_string()));
        let refusal = |row: &RefusedRow| format!("  {}: {} ({})", row.file, row.why, row.reason);
        lines.extend(self.refusals.iter().map(refusal));
        lines
    }
}

/// What a newer state changes, and whether it was taken.
#[derive(Serialize)]
pub struct News {
    pub source: String,
    pub pinned: Option<String>,
    pub found: Option<String>,
    pub recipes: usize,
    pub refused: BTreeMap<String, usize>,
    pub added: Vec<Title>,
    pub removed: Vec<Title>,
    pub changed: Vec<Change>,
    pub same: usize,
    pub taken: bool,
    /// Why this one was not looked at.
    pub fault: Option<Fault>,
}

#[derive(Serialize)]
pub struct Title {
    recipe: String,
    name: String,
    version: String,
}

impl Title {
    fn of(titled: &Titled) -> Self {
        Self { recipe: titled.id.to_string(), name: titled.name.clone(), version: titled.version.clone() }
    }
}

#[derive(Serialize)]
pub struct Change {
    recipe: String,
    name: String,
    version: String,
    /// Where it is another one.
    version_before: Option<String>,
    parts: Vec<&'static str>,
    #[serde(skip)]
    told: Vec<&'static str>,
}

impl Change {
    fn of(changed: &Changed) -> Self {
        let Title { recipe, name, version } = Title::of(&changed.now);
        let parts = changed.parts.iter().map(|part| part.slug()).collect();
        let told = changed.parts.iter().map(|part| part.told()).collect();
        Self { recipe, name, version, version_before: changed.version_before.clone(), parts, told }
    }

    fn line(&self) -> String {
        let version = match &self.version_before {
            Some(before) => format!("{before} -> {}", self.version),
            None => self.version.clone(),
        };
        format!("~ {} {version} ({})", self.recipe, self.told.join(", "))
    }
}

impl News {
    pub fn of(news: &SourceNews, taken: bool) -> Self {
        let difference = &news.difference;
        Self {
            source: news.name.to_string(),
            pinned: news.pinned.as_ref().map(ToString::to_string),
            found: Some(news.found.to_string()),
            recipes: news.kept.recipes,
            refused: refused(&news.kept),
            added: difference.added.iter().map(Title::of).collect(),
            removed: difference.removed.iter().map(Title::of).collect(),
            changed: difference.changed.iter().map(Change::of).collect(),
            same: difference.same,
            taken,
            fault: None,
        }
    }

    pub fn failed(name: &str, fault: Fault) -> Self {
        Self {
            source: name.to_owned(),
            pinned: None,
            found: None,
            recipes: 0,
            refused: BTreeMap::new(),
            added: Vec::new(),
            removed: Vec::new(),
            changed: Vec::new(),
            same: 0,
            taken: false,
            fault: Some(fault),
        }
    }

    pub fn lines(&self) -> Vec<String> {
        if let Some(fault) = &self.fault {
            return vec![format!("{}: {fault}", self.source)];
        }
        if self.pinned == self.found && self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty() {
            return vec![format!("{}: nothing new", self.source)];
        }
        let short =
            |pin: &Option<String>| pin.as_ref().map_or("nothing".to_owned(), |pin| pin.chars().take(12).collect());
        let mut lines = vec![format!(
            "{}: {} -> {}, {} added, {} removed, {} changed, {} as before",
            self.source,
            short(&self.pinned),
            short(&self.found),
            self.added.len(),
            self.removed.len(),
            self.changed.len(),
            self.same
        )];
        let title = |sign: char| move |title: &Title| format!("{sign} {} {}", title.recipe, title.version);
        some(&mut lines, self.removed.iter().map(title('-')).collect());
        some(&mut lines, self.changed.iter().map(Change::line).collect());
        some(&mut lines, self.added.iter().map(title('+')).collect());
        lines
    }
}

fn some(lines: &mut Vec<String>, all: Vec<String>) {
    let more = all.len().saturating_sub(SHOWN);
    lines.extend(all.into_iter().take(SHOWN).map(|line| format!("  {line}")));
    if more > 0 {
        lines.push(format!("  and {more} more"));
    }
}
