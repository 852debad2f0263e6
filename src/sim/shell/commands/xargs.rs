//! `xargs`: words from the input, given to a command.

use std::collections::VecDeque;

use super::{Call, Command, Running, execute, locate};
use crate::sim::shell::{sys::Place, text::from_bytes};

pub const TABLE: &[Command] = &[("xargs", xargs)];

fn xargs(call: Call) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("nI");
        let input = from_bytes(&call.sys.read_all(&call.input()).await);
        let mut items: VecDeque<String> = match (options.get(&'I'), options.contains_key(&'0')) {
            (Some(_), _) => input.lines().map(str::to_owned).collect(),
            (None, true) => input.split('\0').filter(|item| !item.is_empty()).map(str::to_owned).collect(),
            (None, false) => input.split_whitespace().map(str::to_owned).collect(),
        };
        let words = if words.is_empty() { vec!["echo".to_owned()] } else { words };
        let at_once = match options.get(&'I') {
            Some(_) => 1,
            None => options.get(&'n').and_then(|count| count.parse().ok()).unwrap_or(usize::MAX),
        };
        let path = call.environment.get("PATH").cloned().unwrap_or_default();
        let Some(file) = locate(&call.sys, &words[0], &path, &call.folder) else {
            return call.fail(&format!("{}: No such file or directory", words[0])).await.map(|_| 127);
        };
        let mut code = 0;
        loop {
            let count = at_once.min(items.len());
            let part: Vec<String> = items.drain(..count).collect();
            let all: Vec<String> = match options.get(&'I') {
                Some(mark) => words
                    .iter()
                    .map(|word| word.replace(mark.as_str(), part.first().map_or("", String::as_str)))
                    .collect(),
                None => words.iter().cloned().chain(part).collect(),
            };
            let (name, file) = (all.join(" "), file.clone());
            let inner = |sys| Call {
                sys,
                words: all,
                streams: call.streams.clone(),
                environment: call.environment.clone(),
                folder: call.folder.clone(),
            };
            let pid = call.sys.spawn(Place::Same, name, |sys| execute(inner(sys), file));
            if call.sys.wait(pid).await != 0 {
                code = 123;
            }
            if items.is_empty() {
                return Ok(code);
            }
        }
    })
}
