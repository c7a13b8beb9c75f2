-- Databases belong to the whole server.
DROP DATABASE IF EXISTS shop_archive;
CREATE DATABASE shop_archive;
