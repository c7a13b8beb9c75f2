//! Actions of `ALTER TABLE`.

use checkrail::ir::table::ConstraintKind;
use checkrail::quote::{quote_ident, quote_qname};
use checkrail::schema::model::{Column, Table, TableKind, UserTypeKind};

use super::kinds::{Action, Demand};
use super::tables::{bound, column, constraint};
use super::world::World;

pub fn alter_table(world: &mut World<'_>) -> Option<String> {
    let action = Action::ALL[world.below(Action::ALL.len())];
    of_kind(world, action)
}

/// `ALTER TABLE` with an action of a kind.
pub fn of_kind(world: &mut World<'_>, action: Action) -> Option<String> {
    let table = match action {
        Action::AttachPartition | Action::DetachPartition => world.table_where(Table::is_partitioned)?,
        Action::ForeignOptions => world.table_where(|t| matches!(t.kind, TableKind::Foreign(_)))?,
        // The server has these for tables with rows of their own.
        Action::SetLogged | Action::ClusterOn | Action::SetOptions | Action::ResetOptions => {
            world.ordinary()?
        }
        Action::Inherit => world.table_where(|t| {
            matches!(t.kind, TableKind::Ordinary) && t.partition_of.is_none() && t.of_type.is_none()
        })?,
        Action::OfType => world.table_where(|t| t.partition_of.is_none() && t.inherits.is_empty())?,
        Action::TriggerState => world.table_where(|t| !t.triggers.is_empty())?,
        Action::RuleState => world.table_where(|t| !t.rules.is_empty())?,
        Action::AddConstraint => {
            let demand = Demand::ALL[world.below(Demand::ALL.len())];
            return add_constraint(world, demand);
        }
        Action::AlterConstraint | Action::ValidateConstraint | Action::DropConstraint => {
            world.table_where(|t| !t.constraints.is_empty())?
        }
        Action::DropExpression | Action::SetExpression => {
            world.table_where(|t| t.columns.iter().any(|c| c.generated.is_some()))?
        }
        Action::SetIdentity | Action::DropIdentity => {
            world.table_where(|t| t.columns.iter().any(|c| c.identity.is_some()))?
        }
        _ => world.table()?,
    };
    let text = action_on(world, table, action)?;
    let keyword = if matches!(table.kind, TableKind::Foreign(_)) { "FOREIGN TABLE" } else { "TABLE" };
    Some(format!("ALTER {keyword} {} {text}", quote_qname(&table.name)))
}

pub fn add_constraint(world: &mut World<'_>, demand: Demand) -> Option<String> {
    let table = world.table()?;
    let constraint = constraint(world, table, demand)?;
    Some(format!("ALTER TABLE {} ADD {constraint}", quote_qname(&table.name)))
}

fn ident(column: &Column) -> String {
    quote_ident(&column.name).into_owned()
}

fn action_on(world: &mut World<'_>, table: &Table, action: Action) -> Option<String> {
    let is_free = |c: &Column| c.generated.is_none() && c.identity.is_none();
    let text = match action {
        Action::AddColumn => {
            let name = world.new_part(table, "n");
            if world.one_in(6) {
                let source =
                    world.column_where(table, |c| c.data_type.is("int4") && c.generated.is_none())?;
                return Some(format!(
                    "ADD COLUMN {name} integer GENERATED ALWAYS AS ({} * 2) STORED",
                    ident(source)
                ));
            }
            let exists = world.maybe("IF NOT EXISTS ");
            format!("ADD COLUMN {exists}{}", column(world, &name, false))
        }
        Action::DropColumn => {
            let column = world.column(table)?;
            format!("DROP COLUMN {}{}", ident(column), world.maybe(" CASCADE"))
        }
        Action::AlterType => {
            let typed = table.of_type.is_some();
            let column = world.column_where(table, |c| c.data_type.name.schema.is_none() && !typed)?;
            let (to, using) = match column.data_type.name.name.as_str() {
                "int2" | "int4" => ("bigint", ""),
                "int8" => ("numeric", ""),
                "varchar" => ("text", ""),
                "text" => ("varchar(30)", " USING left(#, 30)"),
                "date" => ("timestamptz", ""),
                "numeric" => ("numeric(8,1)", ""),
                _ => ("text", ""),
            };
            let using = if column.data_type.array > 0 { "" } else { using };
            let to = if column.data_type.array > 0 { "text" } else { to };
            let name = ident(column);
            format!("ALTER COLUMN {name} TYPE {to}{}", using.replace('#', &name))
        }
        Action::Default => {
            let column = world.column_where(table, is_free)?;
            match world.value(&column.data_type) {
                Some(value) if !world.one_in(3) => {
                    format!("ALTER COLUMN {} SET DEFAULT {value}", ident(column))
                }
                _ => format!("ALTER COLUMN {} DROP DEFAULT", ident(column)),
            }
        }
        Action::NotNull => {
            let set = world.word(&["SET", "DROP"]);
            let column = world.column_where(table, |c| c.not_null.is_none() == (set == "SET"))?;
            format!("ALTER COLUMN {} {set} NOT NULL", ident(column))
        }
        Action::SetExpression => {
            if !world.server(17) {
                return None;
            }
            let column = world.column_where(table, |c| c.generated.is_some())?;
            let source = world.column_where(table, |c| c.data_type.is("int4") && c.generated.is_none())?;
            format!("ALTER COLUMN {} SET EXPRESSION AS ({} * 3)", ident(column), ident(source))
        }
        Action::DropExpression => {
            let column = world.column_where(table, |c| c.generated.is_some())?;
            format!("ALTER COLUMN {} DROP EXPRESSION", ident(column))
        }
        Action::AddIdentity => {
            let column = world.column_where(table, |c| {
                is_free(c) && c.default.is_none() && c.not_null.is_some() && c.data_type.is("int4")
            })?;
            let options = world.word(&["", " (START WITH 5 INCREMENT BY 2)", " (CACHE 10 CYCLE)"]);
            let how = world.word(&["ALWAYS", "BY DEFAULT"]);
            format!("ALTER COLUMN {} ADD GENERATED {how} AS IDENTITY{options}", ident(column))
        }
        Action::SetIdentity => {
            let column = world.column_where(table, |c| c.identity.is_some())?;
            let what = world.word(&[
                "SET GENERATED ALWAYS",
                "SET GENERATED BY DEFAULT",
                "SET INCREMENT BY 3",
                "RESTART WITH 100",
            ]);
            format!("ALTER COLUMN {} {what}", ident(column))
        }
        Action::DropIdentity => {
            let column = world.column_where(table, |c| c.identity.is_some())?;
            format!("ALTER COLUMN {} DROP IDENTITY", ident(column))
        }
        Action::SetStatistics => {
            let column = world.column(table)?;
            format!("ALTER COLUMN {} SET STATISTICS {}", ident(column), world.word(&["100", "500", "-1"]))
        }
        Action::ColumnOptions => {
            let column = world.column(table)?;
            let what = world.word(&["SET (n_distinct = -0.5)", "RESET (n_distinct)", "SET (n_distinct = 7)"]);
            format!("ALTER COLUMN {} {what}", ident(column))
        }
        Action::SetStorage => {
            let column = world.column_where(table, |c| c.data_type.is("text") || c.data_type.is("jsonb"))?;
            format!(
                "ALTER COLUMN {} SET STORAGE {}",
                ident(column),
                world.word(&["EXTERNAL", "MAIN", "EXTENDED"])
            )
        }
        Action::SetCompression => {
            let column = world.column_where(table, |c| c.data_type.is("text") || c.data_type.is("jsonb"))?;
            format!("ALTER COLUMN {} SET COMPRESSION {}", ident(column), world.word(&["pglz", "default"]))
        }
        Action::AddConstraint => return None,
        Action::AlterConstraint => {
            let keys: Vec<_> = table
                .constraints
                .iter()
                .filter(|c| matches!(c.kind, ConstraintKind::ForeignKey(_)))
                .collect();
            let constraint = world.of(&keys)?;
            let how = world.word(&["DEFERRABLE", "NOT DEFERRABLE", "DEFERRABLE INITIALLY DEFERRED"]);
            format!("ALTER CONSTRAINT {} {how}", quote_ident(&constraint.name))
        }
        Action::ValidateConstraint => {
            let checked: Vec<_> = table
                .constraints
                .iter()
                .filter(|c| matches!(c.kind, ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_)))
                .collect();
            let open: Vec<_> = checked.iter().copied().filter(|c| !c.validated).collect();
            let constraint = world.of(&open).or_else(|| checked.first().copied())?;
            format!("VALIDATE CONSTRAINT {}", quote_ident(&constraint.name))
        }
        Action::DropConstraint => {
            let all: Vec<_> = table.constraints.iter().collect();
            let constraint = world.of(&all)?;
            format!("DROP CONSTRAINT {}{}", quote_ident(&constraint.name), world.maybe(" CASCADE"))
        }
        Action::TriggerState => {
            let all: Vec<_> = table.triggers.iter().collect();
            let name = quote_ident(&world.of(&all)?.def.name).into_owned();
            let which = if world.one_in(4) { "ALL".to_owned() } else { name.clone() };
            match world.below(4) {
                0 => format!("DISABLE TRIGGER {which}"),
                1 => format!("ENABLE TRIGGER {which}"),
                2 => format!("ENABLE ALWAYS TRIGGER {name}"),
                _ => format!("ENABLE REPLICA TRIGGER {name}"),
            }
        }
        Action::RuleState => {
            let all: Vec<_> = table.rules.iter().collect();
            let name = quote_ident(&world.of(&all)?.name).into_owned();
            format!("{} RULE {name}", world.word(&["DISABLE", "ENABLE", "ENABLE ALWAYS"]))
        }
        Action::RowSecurity => format!("{} ROW LEVEL SECURITY", world.word(&["ENABLE", "DISABLE"])),
        Action::ForceRowSecurity => format!("{} ROW LEVEL SECURITY", world.word(&["FORCE", "NO FORCE"])),
        Action::ClusterOn => {
            let indexes = world.schema.indexes_of(&table.name);
            let plain: Vec<_> =
                indexes.into_iter().filter(|i| i.predicate.is_none() && i.method == "btree").collect();
            match world.of(&plain) {
                Some(index) if !world.one_in(4) => format!("CLUSTER ON {}", quote_ident(&index.name.name)),
                _ => "SET WITHOUT CLUSTER".to_owned(),
            }
        }
        Action::SetLogged => world.word(&["SET UNLOGGED", "SET LOGGED"]).to_owned(),
        Action::SetTablespace => "SET TABLESPACE pg_default".to_owned(),
        Action::SetAccessMethod => {
            if !world.server(15) {
                return None;
            }
            "SET ACCESS METHOD heap".to_owned()
        }
        Action::SetOptions => world
            .word(&["SET (fillfactor = 60)", "SET (autovacuum_enabled = false, fillfactor = 90)"])
            .to_owned(),
        Action::ResetOptions => "RESET (fillfactor)".to_owned(),
        Action::Inherit => {
            if let Some(parent) = table.inherits.first() {
                format!("NO INHERIT {}", quote_qname(parent))
            } else {
                let fits = |parent: &Table| {
                    parent.name != table.name
                        && matches!(parent.kind, TableKind::Ordinary)
                        && parent.partition_of.is_none()
                        && parent.columns.iter().all(|p| {
                            table.column(&p.name).is_some_and(|c| {
                                c.data_type == p.data_type
                                    && c.collation == p.collation
                                    && (p.not_null.is_none() || c.not_null.is_some())
                                    && c.generated == p.generated
                            })
                        })
                };
                let parent = world.table_where(fits)?;
                format!("INHERIT {}", quote_qname(&parent.name))
            }
        }
        Action::OfType => {
            if table.of_type.is_some() {
                "NOT OF".to_owned()
            } else {
                let fits = |kind: &UserTypeKind| match kind {
                    UserTypeKind::Composite(attributes) => {
                        attributes.len() == table.columns.len()
                            && attributes
                                .iter()
                                .zip(&table.columns)
                                .all(|((name, ty, _), c)| *name == c.name && *ty == c.data_type)
                    }
                    _ => false,
                };
                let user_type = world.user_type(fits)?;
                format!("OF {}", quote_qname(&user_type.name))
            }
        }
        Action::OwnerTo => format!("OWNER TO {}", world.role()),
        Action::ReplicaIdentity => match world.below(4) {
            0 => "REPLICA IDENTITY FULL".to_owned(),
            1 => "REPLICA IDENTITY NOTHING".to_owned(),
            2 => "REPLICA IDENTITY DEFAULT".to_owned(),
            _ => {
                let usable = world.schema.indexes_of(&table.name).into_iter().find(|i| {
                    i.unique
                        && i.predicate.is_none()
                        && i.key_columns().is_some_and(|columns| {
                            columns.iter().all(|c| table.column(c).is_some_and(|c| c.not_null.is_some()))
                        })
                })?;
                format!("REPLICA IDENTITY USING INDEX {}", quote_ident(&usable.name.name))
            }
        },
        Action::AttachPartition => {
            let schema = world.schema;
            let fits = |t: &Table| {
                matches!(t.kind, TableKind::Ordinary)
                    && t.partition_of.is_none()
                    && t.inherits.is_empty()
                    && t.of_type.is_none()
                    && t.columns.len() == table.columns.len()
                    && table.columns.iter().all(|p| {
                        t.column(&p.name).is_some_and(|c| {
                            c.data_type == p.data_type
                                && c.collation == p.collation
                                && p.not_null.is_none() | c.not_null.is_some()
                        })
                    })
            };
            let partition = world.table_where(|t| fits(t) && schema.children_of(&t.name).is_empty())?;
            let bound = bound(world, table)?;
            format!("ATTACH PARTITION {} {bound}", quote_qname(&partition.name))
        }
        Action::DetachPartition => {
            let children = world.schema.children_of(&table.name);
            let partition = world.of(&children)?;
            let how = if world.server(14) { world.maybe(" CONCURRENTLY") } else { "" };
            format!("DETACH PARTITION {}{how}", quote_qname(&partition.name))
        }
        Action::ForeignOptions => "OPTIONS (ADD x '1')".to_owned(),
        Action::Other => "SET WITHOUT OIDS".to_owned(),
    };
    Some(text)
}
