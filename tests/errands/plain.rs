//! `--plain`: the deck in lines.

use super::hosts::Errands;

#[tokio::test(flavor = "multi_thread")]
async fn into_a_pipe_the_whole_is_told_once_in_sentences() {
    let errands = Errands::lively().await;
    let said = errands.told(&["--plain"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let lines: Vec<_> = said.stdout.lines().collect();
    assert!(lines[0].ends_with("on 3 nodes of 1 hosts."), "{lines:?}");
    for expected in ["host home: online, Proxmox VE 9.2", "node home/pve1: online.", "app jellyfin: "] {
        assert!(lines.iter().any(|line| line.starts_with(expected)), "{expected}: {lines:?}");
    }
    assert!(lines.iter().all(|line| line.ends_with('.') && line.is_ascii()), "{lines:?}");
    assert!(!said.stdout.contains('\x1b'));
}
