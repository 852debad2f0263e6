//! Every call that our client sends in the test run goes into one file, which is held to Proxmox's own API afterwards:
//! each must be one that a real Proxmox VE takes.

use std::path::PathBuf;

use proximity::proxmox::RequestLog;

pub fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/request-log.jsonl")
}

/// The log for one client. It is complete once that client is gone.
pub fn log() -> Option<RequestLog> {
    RequestLog::to_file(&file()).ok()
}
