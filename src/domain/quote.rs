//! Words for a POSIX shell. What must hold: the shell reads back exactly what was given, whatever is in it; nothing is
//! ever pasted into a command line without passing here.

/// One word, such as `'it'\''s'`; plain ones stay as they are.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./:@%+,-".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A whole command, its words with blanks between them.
pub fn command_line<W: AsRef<str>>(words: &[W]) -> String {
    words.iter().map(|word| quoted(word.as_ref())).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_stay_and_others_are_quoted() {
        assert_eq!(
            command_line(&["ls", "-l", "/a b", "it's", "", "A=1", "~", "$x"]),
            r"ls -l '/a b' 'it'\''s' '' 'A=1' '~' '$x'"
        );
    }
}
