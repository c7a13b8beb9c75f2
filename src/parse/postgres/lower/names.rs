//! Names, roles and option lists: the small pieces that every statement is made of.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, DefElemAction, RoleSpecType};

use super::types::type_name;
use crate::ir::access::Grantee;
use crate::ir::table::Options;
use crate::name::{Ident, QName};
use crate::quote::{quote_label, quote_literal};

/// The text of a `String` node.
pub(in crate::parse) fn text(node: &pb::Node) -> Option<&str> {
    match &node.node {
        Some(NodeEnum::String(s)) => Some(&s.sval),
        _ => None,
    }
}

/// The texts of a list of `String` nodes.
pub(in crate::parse) fn texts(nodes: &[pb::Node]) -> impl DoubleEndedIterator<Item = &str> {
    nodes.iter().filter_map(text)
}

/// The identifiers of a list of `String` nodes.
pub(in crate::parse) fn idents(nodes: &[pb::Node]) -> Vec<Ident> {
    texts(nodes).map(Ident::new).collect()
}

/// An identifier, when there is one: the tree has empty strings for what is absent.
pub(in crate::parse) fn ident(text: &str) -> Option<Ident> {
    if text.is_empty() { None } else { Some(Ident::new(text)) }
}

/// A text, when there is one.
pub(in crate::parse) fn string(text: &str) -> Option<String> {
    if text.is_empty() { None } else { Some(text.to_owned()) }
}

/// A qualified name from its parts; a database in front is dropped.
pub(in crate::parse) fn qname(parts: &[pb::Node]) -> QName {
    let mut parts = texts(parts).rev();
    let name = Ident::new(parts.next().unwrap_or(""));
    QName { schema: parts.next().map(Ident::new), name }
}

/// A qualified name of what the server finds in `pg_catalog` without being told so.
pub(in crate::parse) fn builtin_qname(parts: &[pb::Node]) -> QName {
    let mut name = qname(parts);
    if name.in_schema("pg_catalog") {
        name.schema = None;
    }
    name
}

/// The name of a relation.
pub(in crate::parse) fn relation(range: &pb::RangeVar) -> QName {
    QName { schema: ident(&range.schemaname), name: Ident::new(&range.relname) }
}

/// The name of a relation that every valid tree has.
pub(in crate::parse) fn relation_of(range: Option<&pb::RangeVar>) -> QName {
    range.map_or_else(|| QName::bare(""), relation)
}

/// The relations of a list of `RangeVar` nodes.
pub(in crate::parse) fn relations(nodes: &[pb::Node]) -> Vec<QName> {
    let range = |node: &pb::Node| match &node.node {
        Some(NodeEnum::RangeVar(range)) => Some(relation(range)),
        _ => None,
    };
    nodes.iter().filter_map(range).collect()
}

/// Those of the relations that are written with `ONLY`.
pub(in crate::parse) fn relations_only(nodes: &[pb::Node]) -> Vec<QName> {
    let range = |node: &pb::Node| match &node.node {
        Some(NodeEnum::RangeVar(range)) if !range.inh => Some(relation(range)),
        _ => None,
    };
    nodes.iter().filter_map(range).collect()
}

/// The items of a `List` node.
pub(in crate::parse) fn items(node: Option<&NodeEnum>) -> &[pb::Node] {
    match node {
        Some(NodeEnum::List(list)) => &list.items,
        _ => &[],
    }
}

/// What a boxed child holds.
pub(in crate::parse) fn inner(node: Option<&pb::Node>) -> Option<&NodeEnum> {
    node.and_then(|n| n.node.as_ref())
}

/// A role as a grantee.
pub(in crate::parse) fn grantee(role: &pb::RoleSpec) -> Grantee {
    match role.roletype() {
        RoleSpecType::RolespecPublic => Grantee::Public,
        RoleSpecType::RolespecCurrentRole => Grantee::Session("CURRENT_ROLE"),
        RoleSpecType::RolespecCurrentUser => Grantee::Session("CURRENT_USER"),
        RoleSpecType::RolespecSessionUser => Grantee::Session("SESSION_USER"),
        RoleSpecType::RolespecCstring | RoleSpecType::Undefined => Grantee::Role(Ident::new(&role.rolename)),
    }
}

/// A role where only a name fits: the session keywords are upper case, as no folded name is.
pub(in crate::parse) fn role(role: &pb::RoleSpec) -> Ident {
    Ident::from(grantee(role).to_string())
}

/// A role that every valid tree has.
pub(in crate::parse) fn role_of(spec: Option<&pb::RoleSpec>) -> Ident {
    spec.map_or_else(|| Ident::new(""), role)
}

/// The roles of a list.
pub(in crate::parse) fn role_specs(nodes: &[pb::Node]) -> impl Iterator<Item = &pb::RoleSpec> {
    nodes.iter().filter_map(|node| match &node.node {
        Some(NodeEnum::RoleSpec(role)) => Some(role),
        _ => None,
    })
}

/// The roles of a list by name.
pub(in crate::parse) fn roles(nodes: &[pb::Node]) -> Vec<Ident> {
    role_specs(nodes).map(role).collect()
}

/// The roles of a list as grantees.
pub(in crate::parse) fn grantees(nodes: &[pb::Node]) -> Vec<Grantee> {
    role_specs(nodes).map(grantee).collect()
}

/// The options of a list, as definition elements.
pub(in crate::parse) fn defs(nodes: &[pb::Node]) -> impl DoubleEndedIterator<Item = &pb::DefElem> {
    nodes.iter().filter_map(|node| match &node.node {
        Some(NodeEnum::DefElem(def)) => Some(&**def),
        _ => None,
    })
}

/// The argument of an option.
pub(in crate::parse) fn arg(def: &pb::DefElem) -> Option<&NodeEnum> {
    inner(def.arg.as_deref())
}

/// A value as text, without quotes: strings, numbers, words, types and lists of those.
pub(in crate::parse) fn value(node: &NodeEnum) -> String {
    match node {
        NodeEnum::String(s) => s.sval.clone(),
        NodeEnum::Integer(n) => n.ival.to_string(),
        NodeEnum::Float(n) => n.fval.clone(),
        NodeEnum::Boolean(b) => b.boolval.to_string(),
        NodeEnum::BitString(s) => s.bsval.clone(),
        NodeEnum::AConst(c) => constant(c),
        NodeEnum::TypeCast(cast) => inner(cast.arg.as_deref()).map_or_else(String::new, value),
        NodeEnum::TypeName(name) => type_name(name).map_or_else(|_| String::new(), |name| name.to_string()),
        NodeEnum::List(list) => joined(&list.items, ", "),
        NodeEnum::RoleSpec(spec) => grantee(spec).to_string(),
        NodeEnum::AStar(_) => "*".to_owned(),
        _ => String::new(),
    }
}

/// The values of a list as one text.
pub(in crate::parse) fn joined(nodes: &[pb::Node], separator: &str) -> String {
    let values: Vec<String> = nodes.iter().filter_map(|n| n.node.as_ref()).map(value).collect();
    values.join(separator)
}

/// A literal as text, without quotes.
pub(in crate::parse) fn constant(constant: &pb::AConst) -> String {
    use pb::a_const::Val;
    match &constant.val {
        Some(Val::Ival(n)) => n.ival.to_string(),
        Some(Val::Fval(n)) => n.fval.clone(),
        Some(Val::Boolval(b)) => b.boolval.to_string(),
        Some(Val::Sval(s)) => s.sval.clone(),
        Some(Val::Bsval(s)) => s.bsval.clone(),
        None => String::new(),
    }
}

/// A truth value, by the rules of the server's `defGetBoolean`: absent means true.
pub(in crate::parse) fn truth(value: Option<&NodeEnum>) -> bool {
    match value {
        None => true,
        Some(NodeEnum::Boolean(b)) => b.boolval,
        Some(NodeEnum::Integer(n)) => n.ival != 0,
        Some(other) => {
            let text = self::value(other);
            !matches!(text.to_ascii_lowercase().as_str(), "false" | "off" | "0" | "no")
        }
    }
}

/// A whole number.
pub(in crate::parse) fn number(value: Option<&NodeEnum>) -> Option<i64> {
    match value? {
        NodeEnum::Integer(n) => Some(n.ival.into()),
        NodeEnum::Float(n) => n.fval.parse().ok(),
        _ => None,
    }
}

/// Storage parameters and the like; a bare name means `true`.
pub(in crate::parse) fn options(nodes: &[pb::Node]) -> Options {
    let pair = |def: &pb::DefElem| (option_name(def), arg(def).map_or_else(|| "true".to_owned(), value));
    defs(nodes).map(pair).collect()
}

/// The name of a storage parameter, with its namespace.
pub(in crate::parse) fn option_name(def: &pb::DefElem) -> String {
    if def.defnamespace.is_empty() {
        def.defname.clone()
    } else {
        format!("{}.{}", def.defnamespace, def.defname)
    }
}

/// `OPTIONS (…)` of a foreign object, as SQL.
pub(in crate::parse) fn generic_options(nodes: &[pb::Node]) -> String {
    let option = |def: &pb::DefElem| {
        let action = match def.defaction() {
            DefElemAction::DefelemSet => "SET ",
            DefElemAction::DefelemAdd => "ADD ",
            DefElemAction::DefelemDrop => "DROP ",
            DefElemAction::DefelemUnspec | DefElemAction::Undefined => "",
        };
        let value = arg(def).map_or_else(String::new, |v| format!(" {}", quote_literal(&value(v))));
        format!("{action}{}{value}", quote_label(&def.defname))
    };
    format!("OPTIONS ({})", defs(nodes).map(option).collect::<Vec<_>>().join(", "))
}

/// Reads a name in a string, as the server's `regclass` and `regproc` do: `s.t`, `"S"."T"`.
pub(in crate::parse) fn name_in_text(text: &str) -> Option<QName> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    loop {
        let (part, after) = if let Some(quoted) = rest.strip_prefix('"') {
            quoted_part(quoted)?
        } else {
            let end = rest.find('.').unwrap_or(rest.len());
            let word = rest[..end].trim();
            let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
            if word.is_empty() || !word.chars().all(plain) {
                return None;
            }
            (word.to_ascii_lowercase(), &rest[end..])
        };
        parts.push(part);
        rest = after.trim_start();
        match rest.strip_prefix('.') {
            Some(next) => rest = next.trim_start(),
            None if rest.is_empty() => break,
            None => return None,
        }
    }
    let name = parts.pop()?;
    Some(QName { schema: parts.pop().map(Ident::from), name: Ident::from(name) })
}

/// The rest of a quoted identifier after its opening quote, and what follows.
fn quoted_part(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut rest = text;
    loop {
        let end = rest.find('"')?;
        name.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(more) => {
                name.push('"');
                rest = more;
            }
            None => return Some((name, rest)),
        }
    }
}
