//! Connecting a host, page by page, and changing one that is known. What must hold: no credential is sent before the
//! operator has trusted the fingerprint that he saw, and no host gets SSH's before he trusted its key.

mod least;
mod pages;
mod rows;
mod ssh;
mod submit;
mod take;
mod words;

pub use self::pages::{Before, unfit};
use super::{Fields, Then};
use crate::{
    domain::{fault::Fault, ids::HostId, moment::Moment},
    engine::{Change, LeastPlan, SshKey, TestReport},
    tui::{keymap::Place, theme::Role},
};

#[derive(Debug, Clone)]
pub struct Connect {
    pub step: Step,
    /// The host that is changed; nothing where a new one is connected.
    before: Option<Box<Before>>,
    wheres: Fields,
    who: Fields,
    least: Fields,
    defaults: Fields,
    ssh: Fields,
    fingerprint: String,
    report: Option<Box<TestReport>>,
    plan: Option<Box<LeastPlan>>,
    ssh_key: Option<SshKey>,
    /// The SSH key that was trusted, and of whom.
    pinned: Option<Pinned>,
    /// What the question on its way is for.
    purpose: Purpose,
    /// What was wanted when the SSH key had to be shown first.
    after_key: Purpose,
    /// What the last try of this page came to.
    said: Vec<(String, Role)>,
    /// What is still to be changed after what is being changed.
    next: Option<Change>,
    /// Names that are taken.
    taken: Vec<String>,
    today: Moment,
    pub top: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Where,
    Trust,
    Who,
    /// What a token of our own is to be good for.
    Least,
    /// Every command that makes it, before one of them is run.
    Lines,
    Found,
    Defaults,
    Ssh,
    SshKey,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pinned {
    address: String,
    port: u16,
    fingerprint: String,
}

/// Why something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// To go on to the next page.
    Going,
    /// To see whether this page is right as it stands.
    Trying,
}

impl Connect {
    pub fn new(taken: Vec<String>, today: Moment) -> Self {
        Self::over(None, taken, today)
    }

    /// A known host: everything is as it is until it is changed.
    pub fn edit(before: Before, taken: Vec<String>, today: Moment) -> Self {
        Self::over(Some(Box::new(before)), taken, today)
    }

    fn over(before: Option<Box<Before>>, taken: Vec<String>, today: Moment) -> Self {
        let known = before.as_deref();
        Self {
            step: Step::Where,
            wheres: pages::wheres(known),
            who: pages::who(known),
            least: Fields::default(),
            defaults: Fields::default(),
            ssh: ssh::fields(known),
            fingerprint: known.map(|before| before.host.trust.pin.to_string()).unwrap_or_default(),
            report: None,
            plan: None,
            ssh_key: None,
            pinned: None,
            purpose: Purpose::Going,
            after_key: Purpose::Going,
            said: Vec::new(),
            next: None,
            taken,
            today,
            before,
            top: 0,
        }
    }

    pub fn place(&self) -> Place {
        match self.step {
            Step::Where | Step::Who | Step::Least | Step::Defaults | Step::Ssh => Place::Wizard,
            Step::Trust | Step::SshKey => Place::Trust,
            Step::Lines | Step::Found => Place::Found,
        }
    }

    pub fn fields(&self) -> Option<&Fields> {
        match self.step {
            Step::Where => Some(&self.wheres),
            Step::Who => Some(&self.who),
            Step::Least => Some(&self.least),
            Step::Defaults => Some(&self.defaults),
            Step::Ssh => Some(&self.ssh),
            Step::Trust | Step::Lines | Step::Found | Step::SshKey => None,
        }
    }

    pub fn fields_mut(&mut self) -> Option<&mut Fields> {
        match self.step {
            Step::Where => Some(&mut self.wheres),
            Step::Who => Some(&mut self.who),
            Step::Least => Some(&mut self.least),
            Step::Defaults => Some(&mut self.defaults),
            Step::Ssh => Some(&mut self.ssh),
            Step::Trust | Step::Lines | Step::Found | Step::SshKey => None,
        }
    }

    /// The fields that belong to the chosen way in; what a try said was said of another form.
    pub fn follow(&mut self) {
        self.said.clear();
        match self.step {
            Step::Who => pages::follow_who(&mut self.who, self.before.as_deref()),
            Step::Ssh => ssh::follow(&mut self.ssh),
            _ => {}
        }
    }

    /// What it is called in the end.
    pub fn name(&self) -> String {
        pages::name(&self.wheres)
    }

    /// The host that is changed.
    pub fn of(&self) -> Option<&HostId> {
        self.before.as_deref().map(|before| &before.host.id)
    }

    pub fn report(&self) -> Option<&TestReport> {
        self.report.as_deref().filter(|_| self.step == Step::Found)
    }

    /// The lines for a shell that stand on this page.
    pub fn lines(&self) -> Vec<String> {
        match self.step {
            Step::Lines => self.plan.iter().flat_map(|plan| &plan.lines).map(|line| line.line.clone()).collect(),
            Step::Found => self.report().map(crate::tui::layers::rights::grants).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// Whether a paste was a whole token, which goes into two fields.
    pub fn take_text(&mut self, text: &str) -> bool {
        self.step == Step::Who && pages::take_token(&mut self.who, text)
    }

    fn go(&mut self, step: Step) {
        self.said.clear();
        self.top = 0;
        self.step = step;
        self.follow();
    }

    /// One page back; what was typed stays.
    pub fn back(&mut self) -> Then {
        let to = match self.step {
            Step::Where => return Then::Close,
            Step::Trust | Step::Who => Step::Where,
            Step::Least => Step::Who,
            Step::Lines => Step::Least,
            Step::Found if self.makes_token() => Step::Lines,
            Step::Found => Step::Who,
            Step::Defaults => Step::Found,
            Step::Ssh => Step::Defaults,
            Step::SshKey => Step::Ssh,
        };
        self.go(to);
        Then::Stay
    }

    /// The field that a refusal is about; past the last where it is about none.
    pub fn field_of(&self, fault: &Fault) -> usize {
        let is_about_code = fault.why.contains("one-time code");
        match self.step {
            Step::Where => pages::ADDRESS,
            Step::Who if is_about_code => pages::CODE,
            Step::Who => pages::SECRET,
            Step::Ssh => self.ssh.all.len(),
            _ => usize::MAX,
        }
    }

    pub fn done(&self) -> String {
        let verb = if self.before.is_some() { "changed" } else { "connected" };
        format!("{} is {verb}", self.name())
    }

    /// What is to be changed after what was changed just now.
    pub fn next_change(&mut self) -> Option<Change> {
        self.next.take()
    }
}
