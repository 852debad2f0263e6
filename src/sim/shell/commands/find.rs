//! `find`: the files below a folder that fit all that is said, and what is done with them.

use super::{Call, Command, Running, execute, locate};
use crate::sim::shell::{
    files::{Node, base},
    kernel::Kernel,
    pattern,
    sys::{Broken, Place},
};

pub const TABLE: &[Command] = &[("find", find)];

/// What is said of a file, all of which must be so.
enum Test {
    Name(String),
    Kind(char),
    /// Older than so many seconds, or younger.
    Age {
        from: i64,
        to: i64,
    },
    Size {
        from: usize,
        to: usize,
    },
}

enum Deed {
    Print(&'static str),
    Delete,
    /// A command for each, or one for all.
    Run {
        words: Vec<String>,
        is_for_all: bool,
    },
}

#[derive(Default)]
struct Wish {
    tests: Vec<Test>,
    deeds: Vec<Deed>,
    least: usize,
    most: Option<usize>,
}

fn find(call: Call) -> Running {
    Box::pin(async move {
        let count = call.words[1..].iter().take_while(|word| !word.starts_with(['-', '(', '!'])).count();
        let mut starts: Vec<String> = call.words[1..=count].to_vec();
        if starts.is_empty() {
            starts.push(".".into());
        }
        let wish = match wish(&call.words[count + 1..]) {
            Ok(wish) => wish,
            Err(why) => return call.fail(&why).await,
        };
        let mut code = 0;
        for start in &starts {
            let root = call.path(start);
            if call.sys.with(|kernel| kernel.files.get(&root).is_err()) {
                code = call.fail(&format!("'{start}': No such file or directory")).await?;
                continue;
            }
            let found = call.sys.with(|kernel| wish.among(kernel, &root));
            let shown: Vec<String> = found.iter().map(|path| shown(start, &root, path)).collect();
            code |= carry_out(&call, &wish.deeds, &shown).await?;
        }
        Ok(code)
    })
}

fn shown(start: &str, root: &str, path: &str) -> String {
    let rest = path.strip_prefix(root).unwrap_or(path).trim_start_matches('/');
    match rest {
        "" => start.to_owned(),
        rest => format!("{}/{rest}", start.trim_end_matches('/')),
    }
}

fn wish(words: &[String]) -> Result<Wish, String> {
    let (mut wish, mut given) = (Wish::default(), words.iter());
    while let Some(word) = given.next() {
        if word == "-exec" {
            let rest = given.as_slice();
            let end = rest.iter().position(|word| word == ";" || word == "+").ok_or("missing argument to '-exec'")?;
            wish.deeds.push(Deed::Run { words: rest[..end].to_vec(), is_for_all: rest[end] == "+" });
            given = rest[end + 1..].iter();
            continue;
        }
        match word.as_str() {
            "-print" => wish.deeds.push(Deed::Print("\n")),
            "-print0" => wish.deeds.push(Deed::Print("\0")),
            "-delete" => wish.deeds.push(Deed::Delete),
            "-xdev" | "-mount" | "-depth" => {}
            _ => {
                let value = given.next().ok_or_else(|| format!("missing argument to '{word}'"))?;
                valued(&mut wish, word, value)?;
            }
        }
    }
    if wish.deeds.is_empty() {
        wish.deeds.push(Deed::Print("\n"));
    }
    Ok(wish)
}

fn valued(wish: &mut Wish, word: &str, value: &str) -> Result<(), String> {
    let bad = || format!("invalid argument '{value}' to '{word}'");
    let number = || value.trim_start_matches(['+', '-']).parse::<i64>().map_err(|_| bad());
    match word {
        "-name" => wish.tests.push(Test::Name(value.to_owned())),
        "-type" => wish.tests.push(Test::Kind(value.chars().next().ok_or_else(bad)?)),
        "-maxdepth" => wish.most = Some(number()? as usize),
        "-mindepth" => wish.least = number()? as usize,
        "-mtime" => wish.tests.push(age(value, number()?, 86_400)),
        "-mmin" => wish.tests.push(age(value, number()?, 60)),
        "-size" => wish.tests.push(match value.trim_start_matches(['+', '-']).strip_suffix('c') {
            Some(bytes) => size(value, bytes.parse().map_err(|_| bad())?),
            None => return Err(bad()),
        }),
        _ => return Err(format!("unknown predicate '{word}'")),
    }
    Ok(())
}

fn age(value: &str, number: i64, unit: i64) -> Test {
    let (from, to) = match value.chars().next() {
        Some('+') => ((number + 1) * unit, i64::MAX),
        Some('-') => (i64::MIN, number * unit),
        _ => (number * unit, (number + 1) * unit),
    };
    Test::Age { from, to }
}

fn size(value: &str, bytes: usize) -> Test {
    let (from, to) = match value.chars().next() {
        Some('+') => (bytes + 1, usize::MAX),
        Some('-') => (0, bytes),
        _ => (bytes, bytes + 1),
    };
    Test::Size { from, to }
}

impl Wish {
    fn among(&self, kernel: &Kernel, root: &str) -> Vec<String> {
        let depth = |path: &str| path.strip_prefix(root).unwrap_or_default().matches('/').count();
        let is_deep = |path: &str| depth(path) >= self.least && self.most.is_none_or(|most| depth(path) <= most);
        let all = kernel.files.below(root).into_iter().filter(|path| is_deep(path));
        all.filter(|path| self.tests.iter().all(|test| test.fits(kernel, path))).collect()
    }
}

impl Test {
    fn fits(&self, kernel: &Kernel, path: &str) -> bool {
        let file = match kernel.files.entry(path) {
            Some(Node::File(file)) => Some(file),
            _ => None,
        };
        match self {
            Self::Name(wanted) => pattern::matches(wanted, base(path)),
            Self::Kind(kind) => {
                *kind
                    == match kernel.files.entry(path) {
                        Some(Node::Folder { .. }) | None => 'd',
                        Some(Node::Link(_)) => 'l',
                        Some(Node::Device(_)) => 'c',
                        Some(Node::File(_) | Node::Report(_)) => 'f',
                    }
            }
            Self::Age { from, to } => {
                let age = file.map_or(0, |file| kernel.seconds() - file.held().changed);
                (*from..*to).contains(&age)
            }
            Self::Size { from, to } => file.is_some_and(|file| (*from..*to).contains(&file.held().bytes.len())),
        }
    }
}

async fn carry_out(call: &Call, deeds: &[Deed], found: &[String]) -> Result<i32, Broken> {
    let mut code = 0;
    for deed in deeds {
        match deed {
            Deed::Print(end) => {
                let text: String = found.iter().map(|path| format!("{path}{end}")).collect();
                call.out(&text).await?;
            }
            // What lies inside goes before what it lies in.
            Deed::Delete => found.iter().rev().for_each(|path| {
                let path = call.path(path);
                call.sys.with(|kernel| {
                    kernel.changes += 1;
                    kernel.files.remove(&path);
                });
            }),
            Deed::Run { words, is_for_all: true } if !found.is_empty() => {
                let words = [&words[..words.len() - 1], found].concat();
                code |= i32::from(run(call, words).await? != 0);
            }
            Deed::Run { is_for_all: true, .. } => {}
            Deed::Run { words, .. } => {
                for path in found {
                    let words = words.iter().map(|word| word.replace("{}", path)).collect();
                    run(call, words).await?;
                }
            }
        }
    }
    Ok(code)
}

async fn run(call: &Call, words: Vec<String>) -> Result<i32, Broken> {
    let path = call.environment.get("PATH").cloned().unwrap_or_else(|| "/usr/bin:/bin".into());
    let name = words.first().cloned().unwrap_or_default();
    let Some(file) = locate(&call.sys, &name, &path, &call.folder) else {
        call.fail(&format!("'{name}': No such file or directory")).await?;
        return Ok(1);
    };
    let (streams, environment, folder) = (call.streams.clone(), call.environment.clone(), call.folder.clone());
    let inner = |sys| Call { sys, words: words.clone(), streams, environment, folder };
    let pid = call.sys.spawn(Place::Same, words.join(" "), |sys| execute(inner(sys), file));
    Ok(call.sys.wait(pid).await)
}
