// The scan: window after window of separators, and out of each window column after column.
//
//     text -> separators (index.hpp) -> are they `width` in every record? -> one loop for each wanted column (columns.hpp)
//
// A window is as many separators as the scratch memory holds, so it lies in the processor's nearest caches, as does its
// text. What is left of the last record, which is seldom whole, moves to the front of the next window.

#include <cstddef>

#include "api.h"
#include "columns.hpp"
#include "levels.hpp"

namespace lf {
namespace {

constexpr uint32_t SLACK = 80;  // what an indexer may write behind `full`, and the entry for the end of the text
static_assert(SLACK + 1 < LF_SCRATCH, "the scratch has to hold one record more than that");

class Scan {
  public:
    Scan(const lf_request &request, lf_result &result, const Level &level)
        : request_(request),
          result_(result),
          level_(level),
          text_{request.data, request.length, request.delimiter, request.quote, request.at_end != 0},
          missing_(request),
          ends_(request.scratch + 1),
          full_(request.scratch + request.scratch_capacity - SLACK) {
        ends_[-1] = UINT32_MAX;  // the record before the first one ended at -1
    }

    void run() {
        uint32_t *found = ends_;
        while (true) {
            const uint64_t line = static_cast<uint32_t>(ends_[-1] + 1);
            if (first_of_record(line) >= request_.stop) return finish(LF_DONE, after_stop(line));
            if (state_.odd) return misfit(-1, 0, state_.at);
            if (state_.at == text_.length) {
                if (!text_.at_end) return finish(LF_NEED_MORE, line);
                if (first_of_record(line) >= text_.length) return finish(LF_DONE, text_.length);  // one more where no newline ended it
                return misfit(-1, 0, line);
            }
            const bool plain_before = state_.plain;  // of the record that the last window has only the begin of
            state_.plain = true;
            found = level_.index(text_, state_, found, full_);
            plain_ = plain_before && state_.plain;
            if (state_.at == text_.length && text_.at_end && !state_.odd && !end_text(found)) return misfit(-1, 0, text_.length);
            const uint64_t whole = check(found);
            const uint64_t wanted = before_stop(whole);
            const uint64_t room = request_.capacity - result_.records;
            const uint64_t fitting = wanted < room ? wanted : room;
            if (!read(fitting)) return;
            const uint32_t *rest = ends_ + fitting * request_.width;
            if (wanted > room) return finish(LF_CAPACITY, rest[-1] + 1u);
            if (wanted < whole) return finish(LF_DONE, after_stop(rest[-1] + 1u));
            if (bad_record_) return refuse_record(rest);
            const size_t left = static_cast<size_t>(found - rest);
            ends_[-1] = rest[-1];
            std::memmove(ends_, rest, left * sizeof(uint32_t));
            found = ends_ + left;
            state_.line_ends = 0;
        }
    }

  private:
    // The last record may end with the text. False where the text ends inside quotes, or with a lone return.
    bool end_text(uint32_t *&found) {
        const uint8_t last = text_.data[text_.length - 1];
        if (state_.inside != 0 || last == '\r') return false;
        if (last != '\n') {
            *found++ = static_cast<uint32_t>(text_.length);
            ++state_.line_ends;
        }
        return true;
    }

    bool ends_line(uint32_t at) const { return at == text_.length || text_.data[at] == '\n'; }

    // How many whole records of `width` fields there are before one that has another number of them. Delimiters and
    // newlines are told apart by the byte that stands there: a separator is never inside quotes.
    uint64_t check(const uint32_t *found) {
        const uint32_t width = request_.width;
        const uint64_t records = static_cast<uint64_t>(found - ends_) / width;
        uint64_t lines = 0;
        for (uint64_t r = 0; r < records; ++r) lines += ends_line(ends_[(r + 1) * width - 1]);
        bad_record_ = lines != records || state_.line_ends != records || (width == 1 && starts_blank(records));
        if (likely(!bad_record_)) return records;
        for (uint64_t r = 0; r < records; ++r) {
            const uint32_t *record = ends_ + r * width;
            for (uint32_t k = 0; k < width; ++k)
                if (ends_line(record[k]) != (k + 1 == width)) return r;
            if (width == 1 && is_blank_at(record[-1] + 1u)) return r;
        }
        return records;
    }

    // In a file of one column a line of blanks cannot be told from a record by the number of its fields.
    bool starts_blank(uint64_t records) const {
        bool blank = false;
        for (uint64_t r = 0; r < records; ++r) blank |= is_blank_at(ends_[r - 1] + 1u);
        return blank;
    }

    bool is_blank_at(uint32_t line) const {
        const uint64_t start = first_of_record(line);
        return start < text_.length && is_blank(text_.data[start]);
    }

    // Where the record starts that the blank lines from `line` on precede.
    uint64_t first_of_record(uint64_t line) const {
        while (line < text_.length && (text_.data[line] == '\n' || text_.data[line] == '\r')) ++line;
        return line;
    }

    // The first line at or after `stop`, there being only blank lines from `line` to it.
    uint64_t after_stop(uint64_t line) const {
        while (line < request_.stop && line < text_.length) line += text_.data[line] == '\r' ? 2 : 1;
        return line < text_.length ? line : text_.length;
    }

    uint64_t record_start(uint64_t record) const {
        return first_of_record(static_cast<uint32_t>(ends_[static_cast<int64_t>(record * request_.width) - 1] + 1));
    }

    // How many of the records start before `stop`.
    uint64_t before_stop(uint64_t records) const {
        if (records == 0 || record_start(records - 1) < request_.stop) return records;
        uint64_t low = 0, high = records - 1;  // record `high` starts too late
        while (low < high) {
            const uint64_t middle = (low + high) / 2;
            if (record_start(middle) < request_.stop) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return high;
    }

    bool read(uint64_t records) {
        if (records == 0) return true;
        const Window window{text_, ends_, request_.width, records, result_.records, state_.quoted, plain_};
        for (uint32_t c = 0; c < request_.column_count; ++c) {
            lf_column &column = request_.columns[c];
            const Stop stop = read_column(window, column, missing_);
            if (likely(stop.outcome == Outcome::good)) continue;
            const uint32_t *end = ends_ + stop.record * request_.width + column.field;
            misfit(static_cast<int32_t>(c), result_.records + stop.record, static_cast<uint32_t>(end[-1] + 1));
            if (stop.outcome == Outcome::full) result_.reason = LF_FULL;
            return false;
        }
        if (request_.starts != nullptr) note_starts(records);
        result_.records += records;
        return true;
    }

    void note_starts(uint64_t records) const {
        uint32_t *starts = request_.starts + (result_.records - request_.done);
        const uint32_t *end = ends_ - 1;
        for (uint64_t r = 0; r < records; ++r, end += request_.width) starts[r] = *end + 1;
    }

    void refuse_record(const uint32_t *record) { misfit(-1, result_.records, static_cast<uint32_t>(record[-1] + 1)); }

    void misfit(int32_t column, uint64_t record, uint64_t offset) {
        finish(LF_MISFIT, result_.consumed);
        result_.column = column;
        result_.record = record;
        result_.offset = offset;
    }

    void finish(lf_reason reason, uint64_t consumed) {
        result_.reason = reason;
        result_.consumed = consumed;
        result_.blank_lines = state_.blank_lines;
        result_.quoted = state_.quoted;
    }

    const lf_request &request_;
    lf_result &result_;
    const Level &level_;
    Text text_;
    Missing missing_;
    State state_;
    uint32_t *ends_;
    uint32_t *full_;
    bool bad_record_ = false;
    bool plain_ = true;
};

// What both calls read. The sizes tell a caller that was made for other structs.
bool is_sound(const lf_request &request) {
    if (request.request_size != sizeof(lf_request) || request.result_size != sizeof(lf_result)) return false;
    if (request.column_size != sizeof(lf_column) || (request.data == nullptr && request.length != 0)) return false;
    const uint8_t delimiter = request.delimiter;
    if (delimiter == 0 || delimiter == '\n' || delimiter == '\r' || delimiter == request.quote) return false;
    if (request.quote == '\n' || request.quote == '\r') return false;
    return request.length < (1ull << 32) - (1ull << 16);
}

bool has_memory(const lf_request &request) {
    if (request.width == 0 || request.scratch == nullptr || request.scratch_capacity < LF_SCRATCH) return false;
    if (request.scratch_capacity - LF_SCRATCH < request.width || request.done > request.capacity) return false;
    if (request.capacity >= 1ull << 40 || (request.columns == nullptr && request.column_count != 0)) return false;
    return request.starts == nullptr || request.starts_bytes / sizeof(uint32_t) >= request.capacity - request.done;
}

bool are_sound_missing(const lf_request &request) {
    if (request.missing_count == 0) return true;
    const uint32_t *offsets = request.missing_offsets;
    if (offsets == nullptr || request.missing_bytes == nullptr) return false;
    for (uint32_t i = 0; i < request.missing_count; ++i)
        if (offsets[i] > offsets[i + 1]) return false;
    return offsets[request.missing_count] <= request.missing_length;
}

// The bytes that `capacity` values of the type take.
uint64_t bytes_of(uint32_t type, uint64_t capacity) {
    switch (type) {
        case LF_BOOL:
            return (capacity + 7) / 8;
        case LF_CODED:
            return capacity * sizeof(int32_t);
        case LF_TEXT:
            return 0;
        default:
            return capacity * sizeof(int64_t);
    }
}

// The texts of the calls before, if there were any, and the table that finds them.
bool is_sound_dictionary(const lf_column &column, uint64_t done) {
    if (column.table == nullptr || reinterpret_cast<uintptr_t>(column.table) % alignof(Entry) != 0) return false;
    if (column.table_bytes < Dictionary::FIRST * sizeof(Entry)) return false;
    if (done == 0) return true;
    const uint64_t size = column.table_size;
    if (size < Dictionary::FIRST || (size & (size - 1)) != 0 || column.table_used >= size) return false;
    return column.table_bytes / sizeof(Entry) >= 2 * size - Dictionary::FIRST && column.distinct <= column.distinct_capacity;
}

bool is_sound(const lf_request &request, const lf_column &column) {
    if (column.field >= request.width || column.type > LF_KINDS || column.format > LF_FRACTION_T) return false;
    if (column.bytes_capacity > INT32_MAX || column.distinct_capacity > INT32_MAX - 2) return false;
    if (column.type >= LF_CHECKED) return true;
    const bool has_texts = column.type == LF_CODED || column.type == LF_TEXT;
    const bool has_missing = has_texts || column.type == LF_TIME || (column.type == LF_BOOL && (column.flags & LF_NULLABLE));
    if (column.values == nullptr && column.type != LF_TEXT) return false;
    if (column.values_bytes < bytes_of(column.type, request.capacity)) return false;
    if (has_missing && column.validity == nullptr) return false;
    if (column.validity != nullptr && column.validity_bytes < (request.capacity + 7) / 8) return false;
    if (!has_texts) return true;
    if (column.offsets == nullptr || (column.bytes == nullptr && column.bytes_capacity != 0)) return false;
    const uint64_t texts = column.type == LF_CODED ? column.distinct_capacity : request.capacity;
    if (column.offsets_bytes / sizeof(int32_t) < texts + 1) return false;
    if (request.done != 0 && column.bytes_used > column.bytes_capacity) return false;
    return column.type == LF_TEXT || is_sound_dictionary(column, request.done);
}

void reset(lf_column &column, uint64_t capacity) {
    column.distinct = column.table_size = column.table_used = column.kinds = 0;
    column.missing = column.bytes_used = 0;
    if (column.validity != nullptr) std::memset(column.validity, 0xff, (capacity + 7) / 8);
    if (column.offsets != nullptr && column.offsets_bytes >= sizeof(int32_t)) column.offsets[0] = 0;
}

}  // namespace
}  // namespace lf

extern "C" {

uint32_t lf_abi(void) { return LF_ABI; }

uint32_t lf_layout(uint32_t *numbers, uint32_t room) {
#define SIZE(type) static_cast<uint32_t>(sizeof(type))
#define AT(type, member) static_cast<uint32_t>(offsetof(type, member))
    const uint32_t layout[] = {
        SIZE(lf_column), AT(lf_column, field), AT(lf_column, type), AT(lf_column, flags), AT(lf_column, format),
        AT(lf_column, values), AT(lf_column, values_bytes), AT(lf_column, validity), AT(lf_column, validity_bytes),
        AT(lf_column, offsets), AT(lf_column, offsets_bytes), AT(lf_column, bytes), AT(lf_column, bytes_capacity),
        AT(lf_column, table), AT(lf_column, table_bytes), AT(lf_column, distinct_capacity), AT(lf_column, distinct),
        AT(lf_column, missing), AT(lf_column, bytes_used), AT(lf_column, table_size), AT(lf_column, table_used),
        AT(lf_column, kinds), AT(lf_column, reserved),
        SIZE(lf_request), AT(lf_request, request_size), AT(lf_request, column_size), AT(lf_request, result_size),
        AT(lf_request, column_count), AT(lf_request, data), AT(lf_request, length), AT(lf_request, stop),
        AT(lf_request, capacity), AT(lf_request, done), AT(lf_request, delimiter), AT(lf_request, quote),
        AT(lf_request, at_end), AT(lf_request, level), AT(lf_request, width), AT(lf_request, missing_count),
        AT(lf_request, missing_offsets), AT(lf_request, missing_bytes), AT(lf_request, missing_length),
        AT(lf_request, missing_first), AT(lf_request, scratch_capacity), AT(lf_request, scratch), AT(lf_request, columns),
        AT(lf_request, starts), AT(lf_request, starts_bytes),
        SIZE(lf_result), AT(lf_result, records), AT(lf_result, consumed), AT(lf_result, blank_lines), AT(lf_result, record),
        AT(lf_result, offset), AT(lf_result, column), AT(lf_result, reason), AT(lf_result, quoted), AT(lf_result, level),
        SIZE(lf_written), AT(lf_written, type), AT(lf_written, fraction), AT(lf_written, unit), AT(lf_written, values),
        AT(lf_written, values_bytes), AT(lf_written, validity), AT(lf_written, validity_bytes), AT(lf_written, first_valid),
        AT(lf_written, offsets), AT(lf_written, offsets_bytes), AT(lf_written, bytes), AT(lf_written, bytes_length),
        AT(lf_written, distinct), AT(lf_written, plain), AT(lf_written, reserved),
        SIZE(lf_writing), AT(lf_writing, writing_size), AT(lf_writing, written_size), AT(lf_writing, column_count),
        AT(lf_writing, delimiter), AT(lf_writing, quote), AT(lf_writing, reserved), AT(lf_writing, specials),
        AT(lf_writing, missing_length), AT(lf_writing, first), AT(lf_writing, stop), AT(lf_writing, missing),
        AT(lf_writing, terminator), AT(lf_writing, terminator_length), AT(lf_writing, columns), AT(lf_writing, out),
        AT(lf_writing, out_room), AT(lf_writing, rows),
    };
#undef SIZE
#undef AT
    const uint32_t count = sizeof layout / sizeof *layout;
    for (uint32_t i = 0; i < count && i < room; ++i) numbers[i] = layout[i];
    return count;
}

uint32_t lf_level(void) {
    uint32_t level = LF_BEST;
    lf::find_level(level);
    return level;
}

void lf_scan(const lf_request *request, lf_result *result) {
    *result = lf_result{};
    result->reason = LF_INVALID;
    result->column = -1;
    result->level = request->level;
    const lf::Level *level = lf::find_level(result->level);
    if (level == nullptr || !lf::is_sound(*request) || !lf::has_memory(*request) || !lf::are_sound_missing(*request)) return;
    for (uint32_t c = 0; c < request->column_count; ++c)
        if (!lf::is_sound(*request, request->columns[c])) return;
    for (uint32_t c = 0; request->done == 0 && c < request->column_count; ++c) lf::reset(request->columns[c], request->capacity);
    result->records = request->done;
    lf::Scan(*request, *result, *level).run();
}

void lf_count(const lf_request *request, lf_result *result) {
    *result = lf_result{};
    result->reason = LF_INVALID;
    result->column = -1;
    result->level = request->level;
    const lf::Level *level = lf::find_level(result->level);
    if (level == nullptr || !lf::is_sound(*request)) return;
    const lf::Text text{request->data, request->length, request->delimiter, request->quote, request->at_end != 0};
    (request->width == 0 ? level->count : level->count_checked)(text, request->stop, request->width, *result);
}

int64_t lf_gather(const uint8_t *data, uint64_t length, const uint32_t *starts, uint64_t records, uint64_t consumed,
                  const uint8_t *mask, uint8_t *out, uint64_t out_room) {
    if (consumed > length) return LF_REFUSED;
    uint64_t used = 0;
    for (uint64_t r = 0; r < records; ++r) {
        if (mask[r] == 0) continue;
        const uint64_t start = starts[r], end = r + 1 < records ? starts[r + 1] : consumed;
        if (start > end || end > consumed || end - start > out_room - used) return LF_REFUSED;
        std::memcpy(out + used, data + start, end - start);
        used += end - start;
    }
    return static_cast<int64_t>(used);
}

int64_t lf_join(const int32_t *const *codes, const uint32_t *sizes, uint32_t columns, uint64_t rows, uint32_t *table,
                uint64_t table_size, int32_t *joined, int64_t *firsts, uint64_t firsts_room) {
    constexpr uint64_t piece = 1024; /* of rows, combined column by column before any is looked up */
    uint64_t combinations = 1;
    for (uint32_t c = 0; c < columns; ++c) {
        combinations *= sizes[c];
        if (combinations > table_size || combinations > INT32_MAX) return LF_REFUSED;
    }
    uint32_t combined[piece];
    uint32_t met = 0;
    for (uint64_t begin = 0; begin < rows; begin += piece) {
        const uint64_t count = rows - begin < piece ? rows - begin : piece;
        std::memset(combined, 0, count * sizeof *combined);
        for (uint32_t c = 0; c < columns; ++c) {
            const int32_t *more = codes[c] + begin;
            const uint32_t size = sizes[c];
            uint32_t outside = 0;
            for (uint64_t r = 0; r < count; ++r) {
                const uint32_t code = static_cast<uint32_t>(more[r]);
                outside |= code >= size;
                combined[r] = combined[r] * size + code;
            }
            if (outside != 0) return LF_REFUSED;
        }
        for (uint64_t r = 0; r < count; ++r) {
            uint32_t &number = table[combined[r]];
            if (number == 0) {
                if (met == firsts_room) return LF_REFUSED;
                firsts[met] = static_cast<int64_t>(begin + r);
                number = ++met;
            }
            joined[begin + r] = static_cast<int32_t>(number - 1);
        }
    }
    return met;
}

uint32_t lf_number(const uint8_t *text, uint64_t length, uint32_t type, void *value) {
    if (length > UINT32_MAX) return 0;
    const uint32_t count = static_cast<uint32_t>(length);
    if (type == LF_INT64) return lf::parse_integer(text, count, text + count, *static_cast<int64_t *>(value));
    return type == LF_FLOAT64 && lf::parse_float(text, count, text + count, *static_cast<double *>(value));
}

}  // extern "C"
