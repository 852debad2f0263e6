//! `dd`: parts of a file by their place.

use std::collections::BTreeMap;

use super::{Call, Command, Running};
use crate::sim::shell::{
    files::Node,
    simple::{Mode, open},
    streams::Stream,
    sys::Broken,
};

pub const TABLE: &[Command] = &[("dd", dd)];

/// `512`, `4k`, `1M`
fn size(text: &str) -> Option<usize> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match &text[digits.len()..] {
        "" | "c" => 1,
        "k" | "K" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        _ => return None,
    };
    digits.parse::<usize>().ok().map(|value| value.saturating_mul(factor))
}

fn dd(call: Call) -> Running {
    Box::pin(async move {
        let mut given = BTreeMap::new();
        for word in &call.words[1..] {
            match word.split_once('=') {
                Some((name, value)) => drop(given.insert(name.to_owned(), value.to_owned())),
                None => return call.fail(&format!("unrecognized operand '{word}'")).await,
            }
        }
        let number = |name: &str| given.get(name).map(|text| size(text).ok_or(text.clone())).transpose();
        let (block, skip, seek, count) = match (number("bs"), number("skip"), number("seek"), number("count")) {
            (Ok(block), Ok(skip), Ok(seek), Ok(count)) => {
                (block.unwrap_or(512).max(1), skip.unwrap_or(0), seek.unwrap_or(0), count)
            }
            (Err(text), ..) | (_, Err(text), ..) | (_, _, Err(text), _) | (.., Err(text)) => {
                return call.fail(&format!("invalid number: '{text}'")).await;
            }
        };
        let flag = |name: &str, word: &str| given.get(name).is_some_and(|list| list.split(',').any(|one| one == word));
        let input = match given.get("if").map_or(Ok(call.input()), |name| call.open(name)) {
            Ok(input) => input,
            Err(why) => return call.fail(&format!("failed to open '{}': {why}", given["if"])).await,
        };
        let skip = if flag("iflag", "skip_bytes") { skip } else { skip.saturating_mul(block) };
        pass_over(&call, &input, skip).await;
        let output = match given.get("of") {
            None => call.streams.get(&1).cloned(),
            Some(name) => match target(
                &call,
                name,
                seek.saturating_mul(block),
                if flag("conv", "notrunc") { Tail::Kept } else { Tail::Cut },
            ) {
                Ok(output) => Some(output),
                Err(why) => return call.fail(&format!("failed to open '{name}': {why}")).await,
            },
        };
        let most = count.map(|count| if flag("iflag", "count_bytes") { count } else { count.saturating_mul(block) });
        let copied = copy(&call, &input, output, most.unwrap_or(usize::MAX)).await?;
        if given.get("status").is_none_or(|status| status != "none") {
            let (whole, part) = (copied / block, usize::from(copied % block > 0));
            let text = format!(
                "{whole}+{part} records in\n{whole}+{part} records out\n{copied} bytes copied, 0.000 s, 0.0 kB/s\n"
            );
            call.write(2, text.as_bytes()).await?;
        }
        Ok(0)
    })
}

async fn pass_over(call: &Call, input: &Stream, mut left: usize) {
    while left > 0 {
        let part = call.sys.read(input, left.min(16_384)).await;
        if part.is_empty() {
            return;
        }
        left -= part.len();
    }
}

async fn copy(call: &Call, input: &Stream, output: Option<Stream>, most: usize) -> Result<usize, Broken> {
    let mut copied = 0;
    while copied < most {
        let part = call.sys.read(input, (most - copied).min(16_384)).await;
        if part.is_empty() {
            break;
        }
        copied += part.len();
        if let Some(output) = &output {
            call.sys.write(output, &part).await?;
        }
    }
    Ok(copied)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tail {
    Cut,
    Kept,
}

/// The file to write to, from this place on; what lay behind it is cut off unless it is to be kept.
fn target(call: &Call, name: &str, from: usize, tail: Tail) -> Result<Stream, &'static str> {
    let path = call.path(name);
    let stream = open(&call.sys, &path, Mode::Keep)?;
    call.sys.with(|kernel| {
        if let (Tail::Cut, Ok(Node::File(file))) = (tail, kernel.files.get(&path)) {
            file.held().bytes.resize(from, 0);
        }
    });
    if let Stream::File(open) = &stream {
        *crate::sim::shell::streams::held(&open.place) = from;
    }
    Ok(stream)
}
