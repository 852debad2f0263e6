//! What there is in a simulated datacenter: nodes, guests, storages, people and their rights, tasks. Plain state; what
//! may be done to it is judged in `api`, what time does to it in `datacenter`.

pub mod access;
pub mod firewall;
pub mod guest;
pub mod load;
pub mod metrics;
pub mod mount;
pub mod node;
pub mod options;
pub mod password;
pub mod place;
pub mod pool;
pub mod privileges;
pub mod storage;
pub mod task;
pub mod tickets;
