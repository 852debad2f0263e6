//! stub
use crate::domain::{
    detail::GuestDetail, fault::Fault, fleet::GuestKind, ids::*, moment::Moment, observe::Observation,
    plan::PowerAction, secret::Secret,
};
#[derive(Debug, Clone)]
pub struct ClientError;
impl From<ClientError> for Fault {
    fn from(_: ClientError) -> Fault {
        todo!()
    }
}
impl ClientError {
    pub fn may_have_acted(&self) -> bool {
        todo!()
    }
    pub fn text(&self) -> Option<&str> {
        todo!()
    }
    pub fn is_passing(&self) -> bool {
        todo!()
    }
}
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint;
impl std::fmt::Display for Fingerprint {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        todo!()
    }
}
impl std::str::FromStr for Fingerprint {
    type Err = ();
    fn from_str(_: &str) -> Result<Self, ()> {
        todo!()
    }
}
pub async fn fingerprint_of(_: &str) -> Result<Fingerprint, ClientError> {
    todo!()
}
pub fn normalise_address(_: &str) -> Result<String, ClientError> {
    todo!()
}
pub enum Login {
    Token { id: String, secret: Secret },
    Password { user: String, password: Secret, totp: Option<Secret> },
}
pub struct Target {
    pub host: HostId,
    pub addresses: Vec<String>,
    pub pin: Fingerprint,
    pub login: Login,
}
#[derive(Clone)]
pub struct Client;
#[derive(Clone)]
pub struct RequestLog;
impl RequestLog {
    pub fn to_file(_: &std::path::Path) -> std::io::Result<Self> {
        todo!()
    }
}
pub struct Permissions;
pub struct MissingRight {
    pub privilege: &'static str,
    pub path: String,
    pub needed_for: &'static str,
    pub grant: String,
}
impl Permissions {
    pub fn missing(&self) -> Vec<MissingRight> {
        todo!()
    }
}
pub enum TaskStatus {
    Running,
    Ended(Exit),
}
pub enum Exit {
    Ok,
    Warnings(u32),
    Failed(String),
}
pub struct FoundTask {
    pub upid: Upid,
    pub began: Moment,
}
pub fn explain_task(_: &str, _: &[String], _: &str) -> Fault {
    todo!()
}
impl Client {
    pub fn new(_: Target, _: Option<RequestLog>) -> Result<Client, ClientError> {
        todo!()
    }
    pub async fn log_in(&self) -> Result<String, ClientError> {
        todo!()
    }
    pub async fn version(&self) -> Result<String, ClientError> {
        todo!()
    }
    pub async fn observe(&self, _: Moment) -> Result<Observation, ClientError> {
        todo!()
    }
    pub async fn permissions(&self) -> Result<Permissions, ClientError> {
        todo!()
    }
    pub async fn guest_detail(&self, _: &GuestKey, _: &NodeName, _: GuestKind) -> Result<GuestDetail, ClientError> {
        todo!()
    }
    pub async fn addresses(&self, _: &NodeName, _: Vmid) -> Result<Vec<std::sync::Arc<str>>, ClientError> {
        todo!()
    }
    pub async fn begin_power(&self, _: &NodeName, _: GuestKind, _: Vmid, _: PowerAction) -> Result<Upid, ClientError> {
        todo!()
    }
    pub async fn task_status(&self, _: &Upid) -> Result<TaskStatus, ClientError> {
        todo!()
    }
    pub async fn task_log(&self, _: &Upid, _: usize) -> Result<Vec<String>, ClientError> {
        todo!()
    }
    pub async fn cancel_task(&self, _: &Upid) -> Result<(), ClientError> {
        todo!()
    }
    pub async fn find_tasks(&self, _: &NodeName, _: Vmid, _: &str, _: Moment) -> Result<Vec<FoundTask>, ClientError> {
        todo!()
    }
}
