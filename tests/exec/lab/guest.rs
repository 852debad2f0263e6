//! One guest: a folder for its files, a shell under a `dtach` of its own, and a second terminal in between, as
//! `lxc-attach` makes one. What must hold: bytes pass as they do on a real Proxmox VE, and nothing of it outlives it.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use super::processes;

/// Who answers at the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// With readline and bracketed paste, as on Debian.
    Bash,
    Dash,
    /// Busybox, and no other tool than its own.
    Ash,
    /// Bash that greets at length before its first prompt.
    Greeting,
}

impl Shell {
    pub const ALL: [Self; 4] = [Self::Bash, Self::Dash, Self::Ash, Self::Greeting];

    fn program(self) -> &'static str {
        match self {
            Self::Bash | Self::Greeting => "bash",
            Self::Dash => "dash",
            Self::Ash => "busybox",
        }
    }

    /// The tools of this machine that it takes and that are not here.
    pub fn missing(self) -> Vec<&'static str> {
        let all = ["dtach", "script", "stty", "setsid", self.program()];
        all.into_iter().filter(|tool| find_tool(tool).is_none()).collect()
    }
}

fn find_tool(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/bin", "/bin", "/usr/sbin"].map(PathBuf::from));
    places.map(|folder| folder.join(name)).find(|file| file.is_file())
}

pub struct Guest {
    folder: tempfile::TempDir,
    /// What all processes inside carry in their environment, and what all around it do.
    inside: String,
    around: String,
    shell: Shell,
}

/// A console that was left by its last program takes no longer to end.
const CONSOLE_ENDS: Duration = Duration::from_secs(5);
const SYSTEM_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const GREETING: &str = "Linux con301 6.17.2-1-pve #1 SMP PREEMPT_DYNAMIC x86_64\n\n\
    \x1b[1mWelcome\x1b[0m to a machine that tells a lot: 100% of it is of no use.\n\
    $ this is no prompt, and neither is this: # \n\n";

/// As `lxc-attach` when there is nothing to enter.
const REFUSED: &str = r"lxc-attach: 101: ../src/lxc/attach.c: get_attach_context: 406 Connection refused - Failed to get init pid
lxc-attach: 101: ../src/lxc/attach.c: lxc_attach: 1474 Connection refused - Failed to get attach context
";

impl Guest {
    pub fn make(shell: Shell) -> Self {
        let folder = tempfile::Builder::new().prefix("lab-").tempdir().unwrap();
        let name = folder.path().display();
        let (inside, around) = (format!("PROXIMITY_GUEST={name}"), format!("PROXIMITY_NODE={name}"));
        let guest = Self { inside, around, folder, shell };
        ["node", "root", "root/tools"].iter().for_each(|one| fs::create_dir(guest.folder.path().join(one)).unwrap());
        fs::write(guest.node("greeting"), GREETING).unwrap();
        fs::write(guest.node("refused"), REFUSED).unwrap();
        guest.write_program("attach", &guest.attach_words());
        guest.write_program("enter", &guest.enter_words(shell));
        if shell == Shell::Ash {
            guest.install_busybox();
        }
        guest
    }

    /// The files of the guest.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    pub fn node(&self, file: &str) -> PathBuf {
        self.folder.path().join("node").join(file)
    }

    /// What Proxmox runs for each visitor.
    pub fn console_words(&self) -> Vec<String> {
        let (socket, attach) = (self.node("socket"), self.node("attach"));
        let dtach = find_tool("dtach").unwrap();
        let words = [dtach.as_path(), "-A".as_ref(), &socket, "-r".as_ref(), "winch".as_ref(), "-z".as_ref(), &attach];
        words.iter().map(|word| word.display().to_string()).collect()
    }

    /// Name and value of what tells its console from others.
    pub fn around(&self) -> (&str, &str) {
        self.around.split_once('=').unwrap()
    }

    fn write_program(&self, name: &str, words: &str) {
        let file = self.node(name);
        fs::write(&file, format!("#!/bin/sh\n{words}")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// In the place of `lxc-attach`: waits while the guest starts and loses what is typed meanwhile, then opens the
    /// second terminal. `script` would switch off the output processing of the first; the other end puts it back.
    fn attach_words(&self) -> String {
        let node = self.folder.path().join("node");
        format!(
            "cd {node}\nrefuse() {{ cat refused; exit 1; }}\n[ -e up ] || refuse\n\
             if [ ! -e ready ]; then\n  while [ ! -e ready ]; do [ -e up ] || refuse; sleep 0.02; done\n  \
             found=$(stty -g); stty -icanon -echo min 0 time 0; cat >/dev/null; stty \"$found\"\nfi\n\
             exec 9<>/dev/tty\nSHELL=/bin/sh exec script -qfc 'exec ./enter' /dev/null\n",
            node = node.display(),
        )
    }

    fn enter_words(&self, shell: Shell) -> String {
        let root = self.root();
        let path = match shell {
            Shell::Ash => root.join("tools").display().to_string(),
            _ => SYSTEM_PATH.to_owned(),
        };
        let greeting = if shell == Shell::Greeting { "cat greeting\n" } else { "" };
        let program = find_tool(shell.program()).unwrap();
        let program = match shell {
            Shell::Bash | Shell::Greeting => format!("{} --norc", program.display()),
            Shell::Dash => program.display().to_string(),
            Shell::Ash => format!("{} ash", program.display()),
        };
        format!(
            "stty opost onlcr <&9\n{greeting}cd {root}\n\
             exec 9<&- env -i PATH={path} TERM=linux container=lxc {mark} PS1='root@con301:/# ' \
             HISTFILE={root}/.history {program}\n",
            root = root.display(),
            mark = self.inside,
        )
    }

    fn install_busybox(&self) {
        let busybox = find_tool("busybox").unwrap();
        let list = Command::new(&busybox).arg("--list").output().unwrap().stdout;
        let tools = self.root().join("tools");
        String::from_utf8(list).unwrap().lines().for_each(|tool| drop(symlink(&busybox, tools.join(tool))));
    }

    /// Its processes, without what carries its console.
    pub fn processes(&self) -> usize {
        processes::find(&self.inside, &self.root()).len()
    }

    /// Whether a shell with readline waits for a line, and no program of it has the terminal.
    pub fn is_readline_at_work(&self) -> bool {
        matches!(self.shell, Shell::Bash | Shell::Greeting)
            && processes::find(&self.inside, &self.root()).into_iter().any(processes::leads_its_terminal)
    }

    /// Kills what runs this script. Its id alone would not do: it may be another's by now.
    pub fn kill(&self, script: &str) {
        let all = processes::find(&self.inside, &self.root()).into_iter();
        all.filter(|id| processes::runs(*id, script)).for_each(processes::kill);
    }

    /// Counts all that belongs to it, also when it is gone.
    pub fn watcher(&self) -> impl Fn() -> usize + use<> {
        let (inside, around, root) = (self.inside.clone(), self.around.clone(), self.root());
        move || processes::find(&inside, &root).len() + processes::find(&around, &root).len()
    }

    pub fn is_up(&self) -> bool {
        self.node("up").exists()
    }

    pub fn is_ready(&self) -> bool {
        self.node("ready").exists()
    }

    /// Begins to run: its shell can be had once it is ready.
    pub fn begin(&self, boot: usize) {
        fs::write(self.boot_file(), format!("boot-{boot}\n")).unwrap();
        fs::write(self.node("up"), "").unwrap();
    }

    pub fn be_ready(&self) {
        fs::write(self.node("ready"), "").unwrap();
    }

    /// All of it dies at once, and its console follows.
    pub fn end(&self) {
        ["ready", "up"].iter().for_each(|file| drop(fs::remove_file(self.node(file))));
        processes::kill_all(&self.inside, &self.root());
        let since = Instant::now();
        while self.node("socket").exists() && since.elapsed() < CONSOLE_ENDS {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Nothing is left, not even what carried its console.
    pub fn vanish(&self) {
        ["ready", "up"].iter().for_each(|file| drop(fs::remove_file(self.node(file))));
        processes::kill_all(&self.inside, &self.root());
        processes::kill_all(&self.around, Path::new("/nowhere"));
    }

    /// Tells one run of the guest from another.
    pub fn boot_file(&self) -> PathBuf {
        self.root().join("boot")
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.vanish();
    }
}
