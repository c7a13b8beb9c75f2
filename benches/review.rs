//! What a review costs: one small file, hundreds of migrations, a large dump, and how cost grows with input.
//!
//! Inputs are made here, the same ones every time. `cargo bench` (or `make bench`) runs them; throughput in
//! statements per second should stay level within the group `linearity`.
#![allow(missing_docs, reason = "criterion's macros make public items")]

use std::fmt::Write;
use std::hint::black_box;

use checkrail::name::{Dialect, ServerVersion};
use checkrail::parse::with_large_stack;
use checkrail::policy::Policy;
use checkrail::report::{Format, Options, terminal::Style};
use checkrail::review::{Reader, Request, Review, Wrapping, review};
use checkrail::schema::{Coverage, Schema};
use checkrail::source::{Kind, Migration, Runner};
use checkrail::text::{SourceFile, SourceMap, Span, offset};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// Parses, replays and judges, each file in one transaction and a change set of its own.
fn run(files: &[String], policy: &Policy) -> Review {
    with_large_stack(|| pass(files, policy)).expect("a thread")
}

fn pass(files: &[String], policy: &Policy) -> Review {
    let mut sources = SourceMap::default();
    let reader = Reader { dialect: Dialect::PostgreSql, wrapping: Wrapping::Auto };
    let set: Vec<Migration> = files
        .iter()
        .enumerate()
        .map(|(i, text)| Migration {
            version: Some(i.to_string()),
            name: format!("m{i}"),
            kind: Kind::Versioned,
            up_span: Span::new(0, offset(text.len())),
            up: sources.add(SourceFile::new(format!("migrations/{i:05}.sql"), text.as_str())),
            down: None,
            runner: Runner::Single,
            transaction_reason: "as the benchmark says",
        })
        .collect();
    let migrations = set.iter().enumerate().map(|(i, m)| reader.migration(m, i, &sources)).collect();
    let mut schema = Schema::new(Dialect::PostgreSql, ServerVersion::NEWEST);
    schema.coverage = Coverage::Complete;
    review(Request {
        sources,
        schema,
        history: Vec::new(),
        migrations,
        one_change_set: false,
        policy,
        today: jiff::civil::date(2026, 1, 15),
        layout: "plain".to_owned(),
        trace: None,
        database: None,
        proofs: None,
        schema_diff: true,
        review_rollbacks: false,
        queries: None,
        baseline: None,
        detail: false,
    })
}

const STATEMENTS_PER_MIGRATION: usize = 6;

/// Migrations that make a table each and alter older ones, safely and not.
fn history(count: usize) -> Vec<String> {
    (0..count)
        .map(|i| {
            let old = i / 2;
            format!(
                "CREATE TABLE t{i} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,\n    \
                 parent_id bigint, created_at timestamptz NOT NULL DEFAULT now(), amount numeric(12, 2));\n\
                 CREATE INDEX t{i}_parent_idx ON t{i} (parent_id);\n\
                 ALTER TABLE t{i} ADD CONSTRAINT t{i}_parent_fkey FOREIGN KEY (parent_id) REFERENCES t{old} (id);\n\
                 ALTER TABLE t{old} ADD COLUMN c{i} text;\n\
                 CREATE OR REPLACE VIEW v{old} AS SELECT id, name, c{i} FROM t{old} WHERE amount > 0;\n\
                 CREATE INDEX t{old}_c{i}_idx ON t{old} (c{i});\n"
            )
        })
        .collect()
}

/// A schema as pg_dump writes it: tables, sequences, functions, then keys, indexes, triggers, policies, grants.
fn dump(bytes: usize) -> String {
    let mut tables =
        String::from("SET statement_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\n");
    let mut rest = String::new();
    let mut i = 0;
    while tables.len() + rest.len() < bytes {
        let _ = write!(
            tables,
            "--\n-- Name: t{i}; Type: TABLE; Schema: public; Owner: app\n--\n\n\
             CREATE TABLE public.t{i} (\n    id bigint NOT NULL,\n    owner_id bigint,\n    name character varying(120) \
             DEFAULT 'x'::character varying NOT NULL,\n    state text,\n    data jsonb DEFAULT '{{}}'::jsonb NOT NULL,\n    \
             updated_at timestamp with time zone DEFAULT now() NOT NULL,\n    \
             CONSTRAINT t{i}_state_check CHECK ((state = ANY (ARRAY['new'::text, 'done'::text])))\n);\n\n\
             ALTER TABLE public.t{i} OWNER TO app;\n\
             CREATE SEQUENCE public.t{i}_id_seq START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;\n\
             ALTER SEQUENCE public.t{i}_id_seq OWNED BY public.t{i}.id;\n\
             CREATE FUNCTION public.t{i}_touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  \
             NEW.updated_at := now();\n  RETURN NEW;\nEND;\n$$;\n\
             ALTER TABLE ONLY public.t{i} ALTER COLUMN id SET DEFAULT nextval('public.t{i}_id_seq'::regclass);\n\n"
        );
        let _ = write!(
            rest,
            "ALTER TABLE ONLY public.t{i}\n    ADD CONSTRAINT t{i}_pkey PRIMARY KEY (id);\n\
             CREATE INDEX index_t{i}_on_owner_id ON public.t{i} USING btree (owner_id);\n\
             CREATE TRIGGER t{i}_touch BEFORE UPDATE ON public.t{i} FOR EACH ROW EXECUTE FUNCTION public.t{i}_touch();\n\
             ALTER TABLE ONLY public.t{i}\n    ADD CONSTRAINT fk_t{i} FOREIGN KEY (owner_id) REFERENCES public.t0(id) \
             ON DELETE CASCADE;\n\
             ALTER TABLE public.t{i} ENABLE ROW LEVEL SECURITY;\n\
             CREATE POLICY own ON public.t{i} USING ((state = CURRENT_USER));\n\
             GRANT SELECT,INSERT,UPDATE ON TABLE public.t{i} TO web;\n\n"
        );
        i += 1;
    }
    tables + &rest
}

fn reviews(c: &mut Criterion) {
    let policy = Policy::builtin_default();
    let mut group = c.benchmark_group("review");
    group.sample_size(20);
    let small = vec![
        "ALTER TABLE orders ADD COLUMN note text;\nCREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);\n"
            .to_owned(),
    ];
    group.bench_function("one small file", |b| b.iter(|| run(black_box(&small), &policy)));
    let migrations = history(300);
    group.bench_function("300 migrations", |b| b.iter(|| run(black_box(&migrations), &policy)));
    let dump = vec![dump(1_300_000)];
    group.throughput(Throughput::Bytes(dump[0].len() as u64));
    group.bench_function("a dump of 1.3 MB", |b| b.iter(|| run(black_box(&dump), &policy)));
    group.finish();
}

fn linearity(c: &mut Criterion) {
    let policy = Policy::builtin_default();
    let mut group = c.benchmark_group("linearity");
    group.sample_size(10);
    for count in [10, 100, 1000] {
        let migrations = history(count);
        group.throughput(Throughput::Elements((count * STATEMENTS_PER_MIGRATION) as u64));
        group.bench_with_input(BenchmarkId::new("migrations", count), &migrations, |b, migrations| {
            b.iter(|| run(black_box(migrations), &policy));
        });
    }
    group.finish();
}

fn reports(c: &mut Criterion) {
    let policy = Policy::builtin_default();
    let mut drops = String::new();
    for i in 0..1300 {
        let _ = write!(drops, "DROP TABLE\n    t{i};\n");
    }
    let review = run(&[drops], &policy);
    assert!(review.report.findings.len() >= 1300, "{} findings", review.report.findings.len());
    let mut group = c.benchmark_group("1300 findings");
    group.sample_size(20);
    for format in Format::ALL {
        let options = Options { style: Style { color: true, ..Style::default() }, ..Options::default() };
        group.bench_function(format.as_str(), |b| b.iter(|| format.render(black_box(&review), &options)));
    }
    group.finish();
}

criterion_group!(benches, reviews, linearity, reports);
criterion_main!(benches);
