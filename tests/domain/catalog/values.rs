//! What the operator's answers become.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proximity::domain::catalog::{FieldFault, Generator, Values, escaped, interpolate, names_in, values};

use super::sound;

fn answer(pairs: &[(&str, &str)]) -> Result<Values, Vec<FieldFault>> {
    let mut given: BTreeMap<String, String> = [("ZONE", "Europe/Rome"), ("KEY", "k")].map(owned).into();
    given.extend(pairs.iter().copied().map(owned));
    values(&sound(), &given)
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn why(pairs: &[(&str, &str)]) -> String {
    let faults = answer(pairs).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:?}");
    format!("{}: {}", faults[0].field, faults[0].why)
}

#[test]
fn defaults_are_filled_in_and_what_is_left_out_is_empty() {
    let plain = answer(&[]).unwrap().plain;
    let expected = [("TITLE", "Home"), ("WORKERS", "2"), ("LEVEL", ""), ("ZONE", "Europe/Rome")].map(owned);
    assert_eq!(plain, expected.into());
}

#[test]
fn a_text_may_be_emptied_and_a_number_falls_back() {
    let plain = answer(&[("TITLE", ""), ("WORKERS", "")]).unwrap().plain;
    assert_eq!((plain["TITLE"].as_str(), plain["WORKERS"].as_str()), ("", "2"));
}

#[test]
fn secrets_are_wished_for_and_never_plain() {
    let wishes = answer(&[]).unwrap().secrets;
    let told: Vec<_> = wishes.iter().map(|wish| (wish.name.as_str(), wish.generate.clone(), wish.is_given)).collect();
    assert_eq!(told, [("TOKEN", Some(Generator::default()), false), ("KEY", None, true)]);
    assert!(answer(&[("TOKEN", "t")]).unwrap().secrets[0].is_given);
}

#[test]
fn each_wrong_answer_is_told_at_its_field() {
    assert_eq!(why(&[("WORKERS", "two")]), "WORKERS: it is no whole number");
    assert_eq!(why(&[("WORKERS", "0")]), "WORKERS: it is at least 1");
    assert_eq!(why(&[("LEVEL", "loud")]), "LEVEL: choose one of info, debug");
    assert_eq!(why(&[("ZONE", "../etc")]), "ZONE: a time zone looks like Europe/Rome or UTC");
    assert_eq!(why(&[("ZONE", "")]), "ZONE: it is needed");
    assert_eq!(why(&[("KEY", "")]), "KEY: it is needed");
    assert_eq!(why(&[("TITEL", "x")]), "TITEL: Example has no such setting; did you mean `TITLE`?");
    assert!(why(&[("KEY", "a\nb")]).starts_with("KEY: it has a line break"));
    assert!(why(&[("TITLE", &"x".repeat(1025))]).contains("longer than 1024"));
}

#[test]
fn all_wrong_answers_are_told_at_once() {
    assert_eq!(answer(&[("WORKERS", "x"), ("LEVEL", "x"), ("NOBODY", "x")]).unwrap_err().len(), 3);
}

#[test]
fn names_are_found_in_their_order() {
    assert_eq!(names_in("a ${B} $$ ${C}$D ${E"), ["B", "C", "${E"]);
    assert_eq!(interpolate("$${A} $x", |_| None).unwrap(), "${A} $x");
    assert_eq!(
        interpolate("x${A", |name| (name == "A").then(|| "1".into())).unwrap_err().0,
        "${A",
        "it is never closed"
    );
    assert_eq!(interpolate("${A}${B}", |name| (name == "A").then(|| "1".into())).unwrap_err().0, "B");
}

proptest! {
    #[test]
    fn no_value_of_a_secret_and_no_line_break_gets_among_the_plain_ones(
        title in any::<String>(), token in "[a-z]{12,20}", level in "info|debug|x"
    ) {
        if let Ok(values) = answer(&[("TITLE", &title), ("TOKEN", &token), ("LEVEL", &level)]) {
            prop_assert!(values.plain.values().all(|value| *value != token && !value.contains('\n')));
            prop_assert_eq!(&values.plain["TITLE"], &title);
        } else {
            prop_assert!(level == "x" || title.contains(char::is_control) || title.chars().count() > 1024);
        }
    }

    #[test]
    fn an_escaped_text_comes_out_as_it_went_in(text in any::<String>(), dollars in "[$ {}A]{0,12}") {
        for text in [text, dollars] {
            let escaped = escaped(&text);
            prop_assert_eq!(interpolate(&escaped, |_| None), Ok(text));
            prop_assert_eq!(names_in(&escaped), Vec::<&str>::new());
        }
    }

    #[test]
    fn a_value_is_put_in_and_never_read_again(before in "[a-z$]{0,5}", value in any::<String>()) {
        let text = format!("{}${{NAME}}", escaped(&before));
        prop_assert_eq!(interpolate(&text, |_| Some(value.clone())), Ok(format!("{before}{value}")));
    }
}
