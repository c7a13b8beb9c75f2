//! Function calls, and the forms with keywords that the grammar turns into calls.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, CoercionForm, a_const::Val};

use super::Printer;
use super::operator::Level;
use crate::quote::{keyword, quote_literal};

/// The function behind a keyword form such as `EXTRACT(… FROM …)`; `None` for a plain call.
pub(in crate::parse::postgres) fn sql_syntax(call: &pb::FuncCall) -> Option<&str> {
    if call.funcformat() != CoercionForm::CoerceSqlSyntax {
        return None;
    }
    match call.funcname.last().and_then(|n| n.node.as_ref()) {
        Some(NodeEnum::String(name)) => Some(&name.sval),
        _ => None,
    }
}

fn is_name(node: &pb::Node, name: &str) -> bool {
    matches!(&node.node, Some(NodeEnum::String(s)) if s.sval == name)
}

fn string(node: &pb::Node) -> Option<&str> {
    match &node.node {
        Some(NodeEnum::AConst(pb::AConst { val: Some(Val::Sval(s)), .. })) => Some(&s.sval),
        _ => None,
    }
}

impl Printer {
    pub(super) fn call(&mut self, call: &pb::FuncCall) {
        if let Some(name) = sql_syntax(call)
            && self.keyword_form(name, &call.args)
        {
            return;
        }
        match &call.funcname[..] {
            // Unquoted, the grammar takes it for `OPERATOR(s.+)`.
            [name] if is_name(name, "operator") => self.push("\"operator\""),
            name => self.names(name),
        }
        self.push("(");
        if call.agg_distinct {
            self.push("DISTINCT ");
        }
        if call.agg_star {
            self.push("*");
        }
        for (i, arg) in call.args.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            if call.func_variadic && i + 1 == call.args.len() {
                self.push("VARIADIC ");
            }
            self.node(arg, Level::Or);
        }
        if !call.agg_order.is_empty() && !call.agg_within_group {
            self.push(" ");
            self.order_by(&call.agg_order);
        }
        self.push(")");
        if call.agg_within_group {
            self.push(" WITHIN GROUP (");
            self.order_by(&call.agg_order);
            self.push(")");
        }
        if call.agg_filter.is_some() {
            self.push(" FILTER (WHERE ");
            self.child(call.agg_filter.as_deref(), Level::Or);
            self.push(")");
        }
        if let Some(window) = &call.over {
            self.push(" OVER ");
            self.window(window);
        }
    }

    /// Prints the keyword form of a call; false when the arguments fit none.
    fn keyword_form(&mut self, name: &str, args: &[pb::Node]) -> bool {
        match (name, args) {
            ("extract", [field, from]) => {
                self.push("EXTRACT(");
                self.extract_field(field);
                self.push(" FROM ");
                self.node(from, Level::Or);
                self.push(")");
            }
            ("overlay", [text, new, from, rest @ ..]) if rest.len() < 2 => {
                self.push("OVERLAY(");
                self.node(text, Level::Or);
                self.words(&[(" PLACING ", new), (" FROM ", from)]);
                self.words(&rest.iter().map(|n| (" FOR ", n)).collect::<Vec<_>>());
                self.push(")");
            }
            ("substring", [text, from, rest @ ..]) if rest.len() < 2 => {
                self.push("SUBSTRING(");
                self.node(text, Level::Or);
                self.words(&[(" FROM ", from)]);
                self.words(&rest.iter().map(|n| (" FOR ", n)).collect::<Vec<_>>());
                self.push(")");
            }
            ("position", [text, part]) => {
                self.push("POSITION(");
                // Both are a `b_expr`.
                self.node(part, Level::Cast);
                self.push(" IN ");
                self.node(text, Level::Cast);
                self.push(")");
            }
            ("btrim", _) => self.trim("TRIM(", args),
            ("ltrim", _) => self.trim("TRIM(LEADING ", args),
            ("rtrim", _) => self.trim("TRIM(TRAILING ", args),
            ("timezone", [zone, value]) => {
                self.node(value, Level::At);
                self.push(" AT TIME ZONE ");
                self.node(zone, Level::At.next());
            }
            ("timezone", [value]) => {
                self.node(value, Level::At);
                self.push(" AT LOCAL");
            }
            ("overlaps", [a, b, c, d]) => {
                for (word, node) in [("(", a), (", ", b), (") OVERLAPS (", c), (", ", d)] {
                    self.push(word);
                    self.node(node, Level::Or);
                }
                self.push(")");
            }
            ("pg_collation_for", [value]) => {
                self.push("COLLATION FOR (");
                self.node(value, Level::Or);
                self.push(")");
            }
            ("normalize", [text, rest @ ..]) if rest.len() < 2 => {
                self.push("NORMALIZE(");
                self.node(text, Level::Or);
                if let Some(form) = rest.first().and_then(string) {
                    self.push(", ");
                    self.push(form);
                }
                self.push(")");
            }
            ("is_normalized", [text, rest @ ..]) if rest.len() < 2 => {
                self.node(text, Level::Is.next());
                self.push(" IS ");
                if let Some(form) = rest.first().and_then(string) {
                    self.push(form);
                    self.push(" ");
                }
                self.push("NORMALIZED");
            }
            ("xmlexists", [path, document]) => {
                self.push("XMLEXISTS(");
                self.node(path, Level::Atom);
                self.push(" PASSING ");
                self.node(document, Level::Atom);
                self.push(")");
            }
            ("system_user", []) => self.push("SYSTEM_USER"),
            _ => return false,
        }
        true
    }

    fn words(&mut self, parts: &[(&str, &pb::Node)]) {
        for (word, node) in parts {
            self.push(word);
            self.node(node, Level::Or);
        }
    }

    /// The field of `EXTRACT` is an identifier, one of six keywords, or a string.
    fn extract_field(&mut self, field: &pb::Node) {
        let Some(name) = string(field) else { return self.node(field, Level::Or) };
        let plain = name.bytes().all(|b| b.is_ascii_lowercase())
            && !name.is_empty()
            && (keyword(name).is_none()
                || matches!(name, "year" | "month" | "day" | "hour" | "minute" | "second"));
        if plain { self.push(name) } else { self.push(&quote_literal(name)) }
    }

    fn trim(&mut self, opening: &str, args: &[pb::Node]) {
        self.push(opening);
        if let [text, characters] = args {
            self.node(characters, Level::Or);
            self.push(" FROM ");
            self.node(text, Level::Or);
        } else {
            self.list(args);
        }
        self.push(")");
    }
}
