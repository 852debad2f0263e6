//! The certificates the server shows, signed by a small authority of its own as a cluster of Proxmox does it; and one
//! of an authority that nobody knows.

use std::sync::Arc;

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
    api::{Certificate, Certificates, Identities},
    clock::real_time,
    faults::Shown,
};

struct Identity {
    tls: Arc<ServerConfig>,
    certificates: Certificates,
}

const DAY: i64 = 86_400;
const ROOT_NAME: &str = "/CN=Proxmox Virtual Environment/O=PVE Cluster Manager CA";

/// Every identity the server may be asked to show.
pub struct Wardrobe {
    first: Identity,
    renewed: Identity,
    foreign: Identity,
}

impl Wardrobe {
    pub fn make(nodes: &[String]) -> Result<Self, SimError> {
        let (own, other) = (Authority::make()?, Authority::make()?);
        Ok(Self { first: own.identity(nodes)?, renewed: own.identity(nodes)?, foreign: other.identity(nodes)? })
    }

    pub fn tls(&self, shown: Shown) -> Arc<ServerConfig> {
        let identity = match shown {
            Shown::First => &self.first,
            Shown::Renewed => &self.renewed,
            Shown::Foreign => &self.foreign,
        };
        identity.tls.clone()
    }

    pub fn identities(&self) -> Identities {
        Identities {
            first: self.first.certificates.clone(),
            renewed: self.renewed.certificates.clone(),
            foreign: self.foreign.certificates.clone(),
        }
    }
}

struct Authority {
    key: KeyPair,
    params: CertificateParams,
    certificate: Certificate,
}

impl Authority {
    fn make() -> Result<Self, SimError> {
        let now = real_time().as_secs();
        let (from, until) = (now - 30 * DAY, now + 3_600 * DAY);
        let key = KeyPair::generate()?;
        let params = authority(from, until);
        let root = params.self_signed(&key)?;
        let certificate = describe("pve-root-ca.pem", root.der(), ROOT_NAME, Vec::new(), (from, until));
        Ok(Self { key, params, certificate })
    }

    /// A certificate of the node that answers, with a key of its own.
    fn identity(&self, nodes: &[String]) -> Result<Identity, SimError> {
        let now = real_time().as_secs();
        let (from, until) = (now - DAY, now + 700 * DAY);
        let (names, key) = (names(nodes), KeyPair::generate()?);
        let host = nodes.first().map_or("localhost", String::as_str);
        let issuer = Issuer::new(self.params.clone(), &self.key);
        let leaf = server(&names, host, from, until)?.signed_by(&key, &issuer)?;
        let subject = format!("/OU=PVE Cluster Node/O=Proxmox Virtual Environment/CN={host}");
        let certificates = Certificates {
            root: self.certificate.clone(),
            leaf: describe("pve-ssl.pem", leaf.der(), &subject, names, (from, until)),
        };
        Ok(Identity { tls: tls(leaf.der(), &key)?, certificates })
    }
}

fn names(nodes: &[String]) -> Vec<String> {
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
