// The core and its slow twin in one program, for machines on which no Python of ours runs: `make neon` compiles it for aarch64 and
// runs it under qemu.
//
// It makes texts of what matters to both, asks both on every instruction set that the machine has, and compares records, places,
// values and refusals as `twin.py` does. Of what does not depend on the instruction set (numbers, hashes, groups, writing) it prints
// a digest, which has to be the same on every machine: rows with equal keys have to meet, whichever machine of a cluster hashes them.
//
//     alone SEED ROUNDS
//     alone             the layout of the structs, as the binding compares it

#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "api.h"

#define lf_scan twin_scan
#define lf_count twin_count
#include "twin.cpp"
#undef lf_scan
#undef lf_count

namespace {

using Strings = std::vector<std::string>;

const Strings NUMBERS = {"0", "-7", "+5", " 12 ", "12345678", "123456789", "1234567890123456", "9223372036854775807", "-9223372036854775808"};
const Strings FLOATS = {"1.5",  ".5",   "5.",   "-0.0", "1e5",  "1E-5", "123456.789", "0.12345678901234567",
                        "1e22", "1e23", "4.9e-324", "1e-30", "12"};
const Strings TRUTHS = {"True", "False", "TRUE", "false", "1", "0"};
const Strings TEXTS = {"a", "bc", "abcdefgh", "abcdefghi", "sixteen bytes ok", "a text of more than sixteen bytes", "\u00e9", "\u65e5\u672c"};
const Strings TIMES[5] = {{"2013-01-31", "2000-02-29", "1969-12-31", "0001-01-01", "9999-12-31", "1900-03-01", "1582-10-10"},
                          {"2013-01-31 23:59:59", "1900-01-01 00:00:00"},
                          {"2013-01-31T23:59:59"},
                          {"2013-01-31 23:59:59.5", "1969-12-31 23:59:59.999999"},
                          {"2013-01-31T23:59:59.25"}};
const Strings ODD = {"",     "-",          ".",          "e5",        "1e",   "1e400", "1e-400", "9223372036854775808", "1.2.3", "12x",
                     std::string(1, '\0'), "2013-02-29", "2013-13-01", "tRUE", "\xff",  "\xed\xa0\x80", "\xc0\x80", " ", "NA", "nan",
                     "00000000000000000001", "1e123456789", "18446744073709551616.0", "1_0", "\t1"};
const Strings RAW = {"\"", "\"\"", "a\"b", "\"a\"b", "\"a\"\"b\"", "\"a,b\"", "\"\n\"", "\"\r\n\"", "\r", "\r\r\n", "\n", "\r\n", ",",
                     " ",  "\"a",  "\"\r\"", "\"\"\"\""};
const Strings MISSING[4] = {{"", "NA", "nan", "NULL", "None", "n/a"},
                            {"", "-", "\"", "\"\"", "1900-01-01", "0", "true", " "},
                            {"\u00e9", "a text of more than sixteen bytes"},
                            {}};

std::mt19937_64 random_bits;

uint64_t below(uint64_t count) { return random_bits() % count; }

const std::string &one_of(const Strings &texts) { return texts[below(texts.size())]; }

struct Asked {
    uint32_t width = 1;
    std::vector<lf_column> wanted;  // field, type, flags and format
    std::vector<uint32_t> missing_offsets;
    std::string missing_bytes;
    uint32_t window = 4096, distinct = 4096;
    uint8_t quote = '"';
};

struct Column {
    std::vector<uint64_t> values, table;
    std::vector<uint8_t> validity, bytes;
    std::vector<int32_t> offsets;
};

struct Answer {
    lf_result result{};
    std::vector<lf_column> columns;
    std::vector<Column> memory;
    std::vector<uint32_t> starts;

    bool refuses() const { return result.reason == LF_MISFIT || result.reason == LF_FULL; }
};

using Call = void (*)(const lf_request *, lf_result *);

lf_request request_of(const Asked &asked, const std::string &text, uint64_t stop, bool at_end, uint8_t level) {
    lf_request request{};
    request.request_size = sizeof(lf_request);
    request.column_size = sizeof(lf_column);
    request.result_size = sizeof(lf_result);
    request.data = reinterpret_cast<const uint8_t *>(text.data());
    request.length = text.size();
    request.stop = stop;
    request.delimiter = ',';
    request.quote = asked.quote;
    request.at_end = at_end;
    request.level = level;
    request.width = asked.width;
    return request;
}

Answer scanned(const Asked &asked, const std::string &text, uint64_t stop, bool at_end, uint64_t capacity, uint8_t level, Call call) {
    Answer answer;
    answer.columns = asked.wanted;
    answer.memory.resize(asked.wanted.size());
    answer.starts.assign(capacity, 0);
    std::vector<uint32_t> scratch(asked.window + asked.width);
    for (size_t i = 0; i < asked.wanted.size(); ++i) {
        lf_column &column = answer.columns[i];
        Column &memory = answer.memory[i];
        if (column.type == LF_CHECKED) continue;
        const bool coded = column.type == LF_CODED;
        memory.validity.assign(capacity / 8 + 1, 0);
        memory.values.assign(capacity + 1, 0);
        if (coded || column.type == LF_TEXT) {
            memory.offsets.assign((coded ? asked.distinct : capacity) + 1, 0);
            memory.bytes.assign(coded ? 64 * asked.distinct : text.size() + 1, 0);
        }
        if (coded) memory.table.assign(3 * 8 * (asked.distinct > 1024 ? asked.distinct : 1024), 0);
        if (column.type != LF_TEXT) {
            column.values = memory.values.data();
            column.values_bytes = 8 * memory.values.size();
        }
        column.validity = memory.validity.data();
        column.validity_bytes = memory.validity.size();
        column.offsets = memory.offsets.data();
        column.offsets_bytes = 4 * memory.offsets.size();
        column.bytes = memory.bytes.data();
        column.bytes_capacity = memory.bytes.size();
        column.table = memory.table.data();
        column.table_bytes = 8 * memory.table.size();
        column.distinct_capacity = coded ? asked.distinct : 0;
    }
    lf_request request = request_of(asked, text, stop, at_end, level);
    request.capacity = capacity;
    request.column_count = static_cast<uint32_t>(answer.columns.size());
    request.columns = answer.columns.data();
    request.missing_count = static_cast<uint32_t>(asked.missing_offsets.size() - 1);
    request.missing_offsets = asked.missing_offsets.data();
    request.missing_bytes = reinterpret_cast<const uint8_t *>(asked.missing_bytes.data());
    request.missing_length = asked.missing_bytes.size();
    request.missing_first = 1;
    request.scratch = scratch.data();
    request.scratch_capacity = static_cast<uint32_t>(scratch.size());
    request.starts = answer.starts.data();
    request.starts_bytes = 4 * answer.starts.size();
    call(&request, &answer.result);
    return answer;
}

[[noreturn]] void differ(const char *what, uint8_t level, const std::string &text) {
    std::printf("level %d: %s differs in a text of %zu bytes:\n", level, what, text.size());
    for (const char byte : text) std::printf(byte >= ' ' && byte < 127 ? "%c" : "\\x%02x", static_cast<uint8_t>(byte));
    std::printf("\n");
    std::exit(1);
}

bool bit(const std::vector<uint8_t> &bits, uint64_t row) { return (bits[row >> 3] >> (row & 7) & 1) != 0; }

std::string text_at(const Column &memory, uint64_t number) {
    const int32_t begin = memory.offsets[number], end = memory.offsets[number + 1];
    return std::string(reinterpret_cast<const char *>(memory.bytes.data()) + begin, static_cast<size_t>(end - begin));
}

// What is wrong with a column of the core's, beside that of its twin; null where nothing is.
const char *difference(const lf_column &mine, const Column &a, const lf_column &twins, const Column &b, uint64_t records) {
    if (mine.type == LF_CHECKED) return nullptr;
    if (mine.missing != twins.missing) return "the count of missing values";
    if (mine.type == LF_CODED && mine.distinct != twins.distinct) return "the count of texts";
    for (uint64_t row = 0; row < records; ++row) {
        if (mine.type != LF_FLOAT64 && bit(a.validity, row) != bit(b.validity, row)) return "validity";
        if (mine.type == LF_TEXT) {
            if (text_at(a, row) != text_at(b, row)) return "a text";
        } else if (mine.type == LF_BOOL) {
            const auto *left = reinterpret_cast<const uint8_t *>(a.values.data()), *right = reinterpret_cast<const uint8_t *>(b.values.data());
            if ((left[row >> 3] ^ right[row >> 3]) >> (row & 7) & 1) return "a truth value";
        } else if (mine.type == LF_CODED) {
            if (reinterpret_cast<const int32_t *>(a.values.data())[row] != reinterpret_cast<const int32_t *>(b.values.data())[row]) return "a code";
        } else if (a.values[row] != b.values[row]) {
            double left, right;
            std::memcpy(&left, &a.values[row], 8);
            std::memcpy(&right, &b.values[row], 8);
            if (mine.type != LF_FLOAT64 || !std::isnan(left) || !std::isnan(right)) return "a number";
        }
    }
    for (uint32_t i = 0; mine.type == LF_CODED && i < mine.distinct; ++i)
        if (text_at(a, i) != text_at(b, i)) return "a text of the dictionary";
    return nullptr;
}

struct Seen {
    uint64_t answers = 0, refusals = 0, records = 0;
};

void compare(const Asked &asked, const std::string &text, uint64_t stop, bool at_end, uint64_t capacity, Seen &seen) {
    const uint64_t all = text.size() + 1;
    const Answer twins = scanned(asked, text, stop, at_end, capacity, 0, twin_scan);
    for (uint8_t level = LF_SCALAR; level <= LF_AVX512; ++level) {
        const Answer mine = scanned(asked, text, stop, at_end, capacity, level, lf_scan);
        if (mine.result.reason == LF_INVALID) continue;  // the machine does not have it
        if (mine.refuses() || twins.refuses()) {
            ++seen.refusals;
            // Behind the records that were asked for, something odd may stand in a block that the core has to look at.
            if (mine.refuses() && (twins.refuses() || scanned(asked, text, all, at_end, all, 0, twin_scan).refuses())) continue;
            differ("a refusal", level, text);
        }
        ++seen.answers;
        seen.records += mine.result.records;
        if (mine.result.level != level) differ("the level", level, text);
        if (mine.result.reason != twins.result.reason) differ("the reason", level, text);
        if (mine.result.records != twins.result.records) differ("the count of records", level, text);
        if (mine.result.consumed != twins.result.consumed) differ("what is consumed", level, text);
        for (uint64_t row = 0; row < mine.result.records; ++row)
            if (mine.starts[row] != twins.starts[row]) differ("a start", level, text);
        for (size_t i = 0; i < mine.columns.size(); ++i)
            if (const char *what = difference(mine.columns[i], mine.memory[i], twins.columns[i], twins.memory[i], mine.result.records))
                differ(what, level, text);
    }
    for (uint8_t level = LF_SCALAR; level <= LF_AVX512; ++level) {
        lf_request request = request_of(asked, text, stop, at_end, level), whole = request_of(asked, text, all, at_end, level);
        lf_result mine, expected, entire;
        lf_count(&request, &mine);
        if (mine.reason == LF_INVALID) continue;
        twin_count(&request, &expected);
        twin_count(&whole, &entire);
        const bool refused = mine.reason == LF_MISFIT, refuses = expected.reason == LF_MISFIT;
        if (refused && (refuses || entire.reason == LF_MISFIT)) continue;
        if (refused || refuses || mine.reason != expected.reason || mine.records != expected.records || mine.consumed != expected.consumed)
            differ("a count", level, text);
    }
}

Asked question(std::string &text) {
    Asked asked;
    asked.width = 1 + static_cast<uint32_t>(below(4));
    std::vector<const Strings *> kinds(asked.width, &TEXTS);
    for (uint32_t field = 0; field < asked.width; ++field) {
        if (asked.width > 1 && below(4) == 0) continue;
        lf_column column{};
        column.field = field;
        column.type = static_cast<uint32_t>(below(7));
        if (column.type == LF_BOOL) column.flags = static_cast<uint32_t>(below(4));
        if (column.type == LF_TIME) column.format = static_cast<uint32_t>(below(5));
        const Strings *of_type[] = {&NUMBERS, &FLOATS, &TRUTHS, &TEXTS, &TEXTS, &TIMES[column.format], &TEXTS};
        kinds[field] = of_type[column.type];
        asked.wanted.push_back(column);
    }
    asked.missing_offsets.push_back(0);
    for (const std::string &missing : MISSING[below(4)]) {
        asked.missing_bytes += missing;
        asked.missing_offsets.push_back(static_cast<uint32_t>(asked.missing_bytes.size()));
    }
    const uint32_t windows[] = {160, 161, 230, 4096}, sizes[] = {1, 3, 4096};
    asked.window = windows[below(4)] + asked.width;
    asked.distinct = sizes[below(3)];
    const uint64_t oddness[] = {0, 0, 0, 1, 4}, odd = oddness[below(5)];
    const std::string newline = below(3) == 0 ? "\r\n" : "\n";
    const uint64_t lines = below(4) == 0 ? below(200) : below(12);
    for (uint64_t line = 0; line < lines; ++line) {
        for (uint32_t field = 0; field < asked.width; ++field) {
            if (field != 0) text += ',';
            const uint64_t choice = below(40);
            if (choice < odd) {
                text += one_of(RAW);
            } else if (choice < 2 * odd) {
                text += one_of(ODD);
            } else {
                const std::string &value = one_of(*kinds[field]);
                text += choice > 36 ? '"' + value + '"' : value;
            }
        }
        if (line + 1 < lines || below(2) != 0) text += newline;
    }
    return asked;
}

// ---- what no instruction set has a part in

uint64_t digest = 14695981039346656037ull;

void digested(const void *memory, size_t length) {
    const auto *bytes = static_cast<const uint8_t *>(memory);
    for (size_t i = 0; i < length; ++i) digest = (digest ^ bytes[i]) * 1099511628211ull;
}

template <typename T>
void digested(const std::vector<T> &values) {
    digested(values.data(), values.size() * sizeof(T));
}

void numbers(uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) {
        std::string text;
        const uint64_t length = 1 + below(24);
        for (uint64_t at = 0; at < length; ++at) text += "0123456789012345678901234567.eE+- "[below(34)];
        for (const uint32_t type : {LF_INT64, LF_FLOAT64}) {
            uint64_t value = 0;
            const uint32_t accepted = lf_number(reinterpret_cast<const uint8_t *>(text.data()), text.size(), type, &value);
            int64_t whole = 0;
            double real = 0;
            const bool expected = type == LF_INT64 ? to_integer(text, whole) : to_float(text, real);
            if ((accepted != 0) != expected) differ("whether it is a number", 0, text);
            if (expected && std::memcmp(type == LF_INT64 ? static_cast<const void *>(&whole) : &real, &value, 8) != 0) differ("a number", 0, text);
            digested(&accepted, sizeof accepted);
            if (accepted != 0) digested(&value, sizeof value);
        }
    }
}

void groups(uint64_t rows) {
    std::vector<int32_t> offsets(1, 0), numbers(rows);
    std::vector<int64_t> wide(1, 0), firsts(rows), codes(rows), counts(64), found(64), whole_totals(64), whole(rows);
    std::vector<double> values(rows), totals(64), extremes(64);
    std::vector<uint8_t> has(64), valid(rows / 8 + 1, 0xff);
    std::vector<uint32_t> hashes(rows);
    std::string bytes;
    for (uint64_t row = 0; row < rows; ++row) {
        const uint64_t length = below(40), letter = 128 + below(26), number = below(50);  // one after the other on every machine
        bytes += std::string(length, static_cast<char>(letter)) + std::to_string(number);
        offsets.push_back(static_cast<int32_t>(bytes.size()));
        codes[row] = static_cast<int64_t>(below(17)) - 1;
        whole[row] = static_cast<int64_t>(random_bits() >> 20) - (1ll << 42);
        values[row] = below(9) == 0 ? std::nan("") : static_cast<double>(whole[row]) / 7;
    }
    uint64_t size = 2;
    while (size <= 2 * rows) size *= 2;
    std::vector<uint64_t> memory(2 * (size < 1024 ? 1024 : size));
    const auto *text = reinterpret_cast<const uint8_t *>(bytes.data());
    const int64_t count = lf_number_texts_int32(offsets.data(), text, bytes.size(), nullptr, 0, 0, rows, memory.data(), memory.size(), numbers.data(), firsts.data());
    digested(&count, sizeof count);
    digested(numbers);
    lf_hash_texts_int32(offsets.data(), text, bytes.size(), valid.data(), valid.size(), 0, rows, 7, hashes.data());
    digested(hashes);
    lf_sums_int64(codes.data(), whole.data(), rows, 16, 4, counts.data(), whole_totals.data());
    digested(whole_totals);
    std::fill(counts.begin(), counts.end(), 0);
    lf_sums_float64(codes.data(), values.data(), rows, 16, 4, counts.data(), totals.data());
    digested(totals);
    for (const uint32_t largest : {0u, 1u}) {
        std::fill(has.begin(), has.end(), uint8_t{0});
        lf_extremes_float64(codes.data(), values.data(), nullptr, rows, 16, extremes.data(), has.data(), largest);
        digested(extremes);
        digested(has);
    }

    lf_written columns[3] = {};
    columns[0].type = LF_WRITE_FLOAT64;
    columns[0].values = values.data();
    columns[1].type = LF_WRITE_INT64;
    columns[1].values = whole.data();
    columns[2].type = LF_WRITE_TEXT32;
    columns[2].offsets = offsets.data();
    columns[2].offsets_bytes = 4 * offsets.size();
    columns[2].bytes = text;
    columns[2].bytes_length = bytes.size();
    for (lf_written &column : columns) column.values_bytes = column.values == nullptr ? 0 : 8 * rows;
    std::vector<uint8_t> out(200 * rows);
    lf_writing writing{};
    writing.writing_size = sizeof writing;
    writing.written_size = sizeof(lf_written);
    writing.column_count = 3;
    writing.delimiter = ',';
    writing.quote = '"';
    std::memcpy(writing.specials, "\",\r\n", 4);
    writing.stop = rows;
    writing.terminator = reinterpret_cast<const uint8_t *>("\n");
    writing.terminator_length = 1;
    writing.columns = columns;
    writing.out = out.data();
    writing.out_room = out.size();
    const int64_t written = lf_write(&writing);
    if (written <= 0) {
        std::printf("writing was refused: %" PRId64 "\n", written);
        std::exit(1);
    }
    digested(out.data(), static_cast<size_t>(written));
}

}  // namespace

int main(int count, char **given) {
    if (count < 3) {
        uint32_t layout[256];
        const uint32_t length = lf_layout(layout, 256);
        for (uint32_t i = 0; i < length && i < 256; ++i) std::printf("%u ", layout[i]);
        return 0;
    }
    const uint64_t seed = std::strtoull(given[1], nullptr, 10), rounds = std::strtoull(given[2], nullptr, 10);
    random_bits.seed(seed);
    Seen seen;
    for (uint64_t round = 0; round < rounds; ++round) {
        std::string text;
        const Asked asked = question(text);
        const uint64_t all = text.size() + 1;
        compare(asked, text, all, true, all, seen);
        const uint64_t stop = below(2) == 0 ? all : below(text.size() + 3), capacity = below(2) == 0 ? all : below(6);
        compare(asked, text, stop, below(2) == 0, capacity, seen);
    }
    numbers(10 * rounds);
    const uint64_t of_numbers = digest;
    groups(rounds + 1);
    std::printf("best instruction set: %u\n", lf_level());
    std::printf("compared: %" PRIu64 " answers with %" PRIu64 " records, %" PRIu64 " refusals\n", seen.answers, seen.records, seen.refusals);
    std::printf("digests: %016" PRIx64 " of numbers, %016" PRIx64 " of groups and writing too\n", of_numbers, digest);
    return 0;
}
