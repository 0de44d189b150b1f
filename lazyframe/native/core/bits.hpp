// Words and bits: the few tricks that every other file uses.

#pragma once

#include <cstdint>
#include <cstring>

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the scan core needs a little-endian machine, and GCC or Clang"
#endif

namespace lf {

__extension__ typedef unsigned __int128 uint128_t;

constexpr uint64_t ONES = 0x0101010101010101ull;
constexpr uint64_t HIGHS = 0x8080808080808080ull;

inline bool likely(bool condition) { return __builtin_expect(condition, 1); }
inline bool unlikely(bool condition) { return __builtin_expect(condition, 0); }

inline uint64_t load(const uint8_t *at) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    return word;
}

// The 8 bytes from `at`, or those that there are before `limit`, and zeros.
inline uint64_t load_before(const uint8_t *at, const uint8_t *limit) {
    if (likely(limit - at >= 8)) return load(at);
    uint64_t word = 0;
    for (int i = 0; at + i < limit; ++i) word |= uint64_t{at[i]} << (8 * i);
    return word;
}

// The first `count` bytes (1 to 8) of a word, zeros above.
inline uint64_t lowest_bytes(uint64_t word, uint32_t count) { return word & (~0ull >> (64 - 8 * count)); }

// 0x80 in each byte of the word that is zero, exactly.
inline uint64_t zero_bytes(uint64_t word) { return ~(((word & ~HIGHS) + ~HIGHS) | word | ~HIGHS); }

inline bool has_zero_byte(uint64_t word) { return ((word - ONES) & ~word & HIGHS) != 0; }

// Bit i of the answer is the parity of the bits 0 .. i.
inline uint64_t prefix_parity(uint64_t bits) {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^= bits << 32;
    return bits;
}

}  // namespace lf
