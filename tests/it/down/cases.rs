//! Migrations with ways back that are right or wrong in one way each.

/// A migration on a schema, with its way back and what is to be said of that.
pub struct Case {
    pub name: &'static str,
    pub before: &'static str,
    pub up: &'static str,
    pub down: &'static str,
    pub verdict: &'static str,
    /// A difference, or an error, that is told.
    pub says: Option<&'static str>,
    /// Rule, severity and the line that the finding points at.
    pub findings: &'static [(&'static str, &'static str, &'static str)],
    /// Layouts whose transactions would make it another case.
    pub not_in: &'static [&'static str],
    /// Whether it can be run with rows and roles that every server has.
    pub on_server: bool,
}

const CASE: Case = Case {
    name: "",
    before: "CREATE TABLE users (id bigint PRIMARY KEY, state text NOT NULL DEFAULT 'new', email text);\n\
             CREATE INDEX users_state ON users (state);\n",
    up: "",
    down: "",
    verdict: "restores",
    says: None,
    findings: &[],
    not_in: &[],
    on_server: true,
};

pub const CASES: &[Case] = &[
    Case {
        name: "a way back that restores",
        up: "ALTER TABLE users ADD COLUMN age int;\nCREATE TABLE notes (id bigint PRIMARY KEY);\n",
        down: "DROP TABLE notes;\nALTER TABLE users DROP COLUMN age;\n",
        ..CASE
    },
    Case {
        name: "spelling is no difference",
        before: "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(40), age int,\n\
                 CONSTRAINT grown CHECK (age > 17 AND age < 200));\n\
                 CREATE INDEX users_name ON users (lower(name)) WHERE name <> 'root';\n\
                 CREATE VIEW names AS SELECT u.name FROM users u WHERE u.age > 20;\n",
        up: "DROP VIEW names;\nDROP INDEX users_name;\nALTER TABLE users DROP CONSTRAINT grown;\n",
        down: "ALTER TABLE ONLY public.users ADD CONSTRAINT grown CHECK (((age > 17) AND (age < 200)));\n\
               CREATE INDEX users_name ON public.users USING btree (lower((name)::text)) WHERE ((name)::text <> 'root'::text);\n\
               CREATE VIEW public.names AS\n SELECT u.name\n   FROM public.users u\n  WHERE (u.age > 20);\n",
        findings: &[(
            "down-blocks-longer",
            "warning",
            "ALTER TABLE ONLY public.users ADD CONSTRAINT grown CHECK (((age > 17) AND (age < 200)));",
        )],
        ..CASE
    },
    Case {
        name: "a syntax error",
        up: "CREATE INDEX users_email ON users (email);\n",
        down: "DROP INDEX users_email ON users;\n",
        verdict: "fails",
        says: Some("syntax error at or near \"ON\""),
        findings: &[("failing-down", "error", "DROP INDEX users_email ON users;")],
        ..CASE
    },
    Case {
        name: "a column that is not there",
        up: "ALTER TABLE users ADD COLUMN age int;\n",
        down: "SELECT 1;\nALTER TABLE users DROP COLUMN ages;\n",
        verdict: "fails",
        says: Some("column \"ages\" of relation \"users\" does not exist (SQLSTATE 42703)"),
        findings: &[("failing-down", "error", "ALTER TABLE users DROP COLUMN ages;")],
        ..CASE
    },
    Case {
        name: "dependents in the way",
        up: "CREATE TYPE mood AS ENUM ('good');\nALTER TABLE users ADD COLUMN mood mood;\n",
        down: "DROP TYPE mood;\nALTER TABLE users DROP COLUMN mood;\n",
        verdict: "fails",
        says: Some("cannot drop type mood because other objects depend on it (SQLSTATE 2BP01)"),
        findings: &[("failing-down", "error", "DROP TYPE mood;")],
        ..CASE
    },
    Case {
        name: "a concurrent form in a transaction",
        up: "DROP INDEX users_state;\n",
        down: "SELECT 1;\nCREATE INDEX CONCURRENTLY users_state ON users (state);\n",
        verdict: "fails",
        says: Some("CREATE INDEX CONCURRENTLY cannot run inside a transaction block (SQLSTATE 25001)"),
        findings: &[("failing-down", "error", "CREATE INDEX CONCURRENTLY users_state ON users (state);")],
        not_in: &["sqitch", "flyway"],
        on_server: false,
        ..CASE
    },
    Case {
        name: "an index that went with a column",
        up: "ALTER TABLE users DROP COLUMN state;\n",
        down: "ALTER TABLE users ADD COLUMN state text NOT NULL DEFAULT 'new';\n",
        verdict: "differs",
        says: Some("index public.users_state is missing"),
        findings: &[
            (
                "down-does-not-restore",
                "warning",
                "ALTER TABLE users ADD COLUMN state text NOT NULL DEFAULT 'new';",
            ),
            (
                "down-reorders-columns",
                "advice",
                "ALTER TABLE users ADD COLUMN state text NOT NULL DEFAULT 'new';",
            ),
        ],
        ..CASE
    },
    Case {
        name: "a default that is not the old one",
        up: "ALTER TABLE users ALTER COLUMN state DROP DEFAULT;\n",
        down: "ALTER TABLE users ALTER COLUMN state SET DEFAULT 'old';\n",
        verdict: "differs",
        says: Some("default of column public.users.state is 'old' instead of 'new'"),
        findings: &[(
            "down-does-not-restore",
            "warning",
            "ALTER TABLE users ALTER COLUMN state SET DEFAULT 'old';",
        )],
        ..CASE
    },
    Case {
        name: "privileges, comment and policy of a table made again",
        before: "CREATE TABLE users (id bigint PRIMARY KEY);\nGRANT SELECT ON users TO PUBLIC;\n\
                 COMMENT ON TABLE users IS 'People';\nALTER TABLE users ENABLE ROW LEVEL SECURITY;\n\
                 CREATE POLICY own ON users USING (id > 0);\n",
        up: "DROP TABLE users;\n",
        down: "CREATE TABLE users (id bigint PRIMARY KEY);\n",
        verdict: "differs",
        says: Some("policy own of public.users is missing"),
        findings: &[("down-does-not-restore", "warning", "CREATE TABLE users (id bigint PRIMARY KEY);")],
        ..CASE
    },
    Case {
        name: "a function with its new body",
        before: "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';\n",
        up: "CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 2';\nCREATE TABLE t (id int);\n",
        down: "DROP TABLE t;\n",
        verdict: "differs",
        says: None,
        findings: &[("down-does-not-restore", "warning", "DROP TABLE t;")],
        ..CASE
    },
    Case {
        name: "an enum value stays",
        before: "CREATE TYPE mood AS ENUM ('good');\nCREATE TABLE a (id int);\n",
        up: "ALTER TYPE mood ADD VALUE 'bad';\nCREATE TABLE b (id int);\n",
        down: "DROP TABLE b;\n",
        verdict: "differs",
        says: Some(
            "value 'bad' of type public.mood is left over, which the server has no statement to remove",
        ),
        findings: &[("down-does-not-restore", "advice", "DROP TABLE b;")],
        ..CASE
    },
    Case {
        name: "nothing at all",
        up: "CREATE TABLE notes (id bigint PRIMARY KEY);\n",
        down: "SELECT 1;\n",
        verdict: "empty",
        says: Some("table public.notes is left over"),
        findings: &[("empty-down", "warning", "SELECT 1;")],
        ..CASE
    },
    Case {
        name: "nothing to undo",
        up: "UPDATE users SET state = 'x' WHERE id = 1;\n",
        down: "SELECT 1;\n",
        verdict: "nothing-to-do",
        ..CASE
    },
    Case {
        name: "declared in a comment",
        up: "ALTER TABLE users DROP COLUMN email;\n",
        down: "-- irreversible: the addresses are gone\n",
        verdict: "irreversible",
        ..CASE
    },
    Case {
        name: "declared by an error",
        up: "ALTER TABLE users DROP COLUMN email;\n",
        down: "DO $$ BEGIN RAISE EXCEPTION 'restore a backup'; END $$;\n",
        verdict: "irreversible",
        says: Some("restore a backup (SQLSTATE P0001)"),
        ..CASE
    },
    Case {
        name: "more than was made",
        up: "CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);\nCREATE TABLE notes (id bigint PRIMARY KEY);\n",
        down: "DROP TABLE notes;\nDROP TABLE users;\n",
        verdict: "differs",
        says: Some("table public.users is missing"),
        findings: &[("down-drops-older-object", "error", "DROP TABLE users;")],
        ..CASE
    },
    Case {
        name: "older rows",
        up: "INSERT INTO users VALUES (3, 'team', NULL);\n",
        down: "DELETE FROM users;\n",
        verdict: "restores",
        findings: &[("down-deletes-older-rows", "error", "DELETE FROM users;")],
        ..CASE
    },
    Case {
        name: "longer than the migration",
        up: "DROP INDEX users_state;\n",
        down: "CREATE INDEX users_state ON users (state);\n",
        verdict: "restores",
        findings: &[("down-blocks-longer", "warning", "CREATE INDEX users_state ON users (state);")],
        ..CASE
    },
    Case {
        name: "another name",
        before: "CREATE TABLE users (id bigint PRIMARY KEY, email text CONSTRAINT one_account UNIQUE);\n",
        up: "ALTER TABLE users DROP CONSTRAINT one_account;\n",
        down: "ALTER TABLE users ADD UNIQUE (email);\n",
        verdict: "renames",
        says: Some("constraint one_account of public.users is called users_email_key now"),
        findings: &[
            ("down-blocks-longer", "warning", "ALTER TABLE users ADD UNIQUE (email);"),
            ("down-renames-object", "advice", "ALTER TABLE users ADD UNIQUE (email);"),
        ],
        ..CASE
    },
    Case {
        name: "another order of columns",
        before: "CREATE TABLE users (id bigint PRIMARY KEY, state text, email text);\n",
        up: "ALTER TABLE users DROP COLUMN state;\n",
        down: "ALTER TABLE users ADD COLUMN state text;\n",
        verdict: "reorders",
        says: Some("the columns of public.users stand in another order: state"),
        findings: &[("down-reorders-columns", "advice", "ALTER TABLE users ADD COLUMN state text;")],
        ..CASE
    },
    Case {
        name: "a text made at run time",
        up: "CREATE TABLE notes (id bigint PRIMARY KEY);\n",
        down: "DO $$ BEGIN EXECUTE 'DROP TABLE ' || current_setting('app.t'); END $$;\n",
        verdict: "unknown",
        findings: &[(
            "down-not-analysed",
            "warning",
            "DO $$ BEGIN EXECUTE 'DROP TABLE ' || current_setting('app.t'); END $$;",
        )],
        on_server: false,
        ..CASE
    },
];
