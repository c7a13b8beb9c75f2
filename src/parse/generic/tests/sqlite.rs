//! SQLite.

use super::check;
use crate::name::Dialect;

#[test]
fn tables() {
    check(
        &[
            (
                "CREATE TABLE IF NOT EXISTS main.[Users] (
                    Id INTEGER PRIMARY KEY AUTOINCREMENT,
                    'name' VARYING CHARACTER(20) NOT NULL ON CONFLICT IGNORE COLLATE nocase DEFAULT (lower('X')),
                    any, seen DEFAULT CURRENT_TIMESTAMP,
                    \"order\" REFERENCES orders (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
                    twice INT GENERATED ALWAYS AS (Id * 2) STORED,
                    key text CONSTRAINT c CHECK (key <> '') UNIQUE,
                    UNIQUE (any, seen) ON CONFLICT REPLACE
                 ) WITHOUT ROWID, STRICT",
                "CREATE TABLE IF NOT EXISTS main.Users (\n    \
                 Id integer PRIMARY KEY AUTOINCREMENT,\n    \
                 name varying character(20) COLLATE nocase DEFAULT (lower('X')) NOT NULL,\n    \
                 any,\n    \
                 seen DEFAULT CURRENT_TIMESTAMP,\n    \
                 \"order\" REFERENCES orders (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,\n    \
                 twice int GENERATED ALWAYS AS (Id * 2) STORED,\n    \
                 \"key\" text CONSTRAINT c CHECK (key <> '') UNIQUE,\n    \
                 UNIQUE (any, seen)\n\
                 ) WITHOUT ROWID, STRICT;\n",
            ),
            ("CREATE TEMP TABLE t AS SELECT 1 AS a", "CREATE TEMPORARY TABLE t AS\nSELECT 1 AS a;\n"),
        ],
        Dialect::Sqlite,
    );
}

#[test]
fn changes() {
    check(
        &[
            (
                "CREATE UNIQUE INDEX IF NOT EXISTS main.i ON t (a COLLATE NOCASE DESC, lower(b)) WHERE a > 0",
                "CREATE UNIQUE INDEX IF NOT EXISTS main.i ON t (a COLLATE NOCASE DESC, lower(b)) WHERE a > 0;\n",
            ),
            ("ALTER TABLE t ADD c int DEFAULT 0", "ALTER TABLE t ADD COLUMN c int DEFAULT 0;\n"),
            ("ALTER TABLE t RENAME a TO b", "ALTER TABLE t RENAME COLUMN a TO b;\n"),
            ("ALTER TABLE t RENAME TO u", "ALTER TABLE t RENAME TO u;\n"),
            ("ALTER TABLE t DROP COLUMN a", "ALTER TABLE t DROP COLUMN a;\n"),
            ("DROP INDEX IF EXISTS main.i", "DROP INDEX IF EXISTS main.i;\n"),
            ("DROP TABLE t", "DROP TABLE t;\n"),
            ("DROP TRIGGER g", "DROP TRIGGER g;\n"),
            ("CREATE TEMP VIEW IF NOT EXISTS v AS SELECT 1", "CREATE TEMPORARY VIEW v AS\nSELECT 1;\n"),
            ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = off;\n"),
            ("PRAGMA main.user_version(3)", "PRAGMA user_version = 3;\n"),
            ("BEGIN IMMEDIATE TRANSACTION", "BEGIN;\n"),
            ("END TRANSACTION", "COMMIT;\n"),
            ("VACUUM", "VACUUM;\n"),
            ("ANALYZE t", "ANALYZE t;\n"),
            ("REINDEX", "REINDEX;\n"),
        ],
        Dialect::Sqlite,
    );
}
