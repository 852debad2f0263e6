//! Plays cues, or says that the terminal's bell is to ring. What must hold: `play` never waits: not for a device, not
//! for a server, not for a file.

use std::{
    path::PathBuf,
    thread::{Builder, JoinHandle},
};

use tokio::{runtime, sync::mpsc, task::JoinSet};

use super::{Cue, Speaker, decode::Sound};

/// How loud the operator wants it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// 0 to 1.
    pub volume: f32,
    pub mute: bool,
}

impl Level {
    fn heard(self) -> Option<f32> {
        (!self.mute && self.volume > 0.0).then_some(self.volume.min(1.0))
    }
}

/// Where the operator sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ears {
    /// Before this machine.
    Here,
    /// At the other end of an SSH connection: a sound would play on the wrong machine.
    Remote,
}

/// When the terminal's bell rings there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bells {
    #[default]
    Errors,
    Always,
    Never,
}

/// What became of a cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It is on its way to the speaker, if there is one.
    Speaker,
    /// The deck should ring the terminal's bell; nobody else may write to the terminal.
    Bell,
    Nothing,
}

/// Cues that come faster than they can be begun are dropped: a late sound is worse than none.
const WAITING: usize = 4;

/// So many sound at once at most.
const VOICES: usize = 8;

#[derive(Debug)]
pub struct Player {
    level: Level,
    ears: Ears,
    bells: Bells,
    /// The operator's own sounds, one `<cue>.wav` each.
    pack: PathBuf,
    stage: Option<Stage>,
}

#[derive(Debug)]
struct Stage {
    orders: mpsc::Sender<Order>,
    thread: JoinHandle<()>,
}

struct Order {
    cue: Cue,
    volume: f32,
}

impl Player {
    /// Nothing is opened before the first cue.
    pub fn new(level: Level, ears: Ears, pack: PathBuf) -> Self {
        Self { level, ears, bells: Bells::default(), pack, stage: None }
    }

    /// Sounds come of this folder from now on; what it lacks is built in.
    pub fn set_pack(&mut self, pack: PathBuf) {
        if pack != self.pack {
            (self.pack, self.stage) = (pack, None);
        }
    }

    pub fn set_bells(&mut self, bells: Bells) {
        self.bells = bells;
    }

    pub fn set_level(&mut self, level: Level) {
        self.level = level;
    }

    pub fn play(&mut self, cue: Cue) -> Heard {
        let Some(volume) = self.level.heard() else { return Heard::Nothing };
        match self.ears {
            Ears::Here => self.send(Order { cue, volume }),
            Ears::Remote => match self.bells {
                Bells::Always => Heard::Bell,
                Bells::Errors if cue == Cue::Error => Heard::Bell,
                Bells::Errors | Bells::Never => Heard::Nothing,
            },
        }
    }

    /// Waits until all that was begun has been heard; only for programs that end right after a sound. A player that is
    /// merely dropped holds up nobody.
    pub fn finish(self) {
        if let Some(Stage { orders, thread }) = self.stage {
            drop(orders);
            let _ = thread.join();
        }
    }

    fn send(&mut self, order: Order) -> Heard {
        if self.stage.is_none() {
            self.stage = Stage::open(self.pack.clone());
        }
        let sent = self.stage.as_ref().is_some_and(|stage| stage.orders.try_send(order).is_ok());
        if sent { Heard::Speaker } else { Heard::Nothing }
    }
}

impl Stage {
    fn open(pack: PathBuf) -> Option<Self> {
        let (orders, waiting) = mpsc::channel(WAITING);
        let stage = move || {
            if let Ok(runtime) = runtime::Builder::new_current_thread().enable_time().build() {
                runtime.block_on(perform(waiting, pack));
            }
        };
        let thread = Builder::new().name("sound".into()).spawn(stage).ok()?;
        Some(Self { orders, thread })
    }
}

/// Looks for a speaker once; without one it ends, and every later cue is nothing.
async fn perform(mut waiting: mpsc::Receiver<Order>, pack: PathBuf) {
    let Some(mut speaker) = Speaker::open() else { return };
    let mut voices = JoinSet::new();
    loop {
        tokio::select! {
            order = waiting.recv() => {
                let Some(Order { cue, volume }) = order else { break };
                if voices.len() < VOICES && let Some(sound) = Sound::of(cue, &pack, volume) {
                    voices.spawn(speaker.play(sound));
                }
            }
            Some(ended) = voices.join_next() => {
                // A server that was started anew is found again, one that is gone for good is not looked for.
                if !ended.unwrap_or(true) {
                    let Some(found) = Speaker::open() else { return };
                    speaker = found;
                }
            }
        }
    }
    while voices.join_next().await.is_some() {}
}
