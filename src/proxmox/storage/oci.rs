//! Images of OCI registries, from Proxmox VE 9.1 on. What must hold: an image is pulled by a name with its tag, under a
//! file name of our own, because Proxmox's drops registry and owner and two images would get one name.

use std::{fmt, str::FromStr};

use super::VolumeId;
use crate::{
    domain::ids::{NodeName, StorageName, Upid},
    proxmox::{Ability, Client, ClientError, call::Asked, wire::lenient::Text},
};

/// An image without its tag: `ghcr.io/owner/name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImageName(String);

/// An image with its tag: `ghcr.io/owner/name:1.27`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImageReference {
    pub name: ImageName,
    tag: String,
}

fn refuse(text: &str, why: &str, remedy: &'static str) -> ClientError {
    ClientError::NotSent { what: format!("{text:?} cannot be pulled"), why: why.to_owned(), remedy }
}

impl ImageName {
    pub fn with_tag(self, tag: &str) -> Result<ImageReference, ClientError> {
        let mut letters = tag.chars();
        let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let is_good = letters.next().is_some_and(is_word)
            && letters.all(|letter| is_word(letter) || letter == '.' || letter == '-')
            && tag.len() <= 128;
        match is_good {
            true => Ok(ImageReference { name: self, tag: tag.to_owned() }),
            false => Err(refuse(
                &format!("{self}:{tag}"),
                "a tag has up to 128 letters, digits, dots, hyphens and underscores",
                "choose one of the tags that the registry lists",
            )),
        }
    }
}

impl FromStr for ImageName {
    type Err = ClientError;

    fn from_str(text: &str) -> Result<Self, ClientError> {
        let with_registry = || text.split_once('/').is_some_and(|(host, path)| is_registry(host) && is_path(path));
        match is_path(text) || with_registry() {
            true => Ok(Self(text.to_owned())),
            false => Err(refuse(
                text,
                "it is no name of an image",
                "write it as registry/owner/name in lower-case letters, such as ghcr.io/owner/name",
            )),
        }
    }
}

impl FromStr for ImageReference {
    type Err = ClientError;

    fn from_str(text: &str) -> Result<Self, ClientError> {
        if text.contains('@') {
            return Err(refuse(
                text,
                "Proxmox pulls images by tag only, not by digest",
                "name the tag that the digest belongs to, such as name:1.27",
            ));
        }
        // A colon before the last slash is that of a port.
        let name_from = text.rfind('/').map_or(0, |slash| slash + 1);
        let Some(colon) = text[name_from..].rfind(':').map(|at| name_from + at) else {
            return Err(refuse(
                text,
                "it has no tag, and Proxmox assumes none",
                "add the tag, such as :latest or :1.27",
            ));
        };
        text[..colon].parse::<ImageName>()?.with_tag(&text[colon + 1..])
    }
}

impl ImageReference {
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The whole name, so that no two images share it; without the ending `.tar`, which Proxmox adds.
    pub fn file_stem(&self) -> String {
        let plain = |letter: char| if letter.is_ascii_alphanumeric() || "-_.".contains(letter) { letter } else { '_' };
        self.to_string().chars().map(plain).collect()
    }
}

impl fmt::Display for ImageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for ImageReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name, self.tag)
    }
}

/// `host`, `host:port`.
fn is_registry(text: &str) -> bool {
    let (host, port) = text.split_once(':').map_or((text, "0"), |(host, port)| (host, port));
    let is_label = |label: &str| {
        let is_inner = label.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
        is_inner && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
    };
    host.split('.').all(is_label) && !port.is_empty() && port.chars().all(|letter| letter.is_ascii_digit())
}

fn is_path(text: &str) -> bool {
    text.split('/').all(is_part)
}

/// Lower-case letters and digits, between them one dot, one or two underscores, or hyphens.
fn is_part(text: &str) -> bool {
    let is_word = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let gaps = text.split(is_word).filter(|gap| !gap.is_empty());
    let mut gaps = gaps.map(|gap| matches!(gap, "." | "_" | "__") || gap.chars().all(|letter| letter == '-'));
    text.starts_with(is_word) && text.ends_with(is_word) && gaps.all(|is_good| is_good)
}

impl Client {
    /// The tags that the registry has of an image. The node asks it, and has 30 s for that.
    pub async fn image_tags(&self, node: &NodeName, image: &ImageName) -> Result<Vec<String>, ClientError> {
        self.require(node, Ability::Oci).await?;
        let asked = Asked::get(&["nodes", node.as_str(), "query-oci-repo-tags"]).with("reference", image);
        let answer = self.call(&asked).await?;
        let tags: Option<Vec<Text<'_>>> = answer.read(&asked.call)?;
        Ok(tags.unwrap_or_default().into_iter().filter_map(Text::into_text).collect())
    }

    /// Pulls an image into a storage. It never replaces a file: an older pull of the same tag has to be deleted first.
    /// The volume is there when the task has ended well.
    pub async fn begin_pull(
        &self,
        node: &NodeName,
        storage: &StorageName,
        image: &ImageReference,
    ) -> Result<(Upid, VolumeId), ClientError> {
        self.require(node, Ability::Oci).await?;
        let stem = image.file_stem();
        let asked = Asked::post(&["nodes", node.as_str(), "storage", storage.as_str(), "oci-registry-pull"])
            .with("reference", image)
            .with("filename", &stem);
        let task = self.begin(&asked).await?;
        Ok((task, VolumeId::template(storage.clone(), &format!("{stem}.tar"))))
    }
}
