//! What is told by itself. What must hold: it is told once, to whoever listens.

use std::sync::Arc;

use crate::domain::ids::OperationId;

/// Something worth a toast: told once, to whoever listens.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    pub tone: Tone,
    pub text: Arc<str>,
    /// Why, and what to do now; nothing for good news.
    pub detail: Option<Arc<str>>,
    pub operation: Option<OperationId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    Info,
    Success,
    Warning,
    Danger,
}
