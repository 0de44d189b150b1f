// Loops over the rows of a batch for which numpy has no single pass: numbering groups, and folding values into them.
// Plain C border, no allocation, no Python; part of the same library as the scan core. `group.py` and `reduce.py` hold
// the slow clear twins, which run where this was not compiled.

#include <cstddef>
#include <cstdint>

#if defined(_WIN32)
#define LF_EXPORT extern "C" __declspec(dllexport)
#else
#define LF_EXPORT extern "C" __attribute__((visibility("default")))
#endif

namespace {

// Numbers the codes in the order in which they first appear. A negative code keeps its -1.
// table: one entry for each possible code, all -1 at first. firsts: the first row of each. Returns how many codes there were.
template <typename Code>
int64_t renumber(const Code *codes, uint64_t rows, int32_t *table, int64_t *numbers, int64_t *firsts) {
    int64_t found = 0;
    for (uint64_t row = 0; row < rows; ++row) {
        const Code code = codes[row];
        if (code < 0) {
            numbers[row] = -1;
            continue;
        }
        int32_t number = table[code];
        if (number < 0) {
            number = table[code] = static_cast<int32_t>(found);
            firsts[found++] = static_cast<int64_t>(row);
        }
        numbers[row] = number;
    }
    return found;
}

// The same for codes of any size, with a hash table: size 2**bits, at least twice as many as rows, all -1 at first.
// It holds nothing but the numbers: the code of a number is found at its first row. As the table is larger than the
// caches, its entries are asked for some rows ahead.
int64_t renumber_wide(const int64_t *codes, uint64_t rows, int32_t *table, uint32_t bits, int64_t *numbers, int64_t *firsts) {
    constexpr uint64_t AHEAD = 16;
    const uint64_t mask = (1ull << bits) - 1;
    const auto slot_of = [bits](int64_t code) { return static_cast<uint64_t>(code) * 0x9e3779b97f4a7c15ull >> (64 - bits); };
    int64_t found = 0;
    for (uint64_t row = 0; row < rows; ++row) {
        if (row + AHEAD < rows) __builtin_prefetch(table + slot_of(codes[row + AHEAD]), 1);
        const int64_t code = codes[row];
        if (code < 0) {
            numbers[row] = -1;
            continue;
        }
        uint64_t slot = slot_of(code);
        while (table[slot] >= 0 && codes[firsts[table[slot]]] != code) slot = (slot + 1) & mask;
        if (table[slot] < 0) {
            table[slot] = static_cast<int32_t>(found);
            firsts[found++] = static_cast<int64_t>(row);
        }
        numbers[row] = table[slot];
    }
    return found;
}

// One code for two: each pair (code, more) has its own, where more is below `size`. Negative where one of them is.
template <typename Code>
void combine(int64_t *codes, const Code *more, uint64_t rows, int64_t size) {
    for (uint64_t row = 0; row < rows; ++row) {
        const int64_t code = codes[row], other = more[row];
        const int64_t left_out = (code | other) >> 63;
        codes[row] = (code * size + other) | left_out;
    }
}

// Sums wrap, as numpy's do: they are made of unsigned numbers, whose overflow is defined.
inline void add(double &sum, double value) { sum += value; }
inline void add(int64_t &sum, int64_t value) { sum = static_cast<int64_t>(static_cast<uint64_t>(sum) + static_cast<uint64_t>(value)); }

template <typename Value>
inline bool is_missing(Value value) {
    return value != value; // NaN only
}

template <typename Value>
void sums(const int64_t *codes, const Value *values, uint64_t rows, int64_t *counts, Value *totals) {
    for (uint64_t row = 0; row < rows; ++row) {
        const Value value = values[row];
        if (!is_missing(value)) {
            ++counts[codes[row]];
            add(totals[codes[row]], value);
        }
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

LF_EXPORT int64_t lf_renumber_wide(const int64_t *codes, uint64_t rows, int32_t *table, uint32_t bits, int64_t *numbers, int64_t *firsts) {
    return renumber_wide(codes, rows, table, bits, numbers, firsts);
}

LF_EXPORT void lf_combine_int32(int64_t *codes, const int32_t *more, uint64_t rows, int64_t size) { combine(codes, more, rows, size); }

LF_EXPORT void lf_combine_int64(int64_t *codes, const int64_t *more, uint64_t rows, int64_t size) { combine(codes, more, rows, size); }

LF_EXPORT void lf_sums_float64(const int64_t *codes, const double *values, uint64_t rows, int64_t *counts, double *totals) {
    sums(codes, values, rows, counts, totals);
}

LF_EXPORT void lf_sums_int64(const int64_t *codes, const int64_t *values, uint64_t rows, int64_t *counts, int64_t *totals) {
    sums(codes, values, rows, counts, totals);
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
