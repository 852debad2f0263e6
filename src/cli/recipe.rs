//! A recipe for whoever chooses one: a row of the catalog's list, or all of it.

use serde::Serialize;

use crate::{
    domain::catalog::{Kind, Range, Recipe, Setting},
    engine::{Origin, Shelved},
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
    /// `built-in`, or the file of the operator.
    pub origin: String,
}

impl RecipeRow {
    pub fn of(shelved: &Shelved) -> Self {
        let recipe = &shelved.recipe;
        Self {
            recipe: recipe.id.to_string(),
            name: recipe.name.clone(),
            version: recipe.version.clone(),
            tagline: recipe.tagline.clone(),
            category: recipe.category.clone(),
            tags: recipe.tags.clone(),
            methods: recipe.methods_offered().into_iter().map(|method| method.slug()).collect(),
            origin: match &shelved.origin {
                Origin::BuiltIn => "built-in".into(),
                Origin::Folder(path) => path.display().to_string(),
            },
        }
    }

    pub fn cells(&self) -> Vec<String> {
        let methods = self.methods.join(" ");
        vec![self.recipe.clone(), self.version.clone(), methods, self.category.clone(), self.tagline.clone()]
    }
}

/// The row, and the recipe word for word as its file has it.
#[derive(Serialize)]
pub struct RecipeSheet<'a> {
    #[serde(flatten)]
    row: RecipeRow,
    file: &'a Recipe,
}

impl<'a> RecipeSheet<'a> {
    pub fn of(shelved: &'a Shelved) -> Self {
        Self { row: RecipeRow::of(shelved), file: &shelved.recipe }
    }

    pub fn lines(&self) -> Vec<String> {
        let (row, recipe) = (&self.row, self.file);
        let mut lines = vec![format!("{} {}: {}", recipe.name, recipe.version, recipe.tagline)];
        lines.extend(recipe.description.lines().map(str::to_owned));
        let mut add = |name: &str, value: String| lines.push(format!("{name:<12}{value}"));
        add("recipe", format!("{} ({})", row.recipe, row.origin));
        add("methods", row.methods.join(", "));
        add("license", recipe.license.clone());
        add("cores", range(recipe.resources.cores, ""));
        add("memory", range(recipe.resources.memory, " MiB"));
        add("disk", range(recipe.resources.disk, " GiB"));
        recipe.ports.iter().for_each(|port| add("port", format!("{} {}", port.port, port.name)));
        recipe.volumes.iter().for_each(|volume| add("volume", format!("{} {} GiB", volume.path, volume.size)));
        recipe.needs.iter().for_each(|need| add("needs", need.why.clone()));
        recipe.settings.iter().for_each(|setting| add("setting", in_words(setting)));
        recipe.first_login.iter().for_each(|text| add("first login", text.clone()));
        recipe.update_notes.iter().for_each(|text| add("updates", text.clone()));
        lines
    }
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
