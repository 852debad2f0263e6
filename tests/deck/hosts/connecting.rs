//! Connecting a host, as stories: what is asked when, what is sent, and what never is.

use std::path::Path;

use proximity::{
    domain::{
        fault::{Fault, FaultCode},
        moment::Moment,
    },
    engine::{Answer, Change, Credential, Fetching, HostDraft, LeastReach, Nights, Query, SshCredential},
    tui::{
        effect::Effect,
        event::{Event, Ticket},
        keymap::Place,
    },
};

use super::{
    super::{fleet::NOW, stage::Stage},
    answers::*,
};

fn asked(stage: &mut Stage) -> (Ticket, Query) {
    match stage.effects.pop() {
        Some(Effect::Query(ticket, query)) => (ticket, query),
        other => panic!("no query but {other:?}"),
    }
}

fn added(stage: &mut Stage) -> HostDraft {
    let at = stage.effects.iter().rposition(|effect| matches!(effect, Effect::Change(..)));
    match at.map(|at| stage.effects.remove(at)) {
        Some(Effect::Change(_, Change::AddHost(draft))) => draft,
        other => panic!("no host but {other:?}"),
    }
}

#[test]
fn both_ways_to_compare_a_fingerprint_are_shown() {
    let mut stage = Stage::new(super::super::fleet::homelab(), 80, 24);
    stage.keys("4 n");
    typed(&mut stage, "10.0.0.9");
    stage.keys("C-s");
    answer(&mut stage, Answer::Fingerprint(PRINT.into()));
    let (first, second) = PRINT.split_at(48);
    for said in [first, second, "pvenode cert info", "the node, System, Certificates", "other nodes are learnt"] {
        sees(&stage, said);
    }
}

#[test]
fn a_password_is_lent_and_every_command_is_shown_before_one_is_run() {
    let mut stage = trusted(80, 24);
    stage.keys("Right Tab");
    typed(&mut stage, "root@pam");
    stage.keys("Tab");
    typed(&mut stage, "correct horse");
    sees(&stage, "(•) a token of its own");
    stage.keys("C-s");
    let (ticket, Query::TestDraft(draft)) = asked(&mut stage) else { panic!("a test") };
    assert!(draft.least.is_none(), "the first log-in makes nothing");
    stage.send(Event::Answered(ticket, Ok(Answer::Test(Box::new(report())))));
    sees(&stage, "what may its own token do?");
    // Of storages and bridges what is proposed is taken; one more is taken, one is left.
    stage.keys("Tab Right Tab Tab Right Right Right Space Tab Tab Tab Right Right");
    stage.keys("C-s");
    let (ticket, Query::Least(draft)) = asked(&mut stage) else { panic!("what would be made") };
    let least = draft.least.clone().expect("a token of its own");
    assert_eq!(least.user, "proximity@pve");
    assert_eq!(least.reach, LeastReach::Pool("proximity".into()));
    assert_eq!(least.storages, ["tank", "backup", "local-lvm"]);
    assert_eq!(least.bridges, ["vmbr0"]);
    assert_eq!((least.fetches, least.nights), (Fetching::Allowed, Nights::Covered));
    assert_eq!(least.expires, Some(Moment(NOW.0 + 90 * 86_400_000)));
    stage.send(Event::Answered(ticket, Ok(Answer::Least(Box::new(plan())))));
    sees(&stage, "nothing was done yet");
    stage.keys("c");
    let copied = stage.effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    assert_eq!(copied.map(|text| text.lines().count()), Some(plan().lines.len()));
    let mut shown = text(&stage);
    for _ in 0..40 {
        stage.keys("j");
        shown += &text(&stage);
    }
    for line in plan().lines {
        let first = line.line.split(' ').take(3).collect::<Vec<_>>().join(" ");
        assert!(shown.contains(&first), "{first}");
    }
    stage.keys("Enter");
    sees(&stage, "its own token will be good for");
    assert!(!stage.effects.iter().any(|effect| matches!(effect, Effect::Change(..))));
    stage.keys("Enter");
    sees(&stage, "what do new apps there go by?");
    stage.keys("C-s C-s");
    let draft = added(&mut stage);
    assert_eq!(draft.least.map(|least| least.storages.len()), Some(3));
    assert_eq!(draft.defaults.storage.as_deref(), Some("tank"));
    assert_eq!(draft.defaults.pool.as_deref(), Some("proximity"));
    assert!(draft.ssh.is_none());
}

#[test]
fn a_whole_token_that_is_pasted_goes_into_both_fields() {
    let mut stage = trusted(80, 24);
    stage.keys("Tab");
    typed(&mut stage, "PVEAPIToken=proximity@pve!deck=3b1f0c5a-77aa\n");
    assert!(!text(&stage).contains("77aa"));
    stage.keys("C-s");
    let (_, Query::TestDraft(draft)) = asked(&mut stage) else { panic!("a test") };
    let Credential::Token { id, secret } = &draft.credential else { panic!("a token") };
    assert_eq!((id.as_str(), secret.reveal()), ("proximity@pve!deck", "3b1f0c5a-77aa"));
}

#[test]
fn each_page_is_tried_as_it_stands_and_stays() {
    let mut stage = Stage::new(super::super::fleet::homelab(), 80, 24);
    stage.keys("4 n");
    typed(&mut stage, "10.0.0.9");
    stage.keys("C-t");
    answer(&mut stage, Answer::Fingerprint(PRINT.into()));
    sees(&stage, "✓ a Proxmox certificate answers: 0C:1B");
    sees(&stage, "where is it?");
    stage.keys("C-s");
    answer(&mut stage, Answer::Fingerprint(PRINT.into()));
    stage.keys("C-t");
    answer(&mut stage, Answer::Fingerprint(OTHER_PRINT.into()));
    sees(&stage, "◐ another certificate answers now");
    sees(&stage, &PRINT[..48]);
    let mut stage = trusted(80, 24);
    stage.keys("Tab");
    typed(&mut stage, "proximity@pve!deck");
    stage.keys("Tab");
    typed(&mut stage, "3b1f");
    stage.keys("C-t");
    answer(&mut stage, Answer::Test(Box::new(lacking())));
    sees(&stage, "◐ Proxmox VE 9.0.11, 3 nodes, 41 guests; 1 rights are missing");
    sees(&stage, "who logs in to attic?");
    typed(&mut stage, "x");
    assert!(!text(&stage).contains("9.0.11"), "what a try said was said of another form");
    let mut stage = lent(80, 24);
    stage.keys("C-t");
    answer(&mut stage, Answer::Least(Box::new(plan())));
    sees(&stage, "✓ 9 would be made, 1 changed, 1 are there");
    sees(&stage, "what may its own token do?");
}

#[test]
fn going_back_keeps_what_was_typed_and_shows_no_secret() {
    let mut stage = lent(80, 24);
    stage.keys("Tab Tab C-u");
    typed(&mut stage, "attic-apps");
    stage.keys("Esc");
    sees(&stage, "who logs in to attic?");
    sees(&stage, "•••••••••••••");
    assert!(!text(&stage).contains("horse") && !format!("{:?}", stage.model.layers).contains("horse"));
    stage.keys("Esc");
    sees(&stage, "pve1.example.org, pve2.example.org");
    stage.keys("C-s");
    answer(&mut stage, Answer::Fingerprint(PRINT.into()));
    stage.keys("y C-s");
    answer(&mut stage, Answer::Test(Box::new(report())));
    sees(&stage, "attic-apps");
}

#[test]
fn a_page_that_lacks_something_says_so_before_anybody_is_asked() {
    let mut stage = lent(80, 24);
    stage.keys("Tab Tab Tab Space Right Space C-s");
    sees(&stage, "no storage is chosen");
    assert!(stage.effects.is_empty());
    stage.keys("Space BackTab C-u C-s");
    sees(&stage, "this is no name of a pool");
    assert!(stage.effects.is_empty());
}

#[test]
fn ssh_is_sent_nothing_before_its_key_was_trusted() {
    let mut stage = found(80, 24, report());
    stage.keys("Enter Enter C-s");
    stage.keys("Right Right Right");
    sees(&stage, "does SSH get in at attic?");
    stage.keys("Tab Tab Tab");
    typed(&mut stage, "swordfish");
    assert!(!text(&stage).contains("swordfish"));
    stage.keys("C-t");
    let (ticket, Query::SshKey { address, port }) = asked(&mut stage) else { panic!("its key") };
    assert_eq!((address.as_str(), port), ("pve1.example.org", 22));
    stage.send(Event::Answered(ticket, Ok(Answer::SshKey(ssh_key()))));
    assert_eq!(stage.model.place(), Place::Trust);
    sees(&stage, &ssh_key().fingerprint);
    sees(&stage, "cat /etc/ssh/*.pub | ssh-keygen -lf -");
    assert!(stage.effects.is_empty());
    stage.keys("y");
    let (ticket, Query::TestSshDraft { address, ssh }) = asked(&mut stage) else { panic!("the try goes on") };
    assert_eq!((address.as_str(), ssh.fingerprint), ("pve1.example.org", ssh_key().fingerprint));
    let fault = Fault::lasting(FaultCode::Refused, "SSH did not let us in", "the password is wrong", "mend it");
    stage.send(Event::Answered(ticket, Err(fault)));
    sees(&stage, "✖ SSH did not let us in");
    stage.keys("C-t");
    answer(&mut stage, Answer::Ssh(None));
    sees(&stage, "✓ SSH gets in");
    stage.keys("C-s");
    let draft = added(&mut stage);
    let ssh = draft.ssh.expect("SSH");
    assert!(matches!(ssh.credential, SshCredential::Password(secret) if secret.reveal() == "swordfish"));
    // Another machine is another key.
    let mut stage = found(80, 24, report());
    stage.keys("Enter Enter C-s Right Right Tab Tab Tab");
    typed(&mut stage, "/home/mara/.ssh/id");
    stage.keys("C-s");
    answer(&mut stage, Answer::SshKey(ssh_key()));
    stage.keys("y");
    let draft = added(&mut stage).ssh.expect("SSH");
    assert!(
        matches!(draft.credential, SshCredential::KeyFile { path, passphrase: None } if path == Path::new("/home/mara/.ssh/id"))
    );
}

#[test]
fn what_was_typed_is_found_again_until_it_is_begun_anew() {
    let mut stage = Stage::new(super::super::fleet::homelab(), 80, 24);
    stage.keys("4 n");
    typed(&mut stage, "10.0.0.77");
    stage.keys("Esc n");
    sees(&stage, "10.0.0.77");
    stage.keys("C-n");
    assert!(!text(&stage).contains("10.0.0.77"));
    stage.keys("Esc n");
    assert!(!text(&stage).contains("10.0.0.77"), "there was nothing to keep");
}

#[test]
fn a_later_page_that_is_begun_anew_says_what_it_began_with() {
    let mut stage = found(80, 24, report());
    stage.keys("Enter Enter C-s Right Right Right Tab C-u");
    typed(&mut stage, "mara");
    stage.keys("C-n");
    sees(&stage, "does SSH get in at attic?");
    assert!(!text(&stage).contains("mara"), "what was typed goes");
    // None of what other pages say has come here: a way in is chosen, and its port is asked.
    stage.keys("C-t Right C-s");
    let (_, Query::SshKey { address, port }) = asked(&mut stage) else { panic!("its key") };
    assert_eq!((address.as_str(), port), ("pve1.example.org", 22));
}

#[test]
fn the_rights_table_names_what_is_missing_where_and_what_grants_it() {
    let mut stage = found(120, 36, lacking());
    for said in [
        "Sys.Audit on / is missing",
        "backups by a job of Proxmox",
        "lacks Sys.Modify on /",
        "pveum role add ProximityJobs",
        "making containers of OCI images: needs Proxmox VE 9.1",
        "local-lvm",
        "vmbr0 vmbr1",
    ] {
        sees(&stage, said);
    }
    stage.keys("c");
    let copied = stage.effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.lines().count()),
        _ => None,
    });
    assert_eq!(copied, Some(3));
}
