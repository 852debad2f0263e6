//! Connecting a host, page by page: where it is, whether its certificate is trusted, who logs in, what was found. What
//! must hold: no credential is sent before the operator has trusted the fingerprint that he saw.

use super::{Field, Fields, Then, Wanted, Wrong};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        secret::Secret,
    },
    engine::{Answer, Change, Credential, HostDraft, PublicCa, Query, TestReport},
    tui::keymap::Place,
};

#[derive(Debug, Clone)]
pub struct Connect {
    pub step: Step,
    wheres: Fields,
    pub(super) fingerprint: String,
    who: Fields,
    pub(super) report: Option<TestReport>,
    /// Names that are taken.
    taken: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Where,
    Trust,
    Who,
    Found,
}

const ADDRESS: usize = 0;
const NAME: usize = 1;
const TOKEN: &str = "API token";
const PASSWORD: &str = "user and password";
const HOW: usize = 0;

impl Connect {
    pub fn new(taken: Vec<String>) -> Self {
        let wheres = Fields::of(vec![
            Field::plain("address", "10.0.0.2 or pve.example.org:8006"),
            Field::plain("name", "what you call it; its address if left empty"),
        ]);
        let how = Field::choice("log in with", [TOKEN, PASSWORD]);
        let mut connect =
            Self { step: Step::Where, wheres, fingerprint: String::new(), who: Fields::default(), report: None, taken };
        connect.who.all.push(how);
        connect.follow_choice();
        connect
    }

    pub fn place(&self) -> Place {
        match self.step {
            Step::Where | Step::Who => Place::Form,
            Step::Trust => Place::Trust,
            Step::Found => Place::Found,
        }
    }

    pub fn fields(&self) -> Option<&Fields> {
        match self.step {
            Step::Where => Some(&self.wheres),
            Step::Who => Some(&self.who),
            Step::Trust | Step::Found => None,
        }
    }

    pub fn fields_mut(&mut self) -> Option<&mut Fields> {
        match self.step {
            Step::Where => Some(&mut self.wheres),
            Step::Who => Some(&mut self.who),
            Step::Trust | Step::Found => None,
        }
    }

    /// The fields that belong to the chosen way in.
    pub fn follow_choice(&mut self) {
        let wants_token = self.who.all[HOW].value() == TOKEN;
        let has_token = self.who.all.get(1).is_some_and(|field| field.label == "token id");
        if self.who.all.len() > 1 && wants_token == has_token {
            return;
        }
        self.who.all.truncate(1);
        self.who.all.extend(if wants_token {
            vec![
                Field::plain("token id", "proximity@pve!deck"),
                Field::secret("secret", "shown once when the token is made"),
            ]
        } else {
            vec![
                Field::plain("user", "root@pam"),
                Field::secret("password", ""),
                Field::plain("one-time code", "only where this user has a second factor"),
            ]
        });
    }

    pub fn submit(&mut self) -> Result<Option<Wanted>, Wrong> {
        match self.step {
            Step::Where => self.ask_fingerprint().map(Some),
            Step::Trust => {
                self.step = Step::Who;
                Ok(None)
            }
            Step::Who => Ok(Some(Wanted::Query(Query::TestDraft(self.draft()?), "logging in"))),
            Step::Found => Ok(Some(Wanted::Change(Change::AddHost(self.draft()?), "connecting"))),
        }
    }

    fn ask_fingerprint(&mut self) -> Result<Wanted, Wrong> {
        let address = self.wheres.all[ADDRESS].value().to_owned();
        if address.is_empty() {
            return Err(Wrong::at(
                ADDRESS,
                "no address",
                "it says where the Proxmox host is",
                "type what you type into the browser to reach it",
            ));
        }
        let name = self.name();
        if self.taken.contains(&name) {
            return Err(Wrong::at(
                NAME,
                "this name is taken",
                "two hosts of one name could not be told apart",
                "choose another name",
            ));
        }
        let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
        if name.is_empty() || name.len() > 40 || !name.chars().all(fits) {
            return Err(Wrong::at(
                NAME,
                "a host cannot be called that",
                "its name is part of every guest's key",
                "use letters, digits, dots and dashes, 40 at most",
            ));
        }
        Ok(Wanted::Query(Query::Fingerprint { address }, "asking who answers there"))
    }

    /// As typed, or the machine's part of the address.
    pub fn name(&self) -> String {
        match self.wheres.all[NAME].value() {
            "" => host_of(self.wheres.all[ADDRESS].value()),
            name => name.to_owned(),
        }
    }

    fn draft(&self) -> Result<HostDraft, Wrong> {
        Ok(HostDraft {
            name: self.name(),
            address: self.wheres.all[ADDRESS].value().to_owned(),
            fingerprint: self.fingerprint.clone(),
            public_ca: PublicCa::Refused,
            credential: self.credential()?,
            least: None,
            ssh: None,
            defaults: Default::default(),
        })
    }

    fn credential(&self) -> Result<Credential, Wrong> {
        let field = |at: usize| &self.who.all[at];
        if field(HOW).value() == TOKEN {
            let id = field(1).value();
            let (owner, name) = id.split_once('!').unwrap_or((id, ""));
            if !owner.contains('@') || name.is_empty() {
                return Err(Wrong::at(
                    1,
                    "this is no token id",
                    "it has three parts: user, realm and the token's name",
                    "write it as Proxmox shows it: user@realm!name",
                ));
            }
            filled(field(2), 2, "no secret", "copy the secret that Proxmox showed when the token was made")?;
            return Ok(Credential::Token { id: id.into(), secret: Secret::new(field(2).value()) });
        }
        if !field(1).value().contains('@') {
            return Err(Wrong::at(
                1,
                "the realm is missing",
                "Proxmox knows users by name and realm",
                "write user@realm: root@pam for the machine's root",
            ));
        }
        filled(field(2), 2, "no password", "type the password of this user")?;
        let totp = Some(field(3).value()).filter(|code| !code.is_empty()).map(Secret::new);
        Ok(Credential::Password { user: field(1).value().into(), password: Secret::new(field(2).exact()), totp })
    }

    pub fn take(&mut self, answer: Answer) {
        match (self.step, answer) {
            (Step::Where, Answer::Fingerprint(fingerprint)) => {
                self.fingerprint = fingerprint;
                self.step = Step::Trust;
            }
            (Step::Who, Answer::Test(report)) => {
                self.report = Some(report);
                self.step = Step::Found;
            }
            _ => {}
        }
    }

    /// The field that a refusal is about.
    pub fn field_of(&self, fault: &Fault) -> usize {
        match (self.step, fault.code) {
            (Step::Who, FaultCode::Refused) if fault.why.contains("one-time code") => self.who.all.len() - 1,
            (Step::Who, _) => 2,
            _ => ADDRESS,
        }
    }

    pub fn back(&mut self) -> Then {
        self.step = match self.step {
            Step::Where => return Then::Close,
            Step::Trust | Step::Who => Step::Where,
            Step::Found => Step::Who,
        };
        Then::Stay
    }

    pub fn report(&self) -> Option<&TestReport> {
        self.report.as_ref().filter(|_| self.step == Step::Found)
    }
}

fn filled(field: &Field, at: usize, what: &str, remedy: &str) -> Result<(), Wrong> {
    if field.is_empty() { Err(Wrong::at(at, what, "nothing can log in without it", remedy)) } else { Ok(()) }
}

/// `https://pve.example.org:8006/` is called `pve.example.org`.
fn host_of(address: &str) -> String {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    let bare = bare.split(['/', '?', ',']).next().unwrap_or_default();
    if bare.starts_with('[') || bare.matches(':').count() > 1 {
        return bare.trim_matches(['[', ']']).replace([':', ']'], "-");
    }
    bare.split(':').next().unwrap_or_default().to_owned()
}
