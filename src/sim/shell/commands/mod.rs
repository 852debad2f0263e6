//! The commands of a guest: what a file in its `/usr/bin` does when it is run. One table for each family; a line in it
//! and a function are a new command.

mod accounts;
mod admin;
mod apt;
mod codec;
mod columns;
mod dd;
mod disk;
mod docker;
mod dpkg;
mod ends;
pub mod errand;
mod filter;
mod find;
mod grep;
mod info;
mod journalctl;
mod look;
mod modes;
mod network;
mod paths;
pub mod print;
mod process;
mod secrets;
mod stream_edit;
mod systemctl;
mod terminal;
pub mod test;
mod xargs;

use std::{collections::BTreeMap, future::Future, pin::Pin};

use super::{
    files::{Node, absolute},
    kernel::{Program, signal},
    run::Shell,
    simple::{Mode, open},
    streams::{Stream, Streams},
    sys::{Broken, Sys},
    text::{from_bytes, to_bytes},
};

/// A command that was called: its words (its own name first), its streams, its surroundings.
pub struct Call {
    pub sys: Sys,
    pub words: Vec<String>,
    pub streams: Streams,
    pub environment: BTreeMap<String, String>,
    pub folder: String,
}

pub type Running = Pin<Box<dyn Future<Output = Result<i32, Broken>> + Send>>;
pub type Command = (&'static str, fn(Call) -> Running);

fn tables() -> impl Iterator<Item = &'static Command> {
    [
        accounts::TABLE,
        admin::TABLE,
        apt::TABLE,
        codec::TABLE,
        columns::TABLE,
        dd::TABLE,
        disk::TABLE,
        docker::TABLE,
        dpkg::TABLE,
        ends::TABLE,
        errand::TABLE,
        filter::TABLE,
        find::TABLE,
        grep::TABLE,
        info::TABLE,
        journalctl::TABLE,
        look::TABLE,
        modes::TABLE,
        network::TABLE,
        paths::TABLE,
        print::TABLE,
        process::TABLE,
        secrets::TABLE,
        stream_edit::TABLE,
        systemctl::TABLE,
        terminal::TABLE,
        xargs::TABLE,
    ]
    .into_iter()
    .flatten()
}

impl Call {
    pub fn path(&self, name: &str) -> String {
        absolute(&self.folder, name)
    }

    pub fn name(&self) -> &str {
        self.words[0].rsplit('/').next().unwrap_or_default()
    }

    /// Letters that were given with a dash, and the words that were not. `valued` are the letters that take a value.
    pub fn options(&self, valued: &str) -> (BTreeMap<char, String>, Vec<String>) {
        let (mut options, mut words, mut is_over) = (BTreeMap::new(), Vec::new(), false);
        let mut given = self.words[1..].iter();
        while let Some(word) = given.next() {
            let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty() && !is_over) else {
                words.push(word.clone());
                continue;
            };
            if letters == "-" {
                is_over = true;
                continue;
            }
            if let Some(long) = letters.strip_prefix('-') {
                let (name, value) = long.split_once('=').unwrap_or((long, ""));
                // A long option is known by its first letter, which is enough here.
                options.insert(name.chars().next().unwrap_or('-'), value.to_owned());
                continue;
            }
            let mut letters = letters.chars();
            while let Some(letter) = letters.next() {
                if !valued.contains(letter) {
                    options.insert(letter, String::new());
                    continue;
                }
                let rest: String = letters.by_ref().collect();
                let value = if rest.is_empty() { given.next().cloned().unwrap_or_default() } else { rest };
                options.insert(letter, value);
            }
        }
        (options, words)
    }

    pub async fn out(&self, text: &str) -> Result<(), Broken> {
        self.write(1, &to_bytes(text)).await
    }

    pub async fn write(&self, number: u32, bytes: &[u8]) -> Result<(), Broken> {
        match self.streams.get(&number) {
            Some(stream) => self.sys.write(stream, bytes).await,
            None => Ok(()),
        }
    }

    /// Tells what went wrong, and gives the code to end with.
    pub async fn fail(&self, why: &str) -> Result<i32, Broken> {
        self.write(2, &to_bytes(&format!("{}: {why}\n", self.name()))).await?;
        Ok(1)
    }

    pub fn input(&self) -> Stream {
        self.streams.get(&0).cloned().unwrap_or_else(|| Stream::fixed(Vec::new()))
    }

    /// A file by its name, or the standard input for `-`.
    pub fn open(&self, name: &str) -> Result<Stream, &'static str> {
        if name == "-" {
            return Ok(self.input());
        }
        let path = self.path(name);
        if self.sys.with(|kernel| kernel.files.is_folder(&path)) {
            return Err("Is a directory");
        }
        open(&self.sys, &path, Mode::Read)
    }

    /// All of a file, or of the standard input.
    pub async fn all(&self, name: &str) -> Result<Vec<u8>, &'static str> {
        let stream = self.open(name)?;
        Ok(self.sys.read_all(&stream).await)
    }

    /// The contents of these files one after the other, or of the standard input when none is named. Of what cannot be
    /// read it tells, and the code is then 1.
    pub async fn texts(&self, names: &[String]) -> Result<(Vec<(String, Vec<u8>)>, i32), Broken> {
        let (mut found, mut code) = (Vec::new(), 0);
        let standard = ["-".to_owned()];
        for name in if names.is_empty() { &standard[..] } else { names } {
            match self.all(name).await {
                Ok(bytes) => found.push((name.clone(), bytes)),
                Err(why) => code = self.fail(&format!("{name}: {why}")).await?,
            }
        }
        Ok((found, code))
    }
}

/// The file a name of a command means.
pub fn locate(sys: &Sys, name: &str, path: &str, folder: &str) -> Option<String> {
    let is_file = |path: &String| sys.with(|kernel| matches!(kernel.files.get(path), Ok(Node::File(_))));
    if name.contains('/') {
        return Some(absolute(folder, name)).filter(is_file);
    }
    path.split(':').filter(|folder| !folder.is_empty()).map(|folder| absolute(folder, name)).find(is_file)
}

/// What is told of a command that is not there, by the tool that should have begun it.
pub async fn no_such(sys: &Sys, streams: &Streams, name: &str) -> i32 {
    let host = sys.with(|kernel| kernel.host.name.clone());
    let text = format!(
        "lxc-attach: {host}: ../src/lxc/attach.c: lxc_attach_run_command: 1841 No such file or directory - Failed to exec \"{name}\"\n"
    );
    if let Some(stream) = streams.get(&2) {
        // There is nobody else to tell.
        let _ = sys.write(stream, &to_bytes(&text)).await;
    }
    127
}

/// Runs a file: one of the commands here, or a script.
pub fn execute(call: Call, path: String) -> Program {
    Box::pin(async move {
        let content = call.sys.with(|kernel| match kernel.files.get(&path) {
            Ok(Node::File(file)) => Some(file.held().clone()),
            _ => None,
        });
        let Some(content) = content else { return 127 };
        if content.mode & 0o111 == 0 {
            let text = format!("{}: Permission denied\n", call.words[0]);
            // It ends either way.
            let _ = call.write(2, text.as_bytes()).await;
            return 126;
        }
        if let Some(name) = content.bytes.strip_prefix(b"\x7fELF ") {
            let name = from_bytes(name).trim_end().to_owned();
            return run(&name, call).await;
        }
        let Call { sys, words, streams, environment, folder } = call;
        let mut shell = Shell::new(sys, &words[0], &environment, streams, &folder);
        shell.arguments = words[1..].to_vec();
        let text = from_bytes(&content.bytes);
        let result = shell.run_text(&text).await;
        shell.finish(result).await
    })
}

async fn run(name: &str, call: Call) -> i32 {
    match tables().find(|(known, _)| *known == name) {
        Some((_, command)) => command(call).await.unwrap_or(128 + signal::PIPE),
        None => {
            let text = format!("{name}: not part of this simulation\n");
            // There is nobody else to tell.
            let _ = call.write(2, text.as_bytes()).await;
            127
        }
    }
}
