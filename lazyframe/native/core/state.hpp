// What the search for separators carries from one block of 64 bytes to the next.

#pragma once

#include "api.h"
#include "bits.hpp"

namespace lf {

struct Text {
    const uint8_t *data;
    uint64_t length;
    uint8_t delimiter;
    uint8_t quote;  // 0 where no byte quotes
    bool at_end;

    const uint8_t *limit() const { return data + length; }
};

constexpr uint64_t LAST = 1ull << 63;
constexpr uint64_t PREFETCH = 2048;  // bytes; the processor's own prefetching ends at every page

// Masks of the block before, of which only the last bits matter: the start of the text is like the place after a newline.
struct State {
    uint64_t at = 0;           // the next block
    uint64_t newlines = LAST;  // that end a line: not those inside quotes
    uint64_t returns = 0;
    uint64_t borders = LAST;  // separators and closing quotes: a quote may open after them
    uint64_t closings = 0;    // closing quotes
    uint64_t inside = 0;      // all ones: the block begins inside quotes
    uint64_t blank_lines = 0;
    uint64_t line_ends = 0;  // how many of the separators found are newlines
    bool quoted = false;
    bool plain = true;  // ASCII without NUL in all blocks since this was last set
    bool odd = false;  // the block at `at` has something that is not for us to read
};

inline uint64_t shifted(uint64_t bits, uint64_t before) { return bits << 1 | before >> 63; }

using Indexer = uint32_t *(*)(const Text &, State &, uint32_t *out, const uint32_t *full);
using Counter = void (*)(const Text &, uint64_t stop, uint64_t width, lf_result &);

struct Level {
    Indexer index;
    Counter count;          // looks for the ends of lines only
    Counter count_checked;  // and counts the fields of each line
};

}  // namespace lf
