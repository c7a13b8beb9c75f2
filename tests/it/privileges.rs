//! Who gave what to whom: the model's privilege lists against those of a server, with grantors, after the same
//! statements, after a diff, after a rollback and after reading a dump.

use std::fmt::Write as _;

use checkrail::introspect::{Live, Options, Target, introspect};
use checkrail::name::Dialect;
use checkrail::parse::with_large_stack;
use checkrail::review::compare::compare;
use checkrail::schema::Schema;

use crate::exact_replay::{replay, replay_as};
use crate::harness::{PgServer, each_server};

/// The roles of all cases; `mem` is in `grp`.
const ROLES: &str = "CREATE ROLE ann; CREATE ROLE bob; CREATE ROLE cid; CREATE ROLE dan; CREATE ROLE grp;
    CREATE ROLE mem IN ROLE grp;";

/// What all cases start with: objects of `ann`, on which `bob` has the grant option.
const BASE: &str = "
    CREATE SCHEMA s; ALTER SCHEMA s OWNER TO ann;
    CREATE TABLE s.t (a int, b int, c int); ALTER TABLE s.t OWNER TO ann;
    GRANT SELECT, UPDATE ON s.t TO bob WITH GRANT OPTION;
    GRANT USAGE ON SCHEMA s TO bob WITH GRANT OPTION; GRANT USAGE ON SCHEMA s TO ann, cid, dan, grp;
    CREATE SCHEMA p; ALTER SCHEMA p OWNER TO ann;
";

/// Statements on top of the base, by name. They are run by a superuser.
const CASES: &[(&str, &str)] = &[
    ("nothing", ""),
    ("a superuser grants as the owner", "GRANT INSERT ON s.t TO cid"),
    ("a holder grants as itself", "SET ROLE bob; GRANT SELECT ON s.t TO cid"),
    (
        "a chain",
        "SET ROLE bob; GRANT SELECT ON s.t TO cid WITH GRANT OPTION; SET ROLE cid; GRANT SELECT ON s.t TO dan;
         GRANT SELECT ON s.t TO PUBLIC; RESET ROLE; GRANT SELECT ON s.t TO dan",
    ),
    ("more than it holds", "SET ROLE bob; GRANT ALL ON s.t TO cid; GRANT INSERT ON s.t TO cid"),
    ("columns", "GRANT INSERT (a) ON s.t TO bob WITH GRANT OPTION; SET ROLE bob; GRANT INSERT (a), UPDATE (b, c) ON s.t TO cid"),
    (
        "the owner's role in its turn",
        "SET ROLE bob; GRANT SELECT ON s.t TO cid WITH GRANT OPTION; GRANT SELECT ON s.t TO ann; SET ROLE ann; GRANT DELETE ON s.t TO cid;
         SET ROLE cid; GRANT SELECT ON s.t TO ann WITH GRANT OPTION; GRANT SELECT ON s.t TO bob, cid",
    ),
    (
        "a revoke takes back what the owner gave",
        "GRANT SELECT ON s.t TO cid; SET ROLE bob; GRANT SELECT ON s.t TO cid; RESET ROLE; REVOKE SELECT ON s.t FROM cid",
    ),
    (
        "a revoke takes back what the role gave",
        "GRANT SELECT ON s.t TO cid; SET ROLE bob; GRANT SELECT ON s.t TO cid; REVOKE SELECT ON s.t FROM cid",
    ),
    (
        "cascade",
        "SET ROLE bob; GRANT SELECT, UPDATE ON s.t TO cid WITH GRANT OPTION; SET ROLE cid; GRANT SELECT, UPDATE ON s.t TO dan;
         RESET ROLE; REVOKE GRANT OPTION FOR SELECT ON s.t FROM bob CASCADE",
    ),
    (
        "another grant option holds",
        "SET ROLE bob; GRANT SELECT ON s.t TO cid WITH GRANT OPTION; RESET ROLE; GRANT SELECT ON s.t TO cid WITH GRANT OPTION;
         SET ROLE cid; GRANT SELECT ON s.t TO dan; RESET ROLE; REVOKE SELECT ON s.t FROM cid",
    ),
    (
        "a new owner takes the place",
        "SET ROLE bob; GRANT SELECT ON s.t TO cid WITH GRANT OPTION; SET ROLE cid; GRANT SELECT ON s.t TO bob, dan, ann;
         RESET ROLE; GRANT UPDATE (a) ON s.t TO bob WITH GRANT OPTION; SET ROLE bob; GRANT UPDATE (a) ON s.t TO cid; RESET ROLE;
         ALTER TABLE s.t OWNER TO bob",
    ),
    (
        "owners come and go",
        "SET ROLE bob; GRANT SELECT ON s.t TO cid; RESET ROLE; REVOKE DELETE ON s.t FROM ann; ALTER TABLE s.t OWNER TO bob;
         ALTER TABLE s.t OWNER TO dan",
    ),
    (
        "through a group",
        "GRANT DELETE ON s.t TO grp WITH GRANT OPTION; SET ROLE mem; GRANT DELETE ON s.t TO dan; RESET ROLE;
         GRANT TRUNCATE ON s.t TO mem WITH GRANT OPTION; SET ROLE mem; GRANT DELETE, TRUNCATE ON s.t TO cid",
    ),
    (
        "a member of the owner",
        "ALTER TABLE s.t OWNER TO grp; SET ROLE mem; GRANT INSERT ON s.t TO dan; RESET ROLE;
         GRANT INSERT ON s.t TO mem WITH GRANT OPTION; SET ROLE mem; GRANT INSERT ON s.t TO cid",
    ),
    ("on schemas", "SET ROLE bob; GRANT USAGE ON SCHEMA s TO cid WITH GRANT OPTION; SET ROLE cid; GRANT USAGE ON SCHEMA s TO PUBLIC"),
    (
        "on sequences, functions, types and views",
        "CREATE SEQUENCE s.q; CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE s.e AS ENUM ('x');
         CREATE DOMAIN s.d AS int; CREATE VIEW s.v AS SELECT a FROM s.t; CREATE PROCEDURE s.p() LANGUAGE sql AS '';
         REVOKE ALL ON FUNCTION s.f() FROM PUBLIC;
         GRANT ALL ON SEQUENCE s.q TO bob WITH GRANT OPTION; GRANT ALL ON FUNCTION s.f() TO bob WITH GRANT OPTION;
         GRANT ALL ON PROCEDURE s.p() TO bob WITH GRANT OPTION; GRANT ALL ON s.v TO bob WITH GRANT OPTION;
         GRANT ALL ON TYPE s.e TO bob WITH GRANT OPTION; GRANT ALL ON DOMAIN s.d TO bob WITH GRANT OPTION;
         SET ROLE bob; GRANT USAGE ON SEQUENCE s.q TO cid; GRANT EXECUTE ON FUNCTION s.f() TO cid, PUBLIC;
         GRANT EXECUTE ON PROCEDURE s.p() TO cid; GRANT SELECT, UPDATE (a) ON s.v TO cid; GRANT USAGE ON TYPE s.e TO PUBLIC, cid;
         GRANT USAGE ON DOMAIN s.d TO cid",
    ),
    (
        "on wrappers, servers and languages",
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER f FOREIGN DATA WRAPPER w;
         GRANT USAGE ON FOREIGN DATA WRAPPER w TO bob WITH GRANT OPTION; GRANT USAGE ON FOREIGN SERVER f TO bob WITH GRANT OPTION;
         GRANT USAGE ON LANGUAGE plpgsql TO bob WITH GRANT OPTION; SET ROLE bob; GRANT USAGE ON FOREIGN DATA WRAPPER w TO cid;
         GRANT USAGE ON FOREIGN SERVER f TO cid WITH GRANT OPTION; GRANT USAGE ON LANGUAGE plpgsql TO cid; SET ROLE cid;
         GRANT USAGE ON FOREIGN SERVER f TO dan",
    ),
    (
        "by session authorization, as dumps have it",
        "SET SESSION AUTHORIZATION bob; GRANT SELECT ON TABLE s.t TO cid; RESET SESSION AUTHORIZATION;
         GRANT INSERT ON TABLE s.t TO cid; SET SESSION AUTHORIZATION bob; SET ROLE bob; RESET ROLE; GRANT UPDATE ON s.t TO SESSION_USER;
         RESET ALL; GRANT UPDATE ON s.t TO dan; SET SESSION AUTHORIZATION DEFAULT; GRANT DELETE ON s.t TO cid",
    ),
    (
        "dropping what a role owns",
        "SET ROLE bob; GRANT SELECT ON s.t TO cid WITH GRANT OPTION; SET ROLE cid; GRANT SELECT ON s.t TO dan; RESET ROLE;
         GRANT SELECT ON s.t TO cid; DROP OWNED BY bob",
    ),
    (
        "dropping what a grantee owns",
        "SET ROLE bob; GRANT SELECT ON s.t TO cid; RESET ROLE; GRANT INSERT ON s.t TO cid; DROP OWNED BY cid",
    ),
    (
        "reassigned",
        "SET ROLE bob; GRANT SELECT ON s.t TO cid; RESET ROLE; REASSIGN OWNED BY ann TO dan",
    ),
    (
        "default privileges",
        "ALTER DEFAULT PRIVILEGES FOR ROLE bob IN SCHEMA s GRANT SELECT ON TABLES TO cid WITH GRANT OPTION;
         ALTER DEFAULT PRIVILEGES FOR ROLE bob GRANT INSERT ON TABLES TO dan;
         ALTER DEFAULT PRIVILEGES FOR ROLE bob REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; GRANT CREATE ON SCHEMA s TO bob;
         SET ROLE bob; CREATE TABLE s.n (a int); CREATE FUNCTION s.g() RETURNS int LANGUAGE sql AS 'SELECT 1'; SET ROLE cid;
         GRANT SELECT ON s.n TO mem",
    ),
    (
        "the name of who runs it",
        "CREATE TABLE s.mine (a int); ALTER TABLE s.mine OWNER TO postgres; GRANT ALL ON s.mine TO postgres; GRANT SELECT ON s.mine TO cid;
         SET ROLE postgres; CREATE TABLE s.own (a int); RESET ROLE; CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
         REVOKE ALL ON FUNCTION s.f() FROM PUBLIC; GRANT ALL ON FUNCTION s.f() TO postgres; CREATE TABLE s.later (a int); CREATE POLICY p ON s.later TO postgres USING (true);
         ALTER TABLE s.t OWNER TO postgres; ALTER TABLE s.t OWNER TO cid;
         ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA s GRANT SELECT ON TABLES TO postgres, dan",
    ),
    (
        "the name of who runs it, where it matters at once",
        "GRANT INSERT ON s.t TO CURRENT_USER; ALTER TABLE s.t OWNER TO postgres; ALTER TABLE s.t OWNER TO cid;
         ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA s GRANT SELECT ON TABLES TO postgres, dan;
         CREATE TABLE s.later (a int); CREATE TABLE s.less (a int); REVOKE INSERT, UPDATE ON s.less FROM postgres;
         GRANT UPDATE ON s.less TO CURRENT_USER; REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA s FROM postgres",
    ),
    ("granted by oneself", "SET ROLE bob; GRANT SELECT ON s.t TO cid GRANTED BY CURRENT_USER"),
];

/// Cases that only come out right where the name of who runs them is known.
const BY_NAME: &[&str] = &["the name of who runs it, where it matters at once"];

/// Statements that fail, each with the server's message.
const REFUSED: &[(&str, &str)] = &[
    ("GRANT SELECT ON s.t TO PUBLIC WITH GRANT OPTION", "grant options can only be granted to roles"),
    (
        "SET ROLE bob; GRANT SELECT ON s.t TO cid; RESET ROLE; REVOKE SELECT ON s.t FROM bob",
        "dependent privileges exist",
    ),
    (
        "SET ROLE bob; GRANT SELECT ON s.t TO cid WITH GRANT OPTION; SET ROLE cid; GRANT SELECT ON s.t TO bob WITH GRANT OPTION",
        "grant options cannot be granted back to your own grantor",
    ),
    ("SET ROLE bob; GRANT SELECT ON s.t TO dan GRANTED BY ann", "grantor must be current user"),
    ("SET ROLE dan; GRANT SELECT ON s.t TO cid", "permission denied for table t"),
    ("SET ROLE dan; GRANT SELECT (a) ON s.t TO cid", "permission denied for column \"a\" of relation \"t\""),
    ("SET ROLE dan; GRANT USAGE ON SCHEMA p TO cid", "permission denied for schema p"),
    (
        "CREATE SEQUENCE s.q; ALTER SEQUENCE s.q OWNER TO ann; SET ROLE dan; REVOKE USAGE ON SEQUENCE s.q FROM cid",
        "permission denied for sequence q",
    ),
    (
        "CREATE VIEW s.v AS SELECT 1; ALTER VIEW s.v OWNER TO ann; SET ROLE dan; GRANT SELECT ON s.v TO cid",
        "permission denied for table v",
    ),
    (
        "SET ROLE bob; GRANT SELECT ON s.t TO cid; RESET ROLE; DROP ROLE bob",
        "role \"bob\" cannot be dropped because some objects depend on it",
    ),
];

fn live(server: &PgServer, database: &str) -> Live {
    let target = Target::parse(&server.url(database)).expect("a connection string");
    let options = Options { migrator: Some("postgres".into()), ..Options::default() };
    introspect(&target, &options).expect("a schema")
}

/// How two schemas differ, in both directions.
fn differences(one: &Schema, other: &Schema) -> String {
    let mut report = String::new();
    for (from, to) in [(one, other), (other, one)] {
        let found = compare(from, to, &[]).expect("a comparison");
        if !found.is_empty() {
            let _ = writeln!(report, "{:#?}\n{}", found.objects, found.sql(Dialect::PostgreSql));
        }
    }
    report
}

/// Whether the server's version knows the statements.
fn knows(server: &PgServer, sql: &str) -> bool {
    server.major() >= 14 || !sql.contains("GRANTED BY")
}

fn case(server: &PgServer, sql: &str) -> (String, Schema) {
    let database = server.create_db("case");
    let script = format!("{BASE}{sql}");
    server.psql(&database, &script).unwrap_or_else(|error| panic!("{error}\n{sql}"));
    let schema = live(server, &database).schema;
    (database, schema)
}

#[test]
fn replayed_as_on_the_server() {
    each_server(|server| {
        server.psql("postgres", ROLES).expect("roles");
        let mut report = String::new();
        for (name, sql) in CASES.iter().filter(|(_, sql)| knows(server, sql)) {
            let (_, found) = case(server, sql);
            let wrong = with_large_stack(|| {
                let scripts = [format!("{ROLES}{BASE}"), (*sql).to_owned()];
                let known = replay_as(found.migrator.clone(), found.version(), &scripts);
                let mut wrong = differences(&known, &found);
                if !BY_NAME.contains(name) {
                    wrong += &differences(&replay(found.version(), &scripts), &found);
                }
                wrong
            });
            let wrong = wrong.expect("the large stack");
            if !wrong.is_empty() {
                let _ = writeln!(report, "{name}:\n{wrong}");
            }
        }
        assert_eq!(report, "");
    });
}

#[test]
fn refused_as_on_the_server() {
    each_server(|server| {
        server.psql("postgres", ROLES).expect("roles");
        for (sql, message) in REFUSED.iter().filter(|(sql, _)| knows(server, sql)) {
            let database = server.create_db("refused");
            server.psql(&database, BASE).expect("the base");
            let error = server.psql(&database, sql).expect_err(sql);
            assert!(error.contains(message), "{sql}: {error}");
            let version = live(server, &database).schema.version();
            let errors = with_large_stack(|| {
                let mut schema = replay(version, &[format!("{ROLES}{BASE}")]);
                checkrail::parse::exact(sql, Dialect::PostgreSql)
                    .iter()
                    .flat_map(|op| schema.apply(op))
                    .map(|error| error.message)
                    .collect::<Vec<_>>()
            });
            assert_eq!(errors.expect("the large stack"), [*message], "{sql}");
            server.psql("postgres", &format!("DROP DATABASE {database}")).expect("no database");
        }
    });
}

/// From each case to the next, and back: the statements of the diff leave nothing that differs.
#[test]
fn diffs_restore_grantors() {
    each_server(|server| {
        server.psql("postgres", ROLES).expect("roles");
        let mut report = String::new();
        let cases: Vec<_> = CASES.iter().filter(|(_, sql)| knows(server, sql)).collect();
        let states: Vec<(String, Schema)> = cases.iter().map(|(_, sql)| case(server, sql)).collect();
        for i in 0..cases.len() {
            // Any other will do.
            let j = (i + 5) % cases.len();
            let (from, to) = (&states[i].1, &states[j].1);
            let sql =
                with_large_stack(|| compare(from, to, &[]).expect("a comparison").sql(Dialect::PostgreSql));
            let sql = sql.expect("the large stack");
            let database = server.create_db("diff");
            server
                .psql(
                    "postgres",
                    &format!("DROP DATABASE {database}; CREATE DATABASE {database} TEMPLATE {}", states[i].0),
                )
                .expect("a copy");
            let wrong = match server.psql(&database, &sql) {
                Err(error) => error,
                Ok(_) => with_large_stack(|| differences(&live(server, &database).schema, to))
                    .expect("the large stack"),
            };
            if !wrong.is_empty() {
                let _ = writeln!(report, "from {:?} to {:?}:\n{sql}\n{wrong}", cases[i].0, cases[j].0);
            }
            server.psql("postgres", &format!("DROP DATABASE {database}")).expect("no database");
        }
        assert_eq!(report, "");
    });
}

/// A dump gives away who granted what by `SET SESSION AUTHORIZATION`.
#[test]
fn dumps_are_read() {
    each_server(|server| {
        server.psql("postgres", ROLES).expect("roles");
        let mut report = String::new();
        for (name, sql) in CASES.iter().filter(|(_, sql)| knows(server, sql)) {
            let (database, _) = case(server, sql);
            let Some(dump) = server.dump_where_able(&database) else { return };
            // Before 15 the schema that initdb makes has an owner in dumps, which is nobody's choice.
            let dump = dump.replace("ALTER SCHEMA public OWNER TO postgres;\n", "");
            let target = Target::parse(&server.url(&database)).expect("a connection string");
            // A dump names all owners.
            let options = Options { migrator: Some("nobody".into()), ..Options::default() };
            let found = introspect(&target, &options).expect("a schema").schema;
            let wrong = with_large_stack(|| {
                differences(&replay(found.version(), &[ROLES.to_owned(), dump.clone()]), &found)
            });
            let wrong = wrong.expect("the large stack");
            if !wrong.is_empty() {
                let _ = writeln!(report, "{name}:\n{wrong}");
            }
        }
        assert_eq!(report, "");
    });
}

/// Statements about memberships, each on top of those before it.
const MEMBERSHIPS: &[&str] = &[
    "CREATE ROLE ann CREATEROLE; CREATE ROLE bob; CREATE ROLE cid NOINHERIT; CREATE ROLE dan; CREATE ROLE eve; CREATE ROLE grp;
     CREATE ROLE sup SUPERUSER",
    "GRANT grp TO bob WITH ADMIN OPTION",
    "SET ROLE bob; GRANT grp TO cid WITH ADMIN OPTION",
    "SET ROLE cid; GRANT grp TO dan",
    "GRANT grp TO dan",
    "GRANT grp TO eve GRANTED BY bob",
    "GRANT grp TO eve GRANTED BY cid",
    "GRANT grp TO eve GRANTED BY CURRENT_USER",
    "SET ROLE sup; GRANT grp TO ann",
    "REVOKE grp FROM eve",
    "REVOKE grp FROM eve GRANTED BY cid",
    "SET ROLE cid; GRANT grp TO bob",
    "SET ROLE ann; CREATE ROLE x; CREATE ROLE z ROLE cid ADMIN dan; ALTER ROLE x RENAME TO xx; GRANT xx TO cid, eve; REVOKE xx FROM cid",
    "ALTER ROLE bob RENAME TO rob",
    "ALTER GROUP xx ADD USER dan",
    "REVOKE ADMIN OPTION FOR grp FROM rob CASCADE",
    "GRANT grp TO rob WITH ADMIN OPTION",
    "SET ROLE rob; GRANT grp TO cid WITH ADMIN OPTION",
    "DROP OWNED BY rob",
    "DROP ROLE z",
    "REVOKE grp FROM rob CASCADE; DROP ROLE rob",
];

/// What only 16 and later have.
const MEMBERSHIP_OPTIONS: &[&str] = &[
    "GRANT xx TO dan WITH INHERIT FALSE",
    "GRANT xx TO dan WITH SET FALSE, ADMIN TRUE",
    "SET ROLE dan; GRANT xx TO cid WITH INHERIT TRUE",
    "GRANT xx TO dan WITH INHERIT TRUE",
    "REVOKE SET OPTION FOR xx FROM cid GRANTED BY dan",
    "REVOKE INHERIT OPTION FOR xx FROM cid GRANTED BY dan",
];

#[test]
fn memberships_as_on_the_server() {
    each_server(|server| {
        let steps = MEMBERSHIPS.iter().chain(MEMBERSHIP_OPTIONS.iter().filter(|_| server.major() >= 16));
        let mut scripts: Vec<String> = Vec::new();
        let mut states: Vec<Schema> = Vec::new();
        let mut report = String::new();
        let database = server.create_db("memberships");
        for step in steps {
            server.psql(&database, step).unwrap_or_else(|error| panic!("{step}: {error}"));
            scripts.push((*step).to_owned());
            let found = live(server, &database).schema;
            let wrong = with_large_stack(|| differences(&replay(found.version(), &scripts), &found));
            let wrong = wrong.expect("the large stack");
            if !wrong.is_empty() {
                let _ = writeln!(report, "{step}:\n{wrong}");
            }
            states.push(found);
        }
        // All the way back, and forth again.
        let way: Vec<&Schema> = states.iter().rev().chain(&states).collect();
        for pair in way.windows(2) {
            let [from, to] = pair else { continue };
            let sql =
                with_large_stack(|| compare(from, to, &[]).expect("a comparison").sql(Dialect::PostgreSql));
            let sql = sql.expect("the large stack");
            let wrong = match server.psql(&database, &sql) {
                Err(error) => error,
                Ok(_) => with_large_stack(|| differences(&live(server, &database).schema, to))
                    .expect("the large stack"),
            };
            assert_eq!(wrong, "", "after {sql}");
        }
        assert_eq!(report, "");
    });
}

/// Statements about memberships that fail from 16 on.
const REFUSED_MEMBERSHIPS: &[(&str, &str)] = &[
    ("REVOKE grp FROM bob", "dependent privileges exist"),
    ("REVOKE ADMIN OPTION FOR grp FROM bob", "dependent privileges exist"),
    ("GRANT grp TO dan GRANTED BY dan", "permission denied to grant privileges as role \"dan\""),
    (
        "SET ROLE cid; GRANT grp TO bob WITH ADMIN OPTION",
        "ADMIN option cannot be granted back to your own grantor",
    ),
    ("SET ROLE dan; GRANT grp TO cid", "permission denied to grant role \"grp\""),
    ("SET ROLE dan; REVOKE grp FROM cid", "permission denied to revoke role \"grp\""),
    ("DROP ROLE bob", "role \"bob\" cannot be dropped because some objects depend on it"),
];

#[test]
fn memberships_refused_as_on_the_server() {
    const START: &str = "CREATE ROLE bob; CREATE ROLE cid; CREATE ROLE dan; CREATE ROLE grp; GRANT grp TO bob WITH ADMIN OPTION;
        SET ROLE bob; GRANT grp TO cid WITH ADMIN OPTION";
    each_server(|server| {
        if server.major() < 16 {
            return;
        }
        server.psql("postgres", START).expect("roles");
        let version = live(server, "postgres").schema.version();
        for (sql, message) in REFUSED_MEMBERSHIPS {
            let error = server.psql("postgres", sql).expect_err(sql);
            assert!(error.contains(message), "{sql}: {error}");
            let errors = with_large_stack(|| {
                let mut schema = replay(version, &[START.to_owned()]);
                checkrail::parse::exact(sql, Dialect::PostgreSql)
                    .iter()
                    .flat_map(|op| schema.apply(op))
                    .map(|error| error.message)
                    .collect::<Vec<_>>()
            });
            assert_eq!(errors.expect("the large stack"), [*message], "{sql}");
        }
    });
}
