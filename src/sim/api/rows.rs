//! The rows of the one list that holds everything. They are written straight to text: with thousands of guests that is
//! several times faster than values in between.

use serde::Serialize;

use crate::sim::refusal::Refusal;

#[derive(Serialize)]
pub struct GuestRow<'a> {
    pub id: String,
    pub vmid: u32,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub node: &'a str,
    pub name: String,
    pub status: &'static str,
    pub template: u8,
    pub uptime: u64,
    pub cpu: f64,
    pub maxcpu: u32,
    pub mem: u64,
    pub memhost: u64,
    pub maxmem: u64,
    pub disk: u64,
    pub maxdisk: u64,
    pub netin: u64,
    pub netout: u64,
    pub diskread: u64,
    pub diskwrite: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hastate: Option<&'static str>,
}

#[derive(Serialize)]
pub struct LostGuestRow<'a> {
    pub id: String,
    pub vmid: u32,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub node: &'a str,
    pub status: &'static str,
}

#[derive(Serialize)]
pub struct NodeRow<'a> {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub node: &'a str,
    pub status: &'static str,
    pub level: &'static str,
    #[serde(rename = "cgroup-mode")]
    pub cgroup_mode: u8,
    #[serde(flatten)]
    pub vitals: Option<NodeNumbers>,
}

#[derive(Serialize)]
pub struct NodeNumbers {
    pub uptime: u64,
    pub cpu: f64,
    pub maxcpu: u32,
    pub mem: u64,
    pub maxmem: u64,
    pub disk: u64,
    pub maxdisk: u64,
}

#[derive(Serialize)]
pub struct StorageRow<'a> {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub storage: &'a str,
    pub node: &'a str,
    pub status: &'static str,
    pub plugintype: &'a str,
    pub content: &'a str,
    pub shared: u8,
    #[serde(flatten)]
    pub fill: Option<Fill>,
}

#[derive(Serialize)]
pub struct Fill {
    pub disk: u64,
    pub maxdisk: u64,
}

#[derive(Serialize)]
pub struct NetworkRow<'a> {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[serde(rename = "network-type")]
    pub network_type: &'static str,
    pub network: &'static str,
    pub node: &'a str,
    pub status: &'static str,
}

/// A list in writing.
#[derive(Default)]
pub struct Rows(Vec<u8>);

impl Rows {
    pub fn add(&mut self, row: &impl Serialize) -> Result<(), Refusal> {
        self.0.push(if self.0.is_empty() { b'[' } else { b',' });
        serde_json::to_writer(&mut self.0, row).map_err(|why| Refusal::died(why.to_string()))
    }

    pub fn text(mut self) -> String {
        if self.0.is_empty() {
            self.0.push(b'[');
        }
        self.0.push(b']');
        String::from_utf8(self.0).unwrap_or_default()
    }
}
