//! One round: something is asked for, the program dies in the middle of it, is started again and dies again, until it is
//! left alone. What must hold: in the end all of it is there, or nothing.

use super::{
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
}

const NEWS: &[&str] = &["app", "deploy", "miniflux", "--method", "compose", "--name", "news"];
const VAULT: &[&str] = &["app", "deploy", "vaultwarden", "--method", "oci", "--name", "vault"];

/// The first of them need nothing that takes time.
pub const SCENES: [Scene; 7] = [
    Scene {
        name: "deploy of packages",
        before: &[],
        asked: &["app", "deploy", "mosquitto", "--secret-file", "MQTT_PASSWORD=typed"],
    },
    Scene { name: "deploy of services", before: &[], asked: NEWS },
    Scene { name: "deploy of an image", before: &[], asked: VAULT },
    Scene { name: "clone of what was found", before: &[], asked: &["app", "clone", "mosquitto", "--name", "copy"] },
    Scene { name: "update inside", before: &[NEWS], asked: &["app", "update", "news"] },
    Scene { name: "update of an image", before: &[VAULT], asked: &["app", "update", "vault"] },
    Scene { name: "clone", before: &[NEWS], asked: &["app", "clone", "news", "--name", "copy"] },
];

/// An undisturbed run: what it leaves, and how many messages it sends.
#[derive(Clone)]
pub struct Whole {
    pub picture: String,
    pub messages: usize,
    /// So many of them before the operation is begun.
    pub planning: usize,
}

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

    pub fn undisturbed(&self, world: &World) -> Whole {
        self.set(world);
        let asked = self.asked(world);
        let mut words: Vec<_> = asked.iter().map(String::as_str).collect();
        words.insert(1, "plan");
        world.done(&words);
        let planning = world.relay.seen();
        words.remove(1);
        world.done(&words);
        Whole { messages: world.relay.seen(), planning, picture: world.picture() }
    }
}

/// Mostly after the operation was begun: before that there is little to lose.
fn aim(chance: &mut Chance, kills: usize, whole: &Whole) -> Aim {
    let when = [Moment::Unsent, Moment::Unanswered, Moment::Answered][chance.below(3)];
    let rest = whole.messages.saturating_sub(whole.planning);
    let before = if kills == 0 && chance.below(10) > 0 { whole.planning } else { 0 };
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

pub fn play(seed: u64, scene: &Scene, world: &World, whole: &Whole, patience: Patience) -> Result<Told, String> {
    let mut chance = Chance::of(seed);
    scene.set(world);
    let before = world.picture();
    let asked = scene.asked(world);
    let mut words: Vec<String> = asked;
    let (mut kills, most) = (0, 1 + chance.below(3));
    let mut began = false;
    let last = loop {
        let aim = (kills < most).then(|| aim(&mut chance, kills, whole));
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
    let after = world.picture();
    let is_empty = but_fetched(&after) == but_fetched(&before);
    let came = match () {
        () if after == whole.picture => Came::Whole,
        () if is_empty && began => Came::Empty,
        () if is_empty => Came::NeverBegun,
        () => {
            let said = last.map_or_else(String::new, |said| format!("{}\n{}", said.stdout, said.stderr));
            let (to_whole, to_before) = (difference(&whole.picture, &after), difference(&before, &after));
            let journal = world.journal().join("\n");
            return Err(format!("neither whole:\n{to_whole}\nnor empty:\n{to_before}\n{journal}\n{said}"));
        }
    };
    match last {
        Some(said) if !fits(came, said.code, &words) => {
            Err(format!("it ended with {} and is {came:?}: {}\n{}", said.code, said.stdout, said.stderr))
        }
        _ => Ok(Told { came, kills }),
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
