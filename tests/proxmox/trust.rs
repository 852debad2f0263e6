//! Trust beyond the pinned leaf. What must hold: what the host told over a trusted connection, its authority and the
//! leaves of its nodes, is trusted from then on, so that a renewed certificate asks nothing; a foreign one, one for
//! another name, and one out of its time are a hard stop before a byte is sent.

use proximity::{
    domain::fault::{Fault, FaultCode, FaultKind},
    proxmox::{Authority, Client, ClientError, Distrust, Fingerprint, Trust},
};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd};
use rustls::{
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};

use super::host::{Asked, Host, Reply, token};

const VERSION: &str = r#"{"version":"9.2.11","release":"9.2"}"#;
/// What a node's certificate is good for.
const OWN: [&str; 4] = ["127.0.0.1", "localhost", "pve1", "pve1.home.arpa"];

struct Root {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Root {
    /// As `/etc/pve/pve-root-ca.pem` was made before pve-cluster 9.1.2: without `keyUsage`.
    fn old() -> Self {
        Self::with(Vec::new())
    }

    fn new() -> Self {
        Self::with(vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign])
    }

    fn with(usages: Vec<KeyUsagePurpose>) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = usages;
        params.distinguished_name.push(DnType::CommonName, "Proxmox Virtual Environment");
        params.distinguished_name.push(DnType::OrganizationName, "PVE Cluster Manager CA");
        let key = KeyPair::generate().unwrap();
        let der = params.self_signed(&key).unwrap().der().to_vec();
        Self { pem: pem(&der), issuer: Issuer::new(params, key) }
    }

    fn leaf(&self, names: &[&str]) -> CertifiedKey {
        self.leaf_of(CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap())
    }

    fn leaf_of(&self, params: CertificateParams) -> CertifiedKey {
        let key = KeyPair::generate().unwrap();
        let leaf = params.signed_by(&key, &self.issuer).unwrap();
        shown(vec![leaf.der().clone()], &key)
    }

    fn authority(&self) -> Authority {
        Authority::from_pem(&self.pem).unwrap()
    }
}

fn shown(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> CertifiedKey {
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    CertifiedKey::new(chain, ring::sign::any_supported_type(&key).unwrap())
}

fn pem(der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

fn names(names: &[&str]) -> CertificateParams {
    CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap()
}

/// A host of one node that tells of its certificates what Proxmox tells.
async fn host_under(root: &Root, leaf: CertifiedKey) -> Host {
    let host = Host::saying(Reply::Cut).await;
    host.shows_from_now(leaf);
    tells(&host, root);
    host
}

fn tells(host: &Host, root: &Root) {
    let (pem, leaf) = (root.pem.replace('\n', "\\n"), host.pin());
    host.now_does(move |asked: &Asked| match asked.line().as_str() {
        "GET /nodes" => Reply::data(r#"[{"node":"pve1","status":"online"}]"#),
        "GET /nodes/pve1/certificates/info" => Reply::data(&format!(
            r#"[{{"filename":"pve-root-ca.pem","pem":"{pem}"}},{{"filename":"pve-ssl.pem","fingerprint":"{leaf}"}}]"#
        )),
        "GET /version" => Reply::data(VERSION),
        _ => Reply::refusal(403, "Permission check failed (/, Sys.Audit)"),
    });
}

async fn assert_stops(client: &Client, host: &Host, expected: Fingerprint, why: Distrust) -> Fault {
    host.forget();
    let error = client.version().await.unwrap_err();
    let seen = host.pin();
    assert_eq!(error, ClientError::Untrusted { address: host.address.clone(), expected, seen, why });
    assert!(host.seen().is_empty(), "something was sent to a stranger");
    let fault = Fault::from(error);
    assert_eq!((fault.code, fault.kind), (FaultCode::Trust, FaultKind::NeedsPerson));
    assert!(fault.why.contains(&expected.to_string()) && fault.why.contains(&seen.to_string()), "{fault}");
    fault
}

/// Closes what is open, so that the next call shakes hands anew.
async fn hang_up(client: &Client, host: &Host, root: &Root) {
    host.now_does(|_| Reply::refusal(500, "going"));
    client.version().await.unwrap_err();
    tells(host, root);
}

/// A host whose authority was learnt and whose leaf is pinned, with a client that shakes hands anew at its next call.
async fn known_under(root: &Root) -> (Host, Client, Fingerprint) {
    let host = host_under(root, root.leaf(&OWN)).await;
    let client = host.client();
    client.learn_trust().await.unwrap();
    let pinned = host.pin();
    hang_up(&client, &host, root).await;
    (host, client, pinned)
}

#[tokio::test]
async fn a_renewed_certificate_of_the_same_authority_asks_nothing_and_is_remembered() {
    for root in [Root::new(), Root::old()] {
        let host = host_under(&root, root.leaf(&OWN)).await;
        let client = host.client();
        assert!(client.should_learn_trust());
        let first = client.learn_trust().await.unwrap();
        assert_eq!((first.pin, first.authority.clone()), (host.pin(), Some(root.authority())));
        assert!(!client.should_learn_trust());

        hang_up(&client, &host, &root).await;
        host.shows_from_now(root.leaf(&OWN));
        tells(&host, &root);
        assert_ne!(host.pin(), first.pin);
        client.version().await.unwrap();
        assert!(client.should_learn_trust(), "the new leaf is to be remembered");
        let now = client.learn_trust().await.unwrap();
        assert_eq!(now.pin, host.pin());
        assert!(!client.should_learn_trust());
    }
}

/// Root and leaf as Proxmox makes them with openssl: RSA, both key identifiers, no `keyUsage` in the root. The keys are
/// those of nobody.
#[tokio::test]
async fn what_openssl_signed_as_proxmox_has_it_do_is_accepted() {
    let node = CertificateDer::from_pem_slice(include_bytes!("rsa/node.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("rsa/node.key")).unwrap();
    let host = Host::saying(Reply::data(VERSION)).await;
    let mut target = host.target(token());
    target.trust.authority = Authority::from_pem(include_str!("rsa/root.pem"));
    assert!(target.trust.authority.is_some());
    host.shows_from_now(CertifiedKey::new(vec![node], ring::sign::any_supported_type(&key).unwrap()));
    let client = Client::new(target, crate::sent::log()).unwrap();
    client.version().await.unwrap();
    assert!(client.should_learn_trust());
}

#[tokio::test]
async fn a_foreign_certificate_stops_although_the_authority_is_known() {
    let (root, other) = (Root::old(), Root::old());
    let (host, client, pinned) = known_under(&root).await;
    // The name of an authority is no proof; its key is.
    host.shows_from_now(other.leaf(&OWN));
    let fault = assert_stops(&client, &host, pinned, Distrust::Foreign).await;
    assert!(fault.remedy.contains("pvenode cert info"), "{fault}");
    host.shows_from_now(super::host::new_identity());
    assert_stops(&client, &host, pinned, Distrust::Foreign).await;
}

#[tokio::test]
async fn a_certificate_of_the_authority_for_another_name_stops() {
    let root = Root::new();
    let (host, client, pinned) = known_under(&root).await;
    host.shows_from_now(root.leaf(&["10.0.0.9", "mail.home.arpa"]));
    let fault = assert_stops(&client, &host, pinned, Distrust::OtherName).await;
    assert!(fault.remedy.contains("address that the certificate names"), "{fault}");
}

#[tokio::test]
async fn a_certificate_out_of_its_time_stops() {
    let root = Root::new();
    let (host, client, pinned) = known_under(&root).await;
    let mut over = names(&OWN);
    (over.not_before, over.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2022, 1, 1));
    host.shows_from_now(root.leaf_of(over));
    let fault = assert_stops(&client, &host, pinned, Distrust::Expired).await;
    assert!(fault.remedy.contains("pvecm updatecerts"), "{fault}");
    let mut early = names(&OWN);
    (early.not_before, early.not_after) = (date_time_ymd(2090, 1, 1), date_time_ymd(2095, 1, 1));
    host.shows_from_now(root.leaf_of(early));
    assert_stops(&client, &host, pinned, Distrust::NotYetValid).await;
}

/// The key of a node must not be worth as much as that of the authority.
#[tokio::test]
async fn a_leaf_signs_nothing() {
    let root = Root::new();
    let (host, client, pinned) = known_under(&root).await;
    let middle_key = KeyPair::generate().unwrap();
    let middle = names(&["pve2"]).signed_by(&middle_key, &root.issuer).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = names(&OWN).signed_by(&key, &Issuer::new(names(&["pve2"]), middle_key)).unwrap();
    host.shows_from_now(shown(vec![leaf.der().clone(), middle.der().clone()], &key));
    assert_stops(&client, &host, pinned, Distrust::Foreign).await;
}

/// A host that was added before the authority was ever asked for.
#[tokio::test]
async fn without_an_authority_the_pin_alone_counts() {
    let root = Root::new();
    let host = host_under(&root, root.leaf(&OWN)).await;
    let client = host.client();
    let pinned = host.pin();
    host.shows_from_now(root.leaf(&OWN));
    assert_stops(&client, &host, pinned, Distrust::NotPinned).await;
}

/// A certificate put in by hand is the one that is shown, and what the host tells of it is believed.
#[tokio::test]
async fn a_certificate_of_the_operator_s_own_is_the_node_s_leaf() {
    let (root, own) = (Root::new(), "5E".repeat(32));
    let host = host_under(&root, root.leaf(&OWN)).await;
    let pem = root.pem.replace('\n', "\\n");
    let told = own.clone();
    host.now_does(move |asked: &Asked| match asked.line().as_str() {
        "GET /nodes" => Reply::data(r#"[{"node":"pve1","status":"online"},{"node":"pve2","status":"offline"}]"#),
        "GET /cluster/status" => {
            Reply::data(r#"[{"type":"node","name":"pve1","ip":"10.0.0.1"},{"type":"node","name":"pve2","ip":"10.0.0.2"}]"#)
        }
        _ => Reply::data(&format!(
            r#"[{{"filename":"pve-root-ca.pem","pem":"{pem}"}},{{"filename":"pve-ssl.pem","fingerprint":"{}"}},{{"filename":"pveproxy-ssl.pem","fingerprint":"{told}"}}]"#,
            "AA".repeat(32)
        )),
    });
    let trust = host.client().learn_trust().await.unwrap();
    let nodes: Vec<_> = trust.nodes.iter().map(|(name, node)| (name.as_str(), node.leaf, node.ip.as_deref())).collect();
    assert_eq!(nodes, [("pve1", Some(own.parse().unwrap()), Some("10.0.0.1")), ("pve2", None, Some("10.0.0.2"))]);
    assert_eq!(trust.pin, host.pin(), "what the operator accepted is never replaced without its node saying so");
}

#[tokio::test]
async fn what_makes_no_sense_is_no_authority() {
    let host = Host::saying(Reply::data(VERSION)).await;
    host.now_does(|asked: &Asked| match asked.line().as_str() {
        "GET /nodes" => Reply::data(r#"[{"node":"pve1","status":"online"}]"#),
        _ => Reply::data(
            r#"[{"filename":"pve-root-ca.pem","pem":"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"}]"#,
        ),
    });
    let client = host.client();
    let trust = client.learn_trust().await.unwrap();
    assert_eq!(trust.authority, None);
    assert!(!client.should_learn_trust(), "a host that has nothing to tell is not asked in a loop");
    for pem in ["", "x", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----"] {
        assert_eq!(Authority::from_pem(pem), None);
    }
}

/// A machine that a name was given away to is not the host, whatever node of the cluster it is.
#[tokio::test]
async fn every_leaf_the_host_told_of_is_trusted_at_once() {
    let root = Root::new();
    let (first, second) = (root.leaf(&["pve1"]), root.leaf(&["pve2"]));
    let fingerprint = Fingerprint::of(&second.cert[0]);
    let host = host_under(&root, first).await;
    let mut trust = Trust::from(host.pin());
    trust.nodes.entry(proximity::domain::ids::NodeName::new("pve2")).or_default().leaf = Some(fingerprint);
    let mut target = host.target(token());
    target.trust = trust;
    let client = Client::new(target, crate::sent::log()).unwrap();
    client.version().await.unwrap();
    hang_up(&client, &host, &root).await;
    host.shows_from_now(second);
    tells(&host, &root);
    client.version().await.unwrap();
    assert_eq!(host.pin(), fingerprint);
}
