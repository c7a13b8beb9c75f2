//! Reads as much of Rust as it takes to say which paths a source file names: text in, paths with lines out.
//! It is no parser: comments and literals are blanked, the rest is cut into tokens, `use` trees are expanded.

use std::mem;

/// What one file says that the rules of the house care about. Items under `#[cfg(test)]` are left out: tests
/// may use everything.
#[derive(Debug, Default)]
pub struct Scan {
    /// Paths, absolute where they lead into this crate: `crate::schema::Table`, `std::fs::read`, `serde_yaml`.
    pub paths: Vec<Named>,
    /// Macros called by their bare name: `println`.
    pub macro_calls: Vec<Named>,
    /// Macros defined with `macro_rules!`.
    pub macro_definitions: Vec<String>,
    /// Lines of the keyword `unsafe`.
    pub unsafe_lines: Vec<usize>,
    /// Modules that are tests as a whole, by path from the crate: declared `#[cfg(test)] mod name;`, or opening
    /// with `#![cfg(test)]`.
    pub test_modules: Vec<String>,
}

/// A name and its line, 1-based.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub line: usize,
    pub text: String,
}

/// Scans a file; `module` is its module path, empty for the crate root: `["parse", "postgres"]`.
pub fn scan(source: &str, module: &[&str]) -> Scan {
    let blanked = blank(source);
    let mut scanner = Scanner {
        tokens: tokens(&blanked),
        module: module.iter().map(|&segment| segment.to_owned()).collect(),
        inline: Vec::new(),
        found: Scan::default(),
    };
    scanner.run();
    scanner.found
}

/// The source with comments, strings and characters turned to spaces; lines stay where they are.
fn blank(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let (skipped, is_code) = match first {
            '/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), false),
            '/' if rest.starts_with("/*") => (block_comment(rest), false),
            '"' => (string(rest), false),
            '\'' => character(rest).map_or((1, true), |length| (length, false)),
            _ if first.is_alphanumeric() || first == '_' => {
                let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                prefixed_literal(rest, word).map_or((word, true), |length| (length, false))
            }
            _ => (first.len_utf8(), true),
        };
        let (piece, tail) = rest.split_at(skipped);
        if is_code {
            out.push_str(piece);
        } else {
            out.push(' ');
            out.extend(piece.chars().filter(|&c| c == '\n'));
        }
        rest = tail;
    }
    out
}

/// Length of the block comment that `text` starts with; these nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// Length of the string literal that `text` starts with.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if mem::take(&mut escaped) => {}
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Length of the character literal that `text` starts with, unless it is a lifetime.
fn character(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().skip(1);
    match chars.next()?.1 {
        '\\' => {
            chars.next()?;
            chars.find(|&(_, c)| c == '\'').map(|(at, _)| at + 1)
        }
        _ => chars.next().filter(|&(_, c)| c == '\'').map(|(at, _)| at + 1),
    }
}

/// Length of a literal such as `b"…"`, `r#"…"#`, `cr"…"` or `b'…'` whose prefix is the first `word` bytes.
fn prefixed_literal(text: &str, word: usize) -> Option<usize> {
    let (prefix, rest) = text.split_at(word);
    if prefix == "b" && rest.starts_with('\'') {
        return character(rest).map(|length| word + length);
    }
    if ["b", "c"].contains(&prefix) && rest.starts_with('"') {
        return Some(word + string(rest));
    }
    if !["r", "br", "cr"].contains(&prefix) {
        return None;
    }
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    if !rest[hashes..].starts_with('"') {
        return None; // `r#type` is an identifier
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let body = word + hashes + 1;
    Some(text[body..].find(&end).map_or(text.len(), |at| body + at + end.len()))
}

#[derive(Clone, Copy)]
struct Token<'a> {
    text: &'a str,
    line: usize,
}

/// Words, `::` and single punctuation characters.
fn tokens(blanked: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    for (number, line) in blanked.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = if first.is_alphanumeric() || first == '_' {
                rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            let (text, tail) = rest.split_at(length);
            out.push(Token { text, line: number + 1 });
            rest = tail.trim_start();
        }
    }
    out
}

struct Scanner<'a> {
    tokens: Vec<Token<'a>>,
    module: Vec<String>,
    /// Inline modules we are in, by the brace depth at which each ends.
    inline: Vec<usize>,
    found: Scan,
}

impl<'a> Scanner<'a> {
    fn run(&mut self) {
        let (mut at, mut depth) = (0, 0_usize);
        while at < self.tokens.len() {
            let token = self.tokens[at];
            match token.text {
                "#" if self.texts(at, ["#", "[", "cfg", "(", "test", ")", "]"]) => {
                    at = self.skip_test_item(at + 7);
                    continue;
                }
                "#" if self.texts(at, ["#", "!", "[", "cfg", "(", "test", ")", "]"]) => {
                    self.found.test_modules.push(self.module.join("::"));
                }
                "{" => depth += 1,
                "}" => {
                    depth = depth.saturating_sub(1);
                    if self.inline.last() == Some(&depth) {
                        self.inline.pop();
                        self.module.pop();
                    }
                }
                "mod" if self.text(at + 2) == "{" => {
                    self.module.push(self.text(at + 1).to_owned());
                    self.inline.push(depth);
                }
                "unsafe" => self.found.unsafe_lines.push(token.line),
                "macro_rules" if self.text(at + 1) == "!" => {
                    self.found.macro_definitions.push(self.text(at + 2).to_owned());
                }
                // Not `impl Trait + use<'a>`.
                "use" if self.text(at + 1) != "<" => {
                    at = self.tree(at + 1, &[]);
                    continue;
                }
                "crate" if self.text(at.wrapping_sub(1)) == "extern" => {
                    at = self.tree(at + 1, &[]);
                    continue;
                }
                text if is_word(text) && self.starts_path(at) => {
                    let end = if self.text(at + 1) == "::" { self.tree(at, &[]) } else { at + 1 };
                    // `!=` is a comparison.
                    if self.text(end) == "!" && self.text(end + 1) != "=" {
                        let Token { text, line } = self.tokens[end - 1];
                        self.found.macro_calls.push(Named { line, text: text.to_owned() });
                    }
                    at = end;
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// The text of a token; empty beyond the ends.
    fn text(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| token.text)
    }

    fn texts<const N: usize>(&self, at: usize, expected: [&str; N]) -> bool {
        expected.iter().enumerate().all(|(offset, text)| self.text(at + offset) == *text)
    }

    /// Whether the word at this place is the first of its path: not a method, a field or `<T as Trait>::item`.
    fn starts_path(&self, at: usize) -> bool {
        match self.text(at.wrapping_sub(1)) {
            // `0..path::END` is a range.
            "." => self.text(at.wrapping_sub(2)) == ".",
            "::" => {
                let [before, bracket] = [3, 2].map(|back| self.text(at.wrapping_sub(back)));
                // `=> ::std::fs` is no qualified path.
                !is_word(bracket) && (bracket != ">" || ["=", "-"].contains(&before))
            }
            _ => true,
        }
    }

    /// Skips the item after a `#[cfg(test)]`, further attributes included, and returns the place after it.
    fn skip_test_item(&mut self, mut at: usize) -> usize {
        while self.text(at) == "#" {
            at = self.after_group(at + 1);
        }
        let start = at;
        while at < self.tokens.len() {
            match self.text(at) {
                "mod" if self.text(at + 2) == ";" => {
                    let name = self.text(at + 1).to_owned();
                    let path: Vec<_> = self.module.iter().cloned().chain([name]).collect();
                    self.found.test_modules.push(path.join("::"));
                    return at + 3;
                }
                "{" if self.text(start) != "use" => return self.after_group(at),
                "(" | "[" | "{" => at = self.after_group(at),
                ";" => return at + 1,
                _ => at += 1,
            }
        }
        at
    }

    /// The place after the bracket that closes the one at `at`.
    fn after_group(&self, mut at: usize) -> usize {
        let mut depth = 0_usize;
        while at < self.tokens.len() {
            match self.text(at) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            at += 1;
            if depth == 0 {
                break;
            }
        }
        at
    }

    /// Reads a path or `use` tree and returns the place after it.
    fn tree(&mut self, start: usize, prefix: &[&'a str]) -> usize {
        let mut path = prefix.to_vec();
        let line = self.tokens.get(start).map_or(0, |token| token.line);
        let mut at = if self.text(start) == "::" { start + 1 } else { start };
        loop {
            match self.text(at) {
                "{" => return self.group(at + 1, &path),
                "*" => {
                    path.push("*");
                    at += 1;
                }
                word if is_word(word) => {
                    path.push(word);
                    at += 1;
                    let goes_on = is_word(self.text(at + 1)) || ["{", "*"].contains(&self.text(at + 1));
                    if self.text(at) == "::" && goes_on {
                        at += 1;
                        continue;
                    }
                }
                _ => {}
            }
            break;
        }
        self.record(line, &path);
        at
    }

    /// The elements of a `{…}` in a `use` tree, up to the place after its `}`.
    fn group(&mut self, mut at: usize, prefix: &[&'a str]) -> usize {
        while at < self.tokens.len() && self.text(at) != "}" {
            let next = if self.text(at) == "," { at } else { self.tree(at, prefix) };
            // An alias, a comma, or something that is no Rust: onwards in any case.
            at = match self.text(next) {
                "as" => next + 2,
                "," => next + 1,
                _ if next == at => at + 1,
                _ => next,
            };
        }
        at + 1
    }

    /// Keeps a path, resolving `self` and `super`.
    fn record(&mut self, line: usize, path: &[&str]) {
        let mut rest = path;
        let mut module = match path.first() {
            None => return,
            Some(&"self" | &"super") => Some(self.module.clone()),
            _ => None,
        };
        if let Some(module) = &mut module {
            while let [first @ ("self" | "super"), tail @ ..] = rest {
                if *first == "super" {
                    module.pop();
                }
                rest = tail;
            }
        }
        // `use a::{self}` names a.
        let rest = rest.strip_suffix(&["self"]).unwrap_or(rest);
        let here = module.into_iter().flat_map(|module| [vec!["crate".to_owned()], module].concat());
        let segments: Vec<_> = here.chain(rest.iter().map(|&segment| segment.to_owned())).collect();
        self.found.paths.push(Named { line, text: segments.join("::") });
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}
