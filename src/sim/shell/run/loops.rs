//! What is carried out more than once, or from elsewhere: loops and functions, and how they are left.

use std::sync::Arc;

use super::{Leave, Shell};
use crate::sim::shell::syntax::{Node, Word};

const DEEPEST: usize = 200;

impl Shell {
    pub(super) async fn while_loop(
        &mut self,
        goes_on_with: bool,
        test: &Arc<Node>,
        body: &Arc<Node>,
    ) -> Result<i32, Leave> {
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

    pub(super) async fn for_loop(
        &mut self,
        name: &str,
        words: Option<&[Word]>,
        body: &Arc<Node>,
    ) -> Result<i32, Leave> {
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
