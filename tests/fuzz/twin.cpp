// The slow twin of the scan core: one byte after another, one record after another, and nothing clever.
//
// It keeps the contract of `core/api.h` as the core does, and is there to be read: where the two differ, this file says what was
// meant. It looks at what it is told to and no further, while the core looks at 64 bytes at a time and at many records before it
// makes their values. So of the same request
//
//     both give the same records, values and places; or
//     both refuse (MISFIT and FULL are one: the core may come upon the other reason first); or
//     the core refuses something odd that stands behind the records that were asked for, and the twin has not come so far.
//
// It takes a request for sound, and allocates as it likes.

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "api.h"

namespace {

struct Field {
    std::string text;     // without the quotes around it, doubled ones undone
    uint64_t length = 0;  // of the bytes that stand between the quotes
    bool doubled = false;
};

enum class Met { record, odd, more, nothing };

struct Record {
    std::vector<Field> fields;
    uint64_t end = 0;  // where the next line starts
};

struct Text {
    const uint8_t *data;
    uint64_t length;
    uint8_t delimiter, quote;
    bool at_end;

    // Line breaks, from `line` on; the record behind them starts there.
    uint64_t after_breaks(uint64_t line) const {
        while (line < length && (data[line] == '\n' || data[line] == '\r')) ++line;
        return line;
    }
};

// A state machine over the bytes from the first of a record to its end.
Met read_record(const Text &text, uint64_t at, Record &record) {
    enum { START, PLAIN, QUOTED, CLOSED } state = START;  // of a field; CLOSED: behind a quote that may have been the last
    record.fields.assign(1, Field());
    for (;; ++at) {
        Field &field = record.fields.back();
        if (at == text.length) {
            if (!text.at_end) return Met::more;
            record.end = at;
            return state == QUOTED ? Met::odd : Met::record;
        }
        const uint8_t byte = text.data[at];
        if (byte == '\r') {  // wherever it stands, a newline has to follow
            if (at + 1 == text.length) return text.at_end ? Met::odd : Met::more;
            if (text.data[at + 1] != '\n') return Met::odd;
        }
        const bool is_quote = text.quote != 0 && byte == text.quote;
        if (state == QUOTED) {
            if (is_quote) {
                state = CLOSED;
            } else {
                field.text += static_cast<char>(byte);
                ++field.length;
            }
        } else if (byte == text.delimiter) {
            record.fields.emplace_back();
            state = START;
        } else if (byte == '\n') {
            record.end = at + 1;
            return Met::record;
        } else if (byte == '\r') {
            // the newline comes next
        } else if (is_quote && state == START) {
            state = QUOTED;
        } else if (is_quote && state == CLOSED) {  // two quotes inside quotes are one
            field.text += static_cast<char>(byte);
            field.length += 2;
            field.doubled = true;
            state = QUOTED;
        } else if (is_quote || state == CLOSED) {
            return Met::odd;
        } else {
            field.text += static_cast<char>(byte);
            ++field.length;
            state = PLAIN;
        }
    }
}

bool is_blank(char byte) { return byte == ' ' || byte == '\t'; }

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

bool is_utf8_without_nul(const std::string &text) {
    for (size_t at = 0; at < text.size();) {
        const uint8_t lead = static_cast<uint8_t>(text[at]);
        if (lead == 0) return false;
        if (lead < 0x80) {
            ++at;
            continue;
        }
        const size_t more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
        if (lead < 0xc0 || lead > 0xf7 || text.size() - at <= more) return false;
        uint32_t point = lead & (0x3f >> more);
        for (size_t i = 1; i <= more; ++i) {
            const uint8_t next = static_cast<uint8_t>(text[at + i]);
            if ((next & 0xc0) != 0x80) return false;
            point = point << 6 | (next & 0x3f);
        }
        const uint32_t least = more == 3 ? 0x10000 : more == 2 ? 0x800 : 0x80;
        if (point < least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
        at += more + 1;
    }
    return true;
}

std::string stripped(const std::string &text) {
    size_t begin = 0, end = text.size();
    while (begin < end && is_blank(text[begin])) ++begin;
    while (begin < end && is_blank(text[end - 1])) --end;
    return text.substr(begin, end - begin);
}

// A sign, digits: [-+]?[0-9]+, as far as 64 bits reach.
bool to_integer(const std::string &given, int64_t &value) {
    const std::string text = stripped(given);
    size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    if (at == text.size()) return false;
    const bool negative = text[0] == '-';
    const uint64_t most = negative ? 1ull << 63 : (1ull << 63) - 1;
    uint64_t total = 0;
    for (; at < text.size(); ++at) {
        if (!is_digit(text[at])) return false;
        const uint64_t digit = static_cast<uint64_t>(text[at] - '0');
        if (total > (most - digit) / 10) return false;
        total = total * 10 + digit;
    }
    value = static_cast<int64_t>(negative ? 0 - total : total);
    return true;
}

// [-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,8})?, of a finite value; a whole number only where int64 holds its digits,
// for of larger ones pandas may make objects.
bool to_float(const std::string &given, double &value) {
    const std::string text = stripped(given);
    size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    std::string digits;
    bool point = false, scientific = false;
    for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !point)); ++at) {
        if (text[at] == '.') {
            point = true;
        } else {
            digits += text[at];
        }
    }
    if (digits.empty()) return false;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        scientific = true;
        ++at;
        if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
        const size_t begin = at;
        while (at < text.size() && is_digit(text[at])) ++at;
        if (at == begin || at - begin > 8) return false;
    }
    if (at != text.size()) return false;
    int64_t whole;
    if (!point && !scientific && !to_integer(digits, whole)) return false;
    value = std::strtod(text.c_str(), nullptr);
    const bool is_zero = digits.find_first_not_of('0') == std::string::npos;
    return std::isfinite(value) && (is_zero || value != 0);
}

bool to_truth(const std::string &text, bool digits, bool &value) {
    value = text == "True" || text == "TRUE" || text == "true" || (digits && text == "1");
    return value || text == "False" || text == "FALSE" || text == "false" || (digits && text == "0");
}

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_of(int year, int month) {
    const int days[] = {31, is_leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1];
}

// Whether digits stand where the pattern has a 0, and the same as in the pattern elsewhere.
bool fits(const std::string &text, const std::string &pattern) {
    if (text.size() != pattern.size()) return false;
    for (size_t i = 0; i < text.size(); ++i)
        if (pattern[i] == '0' ? !is_digit(text[i]) : text[i] != pattern[i]) return false;
    return true;
}

// Microseconds since 1970, counted up year by year and month by month.
bool to_time(const std::string &text, uint32_t format, int64_t &value) {
    std::string pattern = "0000-00-00";
    if (format != LF_DATE) pattern += format == LF_SECONDS || format == LF_FRACTION ? " 00:00:00" : "T00:00:00";
    const bool fraction = format == LF_FRACTION || format == LF_FRACTION_T;
    if (fraction && (text.size() < 21 || text.size() > 26)) return false;
    if (fraction) pattern += "." + std::string(text.size() - 20, '0');
    if (!fits(text, pattern)) return false;
    const auto number = [&](size_t at, size_t length) { return std::atoi(text.substr(at, length).c_str()); };
    const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_of(year, month)) return false;
    int64_t days = day - 1;
    for (int m = 1; m < month; ++m) days += days_of(year, m);
    for (int y = 1970; y < year; ++y) days += is_leap(y) ? 366 : 365;
    for (int y = year; y < 1970; ++y) days -= is_leap(y) ? 366 : 365;
    int64_t seconds = days * 86400;
    if (format != LF_DATE) {
        const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
        if (hour > 23 || minute > 59 || second > 59) return false;
        seconds += hour * 3600 + minute * 60 + second;
    }
    value = seconds * 1000000;
    if (fraction) value += std::atoi((text.substr(20) + "00000").substr(0, 6).c_str());
    return true;
}

bool is_missing(const lf_request &request, const std::string &text) {
    for (uint32_t i = 0; i < request.missing_count; ++i) {
        const uint32_t begin = request.missing_offsets[i], end = request.missing_offsets[i + 1];
        if (text == std::string(reinterpret_cast<const char *>(request.missing_bytes) + begin, end - begin)) return true;
    }
    return false;
}

void set_bit(uint8_t *bits, uint64_t row, bool value) {
    const uint8_t bit = static_cast<uint8_t>(1u << (row & 7));
    bits[row >> 3] = static_cast<uint8_t>(value ? bits[row >> 3] | bit : bits[row >> 3] & ~bit);
}

void set_missing(lf_column &column, uint64_t row) {
    if (column.validity != nullptr && column.type != LF_FLOAT64) set_bit(column.validity, row, false);
    ++column.missing;
}

// Puts one more text behind the others; false where there is no room for `needed` bytes.
bool append(lf_column &column, const std::string &text, uint64_t needed, uint64_t number) {
    if (column.bytes_capacity - column.bytes_used < needed) return false;
    std::memcpy(column.bytes + column.bytes_used, text.data(), text.size());
    column.bytes_used += text.size();
    column.offsets[number + 1] = static_cast<int32_t>(column.bytes_used);
    return true;
}

lf_reason look_up(lf_column &column, const Field &field, int32_t &code) {
    if (field.doubled && column.bytes_capacity - column.bytes_used < field.length) return LF_FULL;
    for (code = 0; code < static_cast<int32_t>(column.distinct); ++code) {
        const char *begin = reinterpret_cast<const char *>(column.bytes) + column.offsets[code];
        if (field.text == std::string(begin, static_cast<size_t>(column.offsets[code + 1] - column.offsets[code]))) return LF_DONE;
    }
    if (!is_utf8_without_nul(field.text)) return LF_MISFIT;
    if (column.distinct == column.distinct_capacity) return LF_FULL;
    if (!append(column, field.text, field.text.size(), column.distinct)) return LF_FULL;
    ++column.distinct;
    return LF_DONE;
}

// As lazyframe/csv/types/plain.py has it, which knows what pandas makes of each.
uint32_t kind_of(const std::string &text) {
    const auto is_digit = [](char byte) { return byte >= '0' && byte <= '9'; };
    const auto has_only = [](const std::string &some, const char *bytes) { return some.find_first_not_of(bytes) == std::string::npos; };
    const std::string digits = "0123456789", letters = "aAeEfFiIlLnNrRsStTuUyY";
    const size_t begin = text.find_first_not_of(" \t");
    std::string bare = begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
    const bool is_signed = !bare.empty() && (bare[0] == '-' || bare[0] == '+');
    const std::string number = is_signed ? bare.substr(1) : bare;
    if (!number.empty() && number.size() <= 18 && has_only(number, digits.c_str()))
        return bare[0] == '-' ? LF_KIND_INT | LF_KIND_NEGATIVE : LF_KIND_INT;
    const size_t e = number.find_first_of("eE"), point = number.find('.');
    const std::string mantissa = number.substr(0, e), exponent = e == std::string::npos ? "0" : number.substr(e + 1);
    const bool is_signed_exponent = !exponent.empty() && (exponent[0] == '-' || exponent[0] == '+');
    const std::string power = is_signed_exponent ? exponent.substr(1) : exponent;
    if (point != std::string::npos && point < mantissa.size() && !power.empty() && power.size() <= 2 && has_only(power, digits.c_str())) {
        const std::string before = mantissa.substr(0, point), behind = mantissa.substr(point + 1);
        const bool are_digits = has_only(before, digits.c_str()) && has_only(behind, digits.c_str());
        if (are_digits && before.size() <= 30 && behind.size() <= 30 && before.size() + behind.size() > 0) return LF_KIND_FLOAT;
    }
    for (const char byte : text)
        if (static_cast<uint8_t>(byte) < 0x20 && byte != '\t') return LF_KIND_OTHER;
    if (!has_only(text, ("-+_ \t." + letters + digits).c_str())) return LF_KIND_TEXT;
    for (size_t i = 1; i < text.size(); ++i)
        if ((text[i] == '-' || text[i] == '+') && (is_digit(text[i - 1]) || text[i - 1] == '.')) return LF_KIND_TEXT;
    const bool has_digit = text.find_first_of(digits) != std::string::npos;
    if (has_digit && has_only(text, (letters + digits).c_str())) {
        if (text.find_first_of("aAfFiIlLnNrRsStTuUyY") != std::string::npos) return LF_KIND_TEXT;
        if (text.size() > 1 && text.find_first_of("eE") == text.size() - 1) return LF_KIND_TEXT;
    }
    if (has_digit || text.find_first_of("._") != std::string::npos || text.find_first_of(letters) == std::string::npos) return LF_KIND_OTHER;
    for (const char *truth : {"True", "TRUE", "true", "False", "FALSE", "false"})
        if (text == truth) return LF_KIND_BOOL;
    const size_t word_begin = bare.find_first_not_of("+-");
    std::string word = word_begin == std::string::npos ? "" : bare.substr(word_begin);
    for (char &byte : word) byte = static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
    for (const char *like : {"inf", "infinity", "nan", "true", "false"})
        if (word == like) return LF_KIND_OTHER;
    return has_only(word, "e") ? LF_KIND_OTHER : LF_KIND_TEXT;
}

// Makes the value of one field: LF_DONE, LF_MISFIT or LF_FULL.
lf_reason make(const lf_request &request, lf_column &column, const Field &field, uint64_t row) {
    const bool missing = is_missing(request, field.text);
    const bool is_text = column.type == LF_TEXT || column.type == LF_CODED || column.type >= LF_CHECKED;
    if (!is_text && field.doubled) return LF_MISFIT;
    switch (column.type) {
        case LF_INT64:
            return !missing && to_integer(field.text, static_cast<int64_t *>(column.values)[row]) ? LF_DONE : LF_MISFIT;
        case LF_FLOAT64: {
            double &value = static_cast<double *>(column.values)[row];
            if (!missing) return to_float(field.text, value) ? LF_DONE : LF_MISFIT;
            value = std::numeric_limits<double>::quiet_NaN();
            set_missing(column, row);
            return LF_DONE;
        }
        case LF_BOOL: {
            bool value = false;
            if (missing) {
                if ((column.flags & LF_NULLABLE) == 0) return LF_MISFIT;
                set_missing(column, row);
            } else if (!to_truth(field.text, (column.flags & LF_DIGITS) != 0, value)) {
                return LF_MISFIT;
            }
            set_bit(static_cast<uint8_t *>(column.values), row, value);
            return LF_DONE;
        }
        case LF_TIME: {
            int64_t &value = static_cast<int64_t *>(column.values)[row];
            if (!missing) return to_time(field.text, column.format, value) ? LF_DONE : LF_MISFIT;
            value = std::numeric_limits<int64_t>::min();
            set_missing(column, row);
            return LF_DONE;
        }
        case LF_CODED: {
            int32_t &code = static_cast<int32_t *>(column.values)[row];
            if (!missing) return look_up(column, field, code);
            code = -1;
            set_missing(column, row);
            return LF_DONE;
        }
        case LF_TEXT: {
            if (missing) set_missing(column, row);
            if (!missing && !is_utf8_without_nul(field.text)) return LF_MISFIT;
            return append(column, missing ? "" : field.text, field.length, row) ? LF_DONE : LF_FULL;
        }
        case LF_KINDS:
            if (field.doubled) {
                column.kinds |= LF_KIND_OTHER;
            } else {
                column.kinds |= missing ? static_cast<uint32_t>(LF_KIND_MISSING) : kind_of(field.text);
            }
            [[fallthrough]];
        default:
            return is_utf8_without_nul(field.text) ? LF_DONE : LF_MISFIT;
    }
}

Text text_of(const lf_request &request) {
    return {request.data, request.length, request.delimiter, request.quote, request.at_end != 0};
}

void finish(lf_result *result, lf_reason reason, uint64_t consumed) {
    result->reason = reason;
    result->consumed = consumed;
}

}  // namespace

extern "C" {

LF_EXPORT void lf_scan(const lf_request *request, lf_result *result) {
    const Text text = text_of(*request);
    *result = lf_result{};
    result->column = -1;
    result->records = request->done;
    for (uint32_t c = 0; request->done == 0 && c < request->column_count; ++c) {
        lf_column &column = request->columns[c];
        column.distinct = 0;
        column.missing = column.bytes_used = column.kinds = 0;
        if (column.validity != nullptr) std::memset(column.validity, 0xff, (request->capacity + 7) / 8);
        if (column.offsets != nullptr) column.offsets[0] = 0;
    }
    uint64_t line = 0;  // where the first line starts that is not done
    while (true) {
        const uint64_t start = text.after_breaks(line);
        if (start >= request->stop) {  // the rest is wanted from the first line on that starts at or after the stop
            while (line < request->stop && line < text.length) line += text.data[line] == '\r' ? 2 : 1;
            return finish(result, LF_DONE, line < text.length ? line : text.length);
        }
        uint64_t breaks = 0;
        for (uint64_t at = line; at < start; ++at) {
            const bool alone = text.data[at] == '\r' && (at + 1 == text.length || text.data[at + 1] != '\n');
            if (alone && (at + 1 < text.length || text.at_end)) return finish(result, LF_MISFIT, 0);
            breaks += text.data[at] == '\n';
        }
        Record record;
        Met met = Met::nothing;
        if (start < text.length) {
            met = read_record(text, start, record);
        } else if (!text.at_end) {
            met = Met::more;
        }
        if (met == Met::odd) return finish(result, LF_MISFIT, 0);
        if (met == Met::more) {  // its end is missing, but it may be seen already that it is too long
            const bool is_long = record.fields.size() > request->width;
            return is_long ? finish(result, LF_MISFIT, 0) : finish(result, LF_NEED_MORE, line);
        }
        result->blank_lines += breaks;
        if (met == Met::nothing) return finish(result, LF_DONE, text.length);
        // In a file of one column, what begins with a blank may be a blank line.
        const bool doubtful = request->width == 1 && is_blank(static_cast<char>(text.data[start]));
        if (record.fields.size() != request->width || doubtful) return finish(result, LF_MISFIT, 0);
        if (result->records == request->capacity) return finish(result, LF_CAPACITY, line);
        for (uint32_t c = 0; c < request->column_count; ++c) {
            lf_column &column = request->columns[c];
            const lf_reason reason = make(*request, column, record.fields[column.field], result->records);
            if (reason != LF_DONE) return finish(result, reason, 0);
        }
        if (request->starts != nullptr) request->starts[result->records - request->done] = static_cast<uint32_t>(line);
        ++result->records;
        line = record.end;
    }
}

LF_EXPORT void lf_count(const lf_request *request, lf_result *result) {
    const Text text = text_of(*request);
    *result = lf_result{};
    result->column = -1;
    uint64_t line = 0;
    while (line < text.length) {
        if (line >= request->stop) return finish(result, LF_DONE, line);
        Record record;
        const Met met = read_record(text, line, record);
        if (met == Met::odd) return finish(result, LF_MISFIT, 0);
        if (met == Met::more) return finish(result, LF_NEED_MORE, line);
        if (request->width != 0 && record.fields.size() > request->width) return finish(result, LF_MISFIT, 0);
        uint64_t at = line;
        while (at < text.length && is_blank(static_cast<char>(text.data[at])) && text.data[at] != text.delimiter) ++at;
        const bool blank = at == text.length || text.data[at] == '\n' || text.data[at] == '\r';
        result->blank_lines += blank;
        result->records += !blank;
        line = record.end;
    }
    finish(result, !text.at_end && request->stop > text.length ? LF_NEED_MORE : LF_DONE, text.length);
}

}  // extern "C"
