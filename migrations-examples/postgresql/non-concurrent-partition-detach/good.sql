SET lock_timeout = '2s';

-- If this gives up, finish it with ALTER TABLE order_events DETACH PARTITION order_events_2023 FINALIZE.
ALTER TABLE order_events DETACH PARTITION order_events_2023 CONCURRENTLY;
