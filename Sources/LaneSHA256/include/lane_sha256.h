#ifndef LANE_SHA256_H
#define LANE_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// SHA-256 (FIPS 180-4) of many messages, sixteen at a time: each lane of a vector register works on one of them.
//
// About twice as fast as the processor's own SHA instructions on one message after the other. Shares nothing with the
// library that the log is written with.

/// Whether this processor has registers of sixteen lanes (AVX-512); if not, nothing else here may be called.
bool lane_sha256_is_available(void);

/// Hashes messages that lie one behind the other, each padded to whole blocks of 64 bytes already (section 5.1.1).
///
/// `block_counts` has the number of blocks of each message, at least 1; `digests` takes 32 bytes for each.
void lane_sha256_padded(const uint8_t *messages, const uint32_t *block_counts, size_t count, uint8_t *digests);

/// Hashes the inner nodes over pairs of neighbours (RFC 6962 section 2.1): SHA-256 over 0x01, left and right.
///
/// `children` has 64 bytes for each pair, `parents` takes 32 bytes for each.
void lane_sha256_nodes(const uint8_t *children, size_t count, uint8_t *parents);

#endif
