-- ACCESS EXCLUSIVE on order_events: waits for every query of any partition and holds up all that come after it.
SET lock_timeout = '2s';

ALTER TABLE order_events DETACH PARTITION order_events_2023;
