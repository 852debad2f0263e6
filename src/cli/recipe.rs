//! A recipe for whoever chooses one: a row of the catalog's list, or all of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::{
    domain::{
        catalog::{Facts, Kind, Range, Recipe, RecipeId, Setting, fits, installed},
        fleet::Fleet,
    },
    engine::Shelved,
};

#[derive(Serialize)]
pub struct RecipeRow {
    pub recipe: String,
    pub name: String,
    pub version: String,
    pub tagline: String,
    pub category: String,
    pub tags: Vec<String>,
    /// The one that is taken first.
    pub methods: Vec<&'static str>,
    /// By whom it is: `built-in`, `your own`, or a source and its commit.
    pub trust: String,
    /// Of its file; nothing where it is built in.
    pub path: Option<String>,
    pub favourite: bool,
    /// How many apps were made of it.
    pub installed: usize,
}

impl RecipeRow {
    pub fn of(shelved: &Shelved, favourites: &BTreeSet<RecipeId>, installed: &BTreeMap<RecipeId, usize>) -> Self {
        let recipe = &shelved.recipe;
        Self {
            recipe: recipe.id.to_string(),
            name: recipe.name.clone(),
            version: recipe.version.clone(),
            tagline: recipe.tagline.clone(),
            category: recipe.category.clone(),
            tags: recipe.tags.clone(),
            methods: recipe.methods_offered().into_iter().map(|method| method.slug()).collect(),
            trust: shelved.origin.trust().to_string(),
            path: shelved.origin.file().map(|file| file.display().to_string()),
            favourite: favourites.contains(&recipe.id),
            installed: installed.get(&recipe.id).copied().unwrap_or_default(),
        }
    }

    pub fn cells(&self) -> Vec<String> {
        let methods = self.methods.join(" ");
        let trust = self.trust.clone();
        vec![self.recipe.clone(), self.version.clone(), methods, self.category.clone(), trust, self.tagline.clone()]
    }
}

/// The row, and the recipe word for word as its file has it.
#[derive(Serialize)]
pub struct RecipeSheet<'a> {
    #[serde(flatten)]
    row: RecipeRow,
    /// Why no node has room for it; nothing where one has.
    unfit: Option<String>,
    /// What whoever deploys it should know of who wrote it.
    meaning: &'static str,
    file: &'a Recipe,
}

impl<'a> RecipeSheet<'a> {
    pub fn of(shelved: &'a Shelved, favourites: &BTreeSet<RecipeId>, fleet: &Fleet) -> Self {
        Self {
            row: RecipeRow::of(shelved, favourites, &installed(fleet)),
            // Without a node that was ever seen nothing is known of room.
            unfit: fleet.nodes.first().and_then(|_| fits(&shelved.recipe, &fleet.nodes).err()),
            meaning: shelved.origin.trust().meaning(),
            file: &shelved.recipe,
        }
    }

    pub fn lines(&self) -> Vec<String> {
        let (row, recipe) = (&self.row, self.file);
        let mut lines = vec![format!("{} {}: {}", recipe.name, recipe.version, recipe.tagline)];
        lines.extend(recipe.description.lines().map(str::to_owned));
        let mut add = |name: &str, value: String| lines.push(format!("{name:<12}{value}"));
        add("recipe", row.recipe.clone());
        add("trust", format!("{}: {}", row.trust, self.meaning));
        add("methods", row.methods.join(", "));
        add("license", recipe.license.clone());
        add("cores", range(recipe.resources.cores, ""));
        add("memory", range(recipe.resources.memory, " MiB"));
        add("disk", range(recipe.resources.disk, " GiB"));
        recipe.ports.iter().for_each(|port| add("port", format!("{} {}", port.port, port.name)));
        recipe.volumes.iter().for_each(|volume| add("volume", format!("{} {} GiB", volume.path, volume.size)));
        recipe.needs.iter().for_each(|need| add("needs", format!("{}: {}", need.kind.told(), need.why)));
        recipe.depends.iter().for_each(|other| add("works with", format!("{}: {}", other.recipe, other.why)));
        recipe.settings.iter().for_each(|setting| add("setting", in_words(setting)));
        recipe.first_login.iter().for_each(|text| add("first login", text.clone()));
        recipe.update_notes.iter().for_each(|text| add("updates", text.clone()));
        recipe.newest.iter().for_each(|newest| add("newest", newest.to_string()));
        facts(&recipe.facts).into_iter().for_each(|text| add("checked", text));
        if let Some(imported) = &recipe.imported {
            add("taken from", format!("{} ({})", imported.file, imported.format));
            imported.left_out.iter().for_each(|text| add("left out", text.clone()));
        }
        self.unfit.iter().for_each(|why| add("no room", why.clone()));
        lines
    }
}

/// How far it was checked, and where.
fn facts(facts: &Facts) -> Vec<String> {
    let Some(day) = &facts.checked else { return Vec::new() };
    let looked_up = format!("{day}: looked up in {} public pages that agree", facts.sources.len());
    let proved = facts.proved.iter().map(|proof| proof.told().to_owned());
    [looked_up].into_iter().chain(proved).chain(facts.sources.iter().cloned()).collect()
}

fn range(range: Range, unit: &str) -> String {
    format!("{}{unit}, at least {}{unit}", range.recommended, range.min)
}

/// `DOMAIN=http://localhost  Address (needed)`
fn in_words(setting: &Setting) -> String {
    let value = match (&setting.kind, &setting.default) {
        (Kind::Secret { generate: Some(_) }, _) => " made for you unless given with --secret-file".to_owned(),
        (Kind::Secret { generate: None }, _) => " given with --secret-file".to_owned(),
        (Kind::Choice { choices }, default) => {
            format!("={} one of {}", default.as_deref().unwrap_or_default(), choices.join(", "))
        }
        (_, Some(default)) => format!("={default}"),
        (_, None) => String::new(),
    };
    let needed = if setting.required { ", needed" } else { "" };
    format!("{}{value}  ({}{needed})", setting.name, setting.label)
}
