#include "raw_support.h"

#include <string.h>

static bool take_blob(sqlite3_stmt *statement, bool touch_bytes, raw_result *result) {
    const unsigned char *bytes = sqlite3_column_blob(statement, 0);
    size_t count = (size_t)sqlite3_column_bytes(statement, 0);
    if (bytes == NULL || count == 0) {
        return raw_failed(result, "a blob is missing", NULL);
    }
    uint64_t sum = bytes[0];
    if (touch_bytes) {
        size_t offset = 0;
        for (; offset + 8 <= count; offset += 8) {
            uint64_t word;
            memcpy(&word, bytes + offset, 8);
            sum ^= word;
        }
        for (; offset < count; offset++) {
            sum ^= bytes[offset];
        }
    }
    result->checksum ^= sum;
    result->rows++;
    result->payload_bytes += count;
    return true;
}

double raw_scan(const char *path, bool touch_bytes, raw_result *result) {
    memset(result, 0, sizeof *result);
    sqlite3 *db = NULL;
    sqlite3_stmt *select = NULL;
    double start = raw_now_seconds();
    bool done = raw_open_existing(path, &db, result)
        && raw_prepare(db, "SELECT blob FROM entry ORDER BY position", &select, result);
    int code = SQLITE_DONE;
    while (done && (code = sqlite3_step(select)) == SQLITE_ROW) {
        done = take_blob(select, touch_bytes, result);
    }
    if (done && code != SQLITE_DONE) {
        done = raw_failed(result, "scan", db);
    }
    double seconds = raw_now_seconds() - start;
    sqlite3_finalize(select);
    sqlite3_close(db);
    return done ? seconds : -1;
}

static bool count_entries(sqlite3 *db, uint64_t *count, raw_result *result) {
    sqlite3_stmt *select = NULL;
    if (!raw_prepare(db, "SELECT COALESCE(MAX(position) + 1, 0) FROM entry", &select, result)) {
        return false;
    }
    bool done = sqlite3_step(select) == SQLITE_ROW || raw_failed(result, "count", db);
    *count = done ? (uint64_t)sqlite3_column_int64(select, 0) : 0;
    sqlite3_finalize(select);
    return done && (*count > 0 || raw_failed(result, "the file has no entries", NULL));
}

static bool read_points(sqlite3_stmt *select, uint64_t size, uint64_t count, uint64_t seed, raw_result *result) {
    sqlite3 *db = sqlite3_db_handle(select);
    uint64_t random = raw_random_state(seed);
    for (uint64_t index = 0; index < count; index++) {
        if (sqlite3_bind_int64(select, 1, (sqlite3_int64)(raw_next_random(&random) % size)) != SQLITE_OK
            || sqlite3_step(select) != SQLITE_ROW) {
            return raw_failed(result, "point read", db);
        }
        if (!take_blob(select, false, result)) {
            return false;
        }
        if (sqlite3_reset(select) != SQLITE_OK) {
            return raw_failed(result, "point read", db);
        }
    }
    return true;
}

double raw_point_reads(const char *path, uint64_t count, uint64_t seed, raw_result *result) {
    memset(result, 0, sizeof *result);
    sqlite3 *db = NULL;
    sqlite3_stmt *select = NULL;
    uint64_t size = 0;
    double seconds = -1;
    if (raw_open_existing(path, &db, result) && count_entries(db, &size, result)
        && raw_prepare(db, "SELECT blob FROM entry WHERE position = ?", &select, result)) {
        double start = raw_now_seconds();
        if (read_points(select, size, count, seed, result)) {
            seconds = raw_now_seconds() - start;
        }
    }
    sqlite3_finalize(select);
    sqlite3_close(db);
    return seconds;
}
