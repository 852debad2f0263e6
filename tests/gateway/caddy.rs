//! A real Caddy on ports of its own. What must hold: it binds nothing but loopback, and it ends with whoever started it.

use std::{
    net::TcpListener,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

pub struct Caddy {
    folder: tempfile::TempDir,
    pub http: u16,
    pub https: u16,
    admin: u16,
}

/// Nothing where this machine has none; then it is said.
pub fn here() -> Option<Caddy> {
    let found = Command::new("caddy").arg("version").output();
    if found.is_err() {
        assert!(std::env::var_os("PROXIMITY_CI").is_none(), "caddy must be here");
        eprintln!("not run: there is no caddy on this machine");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    Some(Caddy { folder, http: free(), https: free(), admin: free() })
}

/// A port that nobody had a moment ago.
pub fn free() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Caddy {
    /// The same file, on ports of this test.
    fn at_home(&self, text: &str) -> String {
        let own = format!(
            "{{\n\tadmin localhost:{}\n\thttp_port {}\n\thttps_port {}\n\tdefault_bind 127.0.0.1\n",
            self.admin, self.http, self.https
        );
        assert!(text.contains("\n{\n"), "{text}");
        text.replacen("{\n", &own, 1)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn command(&self, verb: &str) -> Command {
        let mut command = Command::new("caddy");
        command.arg(verb).args(["--adapter", "caddyfile"]);
        command.env("XDG_DATA_HOME", self.folder.path()).env("XDG_CONFIG_HOME", self.folder.path());
        command.env("HOME", self.folder.path());
        command
    }

    /// The file as it is, letter for letter.
    pub fn validate(&self, text: &str) -> Result<(), String> {
        let path = self.write("validated", text);
        told(self.command("validate").arg("--config").arg(path).output().unwrap())
    }

    /// Returns once it serves.
    pub fn run(&mut self, text: &str) {
        let path = self.write("Caddyfile", &self.at_home(text));
        let mut command = self.command("start");
        command.arg("--config").arg(path).stdout(Stdio::null()).stderr(Stdio::null());
        let status = command.status().unwrap();
        assert!(status.success(), "it does not start");
    }

    pub fn reload(&self, text: &str) -> Result<(), String> {
        let path = self.write("Caddyfile", &self.at_home(text));
        let address = format!("localhost:{}", self.admin);
        told(self.command("reload").args(["--force", "--address", &address, "--config"]).arg(path).output().unwrap())
    }
}

impl Drop for Caddy {
    fn drop(&mut self) {
        let mut command = Command::new("caddy");
        command.args(["stop", "--address", &format!("localhost:{}", self.admin)]);
        // One that never ran has nothing to stop.
        let _ = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

fn told(output: Output) -> Result<(), String> {
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}
