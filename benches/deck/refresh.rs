//! What one refresh of a thousand guests costs: requests by the request log, processor time by the kernel's count.

use std::path::Path;

use proximity::{
    engine::{Change, Duty, Engine, Parts, Tempo},
    proxmox::RequestLog,
    secrets::{Folder, Vault, choose},
    store::Store,
};

use super::{common::process, lab::Lab};

pub struct Cost {
    pub requests: f64,
    pub cpu_ms: f64,
}

pub fn cost(lab: &Lab, rounds: u32) -> Cost {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(measure(lab, rounds))
}

async fn measure(lab: &Lab, rounds: u32) -> Cost {
    let log = lab.folder().join("bench.jsonl");
    let (store, kept) = Store::open(&lab.folder().join("proximity.db")).unwrap();
    let parts = Parts {
        store,
        kept,
        vault: Vault::open(choose(lab.folder(), Folder::Given).await),
        passphrase: Some(proximity::domain::secret::Secret::new("correct horse")),
        request_log: Some(RequestLog::to_file(&log).unwrap()),
        recipes: None,
        sources: None,
        tempo: Tempo::default(),
        rules: Default::default(),
    };
    let engine = Engine::open(parts, Duty::OneErrand);
    engine.start().await.unwrap();
    for _ in 0..10 {
        engine.change(Change::Refresh).await.unwrap();
    }
    let (requests, cpu) = (count(&log), process::cpu_ms("self"));
    for _ in 0..rounds {
        engine.change(Change::Refresh).await.unwrap();
    }
    let cpu_ms = (process::cpu_ms("self") - cpu) / f64::from(rounds);
    engine.close().await;
    Cost { requests: (count(&log) - requests) / f64::from(rounds), cpu_ms }
}

fn count(log: &Path) -> f64 {
    std::fs::read_to_string(log).unwrap_or_default().lines().count() as f64
}
