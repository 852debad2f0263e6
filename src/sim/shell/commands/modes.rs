//! Who may do what with a file: `chmod`, and how others show it.

use super::{Call, Command, Running, disk::each};
use crate::sim::shell::files::Node;

pub const TABLE: &[Command] = &[("chmod", chmod), ("chown", |_| Box::pin(async { Ok(0) }))];

pub fn mode_text(kind: char, mode: u32) -> String {
    let bits = (0..9).map(|place| if mode & (256 >> place) == 0 { '-' } else { "rwx".as_bytes()[place % 3].into() });
    [kind].into_iter().chain(bits).collect()
}

/// `755`, or letters such as `u+x` and `a=r`.
fn new_mode(text: &str, old: u32) -> u32 {
    if let Ok(mode) = u32::from_str_radix(text, 8) {
        return mode;
    }
    text.split(',').fold(old, |mode, part| {
        let Some(at) = part.find(['+', '-', '=']) else { return mode };
        let who = if at == 0 { "a" } else { &part[..at] };
        let bits = part[at + 1..]
            .chars()
            .map(|c| match c {
                'r' => 4,
                'w' => 2,
                'x' | 'X' => 1,
                _ => 0,
            })
            .sum::<u32>();
        let shift = |letter: char| match letter {
            'u' => bits << 6,
            'g' => bits << 3,
            'o' => bits,
            _ => bits << 6 | bits << 3 | bits,
        };
        let all: u32 = who.chars().fold(0, |all, letter| all | shift(letter));
        match &part[at..=at] {
            "+" => mode | all,
            "-" => mode & !all,
            _ => {
                mode & !(who.chars().fold(0, |all, letter| {
                    all | match letter {
                        'u' => 0o700,
                        'g' => 0o70,
                        'o' => 7,
                        _ => 0o777,
                    }
                })) | all
            }
        }
    })
}

fn chmod(call: Call) -> Running {
    Box::pin(async move {
        let mut words: Vec<String> =
            call.words[1..].iter().filter(|word| *word != "-R" && *word != "--").cloned().collect();
        if words.len() < 2 {
            return call.fail("missing operand").await;
        }
        let wanted = words.remove(0);
        each(&call, &words, "access", |kernel, path| {
            let path = kernel.files.resolve(path)?;
            let old = match kernel.files.get(&path)? {
                Node::File(file) => file.held().mode,
                Node::Folder { mode } => mode,
                _ => 0o666,
            };
            kernel.files.set_mode(&path, new_mode(&wanted, old));
            Ok(())
        })
        .await
    })
}
