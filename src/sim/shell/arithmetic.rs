//! Sums: whole numbers with the signs of C, variables by name, and setting them.

/// Where the sum finds and puts its variables.
pub trait Variables {
    fn value(&self, name: &str) -> String;
    fn set(&mut self, name: &str, value: i64);
}

type Sum = Result<i64, String>;

struct Reader<'a, V> {
    text: Vec<char>,
    place: usize,
    variables: &'a mut V,
    /// Inside the branch that is not taken nothing is set.
    is_idle: bool,
    depth: usize,
}

pub fn sum(text: &str, variables: &mut impl Variables) -> Sum {
    let mut reader = Reader { text: text.chars().collect(), place: 0, variables, is_idle: false, depth: 0 };
    reader.blanks();
    if reader.place == reader.text.len() {
        return Ok(0);
    }
    let value = reader.choice()?;
    if reader.place < reader.text.len() {
        return Err(format!("arithmetic expression: expecting EOF: \"{text}\""));
    }
    Ok(value)
}

/// From the loosest to the tightest.
const LEVELS: [&[&str]; 10] = [
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

impl<V: Variables> Reader<'_, V> {
    fn blanks(&mut self) {
        while self.text.get(self.place).is_some_and(|c| c.is_ascii_whitespace()) {
            self.place += 1;
        }
    }

    fn take(&mut self, sign: &str) -> bool {
        let is_there = sign.chars().enumerate().all(|(at, c)| self.text.get(self.place + at) == Some(&c));
        if is_there {
            self.place += sign.len();
            self.blanks();
        }
        is_there
    }

    fn after(&self, sign: &str) -> Option<char> {
        self.text.get(self.place + sign.len()).copied()
    }

    fn choice(&mut self) -> Sum {
        self.depth += 1;
        if self.depth > 60 {
            return Err("arithmetic expression: nested too deeply".into());
        }
        let test = self.level(0)?;
        let value = if self.take("?") {
            let was_idle = self.is_idle;
            self.is_idle = was_idle || test == 0;
            let yes = self.choice()?;
            if !self.take(":") {
                return Err("arithmetic expression: expecting ':'".into());
            }
            self.is_idle = was_idle || test != 0;
            let no = self.choice()?;
            self.is_idle = was_idle;
            if test != 0 { yes } else { no }
        } else {
            test
        };
        self.depth -= 1;
        Ok(value)
    }

    fn level(&mut self, level: usize) -> Sum {
        let Some(signs) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.level(level + 1)?;
        'more: loop {
            for sign in *signs {
                let next = self.after(sign);
                let is_longer = match *sign {
                    "|" | "&" => next.is_some_and(|c| sign.starts_with(c)) || next == Some('='),
                    "<" | ">" => next.is_some_and(|c| sign.starts_with(c)),
                    "==" | "!=" | "<=" | ">=" | "||" | "&&" => false,
                    _ => next == Some('='),
                };
                if is_longer || !self.take(sign) {
                    continue;
                }
                left = self.binary(sign, left, level)?;
                continue 'more;
            }
            return Ok(left);
        }
    }

    fn binary(&mut self, sign: &str, left: i64, level: usize) -> Sum {
        let was_idle = self.is_idle;
        self.is_idle = was_idle || (sign == "||" && left != 0) || (sign == "&&" && left == 0);
        let right = self.level(level + 1)?;
        let is_idle = std::mem::replace(&mut self.is_idle, was_idle);
        if right == 0 && matches!(sign, "/" | "%") {
            return if is_idle { Ok(0) } else { Err("arithmetic expression: division by zero".into()) };
        }
        Ok(apply(sign, left, right))
    }

    fn unary(&mut self) -> Sum {
        if self.take("-") {
            return Ok(self.unary()?.wrapping_neg());
        }
        if self.take("+") {
            return self.unary();
        }
        if self.take("~") {
            return Ok(!self.unary()?);
        }
        if self.take("!") {
            return Ok(i64::from(self.unary()? == 0));
        }
        if self.take("(") {
            let value = self.choice()?;
            return if self.take(")") { Ok(value) } else { Err("arithmetic expression: expecting ')'".into()) };
        }
        match self.text.get(self.place) {
            Some(c) if c.is_ascii_digit() => self.number(),
            Some(c) if *c == '_' || c.is_ascii_alphabetic() => self.variable(),
            _ => {
                let text: String = self.text.iter().collect();
                Err(format!("arithmetic expression: expecting primary: \"{text}\""))
            }
        }
    }

    fn word(&mut self) -> String {
        let from = self.place;
        while self.text.get(self.place).is_some_and(|c| *c == '_' || c.is_ascii_alphanumeric()) {
            self.place += 1;
        }
        let word = self.text[from..self.place].iter().collect();
        self.blanks();
        word
    }

    fn number(&mut self) -> Sum {
        let word = self.word();
        number(&word).ok_or_else(|| format!("arithmetic expression: bad number: \"{word}\""))
    }

    fn variable(&mut self) -> Sum {
        let name = self.word();
        for sign in ["+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "="] {
            let is_test = sign == "=" && self.after(sign) == Some('=');
            if is_test || !self.take(sign) {
                continue;
            }
            let right = self.choice()?;
            let sign = &sign[..sign.len() - 1];
            let old = if sign.is_empty() { 0 } else { self.look(&name)? };
            if right == 0 && matches!(sign, "/" | "%") {
                return Err("arithmetic expression: division by zero".into());
            }
            let value = if sign.is_empty() { right } else { apply(sign, old, right) };
            if !self.is_idle {
                self.variables.set(&name, value);
            }
            return Ok(value);
        }
        self.look(&name)
    }

    fn look(&self, name: &str) -> Sum {
        let value = self.variables.value(name);
        let text = value.trim();
        if text.is_empty() {
            return Ok(0);
        }
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        number(digits).map(|value| sign * value).ok_or_else(|| format!("Illegal number: {value}"))
    }
}

fn number(text: &str) -> Option<i64> {
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return i64::from_str_radix(hex, 16).ok();
    }
    match text.strip_prefix('0') {
        Some(octal) if !octal.is_empty() => i64::from_str_radix(octal, 8).ok(),
        _ => text.parse().ok(),
    }
}

fn apply(sign: &str, left: i64, right: i64) -> i64 {
    let flag = i64::from;
    match sign {
        "||" => flag(left != 0 || right != 0),
        "&&" => flag(left != 0 && right != 0),
        "|" => left | right,
        "^" => left ^ right,
        "&" => left & right,
        "==" => flag(left == right),
        "!=" => flag(left != right),
        "<=" => flag(left <= right),
        ">=" => flag(left >= right),
        "<" => flag(left < right),
        ">" => flag(left > right),
        "<<" => left.wrapping_shl(right as u32),
        ">>" => left.wrapping_shr(right as u32),
        "+" => left.wrapping_add(right),
        "-" => left.wrapping_sub(right),
        "*" => left.wrapping_mul(right),
        "/" => left.wrapping_div(right),
        _ => left.wrapping_rem(right),
    }
}
