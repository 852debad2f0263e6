//! What docker and a shell read out of the files we write.

use std::process::Command;

use proptest::prelude::*;
use proximity::domain::catalog::{compose_file, dot_env, sh_env};
use serde_json::{Value, json};

use super::{bent, read, sound};

fn compose() -> Value {
    serde_json::from_str(&compose_file(&sound()).unwrap()).unwrap()
}

#[test]
fn services_restart_by_themselves_and_keep_their_data_beside_the_file() {
    let file = compose();
    assert_eq!(file["name"], "example");
    let app = &file["services"]["app"];
    assert_eq!(app["restart"], "unless-stopped");
    assert_eq!(app["volumes"], json!(["./data/data:/data"]));
    assert_eq!(app["ports"], json!(["8080:80", "53:53/udp"]));
    assert_eq!(app["command"], "serve --title ${TITLE}", "docker fills it in");
    assert_eq!(app["environment"], json!({ "TOKEN": "${TOKEN}", "PRICE": "5$$" }));
    assert_eq!(app.get("user"), None);
}

#[test]
fn health_is_waited_for_only_where_it_is_told() {
    let file = compose();
    assert_eq!(file["services"]["app"]["depends_on"], json!({ "db": { "condition": "service_healthy" } }));
    assert_eq!(file["services"]["db"]["healthcheck"]["test"], json!(["CMD-SHELL", "pg_isready"]));
    assert_eq!(file["services"]["db"]["healthcheck"]["interval"], "10s");
    let mute = read(&bent("/methods/compose/services/db/healthcheck", json!(null))).unwrap();
    let file: Value = serde_json::from_str(&compose_file(&mute).unwrap()).unwrap();
    assert_eq!(file["services"]["app"]["depends_on"]["db"]["condition"], "service_started");
}

#[test]
fn without_services_there_is_no_file() {
    assert_eq!(compose_file(&read(&bent("/methods/compose", json!(null))).unwrap()), None);
}

/// What docker's reader of `.env` does with one line, written down from its documented behaviour: in both kinds of
/// quotes a backslash takes the quote for itself and is otherwise kept, also a second one; only in double quotes are
/// `\\` and `\$` then put together, and variables filled in.
fn docker_reads(line: &str) -> Option<String> {
    let (_, quoted) = line.strip_suffix('\n')?.split_once('=')?;
    let quote = quoted.chars().next()?;
    let (mut value, mut letters) = (String::new(), quoted[1..].chars());
    loop {
        match letters.next()? {
            '\\' => match letters.next()? {
                c if c == quote => value.push(c),
                c => value.extend(['\\', c]),
            },
            c if c == quote => break,
            c => value.push(c),
        }
    }
    if letters.next().is_some() {
        return None;
    }
    if quote == '"' { in_double_quotes(&value) } else { Some(value) }
}

fn in_double_quotes(value: &str) -> Option<String> {
    let (mut whole, mut letters) = (String::new(), value.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next()? {
                c @ ('\\' | '$' | '"') => whole.push(c),
                _ => return None,
            },
            '$' => return None,
            c => whole.push(c),
        }
    }
    Some(whole)
}

fn shell_reads(file: &str) -> String {
    let script = format!("{file}printf '%s|' \"$A\" \"$B\"");
    let output = Command::new("sh").arg("-c").arg(script).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn values_with_every_kind_of_quote_come_through() {
    for value in ["", "plain", "it's", r"\", r"a\'b", r"\\", r#"$A "b" \"#, "${X} `id` #", r"\n", r"\'$$"] {
        assert_eq!(docker_reads(&dot_env([("A", value)])).as_deref(), Some(value), "{}", dot_env([("A", value)]));
        assert_eq!(shell_reads(&sh_env([("A", value), ("B", "b")])), format!("{value}|b|"));
    }
    assert_eq!(dot_env([("A", "x y"), ("B", "it's")]), "A='x y'\nB='it\\'s'\n");
}

proptest! {
    #[test]
    fn docker_reads_what_was_written(value in r#"[a$'"\\{} #n0=-]{0,10}"#) {
        prop_assert_eq!(docker_reads(&dot_env([("A", &value)])), Some(value));
    }
}
