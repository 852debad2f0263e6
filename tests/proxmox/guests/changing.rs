//! Reading and changing options. What must hold: what we do not know is kept, a change made on old ground is refused,
//! and a refusal that leaves its change waiting is told as such.

use proximity::{
    domain::ids::Vmid,
    proxmox::{
        ClientError,
        guest::{Changed, ConfigChange, ConfigView, Digest, Environment, Features, Net, Setting, Slot, Unapplied},
    },
};

use super::{node, word};
use crate::proxmox::host::{Host, Reply};

const CONFIG: &str = r#"{"digest":"48af21","hostname":"oci1","arch":"amd64","ostype":"alpine","cores":1,"memory":"128","swap":512,
"unprivileged":1,"onboot":"1","features":"nesting=1,mount=nfs","description":"notes\nproximity app=tv-1 op=5\n","tags":"lab;web",
"rootfs":"local:330/vm-330-disk-0.raw,size=1G","mp0":"local:330/vm-330-disk-1.raw,mp=/data,backup=1,size=1G","mp7":"broken",
"net0":"name=eth0,bridge=vmbr0,host-managed=1,hwaddr=BC:24:11:FC:FD:B0,ip=dhcp,type=veth","unused3":"local:330/old.raw",
"cmode":"console","env":"PATH=/bin\u0000A=1","entrypoint":"/bin/sh","lxc":[["lxc.init.cwd","/root"],["lxc.signal.halt","SIGTERM"]],
"lock":"backup","future":"x","dev0":"/dev/ttyUSB0","cpulimit":"0.5"}"#;

#[tokio::test]
async fn options_are_typed_and_the_rest_is_kept() {
    let host = Host::saying(Reply::data(CONFIG)).await;
    let config = host.client().container_config(&node(), Vmid(330), &ConfigView::Next).await.unwrap();
    assert_eq!((config.digest.clone(), config.hostname.as_deref()), (Some(Digest("48af21".into())), Some("oci1")));
    assert_eq!((config.cores, config.memory, config.swap), (Some(1), Some(128), Some(512)));
    assert!(config.is_unprivileged && config.starts_on_boot && !config.is_protected && !config.is_template);
    assert_eq!(config.marker().unwrap().operation, Some(5));
    assert_eq!(config.description.as_deref(), Some("notes\nproximity app=tv-1 op=5"));
    assert_eq!(config.tags, ["lab", "web"]);
    assert_eq!(config.mounts[&0].path, word("/data"));
    assert_eq!(config.nets[&0].is_host_managed, Some(true));
    assert_eq!(config.unused[&3].to_string(), "local:330/old.raw");
    assert_eq!((config.environment.get("A"), config.entrypoint.as_deref()), (Some("1"), Some("/bin/sh")));
    assert_eq!(config.raw[1], ("lxc.signal.halt".to_owned(), "SIGTERM".to_owned()));
    assert_eq!((config.lock.as_deref(), config.free_mount()), (Some("backup"), Some(1)));
    let others: Vec<_> = config.others.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(others, [("cpulimit", "0.5"), ("dev0", "/dev/ttyUSB0"), ("future", "x"), ("mp7", "broken")]);
}

#[tokio::test]
async fn each_view_is_asked_for() {
    let host = Host::saying(Reply::data(CONFIG)).await;
    for view in [ConfigView::Next, ConfigView::Current, ConfigView::Snapshot("before".parse().unwrap())] {
        host.client().container_config(&node(), Vmid(330), &view).await.unwrap();
    }
    let params: Vec<_> = host.seen().into_iter().map(|asked| asked.params).collect();
    assert_eq!(params[0], []);
    assert_eq!(params[1], [("current".to_owned(), "1".to_owned())]);
    assert_eq!(params[2], [("snapshot".to_owned(), "before".to_owned())]);
}

#[tokio::test]
async fn a_change_is_sent_with_what_it_was_made_on() {
    let host = Host::saying(Reply::data("null")).await;
    let change = ConfigChange::of(Some(Digest("48af21".into())))
        .set(Setting::Cores(4))
        .set(Setting::Net(12, Net::new(word("eth0"), word("vmbr1"))))
        .set(Setting::StartsOnBoot(false))
        .set(Setting::Tags(vec!["web".into(), "lab".into()]))
        .remove(Slot::Mount(0))
        .remove("startup");
    assert_eq!(host.client().change_config(&node(), Vmid(200), &change).await.unwrap(), Changed::Accepted);
    let asked = &host.seen()[0];
    assert_eq!(asked.line(), "PUT /nodes/pve1/lxc/200/config");
    assert_eq!(
        (asked.param("cores"), asked.param("onboot"), asked.param("tags")),
        (Some("4"), Some("0"), Some("web;lab"))
    );
    assert_eq!(asked.param("net12"), Some("name=eth0,bridge=vmbr1,ip=dhcp"));
    assert_eq!((asked.param("delete"), asked.param("digest")), (Some("mp0,startup"), Some("48af21")));
    // Nor does it take one without a value.
    host.forget();
    let nothing = ConfigChange::of(None)
        .set(Setting::Description(String::new()))
        .set(Setting::Environment(Environment::default()))
        .set(Setting::Tags(Vec::new()))
        .set(Setting::Features(Features::default()));
    host.client().change_config(&node(), Vmid(200), &nothing).await.unwrap();
    assert_eq!(host.seen()[0].params, [("delete".to_owned(), "description,env,tags,features".to_owned())]);
    // And it refuses a call without an option.
    host.forget();
    host.client().change_config(&node(), Vmid(200), &ConfigChange::of(None)).await.unwrap();
    assert!(host.seen().is_empty());
}

#[tokio::test]
async fn somebody_who_was_faster_is_told() {
    let text = "detected modified configuration - file changed by other user? Try again.";
    let host = Host::saying(Reply::refusal(500, text)).await;
    let change = ConfigChange::of(Some(Digest("0".into()))).set(Setting::Cores(4));
    let error = host.client().change_config(&node(), Vmid(200), &change).await.unwrap_err();
    assert_eq!(error.text(), Some(text));
    assert!(error.is_passing());
}

const UNPLUGGED: &str = r#"{"errors":{"net0":"unable to hotplug net0: command '/sbin/tc filter add dev veth200i0' failed: exit code 2\n"},"message":"Parameter verification failed.\n","data":null}"#;

fn refused() -> Reply {
    Reply::body(400, "Parameter verification failed.", UNPLUGGED)
}

#[tokio::test]
async fn a_refusal_that_waits_is_told_from_one_that_is_final() {
    let kept = r#"[{"key":"memory","value":64},{"pending":"name=eth0,bridge=vmbr0,rate=10","key":"net0"}]"#;
    let gone = r#"[{"key":"memory","value":64},{"key":"net0","value":"name=eth0"}]"#;
    for (pending, waits) in [(kept, true), (gone, false)] {
        let host = Host::start(move |asked| match asked.method.as_str() {
            "PUT" => refused(),
            _ => Reply::data(pending),
        })
        .await;
        let change = ConfigChange::of(None).set(Setting::Net(0, "name=eth0,bridge=vmbr0,rate=10".parse().unwrap()));
        let outcome = host.client().change_config(&node(), Vmid(200), &change).await;
        match waits {
            true => {
                let why = "unable to hotplug net0: command '/sbin/tc filter add dev veth200i0' failed: exit code 2";
                let unapplied = Unapplied { option: "net0".into(), why: why.into() };
                assert_eq!(outcome.unwrap(), Changed::Waits(vec![unapplied]));
            }
            false => assert!(matches!(outcome, Err(ClientError::Refused { status: 400, .. }))),
        }
        assert_eq!(host.lines()[1], "GET /nodes/pve1/lxc/200/pending");
    }
}

#[tokio::test]
async fn any_other_refusal_asks_for_nothing_more() {
    let bad = r#"{"errors":{"tags":"invalid format\n"},"message":"Parameter verification failed.\n","data":null}"#;
    let host = Host::saying(Reply::body(400, "Parameter verification failed.", bad)).await;
    let change = ConfigChange::of(None).set(Setting::Tags(vec!["web".into()]));
    assert!(host.client().change_config(&node(), Vmid(200), &change).await.is_err());
    assert_eq!(host.seen().len(), 1);
}

#[tokio::test]
async fn what_waits_is_read_and_taken_back() {
    let rows = r#"[{"key":"cores","value":2},{"key":"digest","value":"e39c"},{"key":"env","value":"A=SWORDFISH","pending":"B=SWORDFISH"},
        {"key":"mp0","value":"btr:1,mp=/data","delete":1},{"key":"net1","value":"name=eth1","delete":"2"},{"key":"cmode","pending":"shell"},{"key":"swap","value":0,"delete":0}]"#;
    let host = Host::saying(Reply::data(rows)).await;
    let pending = host.client().pending(&node(), Vmid(200)).await.unwrap();
    let read: Vec<_> =
        pending.iter().map(|one| (one.option.as_str(), one.now.as_deref(), one.next.as_deref())).collect();
    assert_eq!(
        read,
        [
            ("cmode", None, Some("shell")),
            ("env", Some("A=SWORDFISH"), Some("B=SWORDFISH")),
            ("mp0", Some("btr:1,mp=/data"), None),
            ("net1", Some("name=eth1"), None),
        ]
    );
    assert!(!format!("{pending:?}").contains("SWORDFISH"));
    host.now_does(|_| Reply::data("null"));
    host.forget();
    host.client().revert(&node(), Vmid(200), &["net0", "mp0"]).await.unwrap();
    assert_eq!(host.seen()[0].params, [("revert".to_owned(), "net0,mp0".to_owned())]);
}

#[tokio::test]
async fn what_a_node_is_too_old_for_is_not_sent() {
    let mut environment = Environment::default();
    environment.set("A", "1").unwrap();
    for (version, setting, is_sent) in [
        ("7.4-17", Setting::Environment(environment.clone()), false),
        ("9.0.3", Setting::EntryPoint("/init".into()), false),
        ("9.1.1", Setting::Environment(environment.clone()), true),
        ("9.1.1", Setting::Mount(0, "a:1/d.raw,mp=/x,keepattrs=1".parse().unwrap()), false),
        ("9.2.11", Setting::Mount(0, "a:1/d.raw,mp=/x,keepattrs=1".parse().unwrap()), true),
        ("8.4.1", Setting::Net(0, "name=eth0,host-managed=1".parse().unwrap()), false),
        ("7.4-17", Setting::Cores(2), true),
    ] {
        let host = Host::start(move |asked| match asked.line().as_str() {
            "GET /nodes/pve1/version" => Reply::data(&format!(r#"{{"version":"{version}"}}"#)),
            _ => Reply::data("null"),
        })
        .await;
        let outcome =
            host.client().change_config(&node(), Vmid(200), &ConfigChange::of(None).set(setting.clone())).await;
        assert_eq!(outcome.is_ok(), is_sent, "{setting:?} on {version}");
        assert_eq!(host.lines().iter().any(|line| line.starts_with("PUT")), is_sent, "{setting:?} on {version}");
    }
}
