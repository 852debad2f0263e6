//! `stty`: how a terminal takes what is typed and shows what is written.

use super::{Call, Command, Running};
use crate::sim::shell::{streams::Stream, tty::Tty};

pub const TABLE: &[Command] = &[("stty", stty)];

fn stty(call: Call) -> Running {
    Box::pin(async move {
        let Stream::Terminal(id) = call.input() else {
            return call.fail("'standard input': Inappropriate ioctl for device").await;
        };
        let mut answer = String::new();
        let mut words = call.words[1..].iter();
        while let Some(word) = words.next() {
            if matches!(word.as_str(), "cols" | "columns" | "rows" | "min" | "time") {
                words.next();
                continue;
            }
            let told = call.sys.with(|kernel| {
                kernel.changes += 1;
                turn(kernel.tty(id), word)
            });
            match told {
                Some(text) => answer.push_str(&text),
                None => return call.fail(&format!("invalid argument '{word}'")).await,
            }
        }
        if call.words.len() == 1 {
            answer = call.sys.with(|kernel| all(kernel.tty(id)));
        }
        call.out(&answer).await?;
        Ok(0)
    })
}

/// Does what a word says, and gives what it asks for; nothing for a word that is none.
fn turn(tty: &mut Tty, word: &str) -> Option<String> {
    match word {
        "echo" => tty.echoes = true,
        "-echo" => tty.echoes = false,
        "opost" => tty.cooks_output = true,
        "-opost" => tty.cooks_output = false,
        "icanon" => tty.makes_lines = true,
        "-icanon" => tty.makes_lines = false,
        "isig" => tty.sends_signals = true,
        "-isig" => tty.sends_signals = false,
        "raw" => (tty.makes_lines, tty.sends_signals, tty.cooks_output) = (false, false, false),
        "sane" | "cooked" => {
            (tty.makes_lines, tty.sends_signals, tty.cooks_output) = (true, true, true);
            tty.echoes |= word == "sane";
        }
        "size" => return Some(format!("{} {}\n", tty.rows, tty.columns)),
        "-g" => return Some(saved(tty)),
        "-a" => return Some(all(tty)),
        // Modes that change nothing here: of speed, of parity, of how newlines are shown.
        _ if word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') => {}
        _ => restore(tty, word)?,
    }
    Some(String::new())
}

fn all(tty: &Tty) -> String {
    let sign = |is_on: bool| if is_on { "" } else { "-" };
    format!(
        "speed 38400 baud; rows {}; columns {}; line = 0;\n{}isig {}icanon {}echo {}opost\n",
        tty.rows,
        tty.columns,
        sign(tty.sends_signals),
        sign(tty.makes_lines),
        sign(tty.echoes),
        sign(tty.cooks_output)
    )
}

const ISIG: u32 = 0o1;
const ICANON: u32 = 0o2;
const ECHO: u32 = 0o10;
const OPOST: u32 = 0o1;

/// All modes as one word: input, output, control, local, and then the keys.
fn saved(tty: &Tty) -> String {
    let bit = |is_on: bool, bit: u32| if is_on { bit } else { 0 };
    let local = bit(tty.sends_signals, ISIG) | bit(tty.makes_lines, ICANON) | bit(tty.echoes, ECHO) | 0o105060;
    let output = bit(tty.cooks_output, OPOST) | 0o4;
    format!("500:{output:x}:bf:{local:x}:3:1c:7f:15:4:0:1:0:11:13:1a:0:12:f:17:16:0:0:0\n")
}

fn restore(tty: &mut Tty, word: &str) -> Option<()> {
    let fields: Vec<u32> = word.split(':').map(|field| u32::from_str_radix(field, 16).ok()).collect::<Option<_>>()?;
    let [_, output, _, local, _, ..] = fields[..] else { return None };
    tty.cooks_output = output & OPOST != 0;
    (tty.sends_signals, tty.makes_lines, tty.echoes) = (local & ISIG != 0, local & ICANON != 0, local & ECHO != 0);
    Some(())
}
