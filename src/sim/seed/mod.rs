//! What a datacenter looks like when it begins. One seed and one time always make the same one.

mod build;
mod catalog;
mod demo;
mod nights;
mod plain;
mod variety;

pub use build::TEMPLATE;
pub use demo::BROKEN_APP;

use super::{
    datacenter::Datacenter,
    hash::mix,
    world::{
        access::{Factor, Token, User},
        tickets::to_base32,
    },
};
use crate::domain::moment::Moment;

/// Which datacenter to begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    pub number: u64,
    pub scene: Scene,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scene {
    /// The cluster `homelab`: three nodes, forty guests, thirteen apps, each with its own story.
    Demo,
    /// The same, with plain containers added until it has this many guests.
    Crowded { guests: u32 },
    /// So many nodes and guests, all of them containers.
    Plain { nodes: u32, guests: u32 },
}

impl Seed {
    pub fn demo() -> Self {
        Self { number: 9_2026, scene: Scene::Demo }
    }

    pub fn crowded_demo(guests: u32) -> Self {
        Self { scene: Scene::Crowded { guests }, ..Self::demo() }
    }

    /// Only its secrets matter.
    fn with_number(number: u64) -> Self {
        Self { number, scene: Scene::Demo }
    }

    pub fn plain(nodes: u32, guests: u32) -> Self {
        Self { number: 9_2026, scene: Scene::Plain { nodes: nodes.max(1), guests } }
    }

    pub fn plant(&self, now: Moment) -> Datacenter {
        let mut datacenter = Datacenter::new(self.number, now);
        match self.scene {
            Scene::Demo => demo::furnish(&mut datacenter),
            Scene::Crowded { guests } => {
                demo::furnish(&mut datacenter);
                plain::crowd(&mut datacenter, guests);
            }
            Scene::Plain { nodes, guests } => plain::furnish(&mut datacenter, nodes, guests),
        }
        people(&mut datacenter);
        datacenter.weigh_storages();
        datacenter
    }

    /// The token of a user who may do with the pool `apps` what deploying needs, and nothing else: id and secret.
    /// Only the plain scenes have him.
    pub fn deployer(&self) -> (String, String) {
        (variety::DEPLOYER.into(), super::api::uuid(mix(self.number, 2), "login"))
    }

    pub fn login(&self) -> Login {
        let secret = |salt: u64| super::api::uuid(mix(self.number, salt), "login");
        Login {
            user: "root@pam".into(),
            password: format!("homelab-{:08x}", mix(self.number, 0x9A55) as u32),
            token_id: "proximity@pve!deck".into(),
            token_secret: secret(1),
            second_user: "careful@pve".into(),
            second_password: format!("careful-{:08x}", mix(self.number, 0x9A56) as u32),
            second_secret: to_base32(&second_secret(self.number)),
        }
    }
}

/// How to get in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    pub user: String,
    pub password: String,
    pub token_id: String,
    pub token_secret: String,
    /// A user whose log-in wants a TOTP code, with the code's secret in base 32.
    pub second_user: String,
    pub second_password: String,
    pub second_secret: String,
}

fn second_secret(number: u64) -> Vec<u8> {
    (0..20).map(|byte| mix(number, 0x7079 + byte) as u8).collect()
}

/// Root, our own user with his token, one with a second factor, an auditor, one who may nothing.
fn people(datacenter: &mut Datacenter) {
    let number = datacenter.seed;
    let made = datacenter.now().as_secs() - 40 * 86_400;
    let login = Seed::with_number(number).login();
    let mut root = User::with_password(login.password);
    root.email = Some("root@home.arpa".into());
    let mut ours = User::with_password("");
    let token = Token { secret: login.token_secret, is_separated: false, expires: 0, comment: Some("the deck".into()) };
    ours.tokens.insert("deck".into(), token);
    let mut careful = User::with_password(login.second_password);
    let id = super::api::uuid(number, "factor");
    careful.factors.push(Factor {
        id,
        description: "phone".into(),
        secret: second_secret(number),
        used: 0,
        created: made,
    });
    let access = &mut datacenter.access;
    access.users.insert("root@pam".into(), root);
    access.users.insert("proximity@pve".into(), ours);
    access.users.insert(login.second_user.clone(), careful);
    access.users.insert("auditor@pve".into(), User::with_password("auditor-only-looks"));
    access.users.insert("guest@pve".into(), User::with_password("guest-sees-little"));
    access.grant("/", "proximity@pve", "Administrator");
    access.grant("/", &login.second_user, "Administrator");
    access.grant("/", "auditor@pve", "PVEAuditor");
}
