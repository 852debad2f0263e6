//! The program, started as a person would start it, with books of its own.

use portable_pty::{Child, CommandBuilder};
use rustix::process::{Pid, Signal, kill_process};

use crate::term::pty::Pty;

pub struct Program {
    pub pty: Pty,
    /// How the terminal was set before.
    found: String,
    child: Box<dyn Child + Send + Sync>,
    books: tempfile::TempDir,
}

/// On the first screen of all.
pub const WELCOME: &str = "connect a Proxmox VE host";

pub struct Settings {
    pub columns: u16,
    pub rows: u16,
    pub arguments: &'static [&'static str],
    pub environment: &'static [(&'static str, &'static str)],
    /// Runs it under a shell that knows jobs.
    pub shell: bool,
    pub is_read: bool,
    /// A theme of the operator's own, as `themes/mine.toml`.
    pub theme_file: &'static str,
    /// Books that there are already; without them it has new ones.
    pub books: Option<tempfile::TempDir>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            columns: 80,
            rows: 24,
            arguments: &[],
            environment: &[],
            shell: false,
            is_read: true,
            theme_file: "",
            books: None,
        }
    }
}

impl Settings {
    pub fn start(self) -> Program {
        let books = self.books.unwrap_or_else(|| tempfile::tempdir().expect("a folder"));
        if !self.theme_file.is_empty() {
            let folder = books.path().join("themes");
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::write(folder.join("mine.toml"), self.theme_file).expect("a theme");
        }
        let mut pty = Pty::unread(self.columns, self.rows);
        if self.is_read {
            pty.look();
        }
        let found = modes(&pty);
        let program = env!("CARGO_BIN_EXE_proximity");
        let mut command = if self.shell { CommandBuilder::new("/bin/sh") } else { CommandBuilder::new(program) };
        if self.shell {
            command.args(["-i"]);
            command.env("PS1", "shell> ");
            command.env("PROGRAM", program);
            command.env("BOOKS", books.path());
        } else {
            command.args(self.arguments);
            command.arg("--data");
            command.arg(books.path());
            let passphrase = books.path().join("passphrase");
            if passphrase.exists() {
                command.args([std::ffi::OsStr::new("--passphrase-file"), passphrase.as_os_str()]);
            }
        }
        for name in ["NO_COLOR", "COLORTERM", "LC_ALL", "LC_CTYPE", "SSH_CONNECTION", "SSH_TTY", "ENV"] {
            command.env_remove(name);
        }
        for (name, value) in [("TERM", "tmux-256color"), ("LANG", "C.UTF-8")].iter().chain(self.environment) {
            command.env(name, value);
        }
        let child = pty.pair.slave.spawn_command(command).expect("the program starts");
        Program { pty, found, child, books }
    }
}

fn modes(pty: &Pty) -> String {
    format!("{:?}", pty.modes())
}

impl Program {
    pub fn welcomed() -> Self {
        let program = Settings::default().start();
        program.pty.wait_for(WELCOME);
        program
    }

    pub fn signal(&self, signal: Signal) {
        let id = self.child.process_id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        kill_process(id.expect("a process"), signal).expect("it is there");
    }

    /// Waits for the end and gives the exit code.
    pub fn ended(&mut self) -> u32 {
        self.child.wait().expect("an end").exit_code()
    }

    /// Where the operator puts his own.
    pub fn folder(&self, name: &str) -> std::path::PathBuf {
        self.books.path().join(name)
    }

    /// A file of its books.
    pub fn kept(&self, name: &str) -> String {
        std::fs::read_to_string(self.books.path().join(name)).expect("a file")
    }

    /// The alternate screen is left, the cursor is shown, the modes are those of before, and nothing was written beside.
    pub fn left_as_found(&self) {
        self.is_given_back();
        self.pty.wait("a clean screen", |seen| seen.text().trim().is_empty().then_some(()));
    }

    pub fn is_given_back(&self) {
        self.pty.wait("the old screen", |seen| {
            let screen = seen.terminal.screen();
            let is_left = !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste();
            (is_left && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None).then_some(())
        });
        assert_eq!(modes(&self.pty), self.found);
    }

    /// Closes the terminal and leaves the program alone with that.
    pub fn hang_up(self) -> Box<dyn Child + Send + Sync> {
        self.child
    }
}
