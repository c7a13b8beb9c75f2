//! Functions, triggers, rules and policies.

use std::sync::Arc;

use crate::ir::object::ObjectKind;
use crate::ir::routine::{AlterFunction, ArgMode, CreateFunction, CreateRule, CreateTrigger};
use crate::ir::table::FiringState;
use crate::ir::types::TypeName;
use crate::name::QName;
use crate::schema::Schema;
use crate::schema::acl::Acl;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Function, Object, Rule, Table, Trigger};

use super::Outcome;
use super::fail::{self, part_exists};

/// Trigger functions that the server brings along.
const BUILTIN_TRIGGERS: [&str; 4] = [
    "suppress_redundant_updates_trigger",
    "tsvector_update_trigger",
    "tsvector_update_trigger_column",
    "unique_key_recheck",
];

impl Schema {
    pub(super) fn create_function(&mut self, op: &CreateFunction) -> Outcome {
        let name = self.new_name(&op.name)?;
        self.namespace_known(&name)?;
        for arg in &op.args {
            self.type_known(&arg.data_type)?;
        }
        if let Some(ty) = &op.returns {
            self.type_known(ty)?;
        }
        let mut object = Object::Function(Function {
            def: CreateFunction { name: name.clone(), or_replace: false, ..op.clone() },
            uses: Vec::new(),
            owner: self.current_role(),
            acl: Acl::default(),
            comment: None,
        });
        if let Object::Function(function) = &mut object {
            self.settle_body(&mut function.def);
        }
        self.bind(&mut object);
        let Object::Function(mut function) = object else { return Ok(()) };
        self.body_known(&function)?;
        let key = ObjectKey::function(name.clone(), &function.def.signature());
        match self.get(&key) {
            Some(Object::Function(old)) => {
                let old = old.clone();
                if op.or_replace {
                    self.refuse_function_change(&old, &function)?;
                } else {
                    let message =
                        format!("function \"{}\" already exists with same argument types", name.name);
                    self.refuse_on(&name, SchemaError::new("42723", message))?;
                }
                function.owner = old.owner;
                function.acl = old.acl;
                function.comment = old.comment;
            }
            _ => function.acl = self.default_acl(ObjectKind::Function, name.schema.as_ref()),
        }
        self.put(key, Some(Arc::new(Object::Function(function))));
        Ok(())
    }

    /// Fails when the server checks the body of a function and finds a relation missing. Bodies of other
    /// languages than SQL are not looked into.
    fn body_known(&self, function: &Function) -> Outcome {
        let def = &function.def;
        let checked = def.sql_body || (def.language == "sql" && self.session.check_function_bodies);
        let own_path = def.config.iter().any(|(name, _)| name == "search_path");
        if !checked || own_path || !def.uses.readable {
            return Ok(());
        }
        let mut relations = def.uses.queries.iter().flat_map(|q| q.relations());
        relations.try_for_each(|relation| self.relation_known(relation))
    }

    /// Fails when `OR REPLACE` changes what callers rely on.
    fn refuse_function_change(&self, old: &Function, new: &Function) -> Outcome {
        let name = &old.def.name;
        let refuse = |sqlstate, message: String| self.refuse_on(name, SchemaError::new(sqlstate, message));
        if old.def.procedure != new.def.procedure {
            return refuse("42809", "cannot change routine kind".into());
        }
        let outputs = |f: &Function| -> Vec<TypeName> {
            let out = f.def.args.iter().filter(|a| !matches!(a.mode, ArgMode::In | ArgMode::Variadic));
            out.map(|a| a.data_type.clone()).collect()
        };
        // One output argument is the result; several make a row of them.
        let result = |f: &Function| -> Vec<TypeName> {
            let out = outputs(f);
            let returns =
                f.def.returns.iter().map(|ty| TypeName { modifiers: Vec::new(), setof: false, ..ty.clone() });
            if out.is_empty() { returns.collect() } else { out }
        };
        let set = |f: &Function| f.def.returns.as_ref().map(|ty| ty.setof);
        let other_set = set(old).is_some() && set(new).is_some() && set(old) != set(new);
        if !old.def.procedure && (result(old) != result(new) || other_set) {
            return refuse("42P13", "cannot change return type of existing function".into());
        }
        let inputs =
            |f: &Function| f.def.args.iter().filter(|a| a.mode.is_input()).cloned().collect::<Vec<_>>();
        for (was, is) in inputs(old).iter().zip(&inputs(new)) {
            if let Some(old_name) = was.name.as_ref().filter(|n| Some(*n) != is.name.as_ref()) {
                return refuse("42P13", format!("cannot change name of input parameter \"{old_name}\""));
            }
            if was.default.is_some() && is.default.is_none() {
                return refuse("42P13", "cannot remove parameter defaults from existing function".into());
            }
        }
        Ok(())
    }

    /// The key of a routine that a statement names; nothing when it is not known.
    pub(super) fn find_function(
        &self,
        kind: ObjectKind,
        name: &QName,
        args: Option<&[TypeName]>,
        if_exists: bool,
    ) -> Result<Option<ObjectKey>, SchemaError> {
        let overloads = self.functions_named(name);
        let word = match kind {
            ObjectKind::Procedure => "procedure",
            ObjectKind::Routine => "routine",
            ObjectKind::Aggregate => "aggregate",
            _ => "function",
        };
        let found = match args {
            None => match overloads {
                [only] => Some(only.clone()),
                [] => None,
                _ => {
                    let message = format!("{word} name \"{name}\" is not unique");
                    self.refuse(SchemaError::new("42725", message))?;
                    return Ok(None);
                }
            },
            Some(args) => {
                let wanted = self.argument_types(args);
                let mut keys = overloads.iter();
                keys.find(|key| match self.get(key) {
                    Some(Object::Function(f)) => {
                        f.def.signature() == wanted || Self::all_argument_types(f) == wanted
                    }
                    _ => false,
                })
                .cloned()
            }
        };
        // Aggregates are kept with other objects, and extensions bring functions of any name.
        let foreign = kind == ObjectKind::Aggregate
            || self.has_extensions()
            || name.schema.as_ref().is_some_and(|s| self.get(&ObjectKey::Schema(s.clone())).is_none())
            || self.is_unknown(&self.qualify(name));
        if found.is_none() && !if_exists && !foreign && self.schema_of_functions_known(name) {
            let message = match args {
                None => format!("could not find a {word} named \"{name}\""),
                Some(args) => {
                    let args: Vec<String> = args.iter().map(ToString::to_string).collect();
                    format!("{word} {name}({}) does not exist", args.join(", "))
                }
            };
            self.refuse(SchemaError::new("42883", message))?;
        }
        Ok(found)
    }

    /// An unqualified name may be a function of `pg_catalog`.
    fn schema_of_functions_known(&self, name: &QName) -> bool {
        name.schema.is_some() || !self.functions_named(name).is_empty() || !name.name.starts_with("pg_")
    }

    /// Whether any extension but the procedural language is installed.
    fn has_extensions(&self) -> bool {
        self.extensions > 0
    }

    pub(super) fn argument_types(&self, args: &[TypeName]) -> Vec<TypeName> {
        let bound = |ty: &TypeName| {
            let mut ty = TypeName { modifiers: Vec::new(), ..ty.clone() };
            self.bind_type(&mut ty);
            ty
        };
        args.iter().map(bound).collect()
    }

    /// Input and output types: `DROP PROCEDURE p(IN int, OUT int)` may list both (14 and later).
    fn all_argument_types(function: &Function) -> Vec<TypeName> {
        function.def.args.iter().filter(|a| a.mode != ArgMode::Table).map(|a| a.data_type.clone()).collect()
    }

    pub(super) fn alter_function(&mut self, op: &AlterFunction) -> Outcome {
        let Some(key) = self.find_function(op.kind, &op.name, op.args.as_deref(), false)? else {
            return Ok(());
        };
        self.update(&key, |object| {
            let Object::Function(Function { def, .. }) = object else { return };
            def.volatility = op.volatility.unwrap_or(def.volatility);
            def.security_definer = op.security_definer.unwrap_or(def.security_definer);
            def.strict = op.strict.unwrap_or(def.strict);
            def.leakproof = op.leakproof.unwrap_or(def.leakproof);
            def.parallel = op.parallel.clone().or(def.parallel.take());
            def.cost = op.cost.clone().or(def.cost.take());
            def.rows = op.rows.clone().or(def.rows.take());
            for (name, value) in &op.set {
                def.config.retain(|(n, _)| n != name);
                def.config.push((name.clone(), value.clone()));
            }
            for name in &op.reset {
                def.config.retain(|(n, _)| n != name && name != "*");
            }
        });
        Ok(())
    }

    pub(super) fn create_trigger(&mut self, op: &CreateTrigger) -> Outcome {
        let Some(name) = self.find_relation(&op.table, false)? else { return Ok(()) };
        let mut def = CreateTrigger { table: name.clone(), or_replace: false, ..op.clone() };
        let (existing, table) = match self.at(&name) {
            Some(Object::Table(table)) => (&table.triggers[..], Some(table)),
            Some(Object::View(view)) => (&view.triggers[..], None),
            _ => return self.refuse_on(&name, fail::wrong_kind(&name, "table or view")),
        };
        let clash = existing.iter().find(|t| t.def.name == op.name);
        if clash.is_some_and(|t| !op.or_replace || t.inherited) {
            self.refuse_on(&name, part_exists("trigger", &op.name, "relation", &name))?;
        }
        let comment = clash.and_then(|t| t.comment.clone());
        if let Some(table) = table {
            for column in &op.update_columns {
                self.has_column(table, column)?;
            }
        }
        self.trigger_function_known(&op.function)?;
        self.bind_functions(std::slice::from_mut(&mut def.function));
        def.when.iter_mut().for_each(|w| self.bind_expr(w));
        def.from_table.iter_mut().for_each(|t| *t = self.relation_name(t));
        let trigger = Trigger { def: def.into(), state: FiringState::Enabled, inherited: false, comment };
        let cloned = op.for_each_row && table.is_some_and(Table::is_partitioned);
        self.update(&ObjectKey::Relation(name.clone()), |object| {
            let triggers = match object {
                Object::Table(table) => &mut table.triggers,
                Object::View(view) => &mut view.triggers,
                _ => return,
            };
            match triggers.iter_mut().find(|t| t.def.name == trigger.def.name) {
                Some(old) => *old = trigger.clone(),
                None => triggers.push(trigger.clone()),
            }
        });
        if cloned {
            for child in self.child_names(&name) {
                if op.or_replace {
                    let old = crate::schema::dependency::Part::Trigger(op.name.clone());
                    self.drop_items(vec![(ObjectKey::Relation(child.clone()), old)], true)?;
                }
                self.clone_trigger(&trigger, &child)?;
            }
        }
        Ok(())
    }

    fn trigger_function_known(&self, name: &QName) -> Outcome {
        let overloads: Vec<&Function> = self.functions(name).collect();
        let fits = overloads.iter().find(|f| f.def.signature().is_empty());
        if let Some(function) = fits {
            let trigger = function.def.returns.as_ref().is_none_or(|ty| ty.is("trigger"));
            if trigger {
                return Ok(());
            }
            let message = format!("function {} must return type trigger", name.name);
            return self.refuse_on(&function.def.name, SchemaError::new("42P17", message));
        }
        if BUILTIN_TRIGGERS.contains(&name.name.as_str()) {
            return Ok(());
        }
        self.find_function(ObjectKind::Function, name, Some(&[]), false).map(|_| ())
    }

    pub(super) fn create_rule(&mut self, op: &CreateRule) -> Outcome {
        let Some(name) = self.find_relation(&op.table, false)? else { return Ok(()) };
        let rules = match self.at(&name) {
            Some(Object::Table(table)) => &table.rules,
            Some(Object::View(view)) => &view.rules,
            _ => return Ok(()),
        };
        if rules.iter().any(|r| r.name == op.name) && !op.or_replace {
            self.refuse_on(&name, part_exists("rule", &op.name, "relation", &name))?;
        }
        let rule =
            Rule { name: op.name.clone(), sql: op.sql.clone(), state: FiringState::Enabled, comment: None };
        self.update(&ObjectKey::Relation(name), |object| {
            let rules = match object {
                Object::Table(table) => &mut table.rules,
                Object::View(view) => &mut view.rules,
                _ => return,
            };
            match rules.iter_mut().find(|r| r.name == rule.name) {
                Some(old) => *old = Rule { comment: old.comment.take(), ..rule },
                None => rules.push(rule),
            }
        });
        Ok(())
    }
}
