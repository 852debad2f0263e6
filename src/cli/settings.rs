//! `settings …`: the twin of deck 7. What must hold: what makes no sense is refused and the file stays as it was.

use std::{io::IsTerminal, path::Path};

use serde::Serialize;

use super::{Global, Printer, arguments::SettingsCommand, ask, face::Consent};
use crate::{
    domain::fault::{Fault, FaultCode},
    settings::{self, Difference, Paths, Presses, SPECS, Settings, Spec},
};

/// Tells what is to be said of keys; who draws the deck knows them.
pub type Astray = fn(&Settings) -> Vec<String>;

#[derive(Serialize)]
struct Row {
    name: String,
    value: String,
    new: String,
    about: &'static str,
    may_be: String,
}

#[derive(Serialize)]
struct Differs {
    name: String,
    before: Option<toml::Value>,
    after: Option<toml::Value>,
}

#[derive(Serialize)]
struct Imported {
    differs: Vec<Differs>,
    taken: bool,
    kept: Option<String>,
}

pub fn settings(
    command: &SettingsCommand,
    paths: &Paths,
    global: &Global,
    astray: Astray,
    printer: &Printer,
) -> Result<(), Fault> {
    let consent = if global.yes { Consent::Given } else { Consent::ToBeAsked };
    let file = paths.settings();
    let (now, broken) = settings::load(&file);
    if let Some(fault) = broken {
        printer.aside(&fault.to_string());
    }
    match command {
        SettingsCommand::Show { name } => show(&now, name.as_deref().unwrap_or_default(), printer),
        SettingsCommand::Set { name, value } => {
            let after = changed(&now, name, value, astray)?;
            keep(&file, &now, &after, name, printer)
        }
        SettingsCommand::Reset { name } => {
            let after = reset(&now, name)?;
            keep(&file, &now, &after, name, printer)
        }
        SettingsCommand::Export { file } => {
            let path = settings::export(file, &now)?.display().to_string();
            printer.result(&serde_json::json!({ "file": path }), || vec![format!("the settings are in {path}")]);
            Ok(())
        }
        SettingsCommand::Import { file: from, look } => {
            import(&file, &now, from, if *look { Wish::Look } else { Wish::Take }, consent, astray, printer)
        }
    }
}

fn show(now: &Settings, wanted: &str, printer: &Printer) -> Result<(), Fault> {
    let specs = SPECS.iter().filter(|spec| spec.is_there() && spec.name().starts_with(wanted));
    let mut rows: Vec<Row> = specs
        .map(|spec| Row {
            name: spec.name(),
            value: spec.typed(now),
            new: spec.typed(&Settings::default()),
            about: spec.about,
            may_be: spec.may_be(),
        })
        .collect();
    let keys = now.keys.0.iter().map(|(slug, Presses(keys))| (format!("keys.{slug}"), keys.join(" ")));
    rows.extend(keys.filter(|(name, _)| name.starts_with(wanted)).map(|(name, value)| Row {
        name,
        value,
        new: String::new(),
        about: "a key that was moved",
        may_be: "keys, as Ctrl-r, F5, Space".into(),
    }));
    if rows.is_empty() {
        return Err(unknown(wanted));
    }
    printer.result(&rows, || {
        let line = |row: &Row| {
            let sign = if row.value == row.new { ' ' } else { '*' };
            format!("{sign} {:<24} {:<28} {}", row.name, row.value, row.about)
        };
        rows.iter().map(line).collect()
    });
    Ok(())
}

fn changed(now: &Settings, name: &str, value: &[String], astray: Astray) -> Result<Settings, Fault> {
    if let Some(slug) = name.strip_prefix("keys.") {
        let mut after = now.clone();
        after.keys.0.insert(slug.to_owned(), Presses(value.to_vec()));
        let before = astray(now);
        return match astray(&after).into_iter().find(|note| !before.contains(note)) {
            None => Ok(after),
            Some(why) => Err(refused(name, why)),
        };
    }
    let spec = Spec::named(name).filter(|spec| spec.is_there()).ok_or_else(|| unknown(name))?;
    spec.set(now, &value.join(" ")).map_err(|why| refused(name, format!("{why}; it may be {}", spec.may_be())))
}

fn reset(now: &Settings, name: &str) -> Result<Settings, Fault> {
    if let Some(slug) = name.strip_prefix("keys.") {
        let mut after = now.clone();
        return after.keys.0.remove(slug).map(|_| after).ok_or_else(|| unknown(name));
    }
    let spec = Spec::named(name).filter(|spec| spec.is_there()).ok_or_else(|| unknown(name))?;
    spec.reset(now).map_err(|why| refused(name, why))
}

fn keep(file: &Path, now: &Settings, after: &Settings, name: &str, printer: &Printer) -> Result<(), Fault> {
    settings::save_changes(file, now, after)?;
    let differs = differs(&settings::difference(now, after));
    printer.result(&differs, || match settings::difference(now, after).as_slice() {
        [] => vec![format!("{name} is so already")],
        some => some.iter().map(Difference::words).collect(),
    });
    Ok(())
}

/// What becomes of an import.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Look,
    Take,
}

fn import(
    file: &Path,
    now: &Settings,
    from: &Path,
    wish: Wish,
    consent: Consent,
    astray: Astray,
    printer: &Printer,
) -> Result<(), Fault> {
    let after = settings::imported(now, from)?;
    let notes = astray(&after);
    if !notes.is_empty() {
        return Err(refused(&from.display().to_string(), notes.join("; ")));
    }
    let difference = settings::difference(now, &after);
    let lines: Vec<String> = difference.iter().map(Difference::words).collect();
    let tell = |taken: bool, kept: Option<String>| {
        let all = Imported { differs: differs(&difference), taken, kept: kept.clone() };
        printer.result(&all, || {
            let end = match (taken, kept) {
                (true, Some(kept)) => format!("taken over; as they were they lie in {kept}"),
                (true, None) => "taken over".to_owned(),
                (false, _) if difference.is_empty() => "that file says what holds already".to_owned(),
                (false, _) => "nothing was changed".to_owned(),
            };
            lines.iter().cloned().chain([end]).collect()
        });
    };
    if difference.is_empty() || wish == Wish::Look {
        tell(false, None);
        return Ok(());
    }
    agree(&lines, consent, printer)?;
    let kept = settings::replace(file, now, &after)?.map(|path| path.display().to_string());
    tell(true, kept);
    Ok(())
}

fn agree(lines: &[String], consent: Consent, printer: &Printer) -> Result<(), Fault> {
    if consent == Consent::Given {
        return Ok(());
    }
    let refused =
        |why: &str, remedy: &str| Err(Fault::lasting(FaultCode::Refused, "the settings stay as they are", why, remedy));
    if !std::io::stdin().is_terminal() {
        return refused("nobody was there to say yes", "say it with --yes; `--look` only shows what differs");
    }
    lines.iter().for_each(|line| printer.aside(line));
    match ask::yes("Take these over?") {
        Some(true) => Ok(()),
        _ => refused("you did not say yes", "ask for it again when you like"),
    }
}

fn differs(all: &[Difference]) -> Vec<Differs> {
    let one = |one: &Difference| Differs {
        name: format!("{}.{}", one.section, one.key),
        before: one.before.clone(),
        after: one.after.clone(),
    };
    all.iter().map(one).collect()
}

fn refused(name: &str, why: String) -> Fault {
    Fault::lasting(FaultCode::Usage, format!("{name} stays as it is"), why, "look at `proximity settings show`")
}

fn unknown(name: &str) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("there is no setting {name}"),
        "nothing is called so",
        "look at `proximity settings show`",
    )
}
