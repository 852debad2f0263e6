//! Where jobs lie inside a guest, and by what one knows that it was started anew.

use crate::domain::quote::quoted;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// A folder of root's own that outlives a restart.
    pub folder: String,
    /// A command that writes the same as long as the guest runs, and something else after a restart.
    pub mark: String,
}

impl Default for Ground {
    fn default() -> Self {
        Self {
            folder: "/var/lib/proximity".into(),
            // The node's own start, and when the guest's first process began after it.
            mark: "cat /proc/sys/kernel/random/boot_id;sed \"s/.*) //\" /proc/1/stat|cut -d\" \" -f20".into(),
        }
    }
}

impl Ground {
    /// The folder of a job, as a word for a shell.
    pub fn job(&self, id: &str) -> String {
        quoted(&format!("{}/jobs/{id}", self.folder))
    }
}
