//! Looks at files and folders: `ls`, `stat`, `find`, `df`, `du`.

use super::{Call, Command, Running, modes::mode_text};
use crate::sim::shell::{
    files::{Node, absolute},
    kernel::Kernel,
};

pub const TABLE: &[Command] = &[("ls", ls), ("stat", stat), ("df", df), ("du", du)];

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
