//! Writing text: `echo`, `printf`, `yes`, `seq`.

use super::{Call, Command, Running};

pub const TABLE: &[Command] = &[("echo", run_echo), ("printf", run_printf), ("yes", yes), ("seq", seq)];

/// `echo`; ash and dash understand backslashes, bash only with `-e`.
pub fn echo(words: &[String], reads_escapes: bool) -> String {
    let (mut reads, mut ends, mut from) = (reads_escapes, true, 0);
    while let Some(letters) = words.get(from).and_then(|word| word.strip_prefix('-')) {
        if letters.is_empty() || !letters.chars().all(|c| "neE".contains(c)) || (reads_escapes && letters != "n") {
            break;
        }
        ends &= !letters.contains('n');
        reads |= letters.contains('e');
        from += 1;
    }
    let text = words[from..].join(" ");
    let (text, is_cut) = if reads { escapes(&text, Zero::Leading) } else { (text, false) };
    if ends && !is_cut { format!("{text}\n") } else { text }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Zero {
    /// Octal numbers begin with a zero, as for `echo` and `%b`.
    Leading,
    /// They need not, as in the format of `printf`.
    Free,
}

/// Backslashes carried out, and whether `\c` ended the text.
fn escapes(text: &str, zero: Zero) -> (String, bool) {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            None => out.push('\\'),
            Some('c') => return (out, true),
            Some('x') => {
                let digits = taken(&mut chars, 2, 16);
                out.push(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).unwrap_or('\0'));
            }
            Some(c @ '0'..='7') if zero == Zero::Free || c == '0' => {
                let most = if zero == Zero::Leading { 3 } else { 2 };
                let digits = format!("{c}{}", taken(&mut chars, most, 8));
                let value = u32::from_str_radix(&digits, 8).unwrap_or(0) & 255;
                out.extend(char::from_u32(value));
            }
            Some(c) => match plain_escape(c) {
                Some(c) => out.push(c),
                None => out.extend(['\\', c]),
            },
        }
    }
    (out, false)
}

fn taken(chars: &mut std::iter::Peekable<std::str::Chars>, most: usize, radix: u32) -> String {
    let mut digits = String::new();
    while digits.len() < most && chars.peek().is_some_and(|c| c.is_digit(radix)) {
        digits.extend(chars.next());
    }
    digits
}

fn plain_escape(c: char) -> Option<char> {
    Some(match c {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'e' => '\u{1b}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '\\' => '\\',
        '"' => '"',
        _ => return None,
    })
}

pub struct Printed {
    pub text: String,
    pub trouble: String,
    pub code: i32,
}

pub fn printf(words: &[String]) -> Printed {
    let mut printed = Printed { text: String::new(), trouble: String::new(), code: 0 };
    let words = if words.first().is_some_and(|word| word == "--") { &words[1..] } else { words };
    let Some((format, values)) = words.split_first() else {
        return Printed { trouble: "printf: usage: printf format [arg ...]\n".into(), code: 2, ..printed };
    };
    let mut values = values.iter();
    loop {
        let before = values.len();
        if !one_round(format, &mut values, &mut printed) || values.len() == 0 || values.len() == before {
            return printed;
        }
    }
}

/// The format once; says false when it must not be repeated.
fn one_round(format: &str, values: &mut std::slice::Iter<String>, printed: &mut Printed) -> bool {
    let mut chars = format.chars().peekable();
    let mut plain = String::new();
    while let Some(c) = chars.next() {
        if c != '%' {
            plain.push(c);
            if c == '\\' {
                plain.extend(chars.next());
            }
            continue;
        }
        let (text, is_cut) = escapes(&std::mem::take(&mut plain), Zero::Free);
        printed.text.push_str(&text);
        if is_cut {
            return false;
        }
        if chars.next_if_eq(&'%').is_some() {
            printed.text.push('%');
            continue;
        }
        let spec = Spec::read(&mut chars, values);
        match spec.sign {
            Some('b') => {
                let value = values.next().map_or("", String::as_str);
                let (text, is_cut) = escapes(value, Zero::Leading);
                printed.text.push_str(&spec.pad(&text));
                if is_cut {
                    return false;
                }
            }
            Some('s') => {
                let value = values.next().map_or("", String::as_str);
                let text: String = value.chars().take(spec.precision.unwrap_or(usize::MAX)).collect();
                printed.text.push_str(&spec.pad(&text));
            }
            Some('c') => {
                let text: String = values.next().and_then(|value| value.chars().next()).into_iter().collect();
                printed.text.push_str(&spec.pad(&text));
            }
            Some(sign @ ('d' | 'i' | 'u' | 'x' | 'X' | 'o')) => {
                let value = values.next().map_or("", String::as_str);
                let number = number(value).unwrap_or_else(|prefix| {
                    printed.trouble.push_str(&format!("printf: {value}: expected numeric value\n"));
                    printed.code = 1;
                    prefix
                });
                printed.text.push_str(&spec.number(sign, number));
            }
            sign => {
                let sign = sign.map_or(String::new(), String::from);
                printed.trouble.push_str(&format!("printf: %{sign}: invalid directive\n"));
                printed.code = 2;
                return false;
            }
        }
    }
    let (text, is_cut) = escapes(&plain, Zero::Free);
    printed.text.push_str(&text);
    !is_cut
}

#[derive(Default)]
struct Spec {
    is_left: bool,
    is_zeroed: bool,
    plus: Option<char>,
    width: usize,
    precision: Option<usize>,
    sign: Option<char>,
}

impl Spec {
    fn read(chars: &mut std::iter::Peekable<std::str::Chars>, values: &mut std::slice::Iter<String>) -> Self {
        let mut spec = Self::default();
        while let Some(flag) = chars.next_if(|c| "-0+ #".contains(*c)) {
            match flag {
                '-' => spec.is_left = true,
                '0' => spec.is_zeroed = true,
                '#' => {}
                flag => spec.plus = Some(flag),
            }
        }
        let mut count = |chars: &mut std::iter::Peekable<std::str::Chars>| {
            if chars.next_if_eq(&'*').is_some() {
                return values.next().and_then(|value| value.parse().ok()).unwrap_or(0);
            }
            taken(chars, 5, 10).parse().unwrap_or(0)
        };
        spec.width = count(chars);
        if chars.next_if_eq(&'.').is_some() {
            spec.precision = Some(count(chars));
        }
        spec.sign = chars.next();
        spec
    }

    fn pad(&self, text: &str) -> String {
        let missing = self.width.saturating_sub(text.chars().count());
        if self.is_left { format!("{text}{}", " ".repeat(missing)) } else { format!("{}{text}", " ".repeat(missing)) }
    }

    fn number(&self, sign: char, number: i64) -> String {
        let digits = match sign {
            'x' => format!("{number:x}"),
            'X' => format!("{number:X}"),
            'o' => format!("{number:o}"),
            'u' => (number as u64).to_string(),
            _ => number.unsigned_abs().to_string(),
        };
        let digits = format!("{}{digits}", "0".repeat(self.precision.unwrap_or(0).saturating_sub(digits.len())));
        let is_signed = matches!(sign, 'd' | 'i');
        let head = match self.plus {
            _ if is_signed && number < 0 => "-".to_owned(),
            Some(plus) if is_signed => plus.to_string(),
            _ => String::new(),
        };
        if self.is_zeroed && !self.is_left && self.precision.is_none() {
            let missing = self.width.saturating_sub(digits.len() + head.len());
            return format!("{head}{}{digits}", "0".repeat(missing));
        }
        self.pad(&format!("{head}{digits}"))
    }
}

/// A number as C writes it, or `'c` for the number of a char; of a wrong one, what it begins with.
fn number(text: &str) -> Result<i64, i64> {
    let text = text.trim_start();
    if let Some(rest) = text.strip_prefix(['\'', '"']) {
        return Ok(rest.chars().next().map_or(0, |c| i64::from(u32::from(c))));
    }
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (radix, digits) = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => (16, hex),
        None if digits.len() > 1 && digits.starts_with('0') => (8, &digits[1..]),
        None => (10, digits),
    };
    let good: String = digits.chars().take_while(|c| c.is_digit(radix)).collect();
    let value = i64::from_str_radix(&good, radix).unwrap_or(0);
    let value = if is_negative { -value } else { value };
    if good.len() == digits.len() && (!good.is_empty() || text.is_empty()) { Ok(value) } else { Err(value) }
}

fn run_echo(call: Call) -> Running {
    Box::pin(async move {
        let text = echo(&call.words[1..], false);
        call.out(&text).await?;
        Ok(0)
    })
}

fn run_printf(call: Call) -> Running {
    Box::pin(async move {
        let printed = printf(&call.words[1..]);
        call.out(&printed.text).await?;
        call.write(2, printed.trouble.as_bytes()).await?;
        Ok(printed.code)
    })
}

fn yes(call: Call) -> Running {
    Box::pin(async move {
        let word = if call.words.len() > 1 { call.words[1..].join(" ") } else { "y".into() };
        let block = format!("{word}\n").repeat(1_024);
        loop {
            call.out(&block).await?;
        }
    })
}

fn seq(call: Call) -> Running {
    Box::pin(async move {
        let numbers: Vec<i64> = call.words[1..].iter().filter_map(|word| word.parse().ok()).collect();
        let (from, step, to) = match numbers[..] {
            [to] => (1, 1, to),
            [from, to] => (from, 1, to),
            [from, step, to] if step != 0 => (from, step, to),
            _ => return call.fail("missing operand").await,
        };
        let (mut now, mut block) = (from, String::new());
        while (step > 0 && now <= to) || (step < 0 && now >= to) {
            block.push_str(&format!("{now}\n"));
            now += step;
            if block.len() > 4_096 {
                call.out(&std::mem::take(&mut block)).await?;
            }
        }
        call.out(&block).await?;
        Ok(0)
    })
}
