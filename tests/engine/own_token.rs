//! A token of our own, made with a password that is forgotten. What must hold: what was shown is what was made, the token is
//! good for an app's whole life and no more, a failure at any call leaves the host as it was, and the password is nowhere.

use std::sync::Arc;

use proximity::{
    domain::{fault::FaultCode, secret::Secret},
    engine::{
        Answer, BackupWish, Change, Credential, Duty, Engine, HostDraft, LeastPlan, LeastReach, LeastState, LeastWish,
        Nights, OldOne, Query, Request, TestReport,
    },
    sim::{Fault, Pace, Seed, Trouble, from_base32, totp},
};

use super::{
    backups::in_place,
    lab::{Lab, home, until},
    least::{answering, deploy, done, live, wish as recipe},
};

const USER: &str = "own@pve";
const POOL: &str = "mine";

fn wish() -> LeastWish {
    LeastWish {
        user: USER.into(),
        reach: LeastReach::Pool(POOL.into()),
        storages: ["backup", "local", "local-lvm"].map(str::to_owned).into(),
        bridges: vec!["vmbr0".into()],
        fetches: Default::default(),
        expires: None,
        nights: Nights::Covered,
    }
}

fn root(lab: &Lab) -> Credential {
    let ready = lab.simulator.ready();
    Credential::Password { user: ready.user.clone(), password: Secret::new(ready.password.as_str()), totp: None }
}

fn draft(lab: &Lab) -> HostDraft {
    HostDraft { credential: root(lab), least: Some(Box::new(wish())), ..lab.draft() }
}

async fn lab() -> Lab {
    answering().await
}

async fn shown(engine: &Engine, draft: &HostDraft) -> LeastPlan {
    match engine.query(Query::Least(Box::new(draft.clone()))).await.unwrap() {
        Answer::Least(plan) => *plan,
        other => panic!("{other:?}"),
    }
}

/// Everything that making a token could change.
fn picture(lab: &Lab) -> String {
    lab.simulator.datacenter().with(|datacenter| {
        let users: Vec<_> = datacenter.access.users.iter().map(|(id, user)| (id, user.tokens.keys())).collect();
        let mut grants: Vec<_> = datacenter.access.grants.iter().map(|grant| format!("{grant:?}")).collect();
        grants.sort();
        let pools: Vec<_> = datacenter.pools.keys().collect();
        let jobs: Vec<_> = datacenter.jobs.keys().collect();
        format!("{users:#?}\n{grants:#?}\n{:#?}\n{pools:?}\n{jobs:?}", datacenter.access.roles)
    })
}

/// Does what a shell of the host would do with the lines, on another host that is the same.
fn carry_out(lab: &Lab, lines: &[String]) {
    let handle = lab.simulator.datacenter();
    for line in lines {
        let words: Vec<String> = line.split_whitespace().map(|word| word.trim_matches('\'').to_owned()).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let after = |flag: &str| words.iter().position(|word| *word == flag).map(|at| words[at + 1]);
        match words.as_slice() {
            ["pveum", "role", "add", role, ..] => {
                assert!(handle.add_role(role, &after("--privs").unwrap().split(',').collect::<Vec<_>>()), "{line}");
            }
            ["pveum", "acl", "modify", path, ..] => handle.with(|datacenter| {
                for to in [after("--users"), after("--tokens")].into_iter().flatten() {
                    for role in after("--roles").unwrap().split(',') {
                        datacenter.access.grant(path, to, role);
                        let last = datacenter.access.grants.last_mut().unwrap();
                        last.propagates = after("--propagate") != Some("0");
                    }
                }
            }),
            _ => {}
        }
    }
}

async fn test(engine: &Engine) -> TestReport {
    match engine.query(Query::TestHost(home())).await.unwrap() {
        Answer::Test(report) => *report,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_shown_is_what_is_made_and_the_lines_for_a_shell_give_the_same() {
    let lab = lab().await;
    let engine = lab.engine(Duty::OneErrand).await;
    let before = picture(&lab);
    let plan = shown(&engine, &draft(&lab)).await;
    assert_eq!(picture(&lab), before, "to look makes nothing");
    assert!(plan.lines.iter().all(|line| line.state == LeastState::Made), "{plan:#?}");
    assert!(plan.good_for.iter().any(|words| words.contains("pool mine")), "{plan:#?}");
    assert!(plan.not_for.iter().any(|words| words.contains("root@pam")), "{plan:#?}");
    assert!(plan.lines.last().unwrap().line.starts_with("pvesh create /cluster/backup --id proximity-nightly"));
    engine.change(Change::AddHost(draft(&lab))).await.unwrap();
    let login = engine.fleet().borrow().host(&home()).unwrap().login.clone();
    assert!(plan.lines.iter().any(|line| line.title == format!("token {login}")), "{login}: {plan:#?}");
    let defaults = engine.fleet().borrow().host(&home()).unwrap().defaults.clone();
    assert_eq!(defaults.pool.as_deref(), Some(POOL));
    let rights = |lab: &Lab| {
        lab.simulator.datacenter().with(|datacenter| {
            let mut grants: Vec<_> = datacenter.access.grants.iter().map(|grant| format!("{grant:?}")).collect();
            grants.sort();
            (grants, format!("{:?}", datacenter.access.roles))
        })
    };
    let by_hand = self::lab().await;
    carry_out(&by_hand, &plan.lines.iter().map(|line| line.line.clone()).collect::<Vec<_>>());
    assert_eq!(rights(&by_hand), rights(&lab));
    let made = lab.simulator.datacenter().with(|datacenter| datacenter.access.users[USER].clone());
    assert_eq!((made.password.as_str(), made.tokens.len()), ("", 1), "nobody logs in as this user");
    engine.close().await;
}

#[tokio::test]
async fn with_the_token_that_was_made_an_app_lives_its_whole_life() {
    let lab = lab().await;
    let engine = lab.engine(Duty::Watch).await;
    engine.change(Change::AddHost(draft(&lab))).await.unwrap();
    until(&engine, |fleet| !fleet.nodes.is_empty()).await;
    assert!(test(&engine).await.missing.is_empty());
    let app = deploy(&engine, recipe("mosquitto")).await;
    let pool = |engine: &Engine| {
        let fleet = engine.fleet().borrow().clone();
        fleet.guest(&fleet.app(&app).unwrap().guest).unwrap().pool.clone()
    };
    assert_eq!(pool(&engine).as_deref(), Some(POOL), "elsewhere nothing may be made");
    let guest = engine.fleet().borrow().app(&app).unwrap().guest.clone();
    done(&engine, Request::Backup(BackupWish { guest, storage: None, how: Default::default(), note: None })).await;
    engine.change(Change::LookAtBackups(None)).await.unwrap();
    let fleet = engine.fleet().borrow().clone();
    let backups = proximity::domain::backup::backups_of(&fleet, fleet.app(&app).unwrap());
    let newest: Arc<_> = backups.first().copied().cloned().expect("it was backed up");
    done(&engine, in_place(&newest, &app, OldOne::Destroy)).await;
    live(&engine, app).await;
    engine.close().await;
}

#[tokio::test]
async fn the_password_is_nowhere_afterwards() {
    let lab = lab().await;
    let log = lab.folder.path().join("requests.jsonl");
    let engine = lab.logging(&log, Duty::OneErrand).await;
    shown(&engine, &draft(&lab)).await;
    engine.change(Change::AddHost(draft(&lab))).await.unwrap();
    engine.change(Change::Refresh).await.unwrap();
    let kept = lab.secret("host/home").await.expect("the token is kept");
    let password = lab.simulator.ready().password.clone();
    assert!(!kept.reveal().contains(&password));
    assert_eq!(lab.secret("ticket/home").await, None);
    let token = lab.simulator.datacenter().with(|datacenter| {
        datacenter.access.users[USER].tokens.values().map(|token| token.secret.clone()).next().unwrap()
    });
    assert!(kept.reveal().contains(&token));
    engine.close().await;
    drop(engine);
    let mut looked = 0;
    for file in std::fs::read_dir(lab.folder.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for secret in [&password, &token] {
            let is_in = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!is_in, "{} has a secret", path.display());
        }
        looked += 1;
    }
    assert!(looked >= 2 && std::fs::read_to_string(&log).unwrap().contains("access/acl"), "the log was looked at");
}

/// Neither one that was not carried out nor one whose answer was lost.
#[tokio::test]
async fn a_failure_at_any_call_of_the_making_leaves_the_host_as_it_was() {
    let calls = [
        "POST /pools",
        "POST /access/roles",
        "POST /access/users",
        "POST /access/users/*/token/*",
        "PUT /access/acl",
        "POST /cluster/backup",
    ];
    for call in calls {
        for fault in [Fault::Unreachable, Fault::LostAnswer] {
            let lab = lab().await;
            let engine = lab.engine(Duty::OneErrand).await;
            let before = picture(&lab);
            let trouble: Trouble = fault.clone().on_calls(call).times(1);
            lab.simulator.datacenter().throw(trouble);
            let failed = engine.change(Change::AddHost(draft(&lab))).await.unwrap_err();
            assert!(failed.what.contains("was not made"), "{call} {fault:?}: {failed:?}");
            assert_eq!(picture(&lab), before, "{call} {fault:?}");
            assert!(engine.fleet().borrow().hosts.is_empty());
            assert_eq!(lab.secret("host/home").await, None);
            // Another try goes through.
            engine.change(Change::AddHost(draft(&lab))).await.unwrap();
            engine.close().await;
        }
    }
}

#[tokio::test]
async fn a_host_that_cannot_be_written_down_loses_what_was_made_for_it() {
    let lab = lab().await;
    let engine = lab.engine(Duty::OneErrand).await;
    let before = picture(&lab);
    lab.meddle("CREATE TRIGGER full BEFORE INSERT ON host BEGIN SELECT raise(ABORT, 'no room'); END");
    engine.change(Change::AddHost(draft(&lab))).await.unwrap_err();
    assert_eq!(picture(&lab), before);
    assert_eq!(lab.secret("host/home").await, None);
    engine.close().await;
}

/// As after a crash in the middle: what is there is used, what was changed by hand is brought to what is wanted.
#[tokio::test]
async fn a_second_time_goes_on_with_what_is_there_and_takes_back_only_its_own() {
    let lab = lab().await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(draft(&lab))).await.unwrap();
    engine.change(Change::RemoveHost(home())).await.unwrap();
    lab.simulator.datacenter().with(|datacenter| {
        let role = datacenter.access.roles.get_mut("ProximityGuests").unwrap();
        *role = Default::default();
    });
    let left = picture(&lab);
    let plan = shown(&engine, &draft(&lab)).await;
    let state = |start: &str| plan.lines.iter().find(|line| line.title.starts_with(start)).map(|line| line.state);
    assert_eq!(state("role ProximityGuests"), Some(LeastState::Changed), "{plan:#?}");
    assert_eq!(state("role ProximityStorage"), Some(LeastState::There));
    assert_eq!((state("user"), state("pool")), (Some(LeastState::There), Some(LeastState::There)));
    assert_eq!((state("token"), state("backup job")), (Some(LeastState::Made), None));
    lab.simulator.datacenter().throw(Fault::Unreachable.on_calls("PUT /access/acl").times(1));
    engine.change(Change::AddHost(draft(&lab))).await.unwrap_err();
    assert_eq!(picture(&lab), left);
    engine.change(Change::AddHost(draft(&lab))).await.unwrap();
    let tokens = lab.simulator.datacenter().with(|datacenter| datacenter.access.users[USER].tokens.len());
    assert_eq!(tokens, 2, "the first token is somebody else's by now");
    engine.close().await;
}

/// A code counts once, the session that it opened serves for both.
#[tokio::test]
async fn one_code_serves_for_looking_and_for_making() {
    let lab = Lab::at(Seed::demo(), Pace::live()).await;
    let factor = lab.simulator.ready().totp.clone();
    let step = lab.simulator.datacenter().now().as_secs() as u64 / 30;
    let code = totp(&from_base32(&factor.secret).unwrap(), step);
    let credential = Credential::Password {
        user: factor.user.clone(),
        password: Secret::new(factor.password.as_str()),
        totp: Some(Secret::new(code)),
    };
    let engine = lab.engine(Duty::OneErrand).await;
    let everything = LeastWish { reach: LeastReach::All { pool: POOL.into() }, storages: Vec::new(), ..wish() };
    let draft = HostDraft { credential, least: Some(Box::new(everything)), ..lab.draft() };
    let Answer::Test(report) = engine.query(Query::TestDraft(draft.clone())).await.unwrap() else { panic!() };
    assert!(!report.storages.is_empty() && !report.bridges.is_empty(), "{report:?}");
    shown(&engine, &draft).await;
    engine.change(Change::AddHost(draft.clone())).await.unwrap();
    engine.change(Change::RemoveHost(home())).await.unwrap();
    // It was lent for that, and not for more.
    engine.change(Change::AddHost(draft)).await.unwrap_err();
    engine.close().await;
}

#[tokio::test]
async fn who_may_not_give_rights_makes_nothing() {
    let lab = lab().await;
    let engine = lab.engine(Duty::OneErrand).await;
    let before = picture(&lab);
    let auditor =
        Credential::Password { user: "auditor@pve".into(), password: Secret::new("auditor-only-looks"), totp: None };
    let fault = engine.change(Change::AddHost(HostDraft { credential: auditor, ..draft(&lab) })).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Refused);
    assert!(fault.why.contains("Permissions.Modify on /"), "{fault}");
    assert_eq!(picture(&lab), before);
    let unknown = LeastWish { storages: vec!["nowhere".into()], ..wish() };
    let fault =
        engine.change(Change::AddHost(HostDraft { least: Some(Box::new(unknown)), ..draft(&lab) })).await.unwrap_err();
    assert!(fault.why.contains("nowhere") && fault.remedy.contains("local-lvm"), "{fault}");
    assert_eq!(picture(&lab), before);
    engine.close().await;
}

#[tokio::test]
async fn each_pool_has_a_job_of_its_own() {
    let lab = lab().await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(draft(&lab))).await.unwrap();
    let other = LeastWish { reach: LeastReach::Pool("other".into()), ..wish() };
    let again = HostDraft { name: "again".into(), least: Some(Box::new(other)), ..draft(&lab) };
    engine.change(Change::AddHost(again)).await.unwrap();
    let jobs = lab.simulator.datacenter().with(|datacenter| datacenter.jobs.keys().cloned().collect::<Vec<_>>());
    for id in ["proximity-nightly", "proximity-nightly-other"] {
        assert!(jobs.iter().any(|job| job == id), "{jobs:?}");
    }
    engine.close().await;
}

#[tokio::test]
async fn a_user_with_rights_of_his_own_keeps_them_and_another_is_wanted() {
    let lab = lab().await;
    let engine = lab.engine(Duty::OneErrand).await;
    lab.simulator.datacenter().with(|datacenter| {
        let user = datacenter.access.users["auditor@pve"].clone();
        datacenter.access.users.insert(USER.into(), user);
        datacenter.access.grant("/", USER, "PVEAdmin");
    });
    let before = picture(&lab);
    let fault = engine.query(Query::Least(Box::new(draft(&lab)))).await.unwrap_err();
    assert!(fault.why.contains("he would lose") && fault.why.contains("at /nodes"), "{fault}");
    assert!(fault.remedy.contains("own-deck@pve"), "{fault}");
    engine.change(Change::AddHost(draft(&lab))).await.unwrap_err();
    assert_eq!(picture(&lab), before);
    engine.close().await;
}

#[tokio::test]
async fn an_administrator_who_is_not_root_makes_a_token_of_a_new_user() {
    let lab = lab().await;
    let engine = lab.engine(Duty::OneErrand).await;
    lab.simulator.datacenter().with(|datacenter| datacenter.access.grant("/", "auditor@pve", "Administrator"));
    let maker =
        Credential::Password { user: "auditor@pve".into(), password: Secret::new("auditor-only-looks"), totp: None };
    engine.change(Change::AddHost(HostDraft { credential: maker, ..draft(&lab) })).await.unwrap();
    assert!(engine.fleet().borrow().host(&home()).unwrap().login.starts_with(USER));
    engine.close().await;
}
