//! vim, htop and less in a real pseudo-terminal. What must hold: whatever they draw, each cell of our screen is the one that
//! another terminal shows of the same bytes.

use portable_pty::CommandBuilder;
use proximity::tui::console::Screen;

use super::{
    answers,
    cells::{difference, ours},
    size, tmux,
};
use crate::term::pty::Pty;

const COLUMNS: u16 = 100;
const ROWS: u16 = 28;

/// A program, and our screen that hears and answers it.
struct Sitting {
    pty: Pty,
    screen: Screen,
    heard: usize,
    folder: tempfile::TempDir,
}

impl Sitting {
    fn at(program: &str, arguments: &[&str], term: &str, locale: &str, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("a file");
        }
        let pty = Pty::new(COLUMNS, ROWS);
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", folder.path());
        command.env("TERM", term);
        command.env("LC_ALL", locale);
        command.cwd(folder.path());
        drop(pty.pair.slave.spawn_command(command).expect("the program starts"));
        Self { pty, screen: Screen::new(size(COLUMNS, ROWS)), heard: 0, folder }
    }

    /// Until our screen shows this; the program is answered meanwhile.
    fn until(&mut self, what: &str, holds: impl Fn(&str) -> bool) {
        loop {
            let (screen, heard) = (&mut self.screen, &mut self.heard);
            let (is_there, answer) = self.pty.wait(what, |seen| {
                let said = screen.feed(&seen.bytes[*heard..]);
                *heard = seen.bytes.len();
                let (answer, is_there) = (answers(said), holds(&screen.seen()));
                (is_there || !answer.is_empty()).then_some((is_there, answer))
            });
            self.pty.send(&answer);
            if is_there {
                return;
            }
        }
    }

    /// The other terminal shows the same of all that was heard so far.
    fn compare(&mut self, when: &str) {
        let heard = self.heard;
        let bytes = self.pty.wait("the bytes", |seen| Some(seen.bytes[..heard].to_vec()));
        let theirs = tmux::shown(&bytes, COLUMNS, ROWS);
        if let Some(difference) = difference(&ours(&self.screen), &theirs) {
            panic!("{when}: {difference}");
        }
    }

    fn step(&mut self, keys: &str, what: &str) {
        self.step_until(keys, what, |seen| seen.contains(what));
    }

    fn step_until(&mut self, keys: &str, when: &str, holds: impl Fn(&str) -> bool) {
        self.pty.press(keys);
        self.until(when, holds);
        self.compare(when);
    }
}

const VIMRC: &str = "set nocompatible ruler laststatus=2 number cursorline hlsearch showmode background=dark
set noswapfile viminfo= encoding=utf-8 list listchars=tab:>-
syntax on
";

fn source() -> String {
    let line = |at| match at % 4 {
        0 => format!("/* line {at}: größer, 世界, e\u{301} */\n"),
        1 => format!("static const char *word_{at} = \"text {at}\";\n"),
        2 => format!("int f{at}(void) {{\treturn {at} * 0x{at:x}; }}\n"),
        _ => format!("#define NUMBER_{at} {at}\n"),
    };
    (1..=400).map(line).collect()
}

#[test]
fn vim_looks_as_in_another_terminal() {
    if !tmux::is_here(&["vim"]) {
        return;
    }
    for term in ["xterm-256color", "linux"] {
        let text = source();
        let files = [("vimrc", VIMRC), ("text.c", text.as_str())];
        let mut vim = Sitting::at("vim", &["-u", "vimrc", "text.c"], term, "C.UTF-8", &files);
        vim.step_until("", "the file is open", |seen| seen.contains("1,1") && seen.contains("#define NUMBER_3"));
        vim.step("200G", "200,1");
        vim.step("\x06", "NUMBER_219");
        vim.step("/word_3..\r", "word_301 =");
        vim.step(":split\r", "word_301");
        vim.step(":vsplit\r\x17wgg", "1,1 ");
        vim.step("Onew text, größer 世界!\x1b", "new text");
        vim.step("vjjjj", "-- VISUAL --");
        vim.step_until("\x1b:set nolist nonumber | echo 'all ' . 'done'\r", "another look", |seen| {
            seen.contains("all done")
        });
        vim.pty.press(":qa!\r");
        vim.pty.wait("its end", |seen| seen.is_over.then_some(()).or_else(|| ends(seen)));
        assert!(vim.folder.path().join("text.c").exists());
    }
}

/// The alternate screen was left: there is no end to be read while our side of the terminal is open.
fn ends(seen: &crate::term::pty::Seen) -> Option<()> {
    (!seen.terminal.screen().alternate_screen()).then_some(())
}

#[test]
fn htop_looks_as_in_another_terminal() {
    if !tmux::is_here(&["htop"]) {
        return;
    }
    for (term, locale) in [("xterm-256color", "C.UTF-8"), ("linux", "C.UTF-8"), ("vt220", "C")] {
        let mut htop = Sitting::at("htop", &[], term, locale, &[]);
        htop.step_until("", "its table", |seen| seen.contains("Load average") && seen.contains("Quit"));
        htop.step("t", "Quit");
        htop.step("/", "Search:");
        htop.step("hto", "hto");
        // Not Escape: the next key would be taken for a part of it.
        htop.step("\r", "Setup");
        htop.step("h", "GNU GPLv2+");
        htop.pty.press("qq");
    }
}

#[test]
fn less_looks_as_in_another_terminal() {
    if !tmux::is_here(&["less"]) {
        return;
    }
    let colour =
        |at: usize| format!("\x1b[3{}mline {at}\x1b[0m \x1b[1;4m{at:>8}\x1b[0m\t{}\n", at % 8, "word ".repeat(at % 30));
    let text: String = (1..=500).map(colour).collect();
    for term in ["xterm-256color", "vt100"] {
        let mut less = Sitting::at("less", &["-R", "-M", "-S", "text"], term, "C.UTF-8", &[("text", &text)]);
        less.step("", "line 20");
        less.step(" ", "line 40");
        less.step("b", "line 2 ");
        less.step("/line 123\r", "line 123");
        less.step("G", "(END)");
        less.step("g", "line 1 ");
        less.pty.press("q");
    }
}
