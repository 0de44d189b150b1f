// Finding the separators, and counting the lines. This file has no guard: `levels.cpp` includes it once for each
// instruction set, inside its namespace, after `classify.hpp` has defined what it calls.
//
//     64 bytes -> masks: delimiter, newline, return, quote
//              -> quotes:  those inside quotes are cleared (parity of quotes), odd quotes are noticed
//              -> returns: one that no newline follows is noticed
//              -> blank lines: their newlines are cleared
//              -> the places of the bits that are left
//
// All of it is done without looking at single bytes; the branches for quotes, returns and blank lines are hardly ever
// taken, or always.

struct Masks {
    uint64_t delimiters, newlines;  // outside quotes
    uint64_t returns;
    uint64_t ends;  // newlines, wherever they are
};

inline uint64_t count_bits(uint64_t bits) { return static_cast<uint64_t>(__builtin_popcountll(bits)); }

// The block at state.at, and the number of its bytes; the last block is copied, for nothing is read behind the text.
inline const uint8_t *next_block(const Text &text, const State &state, uint8_t *copy, uint64_t &valid) {
    const uint64_t left = text.length - state.at;
    if (likely(left >= 64)) {
        __builtin_prefetch(text.data + state.at + PREFETCH);
        valid = ~0ull;
        return text.data + state.at;
    }
    std::memset(copy, 0, 64);
    std::memcpy(copy, text.data + state.at, left);
    valid = (1ull << left) - 1;
    return copy;
}

// What quotes make of the masks; sets state.odd where one neither opens nor closes a whole field.
inline uint64_t apply_quotes(State &state, Masks &masks, uint64_t quotes, uint64_t valid) {
    const uint64_t inside = prefix_parity(quotes) ^ state.inside;
    const uint64_t openings = quotes & inside, closings = quotes & ~inside;
    masks.delimiters &= ~inside;
    masks.newlines &= ~inside;
    const uint64_t separators = masks.delimiters | masks.newlines;
    const uint64_t may_open = shifted(separators | closings, state.borders);
    const uint64_t must_end = shifted(closings, state.closings) & valid;
    if ((openings & ~may_open) | (must_end & ~(separators | masks.returns | openings))) state.odd = true;
    state.inside = static_cast<uint64_t>(static_cast<int64_t>(inside) >> 63);
    state.closings = closings;
    state.quoted = true;
    return closings;
}

inline Masks read_masks(const Text &text, State &state, const Block &block, uint64_t valid) {
    Masks masks{equal(block, text.delimiter), 0, equal(block, '\r'), equal(block, '\n')};
    masks.newlines = masks.ends;
    const uint64_t quotes = text.quote == 0 ? 0 : equal(block, text.quote);
    uint64_t closings = 0;
    if (quotes | state.inside | (state.closings & LAST)) closings = apply_quotes(state, masks, quotes, valid);
    if (shifted(masks.returns, state.returns) & ~masks.ends & valid) state.odd = true;
    state.borders = masks.delimiters | masks.newlines | closings;
    return masks;
}

// Appends the places of separators until `full` is reached, the text ends, or something odd is met; the odd block is
// not appended, and state.at stays there. There has to be room for 64 entries from `full` on.
uint32_t *find_separators(const Text &given, State &state, uint32_t *out, const uint32_t *full) {
    const Text text = given;  // copies, which the entries written cannot change: so they stay in registers
    State now = state;
    uint64_t not_plain = 0;
    uint8_t copy[64];
    while (now.at < text.length && out < full) {
        uint64_t valid;
        const Block block = load_block(next_block(text, now, copy, valid));
        Masks masks = read_masks(text, now, block, valid);
        if (unlikely(now.odd)) break;
        not_plain |= beyond_plain(block) & valid;
        uint64_t newlines = masks.newlines;
        // A blank line: a newline after a newline, perhaps with a return between the two.
        const uint64_t after_newline = shifted(newlines, now.newlines);
        const uint64_t after_both = newlines << 2 | now.newlines >> 62;
        const uint64_t blank = newlines & (after_newline | (shifted(masks.returns, now.returns) & after_both));
        now.newlines = newlines;
        now.returns = masks.returns;
        if (unlikely(blank != 0)) {
            now.blank_lines += count_bits(blank);
            newlines &= ~blank;
        }
        now.line_ends += count_bits(newlines);
        out = flatten(masks.delimiters | newlines, static_cast<uint32_t>(now.at), out);
        now.at += 64;
    }
    if (now.at > text.length) now.at = text.length;
    now.plain &= not_plain == 0;
    state = now;
    return out;
}

// How many of these line starts are starts of blank lines: nothing on them, or only blanks and tabs.
inline uint64_t count_blank(const Text &text, uint64_t at, uint64_t starts) {
    uint64_t blank = 0;
    for (; starts != 0; starts &= starts - 1) {
        const uint8_t *byte = text.data + at + __builtin_ctzll(starts);
        while (byte < text.limit() && (*byte == ' ' || *byte == '\t') && *byte != text.delimiter) ++byte;
        blank += byte == text.limit() || *byte == '\n' || *byte == '\r';
    }
    return blank;
}

// What counting has found, up to the block at state.at.
struct Lines {
    uint64_t count = 0, blank = 0;
    uint64_t last_block = 0, last_starts = 0;  // the latest block in which lines start, and where in it
    uint64_t delimiters = 0;                   // of the line that has not ended yet
};

// Whether a line that ends in this block has more delimiters than `most`. A line begun in an earlier block has brought some.
inline bool has_long_line(Lines &lines, uint64_t delimiters, uint64_t newlines, uint64_t most) {
    uint64_t longest = 0, before = 0;
    for (; newlines != 0; newlines &= newlines - 1) {
        const uint64_t up_to = count_bits(delimiters & (newlines - 1) & ~newlines);
        const uint64_t of_line = lines.delimiters + up_to - before;
        longest = of_line > longest ? of_line : longest;
        lines.delimiters = 0;
        before = up_to;
    }
    lines.delimiters += count_bits(delimiters) - before;
    return longest > most;
}

inline void note_starts(const Text &text, Lines &lines, const Block &block, uint64_t at, uint64_t starts) {
    lines.count += count_bits(starts);
    lines.last_block = starts != 0 ? at : lines.last_block;  // without a branch: whether one starts cannot be foreseen
    lines.last_starts = starts != 0 ? starts : lines.last_starts;
    const uint64_t doubtful = starts & at_most_blank(block);
    if (unlikely(doubtful != 0)) lines.blank += count_blank(text, at, doubtful);
}

// Counts in whole blocks that have neither quotes nor returns, of which most text is made; stops at the first other one, and
// before one in which a line turns out too long.
template <bool Checked>
inline void count_plain(const Text &text, uint64_t stop, uint64_t most, uint64_t spaced, State &state, Lines &lines) {
    const uint64_t end = stop < text.length ? stop : text.length;
    const uint8_t quote = text.quote == 0 ? '\r' : text.quote;
    uint64_t at = state.at, newlines = state.newlines;
    if (state.inside | (state.returns & LAST) | (state.closings & LAST)) return;
    for (; at + 64 <= end; at += 64) {
        __builtin_prefetch(text.data + at + PREFETCH);
        const Block block = load_block(text.data + at);
        if (unlikely((equal(block, quote) | equal(block, '\r')) != 0)) break;
        const uint64_t found = equal(block, '\n');
        if (Checked) {
            const uint64_t before = lines.delimiters, delimiters = equal(block, text.delimiter);
            if (likely(is_regular(delimiters, found, before, most + 1, spaced))) {
                lines.delimiters += count_bits(delimiters) - most * count_bits(found);
            } else if (unlikely(has_long_line(lines, delimiters, found, most))) {
                lines.delimiters = before;
                break;
            }
        }
        note_starts(text, lines, block, at, shifted(found, newlines));
        newlines = found;
    }
    if (at == state.at) return;
    const uint64_t separators = newlines | equal(load_block(text.data + at - 64), text.delimiter);
    state.at = at;
    state.newlines = newlines;
    state.borders = separators;
    state.returns = state.closings = 0;
}

// Counts the lines that start before `stop` and are not blank, up to the last newline, or the end of all text. Checked: one of
// more than `width` fields is a misfit.
template <bool Checked>
void count_lines(const Text &given, uint64_t stop, uint64_t width, lf_result &result) {
    const Text text = given;
    const uint64_t most = width - 1;
    uint64_t spaced = 0;  // a bit for the end of each line, were there nothing but separators
    for (uint64_t bit = 0; Checked && bit < 64; bit += width) spaced |= 1ull << bit;
    uint8_t copy[64];
    State state;
    Lines lines;
    result.reason = LF_DONE;
    while (true) {
        count_plain<Checked>(text, stop, most, spaced, state, lines);
        if (state.at >= text.length) break;
        uint64_t valid;
        const Block block = load_block(next_block(text, state, copy, valid));
        const Masks masks = read_masks(text, state, block, valid);
        if (Checked && has_long_line(lines, masks.delimiters & valid, masks.newlines & valid, most)) state.odd = true;
        uint64_t starts = shifted(masks.newlines, state.newlines) & valid;
        state.newlines = masks.newlines;
        state.returns = masks.returns;
        uint64_t beyond = 0;
        if (unlikely(stop < state.at + 64)) {
            beyond = starts & (~0ull << (stop > state.at ? stop - state.at : 0));
            starts &= ~beyond;
        }
        note_starts(text, lines, block, state.at, starts);
        if (unlikely(state.odd)) {
            result.reason = LF_MISFIT;
            result.offset = state.at;
            break;
        }
        if (beyond != 0) {
            result.consumed = state.at + static_cast<uint64_t>(__builtin_ctzll(beyond));
            break;
        }
        state.at += 64;
    }
    if (state.at >= text.length) {
        const bool whole = text.length == 0 || (state.inside == 0 && text.data[text.length - 1] == '\n');
        result.consumed = text.length;
        if (text.at_end) {
            const bool is_long = Checked && lines.delimiters > most;
            if (is_long || state.inside != 0 || (!whole && text.data[text.length - 1] == '\r')) result.reason = LF_MISFIT;
        } else if (!whole) {
            const uint64_t last = lines.last_block + 63 - static_cast<uint64_t>(__builtin_clzll(lines.last_starts));
            lines.blank -= count_blank(text, last, 1);
            --lines.count;
            result.consumed = last;
            result.reason = LF_NEED_MORE;
        } else if (stop > text.length) {
            result.reason = LF_NEED_MORE;
        }
    }
    result.records = lines.count - lines.blank;
    result.blank_lines = lines.blank;
    result.quoted = state.quoted;
}
