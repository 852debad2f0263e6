//! What an order begins: mostly a task, sometimes nothing, because nothing was to be done or it was done at once.

use super::{Client, ClientError, call::Asked, wire::lenient::Text};
use crate::domain::ids::Upid;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    Task(Upid),
    /// Proxmox answered `OK` or nothing: there is no task to wait for.
    NothingToDo,
}

impl Begun {
    pub fn task(&self) -> Option<&Upid> {
        match self {
            Self::Task(upid) => Some(upid),
            Self::NothingToDo => None,
        }
    }
}

impl Client {
    /// Gives an order that may need no task.
    pub(super) async fn begin_if_needed(&self, asked: &Asked) -> Result<Begun, ClientError> {
        let answer = self.call(asked).await?;
        let said: Text<'_> = answer.read(&asked.call)?;
        match said.as_deref() {
            Some(upid) if upid.starts_with("UPID:") => Ok(Begun::Task(Upid::new(upid))),
            None | Some("OK") => Ok(Begun::NothingToDo),
            Some(_) => Err(ClientError::Rubbish { call: asked.call.clone(), why: "it names no task".into() }),
        }
    }
}
