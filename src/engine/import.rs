//! Definitions that were written for something else, looked at and kept. What must hold: one app is held at a time, however
//! large a store is; a file that is there is not replaced unasked.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use super::{Answer, Engine};
use crate::{
    catalog::{
        Existing,
        files::{Folder, LONGEST_LIST, One, read_at_most},
        import::{self, Format, Outcome, Refused},
        keep, place,
    },
    domain::{
        catalog::Recipe,
        fault::{Fault, FaultCode},
    },
};

#[derive(Debug, Clone)]
pub struct ImportWish {
    pub from: ImportFrom,
    /// What the app is called where its definition does not say.
    pub name: Option<String>,
    /// Found out without one.
    pub format: Option<Format>,
}

#[derive(Debug, Clone)]
pub enum ImportFrom {
    /// A store as a folder, or one file.
    Path(PathBuf),
    Text(String),
}

#[derive(Debug, Clone, PartialEq)]
pub struct ImportReport {
    pub format: Format,
    pub taken: usize,
    /// Of those that were taken.
    pub with_losses: usize,
    /// Of those that were taken, as many have a file in the operator's folder already.
    pub there_already: usize,
    pub refused: Vec<Refused>,
    /// Where there is only one.
    pub recipe: Option<Box<Recipe>>,
}

const NOTHING: &str = "nothing was imported";

impl Engine {
    pub(super) async fn look_at_import(&self, wish: ImportWish) -> Result<Answer, Fault> {
        let folder = self.0.recipes.clone();
        let report = Self::aside(NOTHING, move || report(&wish, folder.as_deref())).await?;
        Ok(Answer::Import(Box::new(report)))
    }

    pub(super) async fn keep_recipes(&self, wish: ImportWish, existing: Existing) -> Result<(), Fault> {
        let Some(folder) = self.0.recipes.clone() else { return Err(no_folder()) };
        Self::aside(NOTHING, move || {
            let mut fault = None;
            read(&wish, |outcome| {
                if let Outcome::Taken(taken) = outcome
                    && let Err(error) = keep(&folder, &taken.recipe, existing)
                {
                    fault.get_or_insert_with(|| not_kept(&place(&folder, &taken.recipe.id), &error));
                }
            })?;
            fault.map_or(Ok(()), Err)
        })
        .await
    }
}

fn report(wish: &ImportWish, folder: Option<&Path>) -> Result<ImportReport, Fault> {
    let (mut taken, mut with_losses, mut there_already) = (0, 0, 0);
    let (mut refused, mut recipe) = (Vec::new(), None);
    let format = read(wish, |outcome| match outcome {
        Outcome::Refused(one) => refused.push(one),
        Outcome::Taken(one) => {
            taken += 1;
            let lost = one.recipe.imported.as_ref().is_some_and(|imported| !imported.left_out.is_empty());
            with_losses += usize::from(lost);
            there_already += usize::from(folder.is_some_and(|folder| place(folder, &one.recipe.id).exists()));
            recipe = (taken == 1).then(|| Box::new(one.recipe));
        }
    })?;
    Ok(ImportReport { format, taken, with_losses, there_already, refused, recipe })
}

fn read(wish: &ImportWish, mut each: impl FnMut(Outcome)) -> Result<Format, Fault> {
    match &wish.from {
        ImportFrom::Text(text) => {
            let name = file_name(wish.name.as_deref().unwrap_or("app"));
            store(&mut One::new(&name, text.clone().into_bytes()), wish.format, each)
        }
        ImportFrom::Path(path) if path.is_dir() => {
            let mut folder = Folder::open(path).map_err(|error| unreadable(path, &error))?;
            store(&mut folder, wish.format, each)
        }
        ImportFrom::Path(path) => {
            let bytes = bytes(path).map_err(|error| unreadable(path, &error))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_list =
                bytes.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| b"{[".contains(byte));
            if is_list || wish.format.is_some_and(|format| format != Format::Compose) {
                return store(&mut One::new(&name, bytes), wish.format, each);
            }
            // What it mounts lies beside it.
            let above = path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let mut beside = Folder::beside(above, &name).map_err(|error| unreadable(path, &error))?;
            let app = wish.name.clone().unwrap_or_else(|| called(path));
            import::one(&mut beside, &name, &app, &mut each);
            Ok(Format::Compose)
        }
    }
}

fn store(
    files: &mut impl crate::catalog::files::Files,
    format: Option<Format>,
    each: impl FnMut(Outcome),
) -> Result<Format, Fault> {
    import::store(files, format, each).map_err(|fault| {
        let remedy = "name a docker-compose file, a recipe, a list of templates or the folder of a store";
        Fault::lasting(FaultCode::Failed, NOTHING, fault.to_string(), remedy)
    })
}

/// Its file is called like all others, or like the app.
fn called(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    if !matches!(stem.as_str(), "docker-compose" | "compose") {
        return stem;
    }
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let above = whole.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    above.filter(|name| !name.is_empty()).unwrap_or(stem)
}

fn file_name(name: &str) -> String {
    format!("{}.yml", name.replace('/', "-"))
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    // A pipe would be waited on for ever.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is neither a file nor a folder"));
    }
    read_at_most(File::open(path)?, LONGEST_LIST)
}

fn unreadable(path: &Path, error: &io::Error) -> Fault {
    let code = if error.kind() == io::ErrorKind::NotFound { FaultCode::NotFound } else { FaultCode::Failed };
    Fault::lasting(
        code,
        format!("{} cannot be read", path.display()),
        error.to_string(),
        "look at its path and its rights",
    )
}

fn no_folder() -> Fault {
    let why = "this Proximity has no folder for recipes";
    Fault::lasting(FaultCode::Failed, "the recipes were not kept", why, "start it with a folder, as with --data")
}

fn not_kept(path: &Path, error: &io::Error) -> Fault {
    let remedy = "look at the folder's rights and its room; what was written before stays";
    Fault::lasting(FaultCode::Failed, format!("{} was not written", path.display()), error.to_string(), remedy)
}
