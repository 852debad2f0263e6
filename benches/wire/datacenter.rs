//! `proximity sim` in a process of its own, and one warm connection to it.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Instant,
};

use serde_json::Value;

use super::{
    Packing,
    client::{Wire, pinned},
};

pub struct Datacenter {
    process: Child,
    ready: Value,
    wire: Wire,
    /// It closes after a hundred.
    answers: u32,
}

impl Datacenter {
    /// Its time runs fast, so that no two listings are alike.
    pub fn open(nodes: u32, guests: u32) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_proximity"))
            .args(["sim", "--nodes", &nodes.to_string(), "--guests", &guests.to_string(), "--pace", "x600"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        let wire = connect(&ready);
        Self { process, ready, wire, answers: 0 }
    }

    pub fn id(&self) -> u32 {
        self.process.id()
    }

    pub fn listing(&mut self, packing: Packing) -> Vec<u8> {
        self.stay_connected();
        let accept = match packing {
            Packing::None => "",
            Packing::Gzip => "Accept-Encoding: gzip\r\n",
        };
        let text = |name: &str| self.ready[name].as_str().unwrap();
        let request = format!(
            "GET /api2/json/cluster/resources HTTP/1.1\r\nHost: localhost\r\nAuthorization: PVEAPIToken={}={}\r\n{accept}\r\n",
            text("token_id"),
            text("token_secret")
        );
        self.wire.send(request.as_bytes()).unwrap();
        let reply = self.wire.read().unwrap();
        assert_eq!(reply.status, 200);
        reply.body
    }

    /// Milliseconds from the first byte of the question to the last of the answer.
    pub fn time(&mut self, packing: Packing) -> f64 {
        self.stay_connected();
        let began = Instant::now();
        drop(self.listing(packing));
        began.elapsed().as_secs_f64() * 1_000.0
    }

    fn stay_connected(&mut self) {
        self.answers += 1;
        if self.answers.is_multiple_of(80) {
            self.wire = connect(&self.ready);
        }
    }
}

fn connect(ready: &Value) -> Wire {
    let text = |name: &str| ready[name].as_str().unwrap();
    let address = text("url").trim_start_matches("https://").parse().unwrap();
    Wire::open(address, pinned(text("fingerprint"))).unwrap()
}

impl Drop for Datacenter {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
