//! What one container will be as an app. What must hold: what was proposed stands in the fields, and an emptied field means
//! none.

use super::{Field, Fields, Wanted, Wrong, sheet::Row};
use crate::{
    domain::{catalog::RecipeId, plan::app::ConsoleWish},
    engine::{AdoptWish, PoolWish, ProbeWish, Request},
    tui::{
        layers::deploy::{name, within},
        theme::Role,
    },
};

#[derive(Debug, Clone)]
pub struct AdoptForm {
    pub fields: Fields,
    wish: AdoptWish,
    /// As its host calls it.
    called: String,
    taken: Vec<String>,
    recipes: Vec<RecipeId>,
}

const PROBES: [(&str, ProbeWish); 3] =
    [("page", ProbeWish::Http), ("port", ProbeWish::Tcp), ("none", ProbeWish::Never)];
const SCHEMES: [&str; 3] = ["http", "https", "no page"];
const POOLS: [(&str, PoolWish); 2] = [("none", PoolWish::Stay), ("that of your apps", PoolWish::Join)];
const CONSOLES: [(&str, ConsoleWish); 2] =
    [("leave it", ConsoleWish::Leave), ("shell, from its next restart", ConsoleWish::Shell)];

/// In which order the fields stand.
const NAME: usize = 0;
const RECIPE: usize = 1;
const PORT: usize = 2;
const SCHEME: usize = 3;
const PATH: usize = 4;
const PROBE: usize = 5;
const POOL: usize = 6;
const CONSOLE: usize = 7;

fn chosen<T: Copy + PartialEq>(label: &'static str, all: &[(&'static str, T)], now: T) -> Field {
    let field = Field::choice(label, all.iter().map(|(word, _)| *word));
    match all.iter().find(|(_, value)| *value == now) {
        Some((word, _)) => field.filled(word),
        None => field,
    }
}

/// What it comes to where nothing was chosen.
fn fitting(wish: &AdoptWish) -> ProbeWish {
    match (wish.probe, &wish.scheme, wish.port) {
        (ProbeWish::Fitting, _, None) => ProbeWish::Never,
        (ProbeWish::Fitting, Some(_), _) => ProbeWish::Http,
        (ProbeWish::Fitting, None, Some(_)) => ProbeWish::Tcp,
        (chosen, ..) => chosen,
    }
}

impl AdoptForm {
    /// `taken` are the names of others, here and among the apps.
    pub fn of(wish: AdoptWish, called: &str, taken: Vec<String>, recipes: Vec<RecipeId>) -> Self {
        let text = |value: Option<String>| value.unwrap_or_default();
        let scheme = wish.scheme.clone().unwrap_or_else(|| SCHEMES[2].into());
        let fields = vec![
            Field::plain("name", called.to_owned()).filled(&text(wish.name.clone())),
            Field::plain("recipe", "none").filled(&text(wish.recipe.as_ref().map(ToString::to_string))),
            Field::plain("main port", "none").filled(&text(wish.port.map(|port| port.to_string()))),
            Field::choice("page", SCHEMES).filled(&scheme),
            Field::plain("path", "/").filled(&text(wish.path.clone())),
            chosen("probe by", &PROBES, fitting(&wish)),
            chosen("pool", &POOLS, wish.pool),
            chosen("console", &CONSOLES, wish.console),
        ];
        Self { fields: Fields::of(fields), wish, called: called.into(), taken, recipes }
    }

    fn value(&self, at: usize) -> &str {
        self.fields.all.get(at).map_or("", Field::value)
    }

    fn chosen<T: Copy>(&self, at: usize, all: &[(&str, T)]) -> Option<T> {
        all.iter().find(|(word, _)| *word == self.value(at)).map(|(_, value)| *value)
    }

    pub fn submit(&self) -> Result<Option<Wanted>, Wrong> {
        let wrong = |at, why: &str| Wrong::at(at, "that does not do", why, "type another value, or leave it empty");
        name(self.value(NAME), &self.taken).map_err(|why| wrong(NAME, &why))?;
        within(self.value(PORT), 1, 65_535).map_err(|why| wrong(PORT, &why))?;
        let recipe = Some(self.value(RECIPE)).filter(|id| !id.is_empty()).map(RecipeId::new);
        if recipe.as_ref().is_some_and(|id| !self.recipes.is_empty() && !self.recipes.contains(id)) {
            return Err(wrong(RECIPE, "no recipe is called so: the store, [3], has them all"));
        }
        let port: Option<u16> = self.value(PORT).parse().ok();
        let probe = self.chosen(PROBE, &PROBES).unwrap_or_default();
        if port.is_none() && probe != ProbeWish::Never {
            return Err(Wrong::at(PORT, "there is nothing to probe", "no port is named", "type one, or probe by none"));
        }
        let scheme = Some(self.value(SCHEME)).filter(|scheme| *scheme != SCHEMES[2] && port.is_some());
        if scheme.is_none() && probe == ProbeWish::Http {
            return Err(Wrong::at(
                SCHEME,
                "there is no page to probe",
                "it serves none",
                "choose http, or probe by port",
            ));
        }
        let path = Some(self.value(PATH)).filter(|path| !path.is_empty() && scheme.is_some());
        if path.is_some_and(|path| !path.starts_with('/') || path.contains(' ')) {
            return Err(wrong(PATH, "a path begins with a slash and has no blanks"));
        }
        let name = Some(self.value(NAME)).filter(|name| !name.is_empty()).unwrap_or(&self.called);
        Ok(Some(Wanted::Request(Request::Adopt(AdoptWish {
            guest: self.wish.guest.clone(),
            name: Some(name.to_owned()),
            recipe,
            port,
            scheme: scheme.map(str::to_owned),
            path: path.map(str::to_owned),
            probe,
            pool: self.chosen(POOL, &POOLS).unwrap_or_default(),
            console: self.chosen(CONSOLE, &CONSOLES).unwrap_or_default(),
        }))))
    }

    pub fn rows(&self, room: u16) -> Vec<Row> {
        let head = vec![("adopt ".into(), Role::Dim), (self.called.clone(), Role::Title)];
        let mut rows = vec![Row::Words(head), Row::blank()];
        rows.extend((0..self.fields.all.len()).map(Row::Field));
        rows.push(Row::blank());
        let help = match self.fields.at {
            NAME => "small letters, digits and dashes; no two apps have the same",
            RECIPE => "what it resembles; updates go by it where they only upgrade packages",
            PORT => "where its page is, or what others connect to",
            SCHEME | PATH => "what a browser opens",
            PROBE => "how it is seen that it works",
            POOL => "schedules and rights may go by a pool",
            _ => "without a shell there, nobody with a token can look inside; nothing is restarted now",
        };
        rows.extend(Row::paragraph(help, Role::Dim, room));
        rows.push(Row::words("[Ctrl-S] takes it   [Esc] leaves it as it was", Role::Dim));
        rows
    }
}
