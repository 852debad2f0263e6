//! Which plan a wish becomes, and which light a guest shows.

use std::sync::Arc;

use proximity::domain::{
    care::Health,
    fault::FaultCode,
    fleet::{Guest, Power, Reach},
    ids::OperationId,
    moment::Moment,
    operation::{Ended, Operation},
    plan::{
        PowerAction, Step,
        journal::{Entry, Outcome},
        power::{PowerWish, plan},
    },
    state::{State, judge},
};

use super::world::{fault, guest};

fn action(wish: PowerWish, guest: &Guest) -> PowerAction {
    match plan(wish, guest, None).unwrap().steps[0] {
        Step::BeginPower { action, .. } => action,
        ref other => panic!("{other:?} begins nothing"),
    }
}

#[test]
fn a_wish_becomes_the_action_that_fits_the_guest() {
    let (on, off) = (guest(100, Power::Running), guest(101, Power::Stopped));
    assert_eq!(action(PowerWish::Start, &off), PowerAction::Start);
    assert_eq!(action(PowerWish::Stop, &on), PowerAction::Shutdown);
    assert_eq!(action(PowerWish::StopNow, &on), PowerAction::Stop);
    assert_eq!(action(PowerWish::Restart, &on), PowerAction::Reboot);
    assert_eq!(action(PowerWish::Restart, &off), PowerAction::Start, "Proxmox refuses to reboot what is off");
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_asked() {
    let refused = |wish, guest: &Guest| plan(wish, guest, None).unwrap_err().code;
    assert_eq!(refused(PowerWish::Start, &guest(100, Power::Running)), FaultCode::Refused);
    assert_eq!(refused(PowerWish::Stop, &guest(100, Power::Stopped)), FaultCode::Refused);
    let template = Guest { is_template: true, ..guest(100, Power::Stopped) };
    assert_eq!(refused(PowerWish::Start, &template), FaultCode::Refused);
}

fn operation(wish: PowerWish, guest: &Guest, ended: Option<Outcome>) -> Operation {
    Operation {
        id: OperationId(1),
        plan: plan(wish, guest, None).unwrap().into(),
        began: Moment(0),
        ended: ended.map(|outcome| Ended { at: Moment(1000), outcome }),
        journal: vec![Entry::Began(0), Entry::Failed(0, fault())],
        task: None,
        log: Vec::new(),
        share: None,
        note: None,
    }
}

#[test]
fn what_we_are_doing_outshines_what_proxmox_says() {
    let off = guest(100, Power::Stopped);
    let starting = operation(PowerWish::Start, &off, None);
    assert_eq!(judge(&off, Some(&Reach::Lost(fault())), Some(&starting), None), State::Starting);
}

#[test]
fn a_lost_host_makes_its_guests_stale() {
    assert_eq!(judge(&guest(100, Power::Running), Some(&Reach::Lost(fault())), None, None), State::Stale);
    assert_eq!(judge(&guest(100, Power::Running), None, None, None), State::Stale);
}

#[test]
fn a_guest_that_did_not_start_shows_it_until_it_runs() {
    let (on, off) = (guest(100, Power::Running), guest(100, Power::Stopped));
    let failed = operation(PowerWish::Start, &off, Some(Outcome::Failed));
    assert_eq!(judge(&off, Some(&Reach::Online), Some(&failed), None), State::Error);
    assert_eq!(judge(&on, Some(&Reach::Online), Some(&failed), None), State::Running);
}

#[test]
fn an_app_that_fails_its_probe_is_degraded_and_nothing_else_is() {
    let (on, off) = (guest(100, Power::Running), guest(100, Power::Stopped));
    let state = |guest, health| judge(guest, Some(&Reach::Online), None, Some(health));
    assert_eq!(state(&on, Health::Failing), State::Degraded);
    for health in [Health::Unknown, Health::Down, Health::Degraded, Health::Healthy] {
        assert_eq!(state(&on, health), State::Running);
    }
    assert_eq!(state(&off, Health::Failing), State::Stopped, "it was stopped since");
    assert_eq!(judge(&on, Some(&Reach::Lost(fault())), None, Some(Health::Failing)), State::Stale);
}

#[test]
fn a_lock_is_shown_by_its_name() {
    let locked = |lock: &str| Guest { lock: Some(Arc::from(lock)), ..guest(100, Power::Running) };
    assert_eq!(judge(&locked("backup"), Some(&Reach::Online), None, None), State::BackingUp);
    assert_eq!(judge(&locked("rollback"), Some(&Reach::Online), None, None), State::Locked("rollback".into()));
}
