//! Secrets made of random bytes: as long as wished, of the alphabet, and without favourites.

use proptest::prelude::*;
use proximity::domain::catalog::Generator;

proptest! {
    #[test]
    fn what_is_made_has_the_length_and_the_letters(
        length in 1..64_u16,
        alphabet in "[a-zA-Z0-9]{2,40}",
        random in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        let generator = Generator { length, alphabet: alphabet.clone(), ..Generator::default() };
        if let Some(made) = generator.make(&random) {
            prop_assert_eq!(made.chars().count(), usize::from(length));
            prop_assert!(made.chars().all(|letter| alphabet.contains(letter)));
        } else {
            prop_assert!(random.len() < generator.bytes_wanted(), "these bytes had to suffice");
        }
    }

    #[test]
    fn too_few_bytes_make_nothing(length in 1..64_u16, short in 1..64_u16) {
        let random = vec![0; usize::from(length.saturating_sub(short))];
        prop_assert_eq!(Generator { length, ..Generator::default() }.make(&random), None);
    }
}

#[test]
fn every_letter_is_made_by_as_many_bytes() {
    for alphabet in ["ab", "abc", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"] {
        let generator = Generator { length: 1, alphabet: alphabet.to_owned(), ..Generator::default() };
        let made: Vec<_> = (0..=255_u8).filter_map(|byte| generator.make(&[byte])).collect();
        let count = |letter: char| made.iter().filter(|made| made.starts_with(letter)).count();
        let counts: Vec<_> = alphabet.chars().map(count).collect();
        assert!(counts.iter().all(|count| *count == 256 / alphabet.len()), "{counts:?}");
    }
}

#[test]
fn an_alphabet_without_a_choice_makes_nothing() {
    let of =
        |alphabet: &str| Generator { length: 1, alphabet: alphabet.to_owned(), ..Generator::default() }.make(&[1; 9]);
    assert_eq!(of(""), None);
    assert_eq!(of("a"), None);
    assert_eq!(Generator::default().make(&[7; 24]).unwrap().len(), 24);
}
