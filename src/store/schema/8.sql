-- What new apps go by where nothing else is said, as JSON.
ALTER TABLE host ADD COLUMN defaults TEXT NOT NULL DEFAULT '{}';
-- Whether it is asked at all; 0 where the operator switched it off here.
ALTER TABLE host ADD COLUMN asked INTEGER NOT NULL DEFAULT 1;
-- When our token runs out, in milliseconds since 1970, where that is known.
ALTER TABLE host ADD COLUMN token_expires INTEGER;
-- The day on which it was told last that something runs out: once a day, whichever process tells it.
ALTER TABLE host ADD COLUMN told_expiry INTEGER;
