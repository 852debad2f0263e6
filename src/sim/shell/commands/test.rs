//! `test` and `[`: files, texts and numbers compared.

use crate::sim::shell::{
    files::{Node, absolute},
    kernel::Kernel,
    streams::Streams,
};

struct Reader<'a> {
    kernel: &'a Kernel,
    folder: &'a str,
    streams: &'a Streams,
    words: &'a [String],
}

type Judged = Result<bool, String>;

/// Judges the words after `test`, or those between the brackets.
pub fn test(kernel: &Kernel, folder: &str, streams: &Streams, words: &[String]) -> Judged {
    let (name, mut words) = words.split_first().ok_or("test")?;
    if name.ends_with('[') {
        words = words.strip_suffix(&["]".to_owned()]).ok_or("[: missing ]")?;
    }
    let mut reader = Reader { kernel, folder, streams, words };
    if words.is_empty() {
        return Ok(false);
    }
    let value = match words {
        [only] => return Ok(!only.is_empty()),
        [sign, left, _, _] if sign == "!" && left != "(" => {
            reader.words = &words[1..];
            !reader.any()?
        }
        [left, sign, right] if is_binary(sign) => return reader.binary(left, sign, right),
        [sign, right] if sign == "!" => return Ok(right.is_empty()),
        _ => reader.any()?,
    };
    match reader.words {
        [] => Ok(value),
        [word, ..] => Err(format!("test: {word}: unexpected operator")),
    }
}

fn is_binary(sign: &str) -> bool {
    ["=", "==", "!=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef", "<", ">"].contains(&sign)
}

impl Reader<'_> {
    fn take(&mut self, word: &str) -> bool {
        match self.words {
            [first, rest @ ..] if first == word => {
                self.words = rest;
                true
            }
            _ => false,
        }
    }

    fn any(&mut self) -> Judged {
        let mut value = self.all()?;
        while self.take("-o") {
            value |= self.all()?;
        }
        Ok(value)
    }

    fn all(&mut self) -> Judged {
        let mut value = self.not()?;
        while self.take("-a") {
            value &= self.not()?;
        }
        Ok(value)
    }

    fn not(&mut self) -> Judged {
        if self.words.len() > 1 && self.take("!") {
            return Ok(!self.not()?);
        }
        self.primary()
    }

    fn primary(&mut self) -> Judged {
        if self.words.len() > 2 && !is_binary(&self.words[1]) && self.take("(") {
            let value = self.any()?;
            return if self.take(")") { Ok(value) } else { Err("test: closing paren expected".into()) };
        }
        match self.words {
            [left, sign, right, rest @ ..] if is_binary(sign) => {
                self.words = rest;
                self.binary(left, sign, right)
            }
            [sign, value, rest @ ..] if sign.len() == 2 && sign.starts_with('-') => {
                self.words = rest;
                self.unary(sign, value)
            }
            [word, rest @ ..] => {
                self.words = rest;
                Ok(!word.is_empty())
            }
            [] => Err("test: argument expected".into()),
        }
    }

    fn unary(&self, sign: &str, value: &str) -> Judged {
        let path = absolute(self.folder, value);
        let node = self.kernel.files.get(&path);
        let mode = |bits: u32| match &node {
            Ok(Node::File(file)) => file.held().mode & bits != 0,
            Ok(_) => true,
            Err(_) => false,
        };
        Ok(match sign {
            "-n" => !value.is_empty(),
            "-z" => value.is_empty(),
            "-e" | "-r" | "-w" | "-O" | "-G" => node.is_ok(),
            "-f" => matches!(node, Ok(Node::File(_) | Node::Report(_))),
            "-d" => matches!(node, Ok(Node::Folder { .. })),
            "-x" => mode(0o111),
            "-s" => matches!(&node, Ok(Node::File(file)) if !file.held().bytes.is_empty()),
            "-L" | "-h" => matches!(self.kernel.files.entry(&path), Some(Node::Link(_))),
            "-c" => matches!(node, Ok(Node::Device(_))),
            "-t" => {
                value.parse().ok().and_then(|number: u32| self.streams.get(&number)).is_some_and(|s| s.is_terminal())
            }
            "-b" | "-p" | "-S" | "-u" | "-g" | "-k" => false,
            _ => return Err(format!("test: {sign}: unexpected operator")),
        })
    }

    fn binary(&self, left: &str, sign: &str, right: &str) -> Judged {
        let number = |text: &str| text.trim().parse::<i64>().map_err(|_| format!("test: Illegal number: {text}"));
        Ok(match sign {
            "=" | "==" => left == right,
            "!=" => left != right,
            "<" => left < right,
            ">" => left > right,
            "-eq" => number(left)? == number(right)?,
            "-ne" => number(left)? != number(right)?,
            "-lt" => number(left)? < number(right)?,
            "-le" => number(left)? <= number(right)?,
            "-gt" => number(left)? > number(right)?,
            "-ge" => number(left)? >= number(right)?,
            sign => {
                let changed = |name: &str| match self.kernel.files.get(&absolute(self.folder, name)) {
                    Ok(Node::File(file)) => Some(file.held().changed),
                    _ => None,
                };
                match sign {
                    "-nt" => changed(left) > changed(right),
                    "-ot" => changed(left) < changed(right),
                    _ => absolute(self.folder, left) == absolute(self.folder, right),
                }
            }
        })
    }
}
