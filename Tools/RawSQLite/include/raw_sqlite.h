// The storage work of the log in plain C over prepared statements: the floor that benchmarks divide by.
//
// Nothing is hashed, encoded or decided here. A figure of the library is stated as a ratio to one of these,
// taken in the same run, on the same disk, with the same page size and the same durability.
//
// Every function returns seconds of wall time, or a negative number after writing the reason to `result.error`.

#ifndef RAW_SQLITE_H
#define RAW_SQLITE_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__cplusplus)
extern "C" {
#endif

/// What to write, and how durably.
typedef struct {
    /// Rows of `entry` to insert, at least 1.
    uint64_t events;
    /// Bytes of each blob on average, 1 to 1 MiB.
    uint32_t bytes_per_event;
    /// Sizes vary evenly by up to this many bytes either way, less than `bytes_per_event`; 0 makes them all equal.
    /// Equal sizes flatter or wrong a page size by what happens to be left over in each page.
    uint32_t bytes_spread;
    /// Rows in one transaction, at least 1.
    uint32_t batch;
    /// `PRAGMA page_size`: a power of two, 512 to 65,536.
    uint32_t page_size;
    /// `PRAGMA wal_autocheckpoint` in pages; 0 leaves SQLite's default of 1,000.
    uint32_t checkpoint_pages;
    /// `PRAGMA synchronous`: FULL (the WAL is synced in each commit) or, when false, NORMAL.
    bool synchronous_full;
    /// Also write the identity of every row to `<path>-identity`, in sorted batches of 100,000, with NORMAL.
    bool with_identities;
    /// Where the pseudo-random bytes start; the same seed writes the same file.
    uint64_t seed;
} raw_options;

/// What a run did.
typedef struct {
    /// Rows of `entry` written or read.
    uint64_t rows;
    /// Durable commits of the log file.
    uint64_t commits;
    /// Bytes of the blobs written or read.
    uint64_t payload_bytes;
    /// Size of the log file after a truncating checkpoint, in bytes.
    uint64_t file_bytes;
    /// Size of the identity file, in bytes; 0 without one.
    uint64_t identity_file_bytes;
    /// XOR of the words read, so that no read can be optimised away.
    uint64_t checksum;
    /// Empty, or what went wrong.
    char error[256];
} raw_result;

/// Inserts `options.events` rows, `options.batch` to a transaction, with one `head` row for each transaction and one
/// full `tile` of 8,192 bytes for every 256 rows. `path` must not exist. The time includes the last checkpoint.
double raw_append(const char *path, const raw_options *options, raw_result *result);

/// As `raw_append` with one row to a transaction: the durable commits that the disk gives to one writer.
double raw_single_commits(const char *path, const raw_options *options, raw_result *result);

/// Reads every blob in the order of positions; with `touch_bytes` it also reads every byte of it.
double raw_scan(const char *path, bool touch_bytes, raw_result *result);

/// Reads `count` blobs at pseudo-random positions through one prepared statement.
double raw_point_reads(const char *path, uint64_t count, uint64_t seed, raw_result *result);

/// The text of `result.error`, valid as long as `result` is.
const char *raw_error_text(const raw_result *result);

#if defined(__cplusplus)
}
#endif

#endif
