//! How each kind of command is carried out, one after the other, and what ends a script before its last.

use std::sync::Arc;

use super::{Leave, Running, Shell};
use crate::sim::shell::{
    kernel::signal,
    parse::{Mistake, Parser},
    pattern, simple,
    streams::Stream,
    syntax::{Node, Redirect, Word},
    text::from_bytes,
};

/// So much of a script is read at a time.
const PART: usize = 65_536;

fn words(mistake: Mistake) -> String {
    match mistake {
        Mistake::Wrong(why) => why,
        Mistake::Unfinished => "Syntax error: end of file unexpected".into(),
    }
}

impl Shell {
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
                Err(mistake) => return Err(self.fail(&words(mistake)).await),
            }
        }
    }

    /// A script that comes bit by bit: what is whole is run before the rest is waited for.
    pub async fn run_input(&mut self, input: &Stream) -> Result<i32, Leave> {
        let (mut text, mut is_end) = (String::new(), false);
        self.status = 0;
        while !is_end {
            let part = self.sys.read(input, PART).await;
            is_end = part.is_empty();
            text.push_str(&from_bytes(&part));
            let lines = if is_end { text.len() } else { text.rfind('\n').map_or(0, |at| at + 1) };
            let rest = text.split_off(lines);
            let taken = self.run_lines(&text, is_end).await?;
            // Chars of the shell may be two bytes of the text.
            text = text.chars().skip(taken).collect::<String>() + &rest;
        }
        Ok(self.status)
    }

    /// Runs the commands of some lines, and says how many chars they were; what goes on after them is left.
    async fn run_lines(&mut self, text: &str, is_end: bool) -> Result<usize, Leave> {
        let mut parser = Parser::new(text);
        loop {
            let taken = parser.place;
            match parser.next() {
                Ok(None) => return Ok(parser.place),
                Ok(Some(node)) => drop(self.run(&node).await?),
                Err(Mistake::Unfinished) if !is_end => return Ok(taken),
                Err(mistake) => return Err(self.fail(&words(mistake)).await),
            }
        }
    }

    /// A whole script of which nothing is left to do when its only command has begun.
    pub async fn run_only(&mut self, text: &str) -> Result<i32, Leave> {
        let mut parser = Parser::new(text);
        if let (Ok(Some(node)), Ok(None)) = (parser.next(), parser.next())
            && node.is_simple()
        {
            self.is_leaf = true;
            return self.run(&node).await;
        }
        self.run_text(text).await
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
            self.status = self.carry_out(node).await?;
            Ok(self.status)
        })
    }

    async fn carry_out(&mut self, node: &Arc<Node>) -> Result<i32, Leave> {
        Ok(match &**node {
            Node::Simple { .. } => {
                let code = simple::run(self, node).await?;
                self.judge(code)?
            }
            Node::Subshell(inner) => {
                let code = self.subshell(inner).await?;
                self.judge(code)?
            }
            Node::Pipeline { stages, is_negated: false } => {
                let code = self.pipeline(stages).await?;
                self.judge(code)?
            }
            Node::Pipeline { stages, is_negated: true } => self.negated(stages).await?,
            Node::And(..) | Node::Or(..) | Node::List(_) | Node::Group(_) => self.sequence(node).await?,
            Node::Background(inner, text) => self.background(inner, text).await,
            Node::If { arms, otherwise } => self.branches(arms, otherwise.as_ref()).await?,
            Node::While { goes_on_with, test, body } => self.while_loop(*goes_on_with, test, body).await?,
            Node::For { name, words, body } => self.for_loop(name, words.as_deref(), body).await?,
            Node::Case { word, arms } => self.case(word, arms).await?,
            Node::Function { name, body } => {
                self.functions.insert(name.clone(), body.clone());
                0
            }
            Node::Redirected(inner, redirects) => self.redirected(inner, redirects).await?,
        })
    }

    async fn negated(&mut self, stages: &[Arc<Node>]) -> Result<i32, Leave> {
        self.tested += 1;
        let code = self.pipeline(stages).await;
        self.tested -= 1;
        Ok(i32::from(code? == 0))
    }

    async fn sequence(&mut self, node: &Arc<Node>) -> Result<i32, Leave> {
        let (first, goes_on_with_success, second) = match &**node {
            Node::And(left, right) => (left, true, right),
            Node::Or(left, right) => (left, false, right),
            Node::Group(inner) => return self.run(inner).await,
            Node::List(nodes) => {
                let mut code = 0;
                for node in nodes {
                    code = self.run(node).await?;
                }
                return Ok(code);
            }
            _ => return Ok(0),
        };
        let code = self.tested(first).await?;
        if (code == 0) == goes_on_with_success { self.run(second).await } else { Ok(code) }
    }

    async fn redirected(&mut self, inner: &Arc<Node>, redirects: &[Redirect]) -> Result<i32, Leave> {
        let before = self.streams.clone();
        let code = match self.redirect(redirects).await? {
            true => self.run(inner).await,
            false => Ok(1),
        };
        self.streams = before;
        code
    }

    /// With `set -e` a failure ends the script.
    fn judge(&mut self, code: i32) -> Result<i32, Leave> {
        self.status = code;
        if code != 0 && self.tested == 0 && self.flags.contains(&'e') { Err(Leave::Exit(code)) } else { Ok(code) }
    }

    pub(super) async fn tested(&mut self, node: &Arc<Node>) -> Result<i32, Leave> {
        self.tested += 1;
        let code = self.run(node).await;
        self.tested -= 1;
        code
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
}
