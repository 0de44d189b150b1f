// Text columns: checked to be UTF-8 without NUL, and either stored each, or each distinct text once.
//
// The dictionary is a hash table with open addressing in the caller's memory. An entry holds the first and the second eight
// bytes of its text; as no text has a NUL, they are the whole text where it is not longer, and nothing else is looked at.
// Both come out of two loads and two masks whatever the length, for lengths are what a branch cannot foresee. When a quarter
// is full (a half, once it is large), the table moves into the next part of the memory, twice as large:
//
//     | 1024 | 2048 | 4096 | ...      the part of size s begins at entry s - 1024
//
// A text that means "missing" has an entry too, so only new texts are looked up among the missing ones, and only new texts
// are checked to be UTF-8.

#pragma once

#include "fields.hpp"

namespace lf {

// RFC 3629: no surrogates, nothing beyond U+10FFFF, no longer form than needed. NUL is refused as well.
inline bool is_utf8_slowly(const uint8_t *text, uint32_t length) {
    const uint8_t *end = text + length;
    while (text < end) {
        const uint8_t lead = *text++;
        if (lead < 0x80) {
            if (lead == 0) return false;
            continue;
        }
        const int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
        if (lead < 0xc2 || lead > 0xf4 || end - text < more) return false;
        const uint8_t next = *text;
        if ((lead == 0xe0 && next < 0xa0) || (lead == 0xed && next > 0x9f) || (lead == 0xf0 && next < 0x90) ||
            (lead == 0xf4 && next > 0x8f))
            return false;
        for (int i = 0; i < more; ++i)
            if ((*text++ & 0xc0) != 0x80) return false;
    }
    return true;
}

inline bool is_plain(uint64_t word) { return (word & HIGHS) == 0 && !has_zero_byte(word); }

// Words may overlap, and a short text fills its word with bytes of its own: only whether all are plain matters.
inline bool is_utf8(const uint8_t *text, uint32_t length) {
    if (likely(length < 8)) {
        uint64_t word = ONES;
        if (length >= 4) {
            uint32_t first, last;
            std::memcpy(&first, text, 4);
            std::memcpy(&last, text + length - 4, 4);
            word = first | static_cast<uint64_t>(last) << 32;
        } else if (length != 0) {
            word = (ONES << 24) | text[0] | text[length / 2] << 8 | text[length - 1] << 16;
        }
        return likely(is_plain(word)) || is_utf8_slowly(text, length);
    }
    bool plain = is_plain(load(text + length - 8));
    for (uint32_t i = 0; i + 8 < length; i += 8) plain &= is_plain(load(text + i));
    return likely(plain) || is_utf8_slowly(text, length);
}

// Copies a quoted field, of two quotes one.
inline uint32_t copy_unquoted(const uint8_t *text, uint32_t length, uint8_t quote, uint8_t *out) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < length; ++i) {
        out[count++] = text[i];
        if (text[i] == quote) ++i;
    }
    return count;
}

inline bool has_quote(const Field &field, uint8_t quote) {
    return field.quoted && std::memchr(field.bytes, quote, field.length) != nullptr;
}

enum class Outcome { good, misfit, full };

struct Key {
    uint64_t first, second;  // eight bytes each; of a text beyond 16 bytes the second are the last ones
    uint64_t hash;
};

struct Entry {
    uint64_t first, second;
    uint32_t tag;   // the length up to 16 bytes, else bits of the hash and the highest bit
    uint32_t slot;  // 0 no entry, 1 a missing text, else the code + 2
};

// Which bits of the first and of the second eight bytes belong to a text of a length up to 16.
struct Masks16 {
    uint64_t first[17] = {}, second[17] = {};

    constexpr Masks16() {
        for (int length = 1; length <= 16; ++length) {
            first[length] = length >= 8 ? ~0ull : ~0ull >> (64 - 8 * length);
            second[length] = length <= 8 ? 0 : ~0ull >> (128 - 8 * length);
        }
    }
};

constexpr Masks16 BELONGS;

class Dictionary {
  public:
    static constexpr uint32_t FIRST = 1024;

    Dictionary(lf_column &column, const Missing &missing) : column_(column), missing_(missing) {
        if (column.table_size == 0 && column.table_bytes >= FIRST * sizeof(Entry)) start(FIRST);
        entries_ = part(column.table_size);
        mask_ = column.table_size - 1;
    }

    // The code of the text, -1 where it is missing. Nothing is read at or behind `limit`.
    Outcome find(const uint8_t *text, uint32_t length, const uint8_t *limit, int32_t &code) {
        const Key key = key_of(text, length, limit);
        const uint32_t tag = tag_of(length, key.hash);
        uint32_t at = static_cast<uint32_t>(key.hash) & mask_;
        for (uint32_t probes = 0; probes < MOST_PROBES; ++probes, at = (at + 1) & mask_) {
            const Entry &entry = entries_[at];
            const uint64_t differs = (entry.first ^ key.first) | (entry.second ^ key.second) | (entry.tag ^ tag);
            if (likely(differs == 0 && entry.slot != 0) && (likely(length <= 16) || is_text(entry.slot, text, length))) {
                code = static_cast<int32_t>(entry.slot) - 2;
                return Outcome::good;
            }
            if (entry.slot == 0) return add(text, length, Entry{key.first, key.second, tag, 0}, at, code);
        }
        return Outcome::full;  // so many texts in a row are a bad hash, or bad luck
    }

    // Room at the end of the texts, for one more of this length at most; null where there is none.
    uint8_t *room(uint32_t length) {
        return column_.bytes_capacity - column_.bytes_used >= length ? column_.bytes + column_.bytes_used : nullptr;
    }

  private:
    static constexpr uint32_t MOST_PROBES = 512, SPARSE = 8192;

    Entry *part(uint32_t size) const { return static_cast<Entry *>(column_.table) + (size - FIRST); }

    void start(uint32_t size) {
        column_.table_size = size;
        std::memset(static_cast<void *>(part(size)), 0, size * sizeof(Entry));
    }

    // Both halves of the product: so the last byte of a word counts for the lowest bits, too.
    static uint64_t mixed(uint64_t hash) {
        const uint128_t product = static_cast<uint128_t>(hash) * 0x9e3779b97f4a7c15ull;
        return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
    }

    static Key key_of(const uint8_t *text, uint32_t length, const uint8_t *limit) {
        Key key{0, 0, 0};
        if (likely(limit - text >= 16)) {
            const uint32_t kept = length < 16 ? length : 16;
            key.first = load(text) & BELONGS.first[kept];
            key.second = load(text + 8) & BELONGS.second[kept];
        } else {
            key.first = length == 0 ? 0 : lowest_bytes(load_before(text, limit), length < 8 ? length : 8);
            if (length > 8) key.second = lowest_bytes(load_before(text + 8, limit), length < 16 ? length - 8 : 8);
        }
        key.hash = mixed(mixed(key.first + length) ^ key.second);
        if (unlikely(length > 16)) {
            for (uint32_t i = 16; i + 8 < length; i += 8) key.hash = mixed(key.hash ^ load(text + i));
            key.second = load(text + length - 8);
            key.hash = mixed(key.hash ^ key.second);
        }
        return key;
    }

    static uint32_t tag_of(uint32_t length, uint64_t hash) {
        return length <= 16 ? length : static_cast<uint32_t>(hash >> 32) | 0x80000000u;
    }

    bool is_text(uint32_t slot, const uint8_t *text, uint32_t length) const {
        const int32_t *ends = column_.offsets + (slot - 2);
        return ends[1] - ends[0] == static_cast<int32_t>(length) && std::memcmp(column_.bytes + ends[0], text, length) == 0;
    }

    Outcome add(const uint8_t *text, uint32_t length, Entry entry, uint32_t at, int32_t &code) {
        if (missing_.has(text, length)) {
            code = -1;
            if (length > 16) return Outcome::good;  // its text is stored nowhere, so it cannot have an entry
            entry.slot = 1;
        } else {
            if (!is_utf8(text, length)) return Outcome::misfit;
            if (column_.distinct == column_.distinct_capacity || room(length) == nullptr) return Outcome::full;
            code = static_cast<int32_t>(column_.distinct++);
            std::memmove(column_.bytes + column_.bytes_used, text, length);  // it may stand there already
            column_.bytes_used += length;
            column_.offsets[column_.distinct] = static_cast<int32_t>(column_.bytes_used);
            entry.slot = static_cast<uint32_t>(code) + 2;
        }
        entries_[at] = entry;
        return ++column_.table_used < column_.table_size / (column_.table_size <= SPARSE ? 4 : 2) || grow() ? Outcome::good : Outcome::full;
    }

    uint64_t hash_again(const Entry &entry) const {
        uint8_t text[16];
        if (entry.tag <= 16) {
            std::memcpy(text, &entry.first, 8);
            std::memcpy(text + 8, &entry.second, 8);
            return key_of(text, entry.tag, text + 16).hash;
        }
        const int32_t *ends = column_.offsets + (entry.slot - 2);
        return key_of(column_.bytes + ends[0], static_cast<uint32_t>(ends[1] - ends[0]), column_.bytes + ends[1]).hash;
    }

    bool grow() {
        const uint32_t size = column_.table_size, larger = 2 * size;
        if (column_.table_bytes < (2 * static_cast<uint64_t>(larger) - FIRST) * sizeof(Entry)) return false;
        const Entry *old = entries_;
        start(larger);
        entries_ = part(larger);
        mask_ = larger - 1;
        for (uint32_t i = 0; i < size; ++i) {
            if (old[i].slot == 0) continue;
            uint32_t at = static_cast<uint32_t>(hash_again(old[i])) & mask_;
            while (entries_[at].slot != 0) at = (at + 1) & mask_;
            entries_[at] = old[i];
        }
        return true;
    }

    lf_column &column_;
    const Missing &missing_;
    Entry *entries_;
    uint32_t mask_;
};

}  // namespace lf
