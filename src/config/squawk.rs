//! `.squawk.toml`, the configuration of squawk, as far as it has a meaning here.
//!
//! In: its text. Out: [`Squawk`]. Only the part of TOML is read that such a file can be made of: tables, texts, lists of
//! texts, booleans and numbers.

use super::ConfigError;

/// What a `.squawk.toml` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Squawk {
    /// Rules that do not run.
    pub excluded_rules: Vec<String>,
    /// Rules that run although they do not by themselves.
    pub included_rules: Vec<String>,
    /// Globs of files that are not looked at.
    pub excluded_paths: Vec<String>,
    /// The server's version, as `13.0`.
    pub pg_version: Option<String>,
    /// Whether every file runs in a transaction.
    pub assume_in_transaction: Option<bool>,
    /// Keys without a meaning here, with their tables.
    pub others: Vec<String>,
}

/// A value.
enum Value {
    Texts(Vec<String>),
    Bare(String),
}

impl Squawk {
    /// Reads a file.
    ///
    /// # Errors
    /// What cannot be read, with the line.
    pub fn parse(path: &str, text: &str) -> Result<Self, ConfigError> {
        let mut reader = Reader { text, at: 0 };
        let mut squawk = Self::default();
        let mut table = String::new();
        loop {
            reader.skip_blanks();
            if reader.rest().is_empty() {
                return Ok(squawk);
            }
            let line = reader.line();
            let error = |message: &str| ConfigError {
                path: path.to_owned(),
                line: Some(line),
                message: message.to_owned(),
            };
            if reader.takes('[') {
                let name = reader.until(']').ok_or_else(|| error("the table's name has no end"))?;
                table = name.trim_matches(['[', ']', ' ']).to_owned() + ".";
                reader.takes(']');
                continue;
            }
            let key = reader.until('=').filter(|key| !key.contains('\n'));
            let key = key.ok_or_else(|| error("expected `key = value`"))?;
            let key = format!("{table}{}", key.trim().trim_matches(['"', '\'']));
            let value = reader.value().ok_or_else(|| error("this value cannot be read"))?;
            let wrong = || error(&format!("{key} has a value of another kind than squawk takes"));
            match (key.as_str(), value) {
                ("excluded_rules", Value::Texts(list)) => squawk.excluded_rules = list,
                ("included_rules", Value::Texts(list)) => squawk.included_rules = list,
                ("excluded_paths", Value::Texts(list)) => squawk.excluded_paths = list,
                ("pg_version", Value::Texts(list)) => squawk.pg_version = list.into_iter().next(),
                ("assume_in_transaction", Value::Bare(word)) => {
                    squawk.assume_in_transaction = Some(word.parse().map_err(|_| wrong())?);
                }
                (
                    "excluded_rules"
                    | "included_rules"
                    | "excluded_paths"
                    | "pg_version"
                    | "assume_in_transaction",
                    _,
                ) => return Err(wrong()),
                _ => squawk.others.push(key),
            }
        }
    }
}

/// A place in the text.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn line(&self) -> usize {
        self.text.get(..self.at).unwrap_or("").matches('\n').count() + 1
    }

    /// Blanks, line breaks and comments.
    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start().len();
            let comment = match rest.trim_start().strip_prefix('#') {
                Some(comment) => comment.find('\n').unwrap_or(comment.len()) + 1,
                None => 0,
            };
            if blank + comment == 0 {
                return;
            }
            self.at += blank + comment;
        }
    }

    fn takes(&mut self, wanted: char) -> bool {
        let found = self.rest().starts_with(wanted);
        self.at += if found { wanted.len_utf8() } else { 0 };
        found
    }

    /// What stands before a character, which is taken too.
    fn until(&mut self, end: char) -> Option<&'a str> {
        let found = self.rest().split_once(end)?.0;
        self.at += found.len() + end.len_utf8();
        Some(found)
    }

    fn text(&mut self) -> Option<String> {
        let quote = self.rest().chars().next().filter(|c| matches!(c, '"' | '\''))?;
        self.takes(quote);
        let raw = self.until(quote)?;
        Some(if quote == '"' { raw.replace("\\\\", "\\") } else { raw.to_owned() })
    }

    fn value(&mut self) -> Option<Value> {
        self.skip_blanks();
        if self.takes('[') {
            let mut list = Vec::new();
            loop {
                self.skip_blanks();
                if self.takes(']') {
                    return Some(Value::Texts(list));
                }
                list.push(self.text()?);
                self.skip_blanks();
                self.takes(',');
            }
        }
        if self.rest().starts_with(['"', '\'']) {
            return self.text().map(|text| Value::Texts(vec![text]));
        }
        let rest = self.rest();
        let end = rest.find(['\n', '#']).unwrap_or(rest.len());
        self.at += end;
        let word = rest.get(..end)?.trim();
        (!word.is_empty()).then(|| Value::Bare(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_holds() {
        let text = "# ours\npg_version = \"13.0\" # old\nexcluded_rules = [\n  \"ban-drop-column\", # yes\n  'prefer-text-field',\n]\n\
                    excluded_paths = [\"old/*.sql\"]\nassume_in_transaction = true\n[upload_to_github]\nfail_on_violations = true\n";
        let squawk = Squawk::parse(".squawk.toml", text).expect("valid");
        assert_eq!(squawk.excluded_rules, ["ban-drop-column", "prefer-text-field"]);
        assert_eq!(squawk.excluded_paths, ["old/*.sql"]);
        assert_eq!((squawk.pg_version.as_deref(), squawk.assume_in_transaction), (Some("13.0"), Some(true)));
        assert_eq!(squawk.others, ["upload_to_github.fail_on_violations"]);
        assert_eq!(Squawk::parse("x", "").expect("empty"), Squawk::default());
    }

    #[test]
    fn mistakes_have_a_line() {
        for (text, message) in [
            ("excluded_rules = [\n  ban-drop-column\n]", "x:1: this value cannot be read"),
            ("\n\nnonsense\n", "x:3: expected `key = value`"),
            (
                "a = 1\nassume_in_transaction = \"yes\"\n",
                "x:2: assume_in_transaction has a value of another kind",
            ),
            ("excluded_rules = [\"a\"", "x:1: this value cannot be read"),
            ("[table", "x:1: the table's name has no end"),
        ] {
            let error = Squawk::parse("x", text).expect_err(text).to_string();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
