#ifndef SCHEMA_FILES_H
#define SCHEMA_FILES_H

#include <stddef.h>

/// A document of Schema/, compiled in.
struct schema_file {
    /// Below Schema/.
    const char *path;
    const char *bytes;
    size_t count;
};

size_t schema_file_count(void);

/// - index: less than the count.
struct schema_file schema_file_at(size_t index);

#endif
