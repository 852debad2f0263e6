//! Fetching files from the network into a storage; the node itself does it. What must hold: a name that the node would
//! not take is told before anything is sent.

use std::{fmt, sync::Arc};

use super::{ContentKind, Template};
use crate::{
    domain::ids::{NodeName, StorageName, Upid},
    proxmox::{Ability, Client, ClientError, call::Asked, wire::template::UrlSaid},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChecksumKind {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl ChecksumKind {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }
}

/// What the content must add up to; in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checksum {
    pub kind: ChecksumKind,
    pub sum: String,
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.slug(), self.sum)
    }
}

/// What to fetch from where, and what to call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    pub url: String,
    /// A template or an ISO image.
    pub kind: ContentKind,
    pub file: String,
    pub checksum: Option<Checksum>,
    /// Only for a server whose certificate nobody vouches for; give a checksum with it.
    pub takes_any_certificate: bool,
}

/// What a web server says of a file before it is fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlFacts {
    pub file: Option<Arc<str>>,
    pub size: Option<u64>,
    pub mime: Option<Arc<str>>,
}

impl Client {
    /// Fetches one of Proxmox's own templates, its checksum compared. What is there already ends well at once.
    pub async fn begin_template_download(
        &self,
        node: &NodeName,
        storage: &StorageName,
        template: &Template,
    ) -> Result<Upid, ClientError> {
        let asked =
            Asked::post(&["nodes", node.as_str(), "aplinfo"]).with("storage", storage).with("template", &template.file);
        self.begin(&asked).await
    }

    pub async fn begin_download(
        &self,
        node: &NodeName,
        storage: &StorageName,
        download: &Download,
    ) -> Result<Upid, ClientError> {
        self.require_file_name(node, download.kind, &download.file).await?;
        let checksum = download.checksum.as_ref();
        let asked = Asked::post(&["nodes", node.as_str(), "storage", storage.as_str(), "download-url"])
            .with("url", &download.url)
            .with("content", download.kind.slug())
            .with("filename", &download.file)
            .with_some("checksum-algorithm", checksum.map(|sum| sum.kind.slug()))
            .with_some("checksum", checksum.map(|sum| &sum.sum))
            .with_some("verify-certificates", download.takes_any_certificate.then_some(0));
        self.begin(&asked).await
    }

    /// The node asks the web server; it has 30 s for that.
    pub async fn url_facts(&self, node: &NodeName, url: &str) -> Result<UrlFacts, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "query-url-metadata"]).with("url", url);
        let answer = self.call(&asked).await?;
        let said: UrlSaid<'_> = answer.read(&asked.call)?;
        Ok(UrlFacts {
            file: said.filename.as_deref().map(Arc::from),
            size: said.size.0,
            mime: said.mimetype.as_deref().map(Arc::from),
        })
    }

    /// Which endings a template may have grew with the versions.
    pub(super) async fn require_file_name(
        &self,
        node: &NodeName,
        kind: ContentKind,
        file: &str,
    ) -> Result<(), ClientError> {
        let needs = judge_file_name(kind, file)?;
        match needs {
            Some(ability) => self.require(node, ability).await,
            None => Ok(()),
        }
    }
}

fn judge_file_name(kind: ContentKind, file: &str) -> Result<Option<Ability>, ClientError> {
    let refuse =
        |why: String, remedy| Err(ClientError::NotSent { what: format!("{file:?} cannot be put there"), why, remedy });
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    if file.is_empty() || file.len() > 255 || file.starts_with('.') || !file.chars().all(is_plain) {
        let why = "a file in a storage has up to 255 letters, digits, dots, hyphens and underscores".to_owned();
        return refuse(why, "choose a name of such characters");
    }
    let ends = |ending: &str| file.len() > ending.len() && file.ends_with(ending);
    match kind {
        ContentKind::Templates if [".tar.gz", ".tar.xz", ".tar.zst"].into_iter().any(ends) => Ok(None),
        ContentKind::Templates if ends(".tar.bz2") => Ok(Some(Ability::BzipTemplates)),
        ContentKind::Templates if ends(".tar") => Ok(Some(Ability::PlainTarTemplates)),
        ContentKind::Templates => refuse(
            "a template is an archive that ends in .tar, .tar.gz, .tar.xz, .tar.zst or .tar.bz2".to_owned(),
            "give the file the ending of what it is",
        ),
        ContentKind::Isos if ends(".iso") || ends(".img") => Ok(None),
        ContentKind::Isos => {
            refuse("an image ends in .iso or .img".to_owned(), "give the file the ending of what it is")
        }
        other => refuse(
            format!("Proxmox takes templates and ISO images from outside, nothing of the kind {}", other.slug()),
            "choose a template or an ISO image",
        ),
    }
}
