//! A script whose every byte of output is known before it runs, and that leaves a trace each time it does.

use super::{super::lab::Lab, chance::Chance};

pub struct Deed {
    pub marker: String,
    pub script: Vec<u8>,
    pub out: Vec<u8>,
    pub err: Vec<u8>,
    pub code: i32,
}

/// Bytes of all kinds, for `printf` and as they come out.
const ODD: &str = r"\001\002\003\004\021\023\032\034\033[31m\377\376\000\r\n\t\342\202\254";
const ODD_BYTES: &[u8] = b"\x01\x02\x03\x04\x11\x13\x1a\x1c\x1b[31m\xff\xfe\x00\r\n\t\xe2\x82\xac";

impl Deed {
    pub fn plan(lab: &Lab, chance: &mut Chance, marker: String) -> Self {
        let (lines, every) = (chance.size_up_to(2_000), chance.within(2..9));
        let pause = chance.one_of(&["", "", "sleep 0.02;"]);
        let (code, padding) = (chance.within(0..256), chance.size_up_to(30_000));
        let often = chance.within(lines / 12 + 1..lines + 2);
        let script = format!(
            "{trace}\nprintf '{ODD}'\ni=0\nwhile [ $i -lt {lines} ]; do\n  i=$((i+1))\n  \
             if [ $((i%{every})) = 0 ]; then echo \"{marker} € complains $i\" >&2\n  \
             else echo \"{marker} ä says $i\"; fi\n  \
             if [ $((i%{often})) = 0 ]; then {pause} :; fi\ndone\nexit {code}\n# {rest}\n",
            trace = lab.trace(&marker),
            rest = "x".repeat(padding),
        );
        let (mut out, mut err) = (ODD_BYTES.to_vec(), Vec::new());
        for i in 1..=lines {
            match i % every {
                0 => err.extend(format!("{marker} € complains {i}\n").bytes()),
                _ => out.extend(format!("{marker} ä says {i}\n").bytes()),
            }
        }
        Self { marker, script: script.into_bytes(), out, err, code: code as i32 }
    }
}
