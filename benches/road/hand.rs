//! An upload as one would do it by hand who knows the console: a reader is started, its word is waited for, then come
//! lines and the end of input, and its sum is compared.

use std::time::{Duration, Instant};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use proximity::{
    domain::{
        ids::{NodeName, Vmid},
        road::TerminalSize,
    },
    proxmox::console::{Console, Terminal},
};
use ring::digest::{SHA256, digest};

use crate::lab::{Lab, NODE, VMID};

const CHUNK: usize = 48 << 10;

/// In milliseconds, once the shell answers.
pub async fn upload(lab: &Lab, bytes: &[u8]) -> f64 {
    let terminal = Terminal::Guest(NodeName::new(NODE), Vmid(VMID));
    let size = TerminalSize { columns: 200, rows: 50 };
    let mut console = lab.client().open_console(&terminal, size).await.unwrap();
    console.type_in(b"stty -echo; PS1=; printf '%s%s\\n' SAT DOWN\n").await.unwrap();
    until(&mut console, "SATDOWN").await;
    let file = lab.root().join("by-hand").display().to_string();
    console.type_in(format!(": >{file}; printf '%s%s\\n' EMP TY\n").as_bytes()).await.unwrap();
    until(&mut console, "EMPTY").await;
    let clock = Instant::now();
    for chunk in bytes.chunks(CHUNK) {
        // A chunk that arrived damaged is sent again.
        while !send(&mut console, &file, chunk).await {}
        console.type_in(format!("cat {file}.p >>{file}; printf '%s%s\\n' AD DED\n").as_bytes()).await.unwrap();
        until(&mut console, "ADDED").await;
    }
    let took = clock.elapsed().as_secs_f64() * 1_000.0;
    // The next one finds the terminal as it was, and so does the next upload.
    console.type_in(b"stty echo; PS1='$ '; printf '%s%s\\n' GO NE\n").await.unwrap();
    until(&mut console, "GONE").await;
    console.leave().await;
    took
}

async fn send(console: &mut Console, file: &str, chunk: &[u8]) -> bool {
    let ask = format!("printf 'k%s\\n' RDY; base64 -d >{file}.p; printf 'kEND:%s\\n' \"$(sha256sum <{file}.p)\"\n");
    console.type_in(ask.as_bytes()).await.unwrap();
    if !comes(console, "kRDY").await.1 {
        return false;
    }
    let text = STANDARD.encode(chunk);
    let mut lines: Vec<u8> = text.as_bytes().chunks(1_000).flat_map(|line| [line, b"\n"].concat()).collect();
    lines.push(4);
    console.type_in(&lines).await.unwrap();
    let (said, _) = comes(console, "  -").await;
    let sum: String = digest(&SHA256, chunk).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    said.contains(&format!("kEND:{sum}"))
}

/// Waits a while; what never came is interrupted.
async fn comes(console: &mut Console, wanted: &str) -> (String, bool) {
    let waiting = tokio::time::timeout(Duration::from_secs(2), until(console, wanted));
    if let Ok(seen) = waiting.await {
        return (seen, true);
    }
    console.type_in(b"\x03printf '%s%s\\n' AG AIN\n").await.unwrap();
    (until(console, "AGAIN").await, false)
}

async fn until(console: &mut Console, wanted: &str) -> String {
    let mut seen = String::new();
    while !seen.contains(wanted) {
        seen.push_str(&String::from_utf8_lossy(&console.heard().await.unwrap()));
    }
    seen
}
