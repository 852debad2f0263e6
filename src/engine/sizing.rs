//! What apps were given and do not need.

use super::{Answer, Engine};
use crate::domain::{
    fault::Fault,
    ids::{AppId, HostId},
    plan::{Plan, change::Sizes},
};

impl Engine {
    pub(super) async fn right_sizes(&self, _host: Option<&HostId>) -> Result<Answer, Fault> {
        Err(super::mending::not_built())
    }

    pub(super) async fn plan_reclaim(&self, _sizes: &[(AppId, Sizes)]) -> Result<Plan, Fault> {
        Err(super::mending::not_built())
    }
}
