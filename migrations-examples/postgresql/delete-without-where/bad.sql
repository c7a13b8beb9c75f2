-- Every row in one transaction, old or not.
DELETE FROM search_log;
DELETE FROM search_log WHERE 1 = 1;
