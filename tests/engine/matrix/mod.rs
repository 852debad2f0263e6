//! Every plan, at every step, with everything that can be done to it, on the simulated datacenter. What must hold: in the
//! end the world is whole, as nobody's disturbance left it, or empty, as before. A sample in `cargo test`, all of it with
//! `PROXIMITY_FULL=1`; `PROXIMITY_SEED` repeats a sample and `PROXIMITY_CASE` a single case.
#![allow(clippy::print_stderr)]

mod case;
mod disturb;
mod picture;
mod plays;
mod scenes;
mod stage;

use std::{any::Any, collections::BTreeMap, panic::AssertUnwindSafe, time::Instant};

use futures_util::FutureExt;
use tokio::task::JoinSet;

use self::{
    case::Rehearsal,
    plays::{Play, plays},
    scenes::{Scene, Scenes},
    stage::Stage,
};

/// So many plays of the sample, and so many cases of each.
const PLAYS: usize = 8;
const CASES: usize = 5;
/// So many datacenters at a time.
const STAGES: usize = 12;

enum Portion {
    All,
    Sample(u64),
    /// A play, and perhaps `step/kind`.
    One(String, Option<String>),
}

impl Portion {
    fn asked() -> Self {
        let asked = |name: &str| std::env::var(name).ok();
        if let Some(case) = asked("PROXIMITY_CASE") {
            return match case.split_once('/') {
                Some((play, rest)) => Self::One(play.into(), Some(rest.into())),
                None => Self::One(case, None),
            };
        }
        match asked("PROXIMITY_FULL") {
            Some(_) => Self::All,
            None => Self::Sample(asked("PROXIMITY_SEED").and_then(|seed| seed.parse().ok()).unwrap_or(1)),
        }
    }

    fn plays(&self) -> Vec<Play> {
        let mut all = plays();
        match self {
            Self::All => {}
            Self::Sample(seed) => {
                all.sort_by_key(|play| mixed(*seed, play.name));
                all.truncate(PLAYS);
            }
            Self::One(name, _) => all.retain(|play| play.name == name),
        }
        all
    }

    fn takes(&self, case: &str) -> bool {
        match self {
            Self::One(_, Some(rest)) => case.split_once('/').is_some_and(|(_, of_it)| of_it == rest),
            _ => true,
        }
    }
}

/// The same number for the same words, and another one with another seed.
fn mixed(seed: u64, text: &str) -> u64 {
    let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let mixed = text.bytes().fold(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0xcbf2_9ce4_8422_2325, hash);
    mixed ^ (mixed >> 29)
}

/// What came of one play.
struct Report {
    play: &'static str,
    cases: usize,
    wrong: Vec<String>,
}

async fn tried(stage: &mut Stage, scenes: &mut Scenes, portion: &Portion, play: Play) -> Report {
    let scene = scenes.of(stage, play.scene).await;
    let rehearsal = AssertUnwindSafe(Rehearsal::of(stage, scene, play)).catch_unwind().await;
    let rehearsal = match rehearsal {
        Ok(rehearsal) => rehearsal,
        Err(panic) => {
            return Report {
                play: play.name,
                cases: 0,
                wrong: vec![format!("PROXIMITY_CASE={}: {}", play.name, said(&*panic))],
            };
        }
    };
    let named = |disturbance| (format!("{}/{disturbance}", play.name), disturbance);
    let mut cases: Vec<_> = rehearsal.disturbances().into_iter().map(named).collect();
    cases.retain(|(name, _)| portion.takes(name));
    if let Portion::Sample(seed) = portion {
        cases.sort_by_key(|(name, _)| mixed(*seed, name));
        cases.truncate(CASES);
    }
    let mut report = Report { play: play.name, cases: cases.len(), wrong: Vec::new() };
    for (name, disturbance) in cases {
        let tried = AssertUnwindSafe(rehearsal.try_with(stage, disturbance)).catch_unwind().await;
        let wrong = tried.unwrap_or_else(|panic| vec![said(&*panic)]);
        if !wrong.is_empty() {
            let told = format!("PROXIMITY_CASE={name}\n    {}", wrong.join("\n    "));
            // At once: all of them together take minutes.
            eprintln!("{told}");
            report.wrong.push(told);
        }
    }
    report
}

fn said(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or(panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default()
}

/// Plays of one scene go to one datacenter, or several where they are many.
fn shares(plays: Vec<Play>) -> Vec<Vec<Play>> {
    let mut by_scene: BTreeMap<Scene, Vec<Play>> = BTreeMap::new();
    plays.into_iter().for_each(|play| by_scene.entry(play.scene).or_default().push(play));
    let each = |plays: Vec<Play>| plays.chunks(5).map(<[Play]>::to_vec).collect::<Vec<_>>();
    by_scene.into_values().flat_map(each).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_disturbed_operation_leaves_the_world_whole_or_empty() {
    let (portion, began) = (std::sync::Arc::new(Portion::asked()), Instant::now());
    let mut shares = shares(portion.plays());
    let (mut running, mut reports) = (JoinSet::new(), Vec::new());
    loop {
        while running.len() < STAGES
            && let Some(plays) = shares.pop()
        {
            let (portion, mut stage) = (portion.clone(), Stage::open().await);
            running.spawn(async move {
                let (mut scenes, mut reports) = (Scenes::default(), Vec::new());
                for play in plays {
                    reports.push(tried(&mut stage, &mut scenes, &portion, play).await);
                }
                stage.simulator.shutdown().await;
                reports
            });
        }
        match running.join_next().await {
            Some(more) => reports.extend(more.unwrap()),
            None => break,
        }
    }
    tell(&portion, reports, began);
}

fn tell(portion: &Portion, mut reports: Vec<Report>, began: Instant) {
    reports.sort_by_key(|report| report.play);
    let lines = reports.iter().map(|report| format!("{:>5} {}", report.cases, report.play));
    let lines: Vec<String> = lines.collect();
    let total: usize = reports.iter().map(|report| report.cases).sum();
    let what = match portion {
        Portion::Sample(seed) => format!("sample PROXIMITY_SEED={seed}"),
        Portion::All => "all".into(),
        Portion::One(..) => "one".into(),
    };
    let took = began.elapsed().as_secs_f32();
    eprintln!("matrix ({what}): {total} cases of {} plans in {took:.1} s\n{}", reports.len(), lines.join("\n"));
    let wrong: Vec<String> = reports.into_iter().flat_map(|report| report.wrong).collect();
    assert!(wrong.is_empty(), "{} of {total} cases went wrong:\n{}", wrong.len(), wrong.join("\n"));
}
