// Where the special bytes of 64 bytes of text are, as bit masks: one struct for each instruction set.
//
// Each struct has the same functions, and `index.hpp` is compiled once with each:
//
//     equal(block, byte)          bit i: block[i] == byte
//     at_most_blank(block)        bit i: block[i] <= ' '
//     beyond_plain(block)         bit i: block[i] is NUL or no ASCII
//     prefix_parity(bits)         bit i: the parity of bits 0 .. i
//     flatten(bits, base, out)    writes base + i for every bit i, ascending; may write up to 64 entries, returns the end
//     is_regular(...)             whether every line that ends in the block has `width` fields; false also where that is not quickly told
//
// The code of an instruction set that the compiler does not take for granted stands between TARGET_BEGIN and
// TARGET_END; it must only be called on a machine that has it (`levels.hpp`).

#pragma once

#include "bits.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define LF_PRAGMA(text) _Pragma(#text)
#if defined(__clang__)
#define TARGET_BEGIN(features) LF_PRAGMA(clang attribute push(__attribute__((target(features))), apply_to = function))
#define TARGET_END LF_PRAGMA(clang attribute pop)
#else
#define TARGET_BEGIN(features) LF_PRAGMA(GCC push_options) LF_PRAGMA(GCC target(features))
#define TARGET_END LF_PRAGMA(GCC pop_options)
#endif

#define TARGET_AVX2 "avx2,bmi,bmi2,pclmul,popcnt"
#define TARGET_AVX512 "avx2,avx512f,avx512bw,avx512vl,avx512vbmi2,bmi,bmi2,pclmul,popcnt"

namespace lf {

// One entry for each bit, from the lowest; the first eight are written in any case, for most blocks have a few.
inline uint32_t *flatten_by_eights(uint64_t bits, uint32_t base, uint32_t *out) {
    uint32_t *end = out + __builtin_popcountll(bits);
    do {
        for (int i = 0; i < 8; ++i) {
            out[i] = base + (bits == 0 ? 0u : static_cast<uint32_t>(__builtin_ctzll(bits)));
            bits &= bits - 1;
        }
        out += 8;
    } while (bits != 0);
    return end;
}

namespace scalar {

struct Block {
    uint64_t words[8];
};

inline Block load_block(const uint8_t *at) {
    Block block;
    std::memcpy(block.words, at, 64);
    return block;
}

// The high bit of each byte, gathered into eight bits.
inline uint64_t gather(uint64_t highs) { return (highs >> 7) * 0x0102040810204080ull >> 56; }

inline uint64_t equal(const Block &block, uint8_t byte) {
    uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits |= gather(zero_bytes(block.words[i] ^ (ONES * byte))) << (8 * i);
    return bits;
}

inline uint64_t at_most_blank(const Block &block) {
    uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) {
        uint64_t above = ((block.words[i] & ~HIGHS) + ONES * (0x7f - ' ')) | block.words[i];
        bits |= gather(~above & HIGHS) << (8 * i);
    }
    return bits;
}

inline uint64_t beyond_plain(const Block &block) {
    uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits |= gather(zero_bytes(block.words[i]) | (block.words[i] & HIGHS)) << (8 * i);
    return bits;
}

using lf::prefix_parity;

inline uint32_t *flatten(uint64_t bits, uint32_t base, uint32_t *out) { return flatten_by_eights(bits, base, out); }

inline bool is_regular(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t) { return false; }

}  // namespace scalar

#if defined(__x86_64__)

TARGET_BEGIN(TARGET_AVX2)
namespace avx2 {

struct Block {
    __m256i low, high;
};

inline Block load_block(const uint8_t *at) {
    const __m256i *halves = reinterpret_cast<const __m256i *>(at);
    return {_mm256_loadu_si256(halves), _mm256_loadu_si256(halves + 1)};
}

inline uint64_t bits_of(__m256i low, __m256i high) {
    uint64_t lower = static_cast<uint32_t>(_mm256_movemask_epi8(low));
    uint64_t upper = static_cast<uint32_t>(_mm256_movemask_epi8(high));
    return lower | upper << 32;
}

inline uint64_t equal(const Block &block, uint8_t byte) {
    const __m256i wanted = _mm256_set1_epi8(static_cast<char>(byte));
    return bits_of(_mm256_cmpeq_epi8(block.low, wanted), _mm256_cmpeq_epi8(block.high, wanted));
}

inline uint64_t at_most_blank(const Block &block) {
    const __m256i blank = _mm256_set1_epi8(' ');
    return bits_of(_mm256_cmpeq_epi8(_mm256_max_epu8(block.low, blank), blank),
                   _mm256_cmpeq_epi8(_mm256_max_epu8(block.high, blank), blank));
}

// As signed numbers these are all below 1.
inline uint64_t beyond_plain(const Block &block) {
    const __m256i one = _mm256_set1_epi8(1);
    return bits_of(_mm256_cmpgt_epi8(one, block.low), _mm256_cmpgt_epi8(one, block.high));
}

// A carry-less product with all ones adds up, modulo 2, all lower bits at once.
inline uint64_t prefix_parity(uint64_t bits) {
    const __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(bits)), _mm_set1_epi8(-1), 0);
    return static_cast<uint64_t>(_mm_cvtsi128_si64(product));
}

inline uint32_t *flatten(uint64_t bits, uint32_t base, uint32_t *out) {
    uint32_t *end = out + __builtin_popcountll(bits);
    do {
        for (int i = 0; i < 8; ++i) {
            out[i] = base + static_cast<uint32_t>(_tzcnt_u64(bits));  // of no bit it is 64: written, and never read
            bits = _blsr_u64(bits);
        }
        out += 8;
    } while (bits != 0);
    return end;
}

// The newlines among the separators are drawn together: of regular lines they stand at equal distances, of which `spaced` has every bit
// that fits. No branch, for whether a line ends in a block cannot be foreseen.
inline bool is_regular(uint64_t delimiters, uint64_t newlines, uint64_t before, uint64_t width, uint64_t spaced) {
    const uint64_t separators = delimiters | newlines, first = width - 1 - before;
    const uint64_t expected = first < 64 ? spaced << first : 0;
    return _pext_u64(newlines, separators) == _bzhi_u64(expected, static_cast<uint32_t>(_mm_popcnt_u64(separators)));
}

}  // namespace avx2
TARGET_END

TARGET_BEGIN(TARGET_AVX512)
namespace avx512 {

struct Block {
    __m512i bytes;
};

inline Block load_block(const uint8_t *at) { return {_mm512_loadu_si512(at)}; }

inline uint64_t equal(const Block &block, uint8_t byte) {
    return _mm512_cmpeq_epi8_mask(block.bytes, _mm512_set1_epi8(static_cast<char>(byte)));
}

inline uint64_t at_most_blank(const Block &block) { return _mm512_cmple_epu8_mask(block.bytes, _mm512_set1_epi8(' ')); }

inline uint64_t beyond_plain(const Block &block) { return _mm512_cmplt_epi8_mask(block.bytes, _mm512_set1_epi8(1)); }

inline uint64_t prefix_parity(uint64_t bits) {
    const __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(bits)), _mm_set1_epi8(-1), 0);
    return static_cast<uint64_t>(_mm_cvtsi128_si64(product));
}

inline void store_sixteen(__m128i offsets, __m512i base, uint32_t *out) {
    _mm512_storeu_si512(out, _mm512_add_epi32(_mm512_cvtepu8_epi32(offsets), base));
}

// The numbers 0 .. 63 of which the bit is set move together, and are widened, sixteen at a time.
inline uint32_t *flatten(uint64_t bits, uint32_t base, uint32_t *out) {
    alignas(64) static constexpr uint8_t NUMBERS[64] = {
         0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15,
        16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
        32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
        48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    const __m512i numbers = _mm512_load_si512(NUMBERS);
    const __m512i bases = _mm512_set1_epi32(static_cast<int>(base));
    const __m512i offsets = _mm512_maskz_compress_epi8(bits, numbers);
    const long long count = __builtin_popcountll(bits);
    store_sixteen(_mm512_castsi512_si128(offsets), bases, out);
    store_sixteen(_mm512_extracti32x4_epi32(offsets, 1), bases, out + 16);
    if (unlikely(count > 32)) {
        store_sixteen(_mm512_extracti32x4_epi32(offsets, 2), bases, out + 32);
        store_sixteen(_mm512_extracti32x4_epi32(offsets, 3), bases, out + 48);
    }
    return out + count;
}

using avx2::is_regular;

}  // namespace avx512
TARGET_END

#elif defined(__aarch64__)

namespace neon {

struct Block {
    uint8x16_t parts[4];
};

inline Block load_block(const uint8_t *at) { return {{vld1q_u8(at), vld1q_u8(at + 16), vld1q_u8(at + 32), vld1q_u8(at + 48)}}; }

// Each byte keeps the bit of its place; three rounds of adding neighbours put eight of them into one byte.
inline uint64_t bits_of(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d) {
    const uint8x16_t places = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t first = vpaddq_u8(vandq_u8(a, places), vandq_u8(b, places));
    const uint8x16_t second = vpaddq_u8(vandq_u8(c, places), vandq_u8(d, places));
    const uint8x16_t both = vpaddq_u8(first, second);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(both, both)), 0);
}

inline uint64_t equal(const Block &block, uint8_t byte) {
    const uint8x16_t wanted = vdupq_n_u8(byte);
    return bits_of(vceqq_u8(block.parts[0], wanted), vceqq_u8(block.parts[1], wanted), vceqq_u8(block.parts[2], wanted),
                   vceqq_u8(block.parts[3], wanted));
}

inline uint64_t at_most_blank(const Block &block) {
    const uint8x16_t blank = vdupq_n_u8(' ');
    return bits_of(vcleq_u8(block.parts[0], blank), vcleq_u8(block.parts[1], blank), vcleq_u8(block.parts[2], blank),
                   vcleq_u8(block.parts[3], blank));
}

inline uint64_t beyond_plain(const Block &block) {
    const int8x16_t one = vdupq_n_s8(1);
    const auto below = [&](int i) { return vcltq_s8(vreinterpretq_s8_u8(block.parts[i]), one); };
    return bits_of(below(0), below(1), below(2), below(3));
}

using lf::prefix_parity;

inline uint32_t *flatten(uint64_t bits, uint32_t base, uint32_t *out) { return flatten_by_eights(bits, base, out); }

inline bool is_regular(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t) { return false; }

}  // namespace neon

#endif

}  // namespace lf
