//! Keeps the gateways as the apps want them: whatever changes the routes of a host, its gateway gets them, once it is quiet.
//! What must hold: one at a time, never a file that it has already, and never in a loop where it fails.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use super::{Answer, Engine, Request};
use crate::{
    domain::{
        app::App,
        fault::{Fault, FaultCode},
        fleet::{Fleet, Reach},
        gateway::{self, Gateway, OWN_PORTS, Publishing, ROOT, Table},
        ids::AppId,
        operation::Operation,
    },
    operations::desk::no_such_app,
    services::apps,
};

/// After so many failures it is not waited longer than for the longest.
const MOST_DOUBLED: u32 = 6;
/// Before the first further try where routes could not be given; each one after it waits twice as long.
const AGAIN: Duration = Duration::from_secs(60);
/// What did not change the fleet may have become due: a try that was put off.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// A gateway that did not take what it should have.
struct Tried {
    table: Table,
    failures: u32,
    next: Instant,
}

impl Engine {
    pub(super) async fn keep_the_gateways(&self) {
        let (mut fleet, mut tried, mut seen) = (self.fleet(), HashMap::new(), None);
        loop {
            // Apps that come and go together are one reload.
            tokio::select! {
                () = tokio::time::sleep(self.0.world.tempo.quiet) => {}
                () = self.0.end.cancelled() => return,
            }
            fleet.mark_unchanged();
            // What it is to have follows from the books, and not from what this process remembers of them.
            if apps::take_in(&self.0.world, &mut seen).await.is_ok() {
                self.publish_what_waits(&mut tried).await;
            }
            tokio::select! {
                changed = fleet.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = self.0.end.cancelled() => return,
            }
        }
    }

    async fn publish_what_waits(&self, tried: &mut HashMap<AppId, Tried>) {
        let fleet = self.0.world.fleet();
        tried.retain(|app, _| fleet.app(app).is_some());
        for gateway in Gateway::all(&fleet) {
            let wanted = gateway::wanted(&fleet, &gateway).table;
            if !can_be_given(&fleet, &gateway) || gateway::waiting(&fleet, &gateway, &wanted).is_empty() {
                continue;
            }
            let rests = |tried: &Tried| tried.table == wanted && Instant::now() < tried.next;
            if tried.get(&gateway.app).is_some_and(rests) || !self.still_waits(&fleet, &gateway, &wanted).await {
                continue;
            }
            let went_well = match self.begin(&Request::Publish(gateway.app.clone())).await {
                Ok(id) => self.went_well(id).await,
                // Another process is at it.
                Err(fault) if fault.code == FaultCode::Busy => continue,
                Err(fault) => {
                    self.tell(&fault);
                    false
                }
            };
            if went_well {
                tried.remove(&gateway.app);
            } else {
                let failures = tried.get(&gateway.app).map_or(0, |tried| tried.failures + 1).min(MOST_DOUBLED);
                let next = Instant::now() + AGAIN * 2_u32.pow(failures);
                tried.insert(gateway.app.clone(), Tried { table: wanted, failures, next });
            }
        }
    }

    /// Another process may have given it its routes just now: the books know.
    async fn still_waits(&self, fleet: &Fleet, gateway: &Gateway, wanted: &Table) -> bool {
        let Ok(Some(kept)) = self.0.world.store.app(gateway.app.clone()).await else { return false };
        let Some(kept) = Gateway::of(&kept) else { return false };
        if kept.applied == gateway.applied {
            return true;
        }
        self.0.world.change(|fleet| {
            let shown = fleet.apps.iter_mut().find(|app| app.id == gateway.app);
            if let Some(book) = shown.and_then(|app| app.book.as_mut()) {
                book.applied.clone_from(&kept.applied);
            }
        });
        !gateway::waiting(fleet, &kept, wanted).is_empty()
    }

    /// What the operator wants for an app at the gateway.
    pub(super) async fn set_publishing(&self, id: &AppId, publishing: Publishing) -> Result<(), Fault> {
        let fleet = self.0.world.fleet();
        let app = fleet.app(id).ok_or_else(|| no_such_app(id))?;
        may_be_published(&fleet, app, &publishing)?;
        if let Some(holder) = self.0.world.store.publish(app, publishing.clone()).await? {
            let holder = fleet.app(&holder).map_or_else(|| holder.to_string(), |app| app.name.to_string());
            let port = publishing.port.unwrap_or_default();
            return Err(refused(
                app,
                format!("port {port} of its gateway is kept for {holder}"),
                "choose another port; `proximity port list` shows which are taken",
            ));
        }
        self.0.world.change(|fleet| {
            let shown = fleet.apps.iter_mut().find(|app| app.id == *id);
            if let Some(book) = shown.and_then(|app| app.book.as_mut()) {
                book.publishing = publishing;
            }
        });
        Ok(())
    }

    pub(super) async fn gateway_root(&self, id: &AppId) -> Result<Answer, Fault> {
        let fleet = self.0.world.fleet();
        let app = fleet.app(id).ok_or_else(|| no_such_app(id))?;
        let gateway = Gateway::of(app).filter(|gateway| gateway.tls == gateway::Tls::Internal);
        let gateway = gateway.ok_or_else(|| {
            Fault::lasting(
                FaultCode::Refused,
                format!("{} has no certificate of its own", app.name),
                "it is no gateway with an authority of its own",
                "nothing is to be trusted by hand",
            )
        })?;
        let printed = self.printed_inside(&gateway.guest, &format!("cat {ROOT}\n")).await?;
        match certificate(&printed) {
            Some(text) => Ok(Answer::Text(text)),
            None => Err(Fault::lasting(
                FaultCode::NotFound,
                format!("{} has made no certificate yet", app.name),
                format!("there is no {ROOT} inside it"),
                "publish an app by a name first: `proximity gateway publish`",
            )),
        }
    }
}

/// Where it answers, runs, and nothing else is done to it.
fn can_be_given(fleet: &Fleet, gateway: &Gateway) -> bool {
    let is_at_work = fleet.last_operation_on(&gateway.guest).is_some_and(Operation::is_running);
    let answers = fleet.host(gateway.host()).is_some_and(|host| host.reach == Reach::Online);
    answers && gateway.runs(fleet) && !is_at_work
}

fn may_be_published(fleet: &Fleet, app: &App, publishing: &Publishing) -> Result<(), Fault> {
    if Gateway::is(app) {
        return Err(refused(app, "it is the gateway itself".into(), "nothing is to be done"));
    }
    if app.book.is_none() {
        return Err(refused(app, "our books know nothing of it but its marker".into(), "adopt its container anew"));
    }
    if publishing.wish == gateway::Wish::Yes && gateway::upstream_of(app).is_none() && app.marker.ports.is_empty() {
        return Err(refused(
            app,
            "it has no page, and no port is known of it".into(),
            "adopt it anew with the port that it listens at",
        ));
    }
    if let Some(label) = &publishing.label
        && !gateway::is_label(label)
    {
        let remedy = "small letters, digits and - can stand in a name, at most 63 of them";
        return Err(refused(app, format!("`{label}` cannot stand in an address"), remedy));
    }
    let is_same = |other: &&App| {
        let of_book = other.book.as_ref().and_then(|book| book.publishing.label.as_ref());
        other.id != app.id
            && other.guest.host == app.guest.host
            && of_book.is_some()
            && of_book == publishing.label.as_ref()
    };
    if let Some(other) = fleet.apps.iter().find(is_same) {
        return Err(refused(app, format!("{} is published under this name", other.name), "choose another name"));
    }
    match publishing.port {
        Some(port) if port == 0 || OWN_PORTS.contains(&port) => {
            Err(refused(app, format!("port {port} is the gateway's own"), "choose another port, such as 8000 to 9000"))
        }
        _ => Ok(()),
    }
}

fn refused(app: &App, why: String, remedy: &str) -> Fault {
    Fault::lasting(FaultCode::Refused, format!("{} is published as before", app.name), why, remedy)
}

/// The one that was printed, and nothing around it.
fn certificate(printed: &str) -> Option<String> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let from = printed.find(BEGIN)?;
    let to = printed[from..].find(END)? + from + END.len();
    let text = printed[from..to].replace('\r', "");
    let is_plain = text.chars().all(|c| c == '\n' || c.is_ascii_graphic() || c == ' ');
    is_plain.then(|| text + "\n")
}
