//! What runs beside the operator: each service is idempotent, takes no input, and is woken by its period or by a bell.

pub mod alerts;
pub mod apps;
pub mod backups;
pub mod expiry;
pub mod history;
pub mod janitor;
pub mod listing;
pub mod poller;
pub mod probes;
pub mod reconciler;
pub mod resume;
pub mod roads;
pub mod stuck;
pub mod trust;
