#define _GNU_SOURCE
#include "fault_shim.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* With _FILE_OFFSET_BITS of 32 or 64 alike: on a 64-bit system the two names of a call are one function. */
_Static_assert(sizeof(off_t) == 8, "the shim is for 64-bit systems");

enum mode { MODE_COUNT, MODE_FAIL, MODE_KILL, MODE_CUT };

struct real_calls real;

static struct {
    const char *folder;
    enum mode mode;
    long at;
    int error;
    int is_sticky;
    uint64_t seed;
    int log;
} plan;

static long count;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static long number_of(const char *name) {
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

static void prepare(void) {
    *(void **)&real.open = dlsym(RTLD_NEXT, "open");
    *(void **)&real.close = dlsym(RTLD_NEXT, "close");
    *(void **)&real.write = dlsym(RTLD_NEXT, "write");
    *(void **)&real.pwrite = dlsym(RTLD_NEXT, "pwrite");
    *(void **)&real.ftruncate = dlsym(RTLD_NEXT, "ftruncate");
    *(void **)&real.fsync = dlsym(RTLD_NEXT, "fsync");
    *(void **)&real.fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    *(void **)&real.rename = dlsym(RTLD_NEXT, "rename");
    *(void **)&real.unlink = dlsym(RTLD_NEXT, "unlink");
    *(void **)&real.rmdir = dlsym(RTLD_NEXT, "rmdir");
    *(void **)&real.mkdir = dlsym(RTLD_NEXT, "mkdir");
    plan.folder = getenv("FAULT_FOLDER");
    plan.at = number_of("FAULT_AT");
    plan.error = (int)number_of("FAULT_ERRNO");
    plan.is_sticky = (int)number_of("FAULT_STICKY");
    plan.seed = (uint64_t)number_of("FAULT_SEED");
    const char *mode = getenv("FAULT_MODE");
    if (mode && strcmp(mode, "fail") == 0) plan.mode = MODE_FAIL;
    if (mode && strcmp(mode, "kill") == 0) plan.mode = MODE_KILL;
    if (mode && strcmp(mode, "cut") == 0) plan.mode = MODE_CUT;
    const char *path = getenv("FAULT_LOG");
    plan.log = path ? real.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
}

uint64_t shim_random(uint64_t stream) {
    /* SplitMix64. */
    uint64_t mixed = plan.seed + (stream + 1) * 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return mixed ^ (mixed >> 31);
}

static int is_watched(const char *path) {
    if (!plan.folder || !path) return 0;
    size_t length = strlen(plan.folder);
    return strncmp(path, plan.folder, length) == 0
        && (path[length] == 0 || path[length] == '/' || path[length] == '.');
}

/* Not of interest: SQLite's index of its WAL is shared memory, made anew after a crash. */
static int is_shared_memory(const char *path) {
    size_t length = strlen(path);
    return length > 4 && strcmp(path + length - 4, "-shm") == 0;
}

/* The path that a descriptor is open at; empty where it has none. */
static const char *path_of(int file, char *buffer) {
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, buffer, PATH_MAX - 1);
    buffer[length > 0 ? length : 0] = 0;
    return buffer;
}

/* Takes the lock for a call on a watched path: 0 goes on, -1 fails with errno set. `bytes`: of a write. */
static int enter(const char *name, const char *path, int file, const void *bytes, size_t length, off_t offset) {
    pthread_mutex_lock(&lock);
    long number = ++count;
    if (plan.log >= 0) {
        char line[PATH_MAX + 64];
        int used = snprintf(line, sizeof line, "%ld %s %s\n", number, name, path);
        if (real.write(plan.log, line, (size_t)used) < 0) abort();
    }
    int is_now = number == plan.at || (plan.is_sticky && plan.at > 0 && number > plan.at);
    /* A full disk can still be synced, and files on it removed. */
    int takes_space = strcmp(name, "unlink") && strcmp(name, "rmdir") && !strstr(name, "sync");
    if (!is_now || plan.mode == MODE_COUNT) return 0;
    if (plan.mode == MODE_FAIL && plan.error == ENOSPC && !takes_space) return 0;
    if (plan.mode == MODE_FAIL) {
        pthread_mutex_unlock(&lock);
        errno = plan.error;
        return -1;
    }
    size_t part = bytes ? shim_random((uint64_t)number) % (length + 1) : 0;
    if (plan.mode == MODE_CUT) {
        if (part > 0) journal_write(file, offset, bytes, part);
        if (part > 0 && real.pwrite(file, bytes, part, offset) < 0) abort();
        journal_cut();
    }
    if (part > 0 && real.pwrite(file, bytes, part, offset) < 0) abort();
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static void leave(void) {
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
}

#define JOURNAL(call) do { if (plan.mode == MODE_CUT) { int kept = errno; call; errno = kept; } } while (0)

static ssize_t watched_write(int file, const void *bytes, size_t length, off_t offset, int is_positioned) {
    char path[PATH_MAX];
    pthread_once(&once, prepare);
    if (!plan.folder || !is_watched(path_of(file, path)) || is_shared_memory(path)) {
        return is_positioned ? real.pwrite(file, bytes, length, offset) : real.write(file, bytes, length);
    }
    off_t place = is_positioned ? offset : lseek(file, 0, SEEK_CUR);
    if (enter("write", path, file, bytes, length, place) < 0) return -1;
    JOURNAL(journal_write(file, place, bytes, length));
    ssize_t done = is_positioned ? real.pwrite(file, bytes, length, offset) : real.write(file, bytes, length);
    leave();
    return done;
}

ssize_t write(int file, const void *bytes, size_t length) { return watched_write(file, bytes, length, 0, 0); }

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset) {
    return watched_write(file, bytes, length, offset, 1);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset) {
    return watched_write(file, bytes, length, offset, 1);
}

static int watched_truncate(int file, off_t size) {
    char path[PATH_MAX];
    pthread_once(&once, prepare);
    if (!plan.folder || !is_watched(path_of(file, path))) return real.ftruncate(file, size);
    if (enter("ftruncate", path, -1, NULL, 0, 0) < 0) return -1;
    JOURNAL(journal_truncate(file, size));
    int result = real.ftruncate(file, size);
    leave();
    return result;
}

int ftruncate(int file, off_t size) { return watched_truncate(file, size); }
int ftruncate64(int file, off64_t size) { return watched_truncate(file, size); }

static int watched_sync(int file, int (*sync)(int), const char *name) {
    char path[PATH_MAX];
    int is_own = plan.folder && is_watched(path_of(file, path));
    /* The folder that holds the watched one: its sync makes a new or renamed archive durable. */
    int is_parent = plan.folder && !is_own && path[0] && strncmp(plan.folder, path, strlen(path)) == 0
        && plan.folder[strlen(path)] == '/' && !strchr(plan.folder + strlen(path) + 1, '/');
    if (!is_own && !is_parent) return sync(file);
    if (enter(name, path, -1, NULL, 0, 0) < 0) return -1;
    int result = sync(file);
    if (result == 0) JOURNAL(journal_synced(file, path));
    leave();
    return result;
}

int fsync(int file) {
    pthread_once(&once, prepare);
    return watched_sync(file, real.fsync, "fsync");
}

int fdatasync(int file) {
    pthread_once(&once, prepare);
    return watched_sync(file, real.fdatasync, "fdatasync");
}

static int watched_open(const char *path, int flags, mode_t mode) {
    pthread_once(&once, prepare);
    int is_change = (flags & (O_CREAT | O_TRUNC)) != 0 || (flags & O_ACCMODE) != O_RDONLY;
    if (!is_change || !is_watched(path)) return real.open(path, flags, mode);
    if (enter("open", path, -1, NULL, 0, 0) < 0) return -1;
    struct stat status;
    int is_new = lstat(path, &status) != 0;
    if ((flags & O_TRUNC) && !is_new) JOURNAL(journal_truncate_path(path));
    int file = real.open(path, flags, mode);
    if (file >= 0 && is_new) JOURNAL(journal_created(path));
    leave();
    return file;
}

static mode_t mode_of(int flags, va_list list) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0; }

int open(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = mode_of(flags, list);
    va_end(list);
    return watched_open(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = mode_of(flags, list);
    va_end(list);
    return watched_open(path, flags, mode);
}

int rename(const char *from, const char *to) {
    pthread_once(&once, prepare);
    if (!is_watched(from) && !is_watched(to)) return real.rename(from, to);
    if (enter("rename", to, -1, NULL, 0, 0) < 0) return -1;
    JOURNAL(journal_rename(from, to));
    int result = real.rename(from, to);
    leave();
    return result;
}

static int watched_remove(const char *path, int (*removal)(const char *), int is_folder) {
    if (!is_watched(path)) return removal(path);
    struct stat status;
    if (lstat(path, &status) != 0) return removal(path);
    if (enter(is_folder ? "rmdir" : "unlink", path, -1, NULL, 0, 0) < 0) return -1;
    JOURNAL(journal_remove(path, is_folder));
    int result = removal(path);
    leave();
    return result;
}

int unlink(const char *path) {
    pthread_once(&once, prepare);
    return watched_remove(path, real.unlink, 0);
}

int rmdir(const char *path) {
    pthread_once(&once, prepare);
    return watched_remove(path, real.rmdir, 1);
}

int mkdir(const char *path, mode_t mode) {
    pthread_once(&once, prepare);
    struct stat status;
    if (!is_watched(path) || lstat(path, &status) == 0) return real.mkdir(path, mode);
    if (enter("mkdir", path, -1, NULL, 0, 0) < 0) return -1;
    int result = real.mkdir(path, mode);
    if (result == 0) JOURNAL(journal_make_folder(path));
    leave();
    return result;
}

/* A number beyond the last call: the power goes after the program has said that it is done. */
__attribute__((destructor)) static void end(void) {
    if (plan.mode == MODE_CUT && plan.at > count) journal_cut();
}
