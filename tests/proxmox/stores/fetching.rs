//! Templates, downloads and images.

use proximity::{
    domain::fault::{Fault, FaultCode},
    proxmox::{
        ClientError, Version,
        storage::{
            Architecture, Checksum, ChecksumKind, ContentKind, Download, DownloadPhase, ImageName, ImageReference,
            Template, best_template, read_progress,
        },
    },
};

use super::{Lab, TASK, everything::template, node, params, storage};
use crate::proxmox::host::Reply;

fn of(package: &str, version: &str, architecture: &str) -> Template {
    let file = format!("{package}_{version}_{architecture}.tar.zst");
    Template {
        file: file.into(),
        package: package.into(),
        version: version.into(),
        architecture: Architecture::new(architecture),
        ..template()
    }
}

#[test]
fn the_best_template_is_the_newest_debian_that_the_node_can_run() {
    let list = [
        of("debian-12-standard", "12.9-1", "amd64"),
        of("debian-12-standard", "12.12-1", "amd64"),
        of("debian-13-standard", "13.1-2", "amd64"),
        of("debian-13-standard", "13.1-10", "amd64"),
        of("debian-13-standard", "13.2-1", "arm64"),
        of("ubuntu-26.04-standard", "26.04-1", "amd64"),
        Template { section: "turnkeylinux".into(), ..of("debian-13-standard", "99.0-1", "amd64") },
    ];
    for (version, machine, expected) in [
        ("9.2.11", "x86_64", Some("debian-13-standard_13.1-10_amd64.tar.zst")),
        ("9.2.11", "aarch64", Some("debian-13-standard_13.2-1_arm64.tar.zst")),
        ("8.4.19", "amd64", Some("debian-13-standard_13.1-10_amd64.tar.zst")),
        ("8.4.1", "amd64", Some("debian-12-standard_12.12-1_amd64.tar.zst")),
        ("7.4-17", "amd64", Some("debian-12-standard_12.12-1_amd64.tar.zst")),
        ("7.4-17", "arm64", None),
    ] {
        let version = Version::read(version).unwrap();
        let best = best_template(&list, &version, &Architecture::new(machine));
        assert_eq!(best.map(|template| &*template.file), expected, "{version} {machine}");
    }
    let only_older = &list[..2];
    let best = best_template(only_older, &Version::read("9.2").unwrap(), &Architecture::new("amd64"));
    assert_eq!(best.map(|template| &*template.version), Some("12.12-1"), "a version that runs 13 runs 12 as well");
}

#[tokio::test]
async fn a_template_is_fetched_by_its_file_name() {
    let lab = Lab::saying(TASK).await;
    lab.client.begin_template_download(&node(), &storage("local"), &template()).await.unwrap();
    assert_eq!(lab.only().line(), "POST /nodes/pve1/aplinfo");
    assert_eq!(params(&lab.only()), ["storage=local", "template=debian-13-standard_13.6-1_amd64.tar.zst"]);
}

fn download(kind: ContentKind, file: &str) -> Download {
    let url = "https://example.org/a b?c=d&e".to_owned();
    Download { url, kind, file: file.to_owned(), checksum: None, takes_any_certificate: false }
}

#[tokio::test]
async fn a_download_says_what_it_must() {
    let lab = Lab::saying(TASK).await;
    let sum = Checksum { kind: ChecksumKind::Sha512, sum: "ab".into() };
    let plain = download(ContentKind::Isos, "x.iso");
    let rich = Download { checksum: Some(sum), takes_any_certificate: true, ..plain.clone() };
    lab.client.begin_download(&node(), &storage("local"), &plain).await.unwrap();
    assert_eq!(params(&lab.only()), ["url=https://example.org/a b?c=d&e", "content=iso", "filename=x.iso"]);
    lab.client.begin_download(&node(), &storage("local"), &rich).await.unwrap();
    assert_eq!(params(&lab.sent()[1])[3..], ["checksum-algorithm=sha512", "checksum=ab", "verify-certificates=0"]);
}

#[tokio::test]
async fn a_name_that_no_node_takes_is_not_sent() {
    for (kind, file) in [
        (ContentKind::Templates, "x.zip"),
        (ContentKind::Templates, ".tar.zst"),
        (ContentKind::Templates, "../x.tar.zst"),
        (ContentKind::Templates, "a b.tar.zst"),
        (ContentKind::Templates, "x\".tar.zst"),
        (ContentKind::Templates, ""),
        (ContentKind::Isos, "x.tar"),
        (ContentKind::Backups, "x.tar.zst"),
        (ContentKind::Snippets, "x.tar.zst"),
    ] {
        let lab = Lab::saying(TASK).await;
        let error = lab.client.begin_download(&node(), &storage("local"), &download(kind, file)).await.unwrap_err();
        assert!(matches!(error, ClientError::NotSent { .. }), "{file}: {error:?}");
        let fault = Fault::from(error);
        assert!(fault.code == FaultCode::Usage && !fault.remedy.is_empty(), "{fault}");
        assert!(lab.host.seen().is_empty(), "{file}");
    }
}

#[tokio::test]
async fn what_a_server_says_of_a_file_is_read() {
    let lab = Lab::saying(r#"{"filename":"x.iso","size":"1048576","mimetype":"application/octet-stream"}"#).await;
    let facts = lab.client.url_facts(&node(), "https://example.org/x.iso").await.unwrap();
    assert_eq!((facts.file.as_deref(), facts.size), (Some("x.iso"), Some(1 << 20)));
    let lab = Lab::saying("{}").await;
    assert_eq!(lab.client.url_facts(&node(), "https://example.org/").await.unwrap().size, None);
}

#[test]
fn names_of_images_are_read_as_proxmox_reads_them() {
    for good in [
        "alpine",
        "library/alpine",
        "docker.io/library/alpine",
        "ghcr.io/a/b_c/d__e/f-g.h",
        "localhost:5443/web",
        "My-Host/x",
        "a/b/c--d",
    ] {
        assert_eq!(good.parse::<ImageName>().unwrap().to_string(), good);
    }
    for bad in [
        "",
        "Alpine",
        "a//b",
        "/a",
        "a/",
        "a_/b",
        "a..b",
        "ghcr.io/A/b",
        "a___b",
        "-a",
        "host:x/y",
        "-h/x/y",
        "a b",
        "ä/b",
    ] {
        assert!(bad.parse::<ImageName>().is_err(), "{bad:?}");
    }
}

#[test]
fn an_image_is_pulled_by_its_tag_under_its_whole_name() {
    for (text, tag, stem) in [
        ("ghcr.io/owner/name:1.27", "1.27", "ghcr.io_owner_name_1.27"),
        ("localhost:5443/web:1.0", "1.0", "localhost_5443_web_1.0"),
        ("nginx:latest", "latest", "nginx_latest"),
    ] {
        let image: ImageReference = text.parse().unwrap();
        assert_eq!((image.to_string().as_str(), image.tag(), image.file_stem().as_str()), (text, tag, stem));
    }
    for (text, word) in [
        ("ghcr.io/owner/name", "tag"),
        ("localhost:5443/web", "tag"),
        ("web@sha256:0000", "digest"),
        ("web:1.0@sha256:0000", "digest"),
        ("web:", "tag"),
        ("web:-1", "tag"),
        ("web:a/b", "tag"),
    ] {
        let fault = Fault::from(text.parse::<ImageReference>().unwrap_err());
        assert!(
            fault.why.contains(word) && fault.remedy.contains("tag") || fault.why.contains("digest"),
            "{text}: {fault}"
        );
    }
    assert!("web:a".repeat(30).parse::<ImageReference>().is_err());
}

#[tokio::test]
async fn a_pull_names_its_own_file() {
    let lab = Lab::saying(TASK).await;
    let image = "ghcr.io/owner/name:1.27".parse().unwrap();
    let (_, volume) = lab.client.begin_pull(&node(), &storage("local"), &image).await.unwrap();
    assert_eq!(params(&lab.only()), ["reference=ghcr.io/owner/name:1.27", "filename=ghcr.io_owner_name_1.27"]);
    assert_eq!(volume.to_string(), "local:vztmpl/ghcr.io_owner_name_1.27.tar");
}

#[tokio::test]
async fn a_registry_that_does_not_answer_is_told_as_such() {
    let lab = Lab::new("9.2.11", Reply::bare(596, "Connection timed out")).await;
    let error = lab.client.image_tags(&node(), &"ghcr.io/a/b".parse().unwrap()).await.unwrap_err();
    let fault = Fault::from(error);
    assert!(fault.why.contains("the registry or web server") && fault.why.contains("30 s"), "{fault}");
}

#[tokio::test]
async fn tags_are_texts_whatever_they_look_like() {
    let lab = Lab::saying(r#"["1.27","latest",3]"#).await;
    let tags = lab.client.image_tags(&node(), &"ghcr.io/a/b".parse().unwrap()).await.unwrap();
    assert_eq!(tags, ["1.27", "latest", "3"]);
    let lab = Lab::saying("null").await;
    assert!(lab.client.image_tags(&node(), &"a".parse().unwrap()).await.unwrap().is_empty());
}

const WGET: [&str; 16] = [
    "downloading http://download.proxmox.com/images/system/x.tar.zst to /var/lib/vz/template/cache/x.tar.zst",
    "--2026-11-20 10:00:00--  http://download.proxmox.com/images/system/x.tar.zst",
    "Resolving download.proxmox.com (download.proxmox.com)... 51.91.38.34, 2001:41d0::1",
    "Connecting to download.proxmox.com (download.proxmox.com)|51.91.38.34|:80... connected.",
    "HTTP request sent, awaiting response... 200 OK",
    "Length: 126515062 (121M) [application/octet-stream]",
    "Saving to: '/var/lib/vz/template/cache/x.tar.zst.tmp_dwnl.1234'",
    "     0K ........ ........ ........ ........ 26% 4.11M 22s",
    " 32768K ........ ........ ........ ........ 53%  112M 0s",
    " 65536K ........ ........ ........ ........ 79%  112M 0s",
    " 98304K ........ ........ ........         100%  112M=1.1s",
    "",
    "2026-11-20 10:00:02 (111 MB/s) - '/var/lib/vz/template/cache/x' saved [126515062/126515062]",
    "calculating checksum...OK, checksum verified",
    "download of 'http://download.proxmox.com/x.tar.zst' to '/var/lib/vz/template/cache/x.tar.zst' finished",
    "TASK OK",
];

#[test]
fn the_progress_of_a_download_is_read_from_its_log() {
    let after = |lines: usize| read_progress(&WGET[..lines]);
    assert_eq!((after(0).phase, after(0).percent), (DownloadPhase::Connecting, None));
    assert_eq!((after(7).phase, after(7).total), (DownloadPhase::Connecting, Some(126_515_062)));
    assert_eq!((after(8).phase, after(8).percent), (DownloadPhase::Transferring, Some(26)));
    assert_eq!((after(10).percent, after(10).received), (Some(79), 65536 * 1024));
    assert_eq!((after(14).phase, after(14).percent), (DownloadPhase::Checking, Some(100)));
    assert_eq!((after(16).phase, after(16).received), (DownloadPhase::Done, 126_515_062));
}

#[test]
fn a_download_of_unknown_length_tells_what_came() {
    let log = ["Length: unspecified [text/html]", "     0K ........ ........", " 32768K ........ ........"];
    let progress = read_progress(&log);
    assert_eq!((progress.percent, progress.total, progress.received), (None, None, 32768 * 1024));
    assert_eq!(progress.phase, DownloadPhase::Transferring);
    assert_eq!(read_progress(&["2 Kinds of trouble", "K", "", "5K files"]).phase, DownloadPhase::Connecting);
}
