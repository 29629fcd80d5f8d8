/* What a power cut leaves of files that were written and not synced.
 *
 * Of a file, each sector of 512 bytes is as some moment since the last sync left it, and so is its length: sectors of one
 * page are written back together or torn apart. Of names (created, renamed, removed), those changes survive that came
 * before some moment, as in a journalling file system, and those whose folder was synced. */
#define _GNU_SOURCE
#include "fault_shim.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECTOR = 512, CUT_STATUS = 77 };

/* One change of a file: `length` bytes at `offset` become `after` (zeros where it is null); `before` is what was there. */
struct change {
    off_t offset;
    size_t length;
    char *after;
    char *before;
    off_t size_before, size_after;
};

struct file {
    dev_t device;
    ino_t inode;
    /* A descriptor of the journal's own; never closed, since closing one gives up the process's locks on the file. */
    int descriptor;
    struct change *changes;
    size_t count;
};

enum kind { CREATED, RENAMED, REMOVED, FOLDER_REMOVED, FOLDER_MADE };

struct naming {
    enum kind kind;
    char *path;
    /* Of a rename: the name before. */
    char *old_path;
    /* Where what had the name is kept; null where nothing had it. */
    char *kept;
    int is_durable;
};

static struct file *files;
static size_t file_count;
static struct naming *namings;
static size_t naming_count;
static unsigned kept_count;

static void *need(void *memory) {
    if (!memory) abort();
    return memory;
}

static struct file *file_of(int descriptor) {
    struct stat status;
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return NULL;
    for (size_t i = 0; i < file_count; i++) {
        if (files[i].device == status.st_dev && files[i].inode == status.st_ino) return &files[i];
    }
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    int own = real.open(link, O_RDWR | O_CLOEXEC);
    if (own < 0) abort();
    files = need(realloc(files, (file_count + 1) * sizeof *files));
    files[file_count] = (struct file){.device = status.st_dev, .inode = status.st_ino, .descriptor = own};
    return &files[file_count++];
}

static off_t size_of(int descriptor) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) abort();
    return status.st_size;
}

static void add_change(struct file *file, off_t offset, size_t length, const void *after, off_t size_after) {
    struct change change = {.offset = offset, .length = length, .size_after = size_after};
    change.size_before = size_of(file->descriptor);
    change.before = need(calloc(1, length + 1));
    if (pread(file->descriptor, change.before, length, offset) < 0) abort();
    if (after) {
        change.after = need(malloc(length + 1));
        memcpy(change.after, after, length);
    }
    file->changes = need(realloc(file->changes, (file->count + 1) * sizeof change));
    file->changes[file->count++] = change;
}

void journal_write(int descriptor, off_t offset, const void *bytes, size_t length) {
    struct file *file = file_of(descriptor);
    if (!file || offset < 0) return;
    off_t size = size_of(file->descriptor);
    off_t end = offset + (off_t)length;
    add_change(file, offset, length, bytes, end > size ? end : size);
}

void journal_truncate(int descriptor, off_t size) {
    struct file *file = file_of(descriptor);
    if (!file) return;
    off_t old = size_of(file->descriptor);
    add_change(file, size < old ? size : old, size < old ? (size_t)(old - size) : 0, NULL, size);
}

void journal_truncate_path(const char *path) {
    /* Left open: see `descriptor`. */
    int descriptor = real.open(path, O_RDWR | O_CLOEXEC);
    if (descriptor >= 0) journal_truncate(descriptor, 0);
}

static void add_naming(enum kind kind, const char *path, const char *old_path, char *kept) {
    namings = need(realloc(namings, (naming_count + 1) * sizeof *namings));
    namings[naming_count++] = (struct naming){
        .kind = kind, .path = need(strdup(path)), .old_path = old_path ? need(strdup(old_path)) : NULL, .kept = kept};
}

static char *new_kept(void) {
    const char *trash = getenv("FAULT_TRASH");
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%d-%u", trash ? trash : "/nonexistent", (int)getpid(), kept_count++);
    return need(strdup(path));
}

/* Keeps what has a name that is about to go; null where nothing has it. */
static char *keep(const char *path) {
    char *kept = new_kept();
    if (link(path, kept) == 0) return kept;
    free(kept);
    return NULL;
}

void journal_created(const char *path) { add_naming(CREATED, path, NULL, NULL); }
void journal_make_folder(const char *path) { add_naming(FOLDER_MADE, path, NULL, NULL); }

void journal_remove(const char *path, int is_folder) {
    add_naming(is_folder ? FOLDER_REMOVED : REMOVED, path, NULL, is_folder ? NULL : keep(path));
}

/* Names below a folder that was renamed. */
static void move_names(const char *from, const char *to, size_t until) {
    size_t length = strlen(from);
    for (size_t i = 0; i < until; i++) {
        char **paths[] = {&namings[i].path, &namings[i].old_path};
        for (int p = 0; p < 2; p++) {
            char *path = *paths[p];
            if (!path || strncmp(path, from, length) != 0 || path[length] != '/') continue;
            char moved[PATH_MAX];
            if (snprintf(moved, sizeof moved, "%s%s", to, path + length) >= (int)sizeof moved) abort();
            free(path);
            *paths[p] = need(strdup(moved));
        }
    }
}

void journal_rename(const char *from, const char *to) {
    move_names(from, to, naming_count);
    add_naming(RENAMED, to, from, keep(to));
}

static int is_in(const char *path, const char *folder) {
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && path[length] == '/' && !strchr(path + length + 1, '/');
}

void journal_synced(int descriptor, const char *path) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) return;
    if (S_ISDIR(status.st_mode)) {
        for (size_t i = 0; i < naming_count; i++) {
            if (is_in(namings[i].path, path)) namings[i].is_durable = 1;
        }
        return;
    }
    struct file *file = file_of(descriptor);
    if (!file) return;
    for (size_t i = 0; i < file->count; i++) {
        free(file->changes[i].before);
        free(file->changes[i].after);
    }
    file->count = 0;
}

/* How many of a file's changes have reached a sector, or its length: none, all, or some. */
static size_t reached(const struct file *file, uint64_t place) {
    uint64_t chance = shim_random((uint64_t)(file - files) << 40 | place);
    switch (chance % 4) {
    case 0: return 0;
    case 1: return file->count;
    default: return (size_t)(chance >> 8) % (file->count + 1);
    }
}

static void lose(const struct file *file) {
    for (size_t i = file->count; i-- > 0;) {
        const struct change *change = &file->changes[i];
        if (real.pwrite(file->descriptor, change->before, change->length, change->offset) < 0) abort();
        if (real.ftruncate(file->descriptor, change->size_before) != 0) abort();
    }
    size_t lengths = reached(file, (uint64_t)1 << 39);
    off_t size = lengths ? file->changes[lengths - 1].size_after : file->changes[0].size_before;
    static const char zeros[SECTOR];
    for (size_t i = 0; i < file->count; i++) {
        const struct change *change = &file->changes[i];
        for (size_t done = 0; done < change->length;) {
            off_t place = change->offset + (off_t)done;
            size_t part = SECTOR - (size_t)(place % SECTOR);
            if (part > change->length - done) part = change->length - done;
            if (i < reached(file, (uint64_t)place / SECTOR)) {
                const char *bytes = change->after ? change->after + done : zeros;
                if (real.pwrite(file->descriptor, bytes, part, place) < 0) abort();
            }
            done += part;
        }
    }
    if (real.ftruncate(file->descriptor, size) != 0) abort();
}

static void forget(const struct naming *naming) {
    char *away = new_kept();
    switch (naming->kind) {
    case CREATED:
    case FOLDER_MADE: real.rename(naming->path, away); break;
    case RENAMED:
        real.rename(naming->path, naming->old_path);
        if (naming->kept) real.rename(naming->kept, naming->path);
        break;
    case REMOVED:
        if (naming->kept) real.rename(naming->kept, naming->path);
        break;
    case FOLDER_REMOVED: real.mkdir(naming->path, 0755); break;
    }
    free(away);
}

/* Other threads may run into what is taken from under them, such as shared memory: they stop where they are. */
static pthread_t cutting;

static void stop_here(int signal_number) {
    (void)signal_number;
    if (pthread_equal(pthread_self(), cutting)) _exit(CUT_STATUS);
    for (;;) pause();
}

_Noreturn void journal_cut(void) {
    cutting = pthread_self();
    signal(SIGBUS, stop_here);
    for (size_t i = 0; i < file_count; i++) {
        if (files[i].count > 0) lose(&files[i]);
    }
    uint64_t chance = shim_random(UINT64_MAX);
    size_t kept = chance % 2 ? (size_t)(chance >> 8) % (naming_count + 1) : 0;
    for (size_t i = naming_count; i-- > kept;) {
        if (namings[i].is_durable) continue;
        if (namings[i].kind == RENAMED) move_names(namings[i].path, namings[i].old_path, i);
        forget(&namings[i]);
    }
    _exit(CUT_STATUS);
}
