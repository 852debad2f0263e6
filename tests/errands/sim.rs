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
    for part in ["url", "fingerprint", "user", "password", "token_id", "token_secret", "template", "ssh"] {
        assert!(ready[part].as_str().is_some_and(|text| !text.is_empty()), "no {part} in {ready}");
    }
    assert_eq!(ready["nodes"].as_array().map(Vec::len), Some(2));
    let address = ready["url"].as_str().unwrap().trim_start_matches("https://");
    std::net::TcpStream::connect(address).expect("it listens");
    kill_process(Pid::from_child(&simulator), Signal::TERM).unwrap();
    assert!(simulator.wait().unwrap().success());
}

/// What it says and how it ends when it is started like this.
fn refused(arguments: &[&str]) -> (String, Option<i32>) {
    let mut simulator = Command::new(env!("CARGO_BIN_EXE_proximity"))
        .arg("sim")
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    BufReader::new(simulator.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    if !ready.is_empty() {
        // It runs, and would for ever.
        simulator.kill().unwrap();
    }
    let ended = simulator.wait_with_output().unwrap();
    (String::from_utf8_lossy(&ended.stderr).into_owned(), ended.status.code())
}

#[test]
fn a_value_it_cannot_take_is_told_with_what_it_may_be() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("faults.toml");
    std::fs::write(&script, "[[fault]]\nwhat = \"cut\"\n\n[[fault]]\nwhat = \"cut\"\ntims = 3\n").unwrap();
    let script = script.to_str().unwrap();
    let foreign = folder.path().join("foreign.toml");
    std::fs::write(&foreign, "[[fault]]\nwhat = \"dead-node\"\nnode = \"nas\"\n").unwrap();
    for (arguments, told) in [
        (["--pace", "60"], vec!["\"60\" is no pace", "x and a factor", "--pace x60"]),
        (["--pace", "x0"], vec!["\"x0\" is no pace"]),
        (["--nodes", "51"], vec!["\"51\" is no value for --nodes", "1 to 50"]),
        (["--guests", "many"], vec!["\"many\" is no value for --guests", "0 to 5000"]),
        (["--listen", "nowhere"], vec!["is no address to listen on", "127.0.0.1:8006"]),
        (["--ssh-port", "70000"], vec!["\"70000\" is no value for --ssh-port", "0 to 65535"]),
        (["--ssh-key", "/no/such/key"], vec!["the keys in /no/such/key were not taken"]),
        (["--ssh-key", script], vec!["it holds no public key", ".pub"]),
        (["--faults", "/no/such/file"], vec!["the faults in /no/such/file were not taken"]),
        (["--faults", script], vec![script, "line 6: there is no key \"tims\"", "\"times\""]),
        (["--faults", foreign.to_str().unwrap()], vec!["there is no node \"nas\", only pve1, pve2, pve3"]),
    ] {
        let (text, code) = refused(&arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {text}");
        told.iter().for_each(|part| assert!(text.to_lowercase().contains(&part.to_lowercase()), "{part}: {text}"));
    }
}
