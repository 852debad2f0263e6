//! Files that come from outside: templates, URLs, registries, uploads.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{
    client::Reply,
    house::{House, Login, headers},
};

fn names(house: &House, node: &str, content: &str) -> Vec<String> {
    let rows = house.get(&format!("/nodes/{node}/storage/local/content?content={content}"));
    rows.as_array().unwrap().iter().map(|row| row["volid"].as_str().unwrap().to_owned()).collect()
}

fn sha256(bytes: &[u8]) -> String {
    ring::digest::digest(&ring::digest::SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_template_of_the_list_is_fetched_once_and_checked() {
    let house = House::demo();
    let list = house.get("/nodes/pve1/aplinfo");
    let list = list.as_array().unwrap();
    let one = list.iter().find(|row| row["template"] == "debian-12-standard_12.12-1_amd64.tar.zst").unwrap();
    assert_eq!(
        (&one["section"], &one["version"], &one["package"]),
        (&json!("system"), &json!("12.12-1"), &json!("debian-12-standard"))
    );
    assert_eq!((one["sha512sum"].as_str().unwrap().len(), one["md5sum"].as_str().unwrap().len()), (128, 32));
    let form = [("storage", "local"), ("template", "debian-12-standard_12.12-1_amd64.tar.zst")];
    let upid = house.begin("POST", "/nodes/pve1/aplinfo", &form);
    assert_eq!((upid.split(':').nth(5), upid.split(':').nth(6)), (Some("download"), Some(form[1].1)));
    house.handle().settle();
    let log = house.log(&upid);
    assert!(log[0].starts_with("downloading http://download.proxmox.com/images/system/debian-12"), "{}", log[0]);
    assert!(log.iter().any(|line| line.starts_with("     0K ........ ........ ........ ........ ")), "{log:#?}");
    assert!(log.iter().any(|line| line == "calculating checksum...OK, checksum verified"), "{log:#?}");
    let volume = "local:vztmpl/debian-12-standard_12.12-1_amd64.tar.zst".to_owned();
    assert!(names(&house, "pve1", "vztmpl").contains(&volume));
    assert!(!names(&house, "pve2", "vztmpl").contains(&volume), "each node has a folder of its own");
    let upid = house.begin("POST", "/nodes/pve1/aplinfo", &form);
    house.handle().settle();
    assert_eq!(
        house.log(&upid)[1],
        "calculating checksum of existing file...OK, got correct file already, no need to download"
    );
    let wrong = house.call("POST", "/nodes/pve1/aplinfo", &[("storage", "local"), ("template", "nope.tar.zst")]);
    assert_eq!(wrong.json()["errors"]["template"], "no such template");
}

const URL: &str = "https://example.com/images/tool.iso";

#[test]
fn a_url_is_looked_at_and_fetched() {
    let house = House::demo();
    let path = "/nodes/pve1/storage/local/download-url";
    let form = [("content", "iso"), ("filename", "my tool.iso"), ("url", URL)];
    let facts =
        house.get(&format!("/nodes/pve1/query-url-metadata?url={}", utf8_percent_encode(URL, NON_ALPHANUMERIC)));
    assert_eq!((&facts["filename"], &facts["mimetype"]), (&json!("tool.iso"), &json!("application/x-iso9660-image")));
    assert_eq!(house.done("POST", path, &form), "OK");
    let rows = house.get("/nodes/pve1/storage/local/content?content=iso");
    assert_eq!(
        (&rows[0]["volid"], &rows[0]["size"], &rows[0]["format"]),
        (&json!("local:iso/my_tool.iso"), &facts["size"], &json!("iso"))
    );
    assert_eq!(
        house.done("POST", path, &form),
        "refusing to override existing file '/var/lib/vz/template/iso/my_tool.iso'"
    );
    let mut sum = vec![
        ("content", "iso"),
        ("filename", "b.iso"),
        ("url", URL),
        ("checksum-algorithm", "sha256"),
        ("checksum", "00"),
    ];
    let got = sha256(URL.as_bytes());
    assert_eq!(house.done("POST", path, &sum), format!("checksum mismatch: got '{got}' != expect '00'"));
    sum[4] = ("checksum", &got);
    assert_eq!(house.done("POST", path, &sum), "OK");
    let lost = [("content", "iso"), ("filename", "c.iso"), ("url", "https://files.invalid/c.iso")];
    assert_eq!(house.done("POST", path, &lost), "download failed: exit code 4");
    let missing = [("content", "iso"), ("filename", "c.iso"), ("url", "https://example.com/missing.iso")];
    assert_eq!(house.done("POST", path, &missing), "download failed: exit code 8");
    let name = house.call("POST", path, &[("content", "vztmpl"), ("filename", "x.iso"), ("url", URL)]);
    assert_eq!(name.json()["errors"]["filename"], "wrong file extension");
    let alone =
        house.call("POST", path, &[("content", "iso"), ("filename", "x.iso"), ("url", URL), ("checksum", "00")]);
    assert_eq!(alone.json()["errors"]["checksum-algorithm"], "missing property required by 'checksum'");
    let kind = house.call("POST", "/nodes/pve1/storage/local-lvm/download-url", &form);
    assert_eq!(kind.line(), (500, "can't upload to storage type 'lvmthin', not a file based storage!"));
}

#[test]
fn reaching_out_needs_a_right_of_its_own() {
    let house = House::demo();
    house.handle().with(|datacenter| datacenter.access.grant("/storage/local", "guest@pve", "PVEDatastoreAdmin"));
    let login = house.ticket("guest@pve", "guest-sees-little");
    let form = [("content", "iso"), ("filename", "a.iso"), ("url", URL)];
    let knock = |method: &str, path: &str, form: &[(&str, &str)]| house.knock(&login, method, path, form);
    assert_eq!(knock("POST", "/nodes/pve1/storage/local/download-url", &form).line(), (403, "Permission check failed"));
    let pull = [("reference", "nginx:1.27")];
    let denied = knock("POST", "/nodes/pve1/storage/local/oci-registry-pull", &pull);
    assert_eq!(denied.line(), (403, "Permission check failed (/nodes/pve1, Sys.AccessNetwork)"));
    let denied = knock("POST", "/nodes/pve1/storage/backup/oci-registry-pull", &pull);
    assert_eq!(denied.line(), (403, "Permission check failed (/storage/backup, Datastore.AllocateTemplate)"));
    // The templates of the list need no such right.
    let form = [("storage", "local"), ("template", "alpine-3.22-default_20250617_amd64.tar.xz")];
    assert_eq!(knock("POST", "/nodes/pve1/aplinfo", &form).status, 200);
}

#[test]
fn an_image_is_pulled_from_its_registry() {
    let house = House::demo();
    let tags = house.get("/nodes/pve1/query-oci-repo-tags?reference=docker.io%2Flibrary%2Fnginx");
    assert!(tags.as_array().unwrap().contains(&json!("1.27")), "{tags}");
    let path = "/nodes/pve1/storage/local/oci-registry-pull";
    let upid = house.begin("POST", path, &[("reference", "docker.io/library/nginx:1.27")]);
    assert_eq!((upid.split(':').nth(5), upid.split(':').nth(6)), (Some("ociregistrypull"), Some("nginx_1.27.tar")));
    house.handle().settle();
    let log = house.log(&upid);
    assert_eq!((log[0].as_str(), log.last().unwrap().as_str()), ("Getting image source signatures", "TASK OK"));
    let again = house.call("POST", path, &[("reference", "docker.io/library/nginx:1.27")]);
    assert_eq!(again.line(), (500, "refusing to override existing file 'nginx_1.27.tar'"));
    let row = house.get("/nodes/pve1/storage/local/content?content=vztmpl");
    let row = row.as_array().unwrap().iter().find(|row| row["volid"] == "local:vztmpl/nginx_1.27.tar").unwrap().clone();
    assert_eq!(row["format"], "tar");
    house.handle().with(|datacenter| {
        let image = datacenter
            .storage("local")
            .unwrap()
            .volume("pve1", "vztmpl/nginx_1.27.tar")
            .unwrap()
            .image
            .clone()
            .unwrap();
        assert_eq!(
            (image.reference.as_str(), image.ports.as_slice()),
            ("docker.io/library/nginx:1.27", [80].as_slice())
        );
        assert_eq!(image.entrypoint, ["/docker-entrypoint.sh", "nginx", "-g", "daemon off;"]);
    });
}

#[test]
fn a_pull_that_finds_nothing_says_what_skopeo_says() {
    let house = House::demo();
    let path = "/nodes/pve1/storage/local/oci-registry-pull";
    let upid = house.begin("POST", path, &[("reference", "nginx:9.9"), ("filename", "b")]);
    house.handle().settle();
    let copy = "skopeo copy docker://nginx:9.9 oci-archive:/var/lib/vz/template/cache/b.tar.tmp.195";
    assert_eq!(house.task(&upid)["exitstatus"], format!("command '{copy}' failed: exit code 1"));
    assert!(house.log(&upid)[0].ends_with("reading manifest 9.9 in docker.io/library/nginx: manifest unknown\""));
    for reference in ["nginx", "nginx@sha256:0000000000000000000000000000000000000000000000000000000000000000"] {
        let reply = house.call("POST", path, &[("reference", reference)]);
        assert_eq!(reply.json()["errors"]["reference"], "value does not match the regex pattern");
    }
    let tags = house.call("GET", "/nodes/pve1/query-oci-repo-tags", &[("reference", "registry.nowhere/web")]);
    assert_eq!(tags.line(), (500, "command 'skopeo list-tags docker://registry.nowhere/web' failed: exit code 1"));
}

/// A form in several parts, as a browser sends it; the last part is the file.
fn form(fields: &[(&str, &str)], part: &str, file: &str, data: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--seam\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    let head = format!(
        "--seam\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"{file}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    body.extend(head.bytes());
    body.extend(data);
    body.extend(b"\r\n--seam--\r\n");
    body
}

fn upload(house: &House, login: &Login, storage: &str, body: &[u8]) -> Reply {
    let head = format!(
        "POST /api2/json/nodes/pve1/storage/{storage}/upload HTTP/1.1\r\nHost: localhost\r\n{}Content-Type: multipart/form-data; boundary=seam\r\nContent-Length: {}\r\n\r\n",
        headers(login, "GET"),
        body.len()
    );
    let mut wire = house.wire();
    wire.send(head.as_bytes()).unwrap();
    wire.send(body).unwrap();
    wire.read().unwrap()
}

fn ended(house: &House, reply: &Reply) -> String {
    assert_eq!(reply.line(), (200, "OK"), "{}", String::from_utf8_lossy(&reply.body));
    house.handle().settle();
    house.task(reply.json()["data"].as_str().unwrap())["exitstatus"].as_str().unwrap().to_owned()
}

#[test]
fn a_file_far_longer_than_a_call_may_be_is_taken_in() {
    let house = House::demo();
    let data: Vec<u8> = (0..3_000_000_u32).map(|number| (number % 251) as u8).collect();
    let sum = sha256(&data);
    let fields = [("content", "iso"), ("checksum-algorithm", "sha256"), ("checksum", sum.as_str())];
    let reply = upload(&house, &house.token(), "local", &form(&fields, "filename", "my disc.iso", &data));
    assert_eq!(ended(&house, &reply), "OK");
    let upid = reply.json()["data"].as_str().unwrap().to_owned();
    assert_eq!((upid.split(':').nth(5), upid.split(':').nth(6)), (Some("imgcopy"), Some("")));
    let log = house.log(&upid);
    for line in [
        "calculating checksum...OK, checksum verified",
        "target file: /var/lib/vz/template/iso/my_disc.iso",
        "file size is: 3000000",
    ] {
        assert!(log.iter().any(|said| said == line), "no {line:?} in {log:#?}");
    }
    let rows = house.get("/nodes/pve1/storage/local/content?content=iso");
    assert_eq!((&rows[0]["volid"], &rows[0]["size"]), (&json!("local:iso/my_disc.iso"), &json!(3_000_000)));
    // One of the same name is replaced.
    let reply =
        upload(&house, &house.token(), "local", &form(&[("content", "iso")], "filename", "my disc.iso", b"short"));
    assert_eq!(ended(&house, &reply), "OK");
    assert_eq!(house.get("/nodes/pve1/storage/local/content?content=iso")[0]["size"], 5);
}

#[test]
fn uploads_are_refused_in_the_words_of_the_real_one() {
    let house = House::demo();
    let token = house.token();
    let wrong_sum = [("content", "iso"), ("checksum-algorithm", "md5"), ("checksum", "00")];
    let reply = upload(&house, &token, "local", &form(&wrong_sum, "filename", "a.iso", b"abc"));
    assert_eq!(ended(&house, &reply), "checksum mismatch: got '900150983cd24fb0d6963f7d28e17f72' != expect '00'");
    // The checksum came before its algorithm: that one is passed over.
    let late = [("content", "iso"), ("checksum", "00"), ("checksum-algorithm", "md5")];
    let reply = upload(&house, &token, "local", &form(&late, "filename", "a.iso", b"abc"));
    assert_eq!(reply.json()["errors"]["checksum-algorithm"], "missing property required by 'checksum'");
    for (content, file, name, text) in [
        ("vztmpl", "a.iso", "filename", "wrong file extension"),
        ("import", "a b.iso", "filename", "invalid filename or wrong extension"),
        ("backup", "a.tar", "content", "value 'backup' does not have a value in the enumeration 'iso, vztmpl, import'"),
    ] {
        let reply = upload(&house, &token, "local", &form(&[("content", content)], "filename", file, b"abc"));
        assert_eq!((reply.status, reply.json()["errors"][name].clone()), (400, json!(text)), "{content}");
    }
    let reply = upload(&house, &token, "local-lvm", &form(&[("content", "iso")], "filename", "a.iso", b"abc"));
    assert_eq!(reply.line(), (500, "can't upload to storage type 'lvmthin'"));
    let reply = upload(&house, &token, "local", &form(&[("content", "iso")], "file", "a.iso", b"abc"));
    assert_eq!(reply.line(), (500, "wrong field name 'file' for file upload, expected 'filename'"));
    let reply = upload(&house, &token, "local", &form(&[("kind", "iso")], "filename", "a.iso", b"abc"));
    assert_eq!(reply.line(), (500, "upload failed"));
    let plain = house.call("POST", "/nodes/pve1/storage/local/upload", &[("content", "iso"), ("filename", "a.iso")]);
    assert_eq!(plain.line(), (501, "upload 'Content-Type 'application/x-www-form-urlencoded' not implemented"));
    assert_eq!(house.get("/nodes/pve1/storage/local/content?content=iso"), Value::Array(Vec::new()));
}

#[test]
fn an_upload_needs_no_csrf_token_but_its_right() {
    let house = House::demo();
    let login = house.ticket("guest@pve", "guest-sees-little");
    let body = form(&[("content", "iso")], "filename", "a.iso", b"abc");
    let denied = upload(&house, &login, "local", &body);
    assert_eq!(denied.line(), (403, "Permission check failed (/storage/local, Datastore.AllocateTemplate)"));
    house.handle().with(|datacenter| datacenter.access.grant("/storage/local", "guest@pve", "PVEDatastoreAdmin"));
    assert_eq!(ended(&house, &upload(&house, &login, "local", &body)), "OK", "the ticket alone is enough");
}
