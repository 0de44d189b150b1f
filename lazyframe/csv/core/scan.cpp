// The scan: window after window of separators, and out of each window column after column.
//
//     text -> separators (index.hpp) -> are they `width` in every record? -> one loop for each wanted column (columns.hpp)
//
// A window is as many separators as the scratch memory holds, so it lies in the processor's nearest caches, as does its
// text. What is left of the last record, which is seldom whole, moves to the front of the next window.

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
                if (first_of_record(line) == text_.length) return finish(LF_DONE, text_.length);
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

bool is_sound(const lf_request &request) {
    const uint8_t delimiter = request.delimiter;
    if (delimiter == 0 || delimiter == '\n' || delimiter == '\r' || delimiter == request.quote) return false;
    if (request.quote == '\n' || request.quote == '\r') return false;
    return request.length < (1ull << 32) - (1ull << 16);
}

bool is_sound(const lf_request &request, const lf_column &column) {
    if (column.field >= request.width || column.type > LF_CHECKED || column.format > LF_FRACTION_T) return false;
    if (column.bytes_capacity > INT32_MAX || column.distinct_capacity > INT32_MAX - 2) return false;
    if (column.type == LF_CHECKED) return true;
    const bool has_texts = column.type == LF_CODED || column.type == LF_TEXT;
    const bool has_missing = has_texts || column.type == LF_TIME || (column.type == LF_BOOL && (column.flags & LF_NULLABLE));
    if (column.values == nullptr && column.type != LF_TEXT) return false;
    if (has_missing && column.validity == nullptr) return false;
    if (has_texts && (column.offsets == nullptr || (column.bytes == nullptr && column.bytes_capacity != 0))) return false;
    return column.type != LF_CODED || column.table_bytes >= Dictionary::FIRST * sizeof(Entry);
}

void reset(lf_column &column, uint64_t capacity) {
    column.distinct = column.table_size = column.table_used = 0;
    column.missing = column.bytes_used = 0;
    if (column.validity != nullptr) std::memset(column.validity, 0xff, (capacity + 7) / 8);
    if (column.offsets != nullptr) column.offsets[0] = 0;
}

}  // namespace
}  // namespace lf

extern "C" {

uint32_t lf_abi(void) { return LF_ABI; }

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
    if (level == nullptr || !lf::is_sound(*request) || request->done > request->capacity) return;
    if (request->width == 0 || request->scratch_capacity < LF_SCRATCH) return;
    if (request->scratch_capacity - LF_SCRATCH < request->width) return;
    for (uint32_t c = 0; c < request->column_count; ++c) {
        if (!lf::is_sound(*request, request->columns[c])) return;
        if (request->done == 0) lf::reset(request->columns[c], request->capacity);
    }
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
    level->count(text, request->stop, *result);
}

uint64_t lf_gather(const uint8_t *data, const uint32_t *starts, uint64_t records, uint64_t consumed, const uint8_t *mask,
                   uint8_t *out) {
    uint64_t used = 0;
    for (uint64_t r = 0; r < records; ++r) {
        if (mask[r] == 0) continue;
        const uint64_t length = (r + 1 < records ? starts[r + 1] : consumed) - starts[r];
        std::memcpy(out + used, data + starts[r], length);
        used += length;
    }
    return used;
}

uint64_t lf_join(const int32_t *const *codes, const uint32_t *sizes, uint32_t columns, uint64_t rows, uint32_t *table,
                 int32_t *joined, int64_t *firsts) {
    constexpr uint64_t piece = 1024; /* of rows, combined column by column before any is looked up */
    uint32_t combined[piece];
    uint32_t met = 0;
    for (uint64_t begin = 0; begin < rows; begin += piece) {
        const uint64_t count = rows - begin < piece ? rows - begin : piece;
        std::memset(combined, 0, count * sizeof *combined);
        for (uint32_t c = 0; c < columns; ++c) {
            const int32_t *more = codes[c] + begin;
            const uint32_t size = sizes[c];
            for (uint64_t r = 0; r < count; ++r) combined[r] = combined[r] * size + static_cast<uint32_t>(more[r]);
        }
        for (uint64_t r = 0; r < count; ++r) {
            uint32_t &number = table[combined[r]];
            if (number == 0) {
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
