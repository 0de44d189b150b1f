// One loop for each type of column, over the records of a window. Each stops at the first record that does not fit.

#pragma once

#include <algorithm>
#include <limits>

#include "dates.hpp"
#include "fields.hpp"
#include "kinds.hpp"
#include "numbers.hpp"
#include "text.hpp"

namespace lf {

struct Stop {
    Outcome outcome;
    uint64_t record;  // of the window
};

template <class Function>
inline Stop each_record(const Window &window, uint32_t place, Function &&function) {
    const uint32_t *end = window.ends + place;
    for (uint64_t r = 0; r < window.records; ++r, end += window.width) {
        const Outcome outcome = function(r, end);
        if (unlikely(outcome != Outcome::good)) return {outcome, r};
    }
    return {Outcome::good, window.records};
}

// Doubled quotes are not undone for a value that is no text: then the bytes at hand are not the text, and it is not for us to say.
template <bool Quotes>
inline bool is_missing(const Missing &missing, const Field &field, uint8_t quote) {
    return missing.has(field.bytes, field.length) && !(Quotes && has_quote(field, quote));
}

template <bool Edge, bool Quotes>
Stop read_integers(const Window window, lf_column &column, const Missing &missing) {
    int64_t *values = static_cast<int64_t *>(column.values) + window.row;
    const uint32_t place = column.field;
    return each_record(window, place, [&](uint64_t r, const uint32_t *end) {
        const Field field = field_of<Edge, Quotes>(window, end, place);
        if (unlikely(missing.first) && is_missing<Quotes>(missing, field, window.text.quote)) return Outcome::misfit;
        return parse_integer(field.bytes, field.length, window.text.limit(), values[r]) ? Outcome::good : Outcome::misfit;
    });
}

template <bool Edge, bool Quotes>
Stop read_floats(const Window window, lf_column &column, const Missing &missing) {
    double *values = static_cast<double *>(column.values) + window.row;
    const uint32_t place = column.field;
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    uint64_t absent = 0;
    const uint8_t quote = window.text.quote;
    const Stop stop = each_record(window, place, [&](uint64_t r, const uint32_t *end) {
        const Field field = field_of<Edge, Quotes>(window, end, place);
        const bool may_be_number = field.length != 0 && (likely(!missing.first) || !is_missing<Quotes>(missing, field, quote));
        if (may_be_number && parse_float(field.bytes, field.length, window.text.limit(), values[r])) return Outcome::good;
        values[r] = nan;
        ++absent;
        return is_missing<Quotes>(missing, field, quote) ? Outcome::good : Outcome::misfit;
    });
    column.missing += absent;
    return stop;
}

constexpr uint64_t word_of(const char *text, int length) {
    uint64_t word = 0;
    for (int i = 0; i < length; ++i) word |= static_cast<uint64_t>(static_cast<uint8_t>(text[i])) << (8 * i);
    return word;
}

// 1 true, 0 false, -1 neither.
inline int parse_truth(const Field &field, const uint8_t *limit, bool digits) {
    const uint32_t length = field.length;  // looked at as well, for a NUL in the text looks like the end of the word
    if (unlikely(length - 1 > 4)) return -1;
    const uint64_t word = lowest_bytes(load_before(field.bytes, limit), length);
    if (digits && length == 1 && (word & ~1ull) == '0') return static_cast<int>(word & 1);
    const bool yes = word == word_of("True", 4) || word == word_of("TRUE", 4) || word == word_of("true", 4);
    const bool no = word == word_of("False", 5) || word == word_of("FALSE", 5) || word == word_of("false", 5);
    if (length != (yes ? 4 : 5)) return -1;
    return yes ? 1 : no ? 0 : -1;
}

template <bool Edge, bool Quotes>
Stop read_truths(const Window window, lf_column &column, const Missing &missing) {
    uint8_t *bits = static_cast<uint8_t *>(column.values);
    const uint32_t place = column.field;
    const bool digits = (column.flags & LF_DIGITS) != 0, nullable = (column.flags & LF_NULLABLE) != 0;
    uint32_t byte = (window.row & 7) == 0 ? 0 : bits[window.row >> 3];
    return each_record(window, place, [&](uint64_t r, const uint32_t *end) {
        const uint64_t row = window.row + r;
        const Field field = field_of<Edge, Quotes>(window, end, place);
        int truth = -1;
        if (likely(!missing.first) || !is_missing<Quotes>(missing, field, window.text.quote))
            truth = parse_truth(field, window.text.limit(), digits);
        if (unlikely(truth < 0)) {
            if (!nullable || !is_missing<Quotes>(missing, field, window.text.quote)) return Outcome::misfit;
            set_missing(column, row);
            truth = 0;
        }
        byte |= static_cast<uint32_t>(truth) << (row & 7);
        bits[row >> 3] = static_cast<uint8_t>(byte);
        if ((row & 7) == 7) byte = 0;
        return Outcome::good;
    });
}

// How many records the window begins with that have one text, of up to 8 bytes. In many files a year, a day or a state is the
// same for a thousand records, and comparing it takes a quarter of looking it up.
template <bool Edge>
uint64_t leading_run(const Window &window, uint32_t place) {
    const uint8_t *limit = window.text.limit();
    uint32_t length = 0;
    uint64_t text = 0;
    const Stop stop = each_record(window, place, [&](uint64_t r, const uint32_t *end) {
        const Field field = field_of<Edge, false>(window, end, place);
        if (field.length > 8 || limit - field.bytes < 8) return Outcome::misfit;
        const uint64_t word = load(field.bytes) & BELONGS.first[field.length];
        if (r == 0) length = field.length, text = word;
        return field.length == length && word == text ? Outcome::good : Outcome::misfit;
    });
    return stop.record;
}

template <bool Edge, bool Quotes>
Stop look_up(const Window window, lf_column &column, const Missing &missing) {
    int32_t *codes = static_cast<int32_t *>(column.values) + window.row;
    const uint32_t place = column.field;
    const uint8_t quote = window.text.quote;
    const uint8_t *limit = window.text.limit(), *bytes_limit = column.bytes + column.bytes_capacity;
    Dictionary dictionary(column, missing);
    return each_record(window, place, [&](uint64_t r, const uint32_t *end) {
        const Field field = field_of<Edge, Quotes>(window, end, place);
        Outcome outcome;
        if (Quotes && has_quote(field, quote)) {
            uint8_t *room = dictionary.room(field.length);
            if (room == nullptr) return Outcome::full;
            const uint32_t length = copy_unquoted(field.bytes, field.length, quote, room);
            outcome = dictionary.find(room, length, bytes_limit, codes[r]);
        } else {
            outcome = dictionary.find(field.bytes, field.length, limit, codes[r]);
        }
        if (codes[r] < 0 && outcome == Outcome::good) set_missing(column, window.row + r);
        return outcome;
    });
}

template <bool Edge, bool Quotes>
Stop read_codes(Window window, lf_column &column, const Missing &missing) {
    const uint64_t run = Quotes ? 0 : leading_run<Edge>(window, column.field);
    if (run < 2) return look_up<Edge, Quotes>(window, column, missing);
    Window first = window;
    first.records = 1;
    Stop stop = look_up<Edge, Quotes>(first, column, missing);
    if (stop.outcome != Outcome::good) return stop;
    int32_t *codes = static_cast<int32_t *>(column.values) + window.row;
    std::fill(codes + 1, codes + run, codes[0]);
    for (uint64_t r = 1; codes[0] < 0 && r < run; ++r) set_missing(column, window.row + r);
    window.ends += run * window.width;
    window.records -= run;
    window.row += run;
    stop = look_up<Edge, Quotes>(window, column, missing);
    stop.record += run;
    return stop;
}

template <bool Edge, bool Quotes>
Stop read_texts(const Window window, lf_column &column, const Missing &missing) {
    int32_t *offsets = column.offsets + window.row;
    const uint32_t place = column.field;
    const uint8_t quote = window.text.quote, *limit = window.text.limit();
    uint8_t *const bytes = column.bytes;
    const uint64_t capacity = column.bytes_capacity;
    uint64_t used = column.bytes_used;
    const Stop stop = each_record(window, place, [&](uint64_t r, const uint32_t *end) {
        const Field field = field_of<Edge, Quotes>(window, end, place);
        const uint64_t room = capacity - used;
        if (unlikely(room < field.length)) return Outcome::full;
        uint8_t *out = bytes + used;
        uint32_t length = field.length;
        if (Quotes && has_quote(field, quote)) {
            length = copy_unquoted(field.bytes, length, quote, out);
        } else if (likely(length <= 16 && room >= 16 && limit - field.bytes >= 16)) {
            std::memcpy(out, field.bytes, 16);
        } else {
            std::memcpy(out, field.bytes, length);
        }
        if (missing.has(out, length)) {
            set_missing(column, window.row + r);
            length = 0;
        } else if (!window.plain && !is_utf8(out, length)) {
            return Outcome::misfit;
        }
        used += length;
        offsets[r + 1] = static_cast<int32_t>(used);
        return Outcome::good;
    });
    column.bytes_used = used;
    return stop;
}

// Of a text in quotes the doubled ones make no difference, so it is looked at as it stands.
template <bool Edge, bool Quotes>
Stop check_texts(const Window window, uint32_t place) {
    if (likely(window.plain)) return {Outcome::good, window.records};
    return each_record(window, place, [&](uint64_t, const uint32_t *end) {
        const Field field = field_of<Edge, Quotes>(window, end, place);
        return is_utf8(field.bytes, field.length) ? Outcome::good : Outcome::misfit;
    });
}

template <bool Edge, bool Quotes>
Stop read_kinds(const Window window, lf_column &column, const Missing &missing) {
    const uint32_t place = column.field;
    uint32_t kinds = column.kinds;
    const Stop stop = each_record(window, place, [&](uint64_t, const uint32_t *end) {
        const Field field = field_of<Edge, Quotes>(window, end, place);
        if (Quotes && has_quote(field, window.text.quote)) {
            kinds |= LF_KIND_OTHER;
        } else if (missing.has(field.bytes, field.length)) {
            kinds |= LF_KIND_MISSING;
        } else {
            kinds |= kind_of(field.bytes, field.length);
        }
        return window.plain || is_utf8(field.bytes, field.length) ? Outcome::good : Outcome::misfit;
    });
    column.kinds = kinds;
    return stop;
}

template <bool Edge, bool Quotes>
Stop read_times(const Window window, lf_column &column, const Missing &missing) {
    int64_t *values = static_cast<int64_t *>(column.values) + window.row;
    const uint32_t place = column.field;
    return each_record(window, place, [&](uint64_t r, const uint32_t *end) {
        const Field field = field_of<Edge, Quotes>(window, end, place);
        const bool may_be_time = likely(!missing.first) || !is_missing<Quotes>(missing, field, window.text.quote);
        if (may_be_time && likely(parse_time(field.bytes, field.length, column.format, values[r]))) return Outcome::good;
        if (!is_missing<Quotes>(missing, field, window.text.quote)) return Outcome::misfit;
        values[r] = std::numeric_limits<int64_t>::min();
        set_missing(column, window.row + r);
        return Outcome::good;
    });
}

template <bool Edge, bool Quotes>
Stop read_as(const Window &window, lf_column &column, const Missing &missing) {
    switch (column.type) {
        case LF_INT64:
            return read_integers<Edge, Quotes>(window, column, missing);
        case LF_FLOAT64:
            return read_floats<Edge, Quotes>(window, column, missing);
        case LF_BOOL:
            return read_truths<Edge, Quotes>(window, column, missing);
        case LF_CODED:
            return read_codes<Edge, Quotes>(window, column, missing);
        case LF_TEXT:
            return read_texts<Edge, Quotes>(window, column, missing);
        case LF_CHECKED:
            return check_texts<Edge, Quotes>(window, column.field);
        case LF_KINDS:
            return read_kinds<Edge, Quotes>(window, column, missing);
        default:
            return read_times<Edge, Quotes>(window, column, missing);
    }
}

inline Stop read_column(const Window &window, lf_column &column, const Missing &missing) {
    const bool edge = column.field == 0 || column.field + 1 == window.width;
    if (edge) return window.quoted ? read_as<true, true>(window, column, missing) : read_as<true, false>(window, column, missing);
    return window.quoted ? read_as<false, true>(window, column, missing) : read_as<false, false>(window, column, missing);
}

}  // namespace lf
