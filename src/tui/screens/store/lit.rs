//! Which letters of a name answer to what was searched.

/// Their places: the words as they stand in it, else the letters one after the other, else none.
pub fn letters(name: &str, search: &str) -> Vec<usize> {
    let name: Vec<char> = name.chars().flat_map(|letter| letter.to_lowercase().next()).collect();
    let mut lit = Vec::new();
    for word in search.split_whitespace() {
        let word: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
        match name.windows(word.len()).position(|part| part == word) {
            Some(at) => lit.extend(at..at + word.len()),
            None => lit.extend(one_by_one(&name, &word).unwrap_or_default()),
        }
    }
    lit
}

fn one_by_one(name: &[char], word: &[char]) -> Option<Vec<usize>> {
    let mut from = 0;
    let mut found = Vec::new();
    for letter in word {
        let at = from + name.get(from..)?.iter().position(|other| other == letter)?;
        found.push(at);
        from = at + 1;
    }
    Some(found)
}
