//! Our small language of patterns says what the usual one says.

use proptest::prelude::*;
use proximity::domain::catalog::Pattern;

fn pattern(text: &str) -> Pattern {
    Pattern::try_from(text.to_owned()).unwrap()
}

/// Atoms over few letters, so that most texts are near misses.
fn patterns() -> impl Strategy<Value = String> {
    let set = prop_oneof![
        Just("[abc]".to_owned()),
        Just("[a-c]".to_owned()),
        Just("[^ab]".to_owned()),
        Just(".".to_owned()),
        Just(r"\.".to_owned())
    ];
    let count = prop_oneof![
        Just(String::new()),
        Just("?".to_owned()),
        Just("*".to_owned()),
        Just("+".to_owned()),
        Just("{2}".to_owned()),
        Just("{1,3}".to_owned()),
        Just("{1,}".to_owned())
    ];
    proptest::collection::vec((set, count), 0..6)
        .prop_map(|atoms| atoms.into_iter().map(|(set, count)| set + &count).collect())
}

proptest! {
    #[test]
    fn it_agrees_with_the_usual_patterns(written in patterns(), text in "[abc.-]{0,8}") {
        let usual = regex::Regex::new(&format!("^(?s:{written})$")).unwrap();
        prop_assert_eq!(pattern(&written).fits(&text), usual.is_match(&text), "{} on {}", written, text);
    }

    #[test]
    fn any_text_is_a_pattern_or_a_fault(written in any::<String>()) {
        if let Ok(pattern) = Pattern::try_from(written.clone()) {
            prop_assert_eq!(pattern.to_string(), written);
            pattern.fits("abc");
        }
    }
}

#[test]
fn what_it_does_not_know_is_refused_by_name() {
    for wrong in ["(a)", "a|b", "^a$", "a**", "[a", "a\\", "[z-a]", "a{3,1}", "a{x}", "{2}"] {
        let why = Pattern::try_from(wrong.to_owned()).unwrap_err();
        assert!(why.starts_with(&format!("the pattern `{wrong}` cannot be read: ")), "{why}");
    }
    assert!(pattern("https?://[^ ]+").fits("https://a.b"));
    assert!(!pattern("https?://[^ ]+").fits("ftp://a.b"));
    assert!(pattern("[A-Za-z0-9._-]{1,64}").fits("home-1"));
}
