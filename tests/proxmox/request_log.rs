//! The log of calls. What must hold: one line a call, no secret in any, and no call waits for it.

use std::{path::Path, process::Command};

use proximity::{
    domain::{
        fleet::GuestKind,
        ids::{NodeName, Upid, Vmid},
        moment::Moment,
        plan::PowerAction,
        secret::Secret,
    },
    proxmox::{Client, HistoryOf, Login, RequestLog, Timeframe},
};

use super::host::{Host, Reply};

const UPID: &str = "UPID:pve1:00001C8D:00056AC1:6B001AA5:vzstart:200:admin@pve:";

async fn host() -> Host {
    Host::start(|asked| match asked.line().as_str() {
        "POST /access/ticket" if asked.param("tfa-challenge").is_none() => {
            Reply::data(r#"{"ticket":"PVE:!tfa!{\"totp\"%3Atrue}:6B::HALFSECRET","NeedTFA":1}"#)
        }
        "POST /access/ticket" => {
            Reply::data(r#"{"ticket":"PVE:admin@pve:6B::TICKETSECRET","CSRFPreventionToken":"CSRFSECRET"}"#)
        }
        "GET /version" => Reply::data(r#"{"version":"9.2.11"}"#),
        line if line.starts_with("POST") => Reply::data(&format!("\"{UPID}\"")),
        _ => Reply::data("null"),
    })
    .await
}

/// Everything this client can ask, once.
async fn ask_everything(client: &Client) {
    let (node, vmid, upid) = (NodeName::new("pve1"), Vmid(200), Upid::new(UPID));
    let (lxc, key) = (
        GuestKind::Container,
        proximity::domain::ids::GuestKey {
            host: "x/1".parse::<proximity::domain::ids::GuestKey>().unwrap().host,
            vmid,
        },
    );
    client.log_in().await.unwrap();
    let _ = client.observe(Moment(0)).await;
    let _ = client.permissions().await;
    let _ = client.guest_detail(&key, &node, lxc).await;
    let _ = client.guest_now(&node, lxc, vmid).await;
    let _ = client.history(&HistoryOf::Guest { node: node.clone(), kind: lxc, vmid }, Timeframe::Hour).await;
    let _ = client.history(&HistoryOf::Node(node.clone()), Timeframe::Year).await;
    for action in [PowerAction::Start, PowerAction::Shutdown, PowerAction::Stop, PowerAction::Reboot] {
        client.begin_power(&node, lxc, vmid, action).await.unwrap();
        client.begin_power(&node, GuestKind::Machine, vmid, action).await.unwrap();
    }
    let _ = client.task_status(&upid).await;
    let _ = client.task_log(&upid, 3).await;
    let _ = client.cancel_task(&upid).await;
    let _ = client.find_tasks(&node, vmid, "vzstart", Moment(0)).await;
}

fn login() -> Login {
    let secret = |text: &str| Secret::new(text);
    Login::Password { user: "admin@pve".into(), password: secret("PASSWORDSECRET"), totp: Some(secret("123456")) }
}

#[tokio::test]
async fn every_call_is_a_line_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("requests.jsonl");
    let host = host().await;
    let client = host.logged_client(login(), RequestLog::to_file(&path).unwrap());
    ask_everything(&client).await;
    let remembered = client.recent_calls();
    drop(client);
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), host.seen().len());
    assert_eq!(lines.len(), remembered.len());
    for (line, asked) in lines.iter().zip(host.seen()).filter(|(line, _)| line["method"] == "POST") {
        assert_eq!((line["path"].as_str(), line["status"].as_u64()), (Some(asked.path.as_str()), Some(200)));
    }
    assert!(lines[0]["at"].as_str().unwrap().ends_with('Z') && lines[0]["ms"].is_u64());
    assert_eq!(lines[0]["params"]["username"], "admin@pve");
    for secret in ["PASSWORDSECRET", "HALFSECRET", "TICKETSECRET", "CSRFSECRET", "123456"] {
        assert!(!text.contains(secret), "{secret} is in the log");
        assert!(!format!("{remembered:?}").contains(secret), "{secret} is remembered");
    }
    judge_by_the_schema(&path);
}

/// A real Proxmox VE refuses what its schema does not know.
pub fn judge_by_the_schema(requests: &Path) {
    let judge = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/pve/pve-check");
    if !judge.exists() {
        eprintln!("not run: there is no schema of Proxmox VE beside the project to hold the calls to");
        return;
    }
    let outcome = Command::new(judge).arg("requests").arg(requests).output().unwrap();
    let said = String::from_utf8_lossy(&outcome.stdout).into_owned() + &String::from_utf8_lossy(&outcome.stderr);
    assert!(outcome.status.success(), "{said}");
}

#[tokio::test]
async fn a_call_without_an_answer_is_logged_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("requests.jsonl");
    let host = Host::saying(Reply::Cut).await;
    let client = host.logged_client(super::host::token(), RequestLog::to_file(&path).unwrap());
    client.version().await.unwrap_err();
    drop(client);
    let text = std::fs::read_to_string(&path).unwrap();
    let line: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert!(line["status"].is_null() && line["error"].is_string());
    assert!(!text.contains("0f1e-secret"));
}

#[test]
fn a_log_that_cannot_be_written_is_told_at_once() {
    assert!(RequestLog::to_file(Path::new("/no/such/folder/requests.jsonl")).is_err());
}

/// Nobody reads the pipe, so its writer hangs for good; the calls must not notice.
#[cfg(unix)]
#[tokio::test]
async fn a_log_that_hangs_holds_up_no_call() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    let reader = std::fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let host = host().await;
    let client = host.logged_client(super::host::token(), RequestLog::to_file(&path).unwrap());
    // More than a pipe holds and more than may wait.
    for _ in 0..5000 {
        client.version().await.unwrap();
    }
    // Nor must the end of the program.
    drop(client);
    drop(reader);
}
