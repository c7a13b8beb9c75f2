//! MySQL and MariaDB.

use super::check;
use crate::name::Dialect;

#[test]
fn tables() {
    check(
        &[
            (
                "create table if not exists `shop`.`orders` (
                    id BIGINT(20) UNSIGNED NOT NULL AUTO_INCREMENT,
                    `note` varchar(255) CHARACTER SET latin1 COLLATE latin1_bin DEFAULT 'it\\'s' COMMENT 'a ''note''',
                    total decimal(10,2) unsigned zerofill default 0.00,
                    changed timestamp(3) NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
                    kind enum('a','b, c') not null default 'a',
                    full varchar(40) as (concat(a, ' ', b)) persistent invisible,
                    customer int references customers (id),
                    PRIMARY KEY (id),
                    UNIQUE KEY uq (note(10), id DESC) USING BTREE,
                    UNIQUE plain (note),
                    KEY (kind), FULLTEXT KEY ft (note) WITH PARSER ngram COMMENT 'x',
                    KEY fx ((lower(note))) INVISIBLE,
                    CONSTRAINT fk FOREIGN KEY ix (id) REFERENCES a.b (c) ON DELETE SET NULL ON UPDATE CASCADE,
                    CONSTRAINT CHECK (total > 0) NOT ENFORCED
                 ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*!50100 PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10)) */",
                "CREATE TABLE IF NOT EXISTS `shop`.`orders` (\n    \
                 `id` bigint unsigned NOT NULL AUTO_INCREMENT,\n    \
                 `note` varchar(255) character set latin1 COLLATE `latin1_bin` DEFAULT 'it\\'s' COMMENT 'a ''note''',\n    \
                 `total` decimal(10,2) unsigned zerofill DEFAULT 0.00,\n    \
                 `changed` timestamp(3) DEFAULT CURRENT_TIMESTAMP(3) on update CURRENT_TIMESTAMP(3),\n    \
                 `kind` enum('a','b, c') DEFAULT 'a' NOT NULL,\n    \
                 `full` varchar(40) GENERATED ALWAYS AS (concat(a, ' ', b)) STORED invisible,\n    \
                 `customer` int,\n    \
                 FOREIGN KEY (`customer`) REFERENCES `customers` (`id`),\n    \
                 PRIMARY KEY (`id`),\n    \
                 CONSTRAINT `plain` UNIQUE (`note`),\n    \
                 CONSTRAINT `fk` FOREIGN KEY (`id`) REFERENCES `a`.`b` (`c`) ON UPDATE CASCADE ON DELETE SET NULL,\n    \
                 CHECK (total > 0) NOT ENFORCED\n\
                 ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4          \
                 PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10));\n\
                 CREATE UNIQUE INDEX `uq` ON `shop`.`orders` (`note`(10), `id` DESC);\n\
                 ALTER TABLE `shop`.`orders` ADD INDEX (`kind`);\n\
                 CREATE FULLTEXT INDEX `ft` ON `shop`.`orders` (`note`) WITH PARSER `ngram` COMMENT 'x';\n\
                 CREATE INDEX `fx` ON `shop`.`orders` ((lower(note))) INVISIBLE;\n",
            ),
            (
                "CREATE TABLE g (p geometry /*M! REF_SYSTEM_ID=1 */ /*!80003 SRID 1 */ /*!100900 COMPRESSED */)",
                "CREATE TABLE `g` (\n    `p` geometry srid 1\n);\n",
            ),
            ("CREATE TEMPORARY TABLE a LIKE b.c", "CREATE TEMPORARY TABLE `a` LIKE `b`.`c`;\n"),
            ("create table a (like b)", "CREATE TABLE `a` LIKE `b`;\n"),
            (
                "CREATE TABLE a ENGINE=MyISAM AS SELECT * FROM b WHERE c > 0",
                "CREATE TABLE `a` ENGINE=MyISAM AS\nSELECT * FROM b WHERE c > 0;\n",
            ),
            (
                "create or replace table a (b int key)",
                "DROP TABLE IF EXISTS `a`;\nCREATE TABLE `a` (\n    `b` int NOT NULL PRIMARY KEY\n);\n",
            ),
        ],
        Dialect::MySql,
    );
}

#[test]
fn alterations_keep_their_order() {
    check(
        &[
            (
                "ALTER TABLE t ADD COLUMN a int NOT NULL FIRST, ADD b text AFTER a, ADD COLUMN (c int, d int),
                 DROP COLUMN e, DROP f, ALTER COLUMN g SET DEFAULT (uuid()), ALTER h DROP DEFAULT",
                "ALTER TABLE `t`\n    ADD COLUMN `a` int NOT NULL,\n    ADD COLUMN `b` text,\n    \
                 ADD COLUMN `c` int,\n    ADD COLUMN `d` int,\n    DROP COLUMN `e`,\n    DROP COLUMN `f`,\n    \
                 ALTER COLUMN `g` SET DEFAULT (uuid()),\n    ALTER COLUMN `h` DROP DEFAULT;\n",
            ),
            (
                "alter table t modify a bigint unsigned not null auto_increment, change b c varchar(9) default 'x',
                 change column d d int",
                "ALTER TABLE `t` MODIFY COLUMN `a` bigint unsigned NOT NULL AUTO_INCREMENT;\n\
                 ALTER TABLE `t` RENAME COLUMN `b` TO `c`;\n\
                 ALTER TABLE `t`\n    MODIFY COLUMN `c` varchar(9) NULL DEFAULT 'x',\n    \
                 MODIFY COLUMN `d` int NULL;\n",
            ),
            (
                "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (a), DROP FOREIGN KEY f, DROP INDEX i,
                 ADD UNIQUE INDEX i (b), ADD CONSTRAINT k CHECK (b > 0), DROP CHECK c, ALTER CHECK d NOT ENFORCED",
                "ALTER TABLE `t`\n    DROP PRIMARY KEY,\n    ADD PRIMARY KEY (`a`),\n    DROP CONSTRAINT `f`;\n\
                 DROP INDEX `i` ON `t`;\n\
                 ALTER TABLE `t`\n    ADD CONSTRAINT `i` UNIQUE (`b`),\n    ADD CONSTRAINT `k` CHECK (b > 0),\n    \
                 DROP CONSTRAINT `c`,\n    ALTER CONSTRAINT `d` NOT ENFORCED;\n",
            ),
            (
                "ALTER TABLE t ADD INDEX (a), RENAME INDEX b TO c, RENAME COLUMN d TO e, RENAME TO x.u, ENGINE=InnoDB",
                "ALTER TABLE `t` ADD INDEX (`a`);\nALTER TABLE `t` RENAME INDEX `b` TO `c`;\n\
                 ALTER TABLE `t` RENAME COLUMN `d` TO `e`;\nRENAME TABLE `t` TO `x`.`t`;\n\
                 RENAME TABLE `x`.`t` TO `x`.`u`;\nALTER TABLE `x`.`u` ENGINE=InnoDB;\n",
            ),
            (
                "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, ALGORITHM=INPLACE, LOCK=NONE",
                "ALTER TABLE `t`\n    CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,\n    \
                 ALGORITHM=INPLACE,\n    LOCK=NONE;\n",
            ),
            (
                "ALTER TABLE t DROP PARTITION p0, ADD PARTITION (PARTITION p1 VALUES LESS THAN (9))",
                "ALTER TABLE `t`\n    DROP PARTITION p0,\n    ADD PARTITION (PARTITION p1 VALUES LESS THAN (9));\n",
            ),
            (
                "ALTER TABLE t CHANGE a b int AS (c + 1) STORED",
                "ALTER TABLE `t` RENAME COLUMN `a` TO `b`;\nALTER TABLE `t` MODIFY COLUMN b int AS (c + 1) STORED;\n",
            ),
            // MariaDB.
            (
                "ALTER TABLE IF EXISTS t ADD COLUMN IF NOT EXISTS a int, DROP COLUMN IF EXISTS b, \
                 MODIFY COLUMN IF EXISTS c int",
                "ALTER TABLE IF EXISTS `t`\n    ADD COLUMN IF NOT EXISTS `a` int,\n    DROP COLUMN IF EXISTS `b`,\n    \
                 MODIFY COLUMN `c` int NULL;\n",
            ),
        ],
        Dialect::MySql,
    );
}

#[test]
fn indexes_drops_and_renames() {
    check(
        &[
            ("CREATE INDEX i USING HASH ON t (a)", "CREATE INDEX `i` ON `t` (`a`) USING HASH;\n"),
            (
                "CREATE UNIQUE INDEX i ON s.t (a(5), b DESC) COMMENT 'c' ALGORITHM=INPLACE LOCK NONE",
                "CREATE UNIQUE INDEX `i` ON `s`.`t` (`a`(5), `b` DESC) COMMENT 'c' ALGORITHM = INPLACE LOCK = NONE;\n",
            ),
            ("CREATE FULLTEXT INDEX i ON t (a)", "CREATE FULLTEXT INDEX `i` ON `t` (`a`);\n"),
            (
                "CREATE OR REPLACE INDEX i ON t (a)",
                "DROP INDEX IF EXISTS `i` ON `t`;\nCREATE INDEX `i` ON `t` (`a`);\n",
            ),
            ("DROP INDEX i ON t LOCK=NONE", "DROP INDEX `i` ON `t`;\n"),
            ("DROP TABLE IF EXISTS a, b.c CASCADE", "DROP TABLE IF EXISTS `a`, `b`.`c` CASCADE;\n"),
            ("DROP VIEW v", "DROP VIEW `v`;\n"),
            ("DROP DATABASE d", "DROP SCHEMA `d`;\n"),
            ("RENAME TABLE a TO b, c TO d", "RENAME TABLE `a` TO `b`;\nRENAME TABLE `c` TO `d`;\n"),
            ("TRUNCATE t", "TRUNCATE TABLE `t`;\n"),
            (
                "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `d` DEFAULT CHARACTER SET utf8",
                "CREATE SCHEMA IF NOT EXISTS `d`;\n",
            ),
        ],
        Dialect::MySql,
    );
}

#[test]
fn views() {
    check(
        &[(
            "CREATE OR REPLACE ALGORITHM=MERGE DEFINER=`a`@`%` SQL SECURITY INVOKER VIEW s.v (x) AS
             SELECT a FROM t WITH CHECK OPTION",
            "CREATE OR REPLACE ALGORITHM = MERGE DEFINER = `a`@`%` SQL SECURITY INVOKER VIEW `s`.`v` (`x`) AS\nSELECT a FROM t\nWITH CASCADED CHECK OPTION;\n",
        )],
        Dialect::MySql,
    );
}

#[test]
fn sessions() {
    check(
        &[
            ("START TRANSACTION READ WRITE", "BEGIN;\n"),
            ("begin work", "BEGIN;\n"),
            ("COMMIT AND CHAIN", "COMMIT AND CHAIN;\n"),
            ("rollback to savepoint s", "ROLLBACK TO SAVEPOINT `s`;\n"),
            ("XA COMMIT 'x'", "XA COMMIT 'x';\n"),
            (
                "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_ZERO' */",
                "SET @old_sql_mode = @@SQL_MODE;\nSET sql_mode = 'NO_ZERO';\n",
            ),
            ("SET GLOBAL a.b = 5, SESSION c = DEFAULT", "SET GLOBAL a.b = 5;\nSET c = DEFAULT;\n"),
            ("SET @@global.max_connections = 10", "SET GLOBAL max_connections = 10;\n"),
            ("SET NAMES utf8mb4", "SET NAMES utf8mb4;\n"),
            ("USE `d`", "USE `d`;\n"),
            ("OPTIMIZE TABLE a, b", "OPTIMIZE TABLE `a`, `b`;\n"),
            ("ANALYZE LOCAL TABLE a", "ANALYZE TABLE `a`;\n"),
            ("USE d\nDROP TABLE t", "USE `d`;\nDROP TABLE `t`;\n"),
            ("LOCK TABLES a WRITE", "LOCK TABLES `a` WRITE;\n"),
        ],
        Dialect::MySql,
    );
}
