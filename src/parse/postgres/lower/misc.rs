//! Statements about objects that hold no rows, extensions, schemas and publications.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, AlterPublicationAction, ObjectType, PublicationObjSpecType};

use super::Cx;
use super::index::named;
use super::names::{arg, defs, ident, idents, inner, options, qname, relation, role, truth, value};
use super::object::{object_kind, object_name, operator_name, user_mapping, with_args};
use super::types::create_base;
use crate::ir::DdlOp;
use crate::ir::object::{
    AlterExtension, AlterPublication, CreateExtension, CreatePublication, CreateSchema, MembershipChange,
    Misc, MiscAction, ObjectKind, ObjectName, PublishedPart,
};
use crate::ir::table::FiringState;
use crate::name::{Ident, QName};

impl Cx<'_> {
    fn misc(&self, action: MiscAction, kind: ObjectKind, object: Option<ObjectName>) -> DdlOp {
        DdlOp::Misc(Misc { action, kind, object, sql: self.source().to_owned() })
    }

    /// `ALTER` of one object.
    pub(super) fn misc_alter(&self, kind: ObjectKind, object: ObjectName) -> DdlOp {
        self.misc(MiscAction::Alter, kind, Some(object))
    }

    /// A statement that is neither `CREATE` nor `ALTER` of one object.
    pub(super) fn misc_other(&self, kind: ObjectKind, object: Option<ObjectName>) -> DdlOp {
        self.misc(MiscAction::Other, kind, object)
    }
}

/// `CREATE AGGREGATE | OPERATOR | TYPE | COLLATION | TEXT SEARCH …`.
fn define(cx: &Cx, stmt: &pb::DefineStmt) -> DdlOp {
    let kind = object_kind(stmt.kind());
    match stmt.kind() {
        ObjectType::ObjectType => create_base(stmt),
        ObjectType::ObjectAggregate => {
            let object =
                ObjectName { args: aggregate_args(cx, stmt), ..ObjectName::of(qname(&stmt.defnames)) };
            cx.misc(MiscAction::Create, kind, Some(object))
        }
        ObjectType::ObjectOperator => {
            let operand = |name: &str| match defs(&stmt.definition).find(|d| d.defname == name).and_then(arg)
            {
                Some(NodeEnum::TypeName(name)) => Some(cx.type_name(name)),
                _ => None,
            };
            let operands = [operand("leftarg"), operand("rightarg")];
            cx.misc(MiscAction::Create, kind, Some(operator_name(qname(&stmt.defnames), &operands)))
        }
        _ => cx.misc(MiscAction::Create, kind, Some(ObjectName::of(qname(&stmt.defnames)))),
    }
}

/// The argument types of an aggregate; the form before 8.2 has one `basetype` among its options.
fn aggregate_args(cx: &Cx, stmt: &pb::DefineStmt) -> Option<Vec<crate::ir::types::TypeName>> {
    if stmt.oldstyle {
        let base = defs(&stmt.definition).find(|d| d.defname == "basetype")?;
        return match arg(base)? {
            NodeEnum::TypeName(name) => Some(vec![cx.type_name(name)]),
            _ => None,
        };
    }
    // The arguments come with the number of direct ones.
    let list = stmt.args.first().and_then(|n| n.node.as_ref());
    let types = super::names::items(list).iter().filter_map(|node| match &node.node {
        Some(NodeEnum::FunctionParameter(p)) => p.arg_type.as_ref().map(|name| cx.type_name(name)),
        _ => None,
    });
    Some(types.collect())
}

/// The statements of this file; `None` for all others.
pub(super) fn lower(cx: &Cx, node: &NodeEnum) -> Option<DdlOp> {
    use MiscAction::{Alter, Create};
    use ObjectKind as K;
    let of = |parts: &[pb::Node]| Some(ObjectName::of(qname(parts)));
    let word = |name: &str| Some(named(name));
    Some(match node {
        NodeEnum::DefineStmt(s) => define(cx, s),
        NodeEnum::CreateSchemaStmt(s) => create_schema(cx, s),
        NodeEnum::CreateExtensionStmt(s) => create_extension(s),
        NodeEnum::AlterExtensionStmt(s) => alter_extension(s),
        NodeEnum::AlterExtensionContentsStmt(s) => DdlOp::AlterExtension(AlterExtension {
            name: Ident::new(&s.extname),
            update: false,
            version: None,
        }),
        NodeEnum::CreatePublicationStmt(s) => create_publication(cx, s),
        NodeEnum::AlterPublicationStmt(s) => alter_publication(cx, s),
        NodeEnum::AlterStatsStmt(s) => cx.misc(Alter, K::Statistics, of(&s.defnames)),
        NodeEnum::CreateCastStmt(s) => {
            let source = cx.type_of(s.sourcetype.as_ref());
            let target = cx.type_of(s.targettype.as_ref());
            let text = format!("({} AS {})", source.sql(), target.sql());
            cx.misc(Create, K::Cast, Some(ObjectName { text: Some(text.clone()), ..named(&text) }))
        }
        NodeEnum::CreateTransformStmt(s) => {
            let target = cx.type_of(s.type_name.as_ref()).sql();
            let text = format!("FOR {target} LANGUAGE {}", crate::quote::quote_ident(&s.lang));
            cx.misc(Create, K::Transform, Some(ObjectName { text: Some(text.clone()), ..named(&text) }))
        }
        NodeEnum::CreateOpClassStmt(s) => cx.misc(
            Create,
            K::OperatorClass,
            Some(super::object::by_method(qname(&s.opclassname), &s.amname)),
        ),
        NodeEnum::CreateOpFamilyStmt(s) => cx.misc(
            Create,
            K::OperatorFamily,
            Some(super::object::by_method(qname(&s.opfamilyname), &s.amname)),
        ),
        NodeEnum::AlterOpFamilyStmt(s) => cx.misc(
            Alter,
            K::OperatorFamily,
            Some(super::object::by_method(qname(&s.opfamilyname), &s.amname)),
        ),
        NodeEnum::AlterOperatorStmt(s) => {
            cx.misc(Alter, K::Operator, s.opername.as_ref().map(|o| with_args(cx, K::Operator, o)))
        }
        NodeEnum::AlterTypeStmt(s) => cx.misc(Alter, K::Type, of(&s.type_name)),
        NodeEnum::CreateConversionStmt(s) => cx.misc(Create, K::Conversion, of(&s.conversion_name)),
        NodeEnum::AlterCollationStmt(s) => cx.misc(Alter, K::Collation, of(&s.collname)),
        NodeEnum::AlterTsdictionaryStmt(s) => cx.misc(Alter, K::TextSearchDictionary, of(&s.dictname)),
        NodeEnum::AlterTsconfigurationStmt(s) => cx.misc(Alter, K::TextSearchConfiguration, of(&s.cfgname)),
        NodeEnum::CreatePlangStmt(s) => cx.misc(Create, K::Language, word(&s.plname)),
        NodeEnum::CreateAmStmt(s) => cx.misc(Create, K::AccessMethod, word(&s.amname)),
        NodeEnum::CreateEventTrigStmt(s) => cx.misc(Create, K::EventTrigger, word(&s.trigname)),
        NodeEnum::AlterEventTrigStmt(s) => {
            let state = match s.tgenabled.as_str() {
                "D" => FiringState::Disabled,
                "R" => FiringState::Replica,
                "A" => FiringState::Always,
                _ => FiringState::Enabled,
            };
            cx.misc(MiscAction::State(state), K::EventTrigger, word(&s.trigname))
        }
        NodeEnum::CreateFdwStmt(s) => cx.misc(Create, K::ForeignDataWrapper, word(&s.fdwname)),
        NodeEnum::AlterFdwStmt(s) => cx.misc(Alter, K::ForeignDataWrapper, word(&s.fdwname)),
        NodeEnum::CreateForeignServerStmt(s) => cx.misc(Create, K::Server, word(&s.servername)),
        NodeEnum::AlterForeignServerStmt(s) => cx.misc(Alter, K::Server, word(&s.servername)),
        NodeEnum::CreateUserMappingStmt(s) => {
            cx.misc(Create, K::UserMapping, Some(user_mapping(s.user.as_ref(), &s.servername)))
        }
        NodeEnum::AlterUserMappingStmt(s) => {
            cx.misc(Alter, K::UserMapping, Some(user_mapping(s.user.as_ref(), &s.servername)))
        }
        NodeEnum::ImportForeignSchemaStmt(s) => cx.misc_other(K::Schema, word(&s.local_schema)),
        NodeEnum::CreateSubscriptionStmt(s) => cx.misc(Create, K::Subscription, word(&s.subname)),
        NodeEnum::AlterSubscriptionStmt(s) => cx.misc(Alter, K::Subscription, word(&s.subname)),
        NodeEnum::CreatedbStmt(s) => cx.misc(Create, K::Database, word(&s.dbname)),
        NodeEnum::AlterDatabaseStmt(s) => cx.misc(Alter, K::Database, word(&s.dbname)),
        NodeEnum::AlterDatabaseRefreshCollStmt(s) => cx.misc(Alter, K::Database, word(&s.dbname)),
        NodeEnum::AlterDatabaseSetStmt(s) => cx.misc(Alter, K::Database, word(&s.dbname)),
        NodeEnum::CreateTableSpaceStmt(s) => cx.misc(Create, K::Tablespace, word(&s.tablespacename)),
        NodeEnum::AlterTableSpaceOptionsStmt(s) => cx.misc(Alter, K::Tablespace, word(&s.tablespacename)),
        NodeEnum::AlterSystemStmt(s) => {
            let name = s.setstmt.as_ref().map_or("", |set| &set.name);
            cx.misc_other(K::Parameter, ident(name).map(|name| ObjectName::of(QName::bare(name))))
        }
        NodeEnum::SecLabelStmt(s) => {
            let kind = object_kind(s.objtype());
            cx.misc_other(kind, Some(object_name(cx, kind, inner(s.object.as_deref()))))
        }
        NodeEnum::AlterObjectDependsStmt(s) => {
            let kind = object_kind(s.object_type());
            let object = match (&s.relation, inner(s.object.as_deref())) {
                (Some(table), Some(object)) => {
                    let part = super::names::texts(super::names::items(Some(object))).next_back();
                    ObjectName { part: part.map(Ident::new), ..ObjectName::of(relation(table)) }
                }
                (Some(table), None) => ObjectName::of(relation(table)),
                (None, object) => object_name(cx, kind, object),
            };
            cx.misc(Alter, kind, Some(object))
        }
        _ => return None,
    })
}

fn create_schema(cx: &Cx, stmt: &pb::CreateSchemaStmt) -> DdlOp {
    let owner = stmt.authrole.as_ref().map(role);
    let parts = cx.schema_elements(stmt.schema_elts.len());
    let elements = stmt.schema_elts.iter().enumerate().filter_map(|(i, node)| {
        let part = parts.get(i).map_or_else(|| cx.unlocated(), |range| cx.part(range.clone()));
        let op = super::statement(&part, node.node.as_ref()?);
        if let Some(problem) = part.problem() {
            cx.unsupported(&problem);
        }
        Some(op)
    });
    DdlOp::CreateSchema(CreateSchema {
        name: ident(&stmt.schemaname).or_else(|| owner.clone()).unwrap_or_else(|| Ident::new("")),
        if_not_exists: stmt.if_not_exists,
        owner,
        elements: elements.collect(),
    })
}

fn create_extension(stmt: &pb::CreateExtensionStmt) -> DdlOp {
    let mut extension = CreateExtension {
        name: Ident::new(&stmt.extname),
        if_not_exists: stmt.if_not_exists,
        schema: None,
        version: None,
        cascade: false,
    };
    for def in defs(&stmt.options) {
        match (&*def.defname, arg(def)) {
            ("schema", Some(schema)) => extension.schema = Some(Ident::from(value(schema))),
            ("new_version", Some(version)) => extension.version = Some(value(version)),
            ("cascade", cascade) => extension.cascade = truth(cascade),
            _ => {}
        }
    }
    DdlOp::CreateExtension(extension)
}

fn alter_extension(stmt: &pb::AlterExtensionStmt) -> DdlOp {
    let version = defs(&stmt.options).find(|d| d.defname == "new_version").and_then(arg).map(value);
    DdlOp::AlterExtension(AlterExtension { name: Ident::new(&stmt.extname), update: true, version })
}

/// The tables and schemas of a publication.
#[derive(Default)]
struct Members {
    tables: Vec<QName>,
    only: Vec<QName>,
    parts: Vec<PublishedPart>,
    schemas: Vec<Ident>,
}

fn members(cx: &Cx, nodes: &[pb::Node]) -> Members {
    let mut members = Members::default();
    for node in nodes {
        let Some(NodeEnum::PublicationObjSpec(spec)) = &node.node else { continue };
        match spec.pubobjtype() {
            PublicationObjSpecType::PublicationobjTable => {
                let Some(published) = &spec.pubtable else { continue };
                let Some(range) = &published.relation else { continue };
                let table = relation(range);
                let columns: Vec<Ident> = idents(&published.columns);
                let filter = cx.opt_expr(published.where_clause.as_deref());
                if !range.inh {
                    members.only.push(table.clone());
                }
                if !columns.is_empty() || filter.is_some() {
                    members.parts.push(PublishedPart { table: table.clone(), columns, filter });
                }
                members.tables.push(table);
            }
            PublicationObjSpecType::PublicationobjTablesInSchema => {
                members.schemas.push(Ident::new(&spec.name));
            }
            PublicationObjSpecType::PublicationobjTablesInCurSchema => {
                members.schemas.push(Ident::new("CURRENT_SCHEMA"));
            }
            _ => cx.unsupported("this object of a publication"),
        }
    }
    members
}

fn create_publication(cx: &Cx, stmt: &pb::CreatePublicationStmt) -> DdlOp {
    let Members { tables, only, parts, schemas } = members(cx, &stmt.pubobjects);
    DdlOp::CreatePublication(Box::new(CreatePublication {
        name: Ident::new(&stmt.pubname),
        all_tables: stmt.for_all_tables,
        tables,
        only,
        parts,
        schemas,
        options: options(&stmt.options),
    }))
}

fn alter_publication(cx: &Cx, stmt: &pb::AlterPublicationStmt) -> DdlOp {
    let Members { tables, only, parts, schemas } = members(cx, &stmt.pubobjects);
    DdlOp::AlterPublication(Box::new(AlterPublication {
        name: Ident::new(&stmt.pubname),
        action: match stmt.action() {
            // The tree has no action for `SET (…)`.
            _ if !stmt.options.is_empty() => MembershipChange::Set,
            AlterPublicationAction::ApAddObjects => MembershipChange::Add,
            AlterPublicationAction::ApDropObjects => MembershipChange::Drop,
            AlterPublicationAction::ApSetObjects | AlterPublicationAction::Undefined => MembershipChange::Set,
        },
        tables,
        only,
        parts,
        schemas,
        options: options(&stmt.options),
    }))
}
