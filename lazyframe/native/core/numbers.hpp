// Texts to numbers, exactly as pandas with float_precision="round_trip" and Python's float() make them.
//
// The plain forms, up to 16 bytes, are parsed eight digits at a time (D. Lemire, "Number Parsing at a Gigabyte per
// Second", https://arxiv.org/abs/2101.11408): the text is moved to the upper end of a word, a point is squeezed out, and
// three multiplications add up the digits. A float whose digits make an integer below 2**53, divided by an exact power of
// ten, is rounded once, so it is exact (W. D. Clinger, "How to Read Floating Point Numbers Accurately", 1990).
//
// Everything else takes the long way: blanks around the number, a plus sign, exponents, up to 19 digits by exact
// 128-bit arithmetic, and the rest by std::from_chars, or not at all where the C++ library has none for doubles.

#pragma once

#include <charconv>

#include "bits.hpp"

namespace lf {

constexpr double TENS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                           1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

constexpr uint64_t WHOLE_TENS[] = {1ull,
                                   10ull,
                                   100ull,
                                   1000ull,
                                   10000ull,
                                   100000ull,
                                   1000000ull,
                                   10000000ull,
                                   100000000ull,
                                   1000000000ull,
                                   10000000000ull,
                                   100000000000ull,
                                   1000000000000ull,
                                   10000000000000ull,
                                   100000000000000ull,
                                   1000000000000000ull,
                                   10000000000000000ull,
                                   100000000000000000ull,
                                   1000000000000000000ull,
                                   10000000000000000000ull};

constexpr uint64_t EXACT = 1ull << 53;  // every integer up to here is a double

// Whether every byte is a digit's value, 0 .. 9.
inline bool are_digits(uint64_t values) { return (((values + ONES * 0x76) | values) & HIGHS) == 0; }

// The number that eight digits' values make, the first in the lowest byte.
inline uint64_t join_digits(uint64_t values) {
    values = values * 10 + (values >> 8);
    const uint64_t mask = 0x000000ff000000ffull;
    return ((values & mask) * 0x000f424000000064ull + ((values >> 16) & mask) * 0x0000271000000001ull) >> 32;
}

// `length` (1 to 8) characters at the upper end of `text`, the rest zeros -> their digits' values, the rest zeros.
inline uint64_t digit_values(uint64_t text, uint32_t length) {
    return (text ^ ONES * '0') & ~0ull << (64 - 8 * length);
}

inline uint64_t upper_bytes(uint64_t text, uint32_t length) { return text << (64 - 8 * length); }

// 1 to 16 digits, and nothing else.
inline bool parse_digits(const uint8_t *text, uint32_t length, const uint8_t *limit, uint64_t &value) {
    if (likely(length <= 8)) {
        const uint64_t values = digit_values(upper_bytes(load_before(text, limit), length), length);
        value = join_digits(values);
        return are_digits(values);
    }
    const uint64_t low = digit_values(upper_bytes(load(text), length - 8), length - 8);
    const uint64_t high = load(text + length - 8) ^ ONES * '0';
    value = join_digits(low) * 100000000 + join_digits(high);
    return are_digits(low) && are_digits(high);
}

inline bool is_blank(uint8_t byte) { return byte == ' ' || byte == '\t'; }

inline void strip_blanks(const uint8_t *&text, uint32_t &length) {
    while (length != 0 && is_blank(*text)) ++text, --length;
    while (length != 0 && is_blank(text[length - 1])) --length;
}

__attribute__((noinline)) inline bool parse_long_integer(const uint8_t *text, uint32_t length, int64_t &value) {
    strip_blanks(text, length);
    bool negative = false;
    if (length != 0 && (*text == '-' || *text == '+')) {
        negative = *text == '-';
        ++text, --length;
    }
    if (length == 0) return false;
    uint64_t total = 0;
    for (uint32_t i = 0; i < length; ++i) {
        const uint8_t digit = static_cast<uint8_t>(text[i] - '0');
        if (digit > 9 || __builtin_mul_overflow(total, 10u, &total) || __builtin_add_overflow(total, digit, &total)) return false;
    }
    if (total > (1ull << 63) - !negative) return false;
    value = static_cast<int64_t>(negative ? 0 - total : total);
    return true;
}

inline bool parse_integer(const uint8_t *text, uint32_t length, const uint8_t *limit, int64_t &value) {
    const uint32_t negative = length != 0 && *text == '-';
    const uint32_t digits = length - negative;
    uint64_t total;
    if (likely(digits - 1 < 16) && likely(parse_digits(text + negative, digits, limit, total))) {
        value = static_cast<int64_t>((total ^ (0 - uint64_t{negative})) + negative);
        return true;
    }
    return parse_long_integer(text, length, value);
}

inline double power_of_two(int exponent) {
    const uint64_t bits = static_cast<uint64_t>(exponent + 1023) << 52;
    double value;
    std::memcpy(&value, &bits, 8);
    return value;
}

// numerator / denominator, neither zero, rounded once: 63 bits or more of the quotient, the lowest bit set where something
// is left over, are rounded to 53 as they become a double.
inline double divide_exactly(uint64_t numerator, uint64_t denominator) {
    const int up = __builtin_clzll(numerator), down = __builtin_clzll(denominator);
    const uint128_t wide = static_cast<uint128_t>(numerator << up) << 63;
    const uint64_t divisor = denominator << down;
    uint64_t quotient = static_cast<uint64_t>(wide / divisor);
    if (static_cast<uint64_t>(wide % divisor) != 0) quotient |= 1;
    return static_cast<double>(quotient) * power_of_two(down - up - 63);
}

inline bool parse_by_library(const uint8_t *text, uint32_t length, double &value) {
#if defined(__cpp_lib_to_chars) && __cpp_lib_to_chars >= 201611L
    const char *begin = reinterpret_cast<const char *>(text);
    const std::from_chars_result parsed = std::from_chars(begin, begin + length, value);
    return parsed.ec == std::errc() && parsed.ptr == begin + length;
#else
    (void)text, (void)length, (void)value;
    return false;
#endif
}

__attribute__((noinline)) inline bool parse_long_float(const uint8_t *text, uint32_t length, double &value) {
    strip_blanks(text, length);
    bool negative = false;
    if (length != 0 && (*text == '-' || *text == '+')) {
        negative = *text == '-';
        ++text, --length;
    }
    const uint8_t *at = text, *end = text + length;
    uint64_t mantissa = 0;
    int kept = 0, dropped = 0, behind_point = 0, digits = 0;  // kept: digits in the mantissa, from the first that is not zero
    bool point = false;
    for (; at < end; ++at) {
        const uint8_t digit = static_cast<uint8_t>(*at - '0');
        if (digit > 9) {
            if (*at != '.' || point) break;
            point = true;
            continue;
        }
        ++digits;
        behind_point += point;
        if (kept == 19) {
            ++dropped;
        } else {
            mantissa = mantissa * 10 + digit;
            kept += mantissa != 0;
        }
    }
    if (digits == 0) return false;
    int exponent = 0;
    const bool scientific = at < end && (*at == 'e' || *at == 'E');
    if (scientific) {
        ++at;
        bool down = false;
        if (at < end && (*at == '-' || *at == '+')) down = *at++ == '-';
        if (at == end || end - at > 8) return false;
        for (; at < end; ++at) {
            const uint8_t digit = static_cast<uint8_t>(*at - '0');
            if (digit > 9) return false;
            exponent = exponent * 10 + digit;
        }
        if (down) exponent = -exponent;
    }
    if (at != end) return false;
    // Integers beyond 64 bits can make objects of a column: not for us to decide.
    if (!point && !scientific && (dropped != 0 || mantissa >> 63 != 0)) return false;
    const int scale = exponent - behind_point;
    if (mantissa == 0) {
        value = 0;
    } else if (dropped != 0) {
        if (!parse_by_library(text, length, value)) return false;
    } else if (mantissa <= EXACT && scale >= -22 && scale <= 22) {
        value = static_cast<double>(mantissa);
        value = scale < 0 ? value / TENS[-scale] : value * TENS[scale];
    } else if (scale >= -19 && scale <= 0) {
        value = divide_exactly(mantissa, WHOLE_TENS[-scale]);
    } else if (scale > 0 && scale <= 19) {
        value = static_cast<double>(static_cast<uint128_t>(mantissa) * WHOLE_TENS[scale]);
    } else if (!parse_by_library(text, length, value)) {
        return false;
    }
    if (negative) value = -value;
    return true;
}

// 1 to 16 characters: digits, and a point among them.
inline bool parse_decimal(const uint8_t *text, uint32_t length, const uint8_t *limit, double &value) {
    uint64_t mantissa;
    uint32_t behind_point = 0;
    if (likely(length <= 8)) {
        uint64_t word = upper_bytes(load_before(text, limit), length);
        const uint64_t points = zero_bytes(word ^ ONES * '.');
        if (points != 0) {
            const uint32_t before = static_cast<uint32_t>(__builtin_ctzll(points)) & ~7u;  // bits below the point
            behind_point = 7 - before / 8;
            const uint64_t below = (1ull << before) - 1;
            word = (word & ~(below << 8 | 0xff)) | (word & below) << 8;
            --length;
            if (unlikely(length == 0)) return false;
        }
        const uint64_t values = digit_values(word, length);
        if (unlikely(!are_digits(values))) return false;
        mantissa = join_digits(values);
    } else {
        const uint64_t low_text = upper_bytes(load(text), length - 8);
        const uint64_t high_text = load(text + length - 8);
        uint128_t word = static_cast<uint128_t>(high_text) << 64 | low_text;
        const uint64_t low_points = zero_bytes(low_text ^ ONES * '.'), high_points = zero_bytes(high_text ^ ONES * '.');
        if (low_points | high_points) {
            const uint32_t before = low_points != 0 ? static_cast<uint32_t>(__builtin_ctzll(low_points)) & ~7u
                                                    : 64 + (static_cast<uint32_t>(__builtin_ctzll(high_points)) & ~7u);
            behind_point = 15 - before / 8;
            const uint128_t below = (static_cast<uint128_t>(1) << before) - 1;
            word = (word & ~(below << 8 | 0xff)) | (word & below) << 8;
            --length;
        }
        const uint64_t low_word = static_cast<uint64_t>(word), high_word = static_cast<uint64_t>(word >> 64);
        const uint64_t low = length == 8 ? 0 : digit_values(low_word, length - 8);
        const uint64_t high = high_word ^ ONES * '0';
        if (unlikely(!are_digits(low) || !are_digits(high))) return false;
        mantissa = join_digits(low) * 100000000 + join_digits(high);
        if (unlikely(mantissa > EXACT)) return false;
    }
    value = static_cast<double>(mantissa);
    if (behind_point != 0) value /= TENS[behind_point];
    return true;
}

inline bool parse_float(const uint8_t *text, uint32_t length, const uint8_t *limit, double &value) {
    const uint32_t negative = length != 0 && *text == '-';
    if (likely(length - negative - 1 < 16) && likely(parse_decimal(text + negative, length - negative, limit, value))) {
        uint64_t bits;  // signs come in no order that a branch could foresee
        std::memcpy(&bits, &value, 8);
        bits |= uint64_t{negative} << 63;
        std::memcpy(&value, &bits, 8);
        return true;
    }
    return parse_long_float(text, length, value);
}

}  // namespace lf
