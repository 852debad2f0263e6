//! `getopts`: the next letter of a script's own options.

use crate::sim::shell::run::Shell;

pub fn getopts(shell: &mut Shell, rest: &[String]) -> i32 {
    let [letters, name, ..] = rest else { return 2 };
    let given = if rest.len() > 2 { rest[2..].to_vec() } else { shell.arguments.clone() };
    let index: usize = shell.variable("OPTIND").and_then(|text| text.parse().ok()).unwrap_or(1).max(1);
    let within: usize = shell.variable("_OPTPLACE").and_then(|text| text.parse().ok()).unwrap_or(1);
    let end = |shell: &mut Shell| {
        shell.set(name, "?");
        1
    };
    let Some(word) = given.get(index - 1).filter(|word| word.len() > 1 && word.starts_with('-')) else {
        return end(shell);
    };
    if word == "--" {
        shell.set("OPTIND", &(index + 1).to_string());
        return end(shell);
    }
    let letter = word.chars().nth(within).unwrap_or('?');
    let is_last = within + 1 >= word.chars().count();
    let place = letters.find(letter).filter(|_| letter != ':');
    let wants = place.is_some_and(|at| letters[at + 1..].starts_with(':'));
    let (mut next, mut place_next) = if is_last { (index + 1, 1) } else { (index, within + 1) };
    if wants {
        let value: String = if is_last {
            given.get(index).cloned().unwrap_or_default()
        } else {
            word.chars().skip(within + 1).collect()
        };
        (next, place_next) = (if is_last { index + 2 } else { index + 1 }, 1);
        shell.set("OPTARG", &value);
    } else {
        shell.variables.remove("OPTARG");
    }
    shell.set("OPTIND", &next.to_string());
    shell.set("_OPTPLACE", &place_next.to_string());
    shell.set(name, &place.map_or("?".into(), |_| letter.to_string()));
    0
}
