-- Every row in one transaction: all of them stay locked until it ends, and the table grows to twice its size.
UPDATE products SET visible = true;
UPDATE products SET tax_class = 'standard' WHERE true;
