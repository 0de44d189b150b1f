// Rows as CSV, with the text that pandas gives them: a row after the other into memory of the caller's, as many as fit.
//
// A float is written as the shortest text that is read as the same number. Most floats of a CSV have few decimals, and are
// found by trying: a number of at most 15 digits over a power of ten that gives the same double is the only one of so few
// digits (each of these has a double of its own), so it is the shortest. For the others the C++ library has Ryu (U. Adams,
// "Ryu: Fast Float-to-String Conversion", 2018).
//
// Whether a text needs quotes is asked of all texts of a column at once, and byte by byte only where one does.
//
// What is given is checked as it is used, as in groups.cpp: the worst that a wrong argument can do is LF_REFUSED.

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "api.h"
#include "bits.hpp"
#include "numbers.hpp"

using lf::likely;
using lf::unlikely;

#if defined(__cpp_lib_to_chars) && __cpp_lib_to_chars >= 201611L
#define HAS_FLOATS 1
#else
#define HAS_FLOATS 0
#endif

namespace {

constexpr uint64_t WIDEST = 40; // of a field that is no text
constexpr uint64_t SLACK = 16;  // bytes behind a text that may be written to

struct Pairs {
    char digits[200];
    constexpr Pairs() : digits() {
        for (int i = 0; i < 100; ++i) {
            digits[2 * i] = static_cast<char>('0' + i / 10);
            digits[2 * i + 1] = static_cast<char>('0' + i % 10);
        }
    }
};
constexpr Pairs PAIRS;

inline uint8_t *put_pair(uint8_t *out, uint32_t number) {
    std::memcpy(out, PAIRS.digits + 2 * number, 2);
    return out + 2;
}

inline uint8_t *put_number(uint8_t *out, uint64_t number) {
    if (likely(number < 10000)) { // most are
        const uint32_t small = static_cast<uint32_t>(number), high = small / 100, low = small % 100;
        if (small < 100) {
            if (small >= 10) return put_pair(out, small);
            *out = static_cast<uint8_t>('0' + small);
            return out + 1;
        }
        if (small >= 1000) return put_pair(put_pair(out, high), low);
        *out = static_cast<uint8_t>('0' + high);
        return put_pair(out + 1, low);
    }
    return reinterpret_cast<uint8_t *>(std::to_chars(reinterpret_cast<char *>(out), reinterpret_cast<char *>(out) + 20, number).ptr);
}

inline uint8_t *put_integer(uint8_t *out, int64_t number) {
    *out = '-';
    return put_number(out + (number < 0), number < 0 ? 0 - static_cast<uint64_t>(number) : static_cast<uint64_t>(number));
}

// `count` digits, with zeros in front.
inline uint8_t *put_padded(uint8_t *out, uint64_t number, int count) {
    for (int i = count; i-- > 0; number /= 10) out[i] = static_cast<uint8_t>('0' + number % 10);
    return out + count;
}

// Digits d1 d2 ... of d1.d2... * 10**exponent, as Python and numpy write them.
inline uint8_t *put_digits(uint8_t *out, const char *digits, int count, int exponent) {
    if (exponent < -4 || exponent >= 16) {
        *out++ = static_cast<uint8_t>(digits[0]);
        if (count > 1) {
            *out++ = '.';
            std::memcpy(out, digits + 1, static_cast<size_t>(count - 1));
            out += count - 1;
        }
        *out++ = 'e';
        *out++ = exponent < 0 ? '-' : '+';
        const uint32_t size = static_cast<uint32_t>(exponent < 0 ? -exponent : exponent);
        return size < 100 ? put_pair(out, size) : put_number(out, size);
    }
    if (exponent < 0) {
        *out++ = '0';
        *out++ = '.';
        for (int i = -1; i > exponent; --i) *out++ = '0';
        std::memcpy(out, digits, static_cast<size_t>(count));
        return out + count;
    }
    const int whole = exponent + 1;
    for (int i = 0; i < whole; ++i) *out++ = static_cast<uint8_t>(i < count ? digits[i] : '0');
    *out++ = '.';
    if (count <= whole) {
        *out++ = '0';
        return out;
    }
    std::memcpy(out, digits + whole, static_cast<size_t>(count - whole));
    return out + (count - whole);
}

__attribute__((noinline)) uint8_t *put_any_float(uint8_t *out, double value) {
#if HAS_FLOATS
    char text[40];
    const char *end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr; // d.ddde+xx
    char digits[24];
    int count = 0;
    const char *at = text;
    for (; at < end && *at != 'e'; ++at)
        if (*at != '.') digits[count++] = *at;
    int exponent = 0;
    const bool down = at[1] == '-';
    for (at += 2; at < end; ++at) exponent = 10 * exponent + (*at - '0');
    return put_digits(out, digits, count, down ? -exponent : exponent);
#else
    (void)value;
    return out;
#endif
}

inline uint8_t *put_float(uint8_t *out, double value) {
    *out = '-';
    out += std::signbit(value);
    value = std::fabs(value);
    constexpr int TRIED = 6;
    if (value < 1e15) {
        const uint64_t whole = static_cast<uint64_t>(value);
        if (static_cast<double>(whole) == value) {
            out = put_number(out, whole);
            std::memcpy(out, ".0", 2);
            return out + 2;
        }
    }
    if (unlikely(std::isinf(value))) {
        std::memcpy(out, "inf", 3);
        return out + 3;
    }
    for (int decimals = 1; decimals <= TRIED && value >= 1e-4; ++decimals) {
        const double scaled = value * lf::TENS[decimals];
        if (scaled >= 1e15 - 1) break;
        const uint64_t number = static_cast<uint64_t>(scaled + 0.5);
        if (static_cast<double>(number) / lf::TENS[decimals] != value) continue;
        const uint64_t scale = lf::WHOLE_TENS[decimals];
        out = put_number(out, number / scale);
        *out++ = '.';
        return put_padded(out, number % scale, decimals);
    }
    return put_any_float(out, value);
}

// The day of 1970 + days in the Gregorian calendar; false for years that do not have four digits. (H. Hinnant, "chrono-Compatible
// Low-Level Date Algorithms".)
inline bool put_day(uint8_t *&out, int64_t days) {
    if (days < -354285 || days > 2932896) return false; // 1000-01-01 .. 9999-12-31
    const uint32_t since = static_cast<uint32_t>(days + 719468), era = since / 146097, of_era = since % 146097;
    const uint32_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const uint32_t day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const uint32_t shifted = (5 * day_of_year + 2) / 153, day = day_of_year - (153 * shifted + 2) / 5 + 1;
    const uint32_t month = shifted < 10 ? shifted + 3 : shifted - 9, year = year_of_era + era * 400 + (month <= 2);
    out = put_pair(put_pair(out, year / 100), year % 100);
    *out++ = '-';
    out = put_pair(out, month);
    *out++ = '-';
    out = put_pair(out, day);
    return true;
}

inline bool put_time(uint8_t *&out, int64_t value, int64_t unit, int32_t fraction) {
    int64_t seconds = value / unit, rest = value % unit;
    if (rest < 0) rest += unit, --seconds;
    int64_t days = seconds / 86400, of_day = seconds % 86400;
    if (of_day < 0) of_day += 86400, --days;
    if (!put_day(out, days)) return false;
    if (fraction < 0) return true;
    const uint32_t second = static_cast<uint32_t>(of_day);
    *out++ = ' ';
    out = put_pair(out, second / 3600);
    *out++ = ':';
    out = put_pair(out, second / 60 % 60);
    *out++ = ':';
    out = put_pair(out, second % 60);
    if (fraction == 0) return true;
    *out++ = '.';
    const uint64_t nanoseconds = static_cast<uint64_t>(rest) * (1000000000u / static_cast<uint64_t>(unit));
    out = put_padded(out, nanoseconds / lf::WHOLE_TENS[9 - fraction], fraction);
    return true;
}

inline uint8_t *put_bytes(uint8_t *out, const uint8_t *bytes, uint64_t length) {
    if (length != 0) std::memcpy(out, bytes, length); // of none there may be no address
    return out + length;
}

inline bool is_special(const uint8_t *specials, uint8_t byte) {
    return byte == specials[0] || byte == specials[1] || byte == specials[2] || byte == specials[3];
}

bool has_special(const uint8_t *specials, const uint8_t *bytes, uint64_t length) {
    const uint8_t a = specials[0], b = specials[1], c = specials[2], d = specials[3];
    uint8_t found = 0;
    for (uint64_t i = 0; i < length; ++i) found |= static_cast<uint8_t>((bytes[i] == a) | (bytes[i] == b) | (bytes[i] == c) | (bytes[i] == d));
    return found != 0;
}

// One request, checked by `start` before anything is written.
class Writer {
  public:
    explicit Writer(lf_writing &request) : request_(request) {}

    bool start() {
        if (request_.writing_size != sizeof(lf_writing) || request_.written_size != sizeof(lf_written)) return false;
        if (request_.column_count == 0 || request_.columns == nullptr || request_.first > request_.stop || request_.out == nullptr) return false;
        if (request_.stop > 1ull << 48 || request_.missing_length > 1u << 20 || request_.terminator_length > 1u << 20) return false;
        if (request_.missing_length != 0 && request_.missing == nullptr) return false;
        if (request_.terminator_length != 0 && request_.terminator == nullptr) return false;
        const uint64_t field = request_.missing_length > WIDEST ? request_.missing_length : WIDEST;
        fixed_ = request_.column_count * (field + 3) + request_.terminator_length + SLACK; // a text has quotes and a delimiter
        for (uint32_t i = 0; i < request_.column_count; ++i)
            if (!check(request_.columns[i])) return false;
        return true;
    }

    int64_t run() {
        uint8_t *out = request_.out;
        const uint8_t *limit = out + request_.out_room;
        request_.rows = 0;
        for (uint64_t row = request_.first; row < request_.stop; ++row) {
            if (static_cast<uint64_t>(limit - out) < fixed_) break;
            uint8_t *const begin = out;
            for (uint32_t i = 0; i < request_.column_count; ++i) {
                if (i != 0) *out++ = request_.delimiter;
                const Outcome outcome = put(out, limit, request_.columns[i], row);
                if (unlikely(outcome == REFUSED)) return LF_REFUSED;
                if (unlikely(outcome == FULL)) return begin - request_.out;
            }
            if (unlikely(out == begin && request_.column_count == 1)) { // an empty line would be no row
                *out++ = request_.quote;
                *out++ = request_.quote;
            }
            out = put_bytes(out, request_.terminator, request_.terminator_length);
            ++request_.rows;
        }
        return out - request_.out;
    }

  private:
    enum Outcome { GOOD, FULL, REFUSED };

    bool check(lf_written &column) const {
        const uint64_t rows = request_.stop;
        uint64_t size = 0, offset = 0, texts = rows;
        switch (column.type) {
        case LF_WRITE_FLOAT64:
            if (!HAS_FLOATS) return false;
            size = 8;
            break;
        case LF_WRITE_INT64:
        case LF_WRITE_UINT64:
            size = 8;
            break;
        case LF_WRITE_BOOL:
            size = 1;
            break;
        case LF_WRITE_TIME:
            size = 8;
            if (column.unit != 1 && column.unit != 1000 && column.unit != 1000000 && column.unit != 1000000000) return false;
            if (column.fraction != LF_DAYS_ONLY && column.fraction != 0 && column.fraction != 3 && column.fraction != 6 && column.fraction != 9) return false;
            break;
        case LF_WRITE_TEXT32:
        case LF_WRITE_TEXT64:
            offset = column.type == LF_WRITE_TEXT32 ? 4 : 8;
            break;
        case LF_WRITE_CODED32:
        case LF_WRITE_CODED64:
            size = 4;
            offset = column.type == LF_WRITE_CODED32 ? 4 : 8;
            texts = column.distinct;
            break;
        default:
            return false;
        }
        if (rows != 0 && size != 0 && (column.values == nullptr || column.values_bytes / size < rows)) return false;
        if (column.validity != nullptr && (column.first_valid > 1ull << 48 || column.first_valid + rows > 8 * column.validity_bytes)) return false;
        if (offset == 0) return true;
        if (texts >= 1ull << 48 || column.offsets == nullptr || column.offsets_bytes / offset < texts + 1) return false;
        if (column.bytes == nullptr && column.bytes_length != 0) return false;
        const bool coded = size != 0;
        const int64_t begin = offset_of(column, coded ? 0 : request_.first), end = offset_of(column, texts);
        if (begin < 0 || end < begin || static_cast<uint64_t>(end) > column.bytes_length) return false;
        column.plain = end == begin || !has_special(request_.specials, column.bytes + begin, static_cast<uint64_t>(end - begin));
        return true;
    }

    static int64_t offset_of(const lf_written &column, uint64_t at) {
        if (column.type == LF_WRITE_TEXT32 || column.type == LF_WRITE_CODED32) return static_cast<const int32_t *>(column.offsets)[at];
        return static_cast<const int64_t *>(column.offsets)[at];
    }

    void put_missing(uint8_t *&out) const {
        out = put_bytes(out, request_.missing, request_.missing_length);
    }

    template <typename Value>
    static Value value_of(const lf_written &column, uint64_t row) {
        return static_cast<const Value *>(column.values)[row];
    }

    Outcome put(uint8_t *&out, const uint8_t *limit, const lf_written &column, uint64_t row) const {
        if (column.validity != nullptr) {
            const uint64_t bit = column.first_valid + row;
            if (!(column.validity[bit >> 3] >> (bit & 7) & 1)) {
                put_missing(out);
                return GOOD;
            }
        }
        switch (column.type) {
        case LF_WRITE_INT64:
            out = put_integer(out, value_of<int64_t>(column, row));
            return GOOD;
        case LF_WRITE_UINT64:
            out = put_number(out, value_of<uint64_t>(column, row));
            return GOOD;
        case LF_WRITE_FLOAT64:
            put_float_or_missing(out, value_of<double>(column, row));
            return GOOD;
        case LF_WRITE_BOOL: {
            const bool is_true = value_of<uint8_t>(column, row) != 0;
            std::memcpy(out, is_true ? "True" : "False", is_true ? 4 : 5);
            out += is_true ? 4 : 5;
            return GOOD;
        }
        case LF_WRITE_TIME: {
            const int64_t value = value_of<int64_t>(column, row);
            if (value == INT64_MIN) {
                put_missing(out);
                return GOOD;
            }
            return put_time(out, value, static_cast<int64_t>(column.unit), column.fraction) ? GOOD : REFUSED;
        }
        case LF_WRITE_TEXT32:
        case LF_WRITE_TEXT64:
            return put_text(out, limit, column, row);
        default: {
            const int32_t code = value_of<int32_t>(column, row);
            if (code < 0) {
                put_missing(out);
                return GOOD;
            }
            if (unlikely(static_cast<uint64_t>(code) >= column.distinct)) return REFUSED;
            return put_text(out, limit, column, static_cast<uint64_t>(code));
        }
        }
    }

    void put_float_or_missing(uint8_t *&out, double value) const {
        if (value != value)
            put_missing(out);
        else
            out = put_float(out, value);
    }

    Outcome put_text(uint8_t *&out, const uint8_t *limit, const lf_written &column, uint64_t at) const {
        const int64_t begin = offset_of(column, at), end = offset_of(column, at + 1);
        if (unlikely(begin < 0 || end < begin || static_cast<uint64_t>(end) > column.bytes_length)) return REFUSED;
        const uint64_t length = static_cast<uint64_t>(end - begin), room = static_cast<uint64_t>(limit - out);
        if (unlikely(room < fixed_ || (room - fixed_) / 2 < length)) return FULL; // what follows has its room all the same
        if (length == 0) return GOOD;
        const uint8_t *text = column.bytes + begin;
        bool quoted = false;
        if (!column.plain)
            for (uint64_t i = 0; i < length && !quoted; ++i) quoted = is_special(request_.specials, text[i]);
        if (unlikely(quoted)) {
            *out++ = request_.quote;
            for (uint64_t i = 0; i < length; ++i) {
                *out++ = text[i];
                if (text[i] == request_.quote) *out++ = request_.quote;
            }
            *out++ = request_.quote;
            return GOOD;
        }
        if (length <= SLACK && column.bytes_length - static_cast<uint64_t>(begin) >= SLACK)
            std::memcpy(out, text, SLACK); // of a known length, so it is one instruction
        else
            std::memcpy(out, text, length);
        out += length;
        return GOOD;
    }

    lf_writing &request_;
    uint64_t fixed_ = 0;
};

} // namespace

extern "C" {

int64_t lf_write(lf_writing *request) {
    Writer writer(*request);
    return writer.start() ? writer.run() : LF_REFUSED;
}
}
