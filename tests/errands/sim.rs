//! `proximity sim`: its ready line, its answers, its end.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

#[test]
fn it_says_in_one_line_how_to_reach_it_and_ends_when_told() {
    let mut simulator = Command::new(env!("CARGO_BIN_EXE_proximity"))
        .args(["sim", "--listen", "127.0.0.1:0", "--nodes", "2", "--guests", "20"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(simulator.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    for part in ["url", "fingerprint", "user", "password", "token_id", "token_secret", "template"] {
        assert!(ready[part].as_str().is_some_and(|text| !text.is_empty()), "no {part} in {ready}");
    }
    assert_eq!(ready["nodes"].as_array().map(Vec::len), Some(2));
    let address = ready["url"].as_str().unwrap().trim_start_matches("https://");
    std::net::TcpStream::connect(address).expect("it listens");
    kill_process(Pid::from_child(&simulator), Signal::TERM).unwrap();
    assert!(simulator.wait().unwrap().success());
}
