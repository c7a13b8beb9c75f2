//! The script of a whole migration.

use crate::diff;
use crate::diff::piece::{Piece, Target, Verb};
use crate::emit;
use crate::hash::{HashMap, HashSet, IndexMap};
use crate::ir::DdlOp;
use crate::ir::data::{SetVariable, Transaction};
use crate::name::{Dialect, Ident, QName};
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;

use super::guard::Leaves;
use super::safe::{self, Line, Tables};
use super::settle::{Made, settle};
use super::trace::Move;
use super::{Form, Reversibility, StepRollback, guard, prune};

/// How long the script waits for a lock when the migration does not say, in milliseconds: whoever waits for a
/// lock makes everybody wait who comes after.
const LOCK_TIMEOUT_MS: u64 = 5_000;

/// Statements of a script that run together.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Whether they form one transaction; otherwise it is a single statement that must run outside of any.
    pub transaction: bool,
    /// The statements, without `BEGIN` and `COMMIT`.
    pub sql: String,
    /// How many statements they are, settings aside.
    pub statements: usize,
}

/// The rollback of a whole migration.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// The worst class of its statements.
    pub class: Reversibility,
    /// Whether the whole script may run in one transaction. If not, it says `BEGIN` and `COMMIT` itself.
    pub transaction: bool,
    /// The script, with comments that say what is not restored; empty when there is nothing to say.
    pub sql: String,
    /// The same in parts, for runners that want each in a file.
    pub sections: Vec<Section>,
}

/// The script that undoes a migration, given the way back of each of its steps in order.
#[must_use]
pub fn script(steps: &[StepRollback]) -> Script {
    script_in(steps, Form::Own)
}

/// The same for a tool that treats transactions in its own way.
#[must_use]
pub fn script_in(steps: &[StepRollback], form: Form) -> Script {
    let mut steps = steps.to_vec();
    settle(&mut steps);
    script_of_settled(&steps, form)
}

/// The same for steps that [`settle`] has seen.
#[must_use]
pub fn script_of_settled(steps: &[StepRollback], form: Form) -> Script {
    let script = render(steps, form, false);
    match (form, script.sections.as_slice()) {
        // Transactions of its own are not for every tool, but a single statement outside of any is.
        (Form::Transaction, [only]) if only.statements == 1 => script,
        (Form::Transaction | Form::Block, sections) if sections.iter().any(|s| !s.transaction) => {
            render(steps, form, true)
        }
        _ => script,
    }
}

/// `blocking`: nothing is done in a way that cannot share a transaction, if it can be done in another.
fn render(steps: &[StepRollback], form: Form, blocking: bool) -> Script {
    let class = steps.iter().map(|s| s.class).max().unwrap_or(Reversibility::NoneNeeded);
    let (lines, omitted, guarded) = lines(steps, blocking);
    let dialect = steps.iter().find_map(|s| s.trace.dialect).unwrap_or(Dialect::PostgreSql);
    let (search_path, several) = search_path(steps);
    let lock_timeout = (dialect == Dialect::PostgreSql && !lines.is_empty() && waits(steps))
        .then(|| steps.iter().find_map(|s| s.trace.lock_timeout_ms).unwrap_or(LOCK_TIMEOUT_MS));
    let sections = sections(lines, lock_timeout.filter(|_| form != Form::Statements), dialect);
    let single = sections.iter().all(|s| s.transaction);
    // One statement needs no transaction of its own.
    let said = form == Form::Psql && sections.iter().any(|s| s.transaction && s.statements > 0);
    let transaction = single && !said;
    let nothing = sections.is_empty() && class <= Reversibility::Exact;
    let class = if nothing { Reversibility::NoneNeeded } else { class };
    let mut sql = if nothing { String::new() } else { header(class, steps, &omitted, &guarded) };
    if !sections.is_empty() {
        if several {
            sql.push_str(&comment(
                "note: the migration uses several search paths: check what names without schema mean",
            ));
        }
        if let (Form::Statements, Some(ms)) = (form, lock_timeout) {
            sql.push_str(&emit::script([&set_lock_timeout(ms, false)], Dialect::PostgreSql));
        }
        let plain = transaction || !matches!(form, Form::Own | Form::Psql);
        body(&mut sql, &sections, plain, search_path.as_deref());
    }
    Script { class, transaction, sql, sections }
}

/// The search path by which the names in the script's texts are found, if it is not the usual one; and whether it is
/// put together from several.
fn search_path(steps: &[StepRollback]) -> (Option<Vec<Ident>>, bool) {
    let mut paths: Vec<&Vec<Ident>> = Vec::new();
    for path in steps.iter().filter_map(|s| s.trace.search_path.as_ref()) {
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    let several = paths.len() > 1;
    let mut joined: Vec<Ident> = Vec::new();
    for schema in paths.iter().copied().flatten() {
        if !joined.contains(schema) {
            joined.push(schema.clone());
        }
    }
    // The texts of objects are read as in a fresh session; what is not known to the model has no other way to be found
    // than the migration's own path.
    let public = Ident::new("public");
    joined.retain(|schema| *schema != public);
    joined.insert(0, public);
    let usual = joined.len() == 1;
    ((!usual).then_some(joined), several)
}

/// The statements, pruned and safe, in the order in which they run; what the others would have made; and what rows may
/// keep from coming back.
fn lines(steps: &[StepRollback], blocking: bool) -> (Vec<Line>, Vec<String>, Vec<String>) {
    let made = Made::of(steps);
    let (pieces, omitted) = possible(steps, &made);
    let hangs: HashMap<ObjectKey, ObjectKey> =
        steps.iter().flat_map(|s| s.trace.hangs.iter().cloned()).collect();
    let (pieces, guarded) = guard::guard(prune::prune(&pieces, &hangs), leaves(steps));
    let standing: HashSet<QName> = steps
        .iter()
        .flat_map(|s| &s.trace.standing)
        .filter(|name| !made.has(&Target::whole(ObjectKey::Relation((*name).clone()))))
        .cloned()
        .collect();
    let concurrent: HashSet<ObjectKey> = steps
        .iter()
        .filter(|s| s.trace.concurrent)
        .flat_map(|s| s.trace.indexes.iter().map(|(index, _)| index.clone()))
        .chain(in_use(steps, &made))
        .collect();
    let tables = Tables { standing: &standing, concurrent: &concurrent, blocking };
    (safe::make_safe(pieces, &tables), omitted, guarded)
}

/// What the migration leaves behind for good.
fn leaves(steps: &[StepRollback]) -> Leaves {
    let rows = steps.iter().any(|s| s.class == Reversibility::Irreversible);
    let blind = steps.iter().any(|s| s.trace.blind);
    let lossy = steps.iter().any(|s| s.class == Reversibility::Lossy);
    Leaves { rows, objects: blind && rows, indexes: blind && (rows || lossy) }
}

/// Indexes that are dropped from tables which the migration found: others may be using them.
fn in_use<'s>(steps: &'s [StepRollback], made: &'s Made) -> impl Iterator<Item = ObjectKey> + 's {
    let found = |(_, table): &&(ObjectKey, ObjectKey)| !made.has(&Target::whole(table.clone()));
    steps.iter().flat_map(|s| &s.trace.droppable).filter(found).map(|(index, _)| index.clone())
}

/// The statements that can run, last step first, and what the others would have made. A statement that needs an
/// object that cannot be made again has to be left out.
fn possible<'s>(steps: &'s [StepRollback], made: &Made) -> (Vec<&'s Piece>, Vec<String>) {
    let attached: HashSet<&ObjectKey> = steps.iter().flat_map(|s| &s.trace.attached).collect();
    let mut missing: HashSet<&ObjectKey> = HashSet::default();
    let mut tainted: HashSet<&ObjectKey> = HashSet::default();
    let most = steps.iter().map(|s| s.pieces.len()).sum();
    let (mut pieces, mut omitted) = (Vec::with_capacity(most), Vec::new());
    for step in steps.iter().rev() {
        missing.extend(&step.trace.unmade);
        tainted.extend(&step.trace.tainted);
        for piece in &step.pieces {
            let key = &piece.on.key;
            let whole = piece.on.part == Part::Whole;
            if let Some(needed) = std::iter::once(key).chain(&piece.needs).find(|k| missing.contains(k)) {
                // What is not there needs no dropping.
                if piece.verb == Verb::Remove {
                    if whole {
                        missing.remove(key);
                    }
                    continue;
                }
                if needed != key {
                    omitted.push(format!("{key} does not come back, since it needs {needed}"));
                }
                if piece.verb == Verb::Make && whole {
                    missing.insert(key);
                }
            } else if tainted.contains(key) && !(whole && matches!(piece.verb, Verb::Remove | Verb::Rename)) {
                if !made.has(&Target::whole(key.clone())) {
                    omitted.push(format!("an earlier change of {key}, since a later one is not undone"));
                }
            } else if !(piece.verb == Verb::Remove && attached.contains(key)) {
                // An attached index goes with the one above it.
                pieces.push(piece);
            }
        }
        // From here on back the object has its old name.
        for change in &step.trace.moves {
            if let Move::Renamed { from, to } = change
                && from.part == Part::Whole
            {
                for keys in [&mut missing, &mut tainted] {
                    if keys.remove(&to.key) {
                        keys.insert(&from.key);
                    }
                }
            }
        }
    }
    (pieces, omitted)
}

/// Whether the script may wait for a lock that others hold: it works on something that the migration found, or
/// removes what it made, which is in use since it was deployed. What was pruned counts too: dropping a table locks
/// the tables that its foreign keys refer to.
fn waits(steps: &[StepRollback]) -> bool {
    let made = Made::of(steps);
    let found =
        |key: &ObjectKey| matches!(key, ObjectKey::Relation(_)) && !made.has(&Target::whole(key.clone()));
    steps.iter().flat_map(|s| &s.pieces).any(|piece| {
        // Making something waits for nobody but those it refers to.
        let fresh = piece.verb == Verb::Make && piece.on.part == Part::Whole;
        let brief = matches!(piece.op, DdlOp::Comment(_) | DdlOp::Grant(_));
        let removed = piece.verb == Verb::Remove && matches!(piece.on.key, ObjectKey::Relation(_));
        !brief
            && (removed
                || (!fresh && found(&piece.on.key))
                || piece.needs.iter().chain(&piece.frees).any(found))
    })
}

fn sections(lines: Vec<Line>, lock_timeout: Option<u64>, dialect: Dialect) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut rest = lines.into_iter().peekable();
    while let Some(first) = rest.next() {
        let alone = first.alone;
        let others = std::iter::from_fn(|| rest.next_if(|line| !alone && !line.alone));
        let ops = diff::merge(std::iter::once(first).chain(others).map(|line| line.piece.op));
        let mut sql = String::new();
        if !alone && let Some(ms) = lock_timeout {
            sql.push_str(&emit::script([&set_lock_timeout(ms, true)], Dialect::PostgreSql));
        }
        if !alone && unsettled_bodies(&ops) {
            sql.push_str(&emit::script([&leave_bodies()], Dialect::PostgreSql));
        }
        sql.push_str(&emit::script(&ops, dialect));
        sections.push(Section { transaction: !alone, sql, statements: ops.len() });
    }
    sections
}

/// Whether functions are made whose bodies the server would look into: what they name may have changed since they
/// were made, and be changed back only later.
fn unsettled_bodies(ops: &[DdlOp]) -> bool {
    let read = |language: &str| matches!(language, "sql" | "plpgsql");
    ops.iter().any(|op| matches!(op, DdlOp::CreateFunction(f) if !f.sql_body && read(&f.language)))
}

/// The server is not to look into bodies, as `pg_dump` has it.
fn leave_bodies() -> DdlOp {
    DdlOp::Set(SetVariable { name: "check_function_bodies".into(), values: vec!["off".into()], local: true })
}

fn set_lock_timeout(ms: u64, local: bool) -> DdlOp {
    let value = if ms.is_multiple_of(1_000) { format!("{}s", ms / 1_000) } else { format!("{ms}ms") };
    DdlOp::Set(SetVariable { name: "lock_timeout".into(), values: vec![value], local })
}

fn body(sql: &mut String, sections: &[Section], transaction: bool, search_path: Option<&[Ident]>) {
    let path = search_path.map(|path| {
        let values = if path.is_empty() {
            vec![String::new()]
        } else {
            path.iter().map(ToString::to_string).collect()
        };
        (
            DdlOp::Set(SetVariable { name: "search_path".into(), values, local: false }),
            DdlOp::Set(SetVariable { name: "search_path".into(), values: Vec::new(), local: false }),
        )
    });
    let say = |op: &DdlOp| emit::script([op], Dialect::PostgreSql);
    if let Some((set, _)) = &path {
        sql.push_str(&say(set));
    }
    for section in sections {
        if section.transaction && !transaction {
            sql.push_str(&say(&DdlOp::Transaction(Transaction::Begin { modes: Vec::new() })));
            sql.push_str(&section.sql);
            sql.push_str(&say(&DdlOp::Transaction(Transaction::Commit { chain: false })));
        } else {
            sql.push_str(&section.sql);
        }
    }
    if let Some((_, reset)) = &path {
        sql.push_str(&say(reset));
    }
}

/// What the script does not restore, one comment line each.
fn header(class: Reversibility, steps: &[StepRollback], omitted: &[String], guarded: &[String]) -> String {
    let mut lines = vec![format!("rollback: {}", class.as_str())];
    for step in steps {
        for loss in &step.losses {
            let word = if loss.class == Reversibility::Irreversible { "not undone" } else { "not restored" };
            lines.push(format!("{word}: {}", loss.text));
        }
    }
    lines.extend(guarded.iter().map(|text| format!("not restored: {text}")));
    lines.extend(notes(steps));
    lines.extend(omitted.iter().map(|text| format!("not undone: {text}")));
    let mut seen = HashSet::default();
    lines.retain(|line| seen.insert(line.clone()));
    lines.iter().map(|line| comment(line)).collect()
}

/// Notes that say the same, told together.
fn notes(steps: &[StepRollback]) -> Vec<String> {
    let mut grouped: IndexMap<&str, Vec<&str>> = IndexMap::default();
    for note in steps.iter().flat_map(|s| &s.notes) {
        let items = grouped.entry(note.text).or_default();
        if !note.item.is_empty() && !items.contains(&note.item.as_str()) {
            items.push(&note.item);
        }
    }
    let line = |(text, items): (&str, Vec<&str>)| match items.as_slice() {
        [] => format!("note: {text}"),
        _ => format!("note: {text}: {}", items.join(", ")),
    };
    grouped.into_iter().map(line).collect()
}

/// A comment of exactly one line: whatever could end it, or could be taken for an end by some program, becomes
/// a space.
fn comment(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect();
    format!("-- {text}\n")
}
