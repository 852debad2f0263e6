//! Bytes as text and as sums: `base64`, `sha256sum` and its kin, `od`, `xxd`.

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use ring::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA512, digest};

use super::{Call, Command, Running};
use crate::sim::shell::sys::Broken;

pub const TABLE: &[Command] = &[
    ("base64", base64),
    ("sha256sum", |call| sums(call, &SHA256)),
    ("sha512sum", |call| sums(call, &SHA512)),
    ("sha1sum", |call| sums(call, &SHA1_FOR_LEGACY_USE_ONLY)),
    ("od", od),
    ("xxd", xxd),
];

const CODE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn base64(call: Call) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("w");
        let name = words.first().map_or("-", String::as_str);
        if options.contains_key(&'d') {
            return decode(&call, name).await;
        }
        let bytes = match call.all(name).await {
            Ok(bytes) => bytes,
            Err(why) => return call.fail(&format!("{name}: {why}")).await,
        };
        let width = options.get(&'w').and_then(|width| width.parse().ok()).unwrap_or(76usize);
        let text = CODE.encode(bytes);
        let mut lines = String::new();
        match width {
            0 => lines.push_str(&text),
            width => {
                for line in text.as_bytes().chunks(width) {
                    lines.push_str(&String::from_utf8_lossy(line));
                    lines.push('\n');
                }
            }
        }
        call.out(&lines).await?;
        Ok(0)
    })
}

/// Four chars at a time as they come, so that what was good is written when something is wrong.
async fn decode(call: &Call, name: &str) -> Result<i32, Broken> {
    let stream = match call.open(name) {
        Ok(stream) => stream,
        Err(why) => return call.fail(&format!("{name}: {why}")).await,
    };
    let mut held: Vec<u8> = Vec::new();
    loop {
        let part = call.sys.read(&stream, 16_384).await;
        let is_end = part.is_empty();
        held.extend(part.into_iter().filter(|byte| *byte != b'\n'));
        let good = held.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b"+/=".contains(byte));
        let whole = if is_end { held.len() } else { held.len() / 4 * 4 };
        let count = good.map_or(whole, |good| good / 4 * 4).min(whole);
        let text: Vec<u8> = held.drain(..count).collect();
        let mut is_wrong = good.is_some();
        for four in text.chunks(4) {
            match CODE.decode(four) {
                Ok(bytes) if four.len() == 4 || is_end => call.write(1, &bytes).await?,
                _ => is_wrong = true,
            }
        }
        is_wrong |= is_end && !text.len().is_multiple_of(4);
        if is_wrong {
            return call.fail("invalid input").await;
        }
        if is_end {
            return Ok(0);
        }
    }
}

fn sums(call: Call, algorithm: &'static Algorithm) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("");
        let (texts, mut code) = call.texts(&words).await?;
        for (name, bytes) in texts {
            if options.contains_key(&'c') {
                code |= check(&call, &bytes, algorithm).await?;
                continue;
            }
            call.out(&format!("{}  {name}\n", hex(digest(algorithm, &bytes).as_ref()))).await?;
        }
        Ok(code)
    })
}

/// Compares the files a list names with the sums it gives.
async fn check(call: &Call, list: &[u8], algorithm: &'static Algorithm) -> Result<i32, Broken> {
    let mut code = 0;
    for line in String::from_utf8_lossy(list).lines() {
        let Some((sum, name)) = line.split_once([' ', '\t']) else { continue };
        let name = name.trim_start_matches([' ', '*']);
        let is_same = call.all(name).await.is_ok_and(|bytes| hex(digest(algorithm, &bytes).as_ref()) == sum);
        code |= i32::from(!is_same);
        call.out(&format!("{name}: {}\n", if is_same { "OK" } else { "FAILED" })).await?;
    }
    Ok(code)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `od -An -tx1` and `od -c`; without options in octal words.
fn od(call: Call) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("AtNj");
        let (texts, code) = call.texts(&words).await?;
        let bytes: Vec<u8> = texts.into_iter().flat_map(|(_, bytes)| bytes).collect();
        let has_address = options.get(&'A').is_none_or(|base| base != "n");
        let is_hex = options.get(&'t').is_some_and(|kind| kind.starts_with('x'));
        let is_text = options.contains_key(&'c') || options.get(&'t').is_some_and(|kind| kind == "c");
        let mut lines = String::new();
        for (row, part) in bytes.chunks(16).enumerate() {
            if has_address {
                lines.push_str(&format!("{:07o}", row * 16));
            }
            if is_hex {
                lines.extend(part.iter().map(|byte| format!(" {byte:02x}")));
            } else if is_text {
                lines.extend(part.iter().map(|byte| as_char(*byte)));
            } else {
                let word = |two: &[u8]| u16::from(two[0]) | u16::from(*two.get(1).unwrap_or(&0)) << 8;
                lines.extend(part.chunks(2).map(|two| format!(" {:06o}", word(two))));
            }
            lines.push('\n');
        }
        if has_address {
            lines.push_str(&format!("{:07o}\n", bytes.len()));
        }
        call.out(&lines).await?;
        Ok(code)
    })
}

fn as_char(byte: u8) -> String {
    match byte {
        0 => "  \\0".into(),
        b'\n' => "  \\n".into(),
        b'\r' => "  \\r".into(),
        b'\t' => "  \\t".into(),
        32..127 => format!("   {}", char::from(byte)),
        byte => format!(" {byte:03o}"),
    }
}

fn xxd(call: Call) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("lcs");
        let (texts, code) = call.texts(&words).await?;
        let bytes: Vec<u8> = texts.into_iter().flat_map(|(_, bytes)| bytes).collect();
        let mut lines = String::new();
        if options.contains_key(&'p') {
            for part in bytes.chunks(30) {
                lines.push_str(&format!("{}\n", hex(part)));
            }
        } else {
            for (row, part) in bytes.chunks(16).enumerate() {
                let pairs: Vec<_> = part.chunks(2).map(hex).collect();
                let shown: String =
                    part.iter().map(|byte| if (32..127).contains(byte) { char::from(*byte) } else { '.' }).collect();
                lines.push_str(&format!("{:08x}: {:<39}  {shown}\n", row * 16, pairs.join(" ")));
            }
        }
        call.out(&lines).await?;
        Ok(code)
    })
}
