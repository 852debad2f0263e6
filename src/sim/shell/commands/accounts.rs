//! Users, groups, and files put in place with their rights: `useradd`, `adduser`, `groupadd`, `usermod`, `install`.

use super::{Call, Command, Running};
use crate::sim::shell::{
    files::{Files, Node, absolute, base, parent},
    software::installed,
};

pub const TABLE: &[Command] = &[
    ("useradd", add_user),
    ("adduser", add_user),
    ("groupadd", add_group),
    ("usermod", |_| Box::pin(async { Ok(0) })),
    ("install", install),
];

/// Options of these that take a value.
const VALUED: [&str; 18] = [
    "-d",
    "-s",
    "-g",
    "-G",
    "-c",
    "-u",
    "-p",
    "-k",
    "-e",
    "--home",
    "--home-dir",
    "--shell",
    "--ingroup",
    "--gecos",
    "--uid",
    "--gid",
    "--comment",
    "--groups",
];

fn plain(words: &[String]) -> Vec<&String> {
    let mut given = words[1..].iter();
    let mut plain = Vec::new();
    while let Some(word) = given.next() {
        if VALUED.contains(&word.as_str()) {
            given.next();
        } else if !word.starts_with('-') {
            plain.push(word);
        }
    }
    plain
}

fn add_user(call: Call) -> Running {
    Box::pin(async move {
        let Some(name) = plain(&call.words).first().map(|name| (*name).clone()) else {
            return call.fail("no name given").await;
        };
        let is_new = call.sys.with(|kernel| {
            let now = kernel.seconds();
            kernel.changes += 1;
            installed::add_user(&mut kernel.files, &name, now)
        });
        let home = call.words.windows(2).find(|pair| matches!(pair[0].as_str(), "-d" | "--home" | "--home-dir"));
        let makes_home = call.words.iter().any(|word| word == "-m" || word == "--create-home");
        if let Some(pair) = home.filter(|_| is_new && (makes_home || call.name() == "adduser")) {
            call.sys.with(|kernel| make_folders(&mut kernel.files, &pair[1], 0o755));
        }
        // `adduser --system` takes it as done when there is such a user.
        let is_fine = call.name() == "adduser" && call.words.iter().any(|word| word == "--system");
        if !is_new && !is_fine {
            call.write(2, format!("{}: user '{name}' already exists\n", call.name()).as_bytes()).await?;
            return Ok(if call.name() == "adduser" { 1 } else { 9 });
        }
        Ok(0)
    })
}

fn add_group(call: Call) -> Running {
    Box::pin(async move {
        let Some(name) = plain(&call.words).first().map(|name| (*name).clone()) else {
            return call.fail("no name given").await;
        };
        let is_new = call.sys.with(|kernel| {
            let groups = kernel.files.text("/etc/group").unwrap_or_default();
            if groups.lines().any(|line| line.split(':').next() == Some(&name)) {
                return false;
            }
            let (number, now) = (900 + groups.lines().count(), kernel.seconds());
            kernel.files.write("/etc/group", &format!("{groups}{name}:x:{number}:\n"), 0o644, now);
            kernel.changes += 1;
            true
        });
        if is_new || call.words.iter().any(|word| word == "-f" || word == "--force") {
            return Ok(0);
        }
        call.write(2, format!("groupadd: group '{name}' already exists\n").as_bytes()).await?;
        Ok(9)
    })
}

fn make_folders(files: &mut Files, path: &str, mode: u32) {
    if !files.is_folder(path) {
        files.plant(path, Node::Folder { mode });
    }
    files.set_mode(path, mode);
}

fn install(call: Call) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("mogtS");
        let mode = |usual: u32| options.get(&'m').and_then(|text| u32::from_str_radix(text, 8).ok()).unwrap_or(usual);
        if options.contains_key(&'d') {
            call.sys.with(|kernel| {
                kernel.changes += 1;
                words.iter().for_each(|name| make_folders(&mut kernel.files, &call.path(name), mode(0o755)));
            });
            return Ok(0);
        }
        let (target, sources) = match (options.get(&'t'), &words[..]) {
            (Some(folder), sources) => (folder.clone(), sources),
            (None, [sources @ .., target]) => (target.clone(), sources),
            (None, []) => return call.fail("missing file operand").await,
        };
        for name in sources {
            let bytes = match call.all(name).await {
                Ok(bytes) => bytes,
                Err(why) => return call.fail(&format!("cannot stat '{name}': {why}")).await,
            };
            let made = call.sys.with(|kernel| {
                let now = kernel.seconds();
                kernel.changes += 1;
                let path = at(&mut kernel.files, &call.path(&target), name);
                if options.contains_key(&'D') && !kernel.files.is_folder(parent(&path)) {
                    kernel.files.plant(parent(&path), Node::Folder { mode: 0o755 });
                }
                put(&mut kernel.files, &path, bytes, mode(0o755), now)
            });
            if let Err(why) = made {
                return call.fail(&format!("cannot create regular file '{target}': {why}")).await;
            }
        }
        Ok(0)
    })
}

fn at(files: &mut Files, target: &str, name: &str) -> String {
    if files.is_folder(target) { absolute(target, base(name)) } else { target.to_owned() }
}

fn put(files: &mut Files, path: &str, bytes: Vec<u8>, mode: u32, now: i64) -> Result<(), &'static str> {
    match files.make(path, now, mode).map_err(|why| why.words())? {
        Node::File(file) => {
            let mut content = file.held();
            (content.bytes, content.changed, content.mode) = (bytes, now, mode);
            Ok(())
        }
        _ => Ok(()),
    }
}
