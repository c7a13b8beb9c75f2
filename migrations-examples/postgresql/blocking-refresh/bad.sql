-- ACCESS EXCLUSIVE on the view while its query runs: nobody can read it until then.
SET lock_timeout = '2s';

REFRESH MATERIALIZED VIEW product_sales;
REFRESH MATERIALIZED VIEW order_sizes WITH DATA;
