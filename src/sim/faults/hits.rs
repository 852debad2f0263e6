//! Whom a fault hits. A filter that says nothing hits everything.

use crate::sim::{api::Call, world::task::Task};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Only {
    pub call: Option<CallPattern>,
    /// The type of a task, such as `vzdump`.
    pub task: Option<String>,
    pub node: Option<String>,
    pub vmid: Option<u32>,
    pub storage: Option<String>,
}

/// `GET /cluster/*`, or without a method; a star stands for anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallPattern {
    method: Option<String>,
    path: String,
}

impl CallPattern {
    pub fn of(text: &str) -> Self {
        match text.trim().split_once(' ') {
            Some((method, path)) => Self { method: Some(method.to_uppercase()), path: path.trim().to_owned() },
            None => Self { method: None, path: text.trim().to_owned() },
        }
    }

    fn hits(&self, call: &Call) -> bool {
        self.method.as_ref().is_none_or(|method| *method == call.method) && fits(&self.path, &call.path)
    }
}

impl Only {
    pub fn hits_call(&self, call: &Call) -> bool {
        let parts: Vec<&str> = call.path.split('/').filter(|part| !part.is_empty()).collect();
        let after =
            |words: &[&str], wanted: &str| parts.windows(2).any(|pair| words.contains(&pair[0]) && pair[1] == wanted);
        self.task.is_none()
            && self.call.as_ref().is_none_or(|pattern| pattern.hits(call))
            && self.node.as_ref().is_none_or(|node| after(&["nodes"], node))
            && self.vmid.is_none_or(|vmid| after(&["lxc", "qemu"], &vmid.to_string()))
            && self.storage.as_ref().is_none_or(|storage| after(&["storage"], storage))
    }

    pub fn hits_task(&self, task: &Task) -> bool {
        // The name of a removal is `vmid@storage`, that of a job over several guests is empty.
        let vmid = task.id.split(['@', '-', '>']).next().unwrap_or_default();
        self.call.is_none()
            && self.storage.is_none()
            && self.task.as_ref().is_none_or(|kind| kind == task.kind)
            && self.node.as_ref().is_none_or(|node| *node == task.node)
            && self.vmid.is_none_or(|wanted| vmid == wanted.to_string())
    }
}

fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, rest)) => text.strip_prefix(head).is_some_and(|text| {
            text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| fits(rest, &text[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        assert!(fits("/cluster/*", "/cluster/resources"));
        assert!(fits("/nodes/*/lxc/101/*", "/nodes/pve2/lxc/101/status/current"));
        assert!(fits("*", "/version"));
        assert!(!fits("/cluster/*", "/clusters"));
        assert!(!fits("/nodes/*/lxc", "/nodes/pve2/lxc/101"));
    }
}
