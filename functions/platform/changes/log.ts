/**
 * Written by records in the transaction of the record itself, read by changes. A row carries the record as it was then
 * (none when deleted), so consumers see every version, as they do on a stream with new images.
 */
export const CHANGE_LOG = `
  CREATE TABLE IF NOT EXISTS changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, partition TEXT NOT NULL, sort TEXT NOT NULL,
    version INTEGER, body TEXT, due_at_ms INTEGER, expires_at_ms INTEGER) STRICT;
  CREATE TABLE IF NOT EXISTS change_cursors (consumer TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;`;
