#include "raw_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const identity_schema =
    "CREATE TABLE identity (source INTEGER NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL,"
    "  PRIMARY KEY (source, id)) STRICT, WITHOUT ROWID;";

static int identity_order(const void *left, const void *right) {
    const raw_identity_row *a = left;
    const raw_identity_row *b = right;
    if (a->source != b->source) {
        return a->source < b->source ? -1 : 1;
    }
    return strcmp(a->id, b->id);
}

bool raw_open_identities(
    raw_identity_writer *writer, const char *log_path, const raw_options *options, raw_result *result
) {
    int length = snprintf(writer->path, sizeof writer->path, "%s-identity", log_path);
    if (length < 0 || (size_t)length >= sizeof writer->path) {
        return raw_failed(result, "the path is too long", NULL);
    }
    writer->random = raw_random_state(options->seed + 1);
    writer->rows = malloc(sizeof(raw_identity_row) * identities_per_batch);
    if (writer->rows == NULL) {
        return raw_failed(result, "out of memory", NULL);
    }
    return raw_open_new(writer->path, options, false, identity_schema, &writer->db, result)
        && raw_prepare(
            writer->db, "INSERT INTO identity (source, id, position) VALUES (?, ?, ?)", &writer->insert, result);
}

bool raw_flush_identities(raw_identity_writer *writer, raw_result *result) {
    qsort(writer->rows, writer->count, sizeof(raw_identity_row), identity_order);
    if (!raw_execute(writer->db, "BEGIN IMMEDIATE", result)) {
        return false;
    }
    for (size_t index = 0; index < writer->count; index++) {
        const raw_identity_row *row = &writer->rows[index];
        if (sqlite3_bind_int64(writer->insert, 1, row->source) != SQLITE_OK
            || sqlite3_bind_text(writer->insert, 2, row->id, -1, SQLITE_STATIC) != SQLITE_OK
            || sqlite3_bind_int64(writer->insert, 3, (sqlite3_int64)row->position) != SQLITE_OK) {
            return raw_failed(result, "bind identity", writer->db);
        }
        if (!raw_run(writer->insert, result)) {
            return false;
        }
    }
    writer->count = 0;
    return raw_execute(writer->db, "COMMIT", result);
}

// An id looks like a case number: a district, a year and a serial number that never repeats.
bool raw_add_identity(raw_identity_writer *writer, uint64_t position, raw_result *result) {
    raw_identity_row *row = &writer->rows[writer->count];
    uint64_t random = raw_next_random(&writer->random);
    row->source = (uint32_t)(random % 4);
    row->position = position;
    snprintf(
        row->id, sizeof row->id, "%06u-%04u-%09llu", (unsigned)(110000 + (random >> 8) % 2800),
        (unsigned)(2015 + (random >> 32) % 10), (unsigned long long)position);
    writer->count++;
    return writer->count < identities_per_batch || raw_flush_identities(writer, result);
}

void raw_close_identities(raw_identity_writer *writer) {
    sqlite3_finalize(writer->insert);
    sqlite3_close(writer->db);
    free(writer->rows);
}
