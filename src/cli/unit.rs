//! `proximity watch --install`: a unit for the user's own systemd. What must hold: it starts the very program that wrote it,
//! with the same folder, and no secret stands in it; a unit that somebody else wrote is left alone.

use std::{
    env, fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{
    arguments::{Global, HowOften, Watching},
    print::Printer,
};
use crate::domain::fault::{Fault, FaultCode};

const NAME: &str = "proximity-watch.service";
/// By this line a unit of ours is known.
const OURS: &str = "# written by `proximity watch --install`; it may be removed with --uninstall";

#[derive(Serialize)]
struct Installed {
    unit: String,
    next: Vec<String>,
}

pub fn install(global: &Global, watching: &Watching, printer: &Printer) -> Result<(), Fault> {
    if global.demo {
        return Err(Fault::lasting(
            FaultCode::Usage,
            "no unit was written",
            "the demo ends with whoever started it: there is nothing that could be looked after always",
            "leave out --demo to have your own hosts looked after",
        ));
    }
    let place = place()?;
    refuse_a_stranger(&place)?;
    let program = env::current_exe().map_err(|error| unwritten(&place, &error))?;
    let text = unit(&program, global, watching)?;
    let folder = place.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| unwritten(&place, &error))?;
    fs::write(&place, text).map_err(|error| unwritten(&place, &error))?;
    let next = vec![
        "systemctl --user daemon-reload".to_owned(),
        format!("systemctl --user enable --now {NAME}"),
        "loginctl enable-linger    # so that it runs while nobody is logged in".to_owned(),
    ];
    let installed = Installed { unit: place.display().to_string(), next };
    printer.result(&installed, || {
        let head = format!("{} is written; switch it on with:", installed.unit);
        std::iter::once(head).chain(installed.next.iter().map(|line| format!("  {line}"))).collect()
    });
    if global.passphrase_file.is_none() {
        printer.aside("where the secrets are in an encrypted file, add --passphrase-file FILE and install it again");
    }
    Ok(())
}

pub fn uninstall(printer: &Printer) -> Result<(), Fault> {
    let place = place()?;
    refuse_a_stranger(&place)?;
    match fs::remove_file(&place) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(Fault::lasting(
                FaultCode::NotFound,
                "no unit was removed",
                format!("there is no {}", place.display()),
                "nothing is to be done",
            ));
        }
        Err(error) => return Err(unwritten(&place, &error)),
    }
    let next = vec![format!("systemctl --user disable --now {NAME}"), "systemctl --user daemon-reload".to_owned()];
    let installed = Installed { unit: place.display().to_string(), next };
    printer.result(&installed, || {
        let head = format!("{} is removed; what still runs ends with:", installed.unit);
        std::iter::once(head).chain(installed.next.iter().map(|line| format!("  {line}"))).collect()
    });
    Ok(())
}

/// Where systemd looks for units of this user.
fn place() -> Result<PathBuf, Fault> {
    let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".config"));
    let folder = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute()).or_else(home);
    let folder = folder.ok_or_else(|| {
        Fault::lasting(
            FaultCode::Failed,
            "no unit was written",
            "neither XDG_CONFIG_HOME nor HOME says where your settings lie",
            "set HOME and try again",
        )
    })?;
    Ok(folder.join("systemd/user").join(NAME))
}

fn refuse_a_stranger(place: &Path) -> Result<(), Fault> {
    match fs::read_to_string(place) {
        Ok(text) if !text.starts_with(OURS) => Err(Fault::lasting(
            FaultCode::Refused,
            "the unit was left as it is",
            format!("{} was not written by Proximity", place.display()),
            "move it aside first",
        )),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(unwritten(place, &error)),
    }
}

fn unwritten(place: &Path, error: &std::io::Error) -> Fault {
    Fault::lasting(
        FaultCode::Failed,
        "the unit was not written",
        format!("{}: {error}", place.display()),
        "look at the rights of that folder",
    )
}

fn unit(program: &Path, global: &Global, watching: &Watching) -> Result<String, Fault> {
    let mut words = vec![word(program)?];
    if let Some(data) = &global.data {
        words.extend([quoted("--data"), word(&absolute(data)?)?]);
    }
    let mut credential = String::new();
    if let Some(file) = &global.passphrase_file {
        // systemd reads it and hands it on where nobody else may look.
        credential = format!("LoadCredential=passphrase:{}\n", plain(&absolute(file)?)?);
        words.extend([quoted("--passphrase-file"), "%d/passphrase".to_owned()]);
    }
    words.push(quoted("watch"));
    if watching.prove == HowOften::Never {
        words.push(quoted("--prove=never"));
    }
    let start = words.join(" ");
    Ok(format!(
        "{OURS}\n[Unit]\nDescription=Proximity looks after the homelab\nAfter=network-online.target\n\
         Wants=network-online.target\n\n[Service]\nExecStart={start}\n{credential}Restart=on-failure\nRestartSec=10\n\
         NoNewPrivileges=yes\nUMask=0077\n\n[Install]\nWantedBy=default.target\n"
    ))
}

fn absolute(path: &Path) -> Result<PathBuf, Fault> {
    std::path::absolute(path).map_err(|error| unwritten(path, &error))
}

/// systemd takes `%` for a specifier, `$` for a variable, and a line's end for the end of the command.
fn plain(path: &Path) -> Result<String, Fault> {
    let text = path.to_str().filter(|text| !text.contains(|c: char| c.is_control()));
    let text = text.ok_or_else(|| {
        Fault::lasting(
            FaultCode::Usage,
            "no unit was written",
            format!("systemd cannot be told of {}", path.display()),
            "use a path of plain letters",
        )
    })?;
    Ok(text.replace('%', "%%"))
}

fn word(path: &Path) -> Result<String, Fault> {
    Ok(quoted(&plain(path)?))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "$$"))
}
