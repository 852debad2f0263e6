//! Runs what was read: one shell, its variables, and how each kind of command is carried out.

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
    parse::{Mistake, Parser},
    pattern,
    streams::{Streams, pipe},
    syntax::{Node, Word},
    sys::{Place, Sys},
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
    /// Inside a condition a failure does not end a script.
    pub tested: usize,
    pub loops: usize,
    pub depth: usize,
    /// What functions hid with `local`, for when they end.
    pub hidden: Vec<Vec<(String, Option<Variable>)>>,
}

pub type Running<'a> = Pin<Box<dyn Future<Output = Result<i32, Leave>> + Send + 'a>>;

const DEEPEST: usize = 200;

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
            tested: 0,
            loops: 0,
            depth: 0,
            hidden: Vec::new(),
        }
    }

    /// The same shell in a process of its own.
    pub fn forked(&self, sys: Sys) -> Self {
        let mut shell = Self { sys, jobs: Vec::new(), is_interactive: false, ..self.clone() };
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

    /// Runs to the end of a process of its own.
    pub async fn run_to_end(&mut self, node: &Arc<Node>) -> i32 {
        let result = self.run(node).await;
        self.finish(result).await
    }

    /// A whole script.
    pub async fn run_text(&mut self, text: &str) -> Result<i32, Leave> {
        let mut parser = Parser::new(text);
        self.status = 0;
        loop {
            match parser.next() {
                Ok(None) => return Ok(self.status),
                Ok(Some(node)) => drop(self.run(&node).await?),
                Err(mistake) => {
                    let why = match mistake {
                        Mistake::Wrong(why) => why,
                        Mistake::Unfinished => "Syntax error: end of file unexpected".into(),
                    };
                    return Err(self.fail(&why).await);
                }
            }
        }
    }

    /// How a process ends, once its EXIT trap has run.
    pub async fn finish(&mut self, result: Result<i32, Leave>) -> i32 {
        let mut code = match result {
            Ok(code) | Err(Leave::Exit(code) | Leave::Return(code)) => code,
            Err(Leave::Interrupted) => 130,
            Err(Leave::Break(_) | Leave::Continue(_)) => self.status,
        };
        if let Some(text) = self.traps.remove(&0).filter(|text| !text.is_empty()) {
            self.status = code;
            if let Err(Leave::Exit(other)) = Box::pin(self.run_text(&text)).await {
                code = other;
            }
        }
        code
    }

    async fn look_for_signals(&mut self) -> Result<(), Leave> {
        for number in self.sys.came() {
            if let Some(text) = self.traps.get(&number).cloned() {
                let status = self.status;
                self.run_text(&text).await?;
                self.status = status;
            } else if self.is_interactive && number == signal::INT {
                self.status = 130;
                return Err(Leave::Interrupted);
            }
        }
        Ok(())
    }

    pub fn run<'a>(&'a mut self, node: &'a Arc<Node>) -> Running<'a> {
        Box::pin(async move {
            self.sys.work(1).await;
            self.look_for_signals().await?;
            if self.flags.contains(&'n') {
                return Ok(0);
            }
            let code = match &**node {
                Node::Simple { .. } => {
                    let code = super::simple::run(self, node).await?;
                    self.judge(code)?
                }
                Node::Pipeline { stages, is_negated } => {
                    self.tested += usize::from(*is_negated);
                    let code = self.pipeline(stages).await;
                    self.tested -= usize::from(*is_negated);
                    let code = code?;
                    if *is_negated { i32::from(code == 0) } else { self.judge(code)? }
                }
                Node::And(left, right) => match self.tested(left).await? {
                    0 => self.run(right).await?,
                    code => code,
                },
                Node::Or(left, right) => match self.tested(left).await? {
                    0 => 0,
                    _ => self.run(right).await?,
                },
                Node::List(nodes) => {
                    let mut code = 0;
                    for node in nodes {
                        code = self.run(node).await?;
                    }
                    code
                }
                Node::Background(inner, text) => self.background(inner, text).await,
                Node::Group(inner) => self.run(inner).await?,
                Node::Subshell(inner) => {
                    let code = self.subshell(inner).await?;
                    self.judge(code)?
                }
                Node::If { arms, otherwise } => self.branches(arms, otherwise.as_ref()).await?,
                Node::While { goes_on_with, test, body } => self.while_loop(*goes_on_with, test, body).await?,
                Node::For { name, words, body } => self.for_loop(name, words.as_deref(), body).await?,
                Node::Case { word, arms } => self.case(word, arms).await?,
                Node::Function { name, body } => {
                    self.functions.insert(name.clone(), body.clone());
                    0
                }
                Node::Redirected(inner, redirects) => {
                    let before = self.streams.clone();
                    let code = match self.redirect(redirects).await? {
                        true => self.run(inner).await,
                        false => Ok(1),
                    };
                    self.streams = before;
                    code?
                }
            };
            self.status = code;
            Ok(code)
        })
    }

    /// With `set -e` a failure ends the script.
    fn judge(&mut self, code: i32) -> Result<i32, Leave> {
        self.status = code;
        if code != 0 && self.tested == 0 && self.flags.contains(&'e') { Err(Leave::Exit(code)) } else { Ok(code) }
    }

    async fn tested(&mut self, node: &Arc<Node>) -> Result<i32, Leave> {
        self.tested += 1;
        let code = self.run(node).await;
        self.tested -= 1;
        code
    }

    async fn pipeline(&mut self, stages: &[Arc<Node>]) -> Result<i32, Leave> {
        if let [only] = stages {
            return self.run(only).await;
        }
        let (mut pids, mut before) = (Vec::new(), None);
        for (place, stage) in stages.iter().enumerate() {
            let (source, sink) = pipe();
            let is_last = place + 1 == stages.len();
            let mut streams = self.streams.clone();
            if let Some(source) = before.replace(source) {
                streams.insert(0, source);
            }
            if !is_last {
                streams.insert(1, sink);
            }
            let group = self.is_interactive.then(|| pids.first().copied().unwrap_or(0));
            let place = group.map_or(Place::Same, Place::Group);
            pids.push(self.fork(place, stage, streams));
        }
        drop(before);
        let front = pids.first().copied().unwrap_or_default();
        let mut code = 0;
        self.to_front(front);
        for pid in pids {
            code = self.sys.wait(pid).await;
        }
        self.back_to_front();
        self.after_child(code)
    }

    /// A process of its own that runs this.
    pub fn fork(&self, place: Place, node: &Arc<Node>, streams: Streams) -> Pid {
        let (shell, node) = (self.clone(), node.clone());
        self.sys.spawn(place, self.name.clone(), |sys| {
            Box::pin(async move {
                let mut inner = shell.forked(sys);
                inner.streams = streams;
                drop(shell);
                inner.run_to_end(&node).await
            })
        })
    }

    async fn subshell(&mut self, node: &Arc<Node>) -> Result<i32, Leave> {
        let place = if self.is_interactive { Place::Group(0) } else { Place::Same };
        let pid = self.fork(place, node, self.streams.clone());
        self.wait_in_front(pid).await
    }

    pub async fn wait_in_front(&mut self, pid: Pid) -> Result<i32, Leave> {
        self.to_front(pid);
        let code = self.sys.wait(pid).await;
        self.back_to_front();
        self.after_child(code)
    }

    fn to_front(&self, group: Pid) {
        if self.is_interactive {
            self.sys.with(|kernel| kernel.foreground = group);
        }
    }

    fn back_to_front(&self) {
        self.to_front(self.sys.pid);
    }

    /// A child that was interrupted interrupts what is done at a prompt.
    fn after_child(&mut self, code: i32) -> Result<i32, Leave> {
        if self.is_interactive && code == 130 {
            self.status = 130;
            return Err(Leave::Interrupted);
        }
        Ok(code)
    }

    async fn background(&mut self, node: &Arc<Node>, text: &str) -> i32 {
        let mut streams = self.streams.clone();
        let place = if self.is_interactive { Place::Group(0) } else { Place::Same };
        if !self.is_interactive {
            streams.insert(0, super::streams::Stream::fixed(Vec::new()));
        }
        let pid = self.fork(place, node, streams);
        if !self.is_interactive {
            self.sys.with(|kernel| {
                if let Some(process) = kernel.processes.get_mut(&pid) {
                    process.ignores.extend([signal::INT, signal::QUIT]);
                }
            });
        }
        let number = self.jobs.last().map_or(1, |job| job.number + 1);
        self.jobs.push(Job { number, pid, text: text.to_owned() });
        self.last_job = Some(pid);
        if self.is_interactive && self.is_bash() {
            self.say(2, &format!("[{number}] {pid}\n")).await;
        }
        0
    }

    pub fn is_bash(&self) -> bool {
        self.name.ends_with("bash")
    }

    async fn branches(&mut self, arms: &[(Arc<Node>, Arc<Node>)], otherwise: Option<&Arc<Node>>) -> Result<i32, Leave> {
        for (test, body) in arms {
            if self.tested(test).await? == 0 {
                return self.run(body).await;
            }
        }
        match otherwise {
            Some(body) => self.run(body).await,
            None => Ok(0),
        }
    }

    async fn while_loop(&mut self, goes_on_with: bool, test: &Arc<Node>, body: &Arc<Node>) -> Result<i32, Leave> {
        let mut code = 0;
        self.loops += 1;
        let result = loop {
            let (tested, is_body) = match self.tested(test).await {
                Ok(tested) if (tested == 0) == goes_on_with => (self.run(body).await, true),
                Ok(_) => break Ok(code),
                Err(leave) => (Err(leave), false),
            };
            match after_round(tested) {
                Ok(Some(round)) if is_body => code = round,
                Ok(Some(_)) => {}
                Ok(None) => break Ok(0),
                Err(leave) => break Err(leave),
            }
        };
        self.loops -= 1;
        result
    }

    async fn for_loop(&mut self, name: &str, words: Option<&[Word]>, body: &Arc<Node>) -> Result<i32, Leave> {
        let words = match words {
            Some(words) => self.words(words).await?,
            None => self.arguments.clone(),
        };
        let mut code = 0;
        self.loops += 1;
        for word in words {
            self.set(name, &word);
            let round = self.run(body).await;
            match after_round(round) {
                Ok(Some(round)) => code = round,
                Ok(None) => {
                    code = 0;
                    break;
                }
                Err(leave) => {
                    self.loops -= 1;
                    return Err(leave);
                }
            }
        }
        self.loops -= 1;
        Ok(code)
    }

    async fn case(&mut self, word: &Word, arms: &[(Vec<Word>, Arc<Node>)]) -> Result<i32, Leave> {
        let text = self.one(word).await?;
        for (patterns, body) in arms {
            for word in patterns {
                let wanted = self.pattern(word).await?;
                if pattern::matches(&wanted, &text) {
                    return self.run(body).await;
                }
            }
        }
        Ok(0)
    }

    /// Calls a function of the script.
    pub async fn call(&mut self, body: &Arc<Node>, words: Vec<String>) -> Result<i32, Leave> {
        if self.depth >= DEEPEST {
            return Err(self.fail("maximum function recursion depth exceeded").await);
        }
        self.depth += 1;
        let loops = std::mem::take(&mut self.loops);
        let before = std::mem::replace(&mut self.arguments, words.into_iter().skip(1).collect());
        self.hidden.push(Vec::new());
        let result = self.run(body).await;
        for (name, variable) in self.hidden.pop().unwrap_or_default().into_iter().rev() {
            match variable {
                Some(variable) => drop(self.variables.insert(name, variable)),
                None => drop(self.variables.remove(&name)),
            }
        }
        (self.arguments, self.loops) = (before, loops);
        self.depth -= 1;
        match result {
            Err(Leave::Return(code)) => Ok(code),
            other => other,
        }
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

/// What a round of a loop means for the loop: it goes on with a code, ends, or leaves further.
fn after_round(result: Result<i32, Leave>) -> Result<Option<i32>, Leave> {
    match result {
        Ok(code) => Ok(Some(code)),
        Err(Leave::Break(1)) => Ok(None),
        Err(Leave::Continue(1)) => Ok(Some(0)),
        Err(Leave::Break(more)) => Err(Leave::Break(more - 1)),
        Err(Leave::Continue(more)) => Err(Leave::Continue(more - 1)),
        Err(leave) => Err(leave),
    }
}
