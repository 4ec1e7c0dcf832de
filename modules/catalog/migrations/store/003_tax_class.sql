-- Which of a country's rates a variant is taxed at: the code of a tax class that the store has declared, or of a built-in one; '' is the standard rate.
ALTER TABLE catalog_variant ADD COLUMN tax_class TEXT NOT NULL DEFAULT '';
