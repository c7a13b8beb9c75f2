//! As much of an XML reader as checks what we write: it accepts a subset of XML 1.0 and nothing that is not XML.

/// An element.
#[derive(Debug, Default)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Element>,
    /// All text directly inside.
    pub text: String,
}

impl Element {
    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a document of one element behind an XML declaration.
///
/// # Panics
/// When it is not well-formed.
pub fn parse(text: &str) -> Element {
    if let Some(bad) = text.chars().find(|c| !is_char(*c)) {
        panic!("{bad:?} is no character of XML 1.0");
    }
    let rest = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").expect("a declaration");
    let mut reader = Reader { rest };
    let root = reader.element();
    assert_eq!(reader.rest.trim(), "", "one root element");
    root
}

/// Reads a page that is HTML and XML at once. What its style sheet and its script say is left out.
///
/// # Panics
/// When it is not well-formed.
pub fn page(text: &str) -> Element {
    let mut rest = text.strip_prefix("<!DOCTYPE html>\n").expect("a doctype");
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    for tag in ["style", "script"] {
        let (before, after) = rest.split_once(&format!("<{tag}>")).expect(tag);
        let (_, after) = after.split_once(&format!("</{tag}>")).expect(tag);
        out.push_str(before);
        rest = after;
    }
    parse(&(out + rest))
}

impl Element {
    /// The elements inside, at every depth, in order; the element itself is the first.
    pub fn all(&self) -> Vec<&Element> {
        let mut all = vec![self];
        self.children.iter().for_each(|child| all.extend(child.all()));
        all
    }

    /// The elements inside that have this class.
    pub fn classed<'a>(&'a self, class: &str) -> Vec<&'a Element> {
        let has = |e: &&Element| e.get("class").is_some_and(|c| c.split(' ').any(|c| c == class));
        self.all().into_iter().filter(has).collect()
    }

    /// All text inside; that of children comes first.
    pub fn whole_text(&self) -> String {
        self.children.iter().map(Self::whole_text).collect::<String>() + &self.text
    }
}

/// <https://www.w3.org/TR/xml/#charsets>
fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip(&mut self, expected: &str) {
        let near: String = self.rest.chars().take(60).collect();
        self.rest = self.rest.strip_prefix(expected).unwrap_or_else(|| panic!("no {expected:?} at {near:?}"));
    }

    fn name(&mut self) -> String {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').expect("an end");
        assert!(self.rest.starts_with(|c: char| c.is_ascii_lowercase()), "a name at {:?}", &self.rest[..end]);
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        name.to_owned()
    }

    fn element(&mut self) -> Element {
        self.skip("<");
        let mut element = Element { name: self.name(), ..Element::default() };
        while self.rest.starts_with(' ') {
            self.rest = self.rest.trim_start_matches(' ');
            let key = self.name();
            assert_eq!(element.get(&key), None, "{key} is there twice");
            self.skip("=\"");
            let (value, rest) = self.rest.split_once('"').expect("a quote");
            assert!(!value.contains(['<', '\n', '\t']), "{value:?} is no value");
            self.rest = rest;
            element.attributes.push((key, unescaped(value)));
        }
        if let Some(rest) = self.rest.strip_prefix("/>") {
            self.rest = rest;
            return element;
        }
        self.skip(">");
        loop {
            let (text, _) = self.rest.split_once('<').expect("a tag");
            assert!(!text.contains("]]>"), "{text:?}");
            element.text.push_str(&unescaped(text));
            self.rest = &self.rest[text.len()..];
            if let Some(rest) = self.rest.strip_prefix("</") {
                self.rest = rest;
                assert_eq!(self.name(), element.name);
                self.skip(">");
                return element;
            }
            element.children.push(self.element());
        }
    }
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (name, after) = after.split_once(';').expect("an entity");
        out.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#39" => '\'',
            "#58" => ':',
            "#10" => '\n',
            "#9" => '\t',
            other => panic!("unknown entity {other}"),
        });
        rest = after;
    }
    out + rest
}

#[test]
fn what_is_not_well_formed_is_refused() {
    let document = |body: &str| format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}");
    let root = parse(&document("<a b=\"&lt;\"><c/>x&amp;y</a>\n"));
    assert_eq!((root.get("b"), root.text.as_str(), root.children.len()), (Some("<"), "x&y", 1));
    for bad in [
        "<a>",
        "<a></b>",
        "<a b=\"<\"/>",
        "<a>&</a>",
        "<a>&nbsp;</a>",
        "<a/><b/>",
        "<a>\u{1b}</a>",
        "<a b=\"1\" b=\"2\"/>",
    ] {
        let bad = document(bad);
        assert!(std::panic::catch_unwind(|| parse(&bad)).is_err(), "{bad}");
    }
}
