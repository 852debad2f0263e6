//! Tasks whose names were lost, and tasks that others began.

use proximity::{
    domain::{
        ids::{Upid, Vmid},
        moment::Moment,
    },
    proxmox::{Exit, TaskStatus},
};

use super::{node, upid};
use crate::proxmox::host::{Asked, Host, Reply};

const BEGAN: i64 = 0x6B00_1AA5;

fn since() -> Moment {
    Moment::from_secs(BEGAN)
}

fn rows(tasks: &[(&str, &str)]) -> Reply {
    let rows: Vec<_> =
        tasks.iter().map(|(upid, status)| serde_json::json!({ "upid": upid, "status": status })).collect();
    Reply::data(&serde_json::Value::from(rows).to_string())
}

/// A download goes by its file, a backup of several by nothing: neither is found by a vmid.
#[tokio::test]
async fn tasks_without_a_vmid_are_found_by_their_kind() {
    let (file, later) = (upid("download", "debian-13.tar.zst", BEGAN), upid("download", "alpine.tar.xz", BEGAN + 5));
    let (old, other) = (upid("download", "old.tar", BEGAN - 100), upid("imgcopy", "", BEGAN));
    let answer = rows(&[(&file, "OK"), (&later, "RUNNING"), (&old, "OK"), (&other, "OK")]);
    let host = Host::saying(answer).await;
    let found = host.client().find_tasks_of_kind(&node(), "download", since()).await.unwrap();
    assert_eq!(found.iter().map(|task| task.upid.as_str()).collect::<Vec<_>>(), [later.as_str(), &file]);
    assert!(found[1].is_done() && !found[0].is_done());
    let asked = &host.seen()[0];
    assert_eq!((asked.param("typefilter"), asked.param("source")), (Some("download"), Some("all")));
    // A list without a limit of its own ends after 50.
    assert_eq!((asked.param("limit"), asked.param("vmid")), (Some("500"), None));
}

#[tokio::test]
async fn a_backup_of_several_is_found_by_its_log() {
    let own = upid("vzdump", "200", BEGAN + 1);
    let (several, others) = (upid("vzdump", "", BEGAN + 2), upid("vzdump", "", BEGAN + 3));
    let foreign = upid("vzdump", "2000", BEGAN + 4);
    let list = rows(&[(&own, "OK"), (&several, "RUNNING"), (&others, "OK"), (&foreign, "OK")]);
    let names = |line: &str| Reply::data(&serde_json::json!([{ "n": 1, "t": line }]).to_string());
    let host = Host::start(move |asked: &Asked| {
        if asked.path.ends_with("/tasks") {
            return list.clone();
        }
        match asked.path.contains("6B001AA7") {
            true => names("INFO: starting new backup job: vzdump 100 200 --storage bak --mode snapshot"),
            false => names("INFO: starting new backup job: vzdump 100 2001 --bwlimit 200 --storage bak"),
        }
    })
    .await;
    let found = host.client().find_backups_of(&node(), Vmid(200), since()).await.unwrap();
    assert_eq!(found.iter().map(|task| task.upid.as_str()).collect::<Vec<_>>(), [several.as_str(), &own]);
    host.now_does({
        let list = rows(&[(&upid("vzdump", "", BEGAN), "RUNNING")]);
        move |asked: &Asked| match asked.path.ends_with("/tasks") {
            true => list.clone(),
            false => names("INFO: Starting Backup of VM 200 (lxc)"),
        }
    });
    assert_eq!(host.client().find_backups_of(&node(), Vmid(200), since()).await.unwrap().len(), 1);
}

/// The creation ends well; whether the container started is told by another task.
#[tokio::test]
async fn the_start_after_a_creation_is_found() {
    let create = Upid::new(upid("vzcreate", "201", BEGAN));
    let start = upid("vzstart", "201", BEGAN + 2);
    let (again, earlier) = (upid("vzstart", "201", BEGAN + 60), upid("vzstart", "201", BEGAN - 60));
    let list =
        rows(&[(&again, "OK"), (&start, "bridge 'vmbr77' does not exist"), (&earlier, "OK"), (create.as_str(), "OK")]);
    let host = Host::saying(list).await;
    let found = host.client().follow_up(&create).await.unwrap().unwrap();
    assert_eq!(found.upid, Upid::new(start));
    assert_eq!(found.status, TaskStatus::Ended(Exit::Failed("bridge 'vmbr77' does not exist".into())));
    let asked = &host.seen()[0];
    assert_eq!((asked.param("vmid"), asked.param("since")), (Some("201"), Some(BEGAN.to_string().as_str())));
    host.now_does(|_| Reply::data("[]"));
    assert_eq!(host.client().follow_up(&create).await.unwrap(), None);
}
