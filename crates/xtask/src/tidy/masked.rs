//! Rust source with its comments and literals taken apart, so that rules about code do not trip over prose.
//!
//! Not a parser: it knows where comments, strings and characters begin and end, which brackets belong together, and
//! which lines are test code. Lines stay where they were.

/// One source file, taken apart; both texts have the same characters per line as the source.
#[derive(Debug, Clone)]
pub(crate) struct Masked {
    /// The code; comments and the insides of literals are blank.
    pub(crate) code: String,
    /// The comments; everything else is blank.
    pub(crate) comments: String,
}

impl Masked {
    /// Takes a source apart. Never fails: an unclosed literal simply runs to the end.
    pub(crate) fn new(text: &str) -> Self {
        let symbols: Vec<char> = text.chars().collect();
        let mut masked = Self { code: String::with_capacity(text.len()), comments: String::with_capacity(text.len()) };
        let mut at = 0;
        while at < symbols.len() {
            let (kind, end) = token(&symbols, at);
            for &symbol in &symbols[at..end] {
                let blank = if symbol == '\n' { '\n' } else { ' ' };
                masked.code.push(if kind == Kind::Code { symbol } else { blank });
                masked.comments.push(if kind == Kind::Comment { symbol } else { blank });
            }
            at = end;
        }
        masked
    }

    /// For each line (from 0): does it belong to an item that exists in tests only?
    pub(crate) fn test_lines(&self) -> Vec<bool> {
        let mut lines = vec![false; self.code.lines().count()];
        for (from, to, _) in self.test_items() {
            let (first, last) = (self.line_of(from), self.line_of(to));
            lines.iter_mut().take(last + 1).skip(first).for_each(|line| *line = true);
        }
        lines
    }

    /// Names of modules declared for tests only and written in files of their own: `#[cfg(test)] mod samples;`.
    pub(crate) fn test_modules(&self) -> Vec<String> {
        self.test_items().into_iter().filter_map(|(_, _, module)| module).collect()
    }

    /// The line (from 0) of a byte of `code`.
    pub(crate) fn line_of(&self, byte: usize) -> usize {
        self.code.as_bytes().iter().take(byte).filter(|&&byte| byte == b'\n').count()
    }

    /// First and last byte of each test item, and its name when it is a module elsewhere.
    fn test_items(&self) -> Vec<(usize, usize, Option<String>)> {
        const MARKS: [&str; 4] = ["#[cfg(test)]", "#[cfg(all(test", "#[test]", "#![cfg(test)]"];
        let mut items = Vec::new();
        for mark in MARKS {
            for (from, _) in self.code.match_indices(mark) {
                if mark.starts_with("#!") {
                    items.push((0, self.code.len(), None));
                } else {
                    let (to, module) = self.item_end(from);
                    items.push((from, to, module));
                }
            }
        }
        items
    }

    /// Where the item whose first attribute starts at `from` ends.
    fn item_end(&self, from: usize) -> (usize, Option<String>) {
        let mut depth = 0_i32;
        for (offset, symbol) in self.code[from..].char_indices() {
            let at = from + offset;
            match symbol {
                '(' | '[' => depth += 1,
                ')' | ']' => depth -= 1,
                '{' if depth == 0 => return (self.closing_brace(at), None),
                ';' if depth == 0 => {
                    let words: Vec<&str> = self.code[from..at].split_whitespace().collect();
                    let module = words.windows(2).find(|pair| pair[0] == "mod").map(|pair| pair[1].to_owned());
                    return (at, module);
                }
                _ => {}
            }
        }
        (self.code.len(), None)
    }

    fn closing_brace(&self, open: usize) -> usize {
        let mut depth = 0_u32;
        for (offset, symbol) in self.code[open..].char_indices() {
            match symbol {
                '{' => depth += 1,
                '}' if depth == 1 => return open + offset,
                '}' => depth -= 1,
                _ => {}
            }
        }
        self.code.len()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

/// The kind of the token at `at`, and where it ends.
fn token(symbols: &[char], at: usize) -> (Kind, usize) {
    let next = |offset: usize| symbols.get(at + offset).copied();
    let inside_word = at > 0 && is_word(symbols[at - 1]);
    match symbols[at] {
        '/' if next(1) == Some('/') => (Kind::Comment, find(symbols, at, |rest| rest[0] == '\n')),
        '/' if next(1) == Some('*') => (Kind::Comment, block_comment_end(symbols, at)),
        '"' => (Kind::Literal, string_end(symbols, at + 1)),
        '\'' => character_end(symbols, at).map_or((Kind::Code, at + 1), |end| (Kind::Literal, end)),
        'r' | 'b' | 'c' if !inside_word => prefixed_end(symbols, at),
        _ => (Kind::Code, at + 1),
    }
}

fn is_word(symbol: char) -> bool {
    symbol.is_alphanumeric() || symbol == '_'
}

fn find(symbols: &[char], from: usize, is_end: impl Fn(&[char]) -> bool) -> usize {
    (from..symbols.len()).find(|&at| is_end(&symbols[at..])).unwrap_or(symbols.len())
}

fn block_comment_end(symbols: &[char], from: usize) -> usize {
    let (mut depth, mut at) = (0_u32, from);
    while at < symbols.len() {
        match &symbols[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] if depth == 1 => return at + 2,
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    at
}

/// Behind the closing quote of a string whose inside starts at `from`.
fn string_end(symbols: &[char], from: usize) -> usize {
    let mut at = from;
    while at < symbols.len() {
        match symbols[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    symbols.len()
}

/// Behind a character literal; nothing when the quote starts a lifetime.
fn character_end(symbols: &[char], quote: usize) -> Option<usize> {
    if symbols.get(quote + 1) == Some(&'\\') {
        // The escaped symbol may itself be a quote.
        let end = find(symbols, quote + 3, |rest| rest[0] == '\'');
        return Some((end + 1).min(symbols.len()));
    }
    (symbols.get(quote + 2) == Some(&'\'')).then_some(quote + 3)
}

/// Strings with a prefix: `r"…"`, `r#"…"#`, `b"…"`, `br#"…"#`, `c"…"`, `b'…'`; else one symbol of code.
fn prefixed_end(symbols: &[char], at: usize) -> (Kind, usize) {
    let mut quote = at;
    while quote < at + 2 && matches!(symbols.get(quote), Some('r' | 'b' | 'c')) {
        quote += 1;
    }
    let raw = symbols[at..quote].contains(&'r');
    let hashes = if raw { symbols[quote..].iter().take_while(|&&symbol| symbol == '#').count() } else { 0 };
    match symbols.get(quote + hashes) {
        Some('"') if raw => {
            let is_end =
                |rest: &[char]| rest[0] == '"' && rest.iter().skip(1).take_while(|&&s| s == '#').count() >= hashes;
            let end = find(symbols, quote + hashes + 1, is_end);
            (Kind::Literal, (end + 1 + hashes).min(symbols.len()))
        }
        Some('"') => (Kind::Literal, string_end(symbols, quote + 1)),
        Some('\'') if symbols[at] == 'b' && quote == at + 1 => {
            character_end(symbols, quote).map_or((Kind::Code, at + 1), |end| (Kind::Literal, end))
        }
        _ => (Kind::Code, at + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        Masked::new(text).code
    }

    #[test]
    fn comments_and_literals_leave_the_code_and_everything_stays_in_its_place() {
        for (text, wanted) in [
            ("a // b\nc", "a     \nc"),
            ("a /* b /* c */ d */ e", "a                   e"),
            (r#"f("a\"b") + g"#, r"f(      ) + g"),
            ("x r\"\\\" y", "x      y"),
            ("x r#\"a\"b\"# y", "x          y"),
            ("b\"a\" c\"a\" br#\"a\"# z", "                  z"),
            ("'a' '\\'' '\"' b'x' &'a str", "                  &'a str"),
            ("r#type + r + barb", "r#type + r + barb"),
            ("\"never closed", "             "),
            ("'\\", "  "),
        ] {
            assert_eq!(code(text), wanted, "{text}");
        }
    }

    #[test]
    fn comments_are_kept_beside_the_code() {
        let masked = Masked::new("let a = \"// no\"; // yes\n");
        assert_eq!(masked.comments.trim(), "// yes");
        assert_eq!(masked.comments.len(), masked.code.len());
    }

    #[test]
    fn items_for_tests_are_known_by_line() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { let c = '}'; }\n}\nfn d() {}\n#[test]\n#[should_panic(expected = \"{\")]\nfn e() {\n}\nfn f() {}\n";
        let wanted = [false, true, true, true, true, false, true, true, true, true, false];
        assert_eq!(Masked::new(text).test_lines(), wanted);
        assert!(Masked::new("#![cfg(test)]\nfn a() {}\n").test_lines().iter().all(|&test| test));
    }

    #[test]
    fn modules_for_tests_in_other_files_are_named() {
        let text = "#[cfg(test)]\n#[path = \"x.rs\"]\nmod samples;\nmod real;\n#[cfg(test)]\nuse a::b;\n";
        assert_eq!(Masked::new(text).test_modules(), ["samples"]);
    }
}
