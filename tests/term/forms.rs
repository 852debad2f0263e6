//! The forms: what is asked in which order, what stands beside which field, and what is never shown.

use std::sync::Arc;

use proximity::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::{Fleet, Vault},
        ids::HostId,
    },
    engine::{Answer, Change, Credential, MissingRight, Query, TestReport},
    tui::{
        effect::Effect,
        event::{Event, Ticket},
        keymap::Place,
        model::Opening,
    },
};

use crate::deck::{fleet, stage::Stage};

pub const FINGERPRINT: &str =
    "0C:1B:2A:39:48:57:66:75:84:93:A2:B1:C0:DF:EE:FD:0C:1B:2A:39:48:57:66:75:84:93:A2:B1:C0:DF:EE:FD";

fn first_run() -> Stage {
    let mut stage = Stage::new(Fleet::default(), 100, 30);
    stage.model.opening = Opening::FirstRun;
    stage
}

/// What the picture says, without colours.
pub fn text(stage: &Stage) -> String {
    let picture = stage.picture();
    let rows = picture.content().chunks(usize::from(picture.area.width));
    rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>() + "\n").collect()
}

pub fn sees(stage: &Stage, what: &str) {
    let text = text(stage);
    assert!(text.contains(what), "{what:?} is not on the screen:\n{text}");
}

pub fn typed(stage: &mut Stage, what: &str) {
    stage.send(Event::Paste(what.into()));
}

pub fn query(stage: &mut Stage) -> (Ticket, Query) {
    match stage.effects.pop() {
        Some(Effect::Query(ticket, query)) => (ticket, query),
        other => panic!("no query but {other:?}"),
    }
}

pub fn change(stage: &mut Stage) -> (Ticket, Change) {
    let at = stage.effects.iter().rposition(|effect| matches!(effect, Effect::Change(..)));
    match at.map(|at| stage.effects.remove(at)) {
        Some(Effect::Change(ticket, change)) => (ticket, change),
        other => panic!("no change but {other:?}"),
    }
}

pub fn refused(why: &str) -> Fault {
    Fault::lasting(FaultCode::Refused, "the log-in failed", why, "check it")
}

pub fn report(missing: Vec<MissingRight>) -> Answer {
    Answer::Test(Box::new(TestReport {
        version: "9.2.3".into(),
        cluster: Some("lab".into()),
        nodes: 3,
        guests: 41,
        missing,
        optional: Vec::new(),
        storages: Vec::new(),
        bridges: Vec::new(),
        pools: Vec::new(),
        proposed: Default::default(),
        expires: None,
        lacks: Vec::new(),
    }))
}

/// Up to the page where credentials are typed.
pub fn trusted() -> Stage {
    let mut stage = first_run();
    stage.keys("Enter");
    typed(&mut stage, "https://pve.example.org:8006/\n");
    stage.keys("Enter Enter");
    let (ticket, asked) = query(&mut stage);
    assert!(matches!(asked, Query::Fingerprint { address } if address == "https://pve.example.org:8006/"));
    stage.send(Event::Answered(ticket, Ok(Answer::Fingerprint(FINGERPRINT.into()))));
    stage.keys("y");
    stage
}

#[test]
fn a_newcomer_connects_a_host_with_a_token() {
    let mut stage = trusted();
    sees(&stage, "who logs in to pve.example.org?");
    stage.keys("Tab");
    typed(&mut stage, "proximity@pve!deck");
    stage.keys("Tab");
    typed(&mut stage, " 3b1f0c5a-secret ");
    assert!(!text(&stage).contains("secret-"), "{}", text(&stage));
    assert!(!text(&stage).contains("3b1f0c5a"), "{}", text(&stage));
    stage.keys("C-s");
    sees(&stage, "logging in …");
    let (ticket, Query::TestDraft(draft)) = query(&mut stage) else { panic!("a test") };
    assert_eq!((draft.name.as_str(), draft.fingerprint.as_str()), ("pve.example.org", FINGERPRINT));
    let Credential::Token { id, secret } = &draft.credential else { panic!("a token") };
    assert_eq!((id.as_str(), secret.reveal()), ("proximity@pve!deck", "3b1f0c5a-secret"));
    let grant = "pveum acl modify / --tokens 'proximity@pve!deck' --roles PVEAuditor";
    let missing = MissingRight {
        privilege: "Sys.Audit".into(),
        path: "/".into(),
        needed_for: "node figures".into(),
        grant: grant.into(),
    };
    stage.send(Event::Answered(ticket, Ok(report(vec![missing]))));
    for said in ["Proxmox VE 9.2.3", "cluster lab · 3 nodes · 41 guests", "Sys.Audit on / is missing", grant] {
        sees(&stage, said);
    }
    stage.keys("c");
    assert!(stage.effects.iter().any(|effect| matches!(effect, Effect::Copy(text) if text == grant)));
    stage.keys("C-s");
    let (ticket, Change::AddHost(_)) = change(&mut stage) else { panic!("a host") };
    stage.send(Event::Changed(ticket, Ok(())));
    assert_eq!(stage.model.place(), Place::FirstRun);
    sees(&stage, "pve.example.org is connected");
    stage.send(Event::Fleet(Arc::new(fleet::homelab())));
    assert_eq!(stage.model.place(), Place::Overview);
}

#[test]
fn no_credential_can_be_typed_before_the_fingerprint_was_trusted() {
    let mut stage = first_run();
    stage.keys("Enter");
    typed(&mut stage, "10.0.0.2");
    stage.keys("C-s");
    let (ticket, _) = query(&mut stage);
    stage.send(Event::Answered(ticket, Ok(Answer::Fingerprint(FINGERPRINT.into()))));
    sees(&stage, "0C:1B:2A:39:48:57:66:75:84:93:A2:B1:C0:DF:EE:FD:");
    sees(&stage, "pvenode cert info");
    stage.keys("Enter C-s Space Tab");
    assert_eq!(stage.model.place(), Place::Trust);
    stage.keys("n");
    sees(&stage, "10.0.0.2");
    assert_eq!(stage.model.place(), Place::Wizard);
    assert!(stage.effects.is_empty());
}

#[test]
fn a_user_with_a_password_and_a_code_is_asked_for_all_three() {
    let mut stage = trusted();
    stage.keys("Right Tab");
    typed(&mut stage, "root@pam");
    stage.keys("Tab");
    typed(&mut stage, "correct horse");
    assert!(!text(&stage).contains("horse"));
    stage.keys("Enter Enter Enter");
    let (ticket, _) = query(&mut stage);
    stage.send(Event::Answered(ticket, Err(refused("root@pam has a second factor, and no one-time code was given"))));
    // The refusal stands under the code, and the hand is there.
    let lines: Vec<String> = text(&stage).lines().map(str::to_owned).collect();
    let code = lines.iter().position(|line| line.contains("one-time code")).expect("the field");
    assert!(lines[code + 1].contains("✖ the log-in failed"), "{}", lines.join("\n"));
    typed(&mut stage, "123456");
    stage.keys("C-s");
    let (_, Query::TestDraft(draft)) = query(&mut stage) else { panic!("a test") };
    let Credential::Password { user, password, totp } = draft.credential else { panic!("a password") };
    assert_eq!(
        (user.as_str(), password.reveal(), totp.as_ref().map(|code| code.reveal())),
        ("root@pam", "correct horse", Some("123456"))
    );
}

#[test]
fn what_is_wrong_stands_beside_its_field_before_anybody_is_asked() {
    let mut stage = first_run();
    stage.keys("Enter C-s");
    sees(&stage, "no address");
    typed(&mut stage, "10.0.0.2");
    stage.keys("Tab");
    typed(&mut stage, "my lab");
    stage.keys("C-s");
    sees(&stage, "a host cannot be called that");
    assert!(stage.effects.is_empty());
    let mut stage = trusted();
    for (keys, id, said) in [("Tab", "deck", "this is no token id"), ("C-u", "proximity@pve!deck", "no secret")] {
        stage.keys(keys);
        typed(&mut stage, id);
        stage.keys("C-s");
        sees(&stage, said);
    }
    stage.keys("BackTab BackTab Right Tab");
    typed(&mut stage, "root");
    stage.keys("C-s");
    sees(&stage, "the realm is missing");
    assert!(stage.effects.is_empty());
}

#[test]
fn a_name_that_is_taken_is_refused() {
    let mut stage = Stage::new(fleet::homelab(), 100, 30);
    stage.keys("4 n");
    typed(&mut stage, "10.0.0.9");
    stage.keys("Tab");
    typed(&mut stage, fleet::host().as_str());
    stage.keys("C-s");
    sees(&stage, "this name is taken");
}

#[test]
fn an_answer_to_what_was_left_changes_nothing_and_a_form_that_waits_is_not_typed_into() {
    let mut stage = first_run();
    stage.keys("Enter");
    typed(&mut stage, "10.0.0.2");
    stage.keys("C-s");
    let (late, _) = query(&mut stage);
    typed(&mut stage, "99");
    stage.keys("Tab x Esc");
    assert_eq!(stage.model.place(), Place::Wizard);
    assert!(!text(&stage).contains("10.0.0.299"));
    stage.send(Event::Answered(late, Ok(Answer::Fingerprint(FINGERPRINT.into()))));
    assert_eq!(stage.model.place(), Place::Wizard);
    stage.keys("Esc");
    assert_eq!(stage.model.place(), Place::FirstRun);
}

#[test]
fn a_failed_connection_says_what_why_and_remedy() {
    let mut stage = first_run();
    stage.keys("Enter");
    typed(&mut stage, "10.0.0.2");
    stage.keys("C-s");
    let (ticket, _) = query(&mut stage);
    let fault = Fault::passing(FaultCode::Unreachable, "10.0.0.2 does not answer", "port 8006 is closed", "start it");
    stage.send(Event::Answered(ticket, Err(fault)));
    for said in ["✖ 10.0.0.2 does not answer", "port 8006 is closed", "▸ start it"] {
        sees(&stage, said);
    }
}

fn locked(vault: Vault) -> Fleet {
    Fleet { vault, ..fleet::homelab() }
}

#[test]
fn a_locked_file_asks_once_by_itself_and_a_wrong_passphrase_is_told_there() {
    let mut stage = Stage::new(locked(Vault::Locked), 100, 30);
    stage.send(Event::Fleet(Arc::new(locked(Vault::Locked))));
    sees(&stage, "the file of secrets is locked");
    typed(&mut stage, "open sesame");
    assert!(!text(&stage).contains("sesame"));
    assert!(!format!("{:?}", stage.model.layers).contains("sesame"));
    stage.keys("Enter");
    let (ticket, Change::Unlock { passphrase }) = change(&mut stage) else { panic!("an unlock") };
    assert_eq!(passphrase.reveal(), "open sesame");
    stage.send(Event::Changed(ticket, Err(refused("the passphrase does not fit"))));
    sees(&stage, "the passphrase does not fit");
    stage.keys("Esc");
    stage.send(Event::Fleet(Arc::new(locked(Vault::Locked))));
    assert_eq!(stage.model.place(), Place::Overview);
    stage.keys("4 u");
    sees(&stage, "the file of secrets is locked");
}

#[test]
fn without_a_keyring_a_passphrase_is_chosen_twice_and_then_the_host_is_kept() {
    let mut stage = trusted();
    stage.send(Event::Fleet(Arc::new(Fleet { vault: Vault::Unset, ..Fleet::default() })));
    stage.keys("Tab");
    typed(&mut stage, "proximity@pve!deck");
    stage.keys("Tab");
    typed(&mut stage, "secret");
    stage.keys("C-s");
    let (ticket, _) = query(&mut stage);
    stage.send(Event::Answered(ticket, Ok(report(Vec::new()))));
    stage.keys("C-s");
    sees(&stage, "choose a passphrase");
    typed(&mut stage, "short");
    stage.keys("C-s");
    sees(&stage, "too short");
    typed(&mut stage, " but now long");
    stage.keys("Tab");
    typed(&mut stage, "short but now wrong");
    stage.keys("C-s");
    sees(&stage, "the two differ");
    stage.keys("C-u");
    typed(&mut stage, "short but now long");
    stage.keys("C-s");
    let (ticket, Change::Unlock { passphrase }) = change(&mut stage) else { panic!("an unlock") };
    assert_eq!(passphrase.reveal(), "short but now long");
    stage.send(Event::Changed(ticket, Ok(())));
    let (ticket, Change::AddHost(_)) = change(&mut stage) else { panic!("a host") };
    stage.send(Event::Changed(ticket, Ok(())));
    sees(&stage, "pve.example.org is connected");
}

#[test]
fn a_one_time_code_logs_in_to_the_host_under_the_hand() {
    let mut stage = Stage::new(fleet::homelab(), 100, 30);
    stage.keys("4 c");
    typed(&mut stage, "12a456");
    stage.keys("Enter");
    sees(&stage, "this is no code");
    stage.keys("C-u");
    typed(&mut stage, "123 456");
    stage.keys("Enter");
    let (ticket, Change::LogIn { host, totp }) = change(&mut stage) else { panic!("a log-in") };
    assert_eq!((host, totp.reveal()), (fleet::host(), "123456"));
    stage.send(Event::Changed(ticket, Ok(())));
    assert_eq!(stage.model.place(), Place::Hosts);
}

#[test]
fn the_cursor_is_where_the_next_letter_goes() {
    let mut stage = trusted();
    assert_eq!(stage.model.caret(), None, "a choice has no cursor");
    stage.keys("Tab");
    let start = stage.model.caret().expect("a cursor");
    typed(&mut stage, "ab");
    let after = stage.model.caret().expect("a cursor");
    assert_eq!((after.x, after.y), (start.x + 2, start.y));
    let picture = stage.picture();
    assert_eq!(picture[(start.x, start.y)].symbol(), "a");
    stage.keys("Left x");
    let picture = stage.picture();
    assert_eq!(picture[(start.x + 1, start.y)].symbol(), "x");
    typed(&mut stage, &"y".repeat(200));
    let far = stage.model.caret().expect("a cursor");
    assert!(far.x < 100 && far.y == start.y);
}

#[test]
fn forms_survive_every_size() {
    for (columns, rows) in [(1, 1), (10, 5), (40, 12), (60, 12), (80, 24), (200, 60)] {
        for stage in [&mut trusted(), &mut first_run()] {
            stage.keys("n Tab a C-t C-s");
            stage.send(Event::Resize { columns, rows });
            let caret = stage.model.caret();
            assert!(caret.is_none_or(|caret| caret.x < columns && caret.y < rows), "{columns}x{rows}: {caret:?}");
            stage.picture();
        }
    }
}

#[test]
fn the_first_screen_leads_to_the_demo() {
    let mut stage = first_run();
    sees(&stage, "open the demo");
    stage.keys("d");
    assert!(matches!(stage.effects[..], [Effect::OpenDemo]), "{:?}", stage.effects);
}

#[test]
fn a_host_is_named_after_its_address() {
    for (address, name) in [
        ("10.0.0.2", "10.0.0.2"),
        ("pve:8006", "pve"),
        ("https://pve.example.org:8006/#v1", "pve.example.org"),
        ("[fd00::2]:8006", "fd00--2--8006"),
    ] {
        let mut stage = first_run();
        stage.keys("Enter");
        typed(&mut stage, address);
        stage.keys("C-s");
        let (ticket, _) = query(&mut stage);
        stage.send(Event::Answered(ticket, Ok(Answer::Fingerprint(FINGERPRINT.into()))));
        sees(&stage, &format!("is this {}?", HostId::new(name)));
    }
}
