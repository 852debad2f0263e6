//! Looks how the apps are, restarts those that do not answer where the rules say so, and hears how the operator wants it.
//! What must hold: one process looks at a time, and no restart is begun that was not written down.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;

use super::{Answer, Engine, Request};
use crate::{
    domain::{
        app::App,
        care::{Amiss, Lead, Rules, Terms, Watch},
        fault::{Fault, FaultCode},
        ids::{AppId, GuestKey},
        plan::power::PowerWish,
        quote::command_line,
    },
    exec::{Arrival, JobId, Script},
    operations::{clock::now, desk::no_such_app, hands::Deed, probe::Heard, world::News},
    services::probes::{self, Inside, Rounds, subject},
};

/// An app that is new is seen by then.
const LONGEST_REST: Duration = Duration::from_secs(5);
/// To a guest and back.
const WAY: Duration = Duration::from_secs(20);
/// After a store that cannot be used.
const AGAIN: Duration = Duration::from_secs(10);
/// What a command that was cut short ends with, by the program that does so.
const CUT_SHORT: i32 = 124;

impl Engine {
    pub(super) async fn keep_probing(&self) {
        while self.leads().await && !self.0.end.is_cancelled() {
            if let Err(fault) = self.probe_while_leading().await {
                self.0.world.tell(News::Trouble(fault));
                tokio::select! {
                    () = tokio::time::sleep(AGAIN) => {}
                    () = self.0.end.cancelled() => return,
                }
            }
        }
    }

    async fn probe_while_leading(&self) -> Result<(), Fault> {
        let world = &self.0.world;
        let (mut lead, mut rules) = (self.0.lead.subscribe(), self.0.rules.subscribe());
        let mut rounds = Rounds::open(world, self.inside_of_guests(), now()).await?;
        while *lead.borrow_and_update() == Lead::Ours {
            let health = rules.borrow_and_update().health.clone();
            rounds.turn(world, &health, now()).await?;
            for guest in rounds.cures(world, &health, now()).await? {
                self.restart(guest).await;
            }
            tokio::select! {
                () = tokio::time::sleep(self.rest(&rounds)) => {}
                _ = lead.changed() => {}
                _ = rules.changed() => {}
                () = self.0.end.cancelled() => return Ok(rounds.write_down(world, now()).await?),
            }
        }
        Ok(rounds.hand_over(world).await?)
    }

    fn rest(&self, rounds: &Rounds) -> Duration {
        let soon = self.0.world.tempo.soon();
        rounds.rests_until().map_or(soon, |until| until.since(now()).clamp(soon, LONGEST_REST.max(soon)))
    }

    async fn restart(&self, guest: GuestKey) {
        match self.ask(Request::Power { guest, wish: PowerWish::Restart }).await {
            // Another process is at it.
            Err(fault) if fault.code != FaultCode::Busy => self.tell(&fault),
            _ => {}
        }
    }

    /// A command inside, as long as nobody sits at its console.
    fn inside_of_guests(&self) -> Inside {
        // Whoever is looked after must not keep alive who looks.
        let engine = Arc::downgrade(&self.0);
        Arc::new(move |guest, run, patience| {
            let engine = engine.upgrade().map(Engine);
            Box::pin(async move { engine?.peek(guest, &run, patience).await })
        })
    }

    async fn peek(&self, guest: GuestKey, run: &[String], patience: Duration) -> Option<Heard> {
        let store = &self.0.world.store;
        if store.has_visitor(&guest, now()).await.unwrap_or(true) {
            return None;
        }
        let (job, from) = (JobId::fresh(), Instant::now());
        let deeds = vec![
            Deed::Run { job: job.clone(), script: Script::new(limited(run, patience)), hear: Arc::new(|_| {}) },
            Deed::Clear(job),
        ];
        let working = self.work_as(guest, deeds, Arrival::Quiet, CancellationToken::new());
        // Where no road led there, or a person came, nothing was learned of the app.
        let code = tokio::time::timeout(patience + WAY, working).await.ok()?.ok()?;
        let said = match code {
            0 => Ok("done".to_owned()),
            CUT_SHORT => Err(format!("its command had not ended after {} s", patience.as_secs())),
            code => Err(format!("its command ended with {code}")),
        };
        Some(Heard { took: from.elapsed(), said })
    }

    /// One look, whoever leads.
    pub(super) async fn probe_now(&self, id: &AppId) -> Result<Answer, Fault> {
        let fleet = self.0.world.fleet();
        let app = fleet.app(id).ok_or_else(|| no_such_app(id))?;
        let terms = Terms::of(&self.0.rules.borrow().health, app);
        let what = terms.what.clone().ok_or_else(|| nothing_to_look_at(app))?;
        match probes::look(&subject(app, &terms), &self.inside_of_guests(), now()).await {
            Some(probed) => Ok(Answer::Probed(probed, what)),
            None => Err(not_looked_at(app)),
        }
    }

    pub(super) async fn set_watch(&self, id: &AppId, watch: Watch) -> Result<(), Fault> {
        let fleet = self.0.world.fleet();
        let app = fleet.app(id).ok_or_else(|| no_such_app(id))?;
        watch.check().map_err(|amiss| as_before(app, amiss))?;
        if app.book.is_none() {
            let why = "our books know nothing of it but its marker".to_owned();
            return Err(as_before(app, Amiss { why, remedy: "adopt its container anew".into() }));
        }
        let watch = (!watch.is_silent()).then_some(watch);
        self.0.world.store.watch(id.clone(), watch.clone()).await?;
        self.0.world.change(|fleet| {
            let shown = fleet.apps.iter_mut().find(|app| app.id == *id);
            if let Some(book) = shown.and_then(|app| app.book.as_mut()) {
                book.watch = watch;
            }
        });
        Ok(())
    }

    pub(super) fn set_rules(&self, rules: Rules) -> Result<(), Fault> {
        if let Err(Amiss { why, remedy }) = rules.health.check() {
            return Err(Fault::lasting(FaultCode::Usage, "the rules stay as they were", why, remedy));
        }
        self.0.rules.send_replace(Arc::new(rules));
        Ok(())
    }
}

/// Where the guest has a program that cuts others short, this one is.
fn limited(run: &[String], patience: Duration) -> String {
    let (line, seconds) = (command_line(run), patience.as_secs().max(1));
    format!("if command -v timeout >/dev/null 2>&1; then exec timeout {seconds} {line}; fi\nexec {line}\n")
}

fn as_before(app: &App, Amiss { why, remedy }: Amiss) -> Fault {
    Fault::lasting(FaultCode::Usage, format!("{} is watched as before", app.name), why, remedy)
}

fn nothing_to_look_at(app: &App) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("{} was not looked at", app.name),
        "it has no probe, and no port is known of it",
        format!("name one: `proximity app watch {} --probe http://:8080/`", app.name),
    )
}

fn not_looked_at(app: &App) -> Fault {
    Fault::passing(
        FaultCode::Unreachable,
        format!("{} was not looked at", app.name),
        "its address is not known, no road leads inside, or somebody sits at its console",
        format!("look at `proximity app show {}`", app.name),
    )
}
