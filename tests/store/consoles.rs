//! Who is at the console of a guest.

use proximity::{
    domain::{
        ids::{GuestKey, HostId, Vmid},
        moment::Moment,
    },
    store::{SeatRole, Store},
};

use SeatRole::{Person, Script, Waiting};

fn guest(vmid: u32) -> GuestKey {
    GuestKey { host: HostId::new("home"), vmid: Vmid(vmid) }
}

async fn sit(store: &Store, vmid: u32, holder: &str, role: SeatRole, now: i64) -> Vec<SeatRole> {
    let others = store.sit_at_console(&guest(vmid), holder, role, Moment(now), Moment(now + 10)).await.unwrap();
    others.into_iter().map(|(_, role)| role).collect()
}

#[tokio::test]
async fn each_learns_of_the_others_until_they_leave_or_their_time_is_up() {
    let (store, _) = Store::in_memory().unwrap();
    assert_eq!(sit(&store, 101, "a", Script, 0).await, []);
    assert_eq!(sit(&store, 101, "b", Person, 1).await, [Script]);
    assert_eq!(sit(&store, 102, "c", Person, 1).await, [], "another guest has another console");
    assert_eq!(sit(&store, 101, "a", Waiting, 2).await, [Person]);
    assert_eq!(sit(&store, 101, "b", Person, 3).await, [Waiting], "one is there once, as it was said last");
    store.leave_console(&guest(101), "a").await.unwrap();
    assert_eq!(sit(&store, 101, "b", Person, 4).await, []);
    // It says nothing more, as if it had died.
    assert_eq!(sit(&store, 101, "a", Script, 13).await, [Person]);
    assert_eq!(sit(&store, 101, "a", Script, 14).await, []);
}

#[tokio::test]
async fn two_processes_see_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("proximity.db");
    let ((one, _), (two, _)) = (Store::open(&path).unwrap(), Store::open(&path).unwrap());
    assert_eq!(sit(&one, 101, "one", Person, 0).await, []);
    assert_eq!(sit(&two, 101, "two", Waiting, 0).await, [Person]);
}
