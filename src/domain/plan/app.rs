//! Plans for the life of an app that is there: recycle bin and back, for good, copied, changed, moved, adopted, forgotten.
//! What must hold: an adopted app is never destroyed, and nothing that ran is left off when a plan is taken back.

use std::sync::Arc;

use super::{
    Aim, Plan, PlanKind, PowerAction, Step, Subject,
    backup::{self, Joining},
    deploy::tags,
    place::Footing,
    rights,
    step::{InnerScript, Tweak},
    steps::Steps,
};
use crate::domain::{
    app::{App, Marker, TAG},
    book::{Binned, Book, Origin, Page},
    catalog::RecipeId,
    fault::{Fault, FaultCode},
    fleet::{Guest, Power},
    ids::{AppId, GuestKey},
    moment::Moment,
    probe::{Probe, ProbeKind},
};

/// By which a listing shows that a guest waits in the recycle bin.
pub const BIN_TAG: &str = "proximity-bin";
/// An app with its guest as both are known now.
#[derive(Debug, Clone, Copy)]
pub struct Ours<'a> {
    pub app: &'a App,
    pub guest: &'a Guest,
}

impl Ours<'_> {
    pub(super) fn aim(&self) -> Aim {
        Aim::Known(self.guest.key.clone())
    }

    pub(super) fn runs(&self) -> bool {
        self.guest.power == Power::Running
    }

    pub(super) fn plan(&self, kind: PlanKind, steps: Vec<Step>) -> Plan {
        let subject = Subject::App { app: self.app.id.clone(), guest: self.guest.key.clone() };
        Plan::new(kind, subject, self.app.name.to_string(), steps)
    }

    /// Looked at first, with all rights that the rest needs.
    pub(super) fn checked(&self, steps: Steps, footing: Footing) -> Vec<Step> {
        let mut steps = steps.done();
        let rights = rights::of(&steps, self.guest.pool.as_deref());
        if let Some(first @ Step::Check(_)) = steps.first_mut() {
            *first = Step::Check(Box::new(Footing { rights, ..footing }));
        }
        steps
    }

    pub(super) fn begin(&self) -> (Steps, Footing) {
        let footing = Footing::of_guest(self.guest.key.clone());
        let mut steps = Steps::default();
        steps.add(Step::Check(Box::new(footing.clone())));
        (steps, footing)
    }

    /// Off, and on again should all be taken back.
    pub(super) fn stop(&self, steps: &mut Steps) {
        if self.runs() {
            steps.power(&self.aim(), PowerAction::Shutdown, Some(PowerAction::Start));
        }
    }

    pub(super) fn tags(&self) -> Vec<String> {
        self.guest.tags.iter().map(|tag| tag.to_string()).collect()
    }

    pub(super) fn with_book(&self, now: Moment, change: impl FnOnce(&mut Book)) -> App {
        let mut app = self.app.clone();
        let mut book = app.book.take().unwrap_or_else(|| Box::new(Book::new(Origin::Deployed, now)));
        change(&mut book);
        App { book: Some(book), ..app }
    }

    pub(super) fn record(&self, steps: &mut Steps, app: App) {
        self.record_at(steps, app, self.aim());
    }

    pub(super) fn record_at(&self, steps: &mut Steps, app: App, aim: Aim) {
        steps.add(Step::Record { app: Box::new(app), before: Some(Box::new(self.app.clone())), aim });
    }
}

pub(super) fn refused(what: String, why: &str, remedy: &str) -> Fault {
    Fault::lasting(FaultCode::Refused, what, why, remedy)
}

fn refuse_adopted(ours: Ours<'_>) -> Result<(), Fault> {
    if !ours.app.is_adopted() {
        return Ok(());
    }
    Err(refused(
        format!("{} was not removed", ours.app.name),
        "it was adopted: Proximity did not make its container and never destroys it",
        "forget it instead; its container stays as it is",
    ))
}

/// Into the recycle bin: stopped, protected, tagged, and gone at `until`.
pub fn bin(ours: Ours<'_>, until: Moment, now: Moment) -> Result<Plan, Fault> {
    refuse_adopted(ours)?;
    if ours.app.binned_until().is_some() {
        return Err(refused(
            format!("{} was left where it is", ours.app.name),
            "it is in the recycle bin already",
            "destroy it for good, or take it out of the bin",
        ));
    }
    let (mut steps, footing) = ours.begin();
    ours.stop(&mut steps);
    let mut marked = ours.tags();
    marked.push(BIN_TAG.into());
    steps.configure(&ours.aim(), vec![Tweak::StartsOnBoot(false), Tweak::Tags(marked), Tweak::Protected(true)]);
    let binned = Binned { until, pool: ours.guest.pool.as_ref().map(|pool| pool.to_string()), ran: ours.runs() };
    ours.record(&mut steps, ours.with_book(now, |book| book.binned = Some(binned)));
    Ok(ours.plan(PlanKind::Bin, ours.checked(steps, footing)))
}

/// Whether another one is what this one was before it was put into the bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Free,
    /// By what a restore brought back.
    Taken,
}

/// Out of the recycle bin, and on again if it ran before.
pub fn unbin(ours: Ours<'_>, place: Place, now: Moment) -> Result<Plan, Fault> {
    let binned = ours.app.book.as_ref().and_then(|book| book.binned.clone()).ok_or_else(|| {
        refused(
            format!("{} was left as it is", ours.app.name),
            "it is not in the recycle bin",
            "start it if it does not run",
        )
    })?;
    if place == Place::Taken {
        return Err(refused(
            format!("{} was left in the recycle bin", ours.app.name),
            "a restored one has its place, its name and its address",
            "undo the restore: then this one takes its place again",
        ));
    }
    let (mut steps, footing) = ours.begin();
    let mut plain = ours.tags();
    plain.retain(|tag| tag != BIN_TAG);
    let mut tweaks = vec![Tweak::Protected(false), Tweak::Tags(plain), Tweak::StartsOnBoot(true)];
    if ours.app.book.as_ref().is_some_and(|book| book.replaced_in.is_some()) {
        tweaks.push(Tweak::Plugged(true));
    }
    steps.configure(&ours.aim(), tweaks);
    if binned.ran {
        steps.power(&ours.aim(), PowerAction::Start, Some(PowerAction::Shutdown));
    }
    ours.record(&mut steps, ours.with_book(now, |book| (book.binned, book.replaced_in) = (None, None)));
    Ok(ours.plan(PlanKind::Unbin, ours.checked(steps, footing)))
}

/// For good.
pub fn destroy(ours: Ours<'_>) -> Result<Plan, Fault> {
    refuse_adopted(ours)?;
    let (mut steps, footing) = ours.begin();
    ours.stop(&mut steps);
    steps.configure(&ours.aim(), vec![Tweak::Protected(false)]);
    let removal = steps.task(&ours.guest.key.host, Step::BeginRemoval { aim: ours.aim() });
    steps.add(Step::Forget { app: ours.app.id.clone() });
    let steps = ours.checked(steps, footing);
    Ok(Plan { no_return: Some(removal), ..ours.plan(PlanKind::Destroy, steps) })
}

/// What the operator says of a guest that becomes an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    pub app: AppId,
    pub name: String,
    pub recipe: Option<RecipeId>,
    pub port: Option<u16>,
    pub page: Option<Page>,
    pub probe: Option<ProbeKind>,
    /// Where it is now, if it is anywhere.
    pub address: Option<Arc<str>>,
    pub joining: Option<Joining>,
    pub console: ConsoleWish,
    pub now: Moment,
}

/// What is to become of the console of an adopted container.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ConsoleWish {
    #[default]
    Leave,
    /// It is set, and felt from the operator's next restart on.
    Shell,
}

/// Seconds until an adopted app must have answered once, and between two tries.
const PATIENCE: u64 = 30;

/// The container itself is not touched and not restarted; only its description and tags say whose it is.
pub fn adopt(guest: &Guest, adoption: &Adoption) -> Result<Plan, Fault> {
    if guest.kind != crate::domain::fleet::GuestKind::Container || guest.is_template {
        return Err(refused(
            format!("{} was not adopted", guest.name),
            "only containers become apps; machines and templates stay what they are",
            "nothing is to be done",
        ));
    }
    let marker = Marker {
        recipe: adoption.recipe.as_ref().map(|recipe| recipe.as_str().into()),
        ports: adoption.port.into_iter().collect(),
        origin: Origin::Adopted,
        ..Marker::of(adoption.app.clone())
    };
    let probe = adoption.probe.clone().map(|what| Probe { what, deadline: PATIENCE, interval: PATIENCE });
    let (recipe, page) = (adoption.recipe.clone(), adoption.page.clone());
    let console_set = (adoption.console == ConsoleWish::Shell).then_some(adoption.now);
    let book = Book { probe, recipe, page, console_set, ..Book::new(Origin::Adopted, adoption.now) };
    let app = App {
        id: adoption.app.clone(),
        name: Arc::from(adoption.name.as_str()),
        guest: guest.key.clone(),
        marker: marker.clone(),
        address: adoption.address.clone(),
        book: Some(Box::new(book)),
    };
    let ours = Ours { app: &app, guest };
    let (mut steps, footing) = ours.begin();
    steps.add(Step::Record { app: Box::new(app.clone()), before: None, aim: ours.aim() });
    let tagged = Tweak::Tagged { add: tags(), remove: Vec::new() };
    let mut tweaks = vec![Tweak::Marker(Some(marker)), tagged];
    if adoption.console == ConsoleWish::Shell {
        tweaks.push(Tweak::Shell(true));
    }
    steps.configure(&ours.aim(), tweaks);
    backup::join(&mut steps, &guest.key.host, adoption.joining.clone());
    let steps = ours.checked(steps, Footing { name: Some(adoption.name.clone()), ..footing });
    Ok(ours.plan(PlanKind::Adopt, steps))
}

/// An app that our books have lost is written down again, and listed as one.
pub fn take_in(guest: &Guest, app: &App) -> Plan {
    let ours = Ours { app, guest };
    let (mut steps, footing) = ours.begin();
    steps.add(Step::Record { app: Box::new(app.clone()), before: None, aim: ours.aim() });
    steps.configure(&ours.aim(), vec![Tweak::Tagged { add: tags(), remove: Vec::new() }]);
    let steps = ours.checked(steps, Footing { name: Some(app.name.to_string()), ..footing });
    ours.plan(PlanKind::Adopt, steps)
}

/// Out of our books; the container stays as it is, without our line and tag.
pub fn forget(ours: Ours<'_>) -> Plan {
    let (mut steps, footing) = ours.begin();
    let plain = Tweak::Tagged { add: Vec::new(), remove: vec![TAG.into(), BIN_TAG.into()] };
    let mut tweaks = vec![Tweak::Marker(None), plain];
    // A shell of root at its console was for us.
    if ours.app.book.as_ref().is_some_and(|book| book.console_set.is_some()) {
        tweaks.push(Tweak::Console(None));
    }
    steps.configure(&ours.aim(), tweaks);
    let last = steps.add(Step::Forget { app: ours.app.id.clone() });
    Plan { no_return: Some(last), ..ours.plan(PlanKind::Forget, ours.checked(steps, footing)) }
}

/// An app whose guest is gone for certain leaves the books alone.
pub fn forget_missing(app: &App) -> Plan {
    let subject = Subject::App { app: app.id.clone(), guest: app.guest.clone() };
    Plan::new(PlanKind::Forget, subject, app.name.to_string(), vec![Step::Forget { app: app.id.clone() }])
}

/// A command inside.
pub fn run(app: &App, guest: &GuestKey, command: InnerScript) -> Plan {
    let subject = Subject::App { app: app.id.clone(), guest: guest.clone() };
    let steps = vec![Step::Run { aim: Aim::Known(guest.clone()), script: command }];
    Plan::new(PlanKind::Run, subject, app.name.to_string(), steps)
}
