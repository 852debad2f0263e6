//! Regular expressions, basic and extended, as `grep` and `sed` need them: tried from left to right, the longest first.

use super::pattern::named;

#[derive(Debug, Clone)]
enum Item {
    One(Set),
    Start,
    End,
    /// Alternatives, and the number of the group.
    Group(Vec<Vec<Repeated>>, usize),
    Same(usize),
}

#[derive(Debug, Clone)]
struct Set {
    is_inverted: bool,
    ranges: Vec<(char, char)>,
}

#[derive(Debug, Clone)]
struct Repeated {
    item: Item,
    least: usize,
    most: usize,
}

pub struct Regular {
    choices: Vec<Vec<Repeated>>,
    ignores_case: bool,
    groups: usize,
}

/// Where each group lies; the whole is the first.
pub type Groups = Vec<Option<(usize, usize)>>;

struct Reader<'a> {
    text: &'a [char],
    place: usize,
    is_extended: bool,
    groups: usize,
}

impl Regular {
    pub fn read(text: &str, is_extended: bool, ignores_case: bool) -> Option<Self> {
        let chars: Vec<char> = text.chars().collect();
        let mut reader = Reader { text: &chars, place: 0, is_extended, groups: 0 };
        let choices = reader.choices()?;
        (reader.place == chars.len()).then_some(Self { choices, ignores_case, groups: reader.groups })
    }

    /// The first place it fits at or after `from`.
    pub fn find(&self, text: &[char], from: usize) -> Option<Groups> {
        (from..=text.len()).find_map(|start| {
            let tried = Tried { text, ignores_case: self.ignores_case };
            let mut best: Option<Groups> = None;
            for choice in &self.choices {
                let mut groups: Groups = vec![None; self.groups + 1];
                let mut end = None;
                tried.fits(choice, start, &mut groups, &mut |at, _| {
                    end = Some(at);
                    true
                });
                if let Some(end) = end
                    && best.as_ref().and_then(|best| best[0]).is_none_or(|(_, old)| end > old)
                {
                    groups[0] = Some((start, end));
                    best = Some(groups);
                }
            }
            best
        })
    }
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.place).copied()
    }

    /// A sign such as `(`, which the basic kind writes with a backslash.
    fn take_sign(&mut self, sign: char) -> bool {
        let is_there = if self.is_extended {
            self.peek() == Some(sign)
        } else {
            self.peek() == Some('\\') && self.text.get(self.place + 1) == Some(&sign)
        };
        if is_there {
            self.place += if self.is_extended { 1 } else { 2 };
        }
        is_there
    }

    fn at_sign(&mut self, sign: char) -> bool {
        let place = self.place;
        let found = self.take_sign(sign);
        self.place = place;
        found
    }

    fn choices(&mut self) -> Option<Vec<Vec<Repeated>>> {
        let mut all = vec![self.sequence()?];
        while self.take_sign('|') {
            all.push(self.sequence()?);
        }
        Some(all)
    }

    fn sequence(&mut self) -> Option<Vec<Repeated>> {
        let mut items: Vec<Repeated> = Vec::new();
        while self.place < self.text.len() && !self.at_sign('|') && !self.at_sign(')') {
            let is_first = items.iter().all(|item| matches!(item.item, Item::Start));
            let item = self.item(is_first)?;
            let (least, most) = self.count(&item)?;
            items.push(Repeated { item, least, most });
        }
        Some(items)
    }

    fn item(&mut self, is_first: bool) -> Option<Item> {
        if self.take_sign('(') {
            self.groups += 1;
            let number = self.groups;
            let choices = self.choices()?;
            return self.take_sign(')').then_some(Item::Group(choices, number));
        }
        let c = self.peek()?;
        self.place += 1;
        let one = |c: char| Item::One(Set { is_inverted: false, ranges: vec![(c, c)] });
        Some(match c {
            '.' => Item::One(Set { is_inverted: true, ranges: vec![('\n', '\n')] }),
            '[' => Item::One(self.set()?),
            '^' if self.is_extended || is_first => Item::Start,
            '$' if self.is_extended || self.place == self.text.len() || self.at_sign(')') => Item::End,
            '\\' => {
                let c = self.peek()?;
                self.place += 1;
                match c {
                    '1'..='9' => Item::Same(c as usize - '0' as usize),
                    'n' => one('\n'),
                    't' => one('\t'),
                    's' => Item::One(Set { is_inverted: false, ranges: named("space") }),
                    'w' => Item::One(Set { is_inverted: false, ranges: [named("alnum"), vec![('_', '_')]].concat() }),
                    c => one(c),
                }
            }
            c => one(c),
        })
    }

    fn set(&mut self) -> Option<Set> {
        let is_inverted = self.peek() == Some('^');
        self.place += usize::from(is_inverted);
        let (mut ranges, from) = (Vec::new(), self.place);
        loop {
            let low = self.peek()?;
            self.place += 1;
            match low {
                ']' if self.place > from + 1 => return Some(Set { is_inverted, ranges }),
                '[' if self.peek() == Some(':') => {
                    let rest = &self.text[self.place + 1..];
                    let length = rest.windows(2).position(|two| two == [':', ']'].as_slice())?;
                    let name: String = rest[..length].iter().collect();
                    ranges.extend(named(&name));
                    self.place += length + 3;
                }
                low => match (self.peek(), self.text.get(self.place + 1)) {
                    (Some('-'), Some(high)) if *high != ']' => {
                        ranges.push((low, *high));
                        self.place += 2;
                    }
                    _ => ranges.push((low, low)),
                },
            }
        }
    }

    fn count(&mut self, item: &Item) -> Option<(usize, usize)> {
        if matches!(item, Item::Start) {
            return Some((1, 1));
        }
        if self.peek() == Some('*') {
            self.place += 1;
            return Some((0, usize::MAX));
        }
        if self.take_sign('+') {
            return Some((1, usize::MAX));
        }
        if self.take_sign('?') {
            return Some((0, 1));
        }
        if !self.take_sign('{') {
            return Some((1, 1));
        }
        let rest: String = self.text[self.place..].iter().collect();
        let end = rest.find('}')?;
        let inner = rest[..end].trim_end_matches('\\');
        self.place += end + 1;
        let (least, most) = inner.split_once(',').unwrap_or((inner, inner));
        Some((least.parse().unwrap_or(0), if most.is_empty() { usize::MAX } else { most.parse().ok()? }))
    }
}

struct Tried<'a> {
    text: &'a [char],
    ignores_case: bool,
}

type Then<'a> = &'a mut dyn FnMut(usize, &mut Groups) -> bool;

impl Tried<'_> {
    fn fits(&self, items: &[Repeated], at: usize, groups: &mut Groups, then: Then) -> bool {
        match items.split_first() {
            None => then(at, groups),
            Some((first, rest)) => self.repeats(first, rest, 0, at, groups, then),
        }
    }

    fn repeats(
        &self,
        one: &Repeated,
        rest: &[Repeated],
        done: usize,
        at: usize,
        groups: &mut Groups,
        then: Then,
    ) -> bool {
        if done < one.most {
            // Once more, as long as that leads on.
            let goes_on = self.once(&one.item, at, groups, &mut |next, groups| {
                (next > at || done < one.least) && self.repeats(one, rest, done + 1, next, groups, then)
            });
            if goes_on {
                return true;
            }
        }
        done >= one.least && self.fits(rest, at, groups, then)
    }

    fn once(&self, item: &Item, at: usize, groups: &mut Groups, then: Then) -> bool {
        match item {
            Item::Start => at == 0 && then(at, groups),
            Item::End => at == self.text.len() && then(at, groups),
            Item::One(set) => self.text.get(at).is_some_and(|c| self.holds(set, *c)) && then(at + 1, groups),
            Item::Same(number) => {
                let Some((from, to)) = groups.get(*number).copied().flatten() else { return false };
                let same = &self.text[from..to];
                self.text[at..].starts_with(same) && then(at + same.len(), groups)
            }
            Item::Group(choices, number) => choices.iter().any(|choice| {
                let before = groups[*number];
                let fits = self.fits(choice, at, groups, &mut |end, groups| {
                    let inner = groups[*number].replace((at, end));
                    let fits = then(end, groups);
                    if !fits {
                        groups[*number] = inner;
                    }
                    fits
                });
                if !fits {
                    groups[*number] = before;
                }
                fits
            }),
        }
    }

    fn holds(&self, set: &Set, c: char) -> bool {
        let within = |c: char| set.ranges.iter().any(|(low, high)| (*low..=*high).contains(&c));
        let found =
            within(c) || (self.ignores_case && (within(c.to_ascii_lowercase()) || within(c.to_ascii_uppercase())));
        found != set.is_inverted
    }
}
