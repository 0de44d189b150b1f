// The core in many threads at one time, under ThreadSanitizer: each thread does all that the core does with one text, in memory of
// its own, and has to find what the first call found alone. The text, and a table of texts that all look others up in, are shared:
// what is only read must not be written to. Built and run by `race.sanitized`; `tests/test_race.py` sees that no function is left out.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "api.h"

namespace {

constexpr uint64_t ROOM = 4096;
constexpr uint32_t DISTINCT = 600, WINDOW = 512, LANES = 4;

std::string make_text() {
    std::string text;
    const char *names[] = {"JFK", "LGA", "", "\"a,b\"", "Z\xc3\xbcrich", "a text that is longer than sixteen bytes"};
    for (int row = 0; row < 3000; ++row) {
        text += std::to_string(row * 7919 % 100003) + "," + std::to_string(row % 13) + "." + std::to_string(row % 7) + ",";
        text += names[row % 6];
        if (row % 3 == 0 && row % 6 != 3) text += std::to_string(row % 500);
        text += row % 5 ? ",True," : ",False,";
        text += "2013-0" + std::to_string(1 + row % 9) + "-1" + std::to_string(row % 10) + "\n";
    }
    return text;
}

void fail(const char *what) {
    std::fprintf(stderr, "%s\n", what);
    std::abort();
}

void must(bool good, const char *what) {
    if (!good) fail(what);
}

// All that the core has answered.
struct Found {
    std::vector<unsigned char> bytes;

    template <typename T>
    void add(const std::vector<T> &values, size_t count) {
        const unsigned char *from = reinterpret_cast<const unsigned char *>(values.data());
        bytes.insert(bytes.end(), from, from + count * sizeof(T));
    }
};

// Texts as Arrow holds them, with offsets of both sizes; every seventh is missing.
struct Texts {
    std::vector<int32_t> offsets{0};
    std::vector<int64_t> wide{0};
    std::vector<uint8_t> bytes, valid;
    uint64_t rows = 0;

    void add(const std::string &text) {
        bytes.insert(bytes.end(), text.begin(), text.end());
        offsets.push_back(static_cast<int32_t>(bytes.size()));
        wide.push_back(static_cast<int64_t>(bytes.size()));
        valid.resize(rows / 8 + 1);
        if (rows % 7 != 6) valid[rows / 8] |= static_cast<uint8_t>(1u << rows % 8);
        ++rows;
    }
};

Texts make_texts(uint64_t rows, uint64_t distinct) {
    const char *parts[] = {"", "N", "\"", "a, b", "Z\xc3\xbcrich ", "a text that is longer than sixteen bytes "};
    Texts texts;
    for (uint64_t row = 0; row < rows; ++row) texts.add(parts[row % 6] + (row % 6 ? std::to_string(row * 7919 % distinct) : ""));
    return texts;
}

// A table of texts, as lf_number_texts_int64 leaves it: made once, and looked up in by all threads.
struct Table {
    Texts texts = make_texts(3000, 1500);
    std::vector<uint64_t> memory = std::vector<uint64_t>(1 << 14);
    std::vector<int64_t> firsts = std::vector<int64_t>(3000);
    std::vector<int32_t> numbers = std::vector<int32_t>(3000);
    int64_t count;

    Table() {
        count = lf_number_texts_int64(texts.wide.data(), texts.bytes.data(), texts.bytes.size(), texts.valid.data(), texts.valid.size(), 0,
                                      texts.rows, memory.data(), memory.size(), numbers.data(), firsts.data());
        must(count > 512, "the table has to have grown");
    }
};

struct Shared {
    const std::string text = make_text();
    const Texts texts = make_texts(4000, 2500);
    const Table table;
};

// Columns of the text, one of each type.
class Scan {
  public:
    std::vector<int64_t> numbers = std::vector<int64_t>(ROOM), times = std::vector<int64_t>(ROOM);
    std::vector<double> floats = std::vector<double>(ROOM);
    std::vector<int32_t> texts = std::vector<int32_t>(ROOM), offsets = std::vector<int32_t>(DISTINCT + 1), each = std::vector<int32_t>(ROOM + 1);
    std::vector<uint8_t> truths = std::vector<uint8_t>(ROOM / 8), bytes = std::vector<uint8_t>(1 << 16), letters = std::vector<uint8_t>(1 << 18);
    std::vector<uint8_t> coded_valid = valid(), time_valid = valid(), text_valid = valid();
    std::vector<uint32_t> starts = std::vector<uint32_t>(ROOM);
    uint64_t rows = 0, distinct = 0;

    Scan(const std::string &text, uint32_t level, Found &found) {
        std::vector<uint8_t> nothing;
        std::vector<uint64_t> table(3 * 8 * 2 * DISTINCT * 4);
        std::vector<uint32_t> scratch(WINDOW + LF_SCRATCH);
        lf_column columns[7]{};
        column(columns[0], 0, LF_INT64, numbers);
        column(columns[1], 1, LF_FLOAT64, floats);
        column(columns[2], 2, LF_CODED, texts, &coded_valid);
        columns[2].offsets = offsets.data();
        columns[2].offsets_bytes = 4 * offsets.size();
        columns[2].bytes = bytes.data();
        columns[2].bytes_capacity = bytes.size();
        columns[2].table = table.data();
        columns[2].table_bytes = 8 * table.size();
        columns[2].distinct_capacity = DISTINCT;
        column(columns[3], 3, LF_BOOL, truths);
        column(columns[4], 4, LF_TIME, times, &time_valid);
        column(columns[5], 2, LF_TEXT, nothing, &text_valid);
        columns[5].offsets = each.data();
        columns[5].offsets_bytes = 4 * each.size();
        columns[5].bytes = letters.data();
        columns[5].bytes_capacity = letters.size();
        column(columns[6], 2, LF_CHECKED, nothing);

        const uint32_t missing_offsets[] = {0, 0, 2};
        lf_request request{};
        request.request_size = sizeof request;
        request.column_size = sizeof *columns;
        request.result_size = sizeof(lf_result);
        request.column_count = 7;
        request.data = reinterpret_cast<const uint8_t *>(text.data());
        request.length = text.size();
        request.stop = text.size() + 1;
        request.capacity = ROOM;
        request.delimiter = ',';
        request.quote = '"';
        request.at_end = 1;
        request.level = static_cast<uint8_t>(level);
        request.width = 5;
        request.missing_count = 2;
        request.missing_offsets = missing_offsets;
        request.missing_bytes = reinterpret_cast<const uint8_t *>("NA");
        request.missing_length = 2;
        request.scratch_capacity = static_cast<uint32_t>(scratch.size());
        request.scratch = scratch.data();
        request.columns = columns;
        request.starts = starts.data();
        request.starts_bytes = 4 * starts.size();
        lf_result result;
        lf_scan(&request, &result);
        must(result.reason == LF_DONE, "the text is refused");
        rows = result.records;
        distinct = columns[2].distinct;
        found.add(numbers, rows);
        found.add(floats, rows);
        found.add(texts, rows);
        found.add(truths, rows / 8);
        found.add(times, rows);
        found.add(bytes, columns[2].bytes_used);
        found.add(each, rows + 1);
        found.add(letters, columns[5].bytes_used);
        found.add(text_valid, rows / 8);

        lf_count(&request, &result);
        must(result.records == rows, "another count");
        std::vector<uint8_t> mask(rows), out(text.size());
        for (uint64_t row = 0; row < rows; ++row) mask[row] = row % 3 == 0;
        const int64_t gathered = lf_gather(request.data, text.size(), starts.data(), rows, text.size(), mask.data(), out.data(), out.size());
        must(gathered > 0, "not gathered");
        found.add(out, static_cast<size_t>(gathered));
    }

  private:
    static std::vector<uint8_t> valid() { return std::vector<uint8_t>(ROOM / 8); }

    template <typename T>
    static void column(lf_column &column, uint32_t field, uint32_t type, std::vector<T> &values, std::vector<uint8_t> *valid = nullptr) {
        column.field = field;
        column.type = type;
        column.values = values.data();
        column.values_bytes = sizeof(T) * values.size();
        if (valid != nullptr) {
            column.validity = valid->data();
            column.validity_bytes = valid->size();
        }
    }
};

void group(const Scan &scan, Found &found) {
    const uint64_t rows = scan.rows;
    std::vector<int64_t> codes(rows), order(rows), firsts(ROOM);
    std::vector<int32_t> small(rows), pairs(rows), table(DISTINCT);
    for (uint64_t row = 0; row < rows; ++row) codes[row] = small[row] = scan.texts[row] < 0 ? 0 : scan.texts[row];

    std::vector<uint32_t> places(DISTINCT * DISTINCT);
    const int32_t *pointers[] = {small.data(), small.data()};
    const uint32_t sizes[] = {DISTINCT, DISTINCT};
    int64_t met = lf_join(pointers, sizes, 2, rows, places.data(), places.size(), pairs.data(), firsts.data(), firsts.size());
    must(met > 0, "not joined");
    found.add(pairs, rows);
    found.add(firsts, static_cast<size_t>(met));

    must(lf_renumber_int64(codes.data(), rows, table.data(), DISTINCT, order.data(), firsts.data(), firsts.size()) == met, "not numbered");
    found.add(order, rows);
    table.assign(DISTINCT, 0);
    must(lf_renumber_int32(small.data(), rows, table.data(), DISTINCT, order.data(), firsts.data(), firsts.size()) == met, "not numbered");
    found.add(order, rows);
    std::vector<uint64_t> wide(1 << 14);
    met = lf_renumber_wide(scan.numbers.data(), rows, wide.data(), wide.size(), 14, order.data(), firsts.data(), firsts.size());
    must(met > 0, "not numbered");
    found.add(order, rows);
    std::vector<int64_t> more = codes;
    lf_combine_int32(codes.data(), small.data(), rows, 0, DISTINCT);
    lf_combine_int64(codes.data(), more.data(), rows, 0, DISTINCT);
    found.add(codes, rows);

    codes = more;
    std::vector<int64_t> counts(LANES * DISTINCT), sums(LANES * DISTINCT), least(DISTINCT);
    std::vector<double> totals(LANES * DISTINCT), most(DISTINCT);
    std::vector<uint8_t> has(DISTINCT), valid(rows);
    must(lf_sums_float64(codes.data(), scan.floats.data(), rows, DISTINCT, LANES, counts.data(), totals.data()) == 0, "not summed");
    found.add(totals, DISTINCT);
    counts.assign(LANES * DISTINCT, 0);
    must(lf_sums_int64(codes.data(), scan.numbers.data(), rows, DISTINCT, 1, counts.data(), sums.data()) == 0, "not summed");
    found.add(counts, DISTINCT);
    found.add(sums, DISTINCT);
    must(lf_extremes_float64(codes.data(), scan.floats.data(), nullptr, rows, DISTINCT, most.data(), has.data(), 1) == 0, "no extremes");
    found.add(most, DISTINCT);
    for (uint64_t row = 0; row < rows; ++row) valid[row] = row % 4 != 0;
    has.assign(DISTINCT, 0);
    must(lf_extremes_int64(codes.data(), scan.numbers.data(), valid.data(), rows, DISTINCT, least.data(), has.data(), 0) == 0, "no extremes");
    found.add(least, DISTINCT);
    found.add(has, DISTINCT);
}

void look_up(const Texts &texts, const Table &table, Found &found) {
    const uint64_t rows = texts.rows;
    const uint8_t *bytes = texts.bytes.data(), *valid = texts.valid.data();
    std::vector<uint64_t> memory(1 << 15);
    std::vector<int32_t> numbers(rows), others(rows);
    std::vector<int64_t> firsts(rows);
    std::vector<uint32_t> hashes(rows), wide(rows);
    const int64_t met = lf_number_texts_int32(texts.offsets.data(), bytes, texts.bytes.size(), valid, texts.valid.size(), 0, rows, memory.data(),
                                              memory.size(), numbers.data(), firsts.data());
    must(met > 512, "texts are not numbered");
    found.add(numbers, rows);
    found.add(firsts, static_cast<size_t>(met));
    must(lf_number_texts_int64(texts.wide.data(), bytes, texts.bytes.size(), valid, texts.valid.size(), 0, rows, memory.data(), memory.size(),
                               others.data(), firsts.data()) == met && others == numbers,
         "other numbers with wide offsets");
    must(lf_hash_texts_int32(texts.offsets.data(), bytes, texts.bytes.size(), valid, texts.valid.size(), 0, rows, 7, hashes.data()) == 0, "no hashes");
    must(lf_hash_texts_int64(texts.wide.data(), bytes, texts.bytes.size(), valid, texts.valid.size(), 0, rows, 7, wide.data()) == 0, "no hashes");
    must(hashes == wide, "other hashes with wide offsets");
    found.add(hashes, rows);
    const Texts &known = table.texts;
    must(lf_find_texts(known.wide.data(), known.bytes.data(), known.bytes.size(), known.rows, table.firsts.data(),
                       static_cast<uint64_t>(table.count), table.memory.data(), table.memory.size(), texts.wide.data(), bytes, texts.bytes.size(),
                       valid, texts.valid.size(), 0, rows, others.data()) == 0,
         "texts are not found");
    found.add(others, rows);
}

template <typename T>
void written(lf_written &column, uint32_t type, const std::vector<T> &values) {
    column.type = type;
    column.values = values.data();
    column.values_bytes = sizeof(T) * values.size();
}

template <typename T>
void offsets(lf_written &column, uint32_t type, const std::vector<T> &values) {
    column.type = type;
    column.offsets = values.data();
    column.offsets_bytes = sizeof(T) * values.size();
}

// Each column of the text as CSV again, and the shared texts, in rooms so small that it takes many calls.
void write(const Scan &scan, const Texts &texts, Found &found) {
    std::vector<uint8_t> truths(scan.rows);
    for (uint64_t row = 0; row < scan.rows; ++row) truths[row] = scan.truths[row / 8] >> row % 8 & 1;
    const std::vector<int64_t> wide(scan.offsets.begin(), scan.offsets.begin() + static_cast<int64_t>(scan.distinct) + 1);
    lf_written columns[9]{};
    written(columns[0], LF_WRITE_INT64, scan.numbers);
    written(columns[1], LF_WRITE_UINT64, scan.numbers);
    written(columns[2], LF_WRITE_FLOAT64, scan.floats);
    written(columns[3], LF_WRITE_BOOL, truths);
    written(columns[4], LF_WRITE_TIME, scan.times);
    columns[4].fraction = 6;
    columns[4].unit = 1000000;
    for (int at : {5, 6}) {
        columns[at].bytes = texts.bytes.data();
        columns[at].bytes_length = texts.bytes.size();
        columns[at].validity = texts.valid.data();
        columns[at].validity_bytes = texts.valid.size();
    }
    offsets(columns[5], LF_WRITE_TEXT32, texts.offsets);
    offsets(columns[6], LF_WRITE_TEXT64, texts.wide);
    for (int at : {7, 8}) {
        written(columns[at], 0, scan.texts);
        columns[at].bytes = scan.bytes.data();
        columns[at].bytes_length = scan.bytes.size();
        columns[at].distinct = scan.distinct;
    }
    offsets(columns[7], LF_WRITE_CODED32, scan.offsets);
    offsets(columns[8], LF_WRITE_CODED64, wide);

    std::vector<uint8_t> out(1 << 14);
    lf_writing request{};
    request.writing_size = sizeof request;
    request.written_size = sizeof *columns;
    request.column_count = 9;
    request.delimiter = ',';
    request.quote = '"';
    std::memcpy(request.specials, "\",\n\r", LF_SPECIALS);
    request.missing = reinterpret_cast<const uint8_t *>("NA");
    request.missing_length = 2;
    request.terminator = reinterpret_cast<const uint8_t *>("\r\n");
    request.terminator_length = 2;
    request.stop = scan.rows;
    request.columns = columns;
    request.out = out.data();
    request.out_room = out.size();
    int calls = 0;
    for (; request.first < request.stop; request.first += request.rows, ++calls) {
        const int64_t count = lf_write(&request);
        must(count > 0 && request.rows > 0, "nothing is written");
        found.add(out, static_cast<size_t>(count));
    }
    must(calls > 10, "too few calls");
}

void ask(Found &found) {
    std::vector<uint32_t> layout(200);
    must(lf_abi() == LF_ABI, "another border");
    const uint32_t count = lf_layout(layout.data(), 200);
    must(count > 0 && count <= 200, "no layout");
    layout.push_back(lf_level());
    found.add(layout, layout.size());
    for (const char *text : {"1.5", "-17", "0.30000000000000004", "no number"}) {
        std::vector<double> number(1);
        const uint32_t accepted = lf_number(reinterpret_cast<const uint8_t *>(text), std::strlen(text), LF_FLOAT64, number.data());
        found.add(std::vector<uint32_t>{accepted}, 1);
        found.add(number, 1);
    }
}

Found run(const Shared &shared, uint32_t level) {
    Found found;
    ask(found);
    const Scan scan(shared.text, level, found);
    group(scan, found);
    look_up(shared.texts, shared.table, found);
    write(scan, shared.texts, found);
    return found;
}

}  // namespace

int main(int, char **arguments) {
    const Shared shared;
    const int rounds = std::atoi(arguments[1]);
    for (uint32_t level = LF_SCALAR; level <= LF_AVX512; ++level) {
        lf_request request{};
        request.request_size = sizeof request;
        request.column_size = sizeof(lf_column);
        request.result_size = sizeof(lf_result);
        request.delimiter = ',';
        request.level = static_cast<uint8_t>(level);
        lf_result result;
        lf_count(&request, &result);
        if (result.reason == LF_INVALID) continue;  // this machine does not have it
        const Found alone = run(shared, level);
        std::vector<std::thread> threads;
        for (int t = 0; t < 8; ++t)
            threads.emplace_back([&] {
                for (int round = 0; round < rounds; ++round)
                    if (run(shared, round % 2 ? level : uint32_t{LF_BEST}).bytes != alone.bytes) fail("another answer than alone");
            });
        for (std::thread &thread : threads) thread.join();
        std::printf("instruction set %u: %d calls agree\n", level, 8 * rounds);
    }
}
