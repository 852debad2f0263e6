//! Reads scripts. One command is read at a time, so that what stands before a mistake has run by then. A text that
//! ends too early is told from one that is wrong: at a prompt the next line goes on with it.

use std::sync::{Arc, OnceLock};

use super::syntax::{Kind, Node, Part, Redirect, Word};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mistake {
    /// More is to come.
    Unfinished,
    Wrong(String),
}

pub type Read<T> = Result<T, Mistake>;

pub struct Parser {
    pub text: Vec<char>,
    pub place: usize,
    /// Here-documents whose text begins after the line.
    awaited: Vec<Awaited>,
    depth: usize,
}

struct Awaited {
    end: String,
    is_quoted: bool,
    strips_tabs: bool,
    body: Arc<OnceLock<Word>>,
}

const DEEPEST: usize = 120;
const RESERVED: [&str; 14] =
    ["if", "then", "else", "elif", "fi", "do", "done", "while", "until", "for", "case", "esac", "{", "}"];

pub fn wrong<T>(near: &str) -> Read<T> {
    Err(Mistake::Wrong(format!("Syntax error: {near} unexpected")))
}

impl Parser {
    pub fn new(text: &str) -> Self {
        Self { text: text.chars().collect(), place: 0, awaited: Vec::new(), depth: 0 }
    }

    pub fn peek(&self) -> Option<char> {
        self.text.get(self.place).copied()
    }

    pub fn peek_at(&self, ahead: usize) -> Option<char> {
        self.text.get(self.place + ahead).copied()
    }

    pub fn starts(&self, what: &str) -> bool {
        what.chars().enumerate().all(|(at, c)| self.peek_at(at) == Some(c))
    }

    pub fn take(&mut self, what: &str) -> bool {
        let found = self.starts(what);
        if found {
            self.place += what.chars().count();
        }
        found
    }

    /// Blanks, comments and joined lines; not the end of a line.
    fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(' ' | '\t') => self.place += 1,
                Some('\\') if self.peek_at(1) == Some('\n') => self.place += 2,
                Some('#') => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.place += 1;
                    }
                }
                _ => return,
            }
        }
    }

    /// Also ends of lines, and the here-documents after them.
    pub fn lines(&mut self) -> Read<()> {
        loop {
            self.blanks();
            if self.peek() != Some('\n') {
                return Ok(());
            }
            self.end_line()?;
        }
    }

    fn end_line(&mut self) -> Read<()> {
        self.place += 1;
        for awaited in std::mem::take(&mut self.awaited) {
            let text = self.here_document(&awaited)?;
            // It was empty until now: every here-document is read once.
            let _ = awaited.body.set(text);
        }
        Ok(())
    }

    fn here_document(&mut self, awaited: &Awaited) -> Read<Word> {
        let mut body = String::new();
        loop {
            if self.place >= self.text.len() {
                return Err(Mistake::Unfinished);
            }
            let rest = &self.text[self.place..];
            let length = rest.iter().position(|c| *c == '\n').unwrap_or(rest.len());
            let line: String = rest[..length].iter().collect();
            let is_whole = length < rest.len();
            self.place += length + usize::from(is_whole);
            let line = if awaited.strips_tabs { line.trim_start_matches('\t') } else { &line };
            if line == awaited.end {
                break;
            }
            if !is_whole {
                return Err(Mistake::Unfinished);
            }
            body.push_str(line);
            body.push('\n');
        }
        if awaited.is_quoted {
            return Ok(Word(vec![Part::Quoted(body)]));
        }
        Parser::new(&body).double_quoted(None)
    }

    /// The next command with all that belongs to it, up to the end of its line.
    pub fn next(&mut self) -> Read<Option<Arc<Node>>> {
        self.lines()?;
        if self.place >= self.text.len() {
            return Ok(None);
        }
        let node = self.line()?;
        self.blanks();
        match self.peek() {
            None if self.awaited.is_empty() => {}
            None => return Err(Mistake::Unfinished),
            Some('\n') => self.end_line()?,
            Some(c) => return wrong(&format!("\"{c}\"")),
        }
        Ok(Some(node))
    }

    /// Commands joined by `;` and `&` on one line.
    fn line(&mut self) -> Read<Arc<Node>> {
        let mut nodes = Vec::new();
        loop {
            self.blanks();
            let from = self.place;
            let node = self.and_or()?;
            self.blanks();
            let written: String = self.text[from..self.place].iter().collect();
            let is_double = self.starts(";;");
            match self.peek() {
                Some('&') => {
                    self.place += 1;
                    nodes.push(Arc::new(Node::Background(node, written.trim().to_owned())));
                }
                Some(';') if !is_double => {
                    self.place += 1;
                    nodes.push(node);
                }
                _ => {
                    nodes.push(node);
                    break;
                }
            }
            self.blanks();
            if self.at_end() {
                break;
            }
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Arc::new(Node::List(nodes)) })
    }

    fn at_end(&self) -> bool {
        matches!(self.peek(), None | Some('\n' | ')')) || self.starts(";;") || self.at_closing_word()
    }

    fn at_closing_word(&self) -> bool {
        ["then", "else", "elif", "fi", "do", "done", "esac", "}"].iter().any(|word| self.at_word(word))
    }

    fn at_word(&self, word: &str) -> bool {
        self.starts(word)
            && self
                .peek_at(word.len())
                .is_none_or(|c| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(' | ')' | '<' | '>'))
    }

    /// Commands over several lines, up to one of the words that close them.
    pub fn body(&mut self) -> Read<Arc<Node>> {
        let mut nodes = Vec::new();
        loop {
            self.lines()?;
            if self.place >= self.text.len() {
                return Err(Mistake::Unfinished);
            }
            if self.at_end() {
                break;
            }
            nodes.push(self.line()?);
        }
        if nodes.is_empty() {
            let near = if self.peek() == Some(')') { ")" } else { "word" };
            return wrong(&format!("\"{near}\""));
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Arc::new(Node::List(nodes)) })
    }

    fn expect(&mut self, word: &str) -> Read<()> {
        self.lines()?;
        if self.place >= self.text.len() {
            return Err(Mistake::Unfinished);
        }
        if !self.at_word(word) {
            let c = self.peek().unwrap_or('\n');
            return Err(Mistake::Wrong(format!("Syntax error: \"{c}\" unexpected (expecting \"{word}\")")));
        }
        self.place += word.len();
        Ok(())
    }

    fn and_or(&mut self) -> Read<Arc<Node>> {
        let mut left = self.pipeline()?;
        loop {
            self.blanks();
            let joins: fn(Arc<Node>, Arc<Node>) -> Node = if self.take("&&") {
                Node::And
            } else if self.take("||") {
                Node::Or
            } else {
                return Ok(left);
            };
            self.lines()?;
            left = Arc::new(joins(left, self.pipeline()?));
        }
    }

    fn pipeline(&mut self) -> Read<Arc<Node>> {
        self.blanks();
        let is_negated = self.at_word("!") && self.take("!");
        let mut stages = vec![self.command()?];
        loop {
            self.blanks();
            if self.starts("||") || !self.take("|") {
                break;
            }
            self.lines()?;
            stages.push(self.command()?);
        }
        Ok(if stages.len() == 1 && !is_negated {
            stages.remove(0)
        } else {
            Arc::new(Node::Pipeline { stages, is_negated })
        })
    }

    fn command(&mut self) -> Read<Arc<Node>> {
        self.blanks();
        if self.place >= self.text.len() {
            return Err(Mistake::Unfinished);
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Mistake::Wrong("Syntax error: nested too deeply".into()));
        }
        let node = match self.compound()? {
            Some(node) => {
                let redirects = self.redirects()?;
                if redirects.is_empty() {
                    Arc::new(node)
                } else {
                    Arc::new(Node::Redirected(Arc::new(node), redirects))
                }
            }
            None => self.simple()?,
        };
        self.depth -= 1;
        Ok(node)
    }

    fn compound(&mut self) -> Read<Option<Node>> {
        if self.peek() == Some('(') {
            self.place += 1;
            let body = self.body()?;
            self.lines()?;
            return if self.take(")") { Ok(Some(Node::Subshell(body))) } else { wrong("\"word\"") };
        }
        let Some(word) = RESERVED.iter().find(|word| self.at_word(word)) else { return Ok(None) };
        let opens = ["if", "while", "until", "for", "case", "{"];
        if !opens.contains(word) {
            return wrong(&format!("\"{word}\""));
        }
        self.place += word.len();
        match *word {
            "if" => self.branches(),
            "for" => self.for_loop(),
            "case" => self.case(),
            "{" => {
                let body = self.body()?;
                self.expect("}")?;
                Ok(Node::Group(body))
            }
            word => {
                let test = self.body()?;
                let body = self.do_done()?;
                Ok(Node::While { goes_on_with: word == "while", test, body })
            }
        }
        .map(Some)
    }

    fn do_done(&mut self) -> Read<Arc<Node>> {
        self.expect("do")?;
        let body = self.body()?;
        self.expect("done")?;
        Ok(body)
    }

    fn branches(&mut self) -> Read<Node> {
        let mut arms = Vec::new();
        loop {
            let test = self.body()?;
            self.expect("then")?;
            arms.push((test, self.body()?));
            if self.at_word("elif") {
                self.place += 4;
                continue;
            }
            let otherwise = if self.at_word("else") {
                self.place += 4;
                Some(self.body()?)
            } else {
                None
            };
            self.expect("fi")?;
            return Ok(Node::If { arms, otherwise });
        }
    }

    fn for_loop(&mut self) -> Read<Node> {
        self.blanks();
        let name = self.name();
        if name.is_empty() {
            return Err(Mistake::Wrong("Syntax error: Bad for loop variable".into()));
        }
        self.lines()?;
        let words = if self.at_word("in") {
            self.place += 2;
            let mut words = Vec::new();
            loop {
                self.blanks();
                match self.word()? {
                    Some(word) => words.push(word),
                    None => break Some(words),
                }
            }
        } else {
            None
        };
        self.blanks();
        self.take(";");
        Ok(Node::For { name, words, body: self.do_done()? })
    }

    fn case(&mut self) -> Read<Node> {
        self.blanks();
        let Some(word) = self.word()? else { return wrong("newline") };
        self.expect("in")?;
        let mut arms = Vec::new();
        loop {
            self.lines()?;
            if self.place >= self.text.len() {
                return Err(Mistake::Unfinished);
            }
            if self.at_word("esac") {
                self.place += 4;
                return Ok(Node::Case { word, arms });
            }
            self.take("(");
            let mut patterns = Vec::new();
            loop {
                self.blanks();
                let Some(pattern) = self.word()? else { return wrong("\"word\"") };
                patterns.push(pattern);
                self.blanks();
                if !self.take("|") {
                    break;
                }
            }
            if !self.take(")") {
                return wrong("\"word\"");
            }
            self.lines()?;
            let is_empty = self.starts(";;") || self.at_word("esac");
            let body = if is_empty { Arc::new(Node::List(Vec::new())) } else { self.body()? };
            self.lines()?;
            self.take(";;");
            arms.push((patterns, body));
        }
    }

    pub fn name(&mut self) -> String {
        let from = self.place;
        while self.peek().is_some_and(|c| c == '_' || c.is_ascii_alphanumeric()) {
            self.place += 1;
        }
        self.text[from..self.place].iter().collect()
    }

    fn redirects(&mut self) -> Read<Vec<Redirect>> {
        let mut found = Vec::new();
        loop {
            self.blanks();
            match self.redirect()? {
                Some(redirect) => found.push(redirect),
                None => return Ok(found),
            }
        }
    }

    fn redirect(&mut self) -> Read<Option<Redirect>> {
        let digits = self.text[self.place..].iter().take_while(|c| c.is_ascii_digit()).count();
        if !matches!(self.peek_at(digits), Some('<' | '>')) {
            return Ok(None);
        }
        let number: String = self.text[self.place..self.place + digits].iter().collect();
        self.place += digits;
        let sign = ["<<-", "<<", ">>", "<&", ">&", "<>", ">|", "<", ">"].into_iter().find(|sign| self.take(sign));
        let sign = sign.unwrap_or_default();
        let usual = u32::from(sign.starts_with('>'));
        let number = if digits == 0 { usual } else { number.parse().unwrap_or(usual) };
        self.blanks();
        if sign.starts_with("<<") {
            let body = self.here_word(sign == "<<-")?;
            return Ok(Some(Redirect { number, kind: Kind::Here(body) }));
        }
        let Some(word) = self.word()? else {
            return if self.place >= self.text.len() { wrong("end of file") } else { wrong("newline") };
        };
        let kind = match sign {
            "<" => Kind::Read(word),
            ">>" => Kind::Append(word),
            "<&" | ">&" => Kind::Copy(word),
            "<>" => Kind::ReadWrite(word),
            _ => Kind::Write(word),
        };
        Ok(Some(Redirect { number, kind }))
    }

    fn here_word(&mut self, strips_tabs: bool) -> Read<Arc<OnceLock<Word>>> {
        let Some(word) = self.word()? else { return wrong("newline") };
        let is_quoted = word.0.iter().any(|part| matches!(part, Part::Quoted(_)));
        let end = word.0.iter().map(|part| match part {
            Part::Plain(text) | Part::Quoted(text) => text.as_str(),
            _ => "",
        });
        let body = Arc::new(OnceLock::new());
        self.awaited.push(Awaited { end: end.collect(), is_quoted, strips_tabs, body: body.clone() });
        Ok(body)
    }

    fn simple(&mut self) -> Read<Arc<Node>> {
        let (mut sets, mut words, mut redirects) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            self.blanks();
            if let Some(redirect) = self.redirect()? {
                redirects.push(redirect);
                continue;
            }
            let from = self.place;
            if words.is_empty() {
                let name = self.name();
                if !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && self.take("=") {
                    sets.push((name, self.word()?.unwrap_or_default()));
                    continue;
                }
                self.place = from;
            }
            match self.word()? {
                Some(word) => words.push(word),
                None => break,
            }
            if let (1, [Word(parts)], Some('(')) = (words.len(), &words[..], self.peek())
                && let [Part::Plain(name)] = &parts[..]
            {
                let name = name.clone();
                return self.function(name);
            }
        }
        if sets.is_empty() && words.is_empty() && redirects.is_empty() {
            return match self.peek() {
                None => Err(Mistake::Unfinished),
                Some('\n') => wrong("newline"),
                Some(_) if self.starts("&&") || self.starts("||") || self.starts(";;") => {
                    let two: String = self.text[self.place..self.place + 2].iter().collect();
                    wrong(&format!("\"{two}\""))
                }
                Some(c) => wrong(&format!("\"{c}\"")),
            };
        }
        Ok(Arc::new(Node::Simple { sets, words, redirects }))
    }

    fn function(&mut self, name: String) -> Read<Arc<Node>> {
        self.place += 1;
        self.blanks();
        if !self.take(")") {
            return wrong("\"(\"");
        }
        self.lines()?;
        Ok(Arc::new(Node::Function { name, body: self.command()? }))
    }
}
