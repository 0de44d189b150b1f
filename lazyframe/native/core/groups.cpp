// Loops over the rows of a batch for which numpy has no single pass: numbering groups, and folding values into them.
// Plain C border, no allocation, no Python; part of the same library as the scan core. `group.py` and `reduce.py` hold
// the slow clear twins, which run where this was not compiled.

//
// What is given is checked as it is used: a code that is outside its table, a place that is outside its array. So the worst
// that a wrong argument can do is LF_REFUSED.

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "api.h"
#include "bits.hpp"

using lf::likely;
using lf::unlikely;

namespace {

// An entry of the table is the number + 1 of its code.
template <typename Code>
int64_t renumber(const Code *codes, uint64_t rows, int32_t *table, uint64_t size, int64_t *numbers, int64_t *firsts, uint64_t room) {
    int64_t found = 0;
    for (uint64_t row = 0; row < rows; ++row) {
        const Code code = codes[row];
        if (code < 0) {
            numbers[row] = -1;
            continue;
        }
        if (unlikely(static_cast<uint64_t>(code) >= size)) return LF_REFUSED;
        if (table[code] == 0) {
            if (unlikely(static_cast<uint64_t>(found) == room)) return LF_REFUSED;
            firsts[found] = static_cast<int64_t>(row);
            table[code] = static_cast<int32_t>(++found);
        }
        numbers[row] = table[code] - 1;
    }
    return found;
}

// An entry is bits of the hash above the number + 1; so of another code's entry, which is met often, nothing more is looked
// at. The code of a number is found at its first row. As the table is larger than the caches, its entries are asked for some
// rows ahead.
int64_t renumber_wide(const int64_t *codes, uint64_t rows, uint64_t *table, uint64_t size, uint32_t bits, int64_t *numbers, int64_t *firsts, uint64_t room) {
    constexpr uint64_t AHEAD = 16, NUMBER = 0xffffffffull;
    if (bits == 0 || bits > 32 || size < 1ull << bits || rows > size / 2) return LF_REFUSED;
    const uint64_t mask = (1ull << bits) - 1;
    const auto hash_of = [](int64_t code) { return static_cast<uint64_t>(code) * 0x9e3779b97f4a7c15ull; };
    uint64_t found = 0;
    for (uint64_t row = 0; row < rows; ++row) {
        if (row + AHEAD < rows) __builtin_prefetch(table + (hash_of(codes[row + AHEAD]) >> (64 - bits)), 1);
        const int64_t code = codes[row];
        if (code < 0) {
            numbers[row] = -1;
            continue;
        }
        const uint64_t hash = hash_of(code), tag = hash & ~NUMBER;
        uint64_t slot = hash >> (64 - bits);
        while (table[slot] != 0) {
            const uint64_t number = table[slot] & NUMBER;
            if (unlikely(number - 1 >= found)) return LF_REFUSED; // the table was not empty at first
            if ((table[slot] & ~NUMBER) == tag && codes[firsts[number - 1]] == code) break;
            slot = (slot + 1) & mask;
        }
        if (table[slot] == 0) {
            if (unlikely(found == room)) return LF_REFUSED;
            firsts[found] = static_cast<int64_t>(row);
            table[slot] = tag | ++found;
        }
        numbers[row] = static_cast<int64_t>(table[slot] & NUMBER) - 1;
    }
    return static_cast<int64_t>(found);
}

// One code for two: each pair (code, more) has its own, where more - least is below `size`. Negative where one of them is.
template <typename Code>
void combine(int64_t *codes, const Code *more, uint64_t rows, int64_t least, int64_t size) {
    for (uint64_t row = 0; row < rows; ++row) {
        const int64_t code = codes[row], other = more[row] - least;
        const int64_t left_out = (code | other) >> 63;
        codes[row] = static_cast<int64_t>(static_cast<uint64_t>(code) * static_cast<uint64_t>(size) + static_cast<uint64_t>(other)) | left_out;
    }
}

// ---- texts, as Arrow holds them: text r is bytes[offsets[r] .. offsets[r + 1])

inline uint64_t load(const uint8_t *at, size_t count) {
    uint64_t word = 0;
    std::memcpy(&word, at, count);
    return word;
}

inline uint64_t mixed(uint64_t word) {
    __extension__ const unsigned __int128 product = static_cast<unsigned __int128>(word) * 0x9e3779b97f4a7c15ull;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

// Words may overlap: so nothing is read that is not of the text.
inline uint32_t hash_of(const uint8_t *text, uint64_t length) {
    uint64_t hash = mixed(length + 0x632be59bd9b4e019ull);
    if (length >= 8) {
        for (uint64_t i = 0; i + 8 < length; i += 8) hash = mixed(hash ^ load(text + i, 8));
        return static_cast<uint32_t>(mixed(hash ^ load(text + length - 8, 8)) >> 32);
    }
    if (length >= 4) return static_cast<uint32_t>(mixed(hash ^ load(text, 4) ^ load(text + length - 4, 4) << 32) >> 32);
    if (length == 0) return static_cast<uint32_t>(hash >> 32);
    return static_cast<uint32_t>(mixed(hash ^ (text[0] | text[length / 2] << 8 | text[length - 1] << 16)) >> 32);
}

inline bool is_same(const uint8_t *one, const uint8_t *other, uint64_t length) {
    if (length >= 8 && length <= 16) return load(one, 8) == load(other, 8) && load(one + length - 8, 8) == load(other + length - 8, 8);
    if (length >= 4 && length < 8) return load(one, 4) == load(other, 4) && load(one + length - 4, 4) == load(other + length - 4, 4);
    return std::memcmp(one, other, length) == 0;
}

template <typename Offset>
struct Texts {
    const Offset *offsets; // rows + 1
    const uint8_t *bytes;
    uint64_t length;      // of the bytes
    const uint8_t *valid; // a bitmap, a 0 for each text that is missing; null where all are there
    uint64_t first_valid;
    uint64_t rows;

    bool is_inside(uint64_t row) const {
        return likely(offsets[row] >= 0 && offsets[row + 1] >= offsets[row] && static_cast<uint64_t>(offsets[row + 1]) <= length);
    }
    bool is_missing(uint64_t row) const {
        return valid != nullptr && !(valid[(first_valid + row) >> 3] >> ((first_valid + row) & 7) & 1);
    }
    const uint8_t *at(uint64_t row) const { return bytes + offsets[row]; }
    uint64_t size(uint64_t row) const { return static_cast<uint64_t>(offsets[row + 1] - offsets[row]); }
};

template <typename One, typename Other>
inline bool is_same_text(const Texts<One> &ones, uint64_t one, const Texts<Other> &others, uint64_t other) {
    return ones.size(one) == others.size(other) && is_same(ones.at(one), others.at(other), ones.size(one));
}

// Looks at the rows one after another: `ask` is told each hash some rows before `each` is told the row and its hash, so that what
// stands for it in a table is there by then. False where a text lies outside the bytes, which is not looked at, or `each` says so.
template <typename Offset, typename Ask, typename Each>
inline bool each_hash(const Texts<Offset> &texts, Ask ask, Each each) {
    constexpr uint64_t AHEAD = 16;
    uint32_t hashes[AHEAD];
    const auto look = [&](uint64_t row) {
        if (unlikely(!texts.is_inside(row))) return false;
        ask(hashes[row % AHEAD] = hash_of(texts.at(row), texts.size(row)));
        return true;
    };
    for (uint64_t row = 0; row < texts.rows && row < AHEAD; ++row)
        if (!look(row)) return false;
    for (uint64_t row = 0; row < texts.rows; ++row) {
        const uint32_t hash = hashes[row % AHEAD];
        if (row + AHEAD < texts.rows && !look(row + AHEAD)) return false;
        if (unlikely(!each(row, hash))) return false;
    }
    return true;
}

// Numbers the texts in the order in which they first appear; a missing one gets -1. An entry of the hash table is the hash above
// the number + 1, and 0 where it is empty. When half full the table moves into the next part of the memory, twice as large; there
// is enough for all rows to differ:
//
//     | 2**FEW | 2**(FEW + 1) | ...      the part of size s begins at entry s - 2**FEW
class TextNumbers {
  public:
    static constexpr uint32_t FEW = 10;

    TextNumbers(uint64_t *memory, uint64_t size) : memory_(memory), size_(size) {}

    template <typename Offset>
    int64_t run(const Texts<Offset> &texts, int32_t *numbers, int64_t *firsts) {
        if (!start(FEW)) return LF_REFUSED;
        int64_t found = 0;
        const auto ask = [&](uint32_t hash) { __builtin_prefetch(table_ + slot_of(hash), 1); };
        const auto number = [&](uint64_t row, uint32_t hash) {
            if (texts.is_missing(row)) {
                numbers[row] = -1;
                return true;
            }
            uint32_t slot = slot_of(hash);
            while (table_[slot] != 0) {
                if (static_cast<uint32_t>(table_[slot] >> 32) == hash &&
                    is_same_text(texts, static_cast<uint64_t>(firsts[static_cast<uint32_t>(table_[slot]) - 1]), texts, row))
                    break;
                slot = (slot + 1) & ((1u << bits_) - 1);
            }
            if (table_[slot] == 0) {
                firsts[found] = static_cast<int64_t>(row);
                table_[slot] = static_cast<uint64_t>(hash) << 32 | static_cast<uint32_t>(++found);
                numbers[row] = static_cast<int32_t>(found - 1);
                return 2 * static_cast<uint64_t>(found) < 1ull << bits_ || grow();
            }
            numbers[row] = static_cast<int32_t>(static_cast<uint32_t>(table_[slot]) - 1);
            return true;
        };
        return each_hash(texts, ask, number) ? found : LF_REFUSED;
    }

  private:
    bool start(uint32_t bits) {
        if (bits > 31 || (2ull << bits) - (1ull << FEW) > size_) return false;
        bits_ = bits;
        table_ = memory_ + ((1u << bits) - (1u << FEW));
        std::memset(table_, 0, (1ull << bits) * sizeof(uint64_t));
        return true;
    }

    uint32_t slot_of(uint32_t hash) const { return hash >> (32 - bits_); }

    bool grow() {
        const uint64_t *old = table_;
        const uint32_t size = 1u << bits_;
        if (!start(bits_ + 1)) return false;
        for (uint32_t i = 0; i < size; ++i) {
            if (old[i] == 0) continue;
            uint32_t slot = slot_of(static_cast<uint32_t>(old[i] >> 32));
            while (table_[slot] != 0) slot = (slot + 1) & (2 * size - 1);
            table_[slot] = old[i];
        }
        return true;
    }

    uint64_t *memory_;
    uint64_t size_;
    uint64_t *table_ = nullptr;
    uint32_t bits_ = 0;
};

// Finds texts among those that were numbered: `memory`, `firsts` and `found` are as `TextNumbers` has left and given them. A text
// that is not among them, or missing, gets -1.
int64_t find_texts(const Texts<int64_t> &known, const int64_t *firsts, uint64_t found, const uint64_t *memory, uint64_t memory_size, const Texts<int64_t> &texts, int32_t *numbers) {
    uint32_t bits = TextNumbers::FEW;
    while (bits < 31 && 2 * found >= 1ull << bits) ++bits; // as large as the table was in the end
    if (2 * found >= 1ull << bits || (2ull << bits) - (1ull << TextNumbers::FEW) > memory_size) return LF_REFUSED;
    const uint64_t *table = memory + ((1ull << bits) - (1ull << TextNumbers::FEW));
    const uint32_t mask = static_cast<uint32_t>((1ull << bits) - 1);
    const auto ask = [&](uint32_t hash) { __builtin_prefetch(table + (hash >> (32 - bits))); };
    const auto find = [&](uint64_t row, uint32_t hash) {
        numbers[row] = -1;
        if (texts.is_missing(row)) return true;
        uint32_t slot = hash >> (32 - bits);
        for (uint64_t step = 0; table[slot] != 0; slot = (slot + 1) & mask) {
            if (unlikely(++step > 1ull << bits)) return false; // no entry is empty: it is no such table
            if (static_cast<uint32_t>(table[slot] >> 32) != hash) continue;
            const uint64_t number = static_cast<uint32_t>(table[slot]);
            if (unlikely(number - 1 >= found)) return false;
            const uint64_t first = static_cast<uint64_t>(firsts[number - 1]);
            if (unlikely(first >= known.rows || !known.is_inside(first))) return false;
            if (!is_same_text(known, first, texts, row)) continue;
            numbers[row] = static_cast<int32_t>(number - 1);
            break;
        }
        return true;
    };
    return each_hash(texts, ask, find) ? 0 : LF_REFUSED;
}

// The hash of each text, of which two that are equal have the same, whoever holds them. A missing one gets `missing`.
template <typename Offset>
int64_t hash_texts(const Texts<Offset> &texts, uint32_t missing, uint32_t *hashes) {
    const auto keep = [&](uint64_t row, uint32_t hash) {
        hashes[row] = texts.is_missing(row) ? missing : hash;
        return true;
    };
    return each_hash(texts, [](uint32_t) {}, keep) ? 0 : LF_REFUSED;
}

// Sums wrap, as numpy's do: they are made of unsigned numbers, whose overflow is defined.
inline void add(double &sum, double value) { sum += value; }
inline void add(int64_t &sum, int64_t value) { sum = static_cast<int64_t>(static_cast<uint64_t>(sum) + static_cast<uint64_t>(value)); }

template <typename Value>
inline bool is_missing(Value value) {
    return value != value; // NaN only
}

// In a few groups nearly every sum waits for the one before it, so four parts of the rows are summed side by side, each in
// memory of its own, where there is that for them: `lanes` times `groups` counts and totals.
constexpr uint64_t LANES = 4;

template <typename Value>
int64_t sums(const int64_t *codes, const Value *values, uint64_t rows, uint64_t groups, uint64_t lanes, int64_t *counts, Value *totals) {
    if (lanes != 1 && lanes != LANES) return LF_REFUSED;
    bool outside = false;
    const auto sum = [&](uint64_t row, uint64_t lane) {
        const uint64_t code = static_cast<uint64_t>(codes[row]);
        if (unlikely(code >= groups)) {
            outside = true;
            return;
        }
        const bool present = !is_missing(values[row]);
        const uint64_t place = lane * groups + code;
        counts[place] += present;
        add(totals[place], present ? values[row] : Value(0));
    };
    uint64_t row = 0;
    if (lanes == LANES) {
        const uint64_t part = rows / LANES;
        for (; row < part; ++row)
            for (uint64_t lane = 0; lane < LANES; ++lane) sum(lane * part + row, lane);
        row = part * LANES;
    }
    for (; row < rows; ++row) sum(row, lanes - 1);
    for (uint64_t place = groups; place < lanes * groups; ++place) {
        counts[place % groups] += counts[place];
        add(totals[place % groups], totals[place]);
    }
    return outside ? LF_REFUSED : 0;
}

// valid: a 0 for each row to leave out; null where there is none.
template <typename Value, bool largest>
int64_t extremes(const int64_t *codes, const Value *values, const uint8_t *valid, uint64_t rows, uint64_t groups, Value *found, uint8_t *has) {
    for (uint64_t row = 0; row < rows; ++row) {
        const Value value = values[row];
        const uint64_t group = static_cast<uint64_t>(codes[row]);
        if (unlikely(group >= groups)) return LF_REFUSED;
        if (is_missing(value) || (valid != nullptr && !valid[row])) continue;
        if (!has[group] || (largest ? value > found[group] : value < found[group])) {
            found[group] = value;
            has[group] = 1;
        }
    }
    return 0;
}

} // namespace

extern "C" {

int64_t lf_renumber_int32(const int32_t *codes, uint64_t rows, int32_t *table, uint64_t table_size, int64_t *numbers, int64_t *firsts, uint64_t firsts_room) {
    return renumber(codes, rows, table, table_size, numbers, firsts, firsts_room);
}

int64_t lf_renumber_int64(const int64_t *codes, uint64_t rows, int32_t *table, uint64_t table_size, int64_t *numbers, int64_t *firsts, uint64_t firsts_room) {
    return renumber(codes, rows, table, table_size, numbers, firsts, firsts_room);
}

int64_t lf_renumber_wide(const int64_t *codes, uint64_t rows, uint64_t *table, uint64_t table_size, uint32_t bits, int64_t *numbers, int64_t *firsts, uint64_t firsts_room) {
    return renumber_wide(codes, rows, table, table_size, bits, numbers, firsts, firsts_room);
}

int64_t lf_number_texts_int32(const int32_t *offsets, const uint8_t *bytes, uint64_t length, const uint8_t *valid, uint64_t valid_bytes, uint64_t first_valid, uint64_t rows, uint64_t *memory, uint64_t memory_size, int32_t *numbers, int64_t *firsts) {
    if (valid != nullptr && first_valid + rows > 8 * valid_bytes) return LF_REFUSED;
    return TextNumbers(memory, memory_size).run(Texts<int32_t>{offsets, bytes, length, valid, first_valid, rows}, numbers, firsts);
}

int64_t lf_number_texts_int64(const int64_t *offsets, const uint8_t *bytes, uint64_t length, const uint8_t *valid, uint64_t valid_bytes, uint64_t first_valid, uint64_t rows, uint64_t *memory, uint64_t memory_size, int32_t *numbers, int64_t *firsts) {
    if (valid != nullptr && first_valid + rows > 8 * valid_bytes) return LF_REFUSED;
    return TextNumbers(memory, memory_size).run(Texts<int64_t>{offsets, bytes, length, valid, first_valid, rows}, numbers, firsts);
}

int64_t lf_find_texts(const int64_t *known, const uint8_t *known_bytes, uint64_t known_length, uint64_t known_rows, const int64_t *firsts, uint64_t found, const uint64_t *memory, uint64_t memory_size, const int64_t *offsets, const uint8_t *bytes, uint64_t length, const uint8_t *valid, uint64_t valid_bytes, uint64_t first_valid, uint64_t rows, int32_t *numbers) {
    if (valid != nullptr && first_valid + rows > 8 * valid_bytes) return LF_REFUSED;
    return find_texts({known, known_bytes, known_length, nullptr, 0, known_rows}, firsts, found, memory, memory_size, {offsets, bytes, length, valid, first_valid, rows}, numbers);
}

int64_t lf_hash_texts_int32(const int32_t *offsets, const uint8_t *bytes, uint64_t length, const uint8_t *valid, uint64_t valid_bytes, uint64_t first_valid, uint64_t rows, uint32_t missing, uint32_t *hashes) {
    if (valid != nullptr && first_valid + rows > 8 * valid_bytes) return LF_REFUSED;
    return hash_texts(Texts<int32_t>{offsets, bytes, length, valid, first_valid, rows}, missing, hashes);
}

int64_t lf_hash_texts_int64(const int64_t *offsets, const uint8_t *bytes, uint64_t length, const uint8_t *valid, uint64_t valid_bytes, uint64_t first_valid, uint64_t rows, uint32_t missing, uint32_t *hashes) {
    if (valid != nullptr && first_valid + rows > 8 * valid_bytes) return LF_REFUSED;
    return hash_texts(Texts<int64_t>{offsets, bytes, length, valid, first_valid, rows}, missing, hashes);
}

void lf_combine_int32(int64_t *codes, const int32_t *more, uint64_t rows, int64_t least, int64_t size) {
    combine(codes, more, rows, least, size);
}

void lf_combine_int64(int64_t *codes, const int64_t *more, uint64_t rows, int64_t least, int64_t size) {
    combine(codes, more, rows, least, size);
}

int64_t lf_sums_float64(const int64_t *codes, const double *values, uint64_t rows, uint64_t groups, uint64_t lanes, int64_t *counts, double *totals) {
    return sums(codes, values, rows, groups, lanes, counts, totals);
}

int64_t lf_sums_int64(const int64_t *codes, const int64_t *values, uint64_t rows, uint64_t groups, uint64_t lanes, int64_t *counts, int64_t *totals) {
    return sums(codes, values, rows, groups, lanes, counts, totals);
}

int64_t lf_extremes_float64(const int64_t *codes, const double *values, const uint8_t *valid, uint64_t rows, uint64_t groups, double *found, uint8_t *has, uint32_t largest) {
    return (largest ? extremes<double, true> : extremes<double, false>)(codes, values, valid, rows, groups, found, has);
}

int64_t lf_extremes_int64(const int64_t *codes, const int64_t *values, const uint8_t *valid, uint64_t rows, uint64_t groups, int64_t *found, uint8_t *has, uint32_t largest) {
    return (largest ? extremes<int64_t, true> : extremes<int64_t, false>)(codes, values, valid, rows, groups, found, has);
}

}  // extern "C"
