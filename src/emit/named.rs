//! Statements that name an object of any kind, and the small objects beside tables.

use super::expr;
use super::line::{Line, commas};
use super::object::{columns, ident, is_session_role, literal, object, options, relation, role};
use crate::ir::object::{
    AlterExtension, AlterPublication, Comment, CreateExtension, CreatePublication, CreateSchema,
    CreateStatistics, Drop, MembershipChange, ObjectKind, ObjectName, OwnerTo, PublishedPart, Rename,
    SetSchema,
};
use crate::name::{Dialect, Ident, QName};

/// `DROP`. MySQL names the table of an index; SQLite drops one object per statement and knows no `CASCADE`.
pub(super) fn drop(drop: &Drop, dialect: Dialect) -> String {
    let plain = |objects: &str| {
        Line::new("DROP")
            .word(drop.kind.keyword())
            .when(drop.concurrently && dialect == Dialect::PostgreSql, "CONCURRENTLY")
            .when(drop.if_exists, "IF EXISTS")
            .word(objects)
            .when(drop.cascade && dialect != Dialect::Sqlite && drop.kind != ObjectKind::Database, "CASCADE")
            .when(drop.cascade && drop.kind == ObjectKind::Database, "WITH (FORCE)")
            .done()
    };
    let name = |one: &ObjectName| match (drop.kind, &one.part) {
        // An index shares its schema with its table.
        (ObjectKind::Index, Some(index)) if dialect != Dialect::MySql => {
            relation(&one.name.sibling(index.clone()), dialect)
        }
        _ => object(drop.kind, one, dialect),
    };
    if let ObjectKind::Column | ObjectKind::Constraint | ObjectKind::DomainConstraint = drop.kind {
        return statements(&drop.objects, |one| part_of_relation(drop, one, dialect));
    }
    let index_of_table = drop.kind == ObjectKind::Index && dialect == Dialect::MySql;
    if dialect == Dialect::Sqlite || index_of_table {
        return statements(&drop.objects, |one| plain(&name(one)));
    }
    plain(&commas(&drop.objects, name))
}

/// Columns and constraints go by an action of their relation.
fn part_of_relation(drop: &Drop, one: &ObjectName, dialect: Dialect) -> String {
    let (relation_kind, what) = match drop.kind {
        ObjectKind::Column => ("TABLE", "COLUMN"),
        ObjectKind::DomainConstraint => ("DOMAIN", "CONSTRAINT"),
        _ => ("TABLE", "CONSTRAINT"),
    };
    Line::new("ALTER")
        .word(relation_kind)
        .word(relation(&one.name, dialect))
        .clause("DROP", Some(what))
        .when(drop.if_exists, "IF EXISTS")
        .clause("", one.part.as_ref().map(|part| ident(part, dialect)))
        .when(drop.cascade && dialect == Dialect::PostgreSql, "CASCADE")
        .done()
}

fn statements<T>(list: &[T], each: impl FnMut(&T) -> String) -> String {
    list.iter().map(each).collect::<Vec<_>>().join(";\n")
}

/// `ALTER … RENAME`.
pub(super) fn rename(rename: &Rename, dialect: Dialect) -> String {
    let target = &rename.object;
    // MySQL would move a table that is renamed without its database to the current one.
    if dialect == Dialect::MySql && rename.kind == ObjectKind::Table {
        let to = target.name.sibling(rename.to.clone());
        return Line::new("RENAME TABLE")
            .word(relation(&target.name, dialect))
            .clause("TO", Some(relation(&to, dialect)))
            .done();
    }
    let relation_kind = rename.relation_kind.unwrap_or(match rename.kind {
        ObjectKind::DomainConstraint => ObjectKind::Domain,
        _ => ObjectKind::Table,
    });
    let inside = match rename.kind {
        ObjectKind::Column if relation_kind == ObjectKind::CompositeType => Some("ATTRIBUTE"),
        ObjectKind::Column => Some("COLUMN"),
        ObjectKind::Constraint | ObjectKind::DomainConstraint => Some("CONSTRAINT"),
        // Only MySQL names an index by its table.
        ObjectKind::Index if target.part.is_some() && dialect == Dialect::MySql => Some("INDEX"),
        _ => None,
    };
    let line = match (&target.part, inside) {
        (Some(part), Some(what)) => Line::new("ALTER")
            .word(relation_kind.keyword())
            .when(rename.if_exists, "IF EXISTS")
            .word(relation(&target.name, dialect))
            .clause("RENAME", Some(what))
            .word(ident(part, dialect)),
        _ => alter(rename.kind, rename.if_exists, target, dialect).word("RENAME"),
    };
    line.clause("TO", Some(ident(&rename.to, dialect))).done()
}

/// `ALTER … SET SCHEMA`; MySQL moves a table between databases by renaming it.
pub(super) fn set_schema(set: &SetSchema, dialect: Dialect) -> String {
    if dialect == Dialect::MySql && set.kind == ObjectKind::Table {
        let to = QName { schema: Some(set.schema.clone()), name: set.object.name.name.clone() };
        return Line::new("RENAME TABLE")
            .word(relation(&set.object.name, dialect))
            .clause("TO", Some(relation(&to, dialect)))
            .done();
    }
    alter(set.kind, set.if_exists, &set.object, dialect)
        .clause("SET SCHEMA", Some(ident(&set.schema, dialect)))
        .done()
}

/// `ALTER … OWNER TO`.
pub(super) fn owner_to(owner: &OwnerTo, dialect: Dialect) -> String {
    alter(owner.kind, false, &owner.object, dialect).clause("OWNER TO", Some(role(&owner.owner))).done()
}

fn alter(kind: ObjectKind, if_exists: bool, name: &ObjectName, dialect: Dialect) -> Line {
    Line::new("ALTER").word(kind.keyword()).when(if_exists, "IF EXISTS").word(object(kind, name, dialect))
}

/// `COMMENT ON`.
pub(super) fn comment(comment: &Comment, dialect: Dialect) -> String {
    Line::new("COMMENT ON")
        .word(comment.kind.keyword())
        .word(object(comment.kind, &comment.object, dialect))
        .clause("IS", Some(comment.text.as_ref().map_or("NULL".into(), |text| literal(text, dialect))))
        .done()
}

/// `CREATE SCHEMA`, the statements inside it on lines of their own.
pub(super) fn create_schema(create: &CreateSchema, dialect: Dialect) -> String {
    // Without a name of its own it is called like its owner, whoever that is when it is created.
    let nameless = create.owner.as_ref() == Some(&create.name) && is_session_role(&create.name);
    let line = Line::new("CREATE SCHEMA")
        .when(create.if_not_exists, "IF NOT EXISTS")
        .clause("", (!nameless).then(|| ident(&create.name, dialect)))
        .clause("AUTHORIZATION", create.owner.as_ref().map(role));
    create
        .elements
        .iter()
        .fold(line, |line, element| line.line(super::sql(element, dialect).replace('\n', "\n    ")))
        .done()
}

/// `CREATE EXTENSION`.
pub(super) fn create_extension(create: &CreateExtension, dialect: Dialect) -> String {
    Line::new("CREATE EXTENSION")
        .when(create.if_not_exists, "IF NOT EXISTS")
        .word(ident(&create.name, dialect))
        .clause("SCHEMA", create.schema.as_ref().map(|schema| ident(schema, dialect)))
        .clause("VERSION", create.version.as_ref().map(|version| literal(version, dialect)))
        .when(create.cascade, "CASCADE")
        .done()
}

/// `ALTER EXTENSION … UPDATE`. Which member another form adds or drops is not kept.
pub(super) fn alter_extension(alter: &AlterExtension, dialect: Dialect) -> String {
    let line = Line::new("ALTER EXTENSION").word(ident(&alter.name, dialect));
    if !alter.update {
        return super::not_held(&line.done());
    }
    line.word("UPDATE").clause("TO", alter.version.as_ref().map(|version| literal(version, dialect))).done()
}

/// `CREATE STATISTICS`.
pub(super) fn create_statistics(create: &CreateStatistics, dialect: Dialect) -> String {
    Line::new("CREATE STATISTICS")
        .when(create.if_not_exists && create.name.is_some(), "IF NOT EXISTS")
        .clause("", create.name.as_ref().map(|name| relation(name, dialect)))
        .list("", &columns(&create.kinds, dialect))
        .clause("ON", Some(commas(&create.exprs, |one| expr::statistics_key(one, dialect))))
        .clause("FROM", Some(relation(&create.table, dialect)))
        .done()
}

/// `CREATE PUBLICATION`.
pub(super) fn create_publication(create: &CreatePublication, dialect: Dialect) -> String {
    let members = if create.all_tables {
        "FOR ALL TABLES".into()
    } else {
        let tables = published(&create.tables, &create.only, &create.parts, dialect);
        let members = members(&tables, &create.schemas, dialect);
        if members.is_empty() { members } else { format!("FOR {members}") }
    };
    Line::new("CREATE PUBLICATION")
        .word(ident(&create.name, dialect))
        .word(members)
        .list("WITH", &options(&create.options))
        .done()
}

/// `ALTER PUBLICATION`.
pub(super) fn alter_publication(alter: &AlterPublication, dialect: Dialect) -> String {
    let line = Line::new("ALTER PUBLICATION").word(ident(&alter.name, dialect));
    let tables = published(&alter.tables, &alter.only, &alter.parts, dialect);
    let members = members(&tables, &alter.schemas, dialect);
    if members.is_empty() {
        return line.list("SET", &options(&alter.options)).done();
    }
    line.word(match alter.action {
        MembershipChange::Add => "ADD",
        MembershipChange::Drop => "DROP",
        MembershipChange::Set => "SET",
    })
    .word(members)
    .done()
}

/// Tables as a publication lists them: `ONLY a (b, c) WHERE (d)`.
fn published(tables: &[QName], only: &[QName], parts: &[PublishedPart], dialect: Dialect) -> Vec<String> {
    let one = |table: &QName| {
        let part = parts.iter().find(|part| part.table == *table);
        let list = part.map_or_else(String::new, |part| columns(&part.columns, dialect));
        let filter = part.and_then(|part| part.filter.as_ref());
        let line = if only.contains(table) {
            Line::new("ONLY").word(relation(table, dialect))
        } else {
            Line::new(relation(table, dialect))
        };
        line.list("", &list).clause("WHERE", filter.map(|filter| format!("({})", filter.sql))).done()
    };
    tables.iter().map(one).collect()
}

/// `TABLE a, b, TABLES IN SCHEMA c`.
fn members(tables: &[String], schemas: &[Ident], dialect: Dialect) -> String {
    let mut members = Vec::new();
    if !tables.is_empty() {
        members.push(format!("TABLE {}", tables.join(", ")));
    }
    if !schemas.is_empty() {
        let schema = |name: &Ident| match name.as_str() {
            "CURRENT_SCHEMA" => name.to_string(),
            name => ident(name, dialect).into_owned(),
        };
        members.push(format!("TABLES IN SCHEMA {}", commas(schemas, schema)));
    }
    members.join(", ")
}
