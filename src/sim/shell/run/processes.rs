//! What runs in a process of its own: the stages of a pipeline, subshells, jobs. At a prompt, one group of processes
//! at a time has the terminal.

use std::sync::Arc;

use super::{Job, Leave, Shell};
use crate::sim::shell::{
    kernel::{Pid, signal},
    streams::{Stream, Streams, pipe},
    syntax::Node,
    sys::Place,
};

impl Shell {
    pub(super) async fn pipeline(&mut self, stages: &[Arc<Node>]) -> Result<i32, Leave> {
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
                inner.is_leaf = node.is_simple();
                drop(shell);
                inner.run_to_end(&node).await
            })
        })
    }

    pub(super) async fn subshell(&mut self, node: &Arc<Node>) -> Result<i32, Leave> {
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
            self.sys.with(|kernel| kernel.tty_of(self.sys.pid).foreground = group);
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

    pub(super) async fn background(&mut self, node: &Arc<Node>, text: &str) -> i32 {
        let mut streams = self.streams.clone();
        let place = if self.is_interactive { Place::Group(0) } else { Place::Same };
        if !self.is_interactive {
            streams.insert(0, Stream::fixed(Vec::new()));
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
}
