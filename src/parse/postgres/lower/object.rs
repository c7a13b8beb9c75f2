//! Naming objects of any kind, and the statements that work on all of them.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, DropBehavior, ObjectType};

use super::Cx;
use super::index::named;
use super::names::{
    builtin_qname, grantee, inner, items, qname, relation, relation_of, role_of, roles, string, text, texts,
};
use crate::ir::DdlOp;
use crate::ir::object::{Comment, Drop, ObjectKind, ObjectName, OwnerTo, Rename, SetSchema};
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::quote::{quote_ident, quote_qname};

/// The kind of an object by the grammar's name for it.
pub(super) fn object_kind(kind: ObjectType) -> ObjectKind {
    use ObjectKind as K;
    match kind {
        ObjectType::ObjectAccessMethod => K::AccessMethod,
        ObjectType::ObjectAggregate => K::Aggregate,
        ObjectType::ObjectAttribute | ObjectType::ObjectColumn => K::Column,
        ObjectType::ObjectCast => K::Cast,
        ObjectType::ObjectCollation => K::Collation,
        ObjectType::ObjectConversion => K::Conversion,
        ObjectType::ObjectDatabase => K::Database,
        ObjectType::ObjectDomain => K::Domain,
        ObjectType::ObjectDomconstraint => K::DomainConstraint,
        ObjectType::ObjectEventTrigger => K::EventTrigger,
        ObjectType::ObjectExtension => K::Extension,
        ObjectType::ObjectFdw => K::ForeignDataWrapper,
        ObjectType::ObjectForeignServer => K::Server,
        ObjectType::ObjectForeignTable => K::ForeignTable,
        ObjectType::ObjectFunction => K::Function,
        ObjectType::ObjectIndex => K::Index,
        ObjectType::ObjectLanguage => K::Language,
        ObjectType::ObjectLargeobject => K::LargeObject,
        ObjectType::ObjectMatview => K::MaterializedView,
        ObjectType::ObjectOpclass => K::OperatorClass,
        ObjectType::ObjectOperator => K::Operator,
        ObjectType::ObjectOpfamily => K::OperatorFamily,
        ObjectType::ObjectParameterAcl => K::Parameter,
        ObjectType::ObjectPolicy => K::Policy,
        ObjectType::ObjectProcedure => K::Procedure,
        ObjectType::ObjectPublication => K::Publication,
        ObjectType::ObjectRole => K::Role,
        ObjectType::ObjectRoutine => K::Routine,
        ObjectType::ObjectRule => K::Rule,
        ObjectType::ObjectSchema => K::Schema,
        ObjectType::ObjectSequence => K::Sequence,
        ObjectType::ObjectSubscription => K::Subscription,
        ObjectType::ObjectStatisticExt => K::Statistics,
        ObjectType::ObjectTabconstraint => K::Constraint,
        ObjectType::ObjectTable => K::Table,
        ObjectType::ObjectTablespace => K::Tablespace,
        ObjectType::ObjectTransform => K::Transform,
        ObjectType::ObjectTrigger => K::Trigger,
        ObjectType::ObjectTsconfiguration => K::TextSearchConfiguration,
        ObjectType::ObjectTsdictionary => K::TextSearchDictionary,
        ObjectType::ObjectTsparser => K::TextSearchParser,
        ObjectType::ObjectTstemplate => K::TextSearchTemplate,
        ObjectType::ObjectType => K::Type,
        ObjectType::ObjectUserMapping => K::UserMapping,
        ObjectType::ObjectView => K::View,
        // Never the object of a statement.
        ObjectType::Undefined
        | ObjectType::ObjectAmop
        | ObjectType::ObjectAmproc
        | ObjectType::ObjectDefault
        | ObjectType::ObjectDefacl
        | ObjectType::ObjectPublicationNamespace
        | ObjectType::ObjectPublicationRel => K::Other,
    }
}

/// An object as `DROP`, `COMMENT`, `ALTER … OWNER` and so on address it.
pub(super) fn object_name(cx: &Cx, kind: ObjectKind, node: Option<&NodeEnum>) -> ObjectName {
    match node {
        Some(NodeEnum::List(list)) => listed(cx, kind, &list.items),
        Some(NodeEnum::TypeName(name)) => ObjectName::of(builtin_qname(&name.names)),
        Some(NodeEnum::ObjectWithArgs(object)) => with_args(cx, kind, object),
        Some(NodeEnum::RangeVar(range)) => ObjectName::of(relation(range)),
        Some(node) if kind == ObjectKind::LargeObject => {
            let number = super::names::value(node);
            ObjectName { text: Some(number.clone()), ..named(&number) }
        }
        Some(node) => named(&super::names::value(node)),
        None => named(""),
    }
}

/// An object whose address is a list: mostly the parts of its name, for some kinds more.
fn listed(cx: &Cx, kind: ObjectKind, parts: &[pb::Node]) -> ObjectName {
    use ObjectKind as K;
    let with_text = |name: QName, text: String| ObjectName { text: Some(text), ..ObjectName::of(name) };
    let sql = |node: &pb::Node| match &node.node {
        Some(NodeEnum::TypeName(name)) => cx.type_name(name).sql(),
        Some(NodeEnum::String(name)) => quote_ident(&name.sval).into_owned(),
        _ => String::new(),
    };
    match (kind, parts) {
        (K::Column | K::Constraint | K::Trigger | K::Rule | K::Policy, [relation @ .., part])
            if !relation.is_empty() =>
        {
            ObjectName::part(qname(relation), Ident::new(text(part).unwrap_or("")))
        }
        (K::DomainConstraint, [domain, part]) => {
            let domain = match &domain.node {
                Some(NodeEnum::TypeName(name)) => builtin_qname(&name.names),
                _ => QName::bare(text(domain).unwrap_or("")),
            };
            ObjectName::part(domain, Ident::new(text(part).unwrap_or("")))
        }
        (K::Cast, [from, to]) => {
            let text = format!("({} AS {})", sql(from), sql(to));
            with_text(QName::bare(text.as_str()), text)
        }
        (K::Transform, [target, language]) => {
            let text = format!("FOR {} LANGUAGE {}", sql(target), sql(language));
            with_text(QName::bare(text.as_str()), text)
        }
        (K::OperatorClass | K::OperatorFamily, [method, name @ ..]) => {
            by_method(qname(name), text(method).unwrap_or(""))
        }
        _ => ObjectName::of(qname(parts)),
    }
}

/// A class or family of operators: each index method has its own.
pub(super) fn by_method(name: QName, method: &str) -> ObjectName {
    let text = format!("{} USING {}", quote_qname(&name), quote_ident(method));
    ObjectName { text: Some(text), ..ObjectName::of(name) }
}

/// A routine or an operator with its argument types.
pub(super) fn with_args(cx: &Cx, kind: ObjectKind, object: &pb::ObjectWithArgs) -> ObjectName {
    let name = qname(&object.objname);
    if kind == ObjectKind::Operator {
        let operand = |node: &pb::Node| match &node.node {
            Some(NodeEnum::TypeName(name)) => Some(cx.type_name(name)),
            _ => None,
        };
        let operands: Vec<_> = object.objargs.iter().map(operand).collect();
        return operator_name(name, &operands);
    }
    let types = object.objargs.iter().filter_map(|node| match &node.node {
        Some(NodeEnum::TypeName(name)) => Some(cx.type_name(name)),
        _ => None,
    });
    let args = (!object.args_unspecified).then(|| types.collect());
    ObjectName { args, ..ObjectName::of(name) }
}

/// An operator with its operands; one that it has not is `NONE`.
pub(super) fn operator_name(name: QName, operands: &[Option<TypeName>]) -> ObjectName {
    let operand = |ty: &Option<TypeName>| ty.as_ref().map_or_else(|| "NONE".to_owned(), TypeName::sql);
    let operands: Vec<String> = operands.iter().map(operand).collect();
    let schema = name.schema.as_ref().map_or_else(String::new, |s| format!("{}.", quote_ident(s)));
    let text = format!("{schema}{} ({})", name.name, operands.join(", "));
    ObjectName { text: Some(text), ..ObjectName::of(name) }
}

fn cascades(behavior: DropBehavior) -> bool {
    behavior == DropBehavior::DropCascade
}

pub(super) fn drop(cx: &Cx, stmt: &pb::DropStmt) -> DdlOp {
    let kind = object_kind(stmt.remove_type());
    DdlOp::Drop(Drop {
        kind,
        objects: stmt.objects.iter().map(|node| object_name(cx, kind, node.node.as_ref())).collect(),
        if_exists: stmt.missing_ok,
        cascade: cascades(stmt.behavior()),
        concurrently: stmt.concurrent,
    })
}

/// `DROP` of an object with a one-word name that has a statement of its own in the grammar.
pub(super) fn drop_named(kind: ObjectKind, name: &str, if_exists: bool, cascade: bool) -> DdlOp {
    DdlOp::Drop(Drop { kind, objects: vec![named(name)], if_exists, cascade, concurrently: false })
}

pub(super) fn drop_role(stmt: &pb::DropRoleStmt) -> DdlOp {
    let objects = roles(&stmt.roles).into_iter().map(|role| ObjectName::of(QName::bare(role))).collect();
    DdlOp::Drop(Drop {
        kind: ObjectKind::Role,
        objects,
        if_exists: stmt.missing_ok,
        cascade: false,
        concurrently: false,
    })
}

pub(super) fn drop_user_mapping(stmt: &pb::DropUserMappingStmt) -> DdlOp {
    DdlOp::Drop(Drop {
        kind: ObjectKind::UserMapping,
        objects: vec![user_mapping(stmt.user.as_ref(), &stmt.servername)],
        if_exists: stmt.missing_ok,
        cascade: false,
        concurrently: false,
    })
}

/// A user mapping, named by its role and server.
pub(super) fn user_mapping(user: Option<&pb::RoleSpec>, server: &str) -> ObjectName {
    use crate::ir::access::Grantee;
    let user = match user.map(grantee) {
        Some(Grantee::Role(name)) => quote_ident(&name).into_owned(),
        Some(keyword) => keyword.to_string(),
        None => String::new(),
    };
    let text = format!("FOR {user} SERVER {}", quote_ident(server));
    ObjectName { text: Some(text.clone()), ..named(&text) }
}

pub(super) fn drop_owned(stmt: &pb::DropOwnedStmt) -> DdlOp {
    DdlOp::DropOwned { roles: roles(&stmt.roles), cascade: cascades(stmt.behavior()) }
}

pub(super) fn reassign_owned(stmt: &pb::ReassignOwnedStmt) -> DdlOp {
    DdlOp::ReassignOwned { roles: roles(&stmt.roles), to: role_of(stmt.newrole.as_ref()) }
}

pub(super) fn rename(cx: &Cx, stmt: &pb::RenameStmt) -> DdlOp {
    use ObjectKind as K;
    let kind = object_kind(stmt.rename_type());
    let object = inner(stmt.object.as_deref());
    let sub = || Ident::new(&stmt.subname);
    let mut relation_kind = None;
    let name = match kind {
        K::Column | K::Constraint => {
            relation_kind = Some(match stmt.rename_type() {
                ObjectType::ObjectAttribute => K::CompositeType,
                ObjectType::ObjectTabconstraint => K::Table,
                _ => object_kind(stmt.relation_type()),
            });
            ObjectName::part(relation_of(stmt.relation.as_ref()), sub())
        }
        K::Policy | K::Rule | K::Trigger => ObjectName::part(relation_of(stmt.relation.as_ref()), sub()),
        K::DomainConstraint => ObjectName::part(qname(items(object)), sub()),
        _ => match &stmt.relation {
            Some(range) => ObjectName::of(relation(range)),
            // Databases, roles, schemas and tablespaces.
            None if object.is_none() => ObjectName::of(QName::bare(sub())),
            None => object_name(cx, kind, object),
        },
    };
    DdlOp::Rename(Rename {
        kind,
        object: name,
        relation_kind,
        to: Ident::new(&stmt.newname),
        if_exists: stmt.missing_ok,
        only: stmt.relation.as_ref().is_some_and(|range| !range.inh),
    })
}

pub(super) fn set_schema(cx: &Cx, stmt: &pb::AlterObjectSchemaStmt) -> DdlOp {
    let kind = object_kind(stmt.object_type());
    let object = match &stmt.relation {
        Some(range) => ObjectName::of(relation(range)),
        None => object_name(cx, kind, inner(stmt.object.as_deref())),
    };
    DdlOp::SetSchema(SetSchema {
        kind,
        object,
        schema: Ident::new(&stmt.newschema),
        if_exists: stmt.missing_ok,
    })
}

pub(super) fn owner_to(cx: &Cx, stmt: &pb::AlterOwnerStmt) -> DdlOp {
    let kind = object_kind(stmt.object_type());
    DdlOp::OwnerTo(OwnerTo {
        kind,
        object: object_name(cx, kind, inner(stmt.object.as_deref())),
        owner: role_of(stmt.newowner.as_ref()),
    })
}

pub(super) fn comment(cx: &Cx, stmt: &pb::CommentStmt) -> DdlOp {
    let kind = object_kind(stmt.objtype());
    // An empty comment removes it too: `CreateComments` in the server.
    DdlOp::Comment(Comment {
        kind,
        object: object_name(cx, kind, inner(stmt.object.as_deref())),
        text: string(&stmt.comment),
    })
}

/// The objects of a `GRANT`.
pub(super) fn granted(cx: &Cx, kind: ObjectKind, nodes: &[pb::Node]) -> Vec<ObjectName> {
    nodes.iter().map(|node| object_name(cx, kind, node.node.as_ref())).collect()
}

/// The schemas of `ALL … IN SCHEMA`.
pub(super) fn schemas(nodes: &[pb::Node]) -> Vec<Ident> {
    texts(nodes).map(Ident::new).collect()
}
