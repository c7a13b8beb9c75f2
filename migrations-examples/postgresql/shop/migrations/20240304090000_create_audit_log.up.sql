SET LOCAL ROLE shop_owner;
SET LOCAL lock_timeout = '2s';

CREATE TABLE audit.events (
    id bigint GENERATED ALWAYS AS IDENTITY,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    table_name text NOT NULL,
    operation text NOT NULL,
    row_data jsonb NOT NULL,
    PRIMARY KEY (id, occurred_at),
    CONSTRAINT events_operation_known CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE'))
) PARTITION BY RANGE (occurred_at);
COMMENT ON TABLE audit.events IS 'One row for each changed row; one partition for each month.';

CREATE INDEX events_table_name_occurred_at_idx ON audit.events (table_name, occurred_at);

CREATE TABLE audit.events_2024_03 PARTITION OF audit.events
    FOR VALUES FROM ('2024-03-01 00:00:00+00') TO ('2024-04-01 00:00:00+00');
CREATE TABLE audit.events_2024_04 PARTITION OF audit.events
    FOR VALUES FROM ('2024-04-01 00:00:00+00') TO ('2024-05-01 00:00:00+00');
CREATE TABLE audit.events_default PARTITION OF audit.events DEFAULT;

CREATE FUNCTION audit.record_event() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO audit.events (actor, table_name, operation, row_data)
    VALUES (
        session_user,
        TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME,
        TG_OP,
        to_jsonb(CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END)
    );
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION audit.record_event() FROM PUBLIC;
COMMENT ON FUNCTION audit.record_event() IS 'Runs as the owner: nobody else may write to audit.events.';

CREATE TRIGGER orders_audit
    AFTER INSERT OR UPDATE OR DELETE ON app.orders
    FOR EACH ROW EXECUTE FUNCTION audit.record_event();
CREATE TRIGGER payments_audit
    AFTER INSERT OR UPDATE OR DELETE ON app.payments
    FOR EACH ROW EXECUTE FUNCTION audit.record_event();
CREATE TRIGGER refunds_audit
    AFTER INSERT OR UPDATE OR DELETE ON app.refunds
    FOR EACH ROW EXECUTE FUNCTION audit.record_event();
