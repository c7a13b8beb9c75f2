//! What hangs on tables and views: triggers, policies, rules.

use crate::ir::DdlOp;
use crate::ir::access::{AlterPolicy, CreatePolicy};
use crate::ir::object::{Drop, ObjectKind, ObjectName};
use crate::ir::routine::{CreateRule, CreateTrigger};
use crate::ir::table::{FiringState, TableAction, TriggerSelection};
use crate::name::{Ident, QName};
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Policy, Rule, Trigger};

use super::super::piece::{Phase, Piece, Target, alter_table as alter};
use super::super::subject::part_comment;
use super::Change;

fn drop(kind: ObjectKind, relation: &QName, name: &Ident) -> DdlOp {
    DdlOp::Drop(Drop {
        kind,
        objects: vec![ObjectName::part(relation.clone(), name.clone())],
        if_exists: false,
        cascade: false,
        concurrently: false,
    })
}

/// The relation that triggers and rules hang on.
#[derive(Clone, Copy)]
pub(in super::super) struct Holder<'a> {
    pub(in super::super) key: &'a ObjectKey,
    pub(in super::super) kind: ObjectKind,
    pub(in super::super) name: &'a QName,
}

impl Holder<'_> {
    fn on(&self, part: Part) -> Target {
        Target { key: self.key.clone(), part }
    }
}

/// Triggers that go, come or change.
pub(in super::super) fn triggers(at: Holder<'_>, from: &[&Trigger], to: &[&Trigger]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let find = |list: &[&Trigger], name: &Ident| list.iter().position(|t| t.def.name == *name);
    let same = |a: &Trigger, b: &Trigger| {
        let plain = |t: &Trigger| CreateTrigger { or_replace: false, ..(*t.def).clone() };
        a.def == b.def || plain(a) == plain(b)
    };
    for old in from {
        let name = &old.def.name;
        if find(to, name).is_none_or(|i| !same(old, to[i])) {
            let on = at.on(Part::Trigger(name.clone()));
            pieces.push(Piece::remove(Phase::Early, on, drop(ObjectKind::Trigger, at.name, name)));
        }
    }
    for new in to {
        let name = &new.def.name;
        let on = at.on(Part::Trigger(name.clone()));
        let old = find(from, name).map(|i| from[i]).filter(|old| same(old, new));
        if old.is_none() {
            let def = CreateTrigger { or_replace: false, table: at.name.clone(), ..(*new.def).clone() };
            pieces.push(Piece::make(Phase::Late, on.clone(), DdlOp::CreateTrigger(Box::new(def))));
        }
        if old.map_or(FiringState::Enabled, |old| old.state) != new.state {
            let which = TriggerSelection::Named(name.clone());
            let action = TableAction::TriggerState { which, state: new.state };
            pieces.push(Piece::change(Phase::Late, on, alter(at.kind, at.name, action)));
        }
        pieces.extend(part_comment(
            at.key,
            ObjectKind::Trigger,
            &ObjectName::part(at.name.clone(), name.clone()),
            Part::Trigger(name.clone()),
            old.and_then(|o| o.comment.as_ref()),
            new.comment.as_ref(),
        ));
    }
    pieces
}

/// Rules that go, come or change.
pub(in super::super) fn rules(at: Holder<'_>, from: &[Rule], to: &[Rule]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for old in from {
        if to.iter().all(|new| new.name != old.name || new.sql != old.sql) {
            let on = at.on(Part::Rule(old.name.clone()));
            pieces.push(Piece::remove(Phase::Early, on, drop(ObjectKind::Rule, at.name, &old.name)));
        }
    }
    for new in to {
        let on = at.on(Part::Rule(new.name.clone()));
        let old = from.iter().find(|old| old.name == new.name && old.sql == new.sql);
        if old.is_none() {
            let (event, instead) = rule_head(&new.sql);
            let op = DdlOp::CreateRule(CreateRule {
                name: new.name.clone(),
                table: at.name.clone(),
                or_replace: false,
                event,
                instead,
                sql: new.sql.clone(),
            });
            pieces.push(Piece::make(Phase::Late, on.clone(), op));
        }
        if old.map_or(FiringState::Enabled, |old| old.state) != new.state {
            let action = TableAction::RuleState { name: new.name.clone(), state: new.state };
            pieces.push(Piece::change(Phase::Late, on, alter(at.kind, at.name, action)));
        }
        pieces.extend(part_comment(
            at.key,
            ObjectKind::Rule,
            &ObjectName::part(at.name.clone(), new.name.clone()),
            Part::Rule(new.name.clone()),
            old.and_then(|o| o.comment.as_ref()),
            new.comment.as_ref(),
        ));
    }
    pieces
}

/// The event of a `CREATE RULE` statement, and whether it says `INSTEAD`.
fn rule_head(sql: &str) -> (&'static str, bool) {
    let words: Vec<String> = sql.split_whitespace().map(str::to_ascii_uppercase).collect();
    let event = words
        .windows(3)
        .find(|w| w[0] == "ON" && w[2] == "TO")
        .and_then(|w| ["SELECT", "INSERT", "UPDATE", "DELETE"].into_iter().find(|e| *e == w[1]));
    let instead = words.windows(2).any(|w| w[0] == "DO" && w[1] == "INSTEAD");
    (event.unwrap_or("SELECT"), instead)
}

/// Policies that go or change in a way that `ALTER POLICY` has no words for.
fn removed_policies(at: Holder<'_>, from: &[Policy], to: &[Policy]) -> Vec<Piece> {
    from.iter()
        .filter(|old| to.iter().all(|new| new.name != old.name || !alterable(old, new)))
        .map(|old| {
            let on = at.on(Part::Policy(old.name.clone()));
            Piece::remove(Phase::Early, on, drop(ObjectKind::Policy, at.name, &old.name))
        })
        .collect()
}

/// A condition can be replaced but not taken away.
fn alterable(old: &Policy, new: &Policy) -> bool {
    old.permissive == new.permissive
        && old.command == new.command
        && (old.using.is_none() || new.using.is_some())
        && (old.check.is_none() || new.check.is_some())
}

fn added_policies(at: Holder<'_>, from: &[Policy], to: &[Policy]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for new in to {
        let part = Part::Policy(new.name.clone());
        let old = from.iter().find(|old| old.name == new.name && alterable(old, new));
        match old {
            None => {
                let op = DdlOp::CreatePolicy(CreatePolicy {
                    name: new.name.clone(),
                    table: at.name.clone(),
                    permissive: new.permissive,
                    command: new.command,
                    roles: new.roles.clone(),
                    using: new.using.clone(),
                    check: new.check.clone(),
                });
                pieces.push(Piece::make(Phase::Late, at.on(part.clone()), op));
            }
            Some(old) if (&old.roles, &old.using, &old.check) != (&new.roles, &new.using, &new.check) => {
                let op = DdlOp::AlterPolicy(AlterPolicy {
                    name: new.name.clone(),
                    table: at.name.clone(),
                    roles: if old.roles == new.roles { Vec::new() } else { new.roles.clone() },
                    using: new.using.clone().filter(|u| Some(u) != old.using.as_ref()),
                    check: new.check.clone().filter(|c| Some(c) != old.check.as_ref()),
                });
                pieces.push(Piece::change(Phase::Late, at.on(part.clone()), op));
            }
            Some(_) => {}
        }
        pieces.extend(part_comment(
            at.key,
            ObjectKind::Policy,
            &ObjectName::part(at.name.clone(), new.name.clone()),
            part,
            old.and_then(|o| o.comment.as_ref()),
            new.comment.as_ref(),
        ));
    }
    pieces
}

impl Change<'_> {
    fn holder(&self) -> Holder<'_> {
        Holder { key: self.key, kind: self.kind, name: &self.to.name }
    }

    /// Triggers by themselves: those that partitions have from their parent come and go with the parent's, and
    /// with the attachment.
    fn own_triggers(list: &[Trigger]) -> Vec<&Trigger> {
        list.iter().filter(|t| !t.inherited).collect()
    }

    /// What happens to them before the table itself changes, and what after it.
    pub(super) fn parts(&self) -> (Vec<Piece>, Vec<Piece>) {
        let (from, to) = (self.from, self.to);
        let at = self.holder();
        let mut pieces = Vec::new();
        if from.triggers != to.triggers {
            pieces.extend(triggers(
                at,
                &Self::own_triggers(&from.triggers),
                &Self::own_triggers(&to.triggers),
            ));
        }
        if from.policies != to.policies {
            pieces.extend(removed_policies(at, &from.policies, &to.policies));
            pieces.extend(added_policies(at, &from.policies, &to.policies));
        }
        if from.rules != to.rules {
            pieces.extend(rules(at, &from.rules, &to.rules));
        }
        pieces.into_iter().partition(|p| p.phase == Phase::Early)
    }
}
