//! A deck without a terminal: keys go in, a picture comes out.

use std::{sync::Arc, time::Duration};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::tz::TimeZone;
use proximity::{
    domain::{
        detail::{GuestDetail, Network, Volume},
        fleet::Fleet,
        ids::GuestKey,
        road::{Road, Way},
    },
    engine::{Answer, Change, Query},
    settings::{Motion, Settings},
    tui::{
        Model, Start,
        canvas::{Canvas, Charset},
        draw,
        effect::Effect,
        event::{Event, Now},
        model::{
            Demo, Opening,
            hints::Hints,
            memory::{Memory, Remembered, Seen},
            panel::Facts,
            start::day,
        },
        theme::{Depth, Themes},
        update,
    },
};
use ratatui::{buffer::Buffer, layout::Rect};

use super::fleet::NOW;

pub struct Stage {
    pub model: Model,
    pub now: Now,
    pub effects: Vec<Effect>,
}

impl Stage {
    pub fn new(fleet: Fleet, columns: u16, rows: u16) -> Self {
        Self::with(fleet, columns, rows, "dark", Depth::True, Motion::None)
    }

    pub fn with(fleet: Fleet, columns: u16, rows: u16, theme: &str, depth: Depth, motion: Motion) -> Self {
        // The show of the first start of a day is for those who look at what moves.
        let memory = if motion == Motion::Full { Memory::default() } else { seen_today() };
        Self::again(fleet, columns, rows, theme, depth, motion, memory)
    }

    /// The deck as it opens when this was kept of the last time.
    pub fn after(memory: Memory, fleet: Fleet) -> Self {
        Self::again(fleet, 120, 36, "dark", Depth::True, Motion::Full, memory)
    }

    fn again(fleet: Fleet, columns: u16, rows: u16, theme: &str, depth: Depth, motion: Motion, memory: Memory) -> Self {
        let now = Now { tick: Duration::from_secs(100), wall: NOW };
        let themes = Themes::shipped();
        let canvas = Canvas { theme: themes.resolve(theme, depth), charset: Charset::Unicode, motion };
        let mut settings = Settings::default();
        settings.look.motion = motion;
        // Night falls where it is looked for.
        settings.look.night_after = 0;
        // The same with what is earned, and with what leads newcomers.
        settings.look.honours = false;
        let mut model = Model::new(Start {
            settings,
            canvas,
            themes: themes.resolve_all(depth),
            fleet: Arc::new(fleet),
            memory,
            facts: facts(),
            demo: Demo::Demo,
            opening: Opening::Deck,
            columns,
            rows,
            zone: TimeZone::UTC,
            now,
        });
        // Where everything stands at first is kept with the first news.
        model.kept_room = model.room.clone();
        model.hints = Hints::over();
        Self { model, now, effects: Vec::new() }
    }

    /// What it has kept for the next time.
    pub fn kept(&self) -> Memory {
        let kept = self.effects.iter().filter_map(|effect| match effect {
            Effect::Change(_, Change::Remember { name, value }) => Some(((*name).to_owned(), value.clone())),
            _ => None,
        });
        Memory(kept.collect())
    }

    pub fn send(&mut self, event: Event) -> &mut Self {
        let effects = update(&mut self.model, self.now, event);
        self.effects.extend(effects);
        self
    }

    /// Time passes, and the loop wakes the deck as it asked.
    pub fn wait(&mut self, time: Duration) -> &mut Self {
        self.now = Now { tick: self.now.tick + time, wall: self.now.wall + time };
        self.send(Event::Frame)
    }

    /// `"2 j / tv Enter"`: keys by name, or letters one by one.
    pub fn keys(&mut self, script: &str) -> &mut Self {
        for word in script.split_whitespace() {
            match named(word) {
                Some(key) => {
                    self.send(Event::Key(key));
                }
                None => word.chars().for_each(|letter| {
                    self.send(Event::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE)));
                }),
            }
        }
        self
    }

    /// Answers every question for a guest's back that is open, as a host would.
    pub fn answer_backs(&mut self) -> &mut Self {
        for effect in std::mem::take(&mut self.effects) {
            if let Effect::Query(ticket, Query::Guest(key)) = &effect {
                self.send(Event::Answered(*ticket, Ok(Answer::Guest(Box::new(detail(key))))));
            } else {
                self.effects.push(effect);
            }
        }
        self
    }

    pub fn picture(&self) -> Buffer {
        self.picture_at(self.model.columns, self.model.rows)
    }

    pub fn picture_at(&self, columns: u16, rows: u16) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
        draw(&self.model, self.now, &mut buffer);
        buffer
    }
}

/// What the program says of itself, the same on every machine.
fn facts() -> Facts {
    let facts = [("version", "Proximity 0.1.0"), ("data folder", "/home/mara/.local/share/proximity")];
    Facts(facts.map(|(what, of)| (what.to_owned(), of.to_owned())).into())
}

fn seen_today() -> Memory {
    let seen = serde_json::to_string(&Seen { day: day(&TimeZone::UTC, NOW) }).unwrap_or_default();
    Memory([(Seen::NAME.to_owned(), seen)].into())
}

fn named(word: &str) -> Option<KeyEvent> {
    let code = match word {
        "Enter" => KeyCode::Enter,
        "Esc" => KeyCode::Esc,
        "Tab" => KeyCode::Tab,
        "Space" => KeyCode::Char(' '),
        "Up" => KeyCode::Up,
        "Down" => KeyCode::Down,
        "Left" => KeyCode::Left,
        "Right" => KeyCode::Right,
        "Home" => KeyCode::Home,
        "End" => KeyCode::End,
        "PgUp" => KeyCode::PageUp,
        "PgDn" => KeyCode::PageDown,
        "BackTab" => KeyCode::BackTab,
        "Backspace" => KeyCode::Backspace,
        _ => {
            if let Some(arrow) = word.strip_prefix("S-").and_then(named) {
                return Some(KeyEvent::new(arrow.code, KeyModifiers::SHIFT));
            }
            let letter = word.strip_prefix("C-")?.chars().next()?;
            return Some(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL));
        }
    };
    Some(KeyEvent::new(code, KeyModifiers::NONE))
}

/// One open, one shut for good, one shut for want of a setting.
pub fn roads() -> Vec<Way> {
    vec![
        Way::open(Road::Console, "token proximity@pve!deck"),
        Way::shut(Road::GuestSsh, "SSH is not set up", "`proximity host edit homelab --ssh-user root --ssh-key FILE`"),
        Way::open(Road::HostSsh, "root, key file /home/mara/.ssh/id_ed25519"),
    ]
}

pub fn detail(key: &GuestKey) -> GuestDetail {
    let volume = |slot: &str, path: &str, storage: &str, size: &str, is_backed_up| Volume {
        slot: slot.into(),
        path: path.into(),
        storage: Some(storage.into()),
        size: Some(size.into()),
        is_backed_up,
    };
    GuestDetail {
        key: key.clone(),
        hostname: Some("tv".into()),
        ostype: Some("debian".into()),
        arch: Some("amd64".into()),
        cores: Some(2),
        memory: Some(2048),
        swap: Some(512),
        is_unprivileged: Some(true),
        starts_on_boot: true,
        is_protected: false,
        features: Some("nesting=1".into()),
        volumes: vec![
            volume("rootfs", "/", "local-lvm", "8G", true),
            volume("mp0", "/config", "local-lvm", "2G", true),
            volume("mp1", "/media", "tank", "640G", false),
        ],
        networks: vec![Network {
            name: "eth0".into(),
            bridge: Some("vmbr0".into()),
            mac: Some("BC:24:11:4F:02:9A".into()),
            ip: Some("dhcp".into()),
            gateway: None,
            vlan: None,
        }],
        environment: vec![
            ("TZ".into(), "Europe/Rome".into()),
            ("JELLYFIN_API_KEY".into(), "3b1f0c".into()),
            ("PUID".into(), "1000".into()),
        ],
        description: None,
        addresses: vec!["192.168.1.54/24".into()],
        roads: roads(),
    }
}
