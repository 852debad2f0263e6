//! `export`, `readonly`, `local`, `unset` and `set`.

use crate::sim::shell::run::{Leave, Shell, Variable};

pub async fn declare(shell: &mut Shell, words: &[String]) -> i32 {
    let is_export = words[0] == "export";
    if words.len() == 1 || words[1] == "-p" {
        let lines = shell.variables.iter().filter(|(_, v)| if is_export { v.is_exported } else { v.is_fixed });
        let lines: String = lines.map(|(name, v)| format!("{} {name}='{}'\n", words[0], v.text)).collect();
        return shell.say(1, &lines).await;
    }
    for word in &words[1..] {
        let (name, text) = match word.split_once('=') {
            Some((name, text)) => (name, Some(text)),
            None => (word.as_str(), None),
        };
        if let Some(text) = text {
            shell.set(name, text);
        }
        let unset = Variable { text: String::new(), is_exported: false, is_fixed: false };
        let is_known = shell.variables.contains_key(name);
        if is_known || text.is_some() || is_export {
            let variable = shell.variables.entry(name.to_owned()).or_insert(unset);
            if is_export { variable.is_exported = true } else { variable.is_fixed = true }
        }
    }
    0
}

pub fn local(shell: &mut Shell, rest: &[String]) -> i32 {
    for word in rest {
        let (name, text) = word.split_once('=').map_or((word.as_str(), None), |(name, text)| (name, Some(text)));
        let old = shell.variables.get(name).cloned();
        let Some(hidden) = shell.hidden.last_mut() else { return 1 };
        hidden.push((name.to_owned(), old));
        if let Some(text) = text {
            shell.set(name, text);
        }
    }
    0
}

pub async fn unset(shell: &mut Shell, rest: &[String]) -> Result<i32, Leave> {
    let is_function = rest.first().is_some_and(|word| word == "-f");
    let mut code = 0;
    for name in rest.iter().filter(|word| !word.starts_with('-')) {
        if is_function {
            shell.functions.remove(name);
        } else if !shell.variables.get(name).is_some_and(|variable| variable.is_fixed) {
            shell.variables.remove(name);
        } else if shell.is_bash() {
            shell.say(2, &format!("bash: unset: {name}: cannot unset: readonly variable\n")).await;
            code = 1;
        } else {
            return Err(shell.fail(&format!("unset: {name}: is read only")).await);
        }
    }
    Ok(code)
}

pub async fn set(shell: &mut Shell, rest: &[String]) -> i32 {
    if rest.is_empty() {
        let lines: String = shell.variables.iter().map(|(name, v)| format!("{name}='{}'\n", v.text)).collect();
        return shell.say(1, &lines).await;
    }
    let mut place = 0;
    while let Some(word) = rest.get(place) {
        let (is_on, letters) = match (word.strip_prefix('-'), word.strip_prefix('+')) {
            _ if word == "--" => {
                shell.arguments = rest[place + 1..].to_vec();
                return 0;
            }
            (Some(letters), _) if !letters.is_empty() => (true, letters),
            (_, Some(letters)) if !letters.is_empty() => (false, letters),
            _ => {
                shell.arguments = rest[place..].to_vec();
                return 0;
            }
        };
        if letters == "o" {
            place += 1;
            let letter = match rest.get(place).map(String::as_str) {
                Some("errexit") => Some('e'),
                Some("nounset") => Some('u'),
                Some("xtrace") => Some('x'),
                Some("noglob") => Some('f'),
                _ => None,
            };
            letter.into_iter().for_each(|letter| turn(shell, letter, is_on));
        } else {
            letters.chars().for_each(|letter| turn(shell, letter, is_on));
        }
        place += 1;
    }
    0
}

fn turn(shell: &mut Shell, letter: char, is_on: bool) {
    if is_on {
        shell.flags.insert(letter);
    } else {
        shell.flags.remove(&letter);
    }
}
