//! What a generator looks at: the schema as it is, and numbers that decide. Every number may be nought, which picks
//! the first and the simplest, so that failures shrink.

use checkrail::ir::types::TypeName;
use checkrail::name::{Ident, QName};
use checkrail::quote::{quote_ident, quote_qname};
use checkrail::schema::Schema;
use checkrail::schema::key::ObjectKey;
use checkrail::schema::model::{
    Column, Function, Index, Object, Sequence, Table, TableKind, UserType, UserTypeKind, View,
};

pub struct World<'a> {
    pub schema: &'a Schema,
    numbers: &'a [u16],
    at: usize,
}

impl<'a> World<'a> {
    pub fn new(schema: &'a Schema, numbers: &'a [u16]) -> Self {
        Self { schema, numbers, at: 0 }
    }

    /// A number below the limit; 0 when the numbers have run out.
    pub fn below(&mut self, limit: usize) -> usize {
        let number = self.numbers.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        if limit == 0 { 0 } else { usize::from(number) % limit }
    }

    /// True once in so many times.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) + 1 == times
    }

    /// The text, or nothing.
    pub fn maybe(&mut self, text: &'static str) -> &'static str {
        if self.one_in(3) { text } else { "" }
    }

    pub fn word(&mut self, words: &[&'static str]) -> &'static str {
        words[self.below(words.len())]
    }

    pub fn of<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        let at = self.below(items.len());
        items.get(at).copied()
    }

    pub fn server(&self, major: u16) -> bool {
        self.schema.version().at_least(major)
    }

    pub fn objects(&self) -> impl Iterator<Item = (&'a ObjectKey, &'a Object)> + use<'a> {
        let lasting = |key: &ObjectKey| key.namespace().is_none_or(|schema| !schema.starts_with("pg_temp"));
        self.schema.objects().filter(move |(key, _)| lasting(key))
    }

    pub fn pick_object<T: 'a>(&mut self, wanted: impl Fn(&'a Object) -> Option<&'a T>) -> Option<&'a T> {
        let found: Vec<&T> = self.objects().filter_map(|(_, object)| wanted(object)).collect();
        self.of(&found)
    }

    pub fn table_where(&mut self, wanted: impl Fn(&Table) -> bool) -> Option<&'a Table> {
        self.pick_object(|object| match object {
            Object::Table(table) if wanted(table) => Some(table),
            _ => None,
        })
    }

    /// A table that is not a foreign one.
    pub fn table(&mut self) -> Option<&'a Table> {
        self.table_where(|table| !matches!(table.kind, TableKind::Foreign(_)))
    }

    pub fn ordinary(&mut self) -> Option<&'a Table> {
        self.table_where(|table| matches!(table.kind, TableKind::Ordinary))
    }

    pub fn view(&mut self, materialized: bool) -> Option<&'a View> {
        self.pick_object(|object| match object {
            Object::View(view) if view.materialized == materialized => Some(view),
            _ => None,
        })
    }

    pub fn index(&mut self) -> Option<&'a Index> {
        self.pick_object(|object| match object {
            Object::Index(index) if index.constraint.is_none() => Some(index),
            _ => None,
        })
    }

    pub fn sequence(&mut self) -> Option<&'a Sequence> {
        self.pick_object(|object| match object {
            Object::Sequence(sequence) if !sequence.identity => Some(sequence),
            _ => None,
        })
    }

    pub fn function(&mut self) -> Option<&'a Function> {
        self.pick_object(|object| match object {
            Object::Function(function) => Some(function),
            _ => None,
        })
    }

    pub fn user_type(&mut self, wanted: impl Fn(&UserTypeKind) -> bool) -> Option<&'a UserType> {
        self.pick_object(|object| match object {
            Object::Type(user_type) if wanted(&user_type.kind) => Some(user_type),
            _ => None,
        })
    }

    pub fn column<'t>(&mut self, table: &'t Table) -> Option<&'t Column> {
        let all: Vec<&Column> = table.columns.iter().collect();
        self.of(&all)
    }

    pub fn column_where<'t>(
        &mut self,
        table: &'t Table,
        wanted: impl Fn(&Column) -> bool,
    ) -> Option<&'t Column> {
        let all: Vec<&Column> = table.columns.iter().filter(|c| wanted(c)).collect();
        self.of(&all)
    }

    pub fn role(&mut self) -> &'static str {
        self.word(&["app", "reader"])
    }

    pub fn grantee(&mut self) -> &'static str {
        self.word(&["app", "reader", "PUBLIC"])
    }

    pub fn namespace(&mut self) -> Ident {
        let found: Vec<&Ident> = self
            .objects()
            .filter_map(|(key, _)| match key {
                ObjectKey::Schema(name) => Some(name),
                _ => None,
            })
            .collect();
        if self.one_in(3) { self.of(&found).cloned() } else { None }.unwrap_or_else(|| Ident::new("public"))
    }

    /// A qualified name, quoted, that nothing has yet.
    pub fn new_name(&mut self, stem: &str) -> String {
        let schema = self.namespace();
        let odd = self.one_in(6);
        for number in 1.. {
            let name = if odd { format!("Odd {stem}{number}") } else { format!("{stem}{number}") };
            let name = QName::qualified(schema.clone(), name.as_str());
            if self.is_free(&name) {
                return quote_qname(&name);
            }
        }
        unreachable!("numbers do not end")
    }

    /// The same for what has no schema.
    pub fn new_bare_name(&mut self, stem: &str) -> String {
        let free = |name: &str| self.objects().all(|(key, _)| key.to_string() != name);
        (1..1000).map(|n| format!("{stem}{n}")).find(|name| free(name)).expect("a free name")
    }

    pub fn is_free(&self, name: &QName) -> bool {
        let taken = |key: &ObjectKey| match key {
            ObjectKey::Relation(n)
            | ObjectKey::Type(n)
            | ObjectKey::Function(n, _)
            | ObjectKey::Statistics(n) => n == name,
            _ => false,
        };
        self.objects().all(|(key, _)| !taken(key))
    }

    /// A name for a column or the like that the table does not have yet.
    pub fn new_part(&mut self, table: &Table, stem: &str) -> String {
        let taken = |name: &str| {
            table.column(name).is_some()
                || table.constraint(name).is_some()
                || table.triggers.iter().any(|t| t.def.name == name)
                || table.policies.iter().any(|p| p.name == name)
                || table.rules.iter().any(|r| r.name == name)
        };
        let odd = self.one_in(6);
        let name = |n: usize| if odd { format!("Odd-{stem}{n}") } else { format!("{stem}{n}") };
        let found = (1..1000).map(name).find(|n| !taken(n)).expect("a free name");
        quote_ident(&found).into_owned()
    }

    /// A type for a column.
    pub fn data_type(&mut self) -> String {
        const BUILT_IN: &[&str] = &[
            "integer",
            "text",
            "bigint",
            "varchar(20)",
            "numeric(10,2)",
            "boolean",
            "timestamptz",
            "date",
            "jsonb",
            "uuid",
            "integer[]",
            "char(3)",
            "smallint",
        ];
        if self.one_in(5)
            && let Some(user_type) = self.user_type(|kind| !matches!(kind, UserTypeKind::Shell))
        {
            return quote_qname(&user_type.name);
        }
        self.word(BUILT_IN).to_owned()
    }

    /// A value of a type, as an expression; none for composite types.
    pub fn value(&mut self, ty: &TypeName) -> Option<String> {
        if ty.array > 0 {
            return Some("'{}'".to_owned());
        }
        if ty.name.schema.is_some() {
            return match &self.schema.user_type(&ty.name)?.kind {
                UserTypeKind::Enum(labels) => Some(checkrail::quote::quote_literal(labels.first()?)),
                UserTypeKind::Domain(domain) => self.value(&domain.base),
                UserTypeKind::Range(_) => Some("'empty'".to_owned()),
                UserTypeKind::Composite(_) | UserTypeKind::Base(_) | UserTypeKind::Shell => None,
            };
        }
        let values: &[&str] = match ty.name.name.as_str() {
            "int2" | "int4" | "int8" => &["1", "7", "-1"],
            "numeric" => &["1.5", "0"],
            "text" | "varchar" => &["'x'", "''", "'it''s'", "upper('y')"],
            "bpchar" => &["'abc'"],
            "bool" => &["true", "false"],
            "timestamptz" => &["now()", "CURRENT_TIMESTAMP"],
            "date" => &["CURRENT_DATE", "'2020-01-01'"],
            "jsonb" => &["'{}'", "'{}'::jsonb"],
            "uuid" => &["gen_random_uuid()"],
            _ => return None,
        };
        Some(self.word_of(values))
    }

    fn word_of(&mut self, words: &[&str]) -> String {
        words[self.below(words.len())].to_owned()
    }

    /// A condition on a column.
    pub fn condition(&mut self, column: &Column) -> String {
        let name = quote_ident(&column.name);
        if column.data_type.array == 0 && column.data_type.name.schema.is_none() {
            let form = match column.data_type.name.name.as_str() {
                "int2" | "int4" | "int8" | "numeric" => {
                    self.word(&["# > 0", "# IN (1, 2, 3)", "# BETWEEN 0 AND 9", "abs(#) < 100"])
                }
                "text" | "varchar" => self.word(&["# <> ''", "# IN ('x', 'y')", "length(#) < 9", "# ~ '^a'"]),
                "bool" => self.word(&["#", "# IS NOT TRUE"]),
                _ => "# IS NOT NULL",
            };
            return form.replace('#', &name);
        }
        format!("{name} IS NOT NULL")
    }
}
