//! The terminal of a guest: what is typed is echoed, edited and cut into lines as the kernel's line discipline does it,
//! what is written passes two of them (the guest's and the host's), so that a newline arrives as `\r\r\n`.

use std::collections::VecDeque;

use super::kernel::Pid;

/// One terminal of a guest by its number.
pub type TtyId = u32;

/// The one behind the console.
pub const CONSOLE: TtyId = 3;

/// A line that a program reads is never longer; what is typed beyond is lost.
pub const LONGEST_LINE: usize = 4_095;

#[derive(Debug)]
pub struct Tty {
    pub echoes: bool,
    pub makes_lines: bool,
    pub sends_signals: bool,
    pub cooks_output: bool,
    /// It is looked at through another terminal, which cooks what is written once more.
    pub is_doubled: bool,
    /// The group that has it.
    pub foreground: Pid,
    pub columns: u16,
    pub rows: u16,
    /// What was typed while somebody edits a line, not looked at yet.
    pub typed: VecDeque<u8>,
    /// The line somebody edits now.
    pub edited: Vec<u8>,
    /// Somebody edits a line, after this prompt.
    pub is_edited: bool,
    pub prompt: Vec<u8>,
    /// It is drawn anew when the size changes.
    pub is_redrawn: bool,
    line: Vec<u8>,
    /// Whole lines for programs; an empty one is the end of the file.
    pub lines: VecDeque<VecDeque<u8>>,
    /// What goes to the screen.
    pub out: Vec<u8>,
}

/// Keys that are no input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Interrupt,
    Quit,
    Suspend,
}

impl Default for Tty {
    fn default() -> Self {
        Self {
            echoes: true,
            makes_lines: true,
            sends_signals: true,
            cooks_output: true,
            is_doubled: true,
            foreground: 0,
            columns: 80,
            rows: 20,
            typed: VecDeque::new(),
            edited: Vec::new(),
            is_edited: false,
            prompt: Vec::new(),
            is_redrawn: false,
            line: Vec::new(),
            lines: VecDeque::new(),
            out: Vec::new(),
        }
    }
}

impl Tty {
    /// One that is looked at directly.
    pub fn sized(columns: u16, rows: u16) -> Self {
        Self { columns, rows, is_doubled: false, ..Self::default() }
    }

    /// What a program writes.
    pub fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if *byte == b'\n' {
                // The host's own terminal puts one more before it.
                let returns = usize::from(self.cooks_output) + usize::from(self.is_doubled);
                self.out.extend_from_slice(&b"\r\r"[..returns]);
            }
            self.out.push(*byte);
        }
    }

    /// What is typed while a program has the terminal. Gives the keys that stand for signals.
    pub fn cook(&mut self, bytes: &[u8]) -> Vec<Key> {
        let mut keys = Vec::new();
        for byte in bytes {
            if !self.makes_lines {
                self.echo(*byte);
                self.push_raw(*byte);
                continue;
            }
            match byte {
                3 | 28 | 26 if self.sends_signals => {
                    self.line.clear();
                    self.echo(*byte);
                    keys.push(match byte {
                        3 => Key::Interrupt,
                        28 => Key::Quit,
                        _ => Key::Suspend,
                    });
                }
                4 => self.deliver(),
                21 => self.line.clear(),
                8 | 127 => drop(self.line.pop()),
                b'\r' | b'\n' => {
                    self.echo(b'\n');
                    self.line.push(b'\n');
                    self.deliver();
                }
                byte => {
                    self.echo(*byte);
                    if self.line.len() < LONGEST_LINE {
                        self.line.push(*byte);
                    }
                }
            }
        }
        keys
    }

    fn push_raw(&mut self, byte: u8) {
        match self.lines.back_mut() {
            Some(line) => line.push_back(byte),
            None => self.lines.push_back([byte].into()),
        }
    }

    fn deliver(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.lines.push_back(line.into());
    }

    fn echo(&mut self, byte: u8) {
        if !self.echoes {
            return;
        }
        match byte {
            b'\n' | b'\t' => self.write(&[byte]),
            0..32 => self.write(&[b'^', byte + 64]),
            byte => self.write(&[byte]),
        }
    }

    /// Of what is there for a program, at most so many bytes; nothing when it must wait, and no bytes at the end.
    pub fn read(&mut self, most: usize) -> Option<Vec<u8>> {
        let line = self.lines.front_mut()?;
        let count = line.len().min(most);
        let bytes: Vec<u8> = line.drain(..count).collect();
        if line.is_empty() {
            self.lines.pop_front();
        }
        Some(bytes)
    }

    /// Everything as it is in the beginning; what waits to be shown stays.
    pub fn reset(&mut self) {
        let (out, columns, rows) = (std::mem::take(&mut self.out), self.columns, self.rows);
        *self = Self { out, columns, rows, is_doubled: self.is_doubled, ..Self::default() };
    }
}
