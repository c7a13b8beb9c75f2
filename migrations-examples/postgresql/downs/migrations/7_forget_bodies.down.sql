DO $$ BEGIN RAISE EXCEPTION 'irreversible: restore notes.body from the backup of the day before'; END $$;
