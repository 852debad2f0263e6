//! Changing a host that is known: the same pages, filled in; off and on, another name, a new token, and forgetting it.

use std::sync::Arc;

use proximity::{
    domain::{
        fault::{Fault, FaultCode},
        ids::HostId,
    },
    engine::{Answer, Asked, Change, Credential, HostEdit, Query},
    tui::{
        effect::Effect,
        event::{Event, Ticket},
        keymap::Place,
    },
};

use super::{
    super::{
        fleet::{NOW, host},
        stage::Stage,
    },
    answers::*,
};

fn stage() -> Stage {
    let mut stage = Stage::new(settled(), 80, 24);
    stage.keys("4");
    answer_looks(&mut stage);
    stage
}

fn change(stage: &mut Stage) -> (Ticket, Change) {
    let at = stage.effects.iter().rposition(|effect| matches!(effect, Effect::Change(..)));
    match at.map(|at| stage.effects.remove(at)) {
        Some(Effect::Change(ticket, change)) => (ticket, change),
        other => panic!("no change but {other:?}"),
    }
}

fn edited(stage: &mut Stage) -> (Ticket, HostEdit) {
    match change(stage) {
        (ticket, Change::EditHost { host: of, edit }) => {
            assert_eq!(of, host());
            (ticket, *edit)
        }
        other => panic!("no edit but {other:?}"),
    }
}

#[test]
fn what_is_left_as_it_was_is_not_sent() {
    let mut stage = stage();
    stage.keys("e");
    sees(&stage, "https://10.0.0.11:8006, https://10.0.0.12:8006");
    stage.keys("C-s");
    answer(&mut stage, Answer::Fingerprint(PRINT.into()));
    sees(&stage, "(•) as before");
    stage.keys("C-s");
    let Some(Effect::Query(ticket, Query::TestEdit { host: of, edit })) = stage.effects.pop() else { panic!("a test") };
    assert_eq!(of, host());
    assert!(edit.credential.is_none() && edit.address.is_none() && edit.fingerprint.is_none());
    stage.send(Event::Answered(ticket, Ok(Answer::Test(Box::new(report())))));
    stage.keys("Enter");
    sees(&stage, "what do new apps there go by?");
    stage.keys("Tab Tab Right C-s");
    sees(&stage, "← as before →");
    stage.keys("C-s");
    let (ticket, edit) = edited(&mut stage);
    assert!(edit.name.is_none() && edit.credential.is_none() && edit.address.is_none());
    let defaults = edit.defaults.expect("another storage of templates");
    assert_eq!((defaults.storage.as_deref(), defaults.templates.as_deref()), (Some("tank"), Some("backup")));
    stage.send(Event::Changed(ticket, Ok(())));
    assert_eq!(stage.model.place(), Place::Hosts);
    sees(&stage, "homelab is changed");
}

#[test]
fn another_certificate_is_shown_beside_the_one_of_before() {
    let mut stage = stage();
    stage.keys("e C-s");
    answer(&mut stage, Answer::Fingerprint(OTHER_PRINT.into()));
    assert_eq!(stage.model.place(), Place::Trust);
    sees(&stage, &OTHER_PRINT[..47]);
    sees(&stage, &PRINT[..47]);
    stage.keys("y Right Tab");
    typed(&mut stage, "proximity@pve!new");
    stage.keys("Tab");
    typed(&mut stage, "c0ffee");
    stage.keys("C-s");
    answer(&mut stage, Answer::Test(Box::new(report())));
    stage.keys("C-s");
    let (_, edit) = edited(&mut stage);
    assert_eq!(edit.fingerprint.as_deref(), Some(OTHER_PRINT));
    assert!(matches!(edit.credential, Some(Credential::Token { id, .. }) if id == "proximity@pve!new"));
}

#[test]
fn ssh_is_changed_after_the_host_under_its_new_name() {
    let mut stage = stage();
    stage.keys("e Tab C-u");
    typed(&mut stage, "attic");
    stage.keys("C-s");
    answer(&mut stage, Answer::Fingerprint(PRINT.into()));
    stage.keys("C-s");
    answer(&mut stage, Answer::Test(Box::new(report())));
    stage.keys("Enter C-s Right C-s");
    let (ticket, edit) = edited(&mut stage);
    assert_eq!(edit.name.as_deref(), Some("attic"));
    stage.send(Event::Changed(ticket, Ok(())));
    let (ticket, Change::SetSsh { host, ssh }) = change(&mut stage) else { panic!("SSH") };
    assert_eq!(host, HostId::new("attic"));
    assert!(ssh.is_none(), "it was switched to no SSH");
    stage.send(Event::Changed(ticket, Ok(())));
    assert_eq!(stage.model.place(), Place::Hosts);
}

#[test]
fn a_host_is_switched_off_and_on_by_one_key() {
    let mut stage = stage();
    stage.keys("o");
    let (ticket, edit) = edited(&mut stage);
    assert_eq!(edit.asked, Some(Asked::No));
    stage.send(Event::Changed(ticket, Ok(())));
    sees(&stage, "homelab is switched off here");
    stage.send(Event::Fleet(Arc::new(off())));
    sees(&stage, "off");
    stage.keys("o");
    assert_eq!(edited(&mut stage).1.asked, Some(Asked::Yes));
}

#[test]
fn a_new_name_is_asked_for_and_one_that_cannot_be_is_refused_at_once() {
    let mut stage = stage();
    stage.keys("r C-u");
    typed(&mut stage, "my lab");
    stage.keys("Enter");
    sees(&stage, "a host cannot be called that");
    stage.keys("C-u");
    typed(&mut stage, "attic");
    stage.keys("Enter");
    let (ticket, edit) = edited(&mut stage);
    assert_eq!(edit.name.as_deref(), Some("attic"));
    stage.send(Event::Changed(
        ticket,
        Err(Fault::lasting(FaultCode::Busy, "homelab keeps its name", "an operation runs there", "wait for it")),
    ));
    sees(&stage, "✖ homelab keeps its name");
}

#[test]
fn a_token_makes_its_successor_or_a_login_is_lent() {
    let mut stage = stage();
    stage.keys("K Tab Right Right");
    stage.keys("C-s");
    let (ticket, Change::RotateToken { host: of, by, expires }) = change(&mut stage) else { panic!("a token") };
    assert_eq!(
        (of, by.is_none(), expires),
        (host(), true, Some(proximity::domain::moment::Moment(NOW.0 + 90 * 86_400_000)))
    );
    stage.send(Event::Changed(
        ticket,
        Err(Fault::lasting(
            FaultCode::Refused,
            "the token may not make tokens",
            "User.Modify is missing",
            "lend a login",
        )),
    ));
    sees(&stage, "✖ the token may not make tokens");
    stage.keys("Right Tab Tab");
    typed(&mut stage, "root@pam");
    stage.keys("Tab");
    typed(&mut stage, "correct horse");
    assert!(!text(&stage).contains("horse"));
    stage.keys("C-s");
    let (_, Change::RotateToken { by, .. }) = change(&mut stage) else { panic!("a token") };
    assert!(
        matches!(by, Some(Credential::Password { user, password, totp: None }) if user == "root@pam" && password.reveal() == "correct horse")
    );
}

#[test]
fn a_host_with_apps_is_not_forgotten_and_says_why() {
    let mut stage = stage();
    stage.keys("d y");
    let (ticket, Change::RemoveHost(_)) = change(&mut stage) else { panic!("it is forgotten") };
    stage.send(Event::Changed(
        ticket,
        Err(Fault::lasting(
            FaultCode::Refused,
            "homelab was not forgotten",
            "gitea, jellyfin and 12 more live there",
            "forget or destroy them first",
        )),
    ));
    for said in ["homelab was not forgotten", "gitea, jellyfin and 12 more", "forget or destroy them first"] {
        sees(&stage, said);
    }
    stage.keys("Esc");
    assert_eq!(stage.model.place(), Place::Hosts);
}

#[test]
fn a_test_shows_the_rights_and_what_runs_out() {
    let mut stage = stage();
    stage.keys("t");
    answer(&mut stage, Answer::Test(Box::new(report())));
    for said in ["lacks Sys.Modify on /", "what runs out", "token", "12 d left", "certificate of pve2"] {
        sees(&stage, said);
    }
    stage.keys("c");
    assert!(stage.effects.iter().any(|effect| matches!(effect, Effect::Copy(text) if text.lines().count() == 2)));
}
