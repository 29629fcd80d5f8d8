#include "lane_sha256.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#define LANES 16
#define BLOCK 64
#define WIDE __attribute__((target("avx512f,avx512bw")))

typedef uint32_t lanes __attribute__((vector_size(4 * LANES)));

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4 section 4.2.2).
static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// Section 5.3.3.
static const uint32_t initial_state[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

bool lane_sha256_is_available(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}

#define ROTATE(x, n) (((x) >> (n)) | ((x) << (32 - (n))))

// Loads a block of each lane: word i of all lanes into words[i], big-endian (section 5.2.1).
WIDE static inline void load(const uint8_t *const blocks[LANES], lanes words[16]) {
    const __m512i swap = _mm512_set4_epi32(0x0c0d0e0f, 0x08090a0b, 0x04050607, 0x00010203);
    __m512i r[16], s[16];
    for (int i = 0; i < 16; i++) r[i] = _mm512_shuffle_epi8(_mm512_loadu_si512(blocks[i]), swap);
    // Rows become columns: first within quarters of a register, then the quarters among each other.
    for (int i = 0; i < 16; i += 2) {
        s[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
        s[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    }
    for (int i = 0; i < 16; i += 4) {
        r[i] = _mm512_unpacklo_epi64(s[i], s[i + 2]);
        r[i + 1] = _mm512_unpackhi_epi64(s[i], s[i + 2]);
        r[i + 2] = _mm512_unpacklo_epi64(s[i + 1], s[i + 3]);
        r[i + 3] = _mm512_unpackhi_epi64(s[i + 1], s[i + 3]);
    }
    for (int i = 0; i < 4; i++) {
        s[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
        s[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
        s[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
        s[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
    }
    for (int i = 0; i < 4; i++) {
        words[i] = (lanes)_mm512_shuffle_i32x4(s[i], s[i + 8], 0x88);
        words[i + 8] = (lanes)_mm512_shuffle_i32x4(s[i], s[i + 8], 0xdd);
        words[i + 4] = (lanes)_mm512_shuffle_i32x4(s[i + 4], s[i + 12], 0x88);
        words[i + 12] = (lanes)_mm512_shuffle_i32x4(s[i + 4], s[i + 12], 0xdd);
    }
}

// Takes blocks of all lanes into their states (section 6.2.2).
WIDE static void compress(lanes state[8], const uint8_t *blocks[LANES], uint32_t count) {
    for (; count > 0; count--) {
        lanes w[16];
        load(blocks, w);
        lanes a = state[0], b = state[1], c = state[2], d = state[3];
        lanes e = state[4], f = state[5], g = state[6], h = state[7];
#pragma clang loop unroll(full)
        for (int t = 0; t < 64; t++) {
            if (t >= 16) {
                const lanes early = w[(t + 1) & 15], late = w[(t + 14) & 15];
                w[t & 15] += (ROTATE(early, 7) ^ ROTATE(early, 18) ^ (early >> 3)) + w[(t + 9) & 15]
                    + (ROTATE(late, 17) ^ ROTATE(late, 19) ^ (late >> 10));
            }
            const lanes first = h + (ROTATE(e, 6) ^ ROTATE(e, 11) ^ ROTATE(e, 25)) + (g ^ (e & (f ^ g)))
                + round_constants[t] + w[t & 15];
            const lanes second = (ROTATE(a, 2) ^ ROTATE(a, 13) ^ ROTATE(a, 22)) + ((a & b) | (c & (a | b)));
            h = g;
            g = f;
            f = e;
            e = d + first;
            d = c;
            c = b;
            b = a;
            a = first + second;
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
        for (int i = 0; i < LANES; i++) blocks[i] += BLOCK;
    }
}

WIDE void lane_sha256_padded(
    const uint8_t *messages, const uint32_t *block_counts, size_t count, uint8_t *digests
) {
    lanes state[8];
    const uint8_t *blocks[LANES];
    uint32_t left[LANES] = {0};
    size_t message[LANES];
    size_t taken = 0;
    while (true) {
        // A lane whose message has ended takes the next one.
        uint32_t together = UINT32_MAX;
        for (int i = 0; i < LANES; i++) {
            if (left[i] == 0 && taken < count) {
                for (int word = 0; word < 8; word++) state[word][i] = initial_state[word];
                blocks[i] = messages;
                left[i] = block_counts[taken];
                message[i] = taken;
                messages += (size_t)BLOCK * block_counts[taken];
                taken++;
            }
            if (left[i] > 0 && left[i] < together) together = left[i];
        }
        if (together == UINT32_MAX) return;
        // A lane without a message goes along on another's, and nobody asks what it makes of it.
        const uint8_t *busy = NULL;
        for (int i = 0; i < LANES; i++) {
            if (left[i] > 0) busy = blocks[i];
        }
        for (int i = 0; i < LANES; i++) {
            if (left[i] == 0) blocks[i] = busy;
        }
        compress(state, blocks, together);
        for (int i = 0; i < LANES; i++) {
            if (left[i] == 0) continue;
            left[i] -= together;
            if (left[i] > 0) continue;
            for (int word = 0; word < 8; word++) {
                const uint32_t value = __builtin_bswap32(state[word][i]);
                memcpy(digests + 32 * message[i] + 4 * word, &value, 4);
            }
        }
    }
}

void lane_sha256_nodes(const uint8_t *children, size_t count, uint8_t *parents) {
    enum { batch = 4 * LANES };
    uint8_t messages[batch][2 * BLOCK];
    uint32_t block_counts[batch];
    for (size_t i = 0; i < batch; i++) {
        // 65 bytes are 520 bits; behind them stand a one bit, zeros, and that number.
        memset(messages[i], 0, sizeof messages[i]);
        messages[i][0] = 1;
        messages[i][65] = 0x80;
        messages[i][126] = 520 >> 8;
        messages[i][127] = 520 & 255;
        block_counts[i] = 2;
    }
    for (size_t start = 0; start < count; start += batch) {
        const size_t some = count - start < batch ? count - start : batch;
        for (size_t i = 0; i < some; i++) memcpy(messages[i] + 1, children + 64 * (start + i), 64);
        lane_sha256_padded(messages[0], block_counts, some, parents + 32 * start);
    }
}

#else

bool lane_sha256_is_available(void) { return false; }

void lane_sha256_padded(const uint8_t *messages, const uint32_t *block_counts, size_t count, uint8_t *digests) {
    (void)messages, (void)block_counts, (void)count, (void)digests;
}

void lane_sha256_nodes(const uint8_t *children, size_t count, uint8_t *parents) {
    (void)children, (void)count, (void)parents;
}

#endif
