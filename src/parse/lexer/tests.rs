use proptest::prelude::*;

use super::{Construct, Lexer, TokenKind as K};
use crate::name::Dialect::{self, MySql, PostgreSql, Sqlite};

/// Kinds and texts of the tokens that are no white space.
fn lex(text: &str, dialect: Dialect) -> Vec<(K, &str)> {
    Lexer::new(text, dialect).filter(|t| t.kind != K::Whitespace).map(|t| (t.kind, t.text(text))).collect()
}

fn texts(text: &str, dialect: Dialect) -> Vec<&str> {
    lex(text, dialect).into_iter().map(|(_, t)| t).collect()
}

fn kind(text: &str, dialect: Dialect) -> K {
    let tokens = lex(text, dialect);
    assert_eq!(tokens.len(), 1, "{text:?} is {tokens:?}");
    tokens[0].0
}

#[test]
fn words_and_quoted_identifiers() {
    assert_eq!(
        texts("a$1 _b ünï.\"x\"\"y\" U&\"d\\0061t\"", PostgreSql),
        ["a$1", "_b", "ünï", ".", "\"x\"\"y\"", "U&\"d\\0061t\""]
    );
    assert_eq!(kind("U&\"x\"", PostgreSql), K::UnicodeIdent);
    assert_eq!(lex("`a``b`", MySql), [(K::QuotedIdent, "`a``b`")]);
    assert_eq!(lex("[a b]", Sqlite), [(K::QuotedIdent, "[a b]")]);
    assert_eq!(kind("\"a\\\"b\"", MySql), K::String);
}

#[test]
fn strings() {
    assert_eq!(kind("'it''s \\'", PostgreSql), K::String);
    assert_eq!(kind("'it\\'s'", MySql), K::String);
    assert_eq!(kind("e'it\\'s'", PostgreSql), K::EscapeString);
    assert_eq!(kind("U&'\\0041'", PostgreSql), K::UnicodeString);
    assert_eq!(kind("b'01'", PostgreSql), K::BitString);
    assert_eq!(kind("X'ff'", Sqlite), K::BitString);
    assert_eq!(kind("N'x'", PostgreSql), K::NationalString);
    assert_eq!(lex("e'x'", MySql), [(K::Ident, "e"), (K::String, "'x'")]);
}

#[test]
fn strings_continue_on_the_next_line() {
    assert_eq!(kind("'a' -- one\n  -- two\r\n 'b'", PostgreSql), K::String);
    assert_eq!(texts("'a' 'b'", PostgreSql), ["'a'", "'b'"]);
    assert_eq!(texts("'a'\n/**/'b'", PostgreSql), ["'a'", "/**/", "'b'"]);
    assert_eq!(texts("'a'\n'b'", MySql), ["'a'", "'b'"]);
    assert_eq!(kind("E'a'\n'\\'b'", PostgreSql), K::EscapeString);
}

#[test]
fn dollar_quotes() {
    assert_eq!(kind("$$ ' $a$ $ $$", PostgreSql), K::DollarString);
    assert_eq!(kind("$a$ $$ $b$ $a$", PostgreSql), K::DollarString);
    assert_eq!(texts("a$$b$$c", PostgreSql), ["a$$b$$c"]);
    assert_eq!(lex("$1 $a", PostgreSql), [(K::Param, "$1"), (K::Other, "$"), (K::Ident, "a")]);
    assert_eq!(kind("$a$ $", PostgreSql), K::Unterminated(Construct::DollarString));
}

#[test]
fn numbers() {
    for number in ["1", "1.", ".5", "1.5e-3", "1e10", "0x1F", "0o17", "0b101", "1_000_000", "12abc"] {
        assert_eq!(kind(number, PostgreSql), K::Number, "{number}");
    }
    assert_eq!(texts("1..10", PostgreSql), ["1", "..", "10"]);
    assert_eq!(texts("1$2", PostgreSql), ["1", "$2"]);
    assert_eq!(texts("t.5-3", PostgreSql), ["t", ".5", "-", "3"]);
}

#[test]
fn operators_follow_the_server() {
    assert_eq!(texts("a=-1", PostgreSql), ["a", "=", "-", "1"]);
    assert_eq!(texts("a@-1", PostgreSql), ["a", "@-", "1"]);
    assert_eq!(texts("+-+1", PostgreSql), ["+", "-", "+", "1"]);
    assert_eq!(texts("a<*-b", PostgreSql), ["a", "<*", "-", "b"]);
    assert_eq!(texts("a<--b", PostgreSql), ["a", "<", "--b"]);
    assert_eq!(texts("a*/*c*/b", PostgreSql), ["a", "*", "/*c*/", "b"]);
    assert_eq!(texts("a::int := b => c", PostgreSql), ["a", "::", "int", ":=", "b", "=>", "c"]);
}

#[test]
fn comments() {
    assert_eq!(
        lex("-- a\r\n/* b /* c */ d */", PostgreSql),
        [(K::LineComment, "-- a"), (K::BlockComment, "/* b /* c */ d */")]
    );
    assert_eq!(texts("/* a /* b */ c", MySql), ["/* a /* b */", "c"]);
    assert_eq!(texts("1--1 -- x", MySql), ["1", "--", "1", "-- x"]);
    assert_eq!(texts("a # b\nc", MySql), ["a", "# b", "c"]);
    assert_eq!(texts("/*!40101 SET @a=1 */;", MySql), ["/*!40101", "SET", "@", "a", "=", "1", "*/", ";"]);
    assert_eq!(kind("/* /* */", PostgreSql), K::Unterminated(Construct::BlockComment));
}

#[test]
fn psql_variables_and_what_only_looks_like_one() {
    for variable in [":name", ":'name'", ":\"name\"", ":{?name}"] {
        assert_eq!(kind(variable, PostgreSql), K::PsqlVar, "{variable}");
    }
    assert_eq!(
        texts("a[lo:hi]::int[] :x", PostgreSql),
        ["a", "[", "lo", ":", "hi", "]", "::", "int", "[", "]", ":x"]
    );
    assert_eq!(lex(":1 : x", PostgreSql)[0], (K::Colon, ":"));
    assert_eq!(kind(":x", Sqlite), K::Param);
    assert_eq!(texts("lbl:BEGIN", MySql), ["lbl", ":", "BEGIN"]);
}

#[test]
fn placeholders() {
    assert_eq!(
        lex("{{ index .O \"it's\" }}_x", PostgreSql),
        [(K::Placeholder, "{{ index .O \"it's\" }}"), (K::Ident, "_x")]
    );
    assert_eq!(lex("a${b}c", PostgreSql), [(K::Ident, "a"), (K::Placeholder, "${b}"), (K::Ident, "c")]);
    assert_eq!(kind("{{{raw}}}", PostgreSql), K::Placeholder);
    for control in ["{{- if .X }}", "{{/* don't */}}", "{% set a = 1 %}", "{# ' #}", "{{ $x := 1 }}"] {
        assert_eq!(kind(control, PostgreSql), K::TemplateControl, "{control}");
    }
    assert_eq!(texts("{{ x", PostgreSql), ["{", "{", "x"]);
    assert_eq!(kind("'{{1,2},{3,4}}'", PostgreSql), K::String);
    assert_eq!(
        texts("\"a{{ .Get \"x\" \"y\" }}_b\".c", PostgreSql),
        ["\"a{{ .Get \"x\" \"y\" }}_b\"", ".", "c"]
    );
    assert_eq!(texts("\"{{\" || \"}}\"\n", PostgreSql).len(), 1);
    assert_eq!(texts("\"{{\" ||\n \"}}\"", PostgreSql), ["\"{{\"", "||", "\"}}\""]);
}

#[test]
fn mysql_delimiter_cuts_words() {
    let text = "END$$x //;";
    let mut lexer = Lexer::new(text, MySql);
    lexer.set_delimiter(Some("$$"));
    let tokens: Vec<_> = lexer.map(|t| (t.kind, t.text(text))).collect();
    assert_eq!(tokens[..3], [(K::Ident, "END"), (K::Delimiter, "$$"), (K::Ident, "x")]);
    assert_eq!(tokens.last(), Some(&(K::Semicolon, ";")));
}

#[test]
fn long_runs_take_linear_time() {
    let size = 2_000_000;
    for part in [
        "+-", "{{", "${", "$a", "a$$", "'", ":'a", "/*", "--", "$", "[", "U&", "{{}}", "*/", "\\", "\"{{",
        "\"{{\"",
    ] {
        let text = part.repeat(size / part.len());
        for dialect in [PostgreSql, MySql, Sqlite] {
            let mut lexer = Lexer::new(&text, dialect);
            lexer.set_delimiter(Some("$$").filter(|_| dialect == MySql));
            assert!(lexer.count() > 0);
        }
    }
}

#[test]
fn byte_order_mark_is_white_space_only_at_the_start() {
    let tokens: Vec<_> = Lexer::new("\u{feff}a \u{feff}b", PostgreSql).map(|t| t.kind).collect();
    assert_eq!(tokens, [K::Whitespace, K::Ident, K::Whitespace, K::Ident]);
}

/// Text made of the pieces that matter to the lexer.
fn sqlish() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "'", "\"", "`", "[", "]", "$$", "$a$", "$", "/*", "*/", "/*!", "--", "#", "\n", " ", "\\", ";", ":",
        "::", "{{", "}}", "${", "}", "E'", "U&\"", "a", "ü", "1", ".", "e", "+", "-", "=", "(", ")", "\0",
        "\r", "\u{feff}", "\\.", "CREATE", "BEGIN", "END",
    ]);
    prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn spans_tile_the_text(text in prop_oneof![sqlish(), any::<String>()], delimiter in "[$/;a]{0,2}") {
        for dialect in [PostgreSql, MySql, Sqlite] {
            let mut lexer = Lexer::new(&text, dialect);
            lexer.set_delimiter(Some(delimiter.as_str()));
            let mut at = 0;
            for token in lexer {
                prop_assert_eq!(token.span.start, at);
                prop_assert!(token.span.end > at);
                prop_assert!(text.is_char_boundary(token.span.end as usize));
                at = token.span.end;
            }
            prop_assert_eq!(at as usize, text.len());
        }
    }
}
