//! Effects where no lock can be measured: what is lost and broken, what is not known, other dialects.

use checkrail::effects::analyse;
use checkrail::effects::fact::{BreakKind, Effects, Extent, LossKind, RowWriteKind, ScanReason};
use checkrail::ir::data::LockMode;
use checkrail::ir::{DdlOp, Stmt};
use checkrail::name::{Dialect, QName, ServerVersion};
use checkrail::parse;
use checkrail::schema::{Coverage, Schema};
use checkrail::text::{FileId, Span, offset};

const SHOP: &str = "
CREATE TYPE state AS ENUM ('open', 'paid');
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL, name varchar(40));
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id) ON DELETE CASCADE,
  total numeric(10,2), state state, note text, placed timestamp);
CREATE VIEW open_orders AS SELECT id, total FROM orders;
";

fn parsed(sql: &str, dialect: Dialect) -> Vec<Stmt> {
    let span = Span::new(0, offset(sql.len()));
    parse::with_large_stack(|| parse::script(sql, span, FileId(0), dialect).statements).expect("a thread")
}

fn shop(version: u16) -> Schema {
    let mut schema = Schema::new(Dialect::PostgreSql, ServerVersion::new(version).expect("supported"));
    schema.coverage = Coverage::Complete;
    for stmt in parsed(SHOP, Dialect::PostgreSql) {
        assert_eq!(schema.apply(&stmt.op), [], "{SHOP}");
    }
    schema
}

fn on(schema: &Schema, sql: &str) -> Effects {
    let [stmt] = &parsed(sql, schema.dialect())[..] else { panic!("not one statement: {sql}") };
    assert!(!matches!(stmt.op, DdlOp::Opaque(_)), "not read: {sql}");
    analyse(&stmt.op, schema)
}

fn on_shop(sql: &str) -> Effects {
    on(&shop(17), sql)
}

/// The shop after a statement.
fn after(sql: &str) -> Schema {
    let mut schema = shop(17);
    for stmt in parsed(sql, Dialect::PostgreSql) {
        assert_eq!(schema.apply(&stmt.op), [], "{sql}");
    }
    schema
}

fn on_nothing(sql: &str) -> Effects {
    on(&Schema::new(Dialect::PostgreSql, ServerVersion::NEWEST), sql)
}

fn public(name: &str) -> QName {
    QName::qualified("public", name)
}

#[test]
fn tables_that_are_not_known_are_taken_for_the_worst() {
    use LockMode::{AccessExclusive, RowExclusive, Share, ShareRowExclusive, ShareUpdateExclusive};
    for (sql, mode, rewrites, scans) in [
        ("ALTER TABLE t ADD COLUMN c int", AccessExclusive, false, false),
        ("ALTER TABLE t ADD COLUMN c int DEFAULT 5", AccessExclusive, false, false),
        ("ALTER TABLE t ADD COLUMN c uuid DEFAULT gen_random_uuid()", AccessExclusive, true, true),
        ("ALTER TABLE t ADD COLUMN c int DEFAULT make_number()", AccessExclusive, true, true),
        ("ALTER TABLE t ALTER COLUMN c TYPE bigint", AccessExclusive, true, true),
        ("ALTER TABLE t ALTER COLUMN c SET NOT NULL", AccessExclusive, false, true),
        ("ALTER TABLE t ADD CHECK (c > 0)", AccessExclusive, false, true),
        ("ALTER TABLE t ADD CHECK (c > 0) NOT VALID", AccessExclusive, false, false),
        ("ALTER TABLE t ADD FOREIGN KEY (c) REFERENCES u (id)", ShareRowExclusive, false, true),
        ("ALTER TABLE t VALIDATE CONSTRAINT c", ShareUpdateExclusive, false, true),
        ("ALTER TABLE t SET UNLOGGED", AccessExclusive, true, true),
        ("ALTER TABLE t DROP COLUMN c", AccessExclusive, false, false),
        ("CREATE INDEX ON t (c)", Share, false, true),
        ("CREATE INDEX CONCURRENTLY ON t (c)", ShareUpdateExclusive, false, true),
        ("DROP TABLE t", AccessExclusive, false, false),
        ("TRUNCATE t", AccessExclusive, true, false),
        ("UPDATE t SET c = 1", RowExclusive, false, true),
        ("DELETE FROM t WHERE c = 1", RowExclusive, false, false),
        ("CLUSTER t USING i", AccessExclusive, true, true),
    ] {
        let effects = on_nothing(sql);
        let t = public("t");
        assert_eq!(effects.lock_on(&t), Some(mode), "{sql}");
        assert_eq!(effects.rewrites(&t), rewrites, "{sql}");
        assert_eq!(effects.scans(&t), scans, "{sql}");
        assert!(!effects.uncertain.is_empty(), "{sql}");
    }
    let effects = on_nothing("ALTER TABLE t ADD FOREIGN KEY (c) REFERENCES u (id)");
    assert_eq!(effects.lock_on(&public("u")), Some(ShareRowExclusive));
    assert!(effects.scans(&public("u")));

    let mut schema = Schema::new(Dialect::PostgreSql, ServerVersion::NEWEST);
    let made = "CREATE TABLE t (c int); ALTER TABLE t ADD CONSTRAINT t_u FOREIGN KEY (c) REFERENCES u (id) NOT VALID";
    for stmt in parsed(made, Dialect::PostgreSql) {
        assert_eq!(schema.apply(&stmt.op), [], "{made}");
    }
    let effects = on(&schema, "ALTER TABLE t VALIDATE CONSTRAINT t_u");
    assert_eq!(effects.lock_on(&public("u")), Some(LockMode::RowShare));
    for relation in ["t", "u"] {
        let scan = effects.scans.iter().find(|s| s.relation == public(relation)).expect("it is read");
        assert_eq!(scan.reason, ScanReason::ForeignKey("t_u".into()));
    }
}

#[test]
fn what_does_not_exist_has_no_effects() {
    for sql in [
        "ALTER TABLE IF EXISTS nothing ADD COLUMN c int",
        "DROP TABLE IF EXISTS nothing CASCADE",
        "DROP INDEX IF EXISTS nothing",
        "TRUNCATE nothing",
        "UPDATE nothing SET c = 1",
        "VACUUM nothing",
        "DROP TRIGGER IF EXISTS nothing ON orders",
    ] {
        let effects = Effects { no_transaction: None, ..on_shop(sql) };
        assert_eq!(effects, Effects::default(), "{sql}");
    }
}

#[test]
fn an_unset_time_zone_may_rewrite() {
    let sql = "ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz";
    let with = |zone: Option<&str>| {
        let mut schema = shop(17);
        schema.session.time_zone = zone.map(str::to_owned);
        let effects = on(&schema, sql);
        (effects.rewrites(&public("orders")), effects.uncertain.is_empty())
    };
    assert_eq!(with(Some("UTC")), (false, true));
    assert_eq!(with(Some("Europe/Paris")), (true, true));
    assert_eq!(with(None), (true, false));
}

#[test]
fn statements_that_need_no_transaction_around_them() {
    let refused = |sql: &str| on_nothing(sql).no_transaction;
    assert_eq!(refused("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)"), Some("CREATE INDEX CONCURRENTLY"));
    assert_eq!(refused("DROP INDEX CONCURRENTLY i"), Some("DROP INDEX CONCURRENTLY"));
    assert_eq!(refused("REINDEX TABLE CONCURRENTLY t"), Some("REINDEX CONCURRENTLY"));
    assert_eq!(refused("REINDEX SCHEMA public"), Some("REINDEX SCHEMA"));
    assert_eq!(refused("VACUUM t"), Some("VACUUM"));
    assert_eq!(refused("ANALYZE t"), None);
    assert_eq!(refused("CLUSTER"), Some("CLUSTER"));
    assert_eq!(refused("CLUSTER t USING i"), None);
    assert_eq!(refused("CREATE DATABASE d"), Some("CREATE DATABASE"));
    assert_eq!(refused("DROP DATABASE d"), Some("DROP DATABASE"));
    assert_eq!(refused("CREATE TABLESPACE s LOCATION '/srv/pg'"), Some("CREATE TABLESPACE"));
    assert_eq!(refused("ALTER SYSTEM SET work_mem = '8MB'"), Some("ALTER SYSTEM"));
    assert_eq!(
        refused("ALTER TABLE t DETACH PARTITION p CONCURRENTLY"),
        Some("ALTER TABLE ... DETACH CONCURRENTLY")
    );
    assert_eq!(
        refused("CREATE SUBSCRIPTION s CONNECTION 'dbname=x' PUBLICATION p"),
        Some("CREATE SUBSCRIPTION ... WITH (create_slot = true)")
    );
    assert_eq!(refused("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false)"), None);
    assert_eq!(refused("ALTER TYPE state ADD VALUE 'late'"), None);
    let mut schema = shop(17);
    for stmt in parsed("CREATE TABLE e (a int) PARTITION BY LIST (a)", Dialect::PostgreSql) {
        schema.apply(&stmt.op);
    }
    assert_eq!(on(&schema, "REINDEX TABLE e").no_transaction, Some("REINDEX TABLE"));
    assert_eq!(on(&schema, "CLUSTER e USING i").no_transaction, Some("CLUSTER"));
}

#[test]
fn what_is_lost() {
    let lost = |sql: &str| {
        let losses = on_shop(sql).data_loss;
        losses.into_iter().map(|l| (l.object, l.what)).collect::<Vec<_>>()
    };
    let one = |object: &str, what| vec![(object.to_owned(), what)];
    assert_eq!(lost("ALTER TABLE orders DROP COLUMN note"), one("public.orders.note", LossKind::Column));
    assert_eq!(lost("DROP TABLE orders CASCADE"), one("public.orders", LossKind::Table));
    assert_eq!(lost("TRUNCATE orders"), one("public.orders", LossKind::Table));
    assert_eq!(lost("DROP TYPE state CASCADE"), one("public.orders.state", LossKind::Column));
    assert_eq!(lost("DELETE FROM orders WHERE id = 1"), one("public.orders", LossKind::Rows));
    assert_eq!(
        lost("ALTER TABLE customers ALTER COLUMN name TYPE varchar(20)"),
        one("public.customers.name", LossKind::Narrowing)
    );
    assert_eq!(
        lost("DELETE FROM customers"),
        [one("public.customers", LossKind::Rows), one("public.orders", LossKind::Rows)].concat()
    );
    assert_eq!(lost("UPDATE orders SET note = 'none' WHERE note IS NULL"), []);
    assert_eq!(lost("ALTER TABLE customers ALTER COLUMN name TYPE text"), []);
    assert_eq!(lost("DROP VIEW open_orders"), []);
}

#[test]
fn what_old_code_can_no_longer_do() {
    let broken = |sql: &str| {
        let breaks = on_shop(sql).breaks;
        breaks.into_iter().map(|b| (b.object, b.kind)).collect::<Vec<_>>()
    };
    let gone = BreakKind::RelationGone { renamed_to: None };
    let one = |object: &str, kind| vec![(object.to_owned(), kind)];
    assert_eq!(
        broken("ALTER TABLE orders RENAME TO purchases"),
        one("public.orders", BreakKind::RelationGone { renamed_to: Some("public.purchases".to_owned()) })
    );
    assert_eq!(
        broken("ALTER TABLE orders RENAME COLUMN note TO remark"),
        one("public.orders.note", BreakKind::ColumnGone { renamed_to: Some("remark".to_owned()) })
    );
    assert_eq!(
        broken("DROP TABLE orders CASCADE"),
        [one("public.orders", gone.clone()), one("public.open_orders", gone)].concat()
    );
    assert_eq!(
        broken("ALTER TABLE orders ADD COLUMN shop int NOT NULL"),
        one("public.orders.shop", BreakKind::InsertWithoutColumn)
    );
    assert_eq!(broken("ALTER TABLE orders ADD COLUMN shop int NOT NULL DEFAULT 1"), []);
    assert_eq!(
        broken("ALTER TABLE orders ALTER COLUMN customer_id TYPE numeric"),
        one("public.orders.customer_id", BreakKind::TypeChanged)
    );
    assert_eq!(broken("ALTER TABLE customers ALTER COLUMN name TYPE text"), []);
    assert_eq!(
        broken("ALTER TABLE orders ENABLE ROW LEVEL SECURITY"),
        one("public.orders", BreakKind::RowsHidden)
    );
    assert_eq!(
        broken("ALTER TYPE state RENAME VALUE 'open' TO 'new'"),
        one("public.state.open", BreakKind::ObjectGone { renamed_to: Some("new".to_owned()) })
    );
    assert_eq!(broken("CREATE INDEX ON orders (note)"), []);
}

#[test]
fn rows_are_counted_as_far_as_the_text_tells() {
    let written = |sql: &str| {
        let writes = on_shop(sql).row_writes;
        writes.into_iter().map(|w| (w.table.to_string(), w.kind, w.extent)).collect::<Vec<_>>()
    };
    let orders = |kind, extent| vec![("public.orders".to_owned(), kind, extent)];
    assert_eq!(
        written("INSERT INTO orders (id) VALUES (1), (2)"),
        orders(RowWriteKind::Insert, Extent::Fixed(2))
    );
    assert_eq!(
        written("INSERT INTO orders (id) SELECT id FROM customers"),
        orders(RowWriteKind::Insert, Extent::Unbounded)
    );
    assert_eq!(written("UPDATE orders SET note = ''"), orders(RowWriteKind::Update, Extent::Unbounded));
    assert_eq!(
        written("UPDATE open_orders SET total = 0 WHERE id = 1"),
        orders(RowWriteKind::Update, Extent::Filtered)
    );
    assert_eq!(
        written("DELETE FROM customers WHERE id = 1"),
        [
            vec![("public.customers".to_owned(), RowWriteKind::Delete, Extent::Filtered)],
            orders(RowWriteKind::Delete, Extent::Filtered)
        ]
        .concat()
    );
}

#[test]
fn a_block_does_what_its_statements_do() {
    let effects = on_shop(
        "DO $$ BEGIN
           CREATE TABLE scratch (a int);
           ALTER TABLE scratch ADD COLUMN b int;
           IF (SELECT count(*) FROM customers) > 5 THEN ALTER TABLE orders ADD CHECK (total > 0); END IF;
         END $$",
    );
    assert_eq!(effects.lock_on(&public("orders")), Some(LockMode::AccessExclusive));
    assert!(effects.scans(&public("orders")));
    assert_eq!(effects.lock_on(&public("scratch")), None);
}

#[test]
fn a_block_sees_what_it_has_done() {
    let effects = on_shop(
        "DO $$ BEGIN
           ALTER TABLE orders RENAME COLUMN note TO amount;
           CREATE INDEX orders_amount ON orders (amount);
           ALTER TABLE orders ALTER COLUMN amount TYPE numeric USING amount::numeric;
         END $$",
    );
    assert!(effects.rewrites(&public("orders")));
    assert_eq!(effects.lock_on(&public("orders")), Some(LockMode::AccessExclusive));
    assert_eq!(effects.lock_on(&public("orders_amount")), None);
    assert_eq!(effects.uncertain, Vec::<String>::new());
}

#[test]
fn an_index_that_goes_in_the_same_statement_is_not_built() {
    let schema = after("ALTER TABLE orders ADD CONSTRAINT once UNIQUE (note)");
    let sql = "ALTER TABLE orders ALTER COLUMN customer_id TYPE numeric, DROP CONSTRAINT once";
    let effects = on(&schema, sql);
    assert!(effects.rewrites(&public("orders")));
    assert!(effects.index_builds.iter().all(|build| build.index.as_deref() != Some("once")));
    assert_eq!(effects.lock_on(&public("once")), Some(LockMode::AccessExclusive));
}

/// What a function made of text that nobody read may be there.
#[test]
fn a_part_that_may_be_there_is_taken_for_there() {
    let sql = "DROP TRIGGER IF EXISTS touch ON orders";
    assert_eq!(on_shop(sql).lock_on(&public("orders")), None);
    let effects = on(&after("DO $$ BEGIN EXECUTE current_setting('x'); END $$"), sql);
    assert_eq!(effects.lock_on(&public("orders")), Some(LockMode::AccessExclusive));
    assert_eq!(effects.uncertain, ["whether touch is there is not known"]);
}

#[test]
fn other_dialects_say_that_locks_are_not_modelled() {
    for dialect in [Dialect::MySql, Dialect::Sqlite] {
        let schema = Schema::new(dialect, ServerVersion::NEWEST);
        let effects = on(&schema, "ALTER TABLE orders DROP COLUMN note");
        assert!(effects.locks.is_empty() && effects.scans.is_empty());
        assert_eq!(effects.data_loss.len(), 1);
        assert_eq!(effects.data_loss[0].what, LossKind::Column);
        assert!(effects.uncertain[0].contains("PostgreSQL only"), "{:?}", effects.uncertain);
    }
}
