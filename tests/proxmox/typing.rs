//! What an operator types: addresses and fingerprints.

use proximity::proxmox::{Fingerprint, normalise_address};

#[test]
fn an_address_gets_what_it_lacks() {
    for (typed, kept) in [
        ("pve", "https://pve:8006"),
        (" PVE.Example.org ", "https://pve.example.org:8006"),
        ("10.0.0.2:8006", "https://10.0.0.2:8006"),
        ("https://pve", "https://pve:8006"),
        ("https://pve/", "https://pve:8006"),
        ("HTTPS://pve:443", "https://pve:443"),
        ("http://pve:8006", "https://pve:8006"),
        ("https://pve:8006/#v1:0:=node%2Fpve:4", "https://pve:8006"),
        ("https://pve:8006?console=shell", "https://pve:8006"),
        ("pve:", "https://pve:8006"),
        ("2001:db8::2", "https://[2001:db8::2]:8006"),
        ("[2001:db8::2]", "https://[2001:db8::2]:8006"),
        ("[2001:db8::2]:9000", "https://[2001:db8::2]:9000"),
        ("pve_1.lan", "https://pve_1.lan:8006"),
    ] {
        assert_eq!(normalise_address(typed).unwrap(), kept, "{typed:?}");
        assert_eq!(normalise_address(kept).unwrap(), kept, "what was kept stays as it is");
    }
}

#[test]
fn what_is_no_address_is_refused_with_a_reason() {
    for typed in [
        "",
        "  ",
        "https://",
        "root@pve",
        "pve:port",
        "pve:0",
        "pve:70000",
        "my host",
        "[::1",
        "fe80::1%eth0",
        "ssh://pve",
        "/",
        "pve:8006:8006",
    ] {
        let error = normalise_address(typed).expect_err(typed);
        let fault = proximity::domain::fault::Fault::from(error);
        assert_eq!(fault.code.exit_code(), 2, "{typed:?}");
        assert!(!fault.why.is_empty() && !fault.remedy.is_empty());
    }
}

#[test]
fn a_fingerprint_is_read_in_any_spelling() {
    let shown = "97:6A:B6:52:02:BF:4C:B7:5E:21:4E:4A:E7:D7:B4:AA:0B:B9:5C:93:E6:CB:47:14:FD:2E:63:B8:04:0D:5F:5A";
    let read: Fingerprint = shown.parse().unwrap();
    assert_eq!(read.to_string(), shown);
    assert_eq!(shown.to_lowercase().parse(), Ok(read));
    assert_eq!(format!(" {} ", shown.replace(':', "")).parse(), Ok(read));
}

#[test]
fn what_is_no_fingerprint_is_refused() {
    for text in ["", "97:6A", "xx", &"9".repeat(63), &"9".repeat(65), &"ß".repeat(64), &"g".repeat(64)] {
        assert!(text.parse::<Fingerprint>().is_err(), "{text:?}");
    }
}

/// The SHA-256 of nothing at all, from the standard's own examples.
#[test]
fn a_fingerprint_is_the_sha_256() {
    let of_nothing = "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55";
    assert_eq!(Fingerprint::of(b"").to_string(), of_nothing);
}
