//! Scripts, files and people at the console of one guest, through the door.

use std::time::Duration;

use proximity::{
    domain::{
        ids::GuestKey,
        road::{Condition, TerminalSize},
    },
    engine::{Attention, Duty, Engine, JobId, NewFile, Script, Shown, Written},
};
use tokio_util::sync::CancellationToken;

use super::lab::Lab;

const SIZE: TerminalSize = TerminalSize { columns: 80, rows: 24 };
const PATIENCE: Duration = Duration::from_secs(60);

fn guest() -> GuestKey {
    "home/101".parse().unwrap()
}

async fn exec(engine: &Engine, script: &str, tell: impl FnMut(Condition)) -> (String, i32) {
    let (mut out, cancel) = (Vec::new(), CancellationToken::new());
    let write = async |written| match written {
        Written::Out(bytes) | Written::Err(bytes) => out.extend(bytes),
    };
    let attention = Attention { tell, cancel: &cancel };
    let (guest, script, job) = (guest(), Script::new(script), JobId::fresh());
    let running = engine.exec(&guest, Some(&script), &job, write, attention);
    let code = tokio::time::timeout(PATIENCE, running).await.unwrap().unwrap();
    (String::from_utf8(out).unwrap(), code)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_makes_way_for_a_person_who_learns_that_it_waits() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let mut visit = engine.visit(&guest(), SIZE).await.unwrap();
    let (told, mut conditions) = tokio::sync::mpsc::unbounded_channel();
    let waiting = exec(&engine, "echo at last", move |condition| drop(told.send(condition)));
    let person = async {
        assert_eq!(conditions.recv().await, Some(Condition::MakesWay));
        while visit.shown.recv().await != Some(Shown::ScriptWaits(true)) {}
        drop(visit);
    };
    let (ran, ()) = tokio::join!(waiting, person);
    assert_eq!(ran, ("at last\n".into(), 0));
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_carried_while_another_process_follows_a_script_at_the_same_console() {
    let lab = Lab::open().await;
    let (one, two) = (lab.watching().await, lab.engine(Duty::OneErrand).await);
    two.change(proximity::engine::Change::Refresh).await.unwrap();
    let bytes: Vec<u8> = (0..200_000_u32).map(|place| (place.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let (file, cancel) = (NewFile::at("/root/file"), CancellationToken::new());
    let put = async {
        let attention = Attention { tell: |_| {}, cancel: &cancel };
        two.put(&guest(), &*bytes, &file, |_| {}, attention).await.unwrap()
    };
    let numbers = "i=0; while [ $i -lt 30 ]; do echo $i; i=$((i+1)); sleep 0.1; done; exit 3";
    let (ran, size) = tokio::join!(exec(&one, numbers, |_| {}), tokio::time::timeout(PATIENCE, put));
    assert_eq!(ran, ((0..30).map(|number| format!("{number}\n")).collect(), 3));
    assert_eq!(size, Ok(200_000));
    let sum = exec(&one, "wc -c </root/file", |_| {}).await;
    assert_eq!(sum.0.trim(), "200000");
    one.close().await;
    two.close().await;
}
