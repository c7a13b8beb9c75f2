//! Objects that have no model of their own: which exist, and a statement that makes them.
//!
//! Connection strings of subscriptions and options of user mappings hold passwords; they are not read.

use crate::introspect::Error;
use crate::ir::object::ObjectKind;
use crate::ir::types::TypeName;
use crate::name::{QName, ServerVersion};
use crate::quote::{quote_ident, quote_qname};
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, OtherObject};

use super::Area;
use super::builder::Builder;
use super::row::Row;
use super::triggers::firing_state;

pub(super) const AREA: Area = Area { what: "the other objects", sql, build, expressions: &[], types: &[] };

/// `OPTIONS (…)` from an array of `name=value` texts.
fn options(array: &str) -> String {
    format!(
        "coalesce((SELECT ' OPTIONS (' || string_agg(quote_ident(option_name) || ' ' || quote_literal(option_value),
                                                     ', ') || ')'
                   FROM pg_options_to_table({array})), '')"
    )
}

/// A member of an optional clause.
fn clause(condition: &str, text: &str) -> String {
    format!("CASE WHEN {condition} THEN {text} ELSE '' END")
}

/// What one kind of object is read from.
struct Source {
    /// The name of the kind in the result.
    kind: &'static str,
    /// The catalog.
    catalog: &'static str,
    /// The `FROM` behind the catalog, which is `o`, and the condition.
    rest: String,
    /// Expressions: schema, name, arguments or null, owner, privileges, statement.
    schema: &'static str,
    name: &'static str,
    args: &'static str,
    owner: &'static str,
    acl: &'static str,
    /// When it fires.
    state: &'static str,
    statement: String,
}

impl Source {
    fn of(kind: &'static str, catalog: &'static str, name: &'static str, statement: String) -> Self {
        Self {
            kind,
            catalog,
            rest: "WHERE o.oid >= 16384".to_owned(),
            schema: "0::oid",
            name,
            args: "NULL",
            owner: "NULL",
            acl: "NULL",
            state: "NULL",
            statement,
        }
    }

    fn select(&self) -> String {
        let comments = match self.catalog {
            // What initdb says of the database that it makes is nobody's comment.
            "pg_database" => {
                "(SELECT nullif(d.description, 'default administrative connection database') FROM pg_shdescription d"
            }
            "pg_tablespace" | "pg_subscription" => "(SELECT d.description FROM pg_shdescription d",
            "pg_user_mappings" | "pg_parameter_acl" => "(SELECT NULL FROM pg_shdescription d",
            _ => "(SELECT d.description FROM pg_description d",
        };
        let class = match self.catalog {
            "pg_user_mappings" => "pg_user_mapping",
            other => other,
        };
        let oid = if self.catalog == "pg_user_mappings" { "o.umid" } else { "o.oid" };
        format!(
            "SELECT '{}'::text AS kind, '{class}'::text AS catalog, {oid} AS oid, {}::oid AS schema,
                    {}::text AS name, {}::text AS args, pg_get_userbyid({}::oid)::text AS owner,
                    {}::text[] AS acl, {}::text AS state, {}::text AS statement,
                    {comments} WHERE d.classoid = '{class}'::regclass AND d.objoid = {oid} LIMIT 1)::text AS comment
             FROM {} o {}",
            self.kind, self.schema, self.name, self.args, self.owner, self.acl, self.state, self.statement, self.catalog,
            self.rest
        )
    }
}

fn named(kind: &'static str, catalog: &'static str, columns: [&'static str; 3], statement: String) -> Source {
    let [schema, name, owner] = columns;
    Source {
        schema,
        owner,
        rest: format!(
            "JOIN pg_namespace n ON n.oid = {schema}
             WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
        ),
        ..Source::of(kind, catalog, name, statement)
    }
}

fn sql(version: ServerVersion) -> String {
    let mut kinds = vec![
        Source {
            owner: "o.evtowner",
            state: "o.evtenabled",
            ..Source::of(
                "event-trigger",
                "pg_event_trigger",
                "o.evtname",
                format!(
                    "format('CREATE EVENT TRIGGER %I ON %s%s EXECUTE FUNCTION %s()', o.evtname, o.evtevent, {},
                            o.evtfoid::regproc)",
                    clause(
                        "o.evttags IS NOT NULL",
                        "' WHEN TAG IN (' ||
                         (SELECT string_agg(quote_literal(t), ', ') FROM unnest(o.evttags) t) || ')'"
                    )
                ),
            )
        },
        Source {
            owner: "o.fdwowner",
            acl: "o.fdwacl",
            ..Source::of(
                "foreign-data-wrapper",
                "pg_foreign_data_wrapper",
                "o.fdwname",
                format!(
                    "format('CREATE FOREIGN DATA WRAPPER %I', o.fdwname) || {} || {} || {}",
                    clause("o.fdwhandler <> 0", "' HANDLER ' || o.fdwhandler::regproc"),
                    clause("o.fdwvalidator <> 0", "' VALIDATOR ' || o.fdwvalidator::regproc"),
                    options("o.fdwoptions")
                ),
            )
        },
        Source {
            owner: "o.srvowner",
            acl: "o.srvacl",
            rest: "JOIN pg_foreign_data_wrapper f ON f.oid = o.srvfdw".to_owned(),
            ..Source::of(
                "server",
                "pg_foreign_server",
                "o.srvname",
                format!(
                    "format('CREATE SERVER %I', o.srvname) || {} || {}
                     || format(' FOREIGN DATA WRAPPER %I', f.fdwname) || {}",
                    clause("o.srvtype IS NOT NULL", "' TYPE ' || quote_literal(o.srvtype)"),
                    clause("o.srvversion IS NOT NULL", "' VERSION ' || quote_literal(o.srvversion)"),
                    options("o.srvoptions")
                ),
            )
        },
        Source {
            rest: String::new(),
            ..Source::of(
                "user-mapping",
                "pg_user_mappings",
                "format('FOR %s SERVER %I', CASE WHEN o.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(o.usename) END,
                        o.srvname)",
                "format('CREATE USER MAPPING FOR %s SERVER %I',
                        CASE WHEN o.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(o.usename) END, o.srvname)"
                    .to_owned(),
            )
        },
        Source {
            owner: "o.lanowner",
            acl: "o.lanacl",
            // Those that are always there count when something was granted on them.
            rest: "WHERE o.oid >= 16384 AND o.lanispl AND o.lanname <> 'plpgsql' OR o.lanacl IS NOT NULL".to_owned(),
            ..Source::of(
                "language",
                "pg_language",
                "o.lanname",
                format!(
                    "CASE WHEN o.oid < 16384 OR NOT o.lanispl OR o.lanname = 'plpgsql' THEN '' ELSE
                     format('CREATE %sLANGUAGE %I HANDLER %s', CASE WHEN o.lanpltrusted THEN 'TRUSTED ' ELSE '' END,
                            o.lanname, o.lanplcallfoid::regproc) || {} || {}",
                    clause("o.laninline <> 0", "' INLINE ' || o.laninline::regproc"),
                    clause("o.lanvalidator <> 0", "' VALIDATOR ' || o.lanvalidator::regproc")
                ) + " END",
            )
        },
        Source::of(
            "access-method",
            "pg_am",
            "o.amname",
            "format('CREATE ACCESS METHOD %I TYPE %s HANDLER %s', o.amname,
                    CASE o.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END, o.amhandler)"
                .to_owned(),
        ),
        Source {
            // A range type brings the cast to its multirange type.
            rest: "WHERE o.oid >= 16384 AND NOT EXISTS (
                       SELECT FROM pg_depend i
                       WHERE i.classid = 'pg_cast'::regclass AND i.objid = o.oid AND i.deptype = 'i')"
                .to_owned(),
            ..Source::of(
            "cast",
            "pg_cast",
            "format('(%s AS %s)', format_type(o.castsource, NULL), format_type(o.casttarget, NULL))",
            "format('CREATE CAST (%s AS %s) %s%s', format_type(o.castsource, NULL), format_type(o.casttarget, NULL),
                    CASE o.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || o.castfunc::regprocedure
                                      WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END,
                    CASE o.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END)"
                .to_owned(),
        )},
        Source {
            rest: "JOIN pg_language l ON l.oid = o.trflang WHERE o.oid >= 16384".to_owned(),
            ..Source::of(
                "transform",
                "pg_transform",
                "format('FOR %s LANGUAGE %I', format_type(o.trftype, NULL), l.lanname)",
                "format('CREATE TRANSFORM FOR %s LANGUAGE %I (FROM SQL WITH FUNCTION %s, TO SQL WITH FUNCTION %s)',
                        format_type(o.trftype, NULL), l.lanname, o.trffromsql::regprocedure,
                        o.trftosql::regprocedure)"
                    .to_owned(),
            )
        },
        Source {
            owner: "o.subowner",
            rest: "WHERE o.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())"
                .to_owned(),
            ..Source::of(
                "subscription",
                "pg_subscription",
                "o.subname",
                "format('CREATE SUBSCRIPTION %I PUBLICATION %s', o.subname,
                        (SELECT string_agg(quote_ident(p), ', ') FROM unnest(o.subpublications) p))"
                    .to_owned(),
            )
        },
        Source {
            owner: "o.datdba",
            acl: "o.datacl",
            rest: "WHERE o.datname = current_database()".to_owned(),
            ..Source::of("database", "pg_database", "o.datname", "''".to_owned())
        },
        collation(version),
        named(
            "conversion",
            "pg_conversion",
            ["o.connamespace", "o.conname", "o.conowner"],
            "format('CREATE %sCONVERSION %I.%I FOR %L TO %L FROM %s',
                    CASE WHEN o.condefault THEN 'DEFAULT ' ELSE '' END, n.nspname, o.conname,
                    pg_encoding_to_char(o.conforencoding), pg_encoding_to_char(o.contoencoding), o.conproc)"
                .to_owned(),
        ),
        named(
            "text-search-parser",
            "pg_ts_parser",
            ["o.prsnamespace", "o.prsname", "NULL"],
            "format('CREATE TEXT SEARCH PARSER %I.%I (START = %s, GETTOKEN = %s, END = %s, LEXTYPES = %s)', n.nspname,
                    o.prsname, o.prsstart, o.prstoken, o.prsend, o.prslextype)"
                .to_owned(),
        ),
        named(
            "text-search-template",
            "pg_ts_template",
            ["o.tmplnamespace", "o.tmplname", "NULL"],
            "format('CREATE TEXT SEARCH TEMPLATE %I.%I (LEXIZE = %s)', n.nspname, o.tmplname, o.tmpllexize)"
                .to_owned(),
        ),
        named(
            "text-search-dictionary",
            "pg_ts_dict",
            ["o.dictnamespace", "o.dictname", "o.dictowner"],
            "(SELECT format('CREATE TEXT SEARCH DICTIONARY %I.%I (TEMPLATE = %I.%I%s)', n.nspname, o.dictname,
                            tn.nspname, t.tmplname, ', ' || o.dictinitoption)
              FROM pg_ts_template t JOIN pg_namespace tn ON tn.oid = t.tmplnamespace WHERE t.oid = o.dicttemplate)"
                .to_owned(),
        ),
        named(
            "text-search-configuration",
            "pg_ts_config",
            ["o.cfgnamespace", "o.cfgname", "o.cfgowner"],
            "(SELECT format('CREATE TEXT SEARCH CONFIGURATION %I.%I (PARSER = %I.%I)', n.nspname, o.cfgname,
                            pn.nspname, p.prsname)
              FROM pg_ts_parser p JOIN pg_namespace pn ON pn.oid = p.prsnamespace WHERE p.oid = o.cfgparser)"
                .to_owned(),
        ),
        operator(),
        Source {
            args: "(SELECT a.amname FROM pg_am a WHERE a.oid = o.opfmethod)",
            ..named(
                "operator-family",
                "pg_opfamily",
                ["o.opfnamespace", "o.opfname", "o.opfowner"],
                "(SELECT format('CREATE OPERATOR FAMILY %I.%I USING %I', n.nspname, o.opfname, a.amname)
                  FROM pg_am a WHERE a.oid = o.opfmethod)"
                    .to_owned(),
            )
        },
        operator_class(),
        aggregate(),
    ];
    if version.at_least(15) {
        kinds.push(Source {
            acl: "o.paracl",
            rest: String::new(),
            ..Source::of("parameter", "pg_parameter_acl", "o.parname", "''".to_owned())
        });
    }
    kinds.iter().map(Source::select).collect::<Vec<_>>().join("\nUNION ALL\n") + "\nORDER BY kind, oid"
}

fn collation(version: ServerVersion) -> Source {
    let locale = match version.major() {
        17.. => "o.colllocale",
        15..=16 => "o.colliculocale",
        _ => "NULL::text",
    };
    let statement = format!(
        "format('CREATE COLLATION %I.%I (provider = %s, %s%s)', n.nspname, o.collname,
                CASE o.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
                CASE WHEN {locale} IS NOT NULL OR o.collcollate::text = o.collctype::text
                     THEN format('locale = %L', coalesce({locale}, o.collcollate::text))
                     ELSE format('lc_collate = %L, lc_ctype = %L', o.collcollate, o.collctype) END,
                CASE WHEN o.collisdeterministic THEN '' ELSE ', deterministic = false' END)"
    );
    named("collation", "pg_collation", ["o.collnamespace", "o.collname", "o.collowner"], statement)
}

fn operator() -> Source {
    let operand = |column: &str, word: &str| {
        clause(&format!("o.{column} <> 0"), &format!("', {word} = ' || format_type(o.{column}, NULL)"))
    };
    let function = |column: &str, word: &str| {
        clause(&format!("o.{column} <> 0"), &format!("', {word} = ' || o.{column}"))
    };
    let other = |column: &str, word: &str| {
        let name = format!(
            "(SELECT format(', {word} = OPERATOR(%I.%s)', rn.nspname, r.oprname) FROM pg_operator r
              JOIN pg_namespace rn ON rn.oid = r.oprnamespace WHERE r.oid = o.{column})"
        );
        format!("coalesce({name}, '')")
    };
    let statement = format!(
        "format('CREATE OPERATOR %I.%s (FUNCTION = %s', n.nspname, o.oprname, o.oprcode) || {} || {} || {} || {} || {}
         || {} || {} || {} || ')'",
        operand("oprleft", "LEFTARG"),
        operand("oprright", "RIGHTARG"),
        other("oprcom", "COMMUTATOR"),
        other("oprnegate", "NEGATOR"),
        function("oprrest", "RESTRICT"),
        function("oprjoin", "JOIN"),
        clause("o.oprcanhash", "', HASHES'"),
        clause("o.oprcanmerge", "', MERGES'"),
    );
    // An operator that was only named as another's commutator or negator is none yet.
    let name = "format('%I.%s (%s, %s)', n.nspname, o.oprname,
                       CASE o.oprleft WHEN 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END,
                       CASE o.oprright WHEN 0 THEN 'NONE' ELSE format_type(o.oprright, NULL) END)";
    let mut kind = named("operator", "pg_operator", ["o.oprnamespace", name, "o.oprowner"], statement);
    kind.schema = "0::oid";
    kind.rest.push_str(" AND o.oprcode <> 0");
    kind
}

fn operator_class() -> Source {
    let items = "(SELECT string_agg(item, ', ' ORDER BY rank, number) FROM (
            SELECT 1 AS rank, s.amopstrategy AS number,
                   format('OPERATOR %s %s', s.amopstrategy, s.amopopr::regoperator) AS item
            FROM pg_amop s JOIN pg_depend d
              ON d.classid = 'pg_amop'::regclass AND d.objid = s.oid
             AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = o.oid
            UNION ALL
            SELECT 2, s.amprocnum, format('FUNCTION %s %s', s.amprocnum, s.amproc::regprocedure)
            FROM pg_amproc s JOIN pg_depend d
              ON d.classid = 'pg_amproc'::regclass AND d.objid = s.oid
             AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = o.oid
            UNION ALL
            SELECT 3, 0, 'STORAGE ' || format_type(o.opckeytype, NULL) WHERE o.opckeytype <> 0
        ) i)";
    let statement = format!(
        "(SELECT format('CREATE OPERATOR CLASS %I.%I %sFOR TYPE %s USING %I AS %s', n.nspname, o.opcname,
                        CASE WHEN o.opcdefault THEN 'DEFAULT ' ELSE '' END, format_type(o.opcintype, NULL), a.amname,
                        {items})
          FROM pg_am a WHERE a.oid = o.opcmethod)"
    );
    Source {
        args: "(SELECT a.amname FROM pg_am a WHERE a.oid = o.opcmethod)",
        ..named("operator-class", "pg_opclass", ["o.opcnamespace", "o.opcname", "o.opcowner"], statement)
    }
}

fn aggregate() -> Source {
    let function = |column: &str, word: &str| {
        clause(&format!("a.{column} <> 0"), &format!("', {word} = ' || a.{column}"))
    };
    let statement = format!(
        "format('CREATE AGGREGATE %I.%I(%s) (SFUNC = %s, STYPE = %s', n.nspname, o.proname,
                coalesce(nullif(pg_get_function_arguments(o.oid), ''), '*'), a.aggtransfn,
                format_type(a.aggtranstype, NULL)) || {} || {} || {} || {} || {} || {} || {} || ')'",
        clause("a.aggtransspace <> 0", "', SSPACE = ' || a.aggtransspace"),
        function("aggfinalfn", "FINALFUNC"),
        function("aggcombinefn", "COMBINEFUNC"),
        function("aggserialfn", "SERIALFUNC"),
        function("aggdeserialfn", "DESERIALFUNC"),
        clause("a.agginitval IS NOT NULL", "', INITCOND = ' || quote_literal(a.agginitval)"),
        clause(
            "o.proparallel <> 'u'",
            "', PARALLEL = ' || CASE o.proparallel WHEN 's' THEN 'SAFE' ELSE 'RESTRICTED' END"
        ),
    );
    Source {
        schema: "o.pronamespace",
        args: "pg_get_function_identity_arguments(o.oid)",
        owner: "o.proowner",
        acl: "o.proacl",
        rest: "JOIN pg_aggregate a ON a.aggfnoid = o.oid JOIN pg_namespace n ON n.oid = o.pronamespace
               WHERE o.prokind = 'a' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
            .to_owned(),
        ..Source::of("aggregate", "pg_proc", "o.proname", statement)
    }
}

fn kind(name: &str) -> Option<ObjectKind> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
}

fn build(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let (oid, catalog) = (row.oid("oid")?, row.text("catalog")?);
        let Some(kind) = kind(row.text("kind")?) else { continue };
        let member = builder.is_member(catalog, oid);
        if member && !matches!(kind, ObjectKind::Language | ObjectKind::ForeignDataWrapper) {
            continue;
        }
        let sql = row.maybe("statement")?.filter(|_| !member).unwrap_or_default().to_owned();
        let qualified = match row.oid("schema")? {
            0 => QName::bare(row.ident("name")?),
            schema => match builder.schema(schema) {
                Some(schema) => QName { schema: Some(schema.clone()), name: row.ident("name")? },
                None => continue,
            },
        };
        let name = qualified.to_string();
        let name = match row.maybe("args")? {
            // A class or family of operators: each index method has its own.
            Some(method) if matches!(kind, ObjectKind::OperatorClass | ObjectKind::OperatorFamily) => {
                format!("{} USING {}", quote_qname(&qualified), quote_ident(method))
            }
            Some(args) => format!("{name}({})", signature(builder, args)),
            None => name,
        };
        let owner = row.maybe_ident("owner")?;
        let comment = row.owned("comment")?;
        let acl = match &owner {
            Some(owner) => builder.acl(row, "acl", kind, owner)?,
            // Settings belong to the superuser that initdb made.
            None => builder.acl(row, "acl", kind, &builder.bootstrap().clone())?,
        };
        // Nobody's migration made it.
        let standing = sql.is_empty()
            && matches!(
                kind,
                ObjectKind::Database
                    | ObjectKind::Parameter
                    | ObjectKind::Language
                    | ObjectKind::ForeignDataWrapper
            );
        let comment = comment.filter(|_| !standing || kind == ObjectKind::Database);
        if standing && acl.is_default() && comment.is_none() {
            continue;
        }
        let object = OtherObject {
            kind,
            name: name.clone(),
            sql,
            owner: owner.filter(|_| !standing).and_then(|owner| builder.owner(owner)),
            acl,
            state: firing_state(row.maybe("state")?.unwrap_or_default()),
            comment,
        };
        builder.add(oid, ObjectKey::Other(kind, name), Object::Other(object));
    }
    Ok(())
}

/// The arguments of an aggregate as the model names them: types only.
fn signature(builder: &mut Builder, args: &str) -> String {
    let function = format!("CREATE FUNCTION f({args}) RETURNS void LANGUAGE sql AS ''");
    match crate::parse::postgres::piece::one(&function) {
        crate::ir::DdlOp::CreateFunction(def) => {
            let plain = |ty: TypeName| TypeName { modifiers: Vec::new(), ..ty }.to_string();
            let types: Vec<String> = def.signature().into_iter().map(plain).collect();
            types.join(", ")
        }
        _ => {
            builder.texts.unread.push(args.to_owned());
            args.to_owned()
        }
    }
}
