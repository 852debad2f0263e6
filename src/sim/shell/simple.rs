//! Simple commands: their words, what they set, where their bytes go, and which function, builtin or file they name.

use std::sync::{Arc, Mutex};

use super::{
    builtins,
    commands::{self, Call},
    files::{Device, Node as Named, absolute},
    image,
    run::{Found, Leave, Shell},
    streams::{OpenFile, Stream},
    syntax::{Kind, Node, Redirect, Word},
    sys::Place,
    text::to_bytes,
};

pub async fn run(shell: &mut Shell, node: &Arc<Node>) -> Result<i32, Leave> {
    let Node::Simple { sets, words, redirects } = &**node else { return Ok(0) };
    shell.substituted = None;
    // What the command itself runs is not the last any more.
    let is_leaf = std::mem::take(&mut shell.is_leaf);
    let words = shell.words(words).await?;
    let sets = shell.values(sets).await?;
    shell.trace(&sets, &words).await;
    if words.is_empty() {
        sets.iter().for_each(|(name, text)| shell.set(name, text));
        let before = shell.streams.clone();
        let is_fine = shell.redirect(redirects).await?;
        shell.streams = before;
        return Ok(if is_fine { shell.substituted.take().unwrap_or(0) } else { 1 });
    }
    // What takes the place of the shell holds nothing open that it was not given.
    let before = if is_leaf { Default::default() } else { shell.streams.clone() };
    if !shell.redirect(redirects).await? {
        shell.streams = before;
        return Ok(1);
    }
    let is_exec = words[0] == "exec";
    let turn = if is_leaf { Turn::Last } else { Turn::OneOfMany };
    let result = shell.dispatch(words, &sets, turn).await;
    if !is_exec {
        shell.streams = before;
    }
    result
}

impl Shell {
    async fn values(&mut self, sets: &[(String, Word)]) -> Result<Vec<(String, String)>, Leave> {
        let mut values = Vec::new();
        for (name, word) in sets {
            if self.variables.get(name).is_some_and(|variable| variable.is_fixed) {
                return Err(self.fail(&format!("{name}: is read only")).await);
            }
            let text = self.one(word).await?;
            // Later ones may use earlier ones.
            if sets.len() > 1 {
                self.set(name, &text);
            }
            values.push((name.clone(), text));
        }
        Ok(values)
    }

    async fn trace(&self, sets: &[(String, String)], words: &[String]) {
        if self.flags.contains(&'x') {
            let sets = sets.iter().map(|(name, text)| format!("{name}={text}"));
            let all: Vec<_> = sets.chain(words.iter().cloned()).collect();
            self.say(2, &format!("+ {}\n", all.join(" "))).await;
        }
    }

    async fn dispatch(&mut self, words: Vec<String>, sets: &[(String, String)], turn: Turn) -> Result<i32, Leave> {
        match self.find(&words[0]) {
            Found::Function(body) => {
                sets.iter().for_each(|(name, text)| self.set(name, text));
                Box::pin(self.call(&body, words)).await
            }
            Found::Builtin => {
                let kept: Vec<_> =
                    sets.iter().map(|(name, _)| (name.clone(), self.variables.get(name).cloned())).collect();
                sets.iter().for_each(|(name, text)| self.set(name, text));
                let result = builtins::run(self, &words).await;
                if !builtins::is_special(&words[0]) {
                    for (name, variable) in kept {
                        match variable {
                            Some(variable) => drop(self.variables.insert(name, variable)),
                            None => drop(self.variables.remove(&name)),
                        }
                    }
                }
                result
            }
            Found::File(path) if turn == Turn::Last => Err(Leave::Exit(self.become_file(path, words, sets).await)),
            Found::File(path) => self.start(path, words, sets).await,
            Found::Nothing => {
                let (name, shell) = (&words[0], self.short_name());
                let text = if self.is_bash() { "command not found" } else { "not found" };
                self.say(2, &format!("{shell}: {name}: {text}\n")).await;
                Ok(127)
            }
        }
    }

    /// A file as a process of its own.
    async fn start(&mut self, path: String, words: Vec<String>, sets: &[(String, String)]) -> Result<i32, Leave> {
        let place = if self.is_interactive { Place::Group(0) } else { Place::Same };
        let name = words.join(" ");
        let call = |sys| Call { ..self.call_of(sys, words, sets) };
        let pid = self.sys.spawn(place, name, |sys| commands::execute(call(sys), path));
        self.wait_in_front(pid).await
    }

    /// A file in the place of the shell.
    pub async fn become_file(&mut self, path: String, words: Vec<String>, sets: &[(String, String)]) -> i32 {
        let (pid, name) = (self.sys.pid, words.join(" "));
        self.sys.with(|kernel| kernel.processes.get_mut(&pid).into_iter().for_each(|p| p.become_other(name.clone())));
        let call = self.call_of(self.sys.clone(), words, sets);
        // The traps and streams of the shell go with it.
        self.traps.clear();
        self.streams.clear();
        commands::execute(call, path).await
    }

    /// Opens what the redirects name; says false when one could not be opened.
    pub async fn redirect(&mut self, redirects: &[Redirect]) -> Result<bool, Leave> {
        for Redirect { number, kind } in redirects {
            let opened = match kind {
                Kind::Here(body) => {
                    let text = self.one(body.get().unwrap_or(&Word::default())).await?;
                    Ok(Some(Stream::fixed(to_bytes(&text))))
                }
                Kind::Copy(word) => {
                    let text = self.one(word).await?;
                    self.copy(&text)
                }
                Kind::Read(word) => {
                    let path = self.one(word).await?;
                    self.open(&path, Mode::Read).map(Some)
                }
                Kind::Write(word) => {
                    let path = self.one(word).await?;
                    self.open(&path, Mode::Write).map(Some)
                }
                Kind::Append(word) => {
                    let path = self.one(word).await?;
                    self.open(&path, Mode::Append).map(Some)
                }
                Kind::ReadWrite(word) => {
                    let path = self.one(word).await?;
                    self.open(&path, Mode::Keep).map(Some)
                }
            };
            match opened {
                Ok(Some(stream)) => drop(self.streams.insert(*number, stream)),
                Ok(None) => drop(self.streams.remove(number)),
                Err(why) => {
                    let text = format!("{}: {why}\n", self.short_name());
                    self.say(2, &text).await;
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    fn copy(&self, text: &str) -> Result<Option<Stream>, String> {
        if text == "-" {
            return Ok(None);
        }
        let number: u32 = text.parse().map_err(|_| format!("{text}: Bad fd number"))?;
        self.streams.get(&number).cloned().map(Some).ok_or_else(|| format!("{number}: Bad file descriptor"))
    }

    fn open(&self, path: &str, mode: Mode) -> Result<Stream, String> {
        open(&self.sys, &absolute(&self.folder, path), mode).map_err(|why| match mode {
            Mode::Read => format!("cannot open {path}: {why}"),
            _ => format!("cannot create {path}: {why}"),
        })
    }
}

/// Whether a shell has more to do after a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    OneOfMany,
    Last,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Read,
    Write,
    Append,
    /// For reading and writing, as it is.
    Keep,
}

/// Opens a file by its whole path.
pub fn open(sys: &super::sys::Sys, path: &str, mode: Mode) -> Result<Stream, &'static str> {
    sys.with(|kernel| {
        let now = kernel.seconds();
        let node = match mode {
            Mode::Read => kernel.files.get(path),
            _ => {
                let mode = 0o666 & !kernel.umask_of(sys.pid);
                kernel.files.make(path, now, mode)
            }
        };
        kernel.changes += 1;
        match node.map_err(|why| why.words())? {
            Named::Folder { .. } if mode == Mode::Read => Ok(Stream::fixed(Vec::new())),
            Named::Folder { .. } => Err("Is a directory"),
            Named::Link(_) => Err("No such file or directory"),
            Named::Device(Device::Terminal) => {
                match kernel.processes.get(&sys.pid).and_then(|process| process.terminal) {
                    Some(id) => Ok(Stream::Terminal(id)),
                    None => Err("No such device or address"),
                }
            }
            Named::Device(device) => Ok(Stream::Device(device)),
            Named::Report(report) => Ok(Stream::fixed(image::report(kernel, report).into_bytes())),
            Named::File(file) => {
                if mode == Mode::Write {
                    let mut content = file.held();
                    content.bytes.clear();
                    content.changed = now;
                }
                let appends = mode == Mode::Append;
                Ok(Stream::File(Arc::new(OpenFile { file, place: Mutex::new(0), appends })))
            }
        }
    })
}
