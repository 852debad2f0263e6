//! Names of files, taken apart and followed: `basename`, `dirname`, `readlink`, `realpath`.

use super::{Call, Command, Running};
use crate::sim::shell::files::{Node, base};

pub const TABLE: &[Command] =
    &[("readlink", readlink), ("realpath", readlink), ("basename", basename), ("dirname", dirname)];

fn readlink(call: Call) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("");
        let is_whole = options.contains_key(&'f') || call.name() == "realpath";
        for name in &words {
            let path = call.path(name);
            let found = call.sys.with(|kernel| match kernel.files.entry(&path) {
                _ if is_whole => kernel.files.resolve(&path).ok(),
                Some(Node::Link(target)) => Some(target.clone()),
                _ => None,
            });
            let Some(found) = found else { return Ok(1) };
            call.out(&format!("{found}\n")).await?;
        }
        Ok(0)
    })
}

fn basename(call: Call) -> Running {
    Box::pin(async move {
        let name = call.words.get(1).map_or("", String::as_str);
        let name = base(name.trim_end_matches('/'));
        let suffix = call.words.get(2).map_or("", String::as_str);
        let short = name.strip_suffix(suffix).filter(|short| !short.is_empty()).unwrap_or(name);
        call.out(&format!("{short}\n")).await?;
        Ok(0)
    })
}

fn dirname(call: Call) -> Running {
    Box::pin(async move {
        let name = call.words.get(1).map_or("", String::as_str).trim_end_matches('/');
        let folder = match name.rfind('/') {
            None => ".",
            Some(0) => "/",
            Some(at) => &name[..at],
        };
        call.out(&format!("{folder}\n")).await?;
        Ok(0)
    })
}
