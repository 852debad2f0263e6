//! What an app was given and does not need. What must hold: it is a proposal, made of a whole week of what was used.

use std::sync::Arc;

use crate::domain::{ids::AppId, plan::change::Sizes};

#[derive(Debug, Clone, PartialEq)]
pub struct RightSize {
    pub app: AppId,
    pub name: Arc<str>,
    /// What it has now; MiB.
    pub cores: u32,
    pub memory: u64,
    /// What it used of that in all but five hundredths of the week: of its cores 0 to 1, and MiB.
    pub cpu_used: f32,
    pub memory_used: u64,
    /// What is proposed.
    pub to: Sizes,
}
