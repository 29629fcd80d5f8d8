/* A disk that fails when told to: loaded into a program by LD_PRELOAD, it counts the calls that change files in one
 * folder, and at the n-th of them fails it, kills the process, or cuts the power.
 *
 * FAULT_FOLDER  absolute path; calls on it, below it, and on names that begin with it and a dot are counted
 * FAULT_LOG     each counted call is added to this file: its number, its name, the path
 * FAULT_AT      the number, from 1, of the call at which it happens; nothing happens without it. A power cut whose number
 *               lies beyond the last call comes when the program ends
 * FAULT_MODE    fail: the call returns FAULT_ERRNO, and with FAULT_STICKY=1 so does every later one
 *               kill: SIGKILL; a write is first done up to a random byte
 *               cut:  what was never synced is lost, wholly or in part, and the process ends with status 77
 * FAULT_SEED    of what is random
 * FAULT_TRASH   a folder on the same disk, outside FAULT_FOLDER, for what a power cut may bring back
 */
#ifndef FAULT_SHIM_H
#define FAULT_SHIM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The C library's own calls, past the shim. */
struct real_calls {
    int (*open)(const char *, int, ...);
    int (*close)(int);
    ssize_t (*write)(int, const void *, size_t);
    ssize_t (*pwrite)(int, const void *, size_t, off_t);
    int (*ftruncate)(int, off_t);
    int (*fsync)(int);
    int (*fdatasync)(int);
    int (*rename)(const char *, const char *);
    int (*unlink)(const char *);
    int (*rmdir)(const char *);
    int (*mkdir)(const char *, mode_t);
};

extern struct real_calls real;

/* Numbers that the seed decides. */
uint64_t shim_random(uint64_t stream);

/* The journal of what is not durable yet; every function is called before the change is made, under the shim's lock. */
void journal_write(int file, off_t offset, const void *bytes, size_t length);
void journal_truncate(int file, off_t size);
void journal_truncate_path(const char *path);
void journal_created(const char *path);
void journal_rename(const char *from, const char *to);
void journal_remove(const char *path, int is_folder);
void journal_make_folder(const char *path);
/* After a sync: what the file, or the folder at `path`, holds is durable. */
void journal_synced(int file, const char *path);
/* Loses what is not durable and ends the process. */
_Noreturn void journal_cut(void);

#endif
