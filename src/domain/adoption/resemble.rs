//! Which recipe a container resembles. What must hold: rare signs count more than common ones, a name alone is believed only
//! where nobody could look, and under the threshold the answer is nothing.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::{Inside, look::Seen};
use crate::domain::{
    catalog::{Protocol, Recipe, RecipeId},
    gateway,
};

/// A recipe, and what speaks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resemblance {
    pub recipe: RecipeId,
    /// As the recipe calls its app.
    pub name: Arc<str>,
    /// Of a hundred.
    pub score: u8,
    pub why: Vec<String>,
}

/// What is known of a container.
#[derive(Debug, Clone, Copy)]
pub struct Hints<'a> {
    pub name: &'a str,
    pub hostname: Option<&'a str>,
    pub tags: &'a [Arc<str>],
    pub inside: &'a Inside,
    /// Ports at which somebody answers from here.
    pub answering: &'a [u16],
}

/// Under this nothing is said.
const THRESHOLD: f32 = 42.0;
/// What is seen inside counts, however a container is called.
const CONTRADICTED: f32 = 0.4;

/// By what the recipes of the shelf are known.
#[derive(Debug, Default)]
pub struct Patterns {
    all: Vec<Pattern>,
    /// How many recipes have a sign.
    images: HashMap<String, u32>,
    tails: HashMap<String, u32>,
    packages: HashMap<String, u32>,
    programs: HashMap<String, u32>,
    ports: HashMap<u16, u32>,
}

#[derive(Debug)]
struct Pattern {
    recipe: Arc<Recipe>,
    /// Its id without dashes.
    word: String,
    title: String,
    images: BTreeSet<String>,
    packages: BTreeSet<String>,
    programs: BTreeSet<String>,
    main: Option<u16>,
    ports: BTreeSet<u16>,
}

impl Patterns {
    pub fn of(recipes: impl IntoIterator<Item = Arc<Recipe>>) -> Self {
        // A gateway of ours is made and never found.
        let found = recipes.into_iter().filter(|recipe| recipe.id.as_str() != gateway::RECIPE);
        let mut patterns = Self { all: found.map(Pattern::of).collect(), ..Self::default() };
        for pattern in &patterns.all {
            let tails: BTreeSet<&str> = pattern.images.iter().map(|image| tail(image)).collect();
            tails.into_iter().for_each(|tail| count(&mut patterns.tails, tail.to_owned()));
            pattern.images.iter().for_each(|image| count(&mut patterns.images, image.clone()));
            pattern.packages.iter().for_each(|package| count(&mut patterns.packages, package.clone()));
            pattern.programs.iter().for_each(|program| count(&mut patterns.programs, program.clone()));
            pattern.ports.iter().for_each(|port| count(&mut patterns.ports, *port));
        }
        patterns
    }

    /// The recipe that a container resembles most, if it resembles any.
    pub fn match_with(&self, hints: &Hints<'_>) -> Option<Resemblance> {
        let best = self.all.iter().map(|pattern| (self.weigh(pattern, hints), pattern));
        let better = |a: &(Weight, &Pattern), b: &(Weight, &Pattern)| {
            a.0.sum.total_cmp(&b.0.sum).then_with(|| b.1.recipe.id.as_str().cmp(a.1.recipe.id.as_str()))
        };
        let (weight, pattern) = best.max_by(better).filter(|(weight, _)| weight.sum >= THRESHOLD)?;
        Some(Resemblance {
            recipe: pattern.recipe.id.clone(),
            name: pattern.recipe.name.as_str().into(),
            score: weight.sum.min(99.0) as u8,
            why: weight.why,
        })
    }

    /// Main ports of the recipes whose name a container bears, for a knock where nobody can look inside.
    pub fn ports_by_name(&self, name: &str) -> Vec<u16> {
        let named = self.all.iter().filter(|pattern| of_name(pattern, name).is_some());
        named.filter_map(|pattern| pattern.main).collect()
    }

    fn weigh(&self, pattern: &Pattern, hints: &Hints<'_>) -> Weight {
        let mut inside = Weight::default();
        if let Inside::Seen(seen) = hints.inside {
            self.of_images(pattern, seen, &mut inside);
            self.of_packages(pattern, seen, &mut inside);
            self.of_programs(pattern, seen, &mut inside);
        }
        let open = seen_ports(hints);
        self.of_ports(pattern, &open, &mut inside);
        let mut outside = Weight::default();
        let by_name =
            [Some(hints.name), hints.hostname].into_iter().flatten().filter_map(|name| of_name(pattern, name));
        if let Some((points, why)) = by_name.max_by(|a, b| a.0.total_cmp(&b.0)) {
            outside.add(points, why);
        }
        if hints.tags.iter().any(|tag| squashed(tag) == pattern.word) {
            outside.add(20.0, format!("it is tagged {}", pattern.recipe.id));
        }
        // Somebody looked, and nothing of it is there.
        if inside.sum == 0.0 && hints.inside.seen().is_some() {
            outside.sum *= CONTRADICTED;
        }
        inside.sum += outside.sum;
        inside.why.extend(outside.why);
        inside
    }

    fn of_images(&self, pattern: &Pattern, seen: &Seen, weight: &mut Weight) {
        let found = seen.images.iter().filter_map(|image| {
            let image = repository(image);
            let same = pattern.images.contains(&image).then(|| 60.0 * rarity(&self.images, &image));
            let named = || pattern.images.iter().find(|known| tail(known) == tail(&image));
            let alike = || named().map(|known| 40.0 * rarity(&self.tails, &tail(known).to_owned()));
            same.or_else(alike).map(|points| (points, format!("Docker runs {image}")))
        });
        weight.add_best(found.collect());
    }

    fn of_packages(&self, pattern: &Pattern, seen: &Seen, weight: &mut Weight) {
        let there = pattern.packages.iter().filter(|package| seen.packages.contains(package.as_str()));
        let found = there
            .map(|package| (45.0 * rarity(&self.packages, package), format!("the package {package} is installed")));
        weight.add_best(found.collect());
    }

    fn of_programs(&self, pattern: &Pattern, seen: &Seen, weight: &mut Weight) {
        let programs = seen.listeners.iter().filter_map(|one| one.program.as_deref());
        let names: BTreeSet<&str> = programs.filter(|program| pattern.programs.contains(&squashed(program))).collect();
        let told = names
            .into_iter()
            .map(|program| (35.0 * rarity(&self.programs, &squashed(program)), format!("{program} listens in it")));
        weight.add_best(told.collect());
    }

    fn of_ports(&self, pattern: &Pattern, open: &BTreeSet<u16>, weight: &mut Weight) {
        let there = pattern.ports.iter().filter(|port| open.contains(port));
        let found = there.map(|port| {
            let base = if Some(*port) == pattern.main { 24.0 } else { 10.0 };
            (base * rarity(&self.ports, port), format!("something answers at its port {port}"))
        });
        weight.add_best(found.collect());
    }
}

#[derive(Debug, Default)]
struct Weight {
    sum: f32,
    why: Vec<String>,
}

impl Weight {
    fn add(&mut self, points: f32, why: String) {
        self.sum += points;
        self.why.push(why);
    }

    /// The best sign of a kind, and a third of the next two; the reasons of those that weigh something.
    fn add_best(&mut self, mut found: Vec<(f32, String)>) {
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        for (at, (points, why)) in found.into_iter().take(3).enumerate() {
            let points = if at == 0 { points } else { points / 3.0 };
            self.sum += points;
            if points >= 4.0 {
                self.why.push(why);
            }
        }
    }
}

/// What many recipes have says little of one.
fn rarity<K: std::hash::Hash + Eq>(counted: &HashMap<K, u32>, sign: &K) -> f32 {
    1.0 / counted.get(sign).copied().unwrap_or(1).max(1) as f32
}

fn count<K: std::hash::Hash + Eq>(counted: &mut HashMap<K, u32>, sign: K) {
    *counted.entry(sign).or_default() += 1;
}

fn seen_ports(hints: &Hints<'_>) -> BTreeSet<u16> {
    let listeners = hints.inside.seen().map_or(&[][..], |seen| &seen.listeners);
    let open = listeners.iter().filter(|one| one.is_open()).map(|one| one.port);
    open.chain(hints.answering.iter().copied()).collect()
}

fn of_name(pattern: &Pattern, name: &str) -> Option<(f32, String)> {
    let label = name.split('.').next().unwrap_or(name);
    if squashed(label) == pattern.word || squashed(label) == pattern.title {
        return Some((45.0, format!("it is called {name}")));
    }
    let words: Vec<String> = label.split(|c: char| !c.is_ascii_alphanumeric()).map(bare).collect();
    let holds = (0..words.len()).any(|from| (from..words.len()).any(|to| words[from..=to].concat() == pattern.word));
    // Of two recipes whose names stand in it, the longer one is meant.
    holds.then(|| {
        (30.0 + pattern.word.len().min(20) as f32 / 10.0, format!("its name, {name}, has {} in it", pattern.recipe.id))
    })
}

/// A word without the number at its end.
fn bare(word: &str) -> String {
    let word = word.to_ascii_lowercase();
    let cut = word.trim_end_matches(|c: char| c.is_ascii_digit());
    if cut.is_empty() { word } else { cut.to_owned() }
}

fn squashed(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// An image without its tag, its digest and the registry that is meant where none is named.
fn repository(image: &str) -> String {
    let image = image.split('@').next().unwrap_or(image);
    let (path, last) = image.rsplit_once('/').unwrap_or(("", image));
    let last = last.split(':').next().unwrap_or(last);
    let whole = if path.is_empty() { last.to_owned() } else { format!("{path}/{last}") };
    let whole = whole.strip_prefix("docker.io/").unwrap_or(&whole);
    whole.strip_prefix("library/").unwrap_or(whole).to_owned()
}

fn tail(repository: &str) -> &str {
    repository.rsplit('/').next().unwrap_or(repository)
}

impl Pattern {
    fn of(recipe: Arc<Recipe>) -> Self {
        let all = recipe.methods_offered().into_iter().flat_map(|method| recipe.images(method));
        let images = all.map(|image| repository(&image)).collect();
        let script = recipe.methods.script.as_ref();
        let packages: BTreeSet<String> = script.iter().flat_map(|script| script.packages.iter().cloned()).collect();
        let services = script.iter().flat_map(|script| &script.services).map(|service| squashed(service));
        let word = squashed(recipe.id.as_str());
        let programs = services.chain([word.clone()]).collect();
        let tcp = recipe.ports.iter().filter(|port| port.protocol == Protocol::Tcp).map(|port| port.port);
        let main = recipe.main_port().map(|port| port.port).or_else(|| recipe.probe.what.port());
        let ports = tcp.chain(main).collect();
        Self { title: squashed(&recipe.name), word, images, packages, programs, main, ports, recipe }
    }
}
