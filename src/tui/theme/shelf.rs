//! All themes there are: the shipped ones, and the operator's own files, which may replace or add. What must hold: the
//! shipped ones are always there, whatever lies in the folder.

use std::path::Path;

use super::{Theme, depth::Depth, file::Palette};
use crate::domain::fault::{Fault, FaultCode};

const SHIPPED: [&str; 9] = [
    include_str!("../../../themes/dark.toml"),
    include_str!("../../../themes/light.toml"),
    include_str!("../../../themes/matrix.toml"),
    include_str!("../../../themes/high-contrast.toml"),
    include_str!("../../../themes/fjord.toml"),
    include_str!("../../../themes/amber.toml"),
    include_str!("../../../themes/lagoon.toml"),
    include_str!("../../../themes/dusk.toml"),
    include_str!("../../../themes/ink.toml"),
];

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Themes(Vec<Palette>);

impl Themes {
    pub fn shipped() -> Self {
        let mut themes = Self::default();
        for text in SHIPPED {
            if let Ok(palette) = Palette::read(text, |name| themes.palette(name)) {
                themes.put(palette);
            }
        }
        themes
    }

    /// The shipped themes and those in `folder`; what cannot be read is told and left out.
    pub fn load(folder: Option<&Path>) -> (Self, Vec<Fault>) {
        let mut themes = Self::shipped();
        let mut faults = Vec::new();
        for path in folder.map(theme_files).unwrap_or_default() {
            let read = std::fs::read_to_string(&path).map_err(|error| error.to_string());
            let palette = read
                .and_then(|text| Palette::read(&text, |name| themes.palette(name)).map_err(|error| error.to_string()));
            match palette {
                Ok(palette) => themes.put(palette),
                Err(reason) => faults.push(broken(&path, reason)),
            }
        }
        (themes, faults)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|palette| palette.name.as_str())
    }

    pub fn palette(&self, name: &str) -> Option<&Palette> {
        self.0.iter().find(|palette| palette.name == name)
    }

    /// The theme of this name, or the first one when there is none.
    pub fn resolve(&self, name: &str, depth: Depth) -> Theme {
        let palette = self.palette(name).or(self.0.first());
        palette.map(|palette| palette.resolve(depth)).unwrap_or_else(|| Theme::bare(name))
    }

    /// Every theme, in the order of the shelf.
    pub fn resolve_all(&self, depth: Depth) -> Vec<Theme> {
        self.0.iter().map(|palette| palette.resolve(depth)).collect()
    }

    fn put(&mut self, palette: Palette) {
        match self.0.iter_mut().find(|known| known.name == palette.name) {
            Some(known) => *known = palette,
            None => self.0.push(palette),
        }
    }
}

/// In the order of their names, so that a clash ends the same way every time.
fn theme_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    paths
}

fn broken(path: &Path, reason: String) -> Fault {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let remedy = format!("mend {}: it is read again as soon as it is saved", path.display());
    Fault::lasting(FaultCode::Failed, format!("the theme file {name} cannot be used"), reason, remedy)
}
