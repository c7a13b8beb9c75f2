SET lock_timeout = '2s';

-- The application cannot use them any more, which one GRANT takes back. What still needs them shows in the log.
-- They are dropped in a later release, after a dump.
REVOKE SELECT, INSERT ON newsletter_signups FROM shop_app;
REVOKE SELECT, INSERT, DELETE ON wishlists FROM shop_app;
COMMENT ON TABLE newsletter_signups IS 'Unused since release 42, to be dropped in release 44.';
COMMENT ON TABLE wishlists IS 'Unused since release 42, to be dropped in release 44 together with popular_wishes.';
