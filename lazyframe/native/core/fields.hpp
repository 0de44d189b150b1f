// The fields of one column, out of a window of separators; and the texts that mean "missing".
//
//     ends[-1]            end of the record before the window
//     ends[r * width + k] end of field k of record r
//
// All records of a window have `width` fields: that was checked. So the k-th fields of all records lie at equal distances,
// and each column is one short loop over them, of one type: its branches are foreseen, and the work on neighbouring
// records overlaps.

#pragma once

#include "state.hpp"

namespace lf {

struct Window {
    Text text;
    const uint32_t *ends;
    uint32_t width;
    uint64_t records;
    uint64_t row;  // the number of its first record
    bool quoted;
    bool plain;  // its text is ASCII without NUL
};

struct Field {
    const uint8_t *bytes;
    uint32_t length;
    bool quoted;  // stood in quotes, which are taken off; doubled quotes are still doubled
};

// An edge is the first field, which blank lines may precede, or the last, which a return may follow.
template <bool Edge, bool Quotes>
inline Field field_of(const Window &window, const uint32_t *end, uint32_t place) {
    const uint8_t *data = window.text.data;
    uint32_t start = end[-1] + 1, stop = *end;
    if constexpr (Edge) {
        if (place == 0)
            while (start < stop && (data[start] == '\n' || data[start] == '\r')) ++start;
        if (place + 1 == window.width && stop > start && data[stop - 1] == '\r') --stop;
    }
    Field field{data + start, stop - start, false};
    if constexpr (Quotes) {
        if (field.length != 0 && *field.bytes == window.text.quote) {
            ++field.bytes;
            field.length -= 2;
            field.quoted = true;
        }
    }
    return field;
}

class Missing {
  public:
    explicit Missing(const lf_request &request)
        : first(request.missing_first != 0),
          bytes_(request.missing_bytes),
          offsets_(request.missing_offsets),
          count_(request.missing_count) {
        for (uint32_t i = 0; i < count_; ++i) {
            const uint32_t length = offsets_[i + 1] - offsets_[i];
            if (length == 0) {
                empty = true;
                continue;
            }
            const uint8_t key = key_of(bytes_ + offsets_[i], length);
            filter_[key >> 6] |= 1ull << (key & 63);
        }
    }

    bool has(const uint8_t *text, uint32_t length) const {
        if (length == 0) return empty;
        const uint8_t key = key_of(text, length);
        if (likely((filter_[key >> 6] >> (key & 63) & 1) == 0)) return false;
        for (uint32_t i = 0; i < count_; ++i)
            if (offsets_[i + 1] - offsets_[i] == length && std::memcmp(bytes_ + offsets_[i], text, length) == 0) return true;
        return false;
    }

    bool empty = false;  // an empty field is missing
    bool first;          // values are among the texts: they have to be looked at before anything is parsed

  private:
    static uint8_t key_of(const uint8_t *text, uint32_t length) {
        return static_cast<uint8_t>(text[0] + 3 * length + 7 * text[length - 1]);
    }

    const uint8_t *bytes_;
    const uint32_t *offsets_;
    uint32_t count_;
    uint64_t filter_[4] = {};
};

inline void set_missing(lf_column &column, uint64_t row) {
    column.validity[row >> 3] &= static_cast<uint8_t>(~(1u << (row & 7)));
    ++column.missing;
}

}  // namespace lf
