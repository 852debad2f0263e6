//! Runs the binary as a shell would.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

pub struct Said {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    /// The last line of JSON: the result of long work, the only one otherwise.
    pub fn json(&self) -> Value {
        let last = self.stdout.lines().last().unwrap_or_default();
        serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {:?} / {:?}", self.stdout, self.stderr))
    }

    pub fn data(&self) -> Value {
        let json = self.json();
        assert_eq!(json["v"], 1, "{json}");
        assert!(json["fault"].is_null(), "{json}");
        json["data"].clone()
    }

    pub fn fault(&self) -> Value {
        let fault = self.json()["fault"].clone();
        for part in ["code", "kind", "what", "why", "remedy"] {
            assert!(fault[part].as_str().is_some_and(|text| !text.is_empty()), "no {part} in {fault}");
        }
        fault
    }
}

pub fn proximity(data: &Path, arguments: &[&str]) -> Said {
    proximity_told(data, arguments, "")
}

/// The same with something on its standard input.
pub fn proximity_told(data: &Path, arguments: &[&str], stdin: &str) -> Said {
    said(&mut command(data, arguments), stdin)
}

/// On a machine that trusts the authorities in this file.
pub fn proximity_trusting(authorities: &Path, data: &Path, arguments: &[&str], stdin: &str) -> Said {
    said(command(data, arguments).env("SSL_CERT_FILE", authorities).env_remove("SSL_CERT_DIR"), stdin)
}

pub fn command(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proximity"));
    command.arg("--data").arg(data);
    if !arguments.contains(&"--request-log") {
        command.arg("--request-log").arg(crate::sent::file());
    }
    command.args(arguments);
    command
}

fn said(command: &mut Command, stdin: &str) -> Said {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It may have ended already without reading.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    let output = child.wait_with_output().unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
