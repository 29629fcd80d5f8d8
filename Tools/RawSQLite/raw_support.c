#define _POSIX_C_SOURCE 200809L

#include "raw_support.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

// MARK: - Time, randomness, errors

double raw_now_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

// xorshift64 (Marsaglia 2003): incompressible for any page or block compressor, and cheap next to an insert.
uint64_t raw_next_random(uint64_t *state) {
    uint64_t x = *state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    *state = x;
    return x;
}

uint64_t raw_random_state(uint64_t seed) {
    uint64_t state = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
    return state != 0 ? state : 1;
}

void raw_fill_random(unsigned char *bytes, size_t count, uint64_t *state) {
    size_t offset = 0;
    for (; offset + 8 <= count; offset += 8) {
        uint64_t word = raw_next_random(state);
        memcpy(bytes + offset, &word, 8);
    }
    if (offset < count) {
        uint64_t word = raw_next_random(state);
        memcpy(bytes + offset, &word, count - offset);
    }
}

bool raw_failed(raw_result *result, const char *what, sqlite3 *db) {
    if (result->error[0] == '\0') {
        const char *reason = db != NULL ? sqlite3_errmsg(db) : "";
        snprintf(result->error, sizeof result->error, "%s%s%s", what, reason[0] != '\0' ? ": " : "", reason);
    }
    return false;
}

const char *raw_error_text(const raw_result *result) { return result->error; }

// MARK: - SQLite

bool raw_execute(sqlite3 *db, const char *sql, raw_result *result) {
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK || raw_failed(result, sql, db);
}

bool raw_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **statement, raw_result *result) {
    return sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL) == SQLITE_OK
        || raw_failed(result, sql, db);
}

bool raw_run(sqlite3_stmt *statement, raw_result *result) {
    int code = sqlite3_step(statement);
    if (code != SQLITE_DONE) {
        return raw_failed(result, sqlite3_sql(statement), sqlite3_db_handle(statement));
    }
    return sqlite3_reset(statement) == SQLITE_OK
        || raw_failed(result, sqlite3_sql(statement), sqlite3_db_handle(statement));
}

// A pragma that SQLite does not like is ignored in silence, so what it answers afterwards is what counts.
static bool pragma_is(sqlite3 *db, const char *sql, const char *expected, raw_result *result) {
    sqlite3_stmt *statement = NULL;
    if (!raw_prepare(db, sql, &statement, result)) {
        return false;
    }
    bool right = sqlite3_step(statement) == SQLITE_ROW
        && strcmp((const char *)sqlite3_column_text(statement, 0), expected) == 0;
    sqlite3_finalize(statement);
    if (!right) {
        snprintf(result->error, sizeof result->error, "SQLite did not take the value: %s is not %s", sql, expected);
    }
    return right;
}

bool raw_open_new(
    const char *path, const raw_options *options, bool synchronous_full, const char *schema, sqlite3 **db,
    raw_result *result
) {
    struct stat status;
    if (stat(path, &status) == 0) {
        return raw_failed(result, "the file exists already", NULL);
    }
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, db, flags, NULL) != SQLITE_OK) {
        return raw_failed(result, "open", *db);
    }
    char sql[64];
    char page_size[16];
    snprintf(page_size, sizeof page_size, "%u", options->page_size);
    snprintf(sql, sizeof sql, "PRAGMA page_size = %u", options->page_size);
    if (!raw_execute(*db, sql, result) || !pragma_is(*db, "PRAGMA page_size", page_size, result)
        || !pragma_is(*db, "PRAGMA journal_mode = WAL", "wal", result)
        || !raw_execute(*db, synchronous_full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL", result)
        || !pragma_is(*db, "PRAGMA synchronous", synchronous_full ? "2" : "1", result)) {
        return false;
    }
    if (options->checkpoint_pages > 0
        && sqlite3_wal_autocheckpoint(*db, (int)options->checkpoint_pages) != SQLITE_OK) {
        return raw_failed(result, "wal_autocheckpoint", *db);
    }
    return raw_execute(*db, schema, result);
}

bool raw_open_existing(const char *path, sqlite3 **db, raw_result *result) {
    return sqlite3_open_v2(path, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK
        || raw_failed(result, "open", *db);
}

bool raw_close_checkpointed(sqlite3 **db, const char *path, uint64_t *bytes, raw_result *result) {
    if (sqlite3_wal_checkpoint_v2(*db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) != SQLITE_OK) {
        return raw_failed(result, "checkpoint", *db);
    }
    if (sqlite3_close(*db) != SQLITE_OK) {
        return raw_failed(result, "close", *db);
    }
    *db = NULL;
    struct stat status;
    if (stat(path, &status) != 0) {
        return raw_failed(result, "stat", NULL);
    }
    *bytes = (uint64_t)status.st_size;
    return true;
}
