//! Makes and changes files and folders: `cp`, `mv`, `rm`, `mkdir`, `touch`, `ln` and what belongs to them.

use super::{Call, Command, Running};
use crate::sim::shell::{
    files::{File, Node, Trouble, absolute, base, parent},
    kernel::Kernel,
    sys::Broken,
};

pub const TABLE: &[Command] = &[
    ("cp", cp),
    ("mv", mv),
    ("rm", rm),
    ("mkdir", mkdir),
    ("rmdir", rmdir),
    ("touch", touch),
    ("sync", |_| Box::pin(async { Ok(0) })),
    ("ln", ln),
    ("mktemp", mktemp),
];

type Changed = Result<(), (String, Trouble)>;

/// Does something for each name, and tells which it could not be done for.
pub async fn each(
    call: &Call,
    words: &[String],
    verb: &str,
    mut act: impl FnMut(&mut Kernel, &str) -> Result<(), Trouble>,
) -> Result<i32, Broken> {
    let mut code = 0;
    if words.is_empty() {
        return call.fail("missing operand").await;
    }
    for name in words {
        let path = call.path(name);
        let result = call.sys.with(|kernel| {
            kernel.changes += 1;
            act(kernel, &path)
        });
        if let Err(why) = result {
            code = call.fail(&format!("cannot {verb} '{name}': {}", why.words())).await?;
        }
    }
    Ok(code)
}

/// Where a file goes: into a folder under its own name, or to that name.
fn target(kernel: &Kernel, from: &str, to: &str) -> String {
    if kernel.files.is_folder(to) {
        absolute(&kernel.files.resolve(to).unwrap_or_else(|_| to.to_owned()), base(from))
    } else {
        to.to_owned()
    }
}

async fn transfer(call: &Call, act: impl Fn(&mut Kernel, &str, &str) -> Changed) -> Result<i32, Broken> {
    let (_, mut words) = call.options("");
    let Some(last) = words.pop().filter(|_| !words.is_empty()) else { return call.fail("missing file operand").await };
    let to = call.path(&last);
    if words.len() > 1 && !call.sys.with(|kernel| kernel.files.is_folder(&to)) {
        return call.fail(&format!("target '{last}' is not a directory")).await;
    }
    let mut code = 0;
    for name in &words {
        let from = call.path(name);
        let result = call.sys.with(|kernel| {
            kernel.changes += 1;
            let to = target(kernel, &from, &to);
            act(kernel, &from, &to)
        });
        if let Err((what, why)) = result {
            let what = if what == from { name.clone() } else { what };
            code = call.fail(&format!("cannot stat '{what}': {}", why.words())).await?;
        }
    }
    Ok(code)
}

fn cp(call: Call) -> Running {
    Box::pin(async move {
        let (options, _) = call.options("");
        let is_deep = ['r', 'R', 'a'].iter().any(|letter| options.contains_key(letter));
        transfer(&call, |kernel, from, to| copy(kernel, from, to, is_deep)).await
    })
}

fn copy(kernel: &mut Kernel, from: &str, to: &str, is_deep: bool) -> Changed {
    let trouble = |what: &str| {
        let what = what.to_owned();
        move |why| (what, why)
    };
    let now = kernel.seconds();
    match kernel.files.get(from).map_err(trouble(from))? {
        Node::Folder { .. } if !is_deep => Err((from.to_owned(), Trouble::IsFolder)),
        Node::Folder { mode } => {
            let from = kernel.files.resolve(from).map_err(trouble(from))?;
            let names = kernel.files.list(&from);
            if !kernel.files.is_folder(to) {
                kernel.files.make_folder(to, mode).map_err(trouble(to))?;
            }
            names.iter().try_for_each(|name| copy(kernel, &absolute(&from, name), &absolute(to, name), true))
        }
        Node::File(file) => {
            let content = file.held().clone();
            match kernel.files.make(to, now, content.mode).map_err(trouble(to))? {
                Node::File(other) if !std::sync::Arc::ptr_eq(&file, &other) => {
                    let mut other = other.held();
                    (other.bytes, other.changed) = (content.bytes, now);
                }
                _ => {}
            }
            Ok(())
        }
        Node::Report(report) => {
            let text = crate::sim::shell::image::report(kernel, report);
            kernel.files.put(to, Node::File(File::new(text.into_bytes(), 0o644, now))).map_err(trouble(to))
        }
        node => kernel.files.put(to, node).map_err(trouble(to)),
    }
}

fn mv(call: Call) -> Running {
    Box::pin(async move {
        transfer(&call, |kernel, from, to| kernel.files.rename(from, to).map_err(|why| (from.to_owned(), why))).await
    })
}

fn rm(call: Call) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("");
        let is_deep = options.contains_key(&'r') || options.contains_key(&'R');
        let is_forced = options.contains_key(&'f');
        if is_forced && words.is_empty() {
            return Ok(0);
        }
        each(&call, &words, "remove", |kernel, path| match kernel.files.entry(path) {
            None if is_forced => Ok(()),
            None => Err(Trouble::Missing),
            Some(Node::Folder { .. }) if !is_deep => Err(Trouble::IsFolder),
            Some(_) => {
                kernel.files.remove(path);
                Ok(())
            }
        })
        .await
    })
}

fn mkdir(call: Call) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("m");
        let usual = 0o777 & !call.sys.with(|kernel| kernel.umask_of(call.sys.pid));
        let mode = options.get(&'m').and_then(|mode| u32::from_str_radix(mode, 8).ok()).unwrap_or(usual);
        let is_deep = options.contains_key(&'p');
        each(&call, &words, "create directory", |kernel, path| {
            if is_deep {
                return make_all(kernel, path, mode, usual);
            }
            kernel.files.make_folder(path, mode)
        })
        .await
    })
}

fn make_all(kernel: &mut Kernel, path: &str, mode: u32, above: u32) -> Result<(), Trouble> {
    if kernel.files.is_folder(path) {
        return Ok(());
    }
    make_all(kernel, parent(path), above, above)?;
    kernel.files.make_folder(path, mode)
}

fn rmdir(call: Call) -> Running {
    Box::pin(async move {
        let (_, words) = call.options("");
        each(&call, &words, "remove", |kernel, path| {
            if !kernel.files.is_folder(path) {
                return Err(if kernel.files.entry(path).is_some() { Trouble::NoFolder } else { Trouble::Missing });
            }
            if !kernel.files.list(path).is_empty() {
                return Err(Trouble::NotEmpty);
            }
            kernel.files.remove(path);
            Ok(())
        })
        .await
    })
}

fn touch(call: Call) -> Running {
    Box::pin(async move {
        let (_, words) = call.options("drt");
        let pid = call.sys.pid;
        each(&call, &words, "touch", |kernel, path| {
            let now = kernel.seconds();
            if let Ok(Node::File(file)) = kernel.files.get(path) {
                file.held().changed = now;
                return Ok(());
            }
            let mode = 0o666 & !kernel.umask_of(pid);
            if kernel.files.is_folder(path) { Ok(()) } else { kernel.files.make(path, now, mode).map(drop) }
        })
        .await
    })
}

fn ln(call: Call) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("");
        let [from, to] = &words[..] else { return call.fail("missing file operand").await };
        let path = call.path(to);
        let result = call.sys.with(|kernel| {
            let to = target(kernel, from, &path);
            if kernel.files.entry(&to).is_some() && !options.contains_key(&'f') {
                return Err(Trouble::Exists);
            }
            let node = if options.contains_key(&'s') {
                Node::Link(from.clone())
            } else {
                kernel.files.get(&call.path(from))?
            };
            kernel.files.put(&to, node)
        });
        match result {
            Ok(()) => Ok(0),
            Err(why) => call.fail(&format!("failed to create link '{to}': {}", why.words())).await,
        }
    })
}

fn mktemp(call: Call) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("pt");
        let pattern = words.first().cloned().unwrap_or_else(|| "/tmp/tmp.XXXXXXXXXX".into());
        let path = call.sys.with(|kernel| {
            kernel.changes += 1;
            let mut salt = kernel.changes ^ (kernel.now.0 as u64) << 16;
            let letter = |c: char| {
                if c == 'X' {
                    salt = crate::sim::hash::mix(salt, 7);
                    char::from(b'a' + (salt % 26) as u8)
                } else {
                    c
                }
            };
            let path = absolute(&call.folder, &pattern.chars().map(letter).collect::<String>());
            let now = kernel.seconds();
            let node = if options.contains_key(&'d') {
                Node::Folder { mode: 0o700 }
            } else {
                Node::File(File::new(Vec::new(), 0o600, now))
            };
            kernel.files.put(&path, node).map(|()| path)
        });
        match path {
            Ok(path) => call.out(&format!("{path}\n")).await.map(|()| 0),
            Err(why) => call.fail(&format!("failed to create file via template '{pattern}': {}", why.words())).await,
        }
    })
}
