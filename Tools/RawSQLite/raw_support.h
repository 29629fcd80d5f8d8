// What the files of this target share; nothing of it is for its users.

#ifndef RAW_SUPPORT_H
#define RAW_SUPPORT_H

#include "raw_sqlite.h"

#include <sqlite3.h>
#include <stddef.h>

enum {
    identities_per_batch = 100000,
    identity_id_bytes = 32,
    largest_path_bytes = 4096,
};

// Monotonic seconds.
double raw_now_seconds(void);

// xorshift64 and where it starts.
uint64_t raw_next_random(uint64_t *state);
uint64_t raw_random_state(uint64_t seed);
void raw_fill_random(unsigned char *bytes, size_t count, uint64_t *state);

// Keeps the first error; false, so that a caller can return it.
bool raw_failed(raw_result *result, const char *what, sqlite3 *db);

// Each of these is true, or has written `result->error`.
bool raw_execute(sqlite3 *db, const char *sql, raw_result *result);
bool raw_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **statement, raw_result *result);
bool raw_run(sqlite3_stmt *statement, raw_result *result);
bool raw_open_new(
    const char *path, const raw_options *options, bool synchronous_full, const char *schema, sqlite3 **db,
    raw_result *result
);
bool raw_open_existing(const char *path, sqlite3 **db, raw_result *result);
bool raw_close_checkpointed(sqlite3 **db, const char *path, uint64_t *bytes, raw_result *result);

typedef struct {
    char id[identity_id_bytes];
    uint32_t source;
    uint64_t position;
} raw_identity_row;

typedef struct {
    sqlite3 *db;
    sqlite3_stmt *insert;
    raw_identity_row *rows;
    size_t count;
    uint64_t random;
    char path[largest_path_bytes];
} raw_identity_writer;

// The separate, disposable index of identities: sorted batches, synchronous=NORMAL.
bool raw_open_identities(
    raw_identity_writer *writer, const char *log_path, const raw_options *options, raw_result *result
);
bool raw_flush_identities(raw_identity_writer *writer, raw_result *result);
bool raw_add_identity(raw_identity_writer *writer, uint64_t position, raw_result *result);
void raw_close_identities(raw_identity_writer *writer);

#endif
