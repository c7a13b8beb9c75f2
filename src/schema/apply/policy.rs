//! Row-level security policies.

use crate::ir::access::{AlterPolicy, CreatePolicy, Grantee, PolicyCommand};
use crate::ir::expr::Expr;
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::model::{Policy, Table, Use};

use super::Outcome;
use super::fail::{part_exists, part_missing};

impl Schema {
    pub(super) fn create_policy(&mut self, op: &CreatePolicy) -> Outcome {
        let Some(name) = self.find_table(&op.table, false)? else { return Ok(()) };
        let Some(table) = self.table_at(&name) else { return Ok(()) };
        if table.policies.iter().any(|p| p.name == op.name) {
            self.refuse_on(&name, part_exists("policy", &op.name, "table", &name))?;
        }
        let refused = match op.command {
            PolicyCommand::Insert if op.using.is_some() => "only WITH CHECK expression allowed for INSERT",
            PolicyCommand::Select | PolicyCommand::Delete if op.check.is_some() => {
                "WITH CHECK cannot be applied to SELECT or DELETE"
            }
            _ => "",
        };
        if !refused.is_empty() {
            self.refuse(SchemaError::new("42601", refused))?;
        }
        for expr in op.using.iter().chain(&op.check) {
            self.policy_columns_exist(table, expr)?;
        }
        let mut policy = Policy {
            name: op.name.clone(),
            permissive: op.permissive,
            command: op.command,
            roles: self.role_list(&op.roles),
            using: op.using.clone(),
            check: op.check.clone(),
            uses: self.policy_reads(table, op.using.as_ref(), op.check.as_ref()),
            comment: None,
        };
        policy.using.iter_mut().chain(&mut policy.check).for_each(|e| self.bind_expr(e));
        self.edit_table(&name, |t| {
            t.policies.retain(|p| p.name != policy.name);
            t.policies.push(policy);
        });
        Ok(())
    }

    /// Fails when an expression names a column of the table that does not exist, outside sub-queries.
    fn policy_columns_exist(&self, table: &Table, expr: &Expr) -> Outcome {
        for relation in &expr.relations {
            self.relation_known(relation)?;
        }
        if let Some(message) = self.missing_column(&expr.scopes, Some(table)) {
            self.refuse(SchemaError::new("42703", message))?;
        }
        for (qualifier, column) in &expr.columns {
            if qualifier.is_none() && table.column(column).is_none() && *column != table.name.name {
                let message = format!("column \"{column}\" does not exist");
                self.refuse_column(table, column, SchemaError::new("42703", message))?;
            }
        }
        Ok(())
    }

    pub(super) fn alter_policy(&mut self, op: &AlterPolicy) -> Outcome {
        let Some(name) = self.find_table(&op.table, false)? else { return Ok(()) };
        let Some(table) = self.table_at(&name) else { return Ok(()) };
        let Some(policy) = table.policies.iter().find(|p| p.name == op.name) else {
            return self.refuse_on(&name, part_missing("policy", &op.name, "table", &name));
        };
        let mut policy = policy.clone();
        if !op.roles.is_empty() {
            policy.roles = self.role_list(&op.roles);
        }
        for (new, old) in [(&op.using, &mut policy.using), (&op.check, &mut policy.check)] {
            if let Some(new) = new {
                let mut new = new.clone();
                self.bind_expr(&mut new);
                *old = Some(new);
            }
        }
        policy.uses = self.policy_reads(table, policy.using.as_ref(), policy.check.as_ref());
        self.edit_table(&name, |t| {
            if let Some(old) = t.policies.iter_mut().find(|p| p.name == policy.name) {
                *old = policy;
            }
        });
        Ok(())
    }

    /// The roles of a policy: `PUBLIC` stands for all others.
    fn role_list(&self, roles: &[Grantee]) -> Vec<Grantee> {
        if roles.contains(&Grantee::Public) {
            return vec![Grantee::Public];
        }
        let named = |role: &Grantee| match (self.grantee(role), &self.migrator) {
            (Grantee::Session(_), Some(migrator)) => Grantee::Role(migrator.clone()),
            (role, _) => role,
        };
        roles.iter().map(named).collect()
    }

    /// What the sub-queries of a policy read.
    pub(in crate::schema) fn policy_reads(
        &self,
        table: &Table,
        using: Option<&Expr>,
        check: Option<&Expr>,
    ) -> Vec<Use> {
        let mut uses: Vec<Use> = Vec::new();
        for expr in using.into_iter().chain(check) {
            for found in self.resolve_uses(&expr.scopes, Some(table)) {
                match uses.iter_mut().find(|u| u.relation == found.relation) {
                    Some(existing) => {
                        existing.columns.extend(found.columns);
                        existing.columns.sort();
                        existing.columns.dedup();
                        existing.uncertain |= found.uncertain;
                    }
                    None => uses.push(found),
                }
            }
        }
        uses
    }
}
