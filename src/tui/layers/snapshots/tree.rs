//! Snapshots in the order of their tree. What must hold: each of them is in it once, also where a parent is missing or
//! Proxmox tells a ring.

use std::collections::HashSet;

use crate::engine::door::SnapshotRow;

/// The rows, each below the one that it grew from, and the lines that lead to each. Of one parent the newest comes first.
pub fn grown(mut rows: Vec<SnapshotRow>) -> (Vec<SnapshotRow>, Vec<String>) {
    rows.sort_by_key(|row| std::cmp::Reverse(row.taken));
    let names: HashSet<String> = rows.iter().map(|row| row.name.clone()).collect();
    let is_root = |row: &SnapshotRow| row.parent.as_ref().is_none_or(|parent| !names.contains(parent));
    let roots: Vec<usize> = (0..rows.len()).filter(|at| is_root(&rows[*at])).collect();
    let mut grown = Grown { rows: &rows, seen: HashSet::new(), order: Vec::new(), branches: Vec::new() };
    for root in roots {
        grown.walk(root, "", "", "");
    }
    // What stands in a ring has no root and is shown all the same.
    for at in 0..rows.len() {
        grown.walk(at, "", "", "");
    }
    let (order, branches) = (grown.order, grown.branches);
    (order.into_iter().map(|at| rows[at].clone()).collect(), branches)
}

struct Grown<'a> {
    rows: &'a [SnapshotRow],
    seen: HashSet<usize>,
    order: Vec<usize>,
    branches: Vec<String>,
}

impl Grown<'_> {
    /// `stem` leads to what stands below, `joint` to this one.
    fn walk(&mut self, at: usize, stem: &str, joint: &str, below: &str) {
        if !self.seen.insert(at) {
            return;
        }
        self.order.push(at);
        self.branches.push(format!("{stem}{joint}"));
        let stem = format!("{stem}{below}");
        let name = &self.rows[at].name;
        let is_child = |row: &SnapshotRow| row.parent.as_ref() == Some(name);
        let children: Vec<usize> = (0..self.rows.len()).filter(|child| is_child(&self.rows[*child])).collect();
        for (i, child) in children.iter().enumerate() {
            let (joint, below) = if i + 1 == children.len() { ("└ ", "  ") } else { ("├ ", "│ ") };
            self.walk(*child, &stem, joint, below);
        }
    }
}
