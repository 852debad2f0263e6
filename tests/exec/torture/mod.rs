//! Exec in real shells while everything breaks around it. What must hold: a script that is said to have run has run
//! once, and no byte of its output or of a file is lost, changed or told twice. `PROXIMITY_FULL=1` runs all of it,
//! `PROXIMITY_SEED=n` what one seed decides.

mod chance;
mod deed;
mod file;
mod mischief;

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use proximity::exec::{ExecError, Patience};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use self::{
    chance::{Chance, seeds},
    deed::Deed,
    file::Upload,
    mischief::Mischief,
};
use super::{
    lab::{Lab, Shell},
    real::try_link,
};

/// Nothing takes so long, whatever is done to it.
const PATIENCE: Duration = Duration::from_secs(150);
/// What one guest goes through.
const EACH: u64 = 10;

/// What is done inside a guest, and what it may come to.
trait Work {
    async fn go(&mut self, lab: &Lab) -> Result<(), ExecError>;
    /// What is wrong with a good end.
    fn is_done(&self, lab: &Lab) -> Result<(), String>;
    /// Whether this end is one that may be told when this was done to it.
    fn may_fail(&self, lab: &Lab, mischief: Mischief, error: &ExecError) -> bool;
}

async fn link(lab: &Lab) -> Result<proximity::exec::Link, ExecError> {
    try_link(lab, Patience::default()).await
}

/// One piece of work with one thing that is done to it.
async fn try_one(lab: &Lab, work: &mut impl Work, mischief: Mischief, chance: &mut Chance) -> Result<(), String> {
    mischief.prepare(lab).await;
    let over = CancellationToken::new();
    let going = async {
        let ended = timeout(PATIENCE, work.go(lab)).await;
        over.cancel();
        ended
    };
    let (ended, ()) = tokio::join!(going, mischief.happen(lab, chance, &over));
    lab.calm().await;
    match ended {
        Ok(Ok(())) => work.is_done(lab),
        Ok(Err(error)) if work.may_fail(lab, mischief, &error) => Ok(()),
        Ok(Err(error)) => Err(format!("{error:?}")),
        Err(_) => Err("it hangs".into()),
    }
}

/// One guest, and one piece of work after another.
async fn torture<W: Work>(seed: u64, plan: fn(&Lab, &mut Chance, String) -> W) -> Vec<String> {
    let mut chance = Chance::of(seed);
    let shell = Shell::ALL[seed as usize % Shell::ALL.len()];
    let Some(lab) = Lab::seeded(shell, seed).await else { return Vec::new() };
    let mut wrong = Vec::new();
    for turn in 0..EACH {
        let (mut work, mischief) = (plan(&lab, &mut chance, format!("s{seed}-{turn}")), Mischief::plan(&mut chance));
        let began = Instant::now();
        // Of its own, because how often it is asked depends on how things go.
        let mut beside = Chance::of(seed * 1_000 + turn);
        let judged = try_one(&lab, &mut work, mischief, &mut beside).await;
        if std::env::var_os("PROXIMITY_SEED").is_some() {
            eprintln!("{shell:?}, {turn}: {mischief:?}, {:?}: {judged:?}", began.elapsed());
        }
        wrong.extend(judged.err().map(|why| format!("seed {seed}, {shell:?}, {turn}, {mischief:?}: {why}")));
    }
    wrong.extend(lab.complaints().into_iter().map(|what| format!("seed {seed}: {what}")));
    wrong
}

async fn torture_all<W: Work>(seeds: Vec<u64>, plan: fn(&Lab, &mut Chance, String) -> W) {
    let torture = |seed| torture(seed, plan);
    let wrong = stream::iter(seeds).map(torture).buffer_unordered(6).collect::<Vec<_>>().await.concat();
    assert!(wrong.is_empty(), "one can be repeated by PROXIMITY_SEED:\n{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scripts_run_once_and_lose_nothing_whatever_breaks() {
    torture_all(seeds(100, 4), Deed::plan).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads_are_whole_or_not_there_whatever_breaks() {
    torture_all(seeds(30, 3), Upload::plan).await;
}
