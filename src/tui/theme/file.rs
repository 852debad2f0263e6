//! A theme file: `name`, `base`, `[colours]` by role and, for terminals of sixteen colours, `[sixteen]`. What must hold:
//! a file that is wrong is refused with the line that is wrong, and never half taken.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier};
use serde::Deserialize;
use toml::Spanned;

use super::{
    Theme,
    ansi::{Room, Slot, mark_of, slot_of},
    depth::{Depth, nearest_indexed},
    rgb::Rgb,
    role::Role,
};

/// A theme in full colour, before a terminal is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Palette {
    pub name: String,
    colours: [Rgb; Role::COUNT],
    slots: [Option<Slot>; Role::COUNT],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Spanned<String>,
    /// Whose colours it takes where it names none.
    base: Option<Spanned<String>>,
    colours: Spanned<BTreeMap<Spanned<String>, Spanned<String>>>,
    #[serde(default)]
    sixteen: BTreeMap<Spanned<String>, Spanned<String>>,
}

/// What is wrong, and in which line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct ThemeError {
    pub line: usize,
    pub reason: String,
}

/// What is wrong, and where in the text.
type Misplaced = (std::ops::Range<usize>, String);

impl Palette {
    /// Reads a file; `known` finds the theme that it builds on.
    pub fn read<'a>(text: &str, known: impl Fn(&str) -> Option<&'a Palette>) -> Result<Self, ThemeError> {
        Self::parse(text, known).map_err(|(place, reason)| {
            let line = text.bytes().take(place.start).filter(|byte| *byte == b'\n').count() + 1;
            ThemeError { line, reason }
        })
    }

    fn parse<'a>(text: &str, known: impl Fn(&str) -> Option<&'a Palette>) -> Result<Self, Misplaced> {
        let file: File = toml::from_str(text).map_err(|error| {
            (error.span().unwrap_or(0..0), error.message().lines().next().unwrap_or_default().to_owned())
        })?;
        if file.name.get_ref().trim().is_empty() {
            return Err((file.name.span(), "a theme needs a name".into()));
        }
        let base = file.base.as_ref().map(|base| {
            let missing = || (base.span(), format!("there is no theme \"{}\" to build on", base.get_ref()));
            known(base.get_ref()).ok_or_else(missing)
        });
        let base = base.transpose()?;
        let mut colours = Role::ALL.map(|role| base.map(|base| base.colour(role)));
        take(file.colours.get_ref(), &mut colours, |text| {
            Rgb::read(text).ok_or_else(|| format!("\"{text}\" is not a colour like \"#1f2937\""))
        })?;
        let mut slots = base.map(|base| base.slots).unwrap_or_default();
        take(&file.sixteen, &mut slots, |text| {
            Slot::read(text).ok_or_else(|| format!("\"{text}\" is none of {}", Slot::names()))
        })?;
        if let Some(role) = Role::ALL.into_iter().find(|role| colours[*role as usize].is_none()) {
            let reason = format!("no colour for \"{}\", and no base to take it from", role.slug());
            return Err((file.colours.span(), reason));
        }
        Ok(Self { name: file.name.into_inner(), colours: colours.map(Option::unwrap_or_default), slots })
    }

    pub fn colour(&self, role: Role) -> Rgb {
        self.colours[role as usize]
    }

    /// The theme as a terminal of this depth can show it.
    pub fn resolve(&self, depth: Depth) -> Theme {
        let plain = |colours| Theme::new(self.name.clone(), colours);
        match depth {
            Depth::True => plain(self.colours.map(|Rgb(red, green, blue)| Color::Rgb(red, green, blue))),
            Depth::Indexed => plain(nearest_indexed(self.colours).map(Color::Indexed)),
            Depth::Named => plain(Role::ALL.map(|role| Color::Indexed(self.slot(role).0))).with_marks(emphasis()),
            Depth::None => plain([Color::Reset; Role::COUNT]).with_marks(Role::ALL.map(mark_of)),
        }
    }

    fn slot(&self, role: Role) -> Slot {
        self.slots[role as usize].unwrap_or_else(|| slot_of(role, self.room()))
    }

    fn room(&self) -> Room {
        if self.colour(Role::Page).luminance() < self.colour(Role::Text).luminance() { Room::Dark } else { Room::Light }
    }
}

/// With sixteen colours text and title often share a slot; the title is bold then.
fn emphasis() -> [Modifier; Role::COUNT] {
    Role::ALL.map(|role| if role == Role::Title { Modifier::BOLD } else { Modifier::empty() })
}

/// Puts each entry of a table where its role has its place.
fn take<T>(
    table: &BTreeMap<Spanned<String>, Spanned<String>>,
    into: &mut [Option<T>; Role::COUNT],
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<(), Misplaced> {
    for (slug, value) in table {
        let role = Role::named(slug.get_ref())
            .ok_or_else(|| (slug.span(), format!("there is no role \"{}\"", slug.get_ref())))?;
        into[role as usize] = Some(read(value.get_ref()).map_err(|reason| (value.span(), reason))?);
    }
    Ok(())
}
