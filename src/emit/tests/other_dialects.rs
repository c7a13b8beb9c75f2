//! The statements that MySQL and SQLite write in their own way.

use super::alter::{add, many};
use super::index::{column, create, index};
use super::named::{drop, rename};
use super::table::{foreign_key, key};
use super::{col, con, e, id, ids, q, sql, ty};
use crate::ir::DdlOp;
use crate::ir::expr::{Expr, ExprFacts, ExprShape};
use crate::ir::index::{CreateIndex, IndexKey, KeyTarget};
use crate::ir::object::{Drop, ObjectKind, ObjectName, SetSchema};
use crate::ir::table::{
    ColumnDef, ConstraintDef, ConstraintKind, CreateTable, Generated, Identity, LikeClause, Persistence,
    TableAction,
};
use crate::ir::types::{SequenceOptions, TypeName};
use crate::name::Dialect;

fn identity() -> Identity {
    Identity { always: false, options: Box::new(SequenceOptions::default()) }
}

fn literal(sql: &str) -> Expr {
    Expr::from(ExprFacts { shape: ExprShape::Literal(sql.into()), ..e(sql).into_inner() })
}

/// A table with what both dialects have.
fn table(id_type: &str, columns: Vec<ColumnDef>) -> CreateTable {
    let id_column = ColumnDef {
        identity: Some(identity()),
        not_null: id_type != "integer",
        constraints: vec![con(None, ConstraintKind::PrimaryKey(key(&["Id"])))],
        ..col("Id", id_type)
    };
    CreateTable {
        name: Some(q("users")),
        if_not_exists: true,
        columns: std::iter::once(id_column).chain(columns).collect(),
        ..CreateTable::default()
    }
}

#[test]
fn mysql_tables() {
    let columns = vec![
        ColumnDef {
            not_null: true,
            collation: Some(q("utf8mb4_bin")),
            default: Some(literal("''")),
            comment: Some("the user's \\ name".into()),
            ..col("name", "varchar(50,character set utf8mb4)")
        },
        ColumnDef {
            data_type: Some(ty("decimal unsigned(10,2)")),
            default: Some(e("rand() * 2")),
            ..col("n", "")
        },
        ColumnDef {
            default: Some(e("CURRENT_TIMESTAMP")),
            ..col("at", "timestamp(3,on update CURRENT_TIMESTAMP)")
        },
        ColumnDef {
            generated: Some(Generated { expr: e("n + 1"), stored: false }),
            constraints: vec![con(None, ConstraintKind::ForeignKey(foreign_key(&["g"], "o", &["id"])))],
            ..col("g", "int")
        },
    ];
    let op = DdlOp::CreateTable(Box::new(CreateTable {
        constraints: vec![con(Some("u"), ConstraintKind::Unique(key(&["name", "order"])))],
        extra: Some("ENGINE=InnoDB DEFAULT CHARSET=utf8mb4".into()),
        ..table("int", columns)
    }));
    assert_eq!(
        sql(&op, Dialect::MySql),
        "CREATE TABLE IF NOT EXISTS `users` (\n    \
         `Id` int NOT NULL AUTO_INCREMENT PRIMARY KEY,\n    \
         `name` varchar(50) character set utf8mb4 COLLATE `utf8mb4_bin` DEFAULT '' NOT NULL \
         COMMENT 'the user''s \\\\ name',\n    \
         `n` decimal(10,2) unsigned DEFAULT (rand() * 2),\n    \
         `at` timestamp(3) DEFAULT CURRENT_TIMESTAMP on update CURRENT_TIMESTAMP,\n    \
         `g` int GENERATED ALWAYS AS (n + 1) VIRTUAL,\n    \
         FOREIGN KEY (`g`) REFERENCES `o` (`id`),\n    \
         CONSTRAINT `u` UNIQUE (`name`, `order`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"
    );
    let like = DdlOp::CreateTable(Box::new(CreateTable {
        name: Some(q("a")),
        persistence: Persistence::Temporary,
        like: vec![LikeClause { source: q("d.b"), position: 0, including: Vec::new() }],
        ..CreateTable::default()
    }));
    assert_eq!(sql(&like, Dialect::MySql), "CREATE TEMPORARY TABLE `a` LIKE `d`.`b`");
}

#[test]
fn mysql_alterations() {
    let column = || id("c");
    let op = many(
        ObjectKind::Table,
        vec![
            TableAction::AlterType {
                column: column(),
                data_type: TypeName::builtin("bigint unsigned"),
                collation: None,
                using: None,
            },
            TableAction::NotNull { column: column(), not_null: true },
            TableAction::Default { column: column(), default: None },
            TableAction::AddIdentity { column: column(), identity: identity() },
            TableAction::Default { column: id("d"), default: Some(literal("1")) },
            TableAction::AlterType {
                column: id("d"),
                data_type: ty("varchar(9)"),
                collation: Some(q("utf8mb4_bin")),
                using: None,
            },
            TableAction::NotNull { column: id("d"), not_null: false },
            TableAction::Default { column: id("d"), default: Some(literal("'x'")) },
            TableAction::DropConstraint { name: id("PRIMARY"), if_exists: false, cascade: false },
            TableAction::DropConstraint { name: id("fk"), if_exists: false, cascade: false },
            add(col("e", "int")),
            TableAction::Other("ENGINE=InnoDB".into()),
        ],
    );
    assert_eq!(
        sql(&op, Dialect::MySql),
        "ALTER TABLE `app`.`t`\n    \
         MODIFY COLUMN `c` bigint unsigned NOT NULL AUTO_INCREMENT,\n    \
         ALTER COLUMN `d` SET DEFAULT 1,\n    \
         MODIFY COLUMN `d` varchar(9) COLLATE `utf8mb4_bin` NULL DEFAULT 'x',\n    \
         DROP PRIMARY KEY,\n    \
         DROP CONSTRAINT `fk`,\n    \
         ADD COLUMN `e` int,\n    \
         ENGINE=InnoDB"
    );
}

#[test]
fn mysql_drops_constraints_before_it_adds_foreign_keys() {
    let key = con(Some("new"), ConstraintKind::ForeignKey(foreign_key(&["a"], "o", &["id"])));
    let op = many(
        ObjectKind::Table,
        vec![
            TableAction::DropConstraint { name: id("old"), if_exists: false, cascade: false },
            add(col("c", "int")),
            TableAction::AddConstraint(Box::new(key)),
        ],
    );
    assert_eq!(
        sql(&op, Dialect::MySql),
        "ALTER TABLE `app`.`t`\n    DROP CONSTRAINT `old`,\n    ADD COLUMN `c` int;\n\
         ALTER TABLE `app`.`t` ADD CONSTRAINT `new` FOREIGN KEY (`a`) REFERENCES `o` (`id`)"
    );
}

#[test]
fn mysql_indexes_and_renames() {
    let long = CreateIndex {
        unique: true,
        method: id("hash"),
        ..index(
            Some("i"),
            "app.t",
            vec![
                IndexKey { prefix: Some(10), ..column("a") },
                IndexKey { target: KeyTarget::Expr(e("lower(b)")), descending: true, ..column("") },
            ],
        )
    };
    let fulltext = CreateIndex { method: id("fulltext"), ..index(Some("i"), "t", vec![column("a")]) };
    let indexes = Drop {
        if_exists: true,
        ..drop(ObjectKind::Index, vec![ObjectName::part(q("t"), id("i")), ObjectName::part(q("t"), id("j"))])
    };
    let moved = SetSchema {
        kind: ObjectKind::Table,
        object: ObjectName::of(q("a.t")),
        schema: id("b"),
        if_exists: false,
    };
    let cases = [
        (create(long), "CREATE UNIQUE INDEX `i` ON `app`.`t` (`a`(10), (lower(b)) DESC) USING HASH"),
        (create(fulltext), "CREATE FULLTEXT INDEX `i` ON `t` (`a`)"),
        (DdlOp::Drop(indexes), "DROP INDEX IF EXISTS `i` ON `t`;\nDROP INDEX IF EXISTS `j` ON `t`"),
        (
            DdlOp::Drop(drop(ObjectKind::Table, vec![ObjectName::of(q("a")), ObjectName::of(q("b"))])),
            "DROP TABLE `a`, `b`",
        ),
        (
            DdlOp::Rename(rename(ObjectKind::Table, ObjectName::of(q("app.t")), None)),
            "RENAME TABLE `app`.`t` TO `app`.`New`",
        ),
        (DdlOp::SetSchema(moved), "RENAME TABLE `a`.`t` TO `b`.`t`"),
        (
            DdlOp::Rename(rename(ObjectKind::Column, ObjectName::part(q("t"), id("a")), None)),
            "ALTER TABLE `t` RENAME COLUMN `a` TO `New`",
        ),
        (
            DdlOp::Rename(rename(ObjectKind::Index, ObjectName::part(q("t"), id("i")), None)),
            "ALTER TABLE `t` RENAME INDEX `i` TO `New`",
        ),
    ];
    for (op, expected) in cases {
        assert_eq!(sql(&op, Dialect::MySql), expected);
    }
}

#[test]
fn sqlite_tables() {
    let columns = vec![
        ColumnDef {
            default: Some(e("CURRENT_TIMESTAMP")),
            constraints: vec![ConstraintDef {
                deferrable: true,
                initially_deferred: true,
                ..con(None, ConstraintKind::ForeignKey(foreign_key(&["o"], "other", &["id"])))
            }],
            ..col("o", "varying character(20)")
        },
        ColumnDef { data_type: None, default: Some(e("random() % 9")), ..col("any", "") },
    ];
    let op = DdlOp::CreateTable(Box::new(CreateTable {
        extra: Some("STRICT".into()),
        constraints: vec![con(None, ConstraintKind::Check(e("o <> ''")))],
        ..table("integer", columns)
    }));
    assert_eq!(
        sql(&op, Dialect::Sqlite),
        "CREATE TABLE IF NOT EXISTS users (\n    \
         Id integer PRIMARY KEY AUTOINCREMENT,\n    \
         o varying character(20) DEFAULT CURRENT_TIMESTAMP REFERENCES other (id) \
         DEFERRABLE INITIALLY DEFERRED,\n    \
         any DEFAULT (random() % 9),\n    \
         CHECK (o <> '')\n) STRICT"
    );
}

#[test]
fn sqlite_takes_one_thing_at_a_time() {
    let alter = many(
        ObjectKind::Table,
        vec![
            add(col("n", "integer")),
            TableAction::DropColumn { name: id("index"), if_exists: false, cascade: false },
        ],
    );
    let tables = Drop {
        cascade: true,
        if_exists: true,
        ..drop(ObjectKind::Table, vec![ObjectName::of(q("a")), ObjectName::of(q("main.b"))])
    };
    let partial = CreateIndex {
        unique: true,
        concurrently: true,
        if_not_exists: true,
        include: ids(&["x"]),
        predicate: Some(e("a > 0")),
        ..index(
            Some("i"),
            "main.t",
            vec![
                IndexKey { collation: Some(q("NOCASE")), ..column("a") },
                IndexKey { target: KeyTarget::Expr(e("lower(b)")), ..column("") },
            ],
        )
    };
    let cases = [
        (alter, "ALTER TABLE app.t ADD COLUMN n integer;\nALTER TABLE app.t DROP COLUMN \"index\""),
        (DdlOp::Drop(tables), "DROP TABLE IF EXISTS a;\nDROP TABLE IF EXISTS main.b"),
        (
            create(partial),
            "CREATE UNIQUE INDEX IF NOT EXISTS main.i ON t (a COLLATE NOCASE, lower(b)) WHERE a > 0",
        ),
        (
            DdlOp::Drop(drop(ObjectKind::Index, vec![ObjectName::part(q("main.t"), id("i"))])),
            "DROP INDEX main.i",
        ),
        (
            DdlOp::Rename(rename(ObjectKind::Table, ObjectName::of(q("main.t")), None)),
            "ALTER TABLE main.t RENAME TO New",
        ),
    ];
    for (op, expected) in cases {
        assert_eq!(sql(&op, Dialect::Sqlite), expected);
    }
}
