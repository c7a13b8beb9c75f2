//! `CREATE OPERATOR | COLLATION | AGGREGATE | TEXT SEARCH … (name = value, …)`: parameters in one order and one
//! spelling, so that what a person wrote and what the catalogs give compare equal.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, ObjectType};

/// Gives the parameters of an operator, a collation and their like one order and one spelling. What to do with one that is
/// there already is no part of it.
pub(super) fn settle(define: &mut pb::DefineStmt) {
    (define.replace, define.if_not_exists) = (false, false);
    let text = |node: &pb::Node| match &node.node {
        Some(NodeEnum::DefElem(def)) => def.arg.as_ref().and_then(|arg| match arg.node.as_ref()? {
            NodeEnum::String(text) => Some(text.sval.clone()),
            NodeEnum::TypeName(name) => match name.names.last()?.node.as_ref()? {
                NodeEnum::String(text) => Some(text.sval.clone()),
                _ => None,
            },
            _ => None,
        }),
        _ => None,
    };
    let named = |define: &pb::DefineStmt, name: &str| {
        let of_name =
            |node: &&pb::Node| matches!(&node.node, Some(NodeEnum::DefElem(def)) if def.defname == name);
        define.definition.iter().find(of_name).and_then(text)
    };
    let kind = define.kind();
    let both = named(define, "lc_collate").is_some_and(|one| named(define, "lc_ctype") == Some(one));
    let libc = named(define, "provider").as_deref() == Some("libc");
    let deterministic = named(define, "deterministic").is_some_and(|value| value == "true");
    define.definition.retain(|node| match &node.node {
        Some(NodeEnum::DefElem(def)) => match (kind, &*def.defname) {
            (ObjectType::ObjectCollation, "lc_ctype") => !both,
            (ObjectType::ObjectCollation, "provider") => !libc,
            (ObjectType::ObjectCollation, "deterministic") => !deterministic,
            _ => true,
        },
        _ => true,
    });
    for node in &mut define.definition {
        let Some(NodeEnum::DefElem(def)) = &mut node.node else { continue };
        match (kind, &*def.defname) {
            (ObjectType::ObjectOperator, "procedure") => "function".clone_into(&mut def.defname),
            (ObjectType::ObjectCollation, "lc_collate") if both => "locale".clone_into(&mut def.defname),
            // What is copied are the mappings, which definitions do not hold; the parser is the one that every
            // configuration of the server has.
            (ObjectType::ObjectTsconfiguration, "copy") => {
                "parser".clone_into(&mut def.defname);
                if let Some(NodeEnum::TypeName(name)) = def.arg.as_mut().and_then(|arg| arg.node.as_mut()) {
                    name.names = ["pg_catalog", "default"]
                        .map(|part| NodeEnum::String(pb::String { sval: part.into() }))
                        .map(|node| pb::Node { node: Some(node) })
                        .into();
                }
            }
            _ => {}
        }
    }
    define.definition.sort_by_key(|node| match &node.node {
        Some(NodeEnum::DefElem(def)) => def.defname.clone(),
        _ => String::new(),
    });
}

#[cfg(test)]
mod tests {
    use super::super::same_definition;

    #[test]
    fn parameters_have_no_order() {
        for (written, printed, same) in [
            (
                "CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, PROCEDURE = int4pl)",
                "CREATE OPERATOR public.### (FUNCTION = int4pl, LEFTARG = integer, RIGHTARG = integer)",
                true,
            ),
            (
                "CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl)",
                "CREATE OPERATOR public.### (FUNCTION = int4pl, LEFTARG = integer, RIGHTARG = bigint)",
                false,
            ),
            (
                "CREATE COLLATION c (LC_COLLATE = 'C', LC_CTYPE = 'C')",
                "CREATE COLLATION public.c (provider = libc, locale = 'C')",
                true,
            ),
            (
                "CREATE COLLATION c (LC_COLLATE = 'C', LC_CTYPE = 'POSIX')",
                "CREATE COLLATION public.c (provider = libc, locale = 'C')",
                false,
            ),
            (
                "CREATE COLLATION IF NOT EXISTS c (PROVIDER = icu, LOCALE = 'de', DETERMINISTIC = true)",
                "CREATE COLLATION public.c (provider = icu, locale = 'de')",
                true,
            ),
            (
                "CREATE COLLATION c (PROVIDER = icu, LOCALE = 'de', DETERMINISTIC = false)",
                "CREATE COLLATION public.c (provider = icu, locale = 'de')",
                false,
            ),
            (
                "CREATE OR REPLACE AGGREGATE a (int) (STYPE = int, SFUNC = int4pl)",
                "CREATE AGGREGATE public.a(integer) (SFUNC = int4pl, STYPE = integer)",
                true,
            ),
            (
                "CREATE COLLATION c (PROVIDER = icu, LOCALE = 'C')",
                "CREATE COLLATION public.c (provider = libc, locale = 'C')",
                false,
            ),
            (
                "CREATE TEXT SEARCH CONFIGURATION c (COPY = simple)",
                "CREATE TEXT SEARCH CONFIGURATION public.c (PARSER = pg_catalog.\"default\")",
                true,
            ),
        ] {
            assert_eq!(same_definition(written, printed), same, "{written}");
        }
    }
}
