//! What becomes of hosts that are known: changed, renamed, switched off, given a new token. What must hold: every change
//! is tried before it is kept.

use super::{Answer, Credential, Engine, HostDraft, HostEdit, SshDraft};
use crate::domain::{
    fault::{Fault, FaultCode},
    ids::HostId,
    moment::Moment,
};

impl Engine {
    pub(super) async fn test_edit(&self, host: &HostId, _edit: &HostEdit) -> Result<Answer, Fault> {
        Err(not_there_yet(host.as_str()))
    }

    pub(super) async fn least(&self, draft: &HostDraft) -> Result<Answer, Fault> {
        Err(not_there_yet(&draft.name))
    }

    pub(super) async fn test_ssh_draft(&self, address: &str, _ssh: &SshDraft) -> Result<Answer, Fault> {
        Err(not_there_yet(address))
    }

    pub(super) async fn edit_host(&self, host: &HostId, _edit: HostEdit) -> Result<(), Fault> {
        Err(not_there_yet(host.as_str()))
    }

    pub(super) async fn rotate_token(
        &self,
        host: &HostId,
        _by: Option<Credential>,
        _expires: Option<Moment>,
    ) -> Result<(), Fault> {
        Err(not_there_yet(host.as_str()))
    }
}

fn not_there_yet(host: &str) -> Fault {
    Fault::lasting(FaultCode::Refused, format!("{host} was left as it is"), "this is not built yet", "wait for it")
}
