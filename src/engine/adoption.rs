//! Containers that run already, looked at before they become apps. What must hold: nothing is started, stopped or changed
//! by looking, and one that does not answer keeps nobody else waiting.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures_util::{StreamExt, future::join_all, stream};
use tokio::time::timeout;

use super::{Answer, Engine};
use crate::{
    domain::{
        adoption::{
            Candidate, Console, Hints, Inside, Patterns, Proposal, SCRIPT, Seen, WELL_KNOWN, likely_port, name_of,
            unique_name,
        },
        book::Page,
        catalog::{Recipe, RecipeId},
        detail::GuestDetail,
        fault::{Fault, FaultCode},
        fleet::{Guest, GuestKind, Power},
        ids::GuestKey,
        plan::app::ConsoleWish,
        probe::ProbeKind,
    },
    operations::probe,
    proxmox::guest::{ConfigView, ConsoleMode},
};

/// A container that becomes an app. What is not said is left as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct AdoptWish {
    pub guest: GuestKey,
    /// As its host calls it, with a number where another app has that name.
    pub name: Option<String>,
    pub recipe: Option<RecipeId>,
    /// Where its page is.
    pub port: Option<u16>,
    /// `http` or `https`; nothing for a port that serves no page.
    pub scheme: Option<String>,
    pub path: Option<String>,
    pub probe: ProbeWish,
    pub pool: PoolWish,
    pub console: ConsoleWish,
}

/// How it is to be seen that an adopted app works.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ProbeWish {
    /// By a page where it has one, else by its port, else not at all.
    #[default]
    Fitting,
    Http,
    Tcp,
    Never,
}

/// Whether it comes into the pool of our apps, by which schedules and rights may go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PoolWish {
    #[default]
    Stay,
    Join,
}

impl AdoptWish {
    pub fn of(guest: GuestKey) -> Self {
        Self {
            guest,
            name: None,
            recipe: None,
            port: None,
            scheme: None,
            path: None,
            probe: ProbeWish::default(),
            pool: PoolWish::default(),
            console: ConsoleWish::default(),
        }
    }

    /// As it was proposed for a candidate.
    pub fn proposed(candidate: &Candidate) -> Self {
        let Proposal { name, port, page, probe } = &candidate.proposal;
        let page = page.as_ref();
        Self {
            name: Some(name.clone()),
            recipe: candidate.resembles.as_ref().map(|found| found.recipe.clone()),
            port: *port,
            scheme: page.map(|page| page.scheme.clone()),
            path: page.map(|page| page.path.clone()),
            probe: match probe {
                Some(ProbeKind::Http { .. }) => ProbeWish::Http,
                Some(_) => ProbeWish::Tcp,
                None => ProbeWish::Never,
            },
            ..Self::of(candidate.guest.clone())
        }
    }
}

/// So many are looked at at once, whoever asks.
pub(super) const AT_ONCE: usize = 8;
/// All that is asked about one is over by then.
const PATIENCE: Duration = Duration::from_secs(45);
/// A knock at a port from here.
const KNOCK: Duration = Duration::from_millis(600);

impl Engine {
    /// All of them together, with names that no two share.
    pub(super) async fn candidates(&self, guests: &[GuestKey]) -> Result<Answer, Fault> {
        let mut found = Vec::new();
        self.look_at_candidates(guests, |candidate| found.push(candidate)).await?;
        let place = |candidate: &Candidate| {
            (candidate.guest.host.to_string(), candidate.node.to_string(), candidate.guest.vmid)
        };
        found.sort_by_cached_key(place);
        let mut taken = self.names_taken();
        for candidate in &mut found {
            candidate.proposal.name = unique_name(&mut taken, &candidate.proposal.name);
        }
        Ok(Answer::Candidates(found))
    }

    fn names_taken(&self) -> BTreeSet<String> {
        self.0.world.fleet().apps.iter().map(|app| app.name.to_string()).collect()
    }

    /// The same one by one, as they answer.
    pub async fn look_at_candidates(&self, guests: &[GuestKey], mut hear: impl FnMut(Candidate)) -> Result<(), Fault> {
        let chosen = self.chosen(guests)?;
        let shelf = self.shelf().await?;
        let recipes: Vec<Arc<Recipe>> = shelf.recipes.iter().map(|shelved| shelved.recipe.clone()).collect();
        let patterns = Patterns::of(recipes.iter().cloned());
        let look = |guest: Arc<Guest>| {
            let (patterns, recipes) = (&patterns, &recipes);
            async move { self.look_in_turn(&guest, patterns, recipes).await }
        };
        let mut looking = stream::iter(chosen).map(look).buffer_unordered(AT_ONCE);
        while let Some(candidate) = looking.next().await {
            hear(candidate);
        }
        Ok(())
    }

    /// Containers that are nobody's app, as they are listed.
    fn chosen(&self, guests: &[GuestKey]) -> Result<Vec<Arc<Guest>>, Fault> {
        let fleet = self.0.world.fleet();
        if guests.is_empty() {
            let fits = |guest: &&Arc<Guest>| {
                guest.kind == GuestKind::Container && !guest.is_template && fleet.app_of(&guest.key).is_none()
            };
            return Ok(fleet.guests.iter().filter(fits).cloned().collect());
        }
        guests.iter().map(|key| self.adoptable(key)).collect()
    }

    /// A container that is nobody's app.
    pub(super) fn adoptable(&self, key: &GuestKey) -> Result<Arc<Guest>, Fault> {
        let guest = self.0.world.guest(key)?;
        let refused = |why: String| {
            Fault::lasting(FaultCode::Refused, format!("{} was not adopted", guest.name), why, "nothing is to be done")
        };
        if guest.kind != GuestKind::Container || guest.is_template {
            return Err(refused("only containers become apps; machines and templates stay what they are".into()));
        }
        match self.0.world.fleet().app_of(key) {
            Some(known) => Err(refused(format!("it is the app {} already", known.name))),
            None => Ok(guest),
        }
    }

    async fn look_in_turn(&self, guest: &Guest, patterns: &Patterns, recipes: &[Arc<Recipe>]) -> Candidate {
        let Ok(_turn) = self.0.looking.acquire().await else { return Candidate::unseen(guest, too_slow(guest)) };
        let looking = self.look_at(guest, patterns, recipes);
        timeout(PATIENCE, looking).await.unwrap_or_else(|_| Candidate::unseen(guest, too_slow(guest)))
    }

    async fn look_at(&self, guest: &Guest, patterns: &Patterns, recipes: &[Arc<Recipe>]) -> Candidate {
        let (detail, console, inside) =
            tokio::join!(self.bare_detail(guest), self.console_of(guest), self.look_inside(guest));
        let detail = match detail {
            Ok(detail) => detail,
            Err(fault) => return Candidate::unseen(guest, fault),
        };
        let mut candidate = Candidate::unseen(guest, off(guest));
        candidate.volumes = detail.volumes;
        if guest.power == Power::Running {
            candidate.addresses = detail.addresses.iter().map(|address| bare(address).into()).collect();
        }
        (candidate.inside, candidate.console) = (inside, console);
        candidate.answering = self.knock(&candidate, patterns).await;
        let hints = Hints {
            name: &guest.name,
            hostname: detail.hostname.as_deref(),
            tags: &guest.tags,
            inside: &candidate.inside,
            answering: &candidate.answering,
        };
        candidate.resembles = patterns.match_with(&hints);
        candidate.proposal = proposal(&candidate, recipes).await;
        candidate
    }

    async fn bare_detail(&self, guest: &Guest) -> Result<GuestDetail, Fault> {
        let client = self.0.world.client(&guest.key.host)?;
        Ok(client.guest_detail(&guest.key, &guest.node, guest.kind).await?)
    }

    /// Nothing where its console gives a shell, or where Proxmox does not say.
    async fn console_of(&self, guest: &Guest) -> Option<Console> {
        let client = self.0.world.client(&guest.key.host).ok()?;
        let (now, next) = tokio::join!(
            client.container_config(&guest.node, guest.key.vmid, &ConfigView::Current),
            client.container_config(&guest.node, guest.key.vmid, &ConfigView::Next),
        );
        match (now.ok()?.console, next.ok()?.console) {
            (_, ConsoleMode::Tty | ConsoleMode::Console) => Some(Console::NotSet),
            (ConsoleMode::Shell, ConsoleMode::Shell) => None,
            (_, ConsoleMode::Shell) if guest.power == Power::Running => Some(Console::WaitsForRestart),
            (_, ConsoleMode::Shell) => None,
        }
    }

    async fn look_inside(&self, guest: &Guest) -> Inside {
        if guest.power != Power::Running {
            return Inside::Unseen(off(guest));
        }
        match self.printed_inside(&guest.key, &SCRIPT.concat()).await {
            Ok(printed) => Inside::Seen(Seen::read(&printed)),
            Err(fault) => Inside::Unseen(fault),
        }
    }

    /// Ports that answer from here, where nobody could look who listens: the usual ones, and those that its name suggests.
    async fn knock(&self, candidate: &Candidate, patterns: &Patterns) -> Vec<u16> {
        let Some(address) = candidate.addresses.first().filter(|_| candidate.inside.seen().is_none()) else {
            return Vec::new();
        };
        let wanted: BTreeSet<u16> = WELL_KNOWN.into_iter().chain(patterns.ports_by_name(&candidate.name)).collect();
        let knocks = wanted.into_iter().map(|port| async move { (port, probe::listens(address, port, KNOCK).await) });
        let heard = join_all(knocks).await;
        heard.into_iter().filter(|(_, answers)| *answers).map(|(port, _)| port).collect()
    }
}

/// A page where one is served to us, else the port where it answers.
async fn proposal(candidate: &Candidate, recipes: &[Arc<Recipe>]) -> Proposal {
    let name = name_of(&candidate.name, candidate.guest.vmid);
    let recipe = candidate.resembles.as_ref().and_then(|found| recipes.iter().find(|recipe| recipe.id == found.recipe));
    let port = likely_port(&candidate.open_ports(), recipe.map(|recipe| &**recipe));
    let mut proposal = Proposal::at(name, port, recipe.map(|recipe| &**recipe));
    let (Some(port), Some(address)) = (port, candidate.addresses.first()) else {
        return Proposal { page: None, ..proposal };
    };
    let page = proposal.page.take();
    for what in page.iter().flat_map(probes) {
        if probe::answers(&what, address).await.is_ok() {
            return Proposal { probe: Some(what), page, ..proposal };
        }
    }
    let tcp = ProbeKind::Tcp { port };
    let answers = probe::answers(&tcp, address).await.is_ok();
    Proposal { probe: answers.then_some(tcp), ..proposal }
}

/// A good page, or one that asks who is there.
fn probes(page: &Page) -> [ProbeKind; 2] {
    [399, 499].map(|most| ProbeKind::Http {
        scheme: page.scheme.clone(),
        port: page.port,
        path: page.path.clone(),
        status: (100, most),
    })
}

fn bare(address: &str) -> &str {
    address.split('/').next().unwrap_or(address)
}

fn off(guest: &Guest) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("nobody looked inside {}", guest.name),
        "it is off",
        "start it to see what runs in it, or adopt it as it is",
    )
}

fn too_slow(guest: &Guest) -> Fault {
    Fault::passing(
        FaultCode::Unreachable,
        format!("nobody could look at {}", guest.name),
        format!("it did not answer for {} seconds", PATIENCE.as_secs()),
        "adopt it as it is, or look again later",
    )
}
