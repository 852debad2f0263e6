//! Commands of a machine that reach beyond it, such as `pct` on a node: whoever keeps the machine carries them out.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use super::{Call, Command, Running};
use crate::sim::shell::streams::{Stream, Streams, held};

pub const TABLE: &[Command] = &[("pct", wait)];

/// What was asked for. It is over once it has an answer.
pub struct Errand {
    pub words: Vec<String>,
    pub streams: Streams,
    pub environment: BTreeMap<String, String>,
    pub folder: String,
    answer: Arc<Mutex<Option<Answer>>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    pub out: String,
    pub err: String,
    pub code: i32,
}

impl Errand {
    pub fn answer(&self, answer: Answer) {
        *held(&self.answer) = Some(answer);
    }

    /// Whether nobody waits for the answer any more.
    pub fn is_abandoned(&self) -> bool {
        Arc::strong_count(&self.answer) == 1
    }

    /// The terminal it reads from, if it does.
    pub fn terminal(&self) -> Option<u32> {
        match self.streams.get(&0) {
            Some(Stream::Terminal(id)) => Some(*id),
            _ => None,
        }
    }
}

fn wait(call: Call) -> Running {
    Box::pin(async move {
        let answer = Arc::new(Mutex::new(None));
        call.sys.with(|kernel| {
            kernel.changes += 1;
            kernel.errands.push(Errand {
                words: call.words.clone(),
                streams: call.streams.clone(),
                environment: call.environment.clone(),
                folder: call.folder.clone(),
                answer: answer.clone(),
            });
        });
        let Answer { out, err, code } = call.sys.until(|_| held(&answer).take()).await;
        call.out(&out).await?;
        call.write(2, err.as_bytes()).await?;
        Ok(code)
    })
}
