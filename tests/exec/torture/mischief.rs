//! What is done to a script while it runs.

use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{
    super::lab::{Foreign, Lab, Trouble, Way},
    chance::Chance,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mischief {
    Nothing,
    /// The connection breaks once in the middle of what passes.
    Once(Way, usize, Trouble),
    /// Again and again, each time after so many bytes.
    Often(Way, usize, usize),
    /// A second person types at the same console.
    Typing(Keys, usize),
    /// Somebody left a program there.
    LeftRunning(Foreign),
    Reboot(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// Commands, and lines that are none.
    Lines,
    /// Words without an end of line.
    Halves,
    /// ^C, ^D, ^Z, ^U and `exit`.
    Ends,
}

impl Mischief {
    pub fn plan(chance: &mut Chance) -> Self {
        let (way, bytes) = (chance.one_of(&[Way::Heard, Way::Typed]), chance.size_up_to(8_000));
        match chance.within(0..20) {
            0..4 => Self::Nothing,
            4..9 => Self::Once(way, bytes, Trouble::Cut),
            9..10 => Self::Once(way, bytes, Trouble::Silence),
            10..12 => Self::Often(way, bytes + 3_000, chance.within(2..5)),
            12..16 => Self::Typing(chance.one_of(&[Keys::Lines, Keys::Halves, Keys::Ends]), chance.within(1..4)),
            16..18 => Self::LeftRunning(chance.one_of(&[Foreign::Heeds, Foreign::Ignores])),
            18..19 => Self::Reboot(chance.within(0..400)),
            _ => Self::Nothing,
        }
    }

    pub fn is_reboot(self) -> bool {
        matches!(self, Self::Reboot(_))
    }

    /// Before the script is begun.
    pub async fn prepare(self, lab: &Lab) {
        match self {
            Self::Once(way, bytes, trouble) => lab.strike_after(way, bytes, trouble),
            Self::LeftRunning(foreign) => drop(lab.foreign(foreign).await),
            _ => {}
        }
    }

    /// Beside the script, and not much longer.
    pub async fn happen(self, lab: &Lab, chance: &mut Chance, over: &CancellationToken) {
        match self {
            Self::Nothing | Self::Once(..) | Self::LeftRunning(Foreign::Heeds) => {}
            Self::Often(way, bytes, times) => {
                for _ in 0..times {
                    lab.strike_after(way, bytes, Trouble::Cut);
                    while lab.is_trouble_ahead() && !over.is_cancelled() {
                        sleep(Duration::from_millis(5)).await;
                    }
                }
            }
            Self::Typing(keys, times) => {
                for _ in 0..times {
                    sleep(Duration::from_millis(chance.within(0..300) as u64)).await;
                    lab.type_in(keys.pick(chance));
                }
            }
            Self::LeftRunning(Foreign::Ignores) => {
                sleep(Duration::from_millis(chance.within(0..3_000) as u64)).await;
                lab.foreign_leaves();
            }
            Self::Reboot(after) => {
                sleep(Duration::from_millis(after as u64)).await;
                lab.reboot().await;
            }
        }
    }
}

impl Keys {
    fn pick(self, chance: &mut Chance) -> &'static [u8] {
        match self {
            Self::Lines => {
                chance.one_of(&[b"echo hello\n", b"\n", b"ls -l /\n", b"e a b c d\n", b"')\n", b"true\n\n\n"])
            }
            Self::Halves => chance.one_of(&[b"echo", b"x y", b"\"", b"\x1b[A", "ä€".as_bytes(), b"$("]),
            Self::Ends => chance.one_of(&[b"\x03", b"\x04", b"\x1a", b"\x15", b"exit\n", b"\x03\x04", b"\x0c"]),
        }
    }
}
