//! Editing one line at a prompt, as readline and ash do it: what was typed is echoed when it is read, not before.

use super::{
    image::Flavour,
    kernel::{Kernel, Pid},
    sys::Sys,
    tty::LONGEST_LINE,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edited {
    Line(String),
    Interrupted,
    End,
}

/// Shows the prompt and waits for a line.
pub async fn line(sys: &Sys, prompt: &[u8], newline: &'static [u8]) -> Edited {
    sys.with(|kernel| {
        let tty = kernel.tty_of(sys.pid);
        tty.write(prompt);
        tty.is_edited = true;
        tty.edited.clear();
        tty.prompt = prompt.to_vec();
        // What a program left unread is read here.
        let left: Vec<u8> = tty.lines.drain(..).flatten().collect();
        for byte in left.into_iter().rev() {
            tty.typed.push_front(byte);
        }
    });
    let edited = sys.until(|kernel| take(kernel, sys.pid, newline)).await;
    sys.with(|kernel| {
        kernel.tty_of(sys.pid).is_edited = false;
        kernel.changes += 1;
    });
    edited
}

fn take(kernel: &mut Kernel, pid: Pid, newline: &[u8]) -> Option<Edited> {
    let is_ash = kernel.host.flavour == Flavour::Alpine;
    let tty = kernel.tty_of(pid);
    while let Some(byte) = tty.typed.pop_front() {
        match byte {
            b'\r' | b'\n' => {
                if tty.echoes {
                    tty.write(newline);
                }
                return Some(Edited::Line(super::text::from_bytes(&std::mem::take(&mut tty.edited))));
            }
            3 => {
                if tty.echoes {
                    tty.write(b"^C");
                }
                tty.edited.clear();
                return Some(Edited::Interrupted);
            }
            4 if tty.edited.is_empty() => return Some(Edited::End),
            8 | 127 => {
                if tty.edited.pop().is_some() && tty.echoes {
                    tty.write(b"\x08 \x08");
                }
            }
            21 => {
                let count = tty.edited.len();
                tty.edited.clear();
                if tty.echoes && count > 0 {
                    tty.write(&b"\x08 \x08".repeat(count));
                }
            }
            0x1b => skip_sequence(tty),
            0..32 if byte != b'\t' => {}
            // Ash cuts what is too long for its line.
            _ if is_ash && tty.edited.len() >= LONGEST_LINE => {}
            byte => {
                tty.edited.push(byte);
                if tty.echoes {
                    tty.write(&[byte]);
                }
            }
        }
    }
    None
}

/// Keys such as arrows, the answer to a question about the cursor, the marks around a paste.
fn skip_sequence(tty: &mut super::tty::Tty) {
    if tty.typed.front() != Some(&b'[') {
        return;
    }
    tty.typed.pop_front();
    while let Some(byte) = tty.typed.pop_front() {
        if (0x40..=0x7e).contains(&byte) {
            return;
        }
    }
}
