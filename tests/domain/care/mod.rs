//! What the deck looks after by itself, as rules without a world around them.

mod pulse;
mod restarts;
mod uptime;
mod watch;

use std::time::Duration;

use proximity::domain::{
    app::{App, Marker},
    care::{AppHealth, Counts, Health, HealthRules, Probed, Sight, Terms},
    ids::{AppId, GuestKey, HostId, Vmid},
    moment::Moment,
};

pub const START: Moment = Moment(1_800_000_000_000);

pub fn app() -> App {
    let id = AppId::new("jellyfin-3f9a2c");
    let guest = GuestKey { host: HostId::new("home"), vmid: Vmid(104) };
    let marker = Marker { ports: vec![8096], ..Marker::of(id.clone()) };
    App { id, name: "jellyfin".into(), guest, marker, address: Some("192.168.1.54".into()), book: None }
}

pub fn terms() -> Terms {
    Terms::of(&HealthRules::default(), &app())
}

/// What a look may hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Good,
    Slow,
    Bad,
}

/// An app that runs for long, and is looked at on and on.
pub struct Patient {
    pub health: AppHealth,
    pub terms: Terms,
    pub now: Moment,
    pub since: Option<Moment>,
}

impl Patient {
    pub fn new() -> Self {
        Self { health: AppHealth::default(), terms: terms(), now: START, since: None }
    }

    pub fn hear(&mut self, tone: Tone) -> Counts {
        self.now = self.now + self.terms.interval;
        let said = if tone == Tone::Bad { Err("port 8096 answers 503".into()) } else { Ok("200".into()) };
        let took_ms = if tone == Tone::Slow { 3_000 } else { 14 };
        let sight = Sight::Asked { probed: Probed { at: self.now, took_ms, said }, since: self.since };
        self.health.take(sight, self.now, &self.terms)
    }

    /// The states after each look.
    pub fn hear_all(&mut self, tones: &[Tone]) -> Vec<Health> {
        let hear = |tone: &Tone| {
            self.hear(*tone);
            self.health.health
        };
        tones.iter().map(hear).collect()
    }

    pub fn healthy() -> Self {
        let mut patient = Self::new();
        patient.hear_all(&[Tone::Good; 12]);
        assert_eq!(patient.health.health, Health::Healthy);
        patient
    }

    pub fn rest(&mut self, time: Duration) {
        self.now = self.now + time;
    }
}
