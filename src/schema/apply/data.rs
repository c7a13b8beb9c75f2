//! Statements on rows and sessions: what they need to exist, what settings they change, and `DO` blocks.

use crate::ir::data::{Copy, Delete, Insert, Merge, Select, SetVariable, Truncate, Update};
use crate::ir::{DoBlock, Nested};
use crate::name::{Dialect, Ident, QName};
use crate::parse::lexer::{Lexer, TokenKind};
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Change, Column, Object};
use crate::schema::{Schema, Session};

use super::Outcome;
use super::fail::{self, column_missing};

impl Schema {
    pub(super) fn insert(&mut self, op: &Insert) -> Outcome {
        self.written_columns(&op.table, &op.columns)?;
        self.query_exists(&op.query)?;
        self.inserted_values(op)?;
        self.run_routines(&op.query.functions);
        self.fire_triggers(&op.table);
        Ok(())
    }

    /// Fails when the rows of a `VALUES` list are too long or too short, or give values to columns whose values
    /// are generated.
    fn inserted_values(&self, op: &Insert) -> Outcome {
        let Some(name) = self.resolve_relation(&op.table) else { return Ok(()) };
        let Some(table) = self.table_at(&name).filter(|table| table.columns_known) else { return Ok(()) };
        let targets: Vec<&Ident> = if op.columns.is_empty() {
            table.columns.iter().map(|c| &c.name).collect()
        } else {
            op.columns.iter().collect()
        };
        for row in &op.values {
            // Parts of a column are named one by one, with the column's name.
            if row.len() > targets.len() {
                let message = "INSERT has more expressions than target columns";
                self.refuse(SchemaError::new("42601", message))?;
            } else if row.len() < targets.len() && !op.columns.is_empty() && !row.is_empty() {
                let message = "INSERT has more target columns than expressions";
                self.refuse(SchemaError::new("42601", message))?;
            }
        }
        for (at, target) in targets.into_iter().enumerate() {
            let by_query = op.rows.is_none() && !op.columns.is_empty();
            let mut cells = op.values.iter().filter_map(|row| row.get(at));
            let given = by_query || cells.any(|cell| !cell.sql.eq_ignore_ascii_case("default"));
            let Some(column) = table.column(target).filter(|_| given) else { continue };
            let always = column.identity == Some(true);
            if column.generated.is_some() || always && op.overriding.is_none() {
                self.refuse(self.generated_always(column, "insert a non-DEFAULT value into"))?;
            }
        }
        self.values_fit(op, table)
    }

    /// 13 had another code for columns that are computed.
    fn generated_always(&self, column: &Column, what: &str) -> SchemaError {
        let old = column.generated.is_some() && !self.version().at_least(14);
        let sqlstate = if old { "42601" } else { "428C9" };
        SchemaError::new(sqlstate, format!("cannot {what} column \"{}\"", column.name))
    }

    pub(super) fn update_rows(&mut self, op: &Update) -> Outcome {
        let columns: Vec<Ident> = op.assignments.iter().map(|(column, _)| column.clone()).collect();
        self.written_columns(&op.table, &columns)?;
        self.query_exists(&op.query)?;
        if let Some(table) = self.resolve_relation(&op.table).and_then(|name| self.table_at(&name)) {
            for (name, value) in &op.assignments {
                let Some(column) = table.column(name) else { continue };
                let always = column.identity == Some(true);
                if (always || column.generated.is_some()) && !value.sql.eq_ignore_ascii_case("default") {
                    self.refuse(self.generated_always(column, "update to anything but DEFAULT"))?;
                }
            }
            self.assignments_fit(op, table)?;
        }
        self.run_routines(&op.query.functions);
        self.fire_triggers(&op.table);
        Ok(())
    }

    pub(super) fn delete_rows(&mut self, op: &Delete) -> Outcome {
        self.relation_known(&op.table)?;
        self.query_exists(&op.query)?;
        self.run_routines(&op.query.functions);
        self.fire_triggers(&op.table);
        Ok(())
    }

    pub(super) fn merge_rows(&mut self, op: &Merge) -> Outcome {
        self.relation_known(&op.table)?;
        self.query_exists(&op.query)
    }

    pub(super) fn truncate(&mut self, op: &Truncate) -> Outcome {
        self.relations_exist(&op.tables)?;
        let mut emptied: Vec<QName> = Vec::new();
        for name in op.tables.iter().filter_map(|name| self.resolve_relation(name)) {
            match self.at(&name) {
                Some(Object::Table(_)) => {}
                Some(_) => self.refuse_on(&name, fail::wrong_kind(&name, "table"))?,
                None => continue,
            }
            if !op.only.iter().any(|only| self.relation_name(only) == name) {
                emptied.extend(self.descendants_of(&name).into_iter().map(|child| child.name.clone()));
            }
            emptied.push(name);
        }
        if op.cascade {
            return Ok(());
        }
        // A key that references a partitioned table references its partitions.
        let mut referenced = emptied.clone();
        for name in &emptied {
            let mut parent = self.table_at(name).and_then(|table| table.partition_of.as_ref());
            while let Some((above, _)) = parent
                && !referenced.contains(above)
            {
                referenced.push(above.clone());
                parent = self.table_at(above).and_then(|table| table.partition_of.as_ref());
            }
        }
        for name in &referenced {
            for (child, constraint, _) in self.referencing(name) {
                if !emptied.contains(&child.name) {
                    let detail = format!(
                        "Table \"{}\" references \"{}\" by {}.",
                        child.name.name, name.name, constraint.name
                    );
                    let message = "cannot truncate a table referenced in a foreign key constraint";
                    let error = SchemaError::new("0A000", message).with_detail(detail);
                    self.refuse_on(&child.name.clone(), error)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn copy(&mut self, op: &Copy) -> Outcome {
        if let Some(table) = &op.table {
            self.relation_known(table)?;
        }
        op.query.as_ref().map_or(Ok(()), |query| self.query_exists(query))
    }

    pub(super) fn select(&mut self, op: &Select) -> Outcome {
        self.query_exists(&op.query)?;
        self.relations_exist(&op.sequences)?;
        op.settings.iter().for_each(|set| self.set_variable(set));
        self.run_routines(&op.query.functions);
        Ok(())
    }

    /// Notes that routines ran. One that makes or changes objects, or runs text that is not known, may have
    /// touched anything.
    pub(super) fn run_routines(&mut self, names: &[QName]) {
        if names.iter().any(|name| self.changes_objects(name)) {
            self.blind = true;
        }
    }

    /// Whether a routine, or one that it calls, makes or changes objects or runs text that is not known.
    #[must_use]
    pub fn changes_objects(&self, name: &QName) -> bool {
        let mut waiting: Vec<QName> = vec![name.clone()];
        let mut seen: Vec<ObjectKey> = Vec::new();
        while let Some(name) = waiting.pop() {
            for key in self.functions_named(&name) {
                if seen.contains(key) {
                    continue;
                }
                seen.push(key.clone());
                let Some(Object::Function(function)) = self.get(key) else { continue };
                let uses = &function.def.uses;
                if !uses.readable || uses.dynamic > 0 || changes_objects(&function.def.body) {
                    return true;
                }
                waiting.extend(uses.queries.iter().flat_map(|q| q.functions.iter().cloned()));
            }
        }
        false
    }

    /// Whether a procedure ends the transaction it runs in: nothing when no overload of that name does, else whether
    /// it certainly gets there.
    #[must_use]
    pub fn ends_transaction(&self, procedure: &QName) -> Option<bool> {
        self.functions(procedure)
            .filter(|f| f.def.procedure && f.def.language == "plpgsql")
            .filter_map(|f| ends_transaction(&f.def.body))
            .max()
    }

    fn fire_triggers(&mut self, table: &QName) {
        let functions: Vec<QName> = self
            .table(table)
            .map_or_else(Vec::new, |t| t.triggers.iter().map(|t| t.def.function.clone()).collect());
        self.run_routines(&functions);
    }

    /// Fails when a table, or a column that is written, certainly does not exist.
    fn written_columns(&self, table: &QName, columns: &[Ident]) -> Outcome {
        let Some(name) = self.find_relation(table, false)? else { return Ok(()) };
        let Some(table) = self.table_at(&name) else { return Ok(()) };
        for column in columns {
            if table.column(column).is_none() {
                self.refuse_column(table, column, column_missing(&name, column))?;
            }
        }
        Ok(())
    }

    /// `SET` and `RESET` of what the model needs to know.
    pub(super) fn set_variable(&mut self, set: &SetVariable) {
        let initial = Session::default();
        let value = set.values.first();
        let named = value
            .filter(|v| !v.eq_ignore_ascii_case("none") && !v.eq_ignore_ascii_case("default"))
            .and_then(|v| self.role_meant(&Ident::new(v)));
        match set.name.as_str() {
            "search_path" => {
                self.session.search_path = if set.values.is_empty() {
                    initial.search_path
                } else {
                    let named = set.values.iter().filter(|v| !v.is_empty() && *v != "pg_catalog");
                    named.filter_map(|v| self.path_element(v)).collect()
                };
            }
            "role" => self.session.role = named.or_else(|| self.session.authorization.clone()),
            "session_authorization" | "session authorization" => {
                self.session.role.clone_from(&named);
                self.session.authorization = named;
            }
            "timezone" | "time zone" => self.session.time_zone = value.cloned(),
            "check_function_bodies" => {
                self.session.check_function_bodies = value
                    .is_none_or(|v| !matches!(v.to_ascii_lowercase().as_str(), "off" | "false" | "no" | "0"));
            }
            // Who the session is stays as it is.
            "all" if set.values.is_empty() => {
                let (role, authorization) = (self.session.role.take(), self.session.authorization.take());
                self.session = Session { role, authorization, ..initial };
            }
            _ => {}
        }
    }

    /// A schema of the search path; `$user` is the schema named like the role, when there is one.
    fn path_element(&self, value: &str) -> Option<Ident> {
        if value != "$user" {
            return Some(Ident::new(value));
        }
        let role = self.session.role.clone()?;
        self.get(&ObjectKey::Schema(role.clone())).is_some().then_some(role)
    }

    /// The statements of a `DO` block in order. Errors of those that may not run, or that a handler catches, do
    /// not count. What could not be read of the block may have touched anything.
    pub(super) fn do_block(&mut self, op: &DoBlock) -> Outcome {
        self.in_block = true;
        let outcome = self.block(op);
        self.in_block = false;
        outcome
    }

    /// Carries out one statement of a block by itself and returns what it changes: nothing where it fails.
    pub fn follow(&mut self, nested: &Nested) -> Vec<Change> {
        self.take_changes();
        let mark = self.mark();
        self.in_block = true;
        if self.nested(nested).is_err() {
            self.rewind(mark);
        }
        self.in_block = false;
        self.take_changes()
    }

    fn nested(&mut self, nested: &Nested) -> Outcome {
        let mark = self.mark();
        let outer = self.tentative;
        self.tentative |= nested.conditional || nested.guarded;
        let outcome = self.run(&nested.op);
        let caught = std::mem::replace(&mut self.tentative, outer);
        if outcome.is_err() && caught {
            self.rewind(mark);
            return Ok(());
        }
        outcome
    }

    fn block(&mut self, op: &DoBlock) -> Outcome {
        op.statements.iter().try_for_each(|nested| self.nested(nested))?;
        if let Some(message) = &op.raises {
            // That needs no knowledge of the schema.
            return Err(SchemaError::new("P0001", message.clone()));
        }
        if !op.unread.is_empty() {
            self.mark_blind();
        }
        Ok(())
    }
}

/// Whether a body in PL/pgSQL has a `COMMIT` or `ROLLBACK`, and whether nothing before it may keep it from being run.
fn ends_transaction(body: &str) -> Option<bool> {
    let mut certain = true;
    for token in Lexer::new(body, Dialect::PostgreSql).filter(|t| !t.kind.is_trivia()) {
        if ["commit", "rollback"].iter().any(|word| token.is_word(body, word)) {
            return Some(certain);
        }
        let branches = ["if", "case", "loop", "exception", "return", "when"];
        certain &= !branches.iter().any(|word| token.is_word(body, word));
    }
    None
}

/// Whether a routine's body has statements that make or change objects that last.
fn changes_objects(body: &str) -> bool {
    let mut words = Lexer::new(body, Dialect::PostgreSql).filter(|t| !t.kind.is_trivia()).peekable();
    while let Some(token) = words.next() {
        let verb = ["create", "alter", "drop"].iter().any(|verb| token.is_word(body, verb));
        if !verb {
            continue;
        }
        let temporary = words.peek().is_some_and(|next| {
            ["temp", "temporary", "local", "global"].iter().any(|word| next.is_word(body, word))
        });
        let object = words.peek().is_some_and(|next| next.kind == TokenKind::Ident);
        if object && !temporary {
            return true;
        }
    }
    false
}
