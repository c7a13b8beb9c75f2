//! Suppression comments.
//!
//! In come a source and its pieces, out come the suppressions its comments ask for and, with a place and the
//! text to write instead, the comments that try to and fail.
//!
//! `-- checkrail: allow rule-name, other-rule (reason)` above a statement, inside it or at its end counts for that
//! statement, `-- checkrail: allow-file rule-name (reason)` for the whole file. The comments of other tools
//! (`super::foreign`) are recognised as well.

use super::foreign::{self, Reach};
use super::split::{Comment, PieceKind, Place, Script};
use crate::text::Span;

/// Which tool's comment it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `-- checkrail: allow …`.
    Checkrail,
    /// Another tool's: the rules are its own, and no reason is asked for.
    Tool(&'static str),
}

/// What a suppression counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The statement that is this piece of the script.
    Statement(usize),
    /// The whole file.
    File,
}

/// A request not to report findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Names of the rules as written; empty, which only other tools' comments may be, means all.
    pub rules: Vec<String>,
    /// Why; always present for our own comments.
    pub reason: Option<String>,
    /// The comment.
    pub span: Span,
    /// What it counts for.
    pub scope: Scope,
    /// Which tool's comment it is.
    pub origin: Origin,
}

/// A comment that is meant as a suppression but is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SuppressionError {
    /// The comment.
    pub span: Span,
    /// What is wrong, as a lowercase fragment.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

/// Finds the suppressions of a source, and the comments that fail to be one.
#[must_use]
pub fn suppressions(text: &str, script: &Script) -> (Vec<Suppression>, Vec<SuppressionError>) {
    let mut found = Vec::new();
    let mut errors = Vec::new();
    // Where the block of `safety-assured:start` begins, and the first statement in it.
    let mut block: Option<(Suppression, usize)> = None;
    let mut take = |comment: &Comment, piece: Option<usize>| {
        if comment.template {
            return;
        }
        if let Some((suppression, reach)) = others(comment.span, text) {
            match (reach, piece) {
                (Reach::File, _) => found.push(Suppression { scope: Scope::File, ..suppression }),
                (Reach::Statement, Some(piece)) => {
                    found.push(Suppression { scope: Scope::Statement(piece), ..suppression });
                }
                (Reach::Statement, None) => {}
                (Reach::Start, piece) => block = piece.map(|piece| (suppression, piece)),
                (Reach::End, piece) => {
                    let Some((start, first)) = block.take() else { return };
                    let inside = first..piece.unwrap_or(script.pieces.len());
                    found.extend(inside.map(|p| Suppression { scope: Scope::Statement(p), ..start.clone() }));
                }
            }
            return;
        }
        match read(comment.span, text) {
            Some(Ok((request, file))) => {
                let scope = if file { Some(Scope::File) } else { piece.map(Scope::Statement) };
                match scope {
                    Some(scope) => found.push(Suppression { scope, ..request }),
                    None => errors.push(SuppressionError {
                        span: comment.span,
                        message: "no statement follows this suppression".to_owned(),
                        help:
                            "put it above the statement, or write `allow-file` to suppress in the whole file"
                                .to_owned(),
                    }),
                }
            }
            Some(Err(error)) => errors.push(error),
            None => {}
        }
    };
    let is_statement = |kind: PieceKind| matches!(kind, PieceKind::Sql | PieceKind::Unterminated { .. });
    // The statement that a comment before piece `i` is about: the first at or after it.
    let mut next = vec![None; script.pieces.len()];
    let mut following = None;
    for (index, piece) in script.pieces.iter().enumerate().rev() {
        following = if is_statement(piece.kind) { Some(index) } else { following };
        next[index] = following;
    }
    for (index, piece) in script.pieces.iter().enumerate() {
        for comment in script.comments_of(piece) {
            let own = comment.place != Place::Before && is_statement(piece.kind);
            take(comment, if own { Some(index) } else { next[index] });
        }
    }
    for comment in script.trailing_comments() {
        take(comment, None);
    }
    (found, errors)
}

/// Reads one comment: `None` when it is no suppression, else the request (its scope still open) and whether it
/// is for the whole file.
fn read(span: Span, text: &str) -> Option<Result<(Suppression, bool), SuppressionError>> {
    let comment = span.slice(text);
    let body = body(comment);
    let keyword = "checkrail";
    let rest =
        body.get(..keyword.len()).filter(|w| w.eq_ignore_ascii_case(keyword)).map(|w| &body[w.len()..])?;
    ours(rest, comment, span).transpose()
}

/// The part behind `checkrail`. `Ok(None)` when the comment is about something else.
fn ours(rest: &str, comment: &str, span: Span) -> Result<Option<(Suppression, bool)>, SuppressionError> {
    let (open, close) = if comment.starts_with("/*") { ("/*", " */") } else { ("--", "") };
    let example =
        |verb: &str, rules: &str| format!("write `{open} checkrail: {verb} {rules} (reason){close}`");
    let error =
        |message: &str, help: String| Err(SuppressionError { span, message: message.to_owned(), help });

    let has_colon = rest.trim_start().starts_with(':');
    let rest = rest.trim_start().trim_start_matches(':').trim_start();
    let verb_end = rest.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(rest.len());
    let (verb, rest) = rest.split_at(verb_end);
    let file = match verb.to_ascii_lowercase().as_str() {
        "allow" => false,
        "allow-file" => true,
        // How the file is run is read elsewhere.
        "transaction" => return Ok(None),
        _ if !has_colon => return Ok(None),
        _ => {
            return error(
                &format!("unknown word {verb:?} after `checkrail:`"),
                example("allow", "rule-name"),
            );
        }
    };
    let (rules, reason) = match rest.split_once('(') {
        Some((rules, reason)) => (rules, Some(reason)),
        None => (rest, None),
    };
    let names: Vec<&str> = rules.split(',').map(str::trim).filter(|n| !n.is_empty()).collect();
    let verb = verb.to_ascii_lowercase();
    let listed = if names.is_empty() { "rule-name".to_owned() } else { names.join(", ") };
    if names.is_empty() {
        return error("the suppression names no rule", example(&verb, "rule-name"));
    }
    let is_name = |n: &str| n.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if let Some(bad) = names.iter().find(|n| !is_name(n)) {
        let words: Vec<&str> = names.iter().flat_map(|n| n.split_whitespace()).collect();
        let all_names = words.iter().all(|w| is_name(w));
        let help = example(&verb, if all_names { words.join(", ") } else { "rule-name".to_owned() }.as_str());
        return error(&format!("{bad:?} is not a rule name"), help);
    }
    let Some(reason) = reason else {
        return error("the suppression gives no reason", example(&verb, &listed));
    };
    let Some((reason, behind)) = reason.rsplit_once(')') else {
        return error("the reason's closing parenthesis is missing", example(&verb, &listed));
    };
    if !behind.trim().is_empty() {
        return error("text follows the reason", example(&verb, &listed));
    }
    if reason.trim().is_empty() {
        return error("the suppression's reason is empty", example(&verb, &listed));
    }
    if !has_colon {
        return error("the colon after `checkrail` is missing", example(&verb, &listed));
    }
    let rules = names.iter().map(ToString::to_string).collect();
    let reason = Some(reason.trim().to_owned());
    Ok(Some((Suppression { rules, reason, span, scope: Scope::File, origin: Origin::Checkrail }, file)))
}

/// What a comment says, without its marks.
fn body(comment: &str) -> &str {
    comment.trim_start_matches(['-', '#', '/', '*', ' ', '\t']).trim_end_matches(['/', '*']).trim()
}

/// Reads the comment of another tool, its scope still open.
fn others(span: Span, text: &str) -> Option<(Suppression, Reach)> {
    let body = body(span.slice(text));
    let found = foreign::read(body)?;
    let origin = Origin::Tool(found.tool);
    let reason = found.reason.or_else(|| Some(body.to_owned()));
    Some((Suppression { rules: found.rules, reason, span, scope: Scope::File, origin }, found.reach))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::Dialect;
    use crate::parse::split::split;

    fn read_all(text: &str) -> (Vec<Suppression>, Vec<SuppressionError>) {
        suppressions(text, &split(text, Dialect::PostgreSql))
    }

    /// Rules, reason and scope of the suppressions of a text without faulty ones.
    fn found(text: &str) -> Vec<(String, Option<String>, Scope)> {
        let (found, errors) = read_all(text);
        assert_eq!(errors, []);
        found.into_iter().map(|s| (s.rules.join("+"), s.reason, s.scope)).collect()
    }

    #[test]
    fn comments_above_inside_and_behind_a_statement() {
        let text = "SELECT 1;\n-- checkrail: allow rule-a, rule-b (small (tiny) table)\n-- more\n\nSELECT 2 /* CheckRail: \
                    allow rule-c (c) */\n + 1; -- checkrail: allow rule-d (d)\nSELECT 3;";
        let expected = [("rule-a+rule-b", "small (tiny) table"), ("rule-c", "c"), ("rule-d", "d")];
        let expected = expected.map(|(rules, r)| (rules.to_owned(), Some(r.to_owned()), Scope::Statement(1)));
        assert_eq!(found(text), expected);
    }

    #[test]
    fn commands_between_comment_and_statement_do_not_count() {
        let text = "-- checkrail: allow a (b)\n\\set x 1\nSELECT 1;\n/* checkrail: allow-file c (d) */";
        let scopes: Vec<Scope> = found(text).into_iter().map(|(_, _, scope)| scope).collect();
        assert_eq!(scopes, [Scope::Statement(1), Scope::File]);
    }

    #[test]
    fn comments_of_other_tools() {
        let text = "-- squawk-ignore ban-drop-column, ban-drop-table -- old\nDROP TABLE a;\n-- squawk-ignore-file\n\
                    -- squawk-ignored\n-- squawk-ignore x";
        let file = (String::new(), Some("squawk-ignore-file".to_owned()), Scope::File);
        let one = ("ban-drop-column+ban-drop-table".to_owned(), Some("old".to_owned()), Scope::Statement(0));
        assert_eq!(found(text), [one, file]);
        assert!(read_all(text).0.iter().all(|s| s.origin == Origin::Tool("squawk")));
    }

    #[test]
    fn blocks_of_another_tool() {
        let text = "DROP TABLE a;\n-- safety-assured:start\nDROP TABLE b;\nDROP TABLE c;\n-- safety-assured:end\n\
                    DROP TABLE d;\n-- safety-assured:start\nDROP TABLE e;\n-- safety-assured:end\n";
        let scopes: Vec<Scope> = found(text).into_iter().map(|(_, _, scope)| scope).collect();
        assert_eq!(scopes, [1, 2, 4].map(Scope::Statement));
        assert_eq!(
            found("-- safety-assured:start\nDROP TABLE a;"),
            [],
            "without its end it is nothing there either"
        );
    }

    #[test]
    fn faults_are_explained() {
        for (comment, message, help) in [
            ("-- checkrail: allow a", "gives no reason", "`-- checkrail: allow a (reason)`"),
            ("-- checkrail: allow a ()", "reason is empty", "`-- checkrail: allow a (reason)`"),
            ("-- checkrail: allow (why)", "names no rule", "allow rule-name (reason)"),
            ("-- checkrail: allow a b (why)", "\"a b\" is not a rule name", "allow a, b (reason)"),
            ("-- checkrail: allow a (why", "closing parenthesis", "allow a (reason)"),
            ("-- checkrail: allow a (why) now", "text follows", "allow a (reason)"),
            ("-- checkrail: ignore a (why)", "unknown word \"ignore\"", "checkrail: allow"),
            ("-- checkrail allow a (why)", "colon", "checkrail: allow a (reason)"),
            ("/* checkrail: allow-file a */", "gives no reason", "`/* checkrail: allow-file a (reason) */`"),
        ] {
            let (found, errors) = read_all(&format!("{comment}\nSELECT 1;"));
            assert_eq!(found, [], "{comment}");
            assert_eq!(errors.len(), 1, "{comment}");
            assert!(errors[0].message.contains(message), "{comment}: {}", errors[0].message);
            assert!(errors[0].help.contains(help), "{comment}: {}", errors[0].help);
            assert_eq!(errors[0].span.slice(comment), comment);
        }
        let (found, errors) = read_all("SELECT 1;\n\n-- checkrail: allow a (b)");
        assert_eq!((found.len(), errors.len()), (0, 1));
    }

    #[test]
    fn other_comments_are_none() {
        let text = "-- checkrail reviews this file\n-- checkrail: transaction none\n-- checkrails\nSELECT '-- checkrail: allow';";
        assert_eq!(read_all(text), (vec![], vec![]));
    }
}
