//! Finds recipes by what somebody types, and ranks them as he would: the name itself, its beginning, its initials, a tag,
//! what is said of it, and last what was mistyped. What must hold: a better kind of match always stands before a worse
//! one, and the same words give the same order.

mod field;
mod near;

use super::{Recipe, category_title};
use field::{Enough, Field};

/// How a word was met; the less, the better.
type Rank = u32;

const NAME: Rank = 0;
const NAME_BEGINS: Rank = 10;
const WORD_BEGINS: Rank = 20;
const INITIALS: Rank = 30;
const TAG: Rank = 40;
const NAME_HAS: Rank = 50;
const TAG_BEGINS: Rank = 60;
const TAGLINE: Rank = 70;
const DESCRIPTION: Rank = 80;
const MISTYPED: Rank = 90;
const LETTERS_IN_ORDER: Rank = 100;

/// With fewer hits than this, what was mistyped is looked for too.
const FEW: usize = 5;
/// Between the names that one recipe goes by.
const BETWEEN: char = '\u{1f}';

/// All that can be found, in lower case; a place in it is the place of its recipe.
#[derive(Debug, Clone, Default)]
pub struct Index {
    names: Field,
    /// Of each first name, so that most of what is far is passed over at once.
    letters: Vec<near::Letters>,
    tags: Field,
    taglines: Field,
    descriptions: Field,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub at: usize,
    pub rank: Rank,
}

impl Index {
    pub fn of<'a>(recipes: impl IntoIterator<Item = &'a Recipe>) -> Self {
        let mut index = Self::default();
        for recipe in recipes {
            index.names.add(&names(recipe));
            index.letters.push(near::Letters::of(recipe.name.to_lowercase().chars()));
            let title = category_title(&recipe.category);
            let tags = recipe.tags.iter().map(String::as_str).chain([recipe.category.as_str(), title]);
            index.tags.add(&tags.collect::<Vec<_>>().join(&BETWEEN.to_string()).to_lowercase());
            index.taglines.add(&words_of(&recipe.tagline));
            index.descriptions.add(&words_of(&recipe.description));
        }
        index
    }

    /// Those that every word of `asked` is met in, the best first. Nothing asked is met nowhere.
    pub fn search(&self, asked: &str) -> Vec<Hit> {
        let asked = asked.trim().to_lowercase();
        if asked.is_empty() {
            return Vec::new();
        }
        let mut ranks = self.ranks(&asked);
        let words: Vec<_> = asked.split_whitespace().collect();
        if words.len() > 1 {
            self.meet_all(&words, &mut ranks);
        }
        let key = |(at, rank): (usize, &Option<Rank>)| Some((*rank.as_ref()?, self.names.text(at).len(), at));
        let mut found: Vec<_> = ranks.iter().enumerate().filter_map(key).collect();
        found.sort_unstable();
        found.into_iter().map(|(rank, _, at)| Hit { at, rank }).collect()
    }

    /// Each word by itself, which is worth less than all of them together as they were typed.
    fn meet_all(&self, words: &[&str], ranks: &mut [Option<Rank>]) {
        let mut sums = vec![Some(1); ranks.len()];
        for word in words {
            for (sum, rank) in sums.iter_mut().zip(self.ranks(word)) {
                *sum = sum.zip(rank).map(|(sum, rank)| sum + rank);
            }
        }
        for (rank, sum) in ranks.iter_mut().zip(sums) {
            *rank = [*rank, sum].into_iter().flatten().min();
        }
    }

    fn ranks(&self, word: &str) -> Vec<Option<Rank>> {
        let mut ranks = vec![None; self.names.len()];
        let mut meet = |at: usize, rank: Rank| {
            let known: &mut Option<Rank> = &mut ranks[at];
            *known = Some(known.map_or(rank, |known| known.min(rank)));
        };
        self.names.each(word, |place| {
            let rank = in_names(&place);
            meet(place.at, rank);
            if rank == NAME { Enough::Yes } else { Enough::No }
        });
        self.tags.each(word, |place| {
            let (begins, ends) = (place.begins_part(), place.ends_part());
            if begins {
                meet(place.at, if ends { TAG } else { TAG_BEGINS });
            }
            if begins && ends { Enough::Yes } else { Enough::No }
        });
        // With one letter nobody means what is said of an app.
        let prose = [(&self.taglines, TAGLINE), (&self.descriptions, DESCRIPTION)];
        for (field, rank) in prose.into_iter().filter(|_| word.chars().nth(1).is_some()) {
            field.each(&words_of(word), |place| {
                meet(place.at, rank);
                Enough::Yes
            });
        }
        // Several words are looked for one by one as well.
        if !word.contains(char::is_whitespace) && ranks.iter().flatten().take(FEW).count() < FEW {
            self.mistyped(word, &mut ranks);
        }
        ranks
    }

    fn mistyped(&self, word: &str, ranks: &mut [Option<Rank>]) {
        let wanted = near::Wanted::new(word);
        let unmet = ranks.iter_mut().enumerate().filter(|(_, rank)| rank.is_none());
        for (at, rank) in unmet.filter(|(at, _)| wanted.may_be_in(self.letters[*at])) {
            let name = self.names.text(at).split(BETWEEN).next().unwrap_or_default();
            *rank = match () {
                () if wanted.is_near(name) => Some(MISTYPED),
                () if wanted.is_in_order_in(name) => Some(LETTERS_IN_ORDER),
                () => None,
            };
        }
    }
}

/// Its words in lower case, a blank before each, so that with its blank only the beginning of a word is met.
fn words_of(text: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() { c } else { ' ' };
    format!(" {}", text.to_lowercase().chars().map(plain).collect::<String>().trim_start())
}

/// What it may be called: its name, its id, its name in one word, and its initials last.
fn names(recipe: &Recipe) -> String {
    let name = recipe.name.to_lowercase();
    let id = recipe.id.as_str();
    let words = || name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let joined: String = words().collect();
    let initials: String = words().filter_map(|word| word.chars().next()).collect();
    [name.as_str(), id, &joined, &initials].join(&BETWEEN.to_string())
}

fn in_names(place: &field::Place) -> Rank {
    match (place.begins_part(), place.ends_part()) {
        (true, true) if place.is_in_last_part() => INITIALS,
        (true, true) => NAME,
        (true, false) if place.is_in_last_part() => NAME_HAS,
        (true, false) => NAME_BEGINS,
        (false, _) if place.begins_word() => WORD_BEGINS,
        (false, _) => NAME_HAS,
    }
}
