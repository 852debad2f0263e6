//! Where everything lies: the folders of the platform, or one folder that the operator named. What must hold: there is
//! always an absolute path or a clear fault, never a folder in the place where the program happened to be started.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use crate::domain::fault::{Fault, FaultCode};

/// A path as people type it: `~/x` lies in their home, as a shell would have it.
pub fn typed_path(typed: &Path) -> PathBuf {
    match (typed.strip_prefix("~"), std::env::var_os("HOME")) {
        (Ok(inside), Some(home)) => PathBuf::from(home).join(inside),
        _ => typed.to_owned(),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// Database and secrets.
    data: PathBuf,
    /// What the operator writes himself: settings, themes, sounds.
    config: PathBuf,
}

impl Paths {
    /// The folder given with `--data`, or the user's own folders.
    pub fn find(given: Option<&Path>) -> Result<Self, Fault> {
        match given {
            Some(folder) => Self::inside(folder),
            None => Self::of_user(ProjectDirs::from("", "", "proximity")),
        }
    }

    /// Everything in one folder.
    pub fn inside(folder: &Path) -> Result<Self, Fault> {
        let folder = std::path::absolute(folder).map_err(|error| {
            Fault::lasting(
                FaultCode::Usage,
                format!("the folder \"{}\" cannot be used", folder.display()),
                error.to_string(),
                "name an existing folder, or one that can be made, with --data DIR",
            )
        })?;
        Ok(Self { data: folder.clone(), config: folder })
    }

    fn of_user(found: Option<ProjectDirs>) -> Result<Self, Fault> {
        let found = found.ok_or_else(|| {
            Fault::lasting(
                FaultCode::Usage,
                "there is no place for Proximity's files",
                "this user has no home folder: HOME is not set and the system knows none",
                "set HOME, or name a folder with --data DIR",
            )
        })?;
        Ok(Self { data: found.data_local_dir().into(), config: found.config_dir().into() })
    }

    /// The same places for the demo, in a folder of its own.
    pub fn for_demo(&self) -> Self {
        let folder = self.data.join("demo");
        Self { data: folder.clone(), config: folder }
    }

    pub fn data(&self) -> &Path {
        &self.data
    }

    pub fn database(&self) -> PathBuf {
        self.data.join("proximity.db")
    }

    pub fn settings(&self) -> PathBuf {
        self.config.join("settings.toml")
    }

    /// The operator's own recipes.
    pub fn recipes(&self) -> PathBuf {
        self.config.join("recipes")
    }

    /// What was fetched of the sources of recipes.
    pub fn catalog(&self) -> PathBuf {
        self.data.join("catalog")
    }

    pub fn themes(&self) -> PathBuf {
        self.config.join("themes")
    }

    pub fn sounds(&self) -> PathBuf {
        self.config.join("sounds")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_home_the_remedy_names_a_folder() {
        let fault = Paths::of_user(None).unwrap_err();
        assert!(fault.remedy.contains("--data DIR"), "{fault}");
    }
}
