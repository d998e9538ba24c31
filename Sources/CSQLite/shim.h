#pragma once
#include <sqlite3.h>

// Swift can call neither variadic functions nor use macros that cast.

/// Sets a switch of a connection (`sqlite3_db_config`), one of SQLITE_DBCONFIG_…; returns an error code.
static inline int csqlite_switch(sqlite3 *database, int option, int value)
{
	return sqlite3_db_config(database, option, value, (int *)0);
}

/// Binds text that SQLite copies (`sqlite3_bind_text64`).
static inline int csqlite_bind_text(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 size)
{
	return sqlite3_bind_text64(statement, index, size ? (const char *)bytes : "", size, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// Binds bytes that SQLite copies (`sqlite3_bind_blob64`).
static inline int csqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 size)
{
	return sqlite3_bind_blob64(statement, index, size ? bytes : "", size, SQLITE_TRANSIENT);
}
