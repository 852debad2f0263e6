//! What a node can do by its version. What must hold: it is decided node by node, and an old node is told as such, with
//! the version it lacks, before anything is asked of it.

use proximity::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::GuestKind,
        ids::{NodeName, Vmid},
        moment::Moment,
        plan::PowerAction,
    },
    proxmox::{Ability, ClientError, Version},
};

use super::host::{Asked, Host, Reply};

fn version(text: &str) -> Version {
    Version::read(text).unwrap()
}

#[test]
fn a_version_is_read_in_every_spelling() {
    for (text, read) in [("9.2.11", (9, 2, 11)), ("7.4-17", (7, 4, 17)), ("8.4", (8, 4, 0)), ("9", (9, 0, 0))] {
        let version = version(text);
        assert_eq!((version.major, version.minor, version.patch), read, "{text}");
    }
    assert_eq!(&*version("pve-manager/9.2.11/14a22df3").text, "9.2.11");
    assert_eq!(Version::read("none"), None);
}

#[test]
fn each_ability_begins_with_its_version() {
    use Ability::*;
    for (ability, too_old, old_enough) in [
        (Interfaces, "8.0.9", "8.1.3"),
        (BridgeRights, "7.4-17", "8.0.1"),
        (Oci, "9.0.11", "9.1.1"),
        (EnvAndEntrypoint, "9.0.11", "9.1.1"),
        (TokenConsole, "8.4.18", "8.4.19"),
        (TokenConsole, "9.1.9", "9.2.0"),
        (TokenConsole, "7.4-19", "9.2.11"),
        (TokenNodeConsole, "9.0.12", "9.0.13"),
        (Psi, "8.4.19", "9.0.0"),
        (MigratePreconditions, "8.4.19", "9.0.3"),
        (HaRules, "8.4.19", "9.0.3"),
        (MetricsExport, "8.2.4", "8.2.5"),
        (OverruleShutdown, "8.1.10", "8.2.2"),
        (NotificationMode, "8.1.4", "8.2.2"),
        (PlainTarTemplates, "8.4.19", "9.0.3"),
        (BzipTemplates, "7.4-17", "8.0.4"),
        (BulkActions, "9.0.11", "9.1.1"),
        (UnprivilegedByDefault, "8.4.19", "9.0.0"),
    ] {
        assert!(!version(too_old).can(ability), "{ability:?} on {too_old}");
        assert!(version(old_enough).can(ability), "{ability:?} on {old_enough}");
    }
    for ability in Ability::ALL {
        assert!(version("9.2.11").can(ability) && version("11.0").can(ability), "{ability:?}");
        assert!(!version("7.4-17").can(ability), "{ability:?} on 7.4");
    }
}

/// Before 8.3 or so the reason of a refusal stands in the first line of the answer alone.
#[tokio::test]
async fn old_hosts_are_understood() {
    for version in ["7.4-17", "8.4.1"] {
        let host = Host::start(move |asked: &Asked| match asked.line().as_str() {
            "GET /version" | "GET /nodes/pve1/version" => Reply::data(&format!(r#"{{"version":"{version}"}}"#)),
            "GET /cluster/resources" => Reply::data(
                r#"[{"type":"node","node":"pve1","status":"online"},{"type":"lxc","vmid":100,"node":"pve1","status":"stopped"}]"#,
            ),
            "POST /access/ticket" => Reply::data(r#"{"ticket":"PVE:t","CSRFPreventionToken":"c"}"#),
            "POST /nodes/pve1/lxc/100/status/start" => Reply::bare(500, "CT is locked (backup)"),
            _ => Reply::bare(403, "Permission check failed (/, Sys.Audit)"),
        })
        .await;
        let client = host.client_as(super::host::password());
        let seen = client.observe(Moment(0)).await.unwrap();
        assert_eq!((seen.version.as_deref(), seen.guests.len()), (Some(version), 1));
        assert_eq!(host.seen()[0].param("new-format"), Some("1"), "7.4 has another challenge without it");
        let (node, vmid) = (NodeName::new("pve1"), Vmid(100));
        let error = client.begin_power(&node, GuestKind::Container, vmid, PowerAction::Start).await.unwrap_err();
        assert_eq!(error.text(), Some("CT is locked (backup)"));
        assert_eq!(Fault::from(error).code, FaultCode::Busy);
        let error = client.require(&node, Ability::HaRules).await.unwrap_err();
        assert!(Fault::from(error).why.contains(&format!("this node has {version}")));
    }
}

/// While a cluster is updated its nodes differ.
#[tokio::test]
async fn every_node_is_judged_by_its_own_version() {
    let host = Host::start(|asked: &Asked| match asked.line().as_str() {
        "GET /nodes/old/version" => Reply::data(r#"{"version":"8.4.1"}"#),
        "GET /nodes/new/version" => Reply::data(r#"{"version":"9.2.11"}"#),
        _ => Reply::refusal(501, "not here"),
    })
    .await;
    let client = host.client();
    let (old, new) = (NodeName::new("old"), NodeName::new("new"));
    client.require(&new, Ability::Oci).await.unwrap();
    let error = client.require(&old, Ability::Oci).await.unwrap_err();
    assert!(matches!(&error, ClientError::NotOnThisVersion { node, .. } if *node == old));
    assert!(!error.may_have_acted());
    let fault = Fault::from(error);
    assert_eq!(fault.code, FaultCode::Refused);
    assert!(fault.why.contains("needs Proxmox VE 9.1, this node has 8.4.1"), "{fault}");
    assert!(client.can(&old, Ability::Interfaces).await.unwrap());
    assert_eq!(host.seen().len(), 2, "each node is asked once");
}
