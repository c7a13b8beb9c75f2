//! Operators and their precedence.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, AExprKind, BoolExprType, SubLinkType, XmlExprOp};

use super::Printer;
use super::call::sql_syntax;

/// How tightly a form binds, loosest first: the precedence declarations of the server's `gram.y`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Or,
    And,
    Not,
    Is,
    Compare,
    In,
    Operator,
    Add,
    Multiply,
    Power,
    At,
    Collate,
    Sign,
    Cast,
    Atom,
}

impl Level {
    /// The next tighter level: what an operand needs where the rule does not associate.
    pub(super) const fn next(self) -> Self {
        match self {
            Self::Or => Self::And,
            Self::And => Self::Not,
            Self::Not => Self::Is,
            Self::Is => Self::Compare,
            Self::Compare => Self::In,
            Self::In => Self::Operator,
            Self::Operator => Self::Add,
            Self::Add => Self::Multiply,
            Self::Multiply => Self::Power,
            Self::Power => Self::At,
            Self::At => Self::Collate,
            Self::Collate => Self::Sign,
            Self::Sign => Self::Cast,
            Self::Cast | Self::Atom => Self::Atom,
        }
    }
}

/// The one name of an operator without a schema.
fn plain(name: &[pb::Node]) -> Option<&str> {
    match name {
        [pb::Node { node: Some(NodeEnum::String(name)) }] => Some(&name.sval),
        _ => None,
    }
}

fn operator_level(name: &[pb::Node]) -> Level {
    match plain(name) {
        Some("+" | "-") => Level::Add,
        Some("*" | "/" | "%") => Level::Multiply,
        Some("^") => Level::Power,
        Some("<" | ">" | "=" | "<=" | ">=" | "<>") => Level::Compare,
        _ => Level::Operator,
    }
}

/// The keyword form of an operator in `x op ANY (…)`.
fn like_keyword(name: &[pb::Node]) -> Option<&'static str> {
    Some(match plain(name)? {
        "~~" => "LIKE",
        "!~~" => "NOT LIKE",
        "~~*" => "ILIKE",
        "!~~*" => "NOT ILIKE",
        _ => return None,
    })
}

/// The operator's own token in `x op ANY (…)`: what the left operand is held against.
fn quantifier_token(name: &[pb::Node]) -> Level {
    if like_keyword(name).is_some() { Level::In } else { operator_level(name) }
}

/// `x op ANY (…)`: the rule binds as an operator, unless its token binds less.
fn quantified_level(name: &[pb::Node]) -> Level {
    quantifier_token(name).min(Level::Operator)
}

/// How tightly a node's printed form binds.
pub(super) fn level(node: &NodeEnum) -> Level {
    match node {
        NodeEnum::AExpr(n) => match n.kind() {
            AExprKind::AexprOp | AExprKind::Undefined => match (operator_level(&n.name), &n.lexpr) {
                (Level::Add, None) => Level::Sign,
                (_, None) => Level::Operator,
                (level, Some(_)) => level,
            },
            AExprKind::AexprOpAny | AExprKind::AexprOpAll => quantified_level(&n.name),
            AExprKind::AexprDistinct | AExprKind::AexprNotDistinct => Level::Is,
            AExprKind::AexprNullif => Level::Atom,
            AExprKind::AexprIn
            | AExprKind::AexprLike
            | AExprKind::AexprIlike
            | AExprKind::AexprSimilar
            | AExprKind::AexprBetween
            | AExprKind::AexprNotBetween
            | AExprKind::AexprBetweenSym
            | AExprKind::AexprNotBetweenSym => Level::In,
        },
        NodeEnum::BoolExpr(n) => match n.boolop() {
            BoolExprType::AndExpr => Level::And,
            BoolExprType::OrExpr => Level::Or,
            BoolExprType::NotExpr | BoolExprType::Undefined => Level::Not,
        },
        NodeEnum::NullTest(_) | NodeEnum::BooleanTest(_) | NodeEnum::JsonIsPredicate(_) => Level::Is,
        NodeEnum::XmlExpr(n) if n.op() == XmlExprOp::IsDocument => Level::Is,
        NodeEnum::CollateClause(_) => Level::Collate,
        NodeEnum::TypeCast(_) => Level::Cast,
        NodeEnum::AConst(n) => match &n.val {
            Some(pb::a_const::Val::Ival(i)) if i.ival < 0 => Level::Sign,
            Some(pb::a_const::Val::Fval(f)) if f.fval.starts_with('-') => Level::Sign,
            _ => Level::Atom,
        },
        NodeEnum::SubLink(n) => match n.sub_link_type() {
            SubLinkType::AnySublink if n.oper_name.is_empty() => Level::In,
            SubLinkType::AnySublink | SubLinkType::AllSublink => quantified_level(&n.oper_name),
            _ => Level::Atom,
        },
        NodeEnum::FuncCall(n) => match sql_syntax(n) {
            Some("timezone") => Level::At,
            Some("is_normalized" | "overlaps") => Level::Is,
            _ => Level::Atom,
        },
        _ => Level::Atom,
    }
}

impl Printer {
    pub(super) fn operator(&mut self, name: &[pb::Node]) {
        if let Some(name) = plain(name) {
            self.push(name);
            return;
        }
        self.push("OPERATOR(");
        if let Some((last, schema)) = name.split_last() {
            self.names(schema);
            self.push(".");
            if let Some(NodeEnum::String(symbol)) = &last.node {
                self.push(&symbol.sval);
            }
        }
        self.push(")");
    }

    /// `left op ANY `; the caller prints what follows in parentheses.
    pub(super) fn quantified(&mut self, left: Option<&pb::Node>, name: &[pb::Node], word: &str) {
        let level = quantifier_token(name);
        self.child(left, if level >= Level::Operator { level } else { level.next() });
        self.push(" ");
        match like_keyword(name) {
            Some(keyword) => self.push(keyword),
            None => self.operator(name),
        }
        self.push(word);
    }

    pub(super) fn a_expr(&mut self, n: &pb::AExpr) {
        match n.kind() {
            AExprKind::AexprOp | AExprKind::Undefined => self.plain_operator(n),
            AExprKind::AexprOpAny => self.array_quantified(n, " ANY ("),
            AExprKind::AexprOpAll => self.array_quantified(n, " ALL ("),
            AExprKind::AexprDistinct => self.binary(n, " IS DISTINCT FROM ", Level::Is.next()),
            AExprKind::AexprNotDistinct => self.binary(n, " IS NOT DISTINCT FROM ", Level::Is.next()),
            AExprKind::AexprNullif => {
                self.push("NULLIF(");
                self.child(n.lexpr.as_deref(), Level::Or);
                self.push(", ");
                self.child(n.rexpr.as_deref(), Level::Or);
                self.push(")");
            }
            AExprKind::AexprIn => {
                let not = plain(&n.name) == Some("<>");
                self.binary(n, if not { " NOT IN " } else { " IN " }, Level::In.next());
            }
            AExprKind::AexprLike => self.like(n, "~~", "LIKE"),
            AExprKind::AexprIlike => self.like(n, "~~*", "ILIKE"),
            AExprKind::AexprSimilar => self.like(n, "~", "SIMILAR TO"),
            AExprKind::AexprBetween => self.between(n, " BETWEEN "),
            AExprKind::AexprNotBetween => self.between(n, " NOT BETWEEN "),
            AExprKind::AexprBetweenSym => self.between(n, " BETWEEN SYMMETRIC "),
            AExprKind::AexprNotBetweenSym => self.between(n, " NOT BETWEEN SYMMETRIC "),
        }
    }

    fn binary(&mut self, n: &pb::AExpr, word: &str, min: Level) {
        self.child(n.lexpr.as_deref(), min);
        self.push(word);
        self.child(n.rexpr.as_deref(), min);
    }

    fn plain_operator(&mut self, n: &pb::AExpr) {
        let level = operator_level(&n.name);
        let Some(left) = &n.lexpr else {
            self.operator(&n.name);
            // Always a space: `- -1` is not a comment, `@ -1` not one operator.
            self.push(" ");
            let sign = level == Level::Add;
            self.child(n.rexpr.as_deref(), if sign { Level::Sign } else { Level::Operator.next() });
            return;
        };
        self.node(left, if level == Level::Compare { level.next() } else { level });
        self.push(" ");
        self.operator(&n.name);
        self.push(" ");
        self.child(n.rexpr.as_deref(), level.next());
    }

    fn array_quantified(&mut self, n: &pb::AExpr, word: &str) {
        self.quantified(n.lexpr.as_deref(), &n.name, word);
        self.child(n.rexpr.as_deref(), Level::Or);
        self.push(")");
    }

    fn like(&mut self, n: &pb::AExpr, positive: &str, word: &str) {
        self.child(n.lexpr.as_deref(), Level::In.next());
        self.push(if plain(&n.name) == Some(positive) { " " } else { " NOT " });
        self.push(word);
        self.push(" ");
        // `ESCAPE`, and always `SIMILAR TO`, wrap the pattern in a call.
        let call = match n.rexpr.as_ref().and_then(|r| r.node.as_ref()) {
            Some(NodeEnum::FuncCall(call)) if is_escape(call) => Some(call),
            _ => None,
        };
        match call {
            None => self.child(n.rexpr.as_deref(), Level::In.next()),
            Some(call) => {
                self.child(call.args.first(), Level::In.next());
                if let Some(escape) = call.args.get(1) {
                    self.push(" ESCAPE ");
                    self.node(escape, Level::In.next());
                }
            }
        }
    }

    fn between(&mut self, n: &pb::AExpr, word: &str) {
        self.child(n.lexpr.as_deref(), Level::In.next());
        self.push(word);
        if let Some(NodeEnum::List(bounds)) = n.rexpr.as_ref().and_then(|r| r.node.as_ref()) {
            // The lower bound is a `b_expr`, which knows neither COLLATE nor AT TIME ZONE.
            let lower = bounds.items.first();
            let signed = lower.and_then(|l| l.node.as_ref()).is_some_and(|l| level(l) == Level::Sign);
            self.child(lower, if signed { Level::Sign } else { Level::Cast });
            self.push(" AND ");
            self.child(bounds.items.get(1), Level::In.next());
        }
    }
}

fn is_escape(call: &pb::FuncCall) -> bool {
    match &call.funcname[..] {
        [
            pb::Node { node: Some(NodeEnum::String(schema)) },
            pb::Node { node: Some(NodeEnum::String(name)) },
        ] => schema.sval == "pg_catalog" && matches!(&*name.sval, "like_escape" | "similar_to_escape"),
        _ => false,
    }
}
