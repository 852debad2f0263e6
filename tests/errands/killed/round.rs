//! One round: something is asked for, the program dies in the middle of it, is started again and dies again, until it is
//! left alone. What must hold: in the end all of it is there, or nothing.

use super::{
    super::console::Said,
    chance::Chance,
    picture::{but_fetched, difference},
    relay::{Aim, Moment},
    world::{End, World},
};

/// What is asked for, and what has to be there before.
pub struct Scene {
    pub name: &'static str,
    pub before: &'static [&'static [&'static str]],
    pub asked: &'static [&'static str],
    /// About so many messages it takes, and so many of them before the operation is begun.
    messages: usize,
    planning: usize,
}

const NEWS: &[&str] = &["app", "deploy", "miniflux", "--method", "compose", "--name", "news"];
const VAULT: &[&str] = &["app", "deploy", "vaultwarden", "--method", "oci", "--name", "vault"];

/// The first of them need nothing that takes time.
pub const SCENES: [Scene; 7] = [
    Scene {
        name: "deploy of packages",
        before: &[],
        asked: &["app", "deploy", "mosquitto", "--secret-file", "MQTT_PASSWORD=typed"],
        messages: 176,
        planning: 46,
    },
    Scene { name: "deploy of services", before: &[], asked: NEWS, messages: 190, planning: 49 },
    Scene { name: "deploy of an image", before: &[], asked: VAULT, messages: 119, planning: 42 },
    Scene {
        name: "clone of what was found",
        before: &[],
        asked: &["app", "clone", "mosquitto", "--name", "copy"],
        messages: 100,
        planning: 18,
    },
    Scene { name: "update inside", before: &[NEWS], asked: &["app", "update", "news"], messages: 89, planning: 22 },
    Scene {
        name: "update of an image",
        before: &[VAULT],
        asked: &["app", "update", "vault"],
        messages: 146,
        planning: 23,
    },
    Scene {
        name: "clone",
        before: &[NEWS],
        asked: &["app", "clone", "news", "--name", "copy"],
        messages: 118,
        planning: 19,
    },
];

/// What came of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Came {
    Whole,
    Empty,
    /// It died before it had begun anything.
    NeverBegun,
}

pub struct Told {
    pub came: Came,
    pub kills: usize,
}

impl Scene {
    /// A world in which it can be asked for.
    fn set(&self, world: &World) {
        world.add_host();
        self.before.iter().for_each(|words| world.done(words));
    }

    fn asked(&self, world: &World) -> Vec<String> {
        let typed = world.folder.path().join("typed");
        std::fs::write(&typed, "open sesame\n").unwrap();
        self.asked.iter().map(|word| word.replace("=typed", &format!("={}", typed.display()))).collect()
    }

    /// What it leaves where nobody kills anything.
    pub fn undisturbed(&self, world: &World) -> String {
        self.set(world);
        let asked = self.asked(world);
        world.done(&asked.iter().map(String::as_str).collect::<Vec<_>>());
        world.picture()
    }
}

/// Mostly after the operation was begun: before that there is little to lose.
fn aim(chance: &mut Chance, kills: usize, scene: &Scene) -> Aim {
    let when = [Moment::Unsent, Moment::Unanswered, Moment::Answered][chance.below(3)];
    let rest = scene.messages - scene.planning;
    let before = if kills == 0 && chance.below(10) > 0 { scene.planning } else { 0 };
    Aim { at: 1 + before + chance.below(rest), when }
}

/// Whether the dead process still holds its operation when the next one comes.
fn wait_for_it(chance: &mut Chance, patience: Patience, world: &World) {
    if patience == Patience::Never || chance.below(2) == 0 {
        world.outlive_leases();
    }
}

/// Whether a round waits out the eight seconds of the dead, now and then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    Never,
    NowAndThen,
}

/// A round that is over, and what is to be judged of it.
pub struct Played {
    before: String,
    after: String,
    kills: usize,
    began: bool,
    words: Vec<String>,
    last: Option<Said>,
    journal: Vec<String>,
}

pub fn play(seed: u64, scene: &Scene, world: &World, patience: Patience) -> Played {
    let mut chance = Chance::of(seed);
    scene.set(world);
    let (before, mut words) = (world.picture(), scene.asked(world));
    let (mut kills, most, mut began) = (0, 1 + chance.below(3), false);
    let last = loop {
        let aim = (kills < most).then(|| aim(&mut chance, kills, scene));
        match world.run(&words.iter().map(String::as_str).collect::<Vec<_>>(), aim) {
            End::Alone(said) => break Some(said),
            End::Killed => kills += 1,
        }
        let Some(left) = world.left() else { break None };
        began = true;
        wait_for_it(&mut chance, patience, world);
        // Who wants it back is heard as well.
        let verb = if chance.below(5) == 0 { "cancel" } else { "resume" };
        words = ["op", verb, &left.to_string()].map(str::to_owned).to_vec();
    };
    Played { before, after: world.picture(), kills, began, words, last, journal: world.journal() }
}

impl Played {
    pub fn judge(&self, whole: &str) -> Result<Told, String> {
        let Some(came) = self.came(whole) else {
            let (to_whole, to_before) = (difference(whole, &self.after), difference(&self.before, &self.after));
            let journal = self.journal.join("\n");
            return Err(format!("neither whole:\n{to_whole}\nnor empty:\n{to_before}\n{journal}\n{}", self.said()));
        };
        match &self.last {
            Some(said) if !fits(came, said.code, &self.words) => {
                Err(format!("it ended with {} and is {came:?}: {}", said.code, self.said()))
            }
            _ => Ok(Told { came, kills: self.kills }),
        }
    }

    fn came(&self, whole: &str) -> Option<Came> {
        let is_empty = but_fetched(&self.after) == but_fetched(&self.before);
        match () {
            () if self.after == whole => Some(Came::Whole),
            () if is_empty && self.began => Some(Came::Empty),
            () if is_empty => Some(Came::NeverBegun),
            () => None,
        }
    }

    fn said(&self) -> String {
        self.last.as_ref().map_or_else(String::new, |said| format!("{}\n{}", said.stdout, said.stderr))
    }
}

/// What is told is what is there.
fn fits(came: Came, code: i32, words: &[String]) -> bool {
    let is_cancelled = words.get(1).is_some_and(|verb| verb == "cancel");
    match (came, code) {
        _ if is_cancelled => code == 0,
        (Came::Whole, code) => code == 0,
        (Came::Empty | Came::NeverBegun, code) => code != 0,
    }
}
