-- There is no way back but a backup.
DROP DATABASE shop_archive;
