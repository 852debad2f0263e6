//! Exec in real shells while everything breaks around it. What must hold: a script that is said to have run has run
//! once, and no byte of its output is lost, changed or told twice. `PROXIMITY_FULL=1` runs all of it, `PROXIMITY_SEED=n`
//! what one seed decides.

mod chance;
mod deed;
mod mischief;

use std::time::Duration;

use futures_util::{StreamExt, stream};
use proximity::{
    domain::ids::{GuestKey, HostId, NodeName, Vmid},
    exec::{self, Entrance, ExecError, Ground, JobId, Link, Patience, Script, Written},
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use self::{
    chance::{Chance, seeds},
    deed::Deed,
    mischief::Mischief,
};
use super::lab::{Lab, NODE, Shell, VMID};

/// No script takes so long, whatever is done to it.
const PATIENCE: Duration = Duration::from_secs(120);
/// Scripts that one guest goes through.
const EACH: u64 = 10;

async fn link(lab: &Lab) -> Result<Link, ExecError> {
    let key = GuestKey { host: HostId::new("lab"), vmid: Vmid(VMID) };
    let entrance = Entrance::Console { client: lab.client(), key, node: NodeName::new(NODE) };
    let folder = lab.root().join("var").display().to_string();
    let ground = Ground { folder, mark: lab.boot_mark() };
    Link::open("lab/101", ground, vec![entrance], Patience::default()).await
}

struct Ran {
    out: Vec<u8>,
    err: Vec<u8>,
    ended: Result<i32, ExecError>,
}

async fn run(lab: &Lab, id: &JobId, deed: &Deed) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let write = async |written: Written| match written {
        Written::Out(bytes) => out.extend(bytes),
        Written::Err(bytes) => err.extend(bytes),
    };
    let (script, cancel) = (Script::new(deed.script.clone()), CancellationToken::new());
    let ended = match link(lab).await {
        Ok(mut link) => {
            let ended = exec::run(&mut link, id, &script, write, &cancel).await;
            if ended.is_ok() { exec::forget(&mut link, id).await.map_or_else(Err, |()| ended) } else { ended }
        }
        Err(error) => Err(error),
    };
    Ran { out, err, ended }
}

/// What a script may come to, when this was done to it.
fn judge(lab: &Lab, deed: &Deed, mischief: Mischief, ran: &Ran) -> Result<(), String> {
    let runs = lab.runs(&deed.marker);
    match &ran.ended {
        Ok(code) => {
            let is_whole = ran.out == deed.out && ran.err == deed.err && *code == deed.code;
            match is_whole && runs == 1 {
                true => Ok(()),
                false => Err(format!(
                    "ran {runs} times, code {code} for {}, {} bytes for {}, {} complaints for {}",
                    deed.code,
                    ran.out.len(),
                    deed.out.len(),
                    ran.err.len(),
                    deed.err.len()
                )),
            }
        }
        Err(ExecError::Restarted { .. }) if matches!(mischief, Mischief::Reboot(_)) && runs <= 1 => Ok(()),
        Err(error) => Err(format!("{error:?} after {runs} runs")),
    }
}

/// One guest, and scripts one after another.
async fn torture(seed: u64) -> Vec<String> {
    let mut chance = Chance::of(seed);
    let shell = Shell::ALL[seed as usize % Shell::ALL.len()];
    let Some(lab) = Lab::seeded(shell, seed).await else { return Vec::new() };
    let mut wrong = Vec::new();
    for turn in 0..EACH {
        let (deed, mischief) = (Deed::plan(&lab, &mut chance, format!("s{seed}-{turn}")), Mischief::plan(&mut chance));
        let id = JobId::fresh();
        mischief.prepare(&lab).await;
        let mut beside = Chance::of(seed * 1_000 + turn);
        let began = std::time::Instant::now();
        let over = CancellationToken::new();
        let running = async {
            let ran = timeout(PATIENCE, run(&lab, &id, &deed)).await;
            over.cancel();
            ran
        };
        let (ran, ()) = tokio::join!(running, mischief.happen(&lab, &mut beside, &over));
        lab.calm().await;
        let judged = match ran {
            Ok(ran) => judge(&lab, &deed, mischief, &ran),
            Err(_) => Err(format!("it hangs after {} runs", lab.runs(&deed.marker))),
        };
        if std::env::var_os("PROXIMITY_SEED").is_some() {
            eprintln!("{shell:?} {turn} {mischief:?} {} bytes in {:?}: {judged:?}", deed.out.len(), began.elapsed());
        }
        if let Err(why) = judged {
            wrong.push(format!("seed {seed}, {shell:?}, script {turn}, {mischief:?}: {why}"));
        }
    }
    wrong.extend(lab.complaints().into_iter().map(|what| format!("seed {seed}: {what}")));
    wrong
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scripts_run_once_and_lose_nothing_whatever_breaks() {
    let seeds = seeds(100, 4);
    let wrong: Vec<String> = stream::iter(seeds).map(torture).buffer_unordered(6).collect::<Vec<_>>().await.concat();
    assert!(wrong.is_empty(), "repeat one with PROXIMITY_SEED:\n{}", wrong.join("\n"));
}
