// Of which kind a text is, to guess a column's dtype from: what a plain number is, a truth value, and what no number can look like.
// Of any other text only pandas can say what it makes of it: LF_KIND_OTHER.

#pragma once

#include "fields.hpp"

namespace lf {

// What a byte can be part of. The letters are those of inf, infinity, nan, true and false.
enum : uint8_t { DIGIT = 1, DOT = 2, SIGN = 4, EXPONENT = 8, LETTER = 16, BLANK = 32, UNDERSCORE = 64, STRANGE = 128, CONTROL = 0 };

struct Classes {
    uint8_t of[256] = {};

    constexpr Classes() {
        for (int c = 0x20; c < 256; ++c) of[c] = STRANGE;
        for (int c = '0'; c <= '9'; ++c) of[c] = DIGIT;
        for (const char *c = "aAfFiIlLnNrRsStTuUyY"; *c != 0; ++c) of[static_cast<uint8_t>(*c)] = LETTER;
        of[static_cast<uint8_t>('e')] = of[static_cast<uint8_t>('E')] = EXPONENT;
        of[static_cast<uint8_t>('+')] = of[static_cast<uint8_t>('-')] = SIGN;
        of[static_cast<uint8_t>(' ')] = of[static_cast<uint8_t>('\t')] = BLANK;
        of[static_cast<uint8_t>('.')] = DOT;
        of[static_cast<uint8_t>('_')] = UNDERSCORE;
    }
};

constexpr Classes CLASSES;

inline bool is_digit(uint8_t byte) { return static_cast<uint8_t>(byte - '0') < 10; }

// A whole number of at most 18 digits, or one with a point; 0 where it is neither.
inline uint32_t kind_of_number(const uint8_t *at, const uint8_t *end) {
    while (at < end && (*at == ' ' || *at == '\t')) ++at;
    while (at < end && (end[-1] == ' ' || end[-1] == '\t')) --end;
    bool negative = false;
    if (at < end && (*at == '-' || *at == '+')) negative = *at++ == '-';
    const uint8_t *begin = at;
    while (at < end && is_digit(*at)) ++at;
    const auto whole = at - begin;
    if (at == end) return whole == 0 || whole > 18 ? 0 : LF_KIND_INT | (negative ? LF_KIND_NEGATIVE : 0);
    if (*at != '.' || whole > 30) return 0;
    begin = ++at;
    while (at < end && is_digit(*at)) ++at;
    if (at - begin > 30 || (whole == 0 && at == begin)) return 0;
    if (at == end) return LF_KIND_FLOAT;
    if (*at != 'e' && *at != 'E') return 0;
    if (++at < end && (*at == '-' || *at == '+')) ++at;
    begin = at;
    while (at < end && is_digit(*at)) ++at;
    return at == end && at != begin && at - begin <= 2 ? LF_KIND_FLOAT : 0;
}

inline bool is_word(const uint8_t *at, uint64_t length, const char *word) {
    uint64_t i = 0;
    for (; i < length && word[i] != 0; ++i)
        if ((at[i] | 0x20) != word[i]) return false;
    return i == length && word[i] == 0;
}

// Letters, signs and blanks: a truth value as pandas takes it, a text, or something like a number that has a name.
inline uint32_t kind_of_word(const uint8_t *at, const uint8_t *end) {
    for (const char *truth : {"True", "TRUE", "true", "False", "FALSE", "false"})
        if (std::strlen(truth) == static_cast<uint64_t>(end - at) && std::memcmp(truth, at, std::strlen(truth)) == 0) return LF_KIND_BOOL;
    while (at < end && CLASSES.of[*at] == BLANK) ++at;
    while (at < end && CLASSES.of[end[-1]] == BLANK) --end;
    while (at < end && CLASSES.of[*at] == SIGN) ++at;
    for (const char *word : {"inf", "infinity", "nan", "true", "false"})
        if (is_word(at, static_cast<uint64_t>(end - at), word)) return LF_KIND_OTHER;
    while (at < end && CLASSES.of[*at] == EXPONENT) ++at;  // of nothing but these it may be half a number
    return at == end ? LF_KIND_OTHER : LF_KIND_TEXT;
}

inline uint32_t kind_of(const uint8_t *text, uint32_t length) {
    const uint8_t *end = text + length;
    if (const uint32_t number = kind_of_number(text, end)) return number;
    uint32_t met = 0, before = 0;
    bool signs_behind = false;
    for (const uint8_t *at = text; at < end; ++at) {
        const uint32_t now = CLASSES.of[*at];
        if (now == CONTROL) return LF_KIND_OTHER;
        signs_behind |= now == SIGN && (before == DIGIT || before == DOT);
        met |= now;
        before = now;
    }
    if (met & STRANGE || signs_behind) return LF_KIND_TEXT;
    if (!(met & ~(DIGIT | EXPONENT | LETTER)) && met & DIGIT) {
        if (met & LETTER) return LF_KIND_TEXT;                              // N354NA
        uint32_t digits = 0;
        while (digits < length && is_digit(text[digits])) ++digits;
        if (digits + 1 == length && before == EXPONENT) return LF_KIND_TEXT;  // 9E
    }
    if (met & (EXPONENT | LETTER) && !(met & (DIGIT | DOT | UNDERSCORE))) return kind_of_word(text, end);
    return LF_KIND_OTHER;
}

}  // namespace lf
