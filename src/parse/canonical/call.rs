//! Function calls, aggregates and windows.

use pg_query::protobuf as pb;

use super::reader::Reader;
use super::tree::{Kind, Node, Value};
use crate::name::QName;
use crate::parse::postgres::lower::names::qname;

impl Reader<'_> {
    pub(super) fn call(&mut self, n: &pb::FuncCall) -> Node {
        let name = self.function_name(&n.funcname);
        let mut args = self.all(&n.args);
        if n.agg_star {
            args.push(Node::word("*"));
        }
        if n.func_variadic {
            variadic(&mut args);
        }
        // A word in the standard's spelling, a call in the server's.
        let call = match (&*name.name, &args[..]) {
            ("now" | "transaction_timestamp", []) if name.schema.is_none() => {
                Node::function("now", Vec::new())
            }
            ("extract", _) if name.schema.is_none() && self.catalog.extract_is_date_part() => {
                Node::function("date_part", args)
            }
            // `NFC`, a keyword, is a text in one case or the other.
            ("normalize" | "is_normalized", _) if name.schema.is_none() => {
                for arg in args.iter_mut().skip(1) {
                    if let Node::Literal(Value::Text(form), _) = arg {
                        form.make_ascii_uppercase();
                    }
                }
                Node::Apply(Kind::Function, name, args)
            }
            ("current_user" | "session_user", []) if name.schema.is_none() => Node::word(&*name.name),
            _ => Node::Apply(Kind::Function, name, args),
        };
        let plain = n.agg_order.is_empty() && n.agg_filter.is_none() && n.over.is_none() && !n.agg_distinct;
        if plain && !n.agg_within_group {
            return call;
        }
        let order = Node::form("order", self.sorts(&n.agg_order));
        let filter = self.opt(n.agg_filter.as_deref());
        let over = n.over.as_deref().map_or_else(Node::none, |w| self.window(w));
        let distinct = if n.agg_distinct { Node::word("distinct") } else { Node::none() };
        let within = if n.agg_within_group { Node::word("within group") } else { Node::none() };
        Node::form("aggregate", vec![call, distinct, order, within, filter, over])
    }

    /// The name of a function as the schema has it. The server prints `pg_catalog` only where it must.
    fn function_name(&self, parts: &[pb::Node]) -> QName {
        let name = qname(parts);
        match &name.schema {
            Some(schema) if *schema == "pg_catalog" => QName::bare(name.name),
            Some(_) => name,
            None => self.catalog.function(&name).unwrap_or(name),
        }
    }

    /// `OVER (…)`, or a definition in `WINDOW`.
    pub(super) fn window(&mut self, w: &pb::WindowDef) -> Node {
        let by = Node::form("by", self.all(&w.partition_clause));
        let order = Node::form("order", self.sorts(&w.order_clause));
        let start = self.opt(w.start_offset.as_deref());
        let end = self.opt(w.end_offset.as_deref());
        let frame = Node::word(w.frame_options.to_string());
        Node::form("over", vec![Node::word(&*w.name), Node::word(&*w.refname), by, order, frame, start, end])
    }
}

/// The server makes an array of the last arguments of a variadic function and says so.
fn variadic(args: &mut Vec<Node>) {
    match args.pop() {
        Some(Node::Form("array", items)) => args.extend(items),
        Some(Node::Cast(inner, ty)) => match *inner {
            Node::Form("array", items) => args.extend(items),
            inner => args.push(Node::form("variadic", vec![Node::Cast(Box::new(inner), ty)])),
        },
        Some(last) => args.push(Node::form("variadic", vec![last])),
        None => {}
    }
}
