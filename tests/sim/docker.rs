//! Docker and compose inside a simulated Debian: what a project's file says runs, and lies in the guest's files.

use proximity::sim::shell::{Denial, Ill, Machine, Sickness, Speech};

use super::software::{NOTHING, debian, done, host, open_ports, restarted, run, with};

const PACKAGES: &str = "--no-install-recommends docker.io docker-cli docker-compose apparmor ca-certificates";

const COMPOSE: &str = r#"{
  "name": "demo",
  "services": {
    "app": {
      "image": "louislam/uptime-kuma:1",
      "restart": "unless-stopped",
      "ports": ["${PORT}:3001", "127.0.0.1:9000:9000", "5353:53/udp"],
      "environment": {"SECRET": "${SECRET}", "PRICE": "$$5"},
      "depends_on": {"db": {"condition": "service_healthy"}},
      "volumes": ["data:/app/data", "./conf:/conf:ro"]
    },
    "db": {
      "image": "postgres:17",
      "environment": {"POSTGRES_PASSWORD": "x"},
      "restart": "always",
      "healthcheck": {"test": ["CMD", "pg_isready"]}
    },
    "once": {"image": "alpine:3.22", "command": ["true"]}
  },
  "volumes": {"data": {}}
}"#;

/// A Debian with Docker and the project in `/opt/demo`.
fn guest() -> Machine {
    let mut guest = with(PACKAGES);
    write(&mut guest, COMPOSE);
    done(&mut guest, "cd /opt/demo; cat >.env <<'E'\nPORT=8080\nSECRET='it\\'s $HOME'\nE");
    guest
}

fn write(guest: &mut Machine, compose: &str) {
    done(guest, &format!("mkdir -p /opt/demo; cat >/opt/demo/compose.yaml <<'END'\n{compose}\nEND"));
}

fn up(guest: &mut Machine) -> String {
    done(guest, "cd /opt/demo && docker compose up -d --remove-orphans --wait")
}

fn running(guest: &mut Machine) -> Vec<String> {
    let text = done(guest, "docker ps --format '{{.Names}}' | sort");
    text.lines().map(str::to_owned).collect()
}

const ALL: [&str; 3] = ["demo-app-1", "demo-db-1", "demo-once-1"];

#[test]
fn docker_is_there_once_its_parts_are() {
    let mut guest = with("--no-install-recommends docker.io");
    assert_eq!(run(&mut guest, "docker info").1, 127);
    done(&mut guest, "apt-get install -y docker-cli");
    assert_eq!(done(&mut guest, "docker info -f '{{.Driver}}'"), "overlay2\n");
    assert_eq!(
        run(&mut guest, "docker compose version").0,
        "docker: 'compose' is not a docker command.\nSee 'docker --help'\n"
    );
    done(&mut guest, "apt-get install -y docker-compose");
    assert_eq!(done(&mut guest, "docker compose version"), "Docker Compose version 2.26.1-4\n");
    assert!(done(&mut guest, "docker version").contains("Server:\n"));
    write(&mut guest, r#"{"services": {"app": {"image": "nginx"}}}"#);
    let (text, code) = run(&mut guest, "cd /opt/demo; docker compose up -d");
    assert!(text.contains("apparmor_parser") && code == 1, "{text}");
    let (text, code) = run(&mut guest, "systemctl stop docker; docker ps");
    assert!(
        text.starts_with("Cannot connect to the Docker daemon at unix:///var/run/docker.sock.") && code == 1,
        "{text}"
    );
    let (text, code) = run(
        &mut guest,
        "echo '{' >/etc/docker/daemon.json; mkdir -p /etc/docker; echo '{' >/etc/docker/daemon.json; systemctl start docker",
    );
    assert!(text.contains("Job for docker.service failed") && code == 1, "{text}");
}

#[test]
fn a_project_is_pulled_and_brought_up_with_moments_between() {
    let mut guest = guest();
    let began = guest.now();
    let text = done(&mut guest, "cd /opt/demo && docker compose pull");
    for line in [" app Pulling", " db Pulling", " once Pulling", " app Pulled", " db Pulled", " once Pulled"] {
        assert_eq!(text.lines().filter(|one| one.trim_end() == line).count(), 1, "{line}: {text}");
    }
    assert!(guest.now().since(began).as_secs() >= 2);
    let text = up(&mut guest);
    assert!(!text.contains("Pulling"), "{text}");
    let order: Vec<_> = [
        " Network demo_default  Created",
        " Volume \"demo_data\"  Created",
        " Container demo-db-1  Started",
        " Container demo-db-1  Healthy",
        " Container demo-app-1  Started",
        " Container demo-app-1  Healthy",
    ]
    .iter()
    .map(|line| text.find(line).unwrap_or_else(|| panic!("{line}: {text}")))
    .collect();
    assert!(order.is_sorted(), "{text}");
    assert_eq!(running(&mut guest), ALL);
    assert_eq!(open_ports(&guest), [8080]);
    assert!(
        done(&mut guest, "ss -ltn; ls -d /opt/demo/conf /var/lib/docker/volumes/demo_data/_data")
            .contains("127.0.0.1:9000")
    );
    assert_eq!(
        done(&mut guest, "docker inspect -f '{{index .Config.Env 1}} {{.State.Status}}' demo-app-1"),
        "SECRET=it's $HOME running\n"
    );
    let text = up(&mut guest);
    assert!(text.contains(" Container demo-app-1  Running") && !text.contains("Creating"), "{text}");
}

#[test]
fn a_project_answers_what_it_is_asked() {
    let mut guest = guest();
    assert_eq!(
        done(&mut guest, "docker compose -f /opt/demo/compose.yaml config --services | sort"),
        "app\ndb\nonce\n"
    );
    let config = done(&mut guest, "docker compose --project-directory /opt/demo config");
    assert!(config.contains("\"8080:3001\"") && config.contains("\"$5\""), "{config}");
    up(&mut guest);
    let rows = done(&mut guest, "cd /opt/demo; docker compose ps --format json");
    let rows: Vec<serde_json::Value> = rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    let app = rows.iter().find(|row| row["Service"] == "app").unwrap();
    assert_eq!((&app["State"], &app["Health"], &app["Name"]), (&"running".into(), &"".into(), &"demo-app-1".into()));
    assert_eq!(app["Publishers"][0]["PublishedPort"], 8080);
    assert_eq!(rows.iter().find(|row| row["Service"] == "db").unwrap()["Health"], "healthy");
    let logs = done(&mut guest, "cd /opt/demo; docker compose logs --tail 1 --no-color app");
    assert_eq!(logs, "app-1  | listening on port 3001\n");
    let timed = done(&mut guest, "cd /opt/demo; docker compose logs --no-color --timestamps --tail 1 app");
    let time = timed.strip_prefix("app-1  | ").unwrap().split(' ').next().unwrap();
    assert!(time.parse::<jiff::Timestamp>().is_ok() && time.len() == "2026-11-30T10:00:00.000000000Z".len(), "{timed}");
    let again = done(&mut guest, &format!("cd /opt/demo; docker compose logs --no-color -t --since {time} app"));
    assert!(again.ends_with(&timed), "since a moment is with that moment: {again}");
    assert_eq!(done(&mut guest, "docker logs --since 2999-01-01T00:00:00Z demo-app-1"), "");
    assert!(done(&mut guest, "docker images").contains("louislam/uptime-kuma   1 "));
    assert_eq!(
        done(&mut guest, "docker image inspect -f '{{index .RepoDigests 0}}' postgres:17 | cut -c1-16"),
        "postgres@sha256:\n"
    );
    assert!(done(&mut guest, "docker image prune -f").ends_with("Total reclaimed space: 0B\n"));
}

#[test]
fn containers_come_back_as_their_policy_says() {
    let mut guest = guest();
    up(&mut guest);
    let mut again = restarted(&guest);
    assert_eq!(
        (running(&mut again), open_ports(&again)),
        (ALL[..2].iter().map(|name| (*name).to_owned()).collect(), vec![8080])
    );
    done(&mut again, "cd /opt/demo; docker compose stop");
    assert_eq!((running(&mut again).len(), open_ports(&again)), (0, vec![]));
    // What somebody stopped stays stopped, unless it is to run always.
    assert_eq!(running(&mut restarted(&again)), ["demo-db-1"]);
    done(&mut again, "cd /opt/demo; docker compose start");
    assert_eq!(open_ports(&again), [8080]);
    done(&mut again, "systemctl stop docker");
    assert_eq!(open_ports(&again), NOTHING);
    done(&mut again, "systemctl start docker");
    assert_eq!(open_ports(&again), [8080]);
    done(&mut again, "systemctl disable docker");
    assert_eq!(open_ports(&restarted(&again)), NOTHING);
}

#[test]
fn what_runs_goes_with_the_files() {
    let mut guest = guest();
    let before = guest.inside();
    up(&mut guest);
    let after = guest.inside();
    done(&mut guest, "cd /opt/demo; docker compose down -v --remove-orphans");
    assert_eq!(open_ports(&guest), NOTHING);
    assert_eq!(run(&mut guest, "ls /var/lib/docker/volumes/demo_data").1, 2);
    assert_eq!(done(&mut guest, "cd /opt/demo; docker compose ps -aq | wc -l"), "0\n");
    assert_eq!(open_ports(&Machine::with_disk(host(), &before, guest.now())), NOTHING);
    let mut back = Machine::with_disk(host(), &after, guest.now());
    assert_eq!(open_ports(&back), [8080]);
    done(&mut back, "ls /var/lib/docker/volumes/demo_data/_data");
}

#[test]
fn a_changed_service_is_made_anew_and_a_dropped_one_goes() {
    let mut guest = guest();
    up(&mut guest);
    write(
        &mut guest,
        r#"{"name": "demo", "services": {"app": {"image": "louislam/uptime-kuma:2", "ports": ["8081:3001"]}}}"#,
    );
    let text = done(&mut guest, "cd /opt/demo && docker compose up -d");
    assert!(text.contains("Found orphan containers") && text.contains("Container demo-app-1  Recreated"), "{text}");
    assert_eq!((open_ports(&guest), running(&mut guest).len()), (vec![8081], 3));
    up(&mut guest);
    assert_eq!(running(&mut guest), ["demo-app-1"]);
    assert_eq!(done(&mut guest, "docker image prune -af | grep -c untagged"), "3\n");
}

#[test]
fn what_cannot_be_is_told_as_docker_tells_it() {
    let mut guest = with(PACKAGES);
    let mut tries = |compose: &str, why: &str| {
        write(&mut guest, compose);
        let (text, code) = run(&mut guest, "cd /opt/demo; docker compose up -d");
        assert!(text.contains(why) && code != 0, "{compose}: {text}");
    };
    tries("services:\n  app:\n    image: nginx", "only compose files written as JSON");
    tries(
        r#"{"services": {"app": {"image": "nginx:nonsense"}}}"#,
        "manifest for nginx:nonsense not found: manifest unknown",
    );
    tries(r#"{"services": {"app": {"image": "registry.invalid/a/b:1"}}}"#, "dial tcp: lookup registry.invalid");
    tries(r#"{"services": {"app": {"image": "Nginx"}}}"#, "invalid reference format");
    tries(r#"{"services": {"app": {"imagee": "nginx"}}}"#, "Additional property imagee is not allowed");
    tries(r#"{"services": {"app": {"image": "nginx", "volumes": ["x:/x"]}}}"#, "refers to undefined volume x");
    tries(r#"{"services": {"app": {"image": "nginx", "depends_on": ["x"]}}}"#, "depends on undefined service \"x\"");
    tries(
        r#"{"services": {"app": {"image": "nginx", "secrets": ["key"]}}, "secrets": {"key": {"file": "./key"}}}"#,
        "bind source path does not exist: /opt/demo/key",
    );
    tries(
        r#"{"services": {"app": {"image": "nginx:${TAG:?is wanted}"}}}"#,
        "required variable TAG is missing a value: is wanted",
    );
    let two =
        r#"{"services": {"a": {"image": "nginx", "ports": ["80:80"]}, "b": {"image": "caddy", "ports": ["80:80"]}}}"#;
    tries(two, "Bind for 0.0.0.0:80 failed: port is already allocated");
    let (text, code) = run(&mut guest, "cd /; docker compose up -d");
    assert_eq!((text.as_str(), code), ("no configuration file provided: not found\n", 14));
    done(
        &mut guest,
        "docker pull ghcr.io/some/thing:1.2 && docker pull lscr.io/linuxserver/x && docker pull quay.io/a/b:c",
    );
}

#[test]
fn what_goes_wrong_outside_is_felt_inside_as_often_as_it_may() {
    let mut guest = debian();
    guest.feel(vec![(Ill::NoMirror, Some(1))]);
    let (text, code) = run(&mut guest, "apt-get update");
    assert!(text.contains("\nE: Failed to fetch http://deb.debian.org/") && code == 100, "{text}");
    done(&mut guest, "apt-get update");
    guest.feel(vec![(Ill::NoMirror, None)]);
    let (text, code) = run(&mut guest, "apt-get install -y curl");
    assert!(text.contains("\nE: Unable to fetch some archives") && code == 100, "{text}");
    assert_eq!(run(&mut guest, "command -v curl").1, 127);
    assert_eq!(guest.take_hits(), [Ill::NoMirror, Ill::NoMirror]);

    let mut guest = self::guest();
    for (denial, why) in [(Denial::TooManyRequests, "toomanyrequests: "), (Denial::ManifestUnknown, "manifest unknown")]
    {
        guest.feel(vec![(Ill::NoImage(denial), Some(1))]);
        let (text, code) = run(&mut guest, "cd /opt/demo; docker compose up -d");
        assert!(
            text.contains(&format!(
                "Error response from daemon: {}",
                if why.ends_with(' ') { why } else { "manifest for" }
            )) && text.contains(why)
                && code == 1,
            "{text}"
        );
        assert_eq!(open_ports(&guest), NOTHING);
    }
    up(&mut guest);
    guest.feel(vec![(Ill::Sick(Sickness::Unwell), None)]);
    assert_eq!(guest.listeners().iter().find(|one| one.port == 8080).unwrap().speech, Speech::Unwell);
    assert_eq!(done(&mut guest, "docker inspect -f '{{.State.Health.Status}}' demo-db-1"), "unhealthy\n");
    let (text, code) = run(&mut guest, "cd /opt/demo; docker compose up -d --wait");
    assert!(text.contains("container demo-db-1 is unhealthy") && code == 1, "{text}");
    guest.feel(vec![(Ill::Sick(Sickness::Silent), None)]);
    assert_eq!(open_ports(&guest), NOTHING);
    guest.feel(Vec::new());
    assert_eq!(open_ports(&guest), [8080]);
}
