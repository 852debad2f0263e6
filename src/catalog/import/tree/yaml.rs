//! YAML. What must hold: anchors and merges are applied, and no alias can be used to make much of little; a key that is
//! there twice is refused, because two readers would take different ones.

use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::{Budget, DEEPEST, Tree};

/// The first document; a second one is refused.
pub fn yaml(text: &str) -> Result<Tree, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    read(text).or_else(|why| match with_brackets_moved(text) {
        Some(moved) => read(&moved).map_err(|_| why),
        None => Err(why),
    })
}

/// Docker's own reader takes a closing bracket that stands as far left as its key; the rules of YAML do not.
fn with_brackets_moved(text: &str) -> Option<String> {
    let closes = |line: &str| matches!(line.trim(), "]" | "}" | "]," | "},");
    if !text.lines().any(closes) {
        return None;
    }
    let lines =
        text.lines().map(|line| if closes(line) { format!("{:60}{}", "", line.trim()) } else { line.to_owned() });
    Some(lines.collect::<Vec<_>>().join("\n"))
}

fn read(text: &str) -> Result<Tree, String> {
    let mut builder =
        Builder { open: Vec::new(), anchors: HashMap::new(), whole: None, budget: Budget::for_text(text.len()) };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| format!("line {}: {}", error.marker().line(), error.info()))?;
        let line = span.start.line();
        builder.take(event).map_err(|why| format!("line {line}: {why}"))?;
    }
    Ok(builder.whole.unwrap_or_default())
}

struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, Tree>,
    whole: Option<Tree>,
    budget: Budget,
}

/// A list or map that has not ended yet.
struct Open {
    anchor: usize,
    inner: Inner,
}

enum Inner {
    List(Vec<Tree>),
    Map { pairs: Vec<(String, Tree)>, keys: HashSet<String>, key: Option<String>, merged: Vec<Tree> },
}

impl Builder {
    fn take(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                self.budget.spend(1, text.len())?;
                let is_null = style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                self.done(if is_null { Tree::Nothing } else { Tree::Text(text.into_owned()) }, anchor)
            }
            Event::SequenceStart(anchor, _) => self.begin(anchor, Inner::List(Vec::new())),
            Event::MappingStart(anchor, _) => {
                let inner = Inner::Map { pairs: Vec::new(), keys: HashSet::new(), key: None, merged: Vec::new() };
                self.begin(anchor, inner)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => {
                // An alias of what is still open would have no end.
                let tree = self.anchors.get(&anchor).ok_or("an alias stands inside of what it repeats")?;
                let size = tree.size();
                self.budget.spend(size.nodes, size.letters)?;
                if self.open.len() + size.depth > DEEPEST {
                    return Err(too_deep());
                }
                let tree = tree.clone();
                self.done(tree, 0)
            }
            Event::DocumentStart(_) if self.whole.is_some() => Err("a second document begins".to_owned()),
            _ => Ok(()),
        }
    }

    fn begin(&mut self, anchor: usize, inner: Inner) -> Result<(), String> {
        self.budget.spend(1, 0)?;
        if self.open.len() >= DEEPEST {
            return Err(too_deep());
        }
        self.open.push(Open { anchor, inner });
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        let Some(Open { anchor, inner }) = self.open.pop() else { return Ok(()) };
        let tree = match inner {
            Inner::List(items) => Tree::List(items),
            Inner::Map { pairs, keys, merged, .. } => merge(pairs, keys, merged)?,
        };
        self.done(tree, anchor)
    }

    fn done(&mut self, tree: Tree, anchor: usize) -> Result<(), String> {
        if anchor != 0 {
            let size = tree.size();
            self.budget.spend(size.nodes, size.letters)?;
            self.anchors.insert(anchor, tree.clone());
        }
        match self.open.last_mut().map(|open| &mut open.inner) {
            None => self.whole = Some(tree),
            Some(Inner::List(items)) => items.push(tree),
            Some(Inner::Map { pairs, keys, key, merged }) => match key.take() {
                None => *key = Some(name(tree, keys)?),
                Some(name) if name == "<<" => merged.push(tree),
                Some(name) => pairs.push((name, tree)),
            },
        }
        Ok(())
    }
}

fn too_deep() -> String {
    format!("it is nested more than {DEEPEST} deep")
}

fn name(tree: Tree, keys: &mut HashSet<String>) -> Result<String, String> {
    let name = match tree {
        Tree::Text(text) => text,
        Tree::Nothing => String::new(),
        _ => return Err("a list or map is used as a key".to_owned()),
    };
    if !keys.insert(name.clone()) {
        return Err(format!("the key `{}` is there twice", name.chars().take(40).collect::<String>().escape_debug()));
    }
    Ok(name)
}

/// What stands in the map itself wins over what is merged in; of several, the first.
fn merge(mut pairs: Vec<(String, Tree)>, mut keys: HashSet<String>, merged: Vec<Tree>) -> Result<Tree, String> {
    for tree in merged {
        let maps = match tree {
            Tree::List(maps) => maps,
            map => vec![map],
        };
        for map in maps {
            let Tree::Map(more) = map else { return Err("`<<` takes over a map".to_owned()) };
            for (key, value) in more {
                if keys.insert(key.clone()) {
                    pairs.push((key, value));
                }
            }
        }
    }
    Ok(Tree::Map(pairs))
}
