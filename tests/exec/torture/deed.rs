//! A script whose every byte of output is known before it runs, and that leaves a trace each time it does.

use proximity::exec::{self, ExecError, JobId, Script, Written};
use tokio_util::sync::CancellationToken;

use super::{super::lab::Lab, Work, chance::Chance, link, mischief::Mischief};

pub struct Deed {
    marker: String,
    script: Vec<u8>,
    /// What it must come to, and what it came to.
    due: Told,
    told: Told,
}

#[derive(Default, PartialEq, Eq)]
struct Told {
    out: Vec<u8>,
    err: Vec<u8>,
    code: i32,
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
        let mut due = Told { out: ODD_BYTES.to_vec(), err: Vec::new(), code: code as i32 };
        for i in 1..=lines {
            match i % every {
                0 => due.err.extend(format!("{marker} € complains {i}\n").bytes()),
                _ => due.out.extend(format!("{marker} ä says {i}\n").bytes()),
            }
        }
        Self { marker, script: script.into_bytes(), due, told: Told::default() }
    }
}

impl Work for Deed {
    async fn go(&mut self, lab: &Lab) -> Result<(), ExecError> {
        let (mut link, id) = (link(lab).await?, JobId::fresh());
        let Told { out, err, code } = &mut self.told;
        let write = async |written: Written| match written {
            Written::Out(bytes) => out.extend(bytes),
            Written::Err(bytes) => err.extend(bytes),
        };
        *code = exec::run(&mut link, &id, Some(&Script::new(self.script.clone())), write, &CancellationToken::new())
            .await?;
        exec::forget(&mut link, &id).await
    }

    fn is_done(&self, lab: &Lab) -> Result<(), String> {
        let (runs, Told { out, err, code }, due) = (lab.runs(&self.marker), &self.told, &self.due);
        if runs == 1 && self.told == *due {
            return Ok(());
        }
        let (outs, errs) = ((out.len(), due.out.len()), (err.len(), due.err.len()));
        Err(format!(
            "ran {runs} times; for what was due: code {code} {}, output {outs:?}, complaints {errs:?}",
            due.code
        ))
    }

    fn may_fail(&self, lab: &Lab, mischief: Mischief, error: &ExecError) -> bool {
        let runs = lab.runs(&self.marker);
        match error {
            // It was off when we came.
            ExecError::Stopped { .. } => mischief.is_reboot() && runs == 0,
            ExecError::Restarted { .. } => mischief.is_reboot() && runs <= 1,
            _ => false,
        }
    }
}
