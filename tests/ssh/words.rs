//! Words of a command arrive as they were given, whatever is in them.

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};

use super::sshd::sshd;

fn cases() -> u32 {
    if std::env::var_os("PROXIMITY_FULL").is_some() { 2_000 } else { 100 }
}

#[test]
fn every_word_arrives_as_it_was_given() {
    let Some(sshd) = sshd() else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let session = runtime.block_on(sshd.session());
    let word = prop_oneof!["[\\x01-\\x7f]{0,24}", "[^\\x00]{0,12}", "[ '\"\\\\$`!*?~#;&|<>(){}\n\t-]{1,12}"];
    let law = |words: Vec<String>| {
        let mut command = vec!["printf".to_owned(), "%s\\0".into()];
        command.extend(words.iter().cloned());
        let done = runtime.block_on(session.run_to_end(&command, b"", 1 << 20)).unwrap();
        let told: Vec<u8> = words.iter().flat_map(|word| word.bytes().chain([0])).collect();
        prop_assert_eq!(String::from_utf8_lossy(&done.out), String::from_utf8_lossy(&told));
        Ok(())
    };
    TestRunner::new(Config { cases: cases(), failure_persistence: None, ..Config::default() })
        .run(&vec(word, 1..5), law)
        .unwrap();
}
