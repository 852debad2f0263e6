//! The certificate the server shows, signed by a small authority of its own as a cluster of Proxmox does it.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};

use super::SimError;
use crate::sim::{
    api::{Certificate, Certificates},
    clock::real_time,
};

/// The certificates of a whole cluster: its authority, and what each node shows.
pub struct Identity {
    authority: Arc<Authority>,
    /// By the name of the node; who has none here shows that of the first.
    tls: BTreeMap<String, Arc<ServerConfig>>,
    first: Arc<ServerConfig>,
    pub certificates: Certificates,
}

/// What signs.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: Certificate,
}

/// Who shows a certificate, and for which names it is good.
pub struct Face {
    pub node: String,
    pub names: Vec<String>,
}

const DAY: i64 = 86_400;
const ROOT_NAME: &str = "/CN=Proxmox Virtual Environment/O=PVE Cluster Manager CA";

impl Identity {
    /// With a new authority. The first face is the one that a single door shows.
    pub fn make(faces: &[Face]) -> Result<Self, SimError> {
        Self::signed_by(Arc::new(Authority::make()?), faces)
    }

    /// New certificates of the same authority, as the nodes renew them by themselves.
    pub fn renewed(&self, faces: &[Face]) -> Result<Self, SimError> {
        Self::signed_by(self.authority.clone(), faces)
    }

    fn signed_by(authority: Arc<Authority>, faces: &[Face]) -> Result<Self, SimError> {
        let mut made = faces.iter().map(|face| authority.sign(face)).collect::<Result<Vec<_>, _>>()?.into_iter();
        let local = Face { node: "localhost".into(), names: names(&[]) };
        let (first, leaf) = match made.next() {
            Some(made) => made,
            None => authority.sign(&local)?,
        };
        let others = faces.iter().skip(1).map(|face| face.node.clone()).zip(made);
        let (tls, nodes) = others.map(|(node, (tls, leaf))| ((node.clone(), tls), (node, leaf))).unzip();
        let certificates = Certificates { root: authority.certificate.clone(), leaf, nodes };
        Ok(Self { authority, tls, first, certificates })
    }

    pub fn tls(&self, node: Option<&str>) -> Arc<ServerConfig> {
        node.and_then(|node| self.tls.get(node)).unwrap_or(&self.first).clone()
    }
}

impl Authority {
    fn make() -> Result<Self, SimError> {
        let now = real_time().as_secs();
        let (from, until) = (now - 30 * DAY, now + 3_600 * DAY);
        let (key, params) = (KeyPair::generate()?, authority(from, until));
        let root = params.self_signed(&key)?;
        let certificate = describe("pve-root-ca.pem", root.der(), ROOT_NAME, Vec::new(), (from, until));
        Ok(Self { issuer: Issuer::new(params, key), certificate })
    }

    fn sign(&self, face: &Face) -> Result<(Arc<ServerConfig>, Certificate), SimError> {
        let now = real_time().as_secs();
        let (from, until) = (now - DAY, now + 700 * DAY);
        let key = KeyPair::generate()?;
        let leaf = server(&face.names, &face.node, from, until)?.signed_by(&key, &self.issuer)?;
        let subject = format!("/OU=PVE Cluster Node/O=Proxmox Virtual Environment/CN={}", face.node);
        let certificate = describe("pve-ssl.pem", leaf.der(), &subject, face.names.clone(), (from, until));
        Ok((tls(leaf.der(), &key)?, certificate))
    }
}

pub fn names(nodes: &[String]) -> Vec<String> {
    ["127.0.0.1", "::1", "localhost"].iter().map(|name| (*name).to_owned()).chain(nodes.iter().cloned()).collect()
}

fn authority(from: i64, until: i64) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Proxmox Virtual Environment");
    params.distinguished_name.push(DnType::OrganizationName, "PVE Cluster Manager CA");
    lasts(&mut params, from, until);
    params
}

fn server(names: &[String], host: &str, from: i64, until: i64) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names.to_vec())?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationalUnitName, "PVE Cluster Node");
    params.distinguished_name.push(DnType::OrganizationName, "Proxmox Virtual Environment");
    params.distinguished_name.push(DnType::CommonName, host);
    lasts(&mut params, from, until);
    Ok(params)
}

fn tls(leaf: &CertificateDer<'static>, key: &KeyPair) -> Result<Arc<ServerConfig>, SimError> {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![leaf.clone()], key)?;
    // Reason phrases carry the errors, and only HTTP/1.1 has them.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// What an app shows to whoever speaks TLS: a certificate that it made itself, and for which nobody vouches.
pub fn of_its_own() -> Option<Arc<ServerConfig>> {
    static MADE: OnceLock<Option<Arc<ServerConfig>>> = OnceLock::new();
    let make = || {
        let now = real_time().as_secs();
        let key = KeyPair::generate()?;
        let leaf = server(&["app.invalid".to_owned()], "app.invalid", now - DAY, now + DAY)?.self_signed(&key)?;
        tls(leaf.der(), &key)
    };
    MADE.get_or_init(|| make().ok()).clone()
}

fn describe(
    file: &'static str,
    der: &[u8],
    subject: &str,
    names: Vec<String>,
    (from, until): (i64, i64),
) -> Certificate {
    let digest = ring::digest::digest(&ring::digest::SHA256, der);
    let pairs: Vec<_> = digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
    Certificate {
        file,
        fingerprint: pairs.join(":"),
        subject: subject.to_owned(),
        issuer: ROOT_NAME.to_owned(),
        names,
        from: midnight(from),
        until: midnight(until),
        pem: pem(der),
    }
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line)).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

fn midnight(seconds: i64) -> i64 {
    seconds - seconds.rem_euclid(DAY)
}

fn lasts(params: &mut CertificateParams, from: i64, until: i64) {
    let day = |seconds: i64| {
        let date = jiff::Timestamp::from_second(seconds).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC).date();
        date_time_ymd(i32::from(date.year()), date.month() as u8, date.day() as u8)
    };
    (params.not_before, params.not_after) = (day(from), day(until));
}
