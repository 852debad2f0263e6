//! A running datacenter for one test, and somebody who knocks at it.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proximity::sim::{Handle, Options, Pace, Seed, Simulator};
use serde_json::Value;
use tokio::runtime::Runtime;

use super::client::{Reply, Wire, pinned};

pub struct House {
    pub runtime: Runtime,
    pub simulator: Option<Simulator>,
}

/// Who knocks.
#[derive(Debug, Clone)]
pub enum Login {
    None,
    Token(String),
    Ticket { ticket: String, csrf: String },
}

impl House {
    pub fn of(options: Options) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let simulator = runtime.block_on(Simulator::start(options)).unwrap();
        Self { runtime, simulator: Some(simulator) }
    }

    pub fn demo() -> Self {
        Self::of(Options::local(Seed::demo(), Pace::stepped()))
    }

    /// The demo without its nights: no job, no pool, no task of a backup, and of each guest the two newest archives.
    pub fn unsaved() -> Self {
        let house = Self::demo();
        house.handle().with(|datacenter| {
            datacenter.jobs.clear();
            datacenter.pools.clear();
            datacenter.tasks = Default::default();
            datacenter.guests.values_mut().for_each(|guest| guest.pool = None);
            let store = datacenter.storages.iter_mut().find(|known| known.name == "backup").unwrap();
            store.volumes.sort_by_key(|volume| std::cmp::Reverse(volume.made));
            let mut seen = std::collections::BTreeMap::new();
            store.volumes.retain(|volume| {
                let count: &mut usize = seen.entry(volume.vmid).or_default();
                *count += 1;
                *count <= 2
            });
        });
        house
    }

    pub fn simulator(&self) -> &Simulator {
        self.simulator.as_ref().unwrap()
    }

    pub fn handle(&self) -> &Handle {
        self.simulator().datacenter()
    }

    pub fn token(&self) -> Login {
        let ready = self.simulator().ready();
        Login::Token(format!("{}={}", ready.token_id, ready.token_secret))
    }

    pub fn wire(&self) -> Wire {
        Wire::open(self.simulator().address(), pinned(&self.handle().fingerprint())).unwrap()
    }

    /// One call on a connection of its own.
    pub fn knock(&self, login: &Login, method: &str, path: &str, form: &[(&str, &str)]) -> Reply {
        let mut wire = self.wire();
        wire.send(request(login, method, path, form).as_bytes()).unwrap();
        wire.read().unwrap()
    }

    /// A call of our own user, with his token.
    pub fn call(&self, method: &str, path: &str, form: &[(&str, &str)]) -> Reply {
        self.knock(&self.token(), method, path, form)
    }

    /// Waits until a call has come in.
    pub fn wait_for_call(&self, beginning: &str) {
        while self.handle().calls(beginning) == 0 {
            std::thread::yield_now();
        }
    }

    /// The data of something that may be looked at.
    pub fn get(&self, path: &str) -> Value {
        let reply = self.call("GET", path, &[]);
        assert_eq!(reply.line(), (200, "OK"), "{path}: {}", String::from_utf8_lossy(&reply.body));
        reply.json()["data"].take()
    }

    /// Begins a task and gives its name.
    pub fn begin(&self, method: &str, path: &str, form: &[(&str, &str)]) -> String {
        let reply = self.call(method, path, form);
        assert_eq!(reply.line(), (200, "OK"), "{path}: {}", String::from_utf8_lossy(&reply.body));
        reply.json()["data"].as_str().unwrap().to_owned()
    }

    pub fn task(&self, upid: &str) -> Value {
        self.get(&format!("{}/status", task_path(upid)))
    }

    pub fn log(&self, upid: &str) -> Vec<String> {
        let rows = self.get(&format!("{}/log", task_path(upid)));
        rows.as_array().unwrap().iter().map(|row| row["t"].as_str().unwrap().to_owned()).collect()
    }

    /// Begins a task, lets it end, and gives how.
    pub fn done(&self, method: &str, path: &str, form: &[(&str, &str)]) -> String {
        let upid = self.begin(method, path, form);
        self.handle().settle();
        self.task(&upid)["exitstatus"].as_str().unwrap().to_owned()
    }

    pub fn log_in(&self, form: &[(&str, &str)]) -> Reply {
        self.knock(&Login::None, "POST", "/access/ticket", form)
    }

    /// A ticket for a user with his password.
    pub fn ticket(&self, user: &str, password: &str) -> Login {
        let reply = self.log_in(&[("username", user), ("password", password)]);
        assert_eq!(reply.status, 200, "{user} cannot log in");
        ticket_of(&reply)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(simulator) = self.simulator.take() {
            self.runtime.block_on(simulator.shutdown());
        }
    }
}

pub fn task_path(upid: &str) -> String {
    let node = upid.split(':').nth(1).unwrap();
    format!("/nodes/{node}/tasks/{}", utf8_percent_encode(upid, NON_ALPHANUMERIC))
}

pub fn ticket_of(reply: &Reply) -> Login {
    let data = &reply.json()["data"];
    let text = |key: &str| data[key].as_str().unwrap().to_owned();
    Login::Ticket { ticket: text("ticket"), csrf: text("CSRFPreventionToken") }
}

pub fn encode(form: &[(&str, &str)]) -> String {
    let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    form.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect::<Vec<_>>().join("&")
}

/// The bytes of a call. Parameters of a GET or DELETE go into the path, those of the others into the body.
pub fn request(login: &Login, method: &str, path: &str, form: &[(&str, &str)]) -> String {
    let text = encode(form);
    let is_bodiless = matches!(method, "GET" | "DELETE" | "HEAD");
    let target = match is_bodiless && !form.is_empty() {
        true => format!("/api2/json{path}?{text}"),
        false => format!("/api2/json{path}"),
    };
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n{}", headers(login, method));
    if is_bodiless {
        head.push_str("\r\n");
        return head;
    }
    head.push_str(&format!(
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{text}",
        text.len()
    ));
    head
}

pub fn headers(login: &Login, method: &str) -> String {
    match login {
        Login::None => String::new(),
        Login::Token(token) => format!("Authorization: PVEAPIToken={token}\r\n"),
        Login::Ticket { ticket, csrf } => {
            let cookie = format!("Cookie: PVEAuthCookie={}\r\n", utf8_percent_encode(ticket, NON_ALPHANUMERIC));
            if method == "GET" { cookie } else { format!("{cookie}CSRFPreventionToken: {csrf}\r\n") }
        }
    }
}
