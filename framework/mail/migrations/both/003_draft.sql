-- What html and text are made of before the mail is first sent; '' when they stand.
ALTER TABLE mail_message ADD COLUMN draft TEXT NOT NULL DEFAULT '';
