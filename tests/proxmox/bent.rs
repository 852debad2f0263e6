//! Answers that were cut, twisted and mixed up, down to their bytes. What must hold: the client never panics, and goes on
//! working, whatever a host sends.

use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use proximity::{
    domain::{
        fleet::GuestKind,
        ids::{GuestKey, HostId, NodeName, Upid, Vmid},
        moment::Moment,
    },
    proxmox::{Client, Fingerprint, HistoryOf, TaskName, Timeframe, Version, normalise_address},
};

use super::host::{Host, Reply};

const WHOLE: &str = r#"{"data":[{"type":"lxc","vmid":100,"node":"pve1","name":"a","status":"running","cpu":0.5},{"type":"node","node":"pve1","status":"online","upid":"UPID:a:1:2:3:vzstart:100:u@p:","n":1,"t":"x","time":5}],"message":"no","errors":{"a":"b"}}"#;

/// A good answer with bytes taken out, put in and changed.
fn bent() -> impl Strategy<Value = Vec<u8>> {
    let edit = (any::<prop::sample::Index>(), 0usize..9, prop::collection::vec(any::<u8>(), 0..4));
    prop::collection::vec(edit, 0..5).prop_map(|edits| {
        let mut bytes = WHOLE.as_bytes().to_vec();
        for (at, length, with) in edits {
            let from = at.index(bytes.len() + 1);
            let to = (from + length).min(bytes.len());
            bytes.splice(from..to, with);
        }
        bytes
    })
}

fn status() -> impl Strategy<Value = u16> {
    prop_oneof![4 => Just(200u16), 1 => prop::sample::select(vec![201, 204, 302, 400, 403, 404, 500, 501, 595, 596, 599, 999])]
}

async fn ask_everything(client: &Client) {
    let (node, vmid, upid) = (NodeName::new("pve1"), Vmid(100), Upid::new("UPID:pve1:1:2:3:vzstart:100:u@p:"));
    let key = GuestKey { host: HostId::new("home"), vmid };
    let _ = client.observe(Moment(0)).await;
    let _ = client.permissions().await.map(|permissions| permissions.missing());
    for kind in [GuestKind::Container, GuestKind::Machine] {
        let _ = client.guest_detail(&key, &node, kind).await;
        let _ = client.guest_now(&node, kind, vmid).await;
    }
    let _ = client.history(&HistoryOf::Node(node.clone()), Timeframe::Hour).await;
    let _ = client.task_status(&upid).await;
    let _ = client.task_log(&upid, 3).await;
    let _ = client.find_tasks(&node, vmid, "vzstart", Moment(0)).await;
}

#[tokio::test]
async fn no_bent_answer_stops_the_client() {
    let host = Host::saying(Reply::Cut).await;
    let client = host.client();
    let mut runner = TestRunner::new(Config::default());
    let cases = if std::env::var_os("PROXIMITY_FULL").is_some() { 5_000 } else { 60 };
    for _ in 0..cases {
        let (body, status) = (bent(), status()).new_tree(&mut runner).unwrap().current();
        host.now_does(move |_| Reply::Answer {
            status,
            reason: "Bent".into(),
            headers: Vec::new(),
            body: body.clone(),
        });
        ask_everything(&client).await;
    }
    host.now_does(|_| Reply::data(r#"{"version":"9.2.11"}"#));
    client.version().await.unwrap();
}

proptest! {
    #[test]
    fn no_text_panics_a_parser(text in "\\PC{0,80}") {
        let _ = TaskName::read(&Upid::new(text.as_str()));
        let _ = Version::read(&text);
        let _ = text.parse::<Fingerprint>();
        if let Ok(address) = normalise_address(&text) {
            prop_assert_eq!(normalise_address(&address), Ok(address.clone()));
        }
    }
}
