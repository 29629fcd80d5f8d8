#include "raw_support.h"

#include <stdlib.h>
#include <string.h>

enum {
    rows_per_tile = 256,
    hash_bytes = 32,
    tile_bytes = rows_per_tile * hash_bytes,
    largest_blob_bytes = 1 << 20,
};

static const char *const log_schema =
    "CREATE TABLE entry (position INTEGER PRIMARY KEY, blob BLOB NOT NULL) STRICT;"
    "CREATE TABLE tile (level INTEGER NOT NULL, \"index\" INTEGER NOT NULL, hashes BLOB NOT NULL,"
    "  root BLOB NOT NULL, PRIMARY KEY (level, \"index\")) STRICT, WITHOUT ROWID;"
    "CREATE TABLE head (size INTEGER PRIMARY KEY, root BLOB NOT NULL) STRICT;"
    "CREATE TRIGGER entry_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;"
    "CREATE TRIGGER entry_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;"
    "CREATE TRIGGER tile_update BEFORE UPDATE ON tile BEGIN SELECT RAISE(ABORT, 'append-only'); END;"
    "CREATE TRIGGER tile_delete BEFORE DELETE ON tile BEGIN SELECT RAISE(ABORT, 'append-only'); END;"
    "CREATE TRIGGER head_update BEFORE UPDATE ON head BEGIN SELECT RAISE(ABORT, 'append-only'); END;"
    "CREATE TRIGGER head_delete BEFORE DELETE ON head BEGIN SELECT RAISE(ABORT, 'append-only'); END;";

typedef struct {
    sqlite3 *db;
    sqlite3_stmt *begin;
    sqlite3_stmt *commit;
    sqlite3_stmt *insert_entry;
    sqlite3_stmt *insert_tile;
    sqlite3_stmt *insert_head;
    unsigned char *blob;
    uint64_t random;
} log_writer;

static bool open_log(log_writer *writer, const char *path, const raw_options *options, raw_result *result) {
    writer->random = raw_random_state(options->seed);
    size_t largest = (size_t)options->bytes_per_event + options->bytes_spread;
    size_t bytes = largest > tile_bytes ? largest : tile_bytes;
    writer->blob = malloc(bytes);
    if (writer->blob == NULL) {
        return raw_failed(result, "out of memory", NULL);
    }
    return raw_open_new(path, options, options->synchronous_full, log_schema, &writer->db, result)
        && raw_prepare(writer->db, "BEGIN IMMEDIATE", &writer->begin, result)
        && raw_prepare(writer->db, "COMMIT", &writer->commit, result)
        && raw_prepare(writer->db, "INSERT INTO entry (position, blob) VALUES (?, ?)", &writer->insert_entry, result)
        && raw_prepare(
            writer->db, "INSERT INTO tile (level, \"index\", hashes, root) VALUES (?, ?, ?, ?)", &writer->insert_tile,
            result)
        && raw_prepare(writer->db, "INSERT INTO head (size, root) VALUES (?, ?)", &writer->insert_head, result);
}

static bool insert_entry(log_writer *writer, uint64_t position, const raw_options *options, raw_result *result) {
    uint32_t spread = options->bytes_spread;
    uint32_t bytes = options->bytes_per_event - spread;
    if (spread > 0) {
        bytes += (uint32_t)(raw_next_random(&writer->random) % (2 * (uint64_t)spread + 1));
    }
    raw_fill_random(writer->blob, bytes, &writer->random);
    if (sqlite3_bind_int64(writer->insert_entry, 1, (sqlite3_int64)position) != SQLITE_OK
        || sqlite3_bind_blob(writer->insert_entry, 2, writer->blob, (int)bytes, SQLITE_STATIC) != SQLITE_OK) {
        return raw_failed(result, "bind entry", writer->db);
    }
    result->rows++;
    result->payload_bytes += bytes;
    return raw_run(writer->insert_entry, result);
}

static bool insert_tile(log_writer *writer, uint64_t level, uint64_t index, raw_result *result) {
    unsigned char root[hash_bytes];
    raw_fill_random(writer->blob, tile_bytes, &writer->random);
    raw_fill_random(root, sizeof root, &writer->random);
    if (sqlite3_bind_int64(writer->insert_tile, 1, (sqlite3_int64)level) != SQLITE_OK
        || sqlite3_bind_int64(writer->insert_tile, 2, (sqlite3_int64)index) != SQLITE_OK
        || sqlite3_bind_blob(writer->insert_tile, 3, writer->blob, tile_bytes, SQLITE_STATIC) != SQLITE_OK
        || sqlite3_bind_blob(writer->insert_tile, 4, root, sizeof root, SQLITE_STATIC) != SQLITE_OK) {
        return raw_failed(result, "bind tile", writer->db);
    }
    return raw_run(writer->insert_tile, result);
}

static bool insert_head(log_writer *writer, uint64_t size, raw_result *result) {
    unsigned char root[hash_bytes];
    raw_fill_random(root, sizeof root, &writer->random);
    if (sqlite3_bind_int64(writer->insert_head, 1, (sqlite3_int64)size) != SQLITE_OK
        || sqlite3_bind_blob(writer->insert_head, 2, root, sizeof root, SQLITE_STATIC) != SQLITE_OK) {
        return raw_failed(result, "bind head", writer->db);
    }
    return raw_run(writer->insert_head, result);
}

// A full tile of level n is one hash of level n + 1 (C2SP tlog-tiles).
static bool insert_full_tiles(log_writer *writer, uint64_t size, raw_result *result) {
    uint64_t level = 0;
    while (size > 0 && size % rows_per_tile == 0) {
        size /= rows_per_tile;
        if (!insert_tile(writer, level, size - 1, result)) {
            return false;
        }
        level++;
    }
    return true;
}

static bool append_all(
    log_writer *writer, raw_identity_writer *identities, const raw_options *options, raw_result *result
) {
    uint64_t position = 0;
    while (position < options->events) {
        uint64_t left = options->events - position;
        uint64_t end = position + (left < options->batch ? left : options->batch);
        if (!raw_run(writer->begin, result)) {
            return false;
        }
        for (; position < end; position++) {
            if (!insert_entry(writer, position, options, result)
                || !insert_full_tiles(writer, position + 1, result)
                || (options->with_identities && !raw_add_identity(identities, position, result))) {
                return false;
            }
        }
        if (!insert_head(writer, end, result) || !raw_run(writer->commit, result)) {
            return false;
        }
        result->commits++;
    }
    return true;
}

static void finalize_log(log_writer *writer) {
    sqlite3_stmt **statements[] = {
        &writer->begin, &writer->commit, &writer->insert_entry, &writer->insert_tile, &writer->insert_head,
    };
    for (size_t index = 0; index < sizeof statements / sizeof statements[0]; index++) {
        sqlite3_finalize(*statements[index]);
        *statements[index] = NULL;
    }
}

static void close_log(log_writer *writer) {
    finalize_log(writer);
    sqlite3_close(writer->db);
    free(writer->blob);
}

double raw_append(const char *path, const raw_options *options, raw_result *result) {
    memset(result, 0, sizeof *result);
    if (options->events == 0 || options->batch == 0 || options->bytes_per_event > largest_blob_bytes
        || options->bytes_spread >= options->bytes_per_event) {
        raw_failed(result, "events and batch must be positive, blobs between 1 byte and 1 MiB", NULL);
        return -1;
    }
    log_writer writer = {0};
    raw_identity_writer identities = {0};
    double start = 0;
    bool done = open_log(&writer, path, options, result)
        && (!options->with_identities || raw_open_identities(&identities, path, options, result));
    if (done) {
        start = raw_now_seconds();
        done = append_all(&writer, &identities, options, result)
            && (identities.count == 0 || raw_flush_identities(&identities, result));
    }
    if (done) {
        finalize_log(&writer);
        sqlite3_finalize(identities.insert);
        identities.insert = NULL;
        done = raw_close_checkpointed(&writer.db, path, &result->file_bytes, result)
            && (!options->with_identities
                || raw_close_checkpointed(&identities.db, identities.path, &result->identity_file_bytes, result));
    }
    double seconds = raw_now_seconds() - start;
    close_log(&writer);
    raw_close_identities(&identities);
    return done ? seconds : -1;
}

double raw_single_commits(const char *path, const raw_options *options, raw_result *result) {
    raw_options single = *options;
    single.batch = 1;
    return raw_append(path, &single, result);
}
