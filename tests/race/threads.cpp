// The core in many threads at one time, under ThreadSanitizer: each thread scans, counts, gathers, joins and folds the same
// text, in memory of its own, and has to find what the first call found alone. Built and run by `race.sanitized`.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "api.h"

namespace {

constexpr uint64_t ROOM = 4096;
constexpr uint32_t DISTINCT = 600, WINDOW = 512;

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

struct Found {
    std::vector<unsigned char> bytes;

    template <typename T>
    void add(const T *values, size_t count) {
        const unsigned char *from = reinterpret_cast<const unsigned char *>(values);
        bytes.insert(bytes.end(), from, from + count * sizeof(T));
    }
};

void fail(const char *what) {
    std::fprintf(stderr, "%s\n", what);
    std::abort();
}

// All that the core does with a text; every answer goes into `found`.
Found run(const std::string &text, uint32_t level) {
    Found found;
    std::vector<int64_t> numbers(ROOM), times(ROOM), firsts(ROOM), counts(4 * DISTINCT), codes(ROOM);
    std::vector<double> floats(ROOM), totals(4 * DISTINCT);
    std::vector<int32_t> texts(ROOM), offsets(DISTINCT + 1), joined(ROOM);
    std::vector<uint8_t> truths(ROOM / 8), valid(3 * ROOM / 8), bytes(1 << 16), mask(ROOM), out(text.size());
    std::vector<uint64_t> table(3 * 8 * 2 * DISTINCT * 4), memory(1 << 14);
    std::vector<uint32_t> scratch(WINDOW + LF_SCRATCH), starts(ROOM), places(DISTINCT * DISTINCT);

    lf_column columns[5]{};
    const uint32_t types[] = {LF_INT64, LF_FLOAT64, LF_CODED, LF_BOOL, LF_TIME};
    void *values[] = {numbers.data(), floats.data(), texts.data(), truths.data(), times.data()};
    for (uint32_t c = 0; c < 5; ++c) {
        columns[c].field = c;
        columns[c].type = types[c];
        columns[c].values = values[c];
        columns[c].values_bytes = types[c] == LF_BOOL ? ROOM / 8 : types[c] == LF_CODED ? 4 * ROOM : 8 * ROOM;
        if (types[c] == LF_CODED || types[c] == LF_TIME) {
            columns[c].validity = valid.data() + (types[c] == LF_TIME ? ROOM / 8 : 0);
            columns[c].validity_bytes = ROOM / 8;
        }
    }
    columns[2].offsets = offsets.data();
    columns[2].offsets_bytes = 4 * offsets.size();
    columns[2].bytes = bytes.data();
    columns[2].bytes_capacity = bytes.size();
    columns[2].table = table.data();
    columns[2].table_bytes = 8 * table.size();
    columns[2].distinct_capacity = DISTINCT;

    const uint32_t missing_offsets[] = {0, 0, 2};
    lf_request request{};
    request.request_size = sizeof request;
    request.column_size = sizeof *columns;
    request.result_size = sizeof(lf_result);
    request.column_count = 5;
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
    if (result.reason != LF_DONE) fail("the text is refused");
    const uint64_t rows = result.records;
    found.add(numbers.data(), rows);
    found.add(floats.data(), rows);
    found.add(texts.data(), rows);
    found.add(times.data(), rows);
    found.add(bytes.data(), columns[2].bytes_used);

    lf_count(&request, &result);
    if (result.records != rows) fail("another count");

    for (uint64_t row = 0; row < rows; ++row) {
        mask[row] = row % 3 == 0;
        codes[row] = texts[row] < 0 ? 0 : texts[row];
        joined[row] = static_cast<int32_t>(codes[row]);
    }
    const int64_t gathered = lf_gather(request.data, text.size(), starts.data(), rows, text.size(), mask.data(), out.data(), out.size());
    if (gathered < 0) fail("not gathered");
    found.add(out.data(), static_cast<size_t>(gathered));

    const int32_t *pointers[] = {joined.data(), joined.data()};
    const uint32_t sizes[] = {DISTINCT, DISTINCT};
    std::vector<int32_t> pairs(rows);
    const int64_t met = lf_join(pointers, sizes, 2, rows, places.data(), places.size(), pairs.data(), firsts.data(), firsts.size());
    if (met < 1) fail("not joined");
    found.add(pairs.data(), rows);
    found.add(firsts.data(), static_cast<size_t>(met));

    if (lf_sums_float64(codes.data(), floats.data(), rows, DISTINCT, 4, counts.data(), totals.data()) != 0) fail("not summed");
    found.add(totals.data(), DISTINCT);
    std::vector<double> most(DISTINCT);
    std::vector<uint8_t> has(DISTINCT);
    if (lf_extremes_float64(codes.data(), floats.data(), nullptr, rows, DISTINCT, most.data(), has.data(), 1) != 0) fail("no extremes");
    found.add(most.data(), DISTINCT);
    std::vector<int64_t> order(rows);
    std::vector<int32_t> small(DISTINCT);
    const int64_t groups = lf_renumber_int64(codes.data(), rows, small.data(), DISTINCT, order.data(), firsts.data(), firsts.size());
    if (groups < 1) fail("not numbered");
    found.add(order.data(), rows);
    std::vector<uint64_t> wide(1 << 14);
    if (lf_renumber_wide(numbers.data(), rows, wide.data(), wide.size(), 14, order.data(), firsts.data(), firsts.size()) < 1) fail("not numbered");
    found.add(order.data(), rows);
    std::vector<int32_t> text_numbers(columns[2].distinct);
    if (lf_number_texts_int32(offsets.data(), bytes.data(), bytes.size(), nullptr, 0, 0, columns[2].distinct, memory.data(), memory.size(),
                              text_numbers.data(), firsts.data()) != static_cast<int64_t>(columns[2].distinct))
        fail("texts are not numbered");
    return found;
}

}  // namespace

int main(int, char **arguments) {
    const std::string text = make_text();
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
        const Found alone = run(text, level);
        std::vector<std::thread> threads;
        for (int t = 0; t < 8; ++t)
            threads.emplace_back([&] {
                for (int round = 0; round < rounds; ++round)
                    if (run(text, round % 2 ? level : LF_BEST).bytes != alone.bytes) fail("another answer than alone");
            });
        for (std::thread &thread : threads) thread.join();
        std::printf("instruction set %u: %d calls agree\n", level, 8 * rounds);
    }
}
