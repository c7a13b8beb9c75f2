-- Every object of written.sql as the server prints it: a script. Needs an empty search path.
SELECT string_agg(sql, E';\n' ORDER BY place, oid) || ';' FROM (
    SELECT 1 AS place, d.oid, format('CREATE DOMAIN %s AS %s%s%s', d.oid::regtype, format_type(typbasetype, typtypmod),
            ' DEFAULT ' || typdefault,
            (SELECT string_agg(format(' CONSTRAINT %I %s', conname, pg_get_constraintdef(c.oid)), '' ORDER BY conname)
             FROM pg_constraint c WHERE contypid = d.oid)) AS sql
        FROM pg_type d WHERE typtype = 'd' AND typname IN ('positive', 'slug')
    UNION ALL
    SELECT 2, t.oid, format('CREATE TABLE %s (%s)%s', t.oid::regclass,
            (SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod))
                    || CASE WHEN attgenerated = 's' THEN format(' GENERATED ALWAYS AS (%s) STORED', pg_get_expr(adbin, adrelid))
                            ELSE coalesce(' DEFAULT ' || pg_get_expr(adbin, adrelid), '') END
                    || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END, ', ' ORDER BY attnum)
             FROM pg_attribute a LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
             WHERE attrelid = t.oid AND attnum > 0),
            coalesce(' PARTITION BY ' || pg_get_partkeydef(t.oid), ''))
        FROM pg_class t WHERE relkind IN ('r', 'p') AND relname ~ '^(defaults|computed|parted|listed|numbered|flagged)'
    UNION ALL
    SELECT 3, inhrelid, format('ALTER TABLE %s ATTACH PARTITION %s %s', inhparent::regclass, inhrelid::regclass,
            pg_get_expr(relpartbound, c.oid))
        FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE relispartition AND relkind IN ('r', 'p')
    UNION ALL
    SELECT 4, c.oid, format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(c.oid))
        FROM pg_constraint c WHERE contype IN ('c', 'x') AND conrelid <> 0
    UNION ALL
    SELECT 5, indexrelid, pg_get_indexdef(indexrelid)
        FROM pg_index WHERE indexrelid::regclass::text ~ '^public.index_'
    UNION ALL
    SELECT 6, oid, format('CREATE %s %s AS %s', CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END, oid::regclass,
            rtrim(pg_get_viewdef(oid), ';') || CASE relkind WHEN 'm' THEN ' WITH NO DATA' ELSE '' END)
        FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 7, oid, format('CREATE POLICY %I ON %s AS %s FOR %s%s%s', polname, polrelid::regclass,
            CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
            CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
            ' USING (' || pg_get_expr(polqual, polrelid) || ')', ' WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')')
        FROM pg_policy
    UNION ALL
    SELECT 8, oid, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 9, oid, rtrim(pg_get_ruledef(oid), ';') FROM pg_rewrite WHERE rulename ~ '^rule_'
    UNION ALL
    SELECT 10, oid, pg_get_statisticsobjdef(oid) FROM pg_statistic_ext
    UNION ALL
    SELECT 11, oid, rtrim(pg_get_functiondef(oid), E'\n')
        FROM pg_proc WHERE proname IN ('with_defaults', 'plain_return', 'counted', 'logs', 'rows_of')
) AS printed;
