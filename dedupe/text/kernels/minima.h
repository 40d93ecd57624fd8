/* The inner loop of MinHash, once for any processor and on x86-64 once more for those with AVX2: about six times as
   fast. Which of the two runs is asked of the processor itself, so one build is right for all. */

#ifndef DEDUPE_MINIMA_H
#define DEDUPE_MINIMA_H

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__) && defined(__GNUC__)
#include <cpuid.h>
#define DEDUPE_AVX2
#define DEDUPE_INLINE static inline __attribute__((always_inline))
#else
#define DEDUPE_INLINE static
#endif
#ifdef _MSC_VER
#define DEDUPE_RESTRICT __restrict
#else
#define DEDUPE_RESTRICT restrict
#endif

static uint32_t dedupe_mixed(uint32_t value) {
    value = (value ^ (value >> 16)) * 0x85EBCA6Bu;
    value = (value ^ (value >> 13)) * 0xC2B2AE35u;
    return value ^ (value >> 16);
}

DEDUPE_INLINE uint32_t dedupe_less(uint32_t one, uint32_t two) { return one < two ? one : two; }

/* least[k] = the least a[k] * h + b[k] of all hashes h, mixed. Eight a turn: minima are then loaded and stored once for
   eight; where fewer are left the last one is taken again, which changes no minimum. */
DEDUPE_INLINE void dedupe_minima_loop(const uint32_t *hashes, ptrdiff_t length, const uint32_t *a, const uint32_t *b,
                                      uint32_t *DEDUPE_RESTRICT least, ptrdiff_t count) {
    for (ptrdiff_t at = 0; at < length; at += 8) {
        uint32_t h[8];
        for (ptrdiff_t lane = 0; lane < 8; lane++)
            h[lane] = dedupe_mixed(hashes[at + lane < length ? at + lane : length - 1]);
        const uint32_t h0 = h[0], h1 = h[1], h2 = h[2], h3 = h[3], h4 = h[4], h5 = h[5], h6 = h[6], h7 = h[7];
        for (ptrdiff_t k = 0; k < count; k++) {
            const uint32_t w = dedupe_less(a[k] * h0 + b[k], a[k] * h1 + b[k]);
            const uint32_t x = dedupe_less(a[k] * h2 + b[k], a[k] * h3 + b[k]);
            const uint32_t y = dedupe_less(a[k] * h4 + b[k], a[k] * h5 + b[k]);
            const uint32_t z = dedupe_less(a[k] * h6 + b[k], a[k] * h7 + b[k]);
            least[k] = dedupe_less(least[k], dedupe_less(dedupe_less(w, x), dedupe_less(y, z)));
        }
    }
}

static void dedupe_minima_plain(const uint32_t *hashes, ptrdiff_t length, const uint32_t *a, const uint32_t *b,
                                uint32_t *least, ptrdiff_t count) {
    dedupe_minima_loop(hashes, length, a, b, least, count);
}

#ifdef DEDUPE_AVX2
__attribute__((target("avx2"))) static void dedupe_minima_avx2(const uint32_t *hashes, ptrdiff_t length,
                                                               const uint32_t *a, const uint32_t *b, uint32_t *least,
                                                               ptrdiff_t count) {
    dedupe_minima_loop(hashes, length, a, b, least, count);
}

/* Whether the processor has AVX2 and the system keeps its registers. Not __builtin_cpu_supports: what it needs at run
   time is not part of every compiler's libraries. */
static int dedupe_has_avx2(void) {
    unsigned a, b, c, d, low, high;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & (1u << 27)) || !(c & (1u << 28)))
        return 0;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & 6) == 6 && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & (1u << 5)) != 0;
}
#else
static int dedupe_has_avx2(void) { return 0; }
#endif

static void dedupe_minima(const uint32_t *hashes, ptrdiff_t length, const uint32_t *a, const uint32_t *b,
                          uint32_t *least, ptrdiff_t count, int is_wide) {
#ifdef DEDUPE_AVX2
    if (is_wide) {
        dedupe_minima_avx2(hashes, length, a, b, least, count);
        return;
    }
#endif
    (void)is_wide;
    dedupe_minima_plain(hashes, length, a, b, least, count);
}

#endif
