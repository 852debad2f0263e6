//! A real terminal that shares nothing with ours: tmux, told the same bytes, and asked what it shows.

use std::{path::Path, process::Command, time::Instant};

use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthChar;

use super::cells::Cell;
use crate::term::pty::PATIENCE;

/// Says that it is missing where it is; in a run for good it must be there.
pub fn is_here(programs: &[&str]) -> bool {
    let has = |program: &&str| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    };
    let missing: Vec<_> = programs.iter().chain(&["tmux"]).filter(|program| !has(program)).collect();
    if !missing.is_empty() {
        assert!(std::env::var_os("PROXIMITY_CI").is_none(), "{missing:?} must be here");
        eprintln!("not run: a comparison with another terminal needs {missing:?}");
    }
    missing.is_empty()
}

const CONFIG: &str = "set -g status off\nset -g default-terminal tmux-256color\nset -g history-limit 5000\n";

/// What tmux shows of these bytes on a screen of this size.
pub fn shown(bytes: &[u8], columns: u16, rows: u16) -> Vec<Vec<Cell>> {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, told) = (folder.path().join("tmux.conf"), folder.path().join("bytes"));
    std::fs::write(&config, CONFIG).expect("a file");
    std::fs::write(&told, whole(bytes)).expect("a file");
    let server = Server { socket: folder.path().join("socket").to_string_lossy().into_owned() };
    let (columns, rows) = (columns.to_string(), rows.to_string());
    let tell = format!("stty raw -echo; cat {}; printf '\\033]2;all-told\\033\\\\'; exec sleep 1000", told.display());
    let config = config.to_string_lossy().into_owned();
    server.ask(&["-f", &config, "new-session", "-d", "-x", &columns, "-y", &rows, &tell]);
    let deadline = Instant::now() + PATIENCE;
    while server.ask(&["display-message", "-p", "#{pane_title}"]).trim() != "all-told" {
        assert!(Instant::now() < deadline, "tmux has not shown all of it");
    }
    read(&server.ask(&["capture-pane", "-e", "-p", "-N"]), columns.parse().expect("a number"))
}

/// Without the beginning of a letter whose end is still to come.
fn whole(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
        _ => bytes,
    }
}

struct Server {
    socket: String,
}

impl Server {
    fn ask(&self, words: &[&str]) -> String {
        let mut tmux = Command::new("tmux");
        tmux.args(["-S", &self.socket])
            .args(words)
            .env_remove("TMUX")
            .env("LC_ALL", "C.UTF-8")
            .env("TERM", "xterm-256color");
        tmux.current_dir(Path::new("/"));
        let told = tmux.output().expect("tmux runs");
        assert!(told.status.success(), "{words:?}: {}", String::from_utf8_lossy(&told.stderr));
        String::from_utf8_lossy(&told.stdout).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = Command::new("tmux").args(["-S", &self.socket, "kill-server"]).output();
    }
}

/// The look of the letters that follow.
#[derive(Clone, Copy)]
struct Pen {
    front: Color,
    back: Color,
    marks: Modifier,
    draws_lines: bool,
}

const PLAIN: Pen = Pen { front: Color::Reset, back: Color::Reset, marks: Modifier::empty(), draws_lines: false };

/// Letters and colours out of what `capture-pane -e` prints.
fn read(text: &str, columns: usize) -> Vec<Vec<Cell>> {
    let mut pen = PLAIN;
    text.lines().map(|line| read_line(line, columns, &mut pen)).collect()
}

fn read_line(line: &str, columns: usize, pen: &mut Pen) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    let mut letters = line.chars();
    let mut used = 0;
    while let Some(letter) = letters.next() {
        match letter {
            '\u{1b}' => take_escape(&mut letters, pen),
            '\u{e}' => pen.draws_lines = true,
            '\u{f}' => pen.draws_lines = false,
            letter if letter.width() == Some(0) => {
                if let Some(cell) = cells.last_mut() {
                    cell.text.push(letter);
                }
            }
            letter => {
                used += letter.width().unwrap_or(1);
                let letter = if pen.draws_lines { drawn(letter) } else { letter };
                cells.push(Cell { text: letter.into(), front: pen.front, back: pen.back, marks: pen.marks });
            }
        }
    }
    let mut cells: Vec<Cell> = cells.into_iter().map(Cell::plain).collect();
    cells.extend(std::iter::repeat_n(Cell::UNTOLD, columns.saturating_sub(used)));
    cells
}

fn take_escape(letters: &mut std::str::Chars<'_>, pen: &mut Pen) {
    let kind = letters.next();
    let mut words = String::new();
    for letter in letters.by_ref() {
        match kind {
            Some('[') if letter.is_ascii_alphabetic() => {
                assert_eq!(letter, 'm', "only looks are told");
                return take_look(&words, pen);
            }
            // A link: nothing to be seen of it here.
            Some(']') if letter == '\\' => return,
            _ => words.push(letter),
        }
    }
}

fn take_look(words: &str, pen: &mut Pen) {
    let all: Vec<Vec<u8>> =
        words.split(';').map(|word| word.split(':').map(|n| n.parse().unwrap_or(0)).collect()).collect();
    let mut rest = all.iter();
    while let Some(word) = rest.next() {
        let mut next = || rest.next().map_or(0, |word| word[0]);
        let mut colour = || match next() {
            5 => Color::Indexed(next()),
            _ => Color::Rgb(next(), next(), next()),
        };
        match word[0] {
            0 => *pen = Pen { draws_lines: pen.draws_lines, ..PLAIN },
            4 if word.get(1) == Some(&0) => pen.marks -= Modifier::UNDERLINED,
            30..=37 => pen.front = Color::Indexed(word[0] - 30),
            90..=97 => pen.front = Color::Indexed(word[0] - 82),
            40..=47 => pen.back = Color::Indexed(word[0] - 40),
            100..=107 => pen.back = Color::Indexed(word[0] - 92),
            38 => pen.front = colour(),
            48 => pen.back = colour(),
            // The colour of an underline is no colour of ours.
            58 if word.len() == 1 => drop(colour()),
            39 => pen.front = Color::Reset,
            49 => pen.back = Color::Reset,
            22 => pen.marks -= Modifier::BOLD | Modifier::DIM,
            23 => pen.marks -= Modifier::ITALIC,
            24 => pen.marks -= Modifier::UNDERLINED,
            27 => pen.marks -= Modifier::REVERSED,
            28 => pen.marks -= Modifier::HIDDEN,
            29 => pen.marks -= Modifier::CROSSED_OUT,
            number => {
                let marks = [
                    (1, Modifier::BOLD),
                    (2, Modifier::DIM),
                    (3, Modifier::ITALIC),
                    (4, Modifier::UNDERLINED),
                    (7, Modifier::REVERSED),
                    (8, Modifier::HIDDEN),
                    (9, Modifier::CROSSED_OUT),
                    (21, Modifier::UNDERLINED),
                ];
                // 5 and 25, blinking, is what ours leaves out by design.
                pen.marks |=
                    marks.into_iter().find(|(wanted, _)| *wanted == number).map_or(Modifier::empty(), |(_, mark)| mark);
            }
        }
    }
}

/// The letters of the line-drawing set, as DEC has them.
fn drawn(letter: char) -> char {
    let set = "◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·";
    match letter {
        '`'..='~' => set.chars().nth(letter as usize - '`' as usize).unwrap_or(letter),
        letter => letter,
    }
}
