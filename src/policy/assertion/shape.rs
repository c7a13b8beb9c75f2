//! The vocabulary as JSON Schema and as a table for people.

use std::fmt::Write;

use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::policy::entry::ScopeEntry;

use super::fact::{Fact, FactType, Kind};
use super::facts::statement;
use super::test::operators;

/// The schema of the list; the conditions on each kind of subject are definitions of their own.
pub(super) fn list(generator: &mut SchemaGenerator) -> Schema {
    let scope = generator.subschema_for::<ScopeEntry>();
    let definitions = generator.definitions_mut();
    for kind in Kind::ALL {
        definitions.insert(condition_name(*kind), condition(*kind));
    }
    definitions.insert("StatementKind".to_owned(), {
        let mut ops: Vec<String> = statement::ops().collect();
        ops.sort_unstable();
        ops.dedup();
        json!({ "description": "The kind of a statement, as reports name it.", "enum": ops })
    });
    let texts = json!({
        "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" }, "minItems": 1 }]
    });
    let entry = |kind: &Kind| {
        let condition = json!({ "$ref": format!("#/$defs/{}", condition_name(*kind)) });
        json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["name", "for", "message"],
            "anyOf": [{ "required": ["require"] }, { "required": ["forbid"] }],
            "properties": {
                "name": {
                    "description": "Its name, as that of a rule: lower case with hyphens.",
                    "type": "string",
                    "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"
                },
                "for": { "description": "What it judges.", "const": kind.name() },
                "where": described(&condition, "The subjects that it is about; all of them without."),
                "require": described(&condition, "What they must be."),
                "forbid": described(&condition, "What they must not be."),
                "message": {
                    "description": "What a finding says; facts of the subject stand in braces.",
                    "type": "string"
                },
                "why": {
                    "description": "Why it matters; without it findings say what was asked and what was found.",
                    "type": "string"
                },
                "help": { "description": "What to do.", "type": "string" },
                "severity": {
                    "description": "How bad it is; `warning` without.",
                    "enum": ["advice", "warning", "error"]
                },
                "reference": {
                    "description": "Where more is written.",
                    "type": "string",
                    "pattern": "^https?://[^\\s]+$"
                },
                "scope": described(scope.as_value(), "Where it applies."),
                "examples": {
                    "description": "SQL that shows what it means, executed by `checkrail policy check`.",
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                        "before": { "description": "What was there before.", "type": "string" },
                        "pass": described(&texts, "SQL without a finding."),
                        "fail": described(&texts, "SQL with a finding.")
                    }
                }
            }
        })
    };
    let entries: Vec<Value> = Kind::ALL.iter().map(entry).collect();
    let list = json!({
        "description": "Demands of the team's own on what migrations make and change.",
        "type": "array",
        "items": { "oneOf": entries }
    });
    Schema::try_from(list).unwrap_or_default()
}

fn described(schema: &Value, text: &str) -> Value {
    let mut schema = schema.clone();
    if let Some(object) = schema.as_object_mut() {
        object.insert("description".to_owned(), text.into());
    }
    schema
}

fn condition_name(kind: Kind) -> String {
    let name = kind.name();
    format!("{}{}Condition", name[..1].to_ascii_uppercase(), &name[1..])
}

fn condition(kind: Kind) -> Value {
    let itself = json!({ "$ref": format!("#/$defs/{}", condition_name(kind)) });
    let several = json!({ "type": "array", "items": itself, "minItems": 1 });
    let mut properties = Map::new();
    for fact in kind.facts() {
        properties.insert(fact.name.to_owned(), described(&test(fact.ty), &sentence(fact)));
    }
    properties.insert("all".to_owned(), described(&several, "All of these."));
    properties.insert("any".to_owned(), described(&several, "One of these."));
    properties.insert("not".to_owned(), described(&itself, "Not this."));
    let mapping = json!({
        "type": "object", "additionalProperties": false, "minProperties": 1, "properties": properties
    });
    json!({ "description": format!("Facts of a {}.", kind.name()), "anyOf": [mapping, several] })
}

fn test(ty: FactType) -> Value {
    if let FactType::One(kind) = ty {
        return json!({ "anyOf": [{ "$ref": format!("#/$defs/{}", condition_name(kind)) }] });
    }
    let value = value(ty);
    let many = json!({ "type": "array", "items": value, "minItems": 1 });
    let mut properties = Map::new();
    for operator in operators(ty) {
        let schema = match *operator {
            "exists" => json!({ "type": "boolean" }),
            "equals" if ty == FactType::List => json!({ "type": "array", "items": { "type": "string" } }),
            "in" => many.clone(),
            "matches" | "starts_with" | "ends_with" | "contains" => json!({ "type": "string" }),
            "any" | "every" | "none" => match ty {
                FactType::Many(kind) => json!({ "$ref": format!("#/$defs/{}", condition_name(kind)) }),
                _ => test(FactType::Text),
            },
            "count" => test(FactType::Number),
            // `not` takes what stands there without it; one level is enough to help an editor.
            "not" => json!({}),
            _ => value.clone(),
        };
        properties.insert((*operator).to_owned(), schema);
    }
    let mapping = json!({ "type": "object", "additionalProperties": false, "minProperties": 1, "properties": properties });
    match ty {
        FactType::Many(_) => json!({ "anyOf": [mapping] }),
        FactType::Bool => json!({ "anyOf": [value, mapping] }),
        FactType::List => json!({ "anyOf": [{ "type": "array", "items": { "type": "string" } }, mapping] }),
        _ => json!({ "anyOf": [value, many, mapping] }),
    }
}

fn value(ty: FactType) -> Value {
    match ty {
        FactType::Bool => json!({ "type": "boolean" }),
        FactType::Number => json!({ "type": "integer" }),
        FactType::Choice(words) | FactType::Level(words) => json!({ "enum": words }),
        FactType::Op => json!({ "$ref": "#/$defs/StatementKind" }),
        FactType::Text | FactType::Type | FactType::List | FactType::One(_) | FactType::Many(_) => {
            json!({ "type": "string" })
        }
    }
}

fn sentence(fact: &Fact) -> String {
    let mut text = fact.meaning.to_owned();
    if let Some(first) = text.get(..1).map(str::to_ascii_uppercase) {
        text.replace_range(..1, &first);
    }
    text + "."
}

/// The name of a type for people.
fn type_name(ty: FactType) -> String {
    match ty {
        FactType::Bool => "yes or no".to_owned(),
        FactType::Number => "number".to_owned(),
        FactType::Text => "text".to_owned(),
        FactType::Choice(words) => words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", "),
        FactType::Level(words) => {
            format!(
                "{}, in this order",
                words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ")
            )
        }
        FactType::Op => "kind of statement".to_owned(),
        FactType::Type => "data type".to_owned(),
        FactType::List => "list of texts".to_owned(),
        FactType::One(kind) => format!("a [{0}](#{0})", kind.name()),
        FactType::Many(kind) => format!("[{0}](#{0})s", kind.name()),
    }
}

/// The page `docs/assertion-facts.md`, with a final line break.
#[must_use]
pub fn page() -> String {
    let mut out = String::from(
        "# Facts\n\nGenerated from the vocabulary: what [assertions](assertions.md) can ask about each kind of subject.\n\n\
         ## Tests\n\n| type of fact | short form | tests |\n|---|---|---|\n",
    );
    for (name, short, ty) in [
        ("yes or no", "`true`, `false`", FactType::Bool),
        ("number", "`3`, `[1, 2]`", FactType::Number),
        ("text", "`billing`, `[a, b]`", FactType::Text),
        ("one of some words", "`cascade`, `[cascade, set-null]`", FactType::Choice(&[])),
        ("one of some words in order", "`share`", FactType::Level(&[])),
        ("kind of statement", "`create-index`", FactType::Op),
        ("data type", "`varchar`, `numeric(10, 2)`", FactType::Type),
        ("list of texts", "`[id]`: these, in this order", FactType::List),
        ("a subject", "a mapping of its facts", FactType::One(Kind::Table)),
        ("subjects", "", FactType::Many(Kind::Table)),
    ] {
        let tests: Vec<String> = operators(ty).iter().map(|o| format!("`{o}`")).collect();
        let _ = writeln!(out, "| {name} | {short} | {} |", tests.join(", "));
    }
    for kind in Kind::ALL {
        let _ = writeln!(out, "\n## {}\n\n| fact | type | what |\n|---|---|---|", kind.name());
        for fact in kind.facts() {
            let _ = writeln!(
                out,
                "| `{}` | {} | {} |",
                fact.name,
                type_name(fact.ty),
                fact.meaning.replace('|', "\\|")
            );
        }
    }
    out
}
