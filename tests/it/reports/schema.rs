//! As much of JSON Schema as our generated schemas use, to check documents against them.

use serde_json::Value;

/// What does not fit, each with its place in the document.
pub fn mismatches(schema: &Value, document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    Checker { root: schema, found: &mut found }.check(schema, document, "$");
    found
}

struct Checker<'a> {
    root: &'a Value,
    found: &'a mut Vec<String>,
}

impl Checker<'_> {
    fn check(&mut self, schema: &Value, document: &Value, place: &str) {
        if let Some(reference) = schema["$ref"].as_str() {
            let pointer = reference.strip_prefix('#').expect("a local reference");
            let target = self.root.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"));
            return self.check(target, document, place);
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(choices) = schema[key].as_array() {
                let fits = |choice: &Value| {
                    let mut found = Vec::new();
                    Checker { root: self.root, found: &mut found }.check(choice, document, place);
                    found.is_empty()
                };
                if !choices.iter().any(fits) {
                    self.found.push(format!("{place}: {document} is none of the choices"));
                }
            }
        }
        if let Some(constant) = schema.get("const").filter(|c| *c != document) {
            self.found.push(format!("{place}: {document} is not {constant}"));
        }
        if schema["enum"].as_array().is_some_and(|values| !values.contains(document)) {
            self.found.push(format!("{place}: {document} is not among {}", schema["enum"]));
        }
        self.check_type(&schema["type"], document, place);
        if let (Some(items), Some(elements)) = (schema.get("items"), document.as_array()) {
            for (i, element) in elements.iter().enumerate() {
                self.check(items, element, &format!("{place}[{i}]"));
            }
        }
        if let Some(object) = document.as_object() {
            for required in schema["required"].as_array().into_iter().flatten() {
                let key = required.as_str().expect("a name");
                if !object.contains_key(key) {
                    self.found.push(format!("{place}: {key} is missing"));
                }
            }
            let Some(properties) = schema["properties"].as_object() else { return };
            for (key, value) in object {
                match properties.get(key) {
                    Some(schema) => self.check(schema, value, &format!("{place}.{key}")),
                    // The schema is generated from the type, so that a key it does not know is a mistake.
                    None => self.found.push(format!("{place}: {key} is not in the schema")),
                }
            }
        }
    }

    fn check_type(&mut self, wanted: &Value, document: &Value, place: &str) {
        let names: Vec<&str> = match wanted {
            Value::String(name) => vec![name],
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            _ => return,
        };
        let fits = |name: &&str| match *name {
            "null" => document.is_null(),
            "boolean" => document.is_boolean(),
            "string" => document.is_string(),
            "integer" => document.is_i64() || document.is_u64(),
            "number" => document.is_number(),
            "array" => document.is_array(),
            "object" => document.is_object(),
            other => panic!("type {other}"),
        };
        if !names.iter().any(fits) {
            self.found.push(format!("{place}: {document} is not {}", names.join(" or ")));
        }
    }
}

#[test]
fn the_checker_sees_what_is_wrong() {
    let schema = serde_json::json!({
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"$ref": "#/$defs/level"},
            "b": {"type": ["array", "null"], "items": {"type": "integer"}}
        },
        "$defs": {"level": {"oneOf": [{"const": "on"}, {"enum": ["off"]}]}}
    });
    let wrong = |document: Value| mismatches(&schema, &document).len();
    assert_eq!(wrong(serde_json::json!({"a": "on", "b": null})), 0);
    assert_eq!(wrong(serde_json::json!({"a": "off", "b": [1, 2]})), 0);
    assert_eq!(wrong(serde_json::json!({"a": "x", "b": [1, "2"]})), 2);
    assert_eq!(wrong(serde_json::json!({"c": 1})), 2);
    assert_eq!(wrong(serde_json::json!([])), 1);
}
