//! Files and folders: `ls`, `cp`, `mv`, `rm`, `mkdir`, `touch`, `chmod`, `ln` and what belongs to them.

use super::{Call, Command, Running};
use crate::sim::shell::{
    files::{File, Node, Trouble, absolute, base, parent},
    kernel::Kernel,
    sys::Broken,
};

pub const TABLE: &[Command] = &[
    ("ls", ls),
    ("cp", cp),
    ("mv", mv),
    ("rm", rm),
    ("mkdir", mkdir),
    ("rmdir", rmdir),
    ("touch", touch),
    ("chmod", chmod),
    ("chown", |_| Box::pin(async { Ok(0) })),
    ("sync", |_| Box::pin(async { Ok(0) })),
    ("ln", ln),
    ("readlink", readlink),
    ("realpath", readlink),
    ("stat", stat),
    ("mktemp", mktemp),
    ("basename", basename),
    ("dirname", dirname),
    ("df", df),
    ("du", du),
    ("find", find),
];

type Changed = Result<(), (String, Trouble)>;

/// Does something for each name, and tells which it could not be done for.
async fn each(
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

fn mode_text(kind: char, mode: u32) -> String {
    let bits = (0..9).map(|place| if mode & (256 >> place) == 0 { '-' } else { "rwx".as_bytes()[place % 3].into() });
    [kind].into_iter().chain(bits).collect()
}

fn ls(call: Call) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("");
        let (is_long, shows_all) =
            (options.contains_key(&'l'), options.contains_key(&'a') || options.contains_key(&'A'));
        let names = if words.is_empty() { vec![".".to_owned()] } else { words };
        let (mut files, mut folders, mut code) = (Vec::new(), Vec::new(), 0);
        for name in &names {
            let path = call.path(name);
            match call.sys.with(|kernel| kernel.files.get(&path)) {
                Err(why) => code = call.fail(&format!("cannot access '{name}': {}", why.words())).await.map(|_| 2)?,
                Ok(Node::Folder { .. }) if !options.contains_key(&'d') => folders.push((name.clone(), path)),
                Ok(_) => files.push((name.clone(), path)),
            }
        }
        let row = |name: &str, path: &str| {
            call.sys.with(|kernel| if is_long { long(kernel, name, path) } else { format!("{name}\n") })
        };
        let mut out: String = files.iter().map(|(name, path)| row(name, path)).collect();
        for (place, (name, path)) in folders.iter().enumerate() {
            if names.len() > 1 {
                let gap = if place > 0 || !files.is_empty() { "\n" } else { "" };
                out.push_str(&format!("{gap}{name}:\n"));
            }
            let inside = call
                .sys
                .with(|kernel| kernel.files.resolve(path).map(|path| kernel.files.list(&path)).unwrap_or_default());
            if is_long {
                out.push_str(&format!("total {}\n", inside.len() * 4));
            }
            out.extend(
                inside
                    .iter()
                    .filter(|one| shows_all || !one.starts_with('.'))
                    .map(|one| row(one, &absolute(path, one))),
            );
        }
        call.out(&out).await?;
        Ok(code)
    })
}

fn long(kernel: &Kernel, name: &str, path: &str) -> String {
    let date =
        |seconds: i64| jiff::Timestamp::from_second(seconds).unwrap_or_default().strftime("%b %e %H:%M").to_string();
    let now = kernel.seconds();
    let (kind, mode, size, changed, tail) = match kernel.files.entry(path) {
        Some(Node::Folder { mode }) => ('d', *mode, 4_096, now, String::new()),
        Some(Node::File(file)) => {
            let file = file.held();
            ('-', file.mode, file.bytes.len(), file.changed, String::new())
        }
        Some(Node::Link(target)) => ('l', 0o777, target.len(), now, format!(" -> {target}")),
        Some(Node::Device(_)) => ('c', 0o666, 0, now, String::new()),
        Some(Node::Report(_)) | None => ('-', 0o444, 0, now, String::new()),
    };
    format!("{} 1 root root {size:>8} {} {name}{tail}\n", mode_text(kind, mode), date(changed))
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
        let mode = options.get(&'m').and_then(|mode| u32::from_str_radix(mode, 8).ok()).unwrap_or(0o755);
        let is_deep = options.contains_key(&'p');
        each(&call, &words, "create directory", |kernel, path| {
            if is_deep {
                return make_all(kernel, path, mode);
            }
            kernel.files.make_folder(path, mode)
        })
        .await
    })
}

fn make_all(kernel: &mut Kernel, path: &str, mode: u32) -> Result<(), Trouble> {
    if kernel.files.is_folder(path) {
        return Ok(());
    }
    make_all(kernel, parent(path), mode)?;
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
        each(&call, &words, "touch", |kernel, path| {
            let now = kernel.seconds();
            if let Ok(Node::File(file)) = kernel.files.get(path) {
                file.held().changed = now;
                return Ok(());
            }
            if kernel.files.is_folder(path) { Ok(()) } else { kernel.files.make(path, now, 0o644).map(drop) }
        })
        .await
    })
}

/// `755`, or letters such as `u+x` and `a=r`.
fn new_mode(text: &str, old: u32) -> u32 {
    if let Ok(mode) = u32::from_str_radix(text, 8) {
        return mode;
    }
    text.split(',').fold(old, |mode, part| {
        let Some(at) = part.find(['+', '-', '=']) else { return mode };
        let who = if at == 0 { "a" } else { &part[..at] };
        let bits = part[at + 1..]
            .chars()
            .map(|c| match c {
                'r' => 4,
                'w' => 2,
                'x' | 'X' => 1,
                _ => 0,
            })
            .sum::<u32>();
        let shift = |letter: char| match letter {
            'u' => bits << 6,
            'g' => bits << 3,
            'o' => bits,
            _ => bits << 6 | bits << 3 | bits,
        };
        let all: u32 = who.chars().fold(0, |all, letter| all | shift(letter));
        match &part[at..=at] {
            "+" => mode | all,
            "-" => mode & !all,
            _ => {
                mode & !(who.chars().fold(0, |all, letter| {
                    all | match letter {
                        'u' => 0o700,
                        'g' => 0o70,
                        'o' => 7,
                        _ => 0o777,
                    }
                })) | all
            }
        }
    })
}

fn chmod(call: Call) -> Running {
    Box::pin(async move {
        let mut words: Vec<String> =
            call.words[1..].iter().filter(|word| *word != "-R" && *word != "--").cloned().collect();
        if words.len() < 2 {
            return call.fail("missing operand").await;
        }
        let wanted = words.remove(0);
        each(&call, &words, "access", |kernel, path| {
            let path = kernel.files.resolve(path)?;
            let old = match kernel.files.get(&path)? {
                Node::File(file) => file.held().mode,
                Node::Folder { mode } => mode,
                _ => 0o666,
            };
            kernel.files.set_mode(&path, new_mode(&wanted, old));
            Ok(())
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

/// `stat -c FORMAT`
fn stat(call: Call) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("c");
        let format =
            options.get(&'c').or(options.get(&'f')).cloned().unwrap_or_else(|| "  File: %n\n  Size: %s".into());
        let mut code = 0;
        for name in &words {
            let path = call.path(name);
            let found = call.sys.with(|kernel| kernel.files.get(&path).map(|node| (node, kernel.seconds())));
            let (mode, size, changed, kind) = match found {
                Err(why) => {
                    code = call.fail(&format!("cannot statx '{name}': {}", why.words())).await?;
                    continue;
                }
                Ok((Node::File(file), _)) => {
                    let file = file.held().clone();
                    (file.mode, file.bytes.len(), file.changed, "regular file")
                }
                Ok((Node::Folder { mode }, now)) => (mode, 4_096, now, "directory"),
                Ok((_, now)) => (0o666, 0, now, "character special file"),
            };
            let text = format
                .replace("%n", name)
                .replace("%s", &size.to_string())
                .replace("%a", &format!("{:o}", mode & 0o7777))
                .replace("%Y", &changed.to_string())
                .replace("%F", kind)
                .replace("%U", "root")
                .replace("%G", "root")
                .replace("%u", "0")
                .replace("%g", "0");
            call.out(&format!("{text}\n")).await?;
        }
        Ok(code)
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

fn df(call: Call) -> Running {
    Box::pin(async move {
        let used = call.sys.with(|kernel| kernel.files.size()) / 1_024 + 612_000;
        let total = 8_154_588;
        let text = format!(
            "Filesystem     1K-blocks    Used Available Use% Mounted on\n/dev/root      {total:>9} {used:>7} {:>9} {:>3}% /\n",
            total - used,
            used * 100 / total + 1
        );
        call.out(&text).await?;
        Ok(0)
    })
}

fn du(call: Call) -> Running {
    Box::pin(async move {
        let (_, words) = call.options("");
        for name in if words.is_empty() { vec![".".to_owned()] } else { words } {
            let path = call.path(&name);
            let size: usize = call.sys.with(|kernel| {
                let size = |path: &String| match kernel.files.entry(path) {
                    Some(Node::File(file)) => file.held().bytes.len().div_ceil(4_096) * 4,
                    Some(Node::Folder { .. }) => 4,
                    _ => 0,
                };
                kernel.files.below(&path).iter().map(size).sum()
            });
            call.out(&format!("{size}\t{name}\n")).await?;
        }
        Ok(0)
    })
}

/// `find PATH -name PATTERN -type f|d`
fn find(call: Call) -> Running {
    Box::pin(async move {
        let after =
            |name: &str| call.words.iter().position(|word| word == name).and_then(|at| call.words.get(at + 1)).cloned();
        let (pattern, kind) = (after("-name"), after("-type"));
        let starts: Vec<String> = call.words[1..].iter().take_while(|word| !word.starts_with('-')).cloned().collect();
        let mut out = String::new();
        for start in if starts.is_empty() { vec![".".to_owned()] } else { starts } {
            let root = call.path(&start);
            call.sys.with(|kernel| {
                for path in kernel.files.below(&root) {
                    let is_folder = kernel.files.is_folder(&path);
                    let fits_kind = kind.as_deref().is_none_or(|kind| (kind == "d") == is_folder);
                    let fits_name =
                        pattern.as_deref().is_none_or(|p| crate::sim::shell::pattern::matches(p, base(&path)));
                    if fits_kind && fits_name && kernel.files.get(&path).is_ok() {
                        out.push_str(&format!("{start}{}\n", &path[root.len().min(path.len())..]));
                    }
                }
            });
        }
        call.out(&out).await?;
        Ok(0)
    })
}
