//! The walk over a PL/pgSQL tree: each statement with its place and the conditions it runs under.

use serde_json::Value;

use crate::parse::postgres::constant::evaluate;
use crate::parse::postgres::literal::Literal;
use crate::parse::postgres::routine::{BodyKind, BodyStatement, Lines};
use crate::text::{Span, offset};

/// How far behind the start of its line a statement is looked for.
const WINDOW: usize = 4096;

/// Lists the statements of the tree of one routine. The error names a statement the walk does not know.
pub(super) fn statements(
    tree: &Value,
    body: &str,
    lines: &Lines,
    literal: &Literal<'_>,
) -> Result<Vec<BodyStatement>, String> {
    let mut walk = Walk { body, lines, literal, found: 0, returned: false, unknown: None, out: Vec::new() };
    for function in list(tree) {
        let function = &function["PLpgSQL_function"];
        let declared = Context { conditional: true, ..Context::default() };
        for variable in list(&function["datums"]).iter().map(|datum| &datum["PLpgSQL_var"]) {
            let line = line_of(variable);
            walk.expression(&variable["default_val"], line, Context::default());
            walk.expr(BodyKind::Query, &variable["cursor_explicit_expr"], line, declared);
        }
        walk.found = 0;
        if let Some(action) = function["action"].as_object() {
            for (kind, node) in action {
                walk.statement(kind, node, Context::default());
            }
        }
    }
    match walk.unknown {
        Some(kind) => Err(format!("the PL/pgSQL statement {kind} is not known")),
        None => Ok(walk.out),
    }
}

/// The conditions a statement runs under.
#[derive(Clone, Copy, Default)]
struct Context {
    conditional: bool,
    repeated: bool,
    guarded: bool,
}

struct Walk<'a> {
    body: &'a str,
    lines: &'a Lines,
    literal: &'a Literal<'a>,
    /// End of the statement found last.
    found: usize,
    /// Whether a conditional `RETURN` was passed.
    returned: bool,
    unknown: Option<String>,
    out: Vec<BodyStatement>,
}

impl Walk<'_> {
    fn body(&mut self, statements: &Value, context: Context) {
        for statement in list(statements) {
            for (kind, node) in statement.as_object().into_iter().flatten() {
                self.statement(kind, node, context);
            }
        }
    }

    fn statement(&mut self, kind: &str, node: &Value, context: Context) {
        let line = line_of(node);
        let branch = Context { conditional: true, ..context };
        let turn = Context { conditional: true, repeated: true, ..context };
        match kind.strip_prefix("PLpgSQL_stmt_").unwrap_or(kind) {
            "block" => self.block(node, context),
            "assign" => self.expr(BodyKind::Assign, &node["expr"], line, context),
            "if" => {
                self.expression(&node["cond"], line, context);
                self.body(&node["then_body"], branch);
                for part in list(&node["elsif_list"]).iter().map(|part| &part["PLpgSQL_if_elsif"]) {
                    self.expression(&part["cond"], line_of(part), branch);
                    self.body(&part["stmts"], branch);
                }
                self.body(&node["else_body"], branch);
            }
            "case" => {
                self.expression(&node["t_expr"], line, context);
                for part in list(&node["case_when_list"]).iter().map(|part| &part["PLpgSQL_case_when"]) {
                    self.when(&part["expr"], line_of(part), branch);
                    self.body(&part["stmts"], branch);
                }
                self.body(&node["else_stmts"], branch);
            }
            "loop" => self.body(&node["body"], turn),
            "while" => {
                self.expression(&node["cond"], line, Context { repeated: true, ..context });
                self.body(&node["body"], turn);
            }
            "fori" => {
                for bound in ["lower", "upper", "step"] {
                    self.expression(&node[bound], line, context);
                }
                self.body(&node["body"], turn);
            }
            "fors" => {
                self.expr(BodyKind::Query, &node["query"], line, context);
                self.body(&node["body"], turn);
            }
            "forc" => {
                self.expression(&node["argquery"], line, context);
                self.body(&node["body"], turn);
            }
            "foreach_a" => {
                self.expression(&node["expr"], line, context);
                self.body(&node["body"], turn);
            }
            "dynfors" => {
                self.dynamic(BodyKind::Query, node, "query", line, context);
                self.body(&node["body"], turn);
            }
            "exit" => self.expression(&node["cond"], line, context),
            "return" => {
                self.expression(&node["expr"], line, context);
                self.returned |= context.conditional;
            }
            "return_next" | "fetch" => self.expression(&node["expr"], line, context),
            "return_query" => {
                self.expr(BodyKind::Query, &node["query"], line, context);
                self.dynamic(BodyKind::Query, node, "dynquery", line, context);
            }
            "raise" => {
                self.parameters(node, line, context);
                for option in list(&node["options"]) {
                    self.expression(&option["PLpgSQL_raise_option"]["expr"], line, context);
                }
                // The level is 21 for errors (`elog.h`), and not there where it is that.
                let certain = !context.conditional && !self.returned;
                if certain && node["elog_level"].as_u64().is_none_or(|level| level >= 21) {
                    let message = node["message"].as_str().or_else(|| node["condname"].as_str());
                    self.emit(BodyKind::Raise, message.unwrap_or(""), line, context);
                }
            }
            "assert" => {
                self.expression(&node["cond"], line, context);
                self.expression(&node["message"], line, branch);
            }
            "execsql" => self.expr(BodyKind::Static, &node["sqlstmt"], line, context),
            "dynexecute" => self.dynamic(BodyKind::Static, node, "query", line, context),
            "open" => {
                self.expression(&node["argquery"], line, context);
                self.expr(BodyKind::Query, &node["query"], line, context);
                self.dynamic(BodyKind::Query, node, "dynquery", line, context);
            }
            "perform" => self.expr(BodyKind::Perform, &node["expr"], line, context),
            "call" => self.expr(BodyKind::Call, &node["expr"], line, context),
            "commit" => self.emit(BodyKind::Static, "COMMIT", line, context),
            "rollback" => self.emit(BodyKind::Static, "ROLLBACK", line, context),
            "getdiag" | "close" => {}
            other => self.unknown = Some(other.to_owned()),
        }
    }

    fn block(&mut self, node: &Value, context: Context) {
        let handlers = list(&node["exceptions"]["PLpgSQL_exception_block"]["exc_list"]);
        let guarded = !handlers.is_empty();
        let inner = Context {
            conditional: context.conditional || guarded,
            guarded: context.guarded || guarded,
            ..context
        };
        self.body(&node["body"], inner);
        for handler in handlers {
            let context = Context { conditional: true, ..context };
            self.body(&handler["PLpgSQL_exception"]["action"], context);
        }
    }

    /// The values of a `WHEN`, which the compiler compares with a variable of its own.
    fn when(&mut self, node: &Value, line: u32, context: Context) {
        let Some(sql) = query(node) else { return };
        let values = sql
            .strip_prefix("\"__Case__Variable_")
            .and_then(|rest| rest.split_once("__\" IN (")?.1.strip_suffix(')'));
        self.emit(BodyKind::Expression, values.unwrap_or(sql), line, context);
        if let Some(values) = values
            && let Some(statement) = self.out.last_mut()
        {
            statement.sql = format!("({values})");
        }
    }

    /// A statement whose text is the value of an expression: known when that is constant, as a `known` one.
    fn dynamic(&mut self, known: BodyKind, node: &Value, field: &str, line: u32, context: Context) {
        let Some(expression) = query(&node[field]) else { return };
        self.emit(BodyKind::Dynamic, expression, line, context);
        if let Some(sql) = evaluate(expression)
            && let Some(statement) = self.out.last_mut()
        {
            statement.kind = known;
            statement.sql = sql;
        }
        self.parameters(node, line, context);
    }

    fn parameters(&mut self, node: &Value, line: u32, context: Context) {
        for parameter in list(&node["params"]) {
            self.expression(parameter, line, context);
        }
    }

    fn expression(&mut self, node: &Value, line: u32, context: Context) {
        self.expr(BodyKind::Expression, node, line, context);
    }

    fn expr(&mut self, kind: BodyKind, node: &Value, line: u32, context: Context) {
        if let Some(sql) = query(node) {
            self.emit(kind, sql, line, context);
        }
    }

    fn emit(&mut self, kind: BodyKind, sql: &str, line: u32, context: Context) {
        let (start, end) = self.locate(kind, sql, line);
        let place = |at: usize| self.literal.source(offset(at));
        self.out.push(BodyStatement {
            kind,
            sql: sql.to_owned(),
            line: self.lines.line(offset(start)),
            span: Span::new(place(start), place(end)),
            conditional: context.conditional || self.returned,
            repeated: context.repeated,
            guarded: context.guarded,
        });
    }

    /// Finds a statement's text in the body. The compiler copies it from there, save for `PERFORM`, which becomes
    /// `SELECT`, and for `INTO` and its targets, which become blanks. What is not found has its line's place.
    fn locate(&mut self, kind: BodyKind, sql: &str, line: u32) -> (usize, usize) {
        let needle = if kind == BodyKind::Perform { sql.get(6..).unwrap_or(sql).trim_start() } else { sql };
        let from_line = self.lines.start(line) as usize;
        let find = |from: usize, needle: &str| {
            let mut to = (from + needle.len() + WINDOW).min(self.body.len());
            while !self.body.is_char_boundary(to) {
                to += 1;
            }
            let found = find_ignoring_case(&self.body[from..to], needle);
            found.filter(|_| !needle.is_empty()).map(|at| from + at)
        };
        let from = if self.found > from_line { self.found } else { from_line };
        let before_into = sql.find("      ").map_or("", |at| sql[..at].trim_end());
        let found = find(from, needle)
            .or_else(|| find(from_line, needle))
            .map(|at| (at, at + needle.len()))
            .or_else(|| find(from, before_into).map(|at| (at, (at + sql.len()).min(self.body.len()))));
        let Some((start, mut end)) = found else {
            let rest = &self.body[from_line..];
            let text = rest.split('\n').next().unwrap_or(rest);
            let start = from_line + text.len() - text.trim_start().len();
            return (start, (from_line + text.trim_end().len()).max(start));
        };
        while !self.body.is_char_boundary(end) {
            end += 1;
        }
        self.found = end;
        (self.with_keyword(start), end)
    }

    /// Moves a start back over the `EXECUTE` or `PERFORM` before it.
    fn with_keyword(&self, start: usize) -> usize {
        let before = self.body[..start].trim_end();
        let keyword = before.len().checked_sub(7).filter(|at| {
            let word = before.get(*at..).unwrap_or("");
            word.eq_ignore_ascii_case("execute") || word.eq_ignore_ascii_case("perform")
        });
        keyword.unwrap_or(start)
    }
}

/// `COMMIT` and `ROLLBACK` are looked for by a name we gave them; all else is found as written.
fn find_ignoring_case(text: &str, needle: &str) -> Option<usize> {
    text.find(needle).or_else(|| {
        let short = needle.len() <= "ROLLBACK".len();
        let windows = text.as_bytes().windows(needle.len().max(1));
        windows
            .enumerate()
            .find(|(_, w)| short && w.eq_ignore_ascii_case(needle.as_bytes()))
            .map(|(at, _)| at)
    })
}

fn query(expr: &Value) -> Option<&str> {
    expr["PLpgSQL_expr"]["query"].as_str()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn line_of(node: &Value) -> u32 {
    node["lineno"].as_u64().and_then(|line| u32::try_from(line).ok()).unwrap_or(1)
}
