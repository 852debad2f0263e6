//! Small forms about one app: a copy, other sizes, other settings, a snapshot's note. What must hold: an empty field leaves things as they are.

use std::collections::BTreeMap;

use zeroize::Zeroize;

use super::{Field, Fields, Wanted, Wrong, sheet::Row};
use crate::{
    domain::{
        catalog::{self, Recipe},
        ids::AppId,
        plan::change::Sizes,
        secret::Secret,
    },
    engine::{Request, door::CloneWish},
    tui::{
        layers::deploy::{Around, DHCP, FIXED, address, gateway, name, of_setting, within},
        theme::Role,
    },
};

#[derive(Debug, Clone)]
pub struct AppForm {
    pub fields: Fields,
    /// Who it is about.
    pub name: String,
    about: About,
    taken: Vec<String>,
}

#[derive(Debug, Clone)]
enum About {
    Clone(AppId),
    Resize(AppId, Now),
    Settle(AppId, std::sync::Arc<Recipe>, BTreeMap<String, String>),
    Snapshot(AppId),
}

/// The sizes that it has, as far as they are known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Now {
    pub cores: Option<u32>,
    /// MiB
    pub memory: Option<u64>,
    /// GiB
    pub disk: Option<u64>,
}

impl AppForm {
    fn of(name: &str, about: About, fields: Vec<Field>) -> Self {
        Self { fields: Fields::of(fields), name: name.into(), about, taken: Vec::new() }
    }

    pub fn clone_of(app: AppId, name: &str, taken: Vec<String>) -> Self {
        let fields = vec![
            Field::plain("name", format!("{name}, with a number")),
            Field::choice("network", [DHCP, FIXED]),
            Field::plain("address", "only where it is fixed: 192.168.1.51/24"),
            Field::plain("gateway", "none"),
        ];
        Self { taken, ..Self::of(name, About::Clone(app), fields) }
    }

    pub fn resize(app: AppId, name: &str, now: Now) -> Self {
        let hint = |value: Option<u64>| value.map_or("as it is".into(), |value| format!("{value} now"));
        let fields = vec![
            Field::plain("cores", hint(now.cores.map(u64::from))),
            Field::plain("memory, MB", hint(now.memory)),
            Field::plain("disk, GB", hint(now.disk)),
        ];
        Self::of(name, About::Resize(app, now), fields)
    }

    /// Present values stand in the fields; a secret's field is empty and stays unchanged.
    pub fn settle(app: AppId, name: &str, recipe: std::sync::Arc<Recipe>, now: BTreeMap<String, String>) -> Self {
        let field = |setting: &catalog::Setting| match now.get(&setting.name) {
            _ if setting.kind.is_secret() => Field::secret(setting.label.clone(), "unchanged"),
            Some(value) => of_setting(setting, &Around::default()).filled(value),
            None => of_setting(setting, &Around::default()),
        };
        let fields = recipe.settings.iter().map(field).collect();
        Self::of(name, About::Settle(app, recipe.clone(), now), fields)
    }

    pub fn snapshot(app: AppId, name: &str) -> Self {
        Self::of(name, About::Snapshot(app), vec![Field::plain("note", "what it is for")])
    }

    pub fn app(&self) -> &AppId {
        match &self.about {
            About::Clone(app) | About::Resize(app, _) | About::Settle(app, ..) | About::Snapshot(app) => app,
        }
    }

    pub fn verb(&self) -> &'static str {
        match self.about {
            About::Clone(_) => "clone",
            About::Resize(..) => "resize",
            About::Settle(..) => "change the settings of",
            About::Snapshot(_) => "take a snapshot of",
        }
    }

    /// What happens, for the plan that is shown before.
    pub fn words(&self) -> Vec<String> {
        let words: &[&str] = match self.about {
            About::Clone(_) => &["A copy beside it. The original is not interrupted."],
            About::Resize(..) => &["Cores and memory at once; a disk only ever grows."],
            About::Settle(..) => &["The new settings are written and the app is started anew with them."],
            About::Snapshot(_) => &[],
        };
        words.iter().map(|words| (*words).to_owned()).collect()
    }

    fn value(&self, at: usize) -> &str {
        self.fields.all.get(at).map_or("", Field::value)
    }

    pub fn submit(&self) -> Result<Option<Wanted>, Wrong> {
        let request = match &self.about {
            About::Clone(app) => self.clone_wish(app)?,
            About::Resize(app, now) => self.sizes(app, *now)?,
            About::Settle(app, recipe, before) => self.settings(app, recipe, before)?,
            About::Snapshot(app) => {
                let note = self.value(0).to_owned();
                return Ok(Some(Wanted::Request(Request::Snapshot { app: app.clone(), name: None, note })));
            }
        };
        Ok(Some(Wanted::Preview(request)))
    }

    fn checked(&self, at: usize, result: Result<(), String>) -> Result<(), Wrong> {
        result.map_err(|why| Wrong::at(at, "that does not do", &why, "type another value, or leave it empty"))
    }

    fn clone_wish(&self, app: &AppId) -> Result<Request, Wrong> {
        self.checked(0, name(self.value(0), &self.taken))?;
        self.checked(3, gateway(self.value(3)))?;
        let address = address(self.value(1) == FIXED, self.value(2), self.value(3));
        let address = address.map_err(|why| Wrong::at(2, "that does not do", &why, "type it, or choose DHCP"))?;
        let name = Some(self.value(0)).filter(|name| !name.is_empty()).map(Into::into);
        Ok(Request::Clone(CloneWish { app: app.clone(), name, address }))
    }

    fn sizes(&self, app: &AppId, now: Now) -> Result<Request, Wrong> {
        self.checked(0, within(self.value(0), 1, 512))?;
        self.checked(1, within(self.value(1), 16, 16 << 20))?;
        self.checked(2, within(self.value(2), now.disk.map_or(1, |disk| disk + 1), 128 << 10))?;
        let memory = self.value(1).parse().ok();
        let sizes = Sizes { cores: self.value(0).parse().ok(), memory, swap: None, disk: self.value(2).parse().ok() };
        if sizes == Sizes::default() {
            let why = "every field is empty, so it would stay as it is";
            return Err(Wrong::at(0, "no new size", why, "type one of them, or [Esc]"));
        }
        Ok(Request::Resize { app: app.clone(), sizes })
    }

    fn settings(&self, app: &AppId, recipe: &Recipe, before: &BTreeMap<String, String>) -> Result<Request, Wrong> {
        let (mut settings, mut secrets, mut given) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for (field, setting) in self.fields.all.iter().zip(&recipe.settings) {
            match setting.kind.is_secret() {
                true if field.is_empty() => {}
                true => {
                    given.insert(setting.name.clone(), field.exact().to_owned());
                    secrets.insert(setting.name.clone(), Secret::new(field.exact()));
                }
                // What was never said and is not said now stays with the recipe.
                false if field.is_empty() && !before.contains_key(&setting.name) => {}
                false => {
                    given.insert(setting.name.clone(), field.value().to_owned());
                    let was = before.get(&setting.name).or(setting.default.as_ref()).map_or("", String::as_str);
                    if field.value() != was {
                        settings.insert(setting.name.clone(), field.value().to_owned());
                    }
                }
            }
        }
        let judged = catalog::values(recipe, &given);
        given.values_mut().for_each(Zeroize::zeroize);
        // A secret that is left alone is there already.
        let left = |name: &str| {
            recipe.settings.iter().any(|s| s.name == name && s.kind.is_secret()) && !secrets.contains_key(name)
        };
        let fault = judged.err().into_iter().flatten().find(|fault| !left(&fault.field));
        if let Some(fault) = fault {
            let at = recipe.settings.iter().position(|setting| setting.name == fault.field).unwrap_or(0);
            return Err(Wrong::at(at, "that does not do", &fault.why, "type another value"));
        }
        if settings.is_empty() && secrets.is_empty() {
            return Err(Wrong::at(
                0,
                "nothing is changed",
                "every field says what it said before",
                "change one, or [Esc]",
            ));
        }
        Ok(Request::Edit { app: app.clone(), settings, secrets })
    }

    pub fn rows(&self, _room: u16) -> Vec<Row> {
        let mut rows = vec![
            Row::Words(vec![(format!("{} ", self.verb()), Role::Dim), (self.name.clone(), Role::Title)]),
            Row::blank(),
        ];
        rows.extend((0..self.fields.all.len()).map(Row::Field));
        rows.push(Row::blank());
        let next =
            if matches!(self.about, About::Snapshot(_)) { "[Ctrl-S] take it" } else { "[Ctrl-S] shows the plan" };
        rows.push(Row::words(format!("{next}   [Esc] leave it"), Role::Dim));
        rows
    }
}
