//! Scripts that keep data, run on a server around a migration and its rollback: the data is back.

use std::fs;

use tempfile::TempDir;

use crate::harness::{PgServer, checkrail};

const BASE: &str = "
CREATE TYPE kind AS ENUM ('a', 'b');
CREATE TABLE owners (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE gone (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner integer REFERENCES owners, note text UNIQUE);
CREATE INDEX gone_owner ON gone (owner);
CREATE TABLE items (id integer PRIMARY KEY, label text NOT NULL, amount numeric(10, 3), kind kind, touched integer NOT NULL DEFAULT 0);
CREATE INDEX items_label ON items (label);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.touched := NEW.touched + 1; RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON items FOR EACH ROW EXECUTE FUNCTION touch();
";

const ROWS: &str = "
INSERT INTO owners VALUES (1, 'one'), (2, 'two');
INSERT INTO gone (owner, note) VALUES (1, 'x'), (NULL, NULL), (2, 'y');
INSERT INTO items (id, label, amount, kind) VALUES (1, 'l1', 1.125, 'a'), (2, 'l2', NULL, NULL), (3, 'l3', 99.999, 'b');
";

const UP: &str = "
DROP TABLE gone;
ALTER TABLE items DROP COLUMN label;
ALTER TABLE items ALTER COLUMN amount TYPE integer;
ALTER TABLE items RENAME COLUMN kind TO sort;
ALTER TABLE items DROP COLUMN sort;
DROP TYPE kind;
";

const PICTURE: &str = "
SELECT id, owner, note FROM gone ORDER BY id;
SELECT id, label, amount, kind, touched FROM items ORDER BY id;
SELECT nspname FROM pg_namespace WHERE nspname LIKE '%kept%';
SELECT relname FROM pg_class WHERE relname LIKE '%kept%';
SELECT attname FROM pg_attribute WHERE attname LIKE '%kept%';
SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal;
SELECT indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1;
";

fn written() -> (TempDir, TempDir) {
    let (folder, out) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    for (name, text) in [("1_a.up.sql", BASE), ("2_b.up.sql", UP)] {
        fs::write(folder.path().join(name), text).expect("file");
        fs::write(folder.path().join(name.replace(".up.", ".down.")), "").expect("file");
    }
    let mut command = checkrail();
    command.arg("rollback").arg(folder.path()).args(["--last", "1", "--no-config", "--out"]).arg(out.path());
    let output = command.output().expect("checkrail");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (folder, out)
}

#[test]
fn what_is_kept_is_back() {
    let Some(server) = PgServer::shared() else { return };
    let (_folder, out) = written();
    let text = |name: &str| fs::read_to_string(out.path().join(name)).expect("a script");
    let in_place = text("2_b.before-in-place.sql");
    assert!(in_place.contains("ALTER TABLE public.gone SET SCHEMA gone_kept_2"), "{in_place}");
    assert!(in_place.contains("ADD COLUMN label_kept_2"), "{in_place}");
    for pair in ["", "-in-place"] {
        let database = server.create_db("kept");
        let run =
            |sql: &str| server.psql(&database, sql).unwrap_or_else(|error| panic!("{pair}: {error}\n{sql}"));
        run(BASE);
        run(ROWS);
        let before = run(PICTURE);
        assert!(before.contains("99.999"), "{before}");
        run(&text(&format!("2_b.before{pair}.sql")));
        run(UP);
        run(&text("2_b.down.sql"));
        run(&text(&format!("2_b.after{pair}.sql")));
        assert_eq!(run(PICTURE), before, "{pair}");
    }
}
