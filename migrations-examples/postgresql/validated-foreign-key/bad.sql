-- Nobody can write to either table while every row of orders is looked up in the other.
SET lock_timeout = '2s';

ALTER TABLE orders
    ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id);
ALTER TABLE orders
    ADD FOREIGN KEY (coupon_id) REFERENCES coupons;
