INSERT INTO plans VALUES (3, 'enterprise');
