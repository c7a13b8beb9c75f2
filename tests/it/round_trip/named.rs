//! Statements that work on any kind of object, and the objects that have no model of their own.

use checkrail::quote::{quote_ident, quote_qname};
use checkrail::schema::key::ObjectKey;
use checkrail::schema::model::{Object, UserTypeKind};

use super::routines::signature;
use super::world::World;

/// What can be named: `TABLE public.t`, with the new name's stem where it can be renamed.
struct Named {
    /// Its keywords and name: `TABLE public.t`, `TRIGGER tr ON public.t`.
    text: String,
    /// How a rename of it begins, where that is another form.
    rename: Option<String>,
    /// Whether it has a schema.
    moves: bool,
    /// Whether it has an owner.
    owned: bool,
    drops: bool,
}

impl Named {
    fn new(text: String) -> Self {
        Self { text, rename: None, moves: false, owned: false, drops: true }
    }

    fn object(text: String) -> Self {
        Self { moves: true, owned: true, ..Self::new(text) }
    }
}

fn all(world: &World<'_>) -> Vec<Named> {
    let mut found = Vec::new();
    for (key, object) in world.objects() {
        of_object(key, object, &mut found);
    }
    found
}

fn of_object(key: &ObjectKey, object: &Object, found: &mut Vec<Named>) {
    let keyword = object.kind().keyword();
    match object {
        Object::Schema(schema) if *schema.name != *"public" => {
            found.push(Named { owned: true, ..Named::new(format!("SCHEMA {}", quote_ident(&schema.name))) });
        }
        Object::Table(table) => {
            let name = quote_qname(&table.name);
            found.push(Named::object(format!("{keyword} {name}")));
            let part = |text: String, rename: String| Named { rename: Some(rename), ..Named::new(text) };
            for column in &table.columns {
                let column = quote_ident(&column.name);
                let rename = format!("ALTER {keyword} {name} RENAME COLUMN {column} TO");
                found.push(Named { drops: false, ..part(format!("COLUMN {name}.{column}"), rename) });
            }
            for constraint in &table.constraints {
                let constraint = quote_ident(&constraint.name);
                let rename = format!("ALTER TABLE {name} RENAME CONSTRAINT {constraint} TO");
                found.push(Named {
                    drops: false,
                    ..part(format!("CONSTRAINT {constraint} ON {name}"), rename)
                });
            }
            let of_table = |kind: &str, part_name: &str| {
                let text = format!("{kind} {} ON {name}", quote_ident(part_name));
                let rename = format!("ALTER {text} RENAME TO");
                part(text, rename)
            };
            found.extend(table.triggers.iter().map(|t| of_table("TRIGGER", &t.def.name)));
            found.extend(table.policies.iter().map(|p| of_table("POLICY", &p.name)));
            found.extend(table.rules.iter().map(|r| of_table("RULE", &r.name)));
        }
        Object::View(view) => {
            found.push(Named::object(format!("{keyword} {}", quote_qname(&view.name))));
            let name = quote_qname(&view.name);
            for column in &view.columns {
                let column = quote_ident(&column.name);
                let rename = format!("ALTER {keyword} {name} RENAME COLUMN {column} TO");
                let text = format!("COLUMN {name}.{column}");
                found.push(Named { rename: Some(rename), drops: false, ..Named::new(text) });
            }
        }
        Object::Index(index) if index.constraint.is_none() => {
            found.push(Named::new(format!("INDEX {}", quote_qname(&index.name))));
        }
        Object::Sequence(sequence) if !sequence.identity => {
            found.push(Named::object(format!("SEQUENCE {}", quote_qname(&sequence.name))));
        }
        Object::Type(user_type) => {
            found.push(Named::object(format!("{keyword} {}", quote_qname(&user_type.name))));
            match &user_type.kind {
                UserTypeKind::Domain(domain) => {
                    let name = quote_qname(&user_type.name);
                    for constraint in &domain.constraints {
                        let constraint = quote_ident(&constraint.name);
                        let rename = format!("ALTER DOMAIN {name} RENAME CONSTRAINT {constraint} TO");
                        let text = format!("CONSTRAINT {constraint} ON DOMAIN {name}");
                        found.push(Named { rename: Some(rename), drops: false, ..Named::new(text) });
                    }
                }
                UserTypeKind::Composite(attributes) => {
                    for (attribute, _, _) in attributes {
                        let (name, attribute) = (quote_qname(&user_type.name), quote_ident(attribute));
                        let rename = format!("ALTER TYPE {name} RENAME ATTRIBUTE {attribute} TO");
                        let text = format!("COLUMN {name}.{attribute}");
                        found.push(Named { rename: Some(rename), drops: false, ..Named::new(text) });
                    }
                }
                _ => {}
            }
        }
        Object::Function(function) => {
            found.push(Named::object(format!("{keyword} {}", signature(function))));
        }
        Object::Role(role) if role.name.starts_with("own") => {
            found.push(Named::new(format!("ROLE {}", quote_ident(&role.name))));
        }
        Object::Publication(publication) => {
            let text = format!("PUBLICATION {}", quote_ident(&publication.name));
            found.push(Named { owned: true, ..Named::new(text) });
        }
        Object::Statistics(statistics) => {
            found.push(Named::object(format!("STATISTICS {}", quote_qname(&statistics.name))));
        }
        Object::Other(other) => {
            if let ObjectKey::Other(..) = key
                && !matches!(keyword, "OBJECT" | "DATABASE" | "CAST" | "USER MAPPING")
            {
                found.push(Named { owned: true, ..Named::new(format!("{keyword} {}", other.name)) });
            }
        }
        Object::Schema(_)
        | Object::Index(_)
        | Object::Sequence(_)
        | Object::Role(_)
        | Object::Extension(_)
        | Object::DefaultAcl(_) => {}
    }
}

fn one(world: &mut World<'_>, wanted: impl Fn(&Named) -> bool) -> Option<Named> {
    let found: Vec<Named> = all(world).into_iter().filter(wanted).collect();
    let at = world.below(found.len());
    found.into_iter().nth(at)
}

pub fn comment(world: &mut World<'_>) -> Option<String> {
    let named = one(world, |_| true)?;
    let text = world.word(&["'a comment'", "NULL", "'it''s another'"]);
    Some(format!("COMMENT ON {} IS {text}", named.text))
}

pub fn drop(world: &mut World<'_>) -> Option<String> {
    let named = one(world, |n| n.drops)?;
    let cascade = world.word(&["", " CASCADE"]);
    let cascade = if named.text.starts_with("ROLE") { "" } else { cascade };
    Some(format!("DROP {}{cascade}", named.text))
}

pub fn rename(world: &mut World<'_>) -> Option<String> {
    let named = one(world, |n| n.rename.is_some() || n.drops)?;
    let new = format!("renamed{}", world.below(20));
    let new = if world.one_in(5) { format!("\"Re {new}\"") } else { new };
    Some(match named.rename {
        Some(rename) => format!("{rename} {new}"),
        None => format!("ALTER {} RENAME TO {new}", named.text),
    })
}

pub fn set_schema(world: &mut World<'_>) -> Option<String> {
    let named = one(world, |n| n.moves)?;
    let schema = world.namespace();
    Some(format!("ALTER {} SET SCHEMA {}", named.text, quote_ident(&schema)))
}

pub fn owner(world: &mut World<'_>) -> Option<String> {
    // Of relations it is an action of `ALTER TABLE`.
    let relation = |n: &Named| {
        ["TABLE ", "FOREIGN ", "VIEW ", "MATERIALIZED ", "SEQUENCE "]
            .iter()
            .any(|kind| n.text.starts_with(kind))
    };
    let named = one(world, |n| n.owned && !relation(n))?;
    Some(format!("ALTER {} OWNER TO {}", named.text, world.role()))
}

pub fn create_schema(world: &mut World<'_>) -> Option<String> {
    let name = world.new_bare_name("place");
    Some(match world.below(3) {
        0 => format!("CREATE SCHEMA {name}"),
        1 => format!("CREATE SCHEMA {name} AUTHORIZATION app"),
        _ => format!(
            "CREATE SCHEMA {name} CREATE TABLE inner1 (a integer) CREATE VIEW inner2 AS SELECT a FROM inner1"
        ),
    })
}

pub fn statistics(world: &mut World<'_>) -> Option<String> {
    let plain = |c: &checkrail::schema::model::Column| {
        c.generated.is_none()
            && c.data_type.array == 0
            && c.data_type.name.schema.is_none()
            && !c.data_type.is("jsonb")
    };
    let table = world.table_where(|t| t.columns.iter().filter(|c| plain(c)).count() > 1)?;
    let columns: Vec<_> = table.columns.iter().filter(|c| plain(c)).map(|c| quote_ident(&c.name)).collect();
    let name = world.new_name("st");
    let kinds = world.word(&["", " (ndistinct)", " (dependencies, mcv)"]);
    let on = quote_qname(&table.name);
    Some(format!("CREATE STATISTICS {name}{kinds} ON {}, {} FROM {on}", columns[0], columns[1]))
}

pub fn create_publication(world: &mut World<'_>) -> Option<String> {
    let name = world.new_bare_name("pub");
    let table = world.table_where(|t| t.persistence == checkrail::ir::table::Persistence::Permanent);
    Some(match (world.below(5), table) {
        (0, Some(table)) => format!("CREATE PUBLICATION {name} FOR TABLE {}", quote_qname(&table.name)),
        (1, Some(table)) if world.server(15) => {
            let column = world.column_where(table, |c| c.generated.is_none())?;
            let filter = world.condition(column);
            format!("CREATE PUBLICATION {name} FOR TABLE {} WHERE ({filter})", quote_qname(&table.name))
        }
        (2, Some(table)) if world.server(15) => {
            let column = quote_ident(&world.column_where(table, |c| c.generated.is_none())?.name);
            format!("CREATE PUBLICATION {name} FOR TABLE {} ({column})", quote_qname(&table.name))
        }
        (3, _) if world.server(15) => {
            format!("CREATE PUBLICATION {name} FOR TABLES IN SCHEMA {}", quote_ident(&world.namespace()))
        }
        _ => format!("CREATE PUBLICATION {name} FOR ALL TABLES WITH (publish = 'insert')"),
    })
}

pub fn alter_publication(world: &mut World<'_>) -> Option<String> {
    let publication = world.pick_object(|object| match object {
        Object::Publication(publication) => Some(publication),
        _ => None,
    })?;
    let name = quote_ident(&publication.name);
    if world.one_in(3) {
        return Some(format!("ALTER PUBLICATION {name} SET (publish = 'insert, update')"));
    }
    let table = world.table_where(|t| t.persistence == checkrail::ir::table::Persistence::Permanent)?;
    let action = if publication.tables.contains(&table.name) { "DROP" } else { world.word(&["ADD", "SET"]) };
    Some(format!("ALTER PUBLICATION {name} {action} TABLE {}", quote_qname(&table.name)))
}

pub fn misc(world: &mut World<'_>) -> Option<String> {
    let number = world.objects().count();
    let text = world.word(&[
        "CREATE AGGREGATE public.agg# (integer) (sfunc = int4pl, stype = integer, initcond = '0')",
        "CREATE COLLATION public.coll# (provider = libc, locale = 'C')",
        "CREATE TEXT SEARCH CONFIGURATION public.tsc# (COPY = simple)",
        "CREATE FOREIGN DATA WRAPPER fdw#",
        "CREATE OPERATOR FAMILY public.fam# USING btree",
        "CREATE OPERATOR public.=#= (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq)",
    ]);
    let text = if text.contains("OPERATOR public") {
        text.replace('#', &"=".repeat(number % 5 + 1))
    } else {
        text.replace('#', &number.to_string())
    };
    Some(text)
}
