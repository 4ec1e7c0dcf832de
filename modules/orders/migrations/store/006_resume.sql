-- What was given of a file since its last download that counts, in requests for what does not begin at the beginning: bytes.
ALTER TABLE orders_download_file ADD COLUMN rest INTEGER NOT NULL DEFAULT 0 CHECK (rest >= 0);
