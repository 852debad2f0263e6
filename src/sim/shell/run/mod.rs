//! One shell: its variables, its streams, and what a name means to it. How it carries out what it reads lies beside.

mod flow;
mod loops;
mod processes;

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    pin::Pin,
    sync::Arc,
};

use super::{
    builtins,
    commands::{self, Call},
    kernel::{Pid, signal},
    streams::Streams,
    syntax::Node,
    sys::Sys,
    text::to_bytes,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    pub text: String,
    pub is_exported: bool,
    pub is_fixed: bool,
}

/// Why a command is not followed by the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    Exit(i32),
    Return(i32),
    Break(usize),
    Continue(usize),
    /// Somebody pressed Ctrl-C.
    Interrupted,
}

#[derive(Debug, Clone)]
pub struct Job {
    pub number: usize,
    pub pid: Pid,
    pub text: String,
}

#[derive(Clone)]
pub struct Shell {
    pub sys: Sys,
    pub name: String,
    /// The process that `$$` names, in subshells too.
    pub main: Pid,
    pub variables: BTreeMap<String, Variable>,
    pub arguments: Vec<String>,
    pub functions: BTreeMap<String, Arc<Node>>,
    pub streams: Streams,
    pub folder: String,
    pub status: i32,
    /// How the last `$( )` ended, for `name=$( )`.
    pub substituted: Option<i32>,
    pub last_job: Option<Pid>,
    pub jobs: Vec<Job>,
    /// Those of `set`, such as `e` and `u`.
    pub flags: BTreeSet<char>,
    pub traps: BTreeMap<i32, String>,
    pub is_interactive: bool,
    /// It does only one thing more: a command takes its place.
    pub is_leaf: bool,
    /// Inside a condition a failure does not end a script.
    pub tested: usize,
    pub loops: usize,
    pub depth: usize,
    /// What functions hid with `local`, for when they end.
    pub hidden: Vec<Vec<(String, Option<Variable>)>>,
}

pub type Running<'a> = Pin<Box<dyn Future<Output = Result<i32, Leave>> + Send + 'a>>;

impl Shell {
    pub fn new(sys: Sys, name: &str, environment: &BTreeMap<String, String>, streams: Streams, folder: &str) -> Self {
        let export = |text: &String| Variable { text: text.clone(), is_exported: true, is_fixed: false };
        let main = sys.pid;
        Self {
            sys,
            name: name.to_owned(),
            main,
            variables: environment.iter().map(|(name, text)| (name.clone(), export(text))).collect(),
            arguments: Vec::new(),
            functions: BTreeMap::new(),
            streams,
            folder: folder.to_owned(),
            status: 0,
            substituted: None,
            last_job: None,
            jobs: Vec::new(),
            flags: BTreeSet::new(),
            traps: BTreeMap::new(),
            is_interactive: false,
            is_leaf: false,
            tested: 0,
            loops: 0,
            depth: 0,
            hidden: Vec::new(),
        }
    }

    /// The same shell in a process of its own.
    pub fn forked(&self, sys: Sys) -> Self {
        let mut shell = Self { sys, jobs: Vec::new(), is_interactive: false, is_leaf: false, ..self.clone() };
        shell.traps.retain(|_, text| text.is_empty());
        shell
    }

    pub fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).map(|variable| variable.text.clone())
    }

    /// A variable, an argument, or one of the signs such as `$?`.
    pub fn parameter(&self, name: &str) -> Option<String> {
        match name {
            "?" => Some(self.status.to_string()),
            "$" => Some(self.main.to_string()),
            "!" => self.last_job.map(|pid| pid.to_string()),
            "#" => Some(self.arguments.len().to_string()),
            "-" => Some(self.flags.iter().collect()),
            "0" => Some(self.name.clone()),
            "@" | "*" => (!self.arguments.is_empty()).then(|| self.arguments.join(" ")),
            _ => match name.parse::<usize>() {
                Ok(place) => self.arguments.get(place.wrapping_sub(1)).cloned(),
                Err(_) => self.variable(name),
            },
        }
    }

    pub fn set(&mut self, name: &str, text: &str) {
        let is_exported = self.flags.contains(&'a');
        let empty = Variable { text: String::new(), is_exported, is_fixed: false };
        let variable = self.variables.entry(name.to_owned()).or_insert(empty);
        if !variable.is_fixed {
            variable.text = text.to_owned();
        }
    }

    pub fn export(&mut self, name: &str, text: &str) {
        let variable = Variable { text: text.to_owned(), is_exported: true, is_fixed: false };
        self.variables.insert(name.to_owned(), variable);
    }

    pub fn environment(&self) -> BTreeMap<String, String> {
        let exported = self.variables.iter().filter(|(_, variable)| variable.is_exported);
        exported.map(|(name, variable)| (name.clone(), variable.text.clone())).collect()
    }

    pub async fn say(&self, number: u32, text: &str) -> i32 {
        match self.streams.get(&number) {
            Some(stream) => match self.sys.write(stream, &to_bytes(text)).await {
                Ok(()) => 0,
                Err(_) => 128 + signal::PIPE,
            },
            None => 1,
        }
    }

    /// Tells a mistake that ends a script.
    pub async fn fail(&mut self, why: &str) -> Leave {
        let text = format!("{}: {why}\n", self.short_name());
        self.say(2, &text).await;
        self.status = 2;
        if self.is_interactive { Leave::Interrupted } else { Leave::Exit(2) }
    }

    pub fn short_name(&self) -> String {
        self.name.rsplit('/').next().unwrap_or_default().to_owned()
    }

    pub fn is_bash(&self) -> bool {
        self.name.ends_with("bash")
    }

    /// What stands for a name: in the order in which a shell looks.
    pub fn find(&self, name: &str) -> Found {
        if let Some(body) = self.functions.get(name) {
            return Found::Function(body.clone());
        }
        if builtins::is_builtin(name) {
            return Found::Builtin;
        }
        match commands::locate(&self.sys, name, &self.variable("PATH").unwrap_or_default(), &self.folder) {
            Some(path) => Found::File(path),
            None => Found::Nothing,
        }
    }

    /// A command of the guest with these words, ready to run.
    pub fn call_of(&self, sys: Sys, words: Vec<String>, sets: &[(String, String)]) -> Call {
        let mut environment = self.environment();
        environment.extend(sets.iter().cloned());
        Call { sys, words, streams: self.streams.clone(), environment, folder: self.folder.clone() }
    }
}

pub enum Found {
    Function(Arc<Node>),
    Builtin,
    File(String),
    Nothing,
}
