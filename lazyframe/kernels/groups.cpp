// Loops over the rows of a batch for which numpy has no single pass: numbering groups, and folding values into them.
// Plain C border, no allocation, no Python; part of the same library as the scan core. `group.py` and `reduce.py` hold
// the slow clear twins, which run where this was not compiled.

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(_WIN32)
#define LF_EXPORT extern "C" __declspec(dllexport)
#else
#define LF_EXPORT extern "C" __attribute__((visibility("default")))
#endif

namespace {

// Numbers the codes in the order in which they first appear. A negative code keeps its -1.
// table: one entry for each possible code, all 0 at first; then the number + 1. firsts: the first row of each. Returns how many codes there were.
template <typename Code>
int64_t renumber(const Code *codes, uint64_t rows, int32_t *table, int64_t *numbers, int64_t *firsts) {
    int64_t found = 0;
    for (uint64_t row = 0; row < rows; ++row) {
        const Code code = codes[row];
        if (code < 0) {
            numbers[row] = -1;
            continue;
        }
        if (table[code] == 0) {
            firsts[found] = static_cast<int64_t>(row);
            table[code] = static_cast<int32_t>(++found);
        }
        numbers[row] = table[code] - 1;
    }
    return found;
}

// The same for codes of any size, with a hash table: size 2**bits, at least twice as many as rows, all 0 at first. An entry
// is bits of the hash above the number + 1; so of another code's entry, which is met often, nothing more is looked at. The
// code of a number is found at its first row. As the table is larger than the caches, its entries are asked for some rows
// ahead.
int64_t renumber_wide(const int64_t *codes, uint64_t rows, uint64_t *table, uint32_t bits, int64_t *numbers, int64_t *firsts) {
    constexpr uint64_t AHEAD = 16;
    const uint64_t mask = (1ull << bits) - 1;
    const auto hash_of = [](int64_t code) { return static_cast<uint64_t>(code) * 0x9e3779b97f4a7c15ull; };
    int64_t found = 0;
    for (uint64_t row = 0; row < rows; ++row) {
        if (row + AHEAD < rows) __builtin_prefetch(table + (hash_of(codes[row + AHEAD]) >> (64 - bits)), 1);
        const int64_t code = codes[row];
        if (code < 0) {
            numbers[row] = -1;
            continue;
        }
        const uint64_t hash = hash_of(code), tag = hash << 32;
        uint64_t slot = hash >> (64 - bits);
        while (table[slot] != 0) {
            if ((table[slot] & ~0xffffffffull) == tag && codes[firsts[(table[slot] & 0xffffffffull) - 1]] == code) break;
            slot = (slot + 1) & mask;
        }
        if (table[slot] == 0) {
            firsts[found] = static_cast<int64_t>(row);
            table[slot] = tag | static_cast<uint64_t>(++found);
        }
        numbers[row] = static_cast<int64_t>(table[slot] & 0xffffffffull) - 1;
    }
    return found;
}

// One code for two: each pair (code, more) has its own, where more - least is below `size`. Negative where one of them is.
template <typename Code>
void combine(int64_t *codes, const Code *more, uint64_t rows, int64_t least, int64_t size) {
    for (uint64_t row = 0; row < rows; ++row) {
        const int64_t code = codes[row], other = more[row] - least;
        const int64_t left_out = (code | other) >> 63;
        codes[row] = (code * size + other) | left_out;
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

// Numbers the texts in the order in which they first appear; a missing one (a 0 in `valid`, a bitmap; null where all are
// valid) gets -1. An entry of the hash table is the hash above the number + 1, and 0 where it is empty. When half full the
// table moves into the next part of the memory, twice as large; there is enough for all rows to differ:
//
//     | 2**FEW | 2**(FEW + 1) | ...      the part of size s begins at entry s - 2**FEW
//
// A row's hash is made, and its place in the table is asked for, some rows before it is needed there.
class TextNumbers {
  public:
    static constexpr uint32_t FEW = 10, AHEAD = 16;

    explicit TextNumbers(uint64_t *memory) : memory_(memory) { start(FEW); }

    template <typename Offset>
    int64_t run(const Offset *offsets, const uint8_t *bytes, const uint8_t *valid, uint64_t first_valid, uint64_t rows, int32_t *numbers, int64_t *firsts) {
        uint32_t hashes[AHEAD];
        const auto ask = [&](uint64_t row) {
            const uint32_t hash = hash_of(bytes + offsets[row], static_cast<uint64_t>(offsets[row + 1] - offsets[row]));
            hashes[row % AHEAD] = hash;
            __builtin_prefetch(table_ + slot_of(hash), 1);
        };
        for (uint64_t row = 0; row < rows && row < AHEAD; ++row) ask(row);
        int64_t found = 0;
        for (uint64_t row = 0; row < rows; ++row) {
            const uint32_t hash = hashes[row % AHEAD];
            if (row + AHEAD < rows) ask(row + AHEAD);
            if (valid != nullptr && !(valid[(first_valid + row) >> 3] >> ((first_valid + row) & 7) & 1)) {
                numbers[row] = -1;
                continue;
            }
            const uint8_t *text = bytes + offsets[row];
            const Offset length = offsets[row + 1] - offsets[row];
            uint32_t slot = slot_of(hash);
            while (table_[slot] != 0) {
                if (static_cast<uint32_t>(table_[slot] >> 32) == hash) {
                    const int64_t first = firsts[static_cast<uint32_t>(table_[slot]) - 1];
                    if (offsets[first + 1] - offsets[first] == length && is_same(bytes + offsets[first], text, static_cast<uint64_t>(length))) break;
                }
                slot = (slot + 1) & ((1u << bits_) - 1);
            }
            if (table_[slot] == 0) {
                firsts[found] = static_cast<int64_t>(row);
                table_[slot] = static_cast<uint64_t>(hash) << 32 | static_cast<uint32_t>(++found);
                numbers[row] = static_cast<int32_t>(found - 1);
                if (2 * static_cast<uint64_t>(found) >= 1ull << bits_) grow();
            } else {
                numbers[row] = static_cast<int32_t>(static_cast<uint32_t>(table_[slot]) - 1);
            }
        }
        return found;
    }

  private:
    void start(uint32_t bits) {
        bits_ = bits;
        table_ = memory_ + ((1u << bits) - (1u << FEW));
        std::memset(table_, 0, (1ull << bits) * sizeof(uint64_t));
    }

    uint32_t slot_of(uint32_t hash) const { return hash >> (32 - bits_); }

    void grow() {
        const uint64_t *old = table_;
        const uint32_t size = 1u << bits_;
        start(bits_ + 1);
        for (uint32_t i = 0; i < size; ++i) {
            if (old[i] == 0) continue;
            uint32_t slot = slot_of(static_cast<uint32_t>(old[i] >> 32));
            while (table_[slot] != 0) slot = (slot + 1) & (2 * size - 1);
            table_[slot] = old[i];
        }
    }

    uint64_t *memory_;
    uint64_t *table_;
    uint32_t bits_;
};

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
void sums(const int64_t *codes, const Value *values, uint64_t rows, uint64_t groups, uint64_t lanes, int64_t *counts, Value *totals) {
    const auto sum = [&](uint64_t row, uint64_t lane) {
        const bool present = !is_missing(values[row]);
        const uint64_t place = lane * groups + static_cast<uint64_t>(codes[row]);
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
}

// valid: a 0 for each row to leave out; null where there is none.
template <typename Value, bool largest>
void extremes(const int64_t *codes, const Value *values, const uint8_t *valid, uint64_t rows, Value *found, uint8_t *has) {
    for (uint64_t row = 0; row < rows; ++row) {
        const Value value = values[row];
        const int64_t group = codes[row];
        if (is_missing(value) || (valid != nullptr && !valid[row])) continue;
        if (!has[group] || (largest ? value > found[group] : value < found[group])) {
            found[group] = value;
            has[group] = 1;
        }
    }
}

} // namespace

LF_EXPORT int64_t lf_renumber_int32(const int32_t *codes, uint64_t rows, int32_t *table, int64_t *numbers, int64_t *firsts) {
    return renumber(codes, rows, table, numbers, firsts);
}

LF_EXPORT int64_t lf_renumber_int64(const int64_t *codes, uint64_t rows, int32_t *table, int64_t *numbers, int64_t *firsts) {
    return renumber(codes, rows, table, numbers, firsts);
}

LF_EXPORT int64_t lf_renumber_wide(const int64_t *codes, uint64_t rows, uint64_t *table, uint32_t bits, int64_t *numbers, int64_t *firsts) {
    return renumber_wide(codes, rows, table, bits, numbers, firsts);
}

// The memory has room for 2**(n + 1) entries, where 2**n is more than twice `rows`, and at least 2**10.
LF_EXPORT int64_t lf_number_texts_int32(const int32_t *offsets, const uint8_t *bytes, const uint8_t *valid, uint64_t first_valid, uint64_t rows, uint64_t *memory, int32_t *numbers, int64_t *firsts) {
    return TextNumbers(memory).run(offsets, bytes, valid, first_valid, rows, numbers, firsts);
}

LF_EXPORT int64_t lf_number_texts_int64(const int64_t *offsets, const uint8_t *bytes, const uint8_t *valid, uint64_t first_valid, uint64_t rows, uint64_t *memory, int32_t *numbers, int64_t *firsts) {
    return TextNumbers(memory).run(offsets, bytes, valid, first_valid, rows, numbers, firsts);
}

LF_EXPORT void lf_combine_int32(int64_t *codes, const int32_t *more, uint64_t rows, int64_t least, int64_t size) {
    combine(codes, more, rows, least, size);
}

LF_EXPORT void lf_combine_int64(int64_t *codes, const int64_t *more, uint64_t rows, int64_t least, int64_t size) {
    combine(codes, more, rows, least, size);
}

LF_EXPORT void lf_sums_float64(const int64_t *codes, const double *values, uint64_t rows, uint64_t groups, uint64_t lanes, int64_t *counts, double *totals) {
    sums(codes, values, rows, groups, lanes, counts, totals);
}

LF_EXPORT void lf_sums_int64(const int64_t *codes, const int64_t *values, uint64_t rows, uint64_t groups, uint64_t lanes, int64_t *counts, int64_t *totals) {
    sums(codes, values, rows, groups, lanes, counts, totals);
}

LF_EXPORT void lf_extremes_float64(const int64_t *codes, const double *values, const uint8_t *valid, uint64_t rows, double *found, uint8_t *has, uint32_t largest) {
    if (largest) {
        extremes<double, true>(codes, values, valid, rows, found, has);
    } else {
        extremes<double, false>(codes, values, valid, rows, found, has);
    }
}

LF_EXPORT void lf_extremes_int64(const int64_t *codes, const int64_t *values, const uint8_t *valid, uint64_t rows, int64_t *found, uint8_t *has, uint32_t largest) {
    if (largest) {
        extremes<int64_t, true>(codes, values, valid, rows, found, has);
    } else {
        extremes<int64_t, false>(codes, values, valid, rows, found, has);
    }
}
