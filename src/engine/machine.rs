//! A node as somebody looks closer at it. What must hold: what one question could not be answered leaves the others whole.

use super::{Answer, Engine};
use crate::domain::{
    fault::{Fault, FaultCode},
    ids::NodeKey,
};

impl Engine {
    pub(super) async fn machine(&self, node: &NodeKey) -> Result<Answer, Fault> {
        Err(Fault::lasting(
            FaultCode::Refused,
            format!("{} was not asked", node.node),
            "this is not built yet",
            "wait for it",
        ))
    }
}
