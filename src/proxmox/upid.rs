//! The parts of a UPID, Proxmox's name for a task: `UPID:node:pid:pstart:starttime:type:id:user:`.

use crate::domain::{
    ids::{NodeName, Upid},
    moment::Moment,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskName {
    pub node: NodeName,
    pub started: Moment,
    /// Such as `vzstart`.
    pub kind: String,
    /// Of a guest's task its vmid; may be empty.
    pub id: String,
    /// `user@realm` or `user@realm!token`.
    pub user: String,
}

impl TaskName {
    pub fn read(upid: &Upid) -> Option<Self> {
        let mut parts = upid.as_str().strip_prefix("UPID:")?.splitn(7, ':');
        let node = parts.next().filter(|node| !node.is_empty())?;
        let (_pid, _pstart) = (hexadecimal(parts.next()?)?, hexadecimal(parts.next()?)?);
        let started = hexadecimal(parts.next()?)?;
        let kind = parts.next().filter(|kind| !kind.is_empty())?;
        let id = parts.next()?;
        let user = parts.next()?.strip_suffix(':')?;
        Some(Self {
            node: NodeName::new(node),
            started: Moment::from_secs(started),
            kind: kind.to_owned(),
            id: id.to_owned(),
            user: user.to_owned(),
        })
    }

    /// Whether the task only hands a wish to the HA manager; what becomes of it shows in the guest, not in the task.
    pub fn is_wish_to_ha(&self) -> bool {
        self.kind.starts_with("ha")
    }
}

fn hexadecimal(text: &str) -> Option<i64> {
    i64::from_str_radix(text, 16).ok()
}
