/* The border of the core: a plain C ABI, so that any language can call it and no Python object is ever touched. Reading is
   declared first, then the loops over groups, then writing.

   The caller owns all memory and does all input. The core parses the wanted columns of the records in a buffer and says
   why it stopped. It allocates nothing, keeps nothing between two calls, and reads nothing outside [data, data + length):
   no padding behind the text is asked for.

   Every call checks what it is given before it writes, and as it goes: sizes against the room there is, codes against their
   sizes, places against the arrays they point into. A bad argument is LF_INVALID or LF_REFUSED, never a write outside.

   It accepts only text of which it makes exactly what pandas makes. Anything odd is a MISFIT, and not a verdict: another
   reader then decides. Odd are: a record with another number of fields than `width`, a quote that neither opens nor
   closes a whole field, a quote that is never closed, a carriage return without a newline, a value that does not have
   the plain form of its type, a missing value where the type has none, a NUL or bytes that are not UTF-8 in text.

   Blank lines are passed over. Quotes follow RFC 4180: a quoted field may hold delimiters, newlines and doubled quotes. */

#ifndef LAZYFRAME_NATIVE_CORE_API_H
#define LAZYFRAME_NATIVE_CORE_API_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32)
#define LF_EXPORT __declspec(dllexport)
#else
#define LF_EXPORT __attribute__((visibility("default")))
#endif

#define LF_ABI 9 /* raised with every change of this file; the binding refuses a library of another number */

/* Instruction sets, by what they need. LF_BEST is the best that this machine has. */
enum { LF_BEST = 0, LF_SCALAR = 1, LF_NEON = 2, LF_AVX2 = 3, LF_AVX512 = 4 };

enum lf_type {
    LF_INT64 = 0,   /* values: int64_t[] */
    LF_FLOAT64 = 1, /* values: double[], missing is NaN */
    LF_BOOL = 2,    /* values: a bitmap */
    LF_CODED = 3,   /* values: int32_t[] codes, missing is -1; the distinct texts are in offsets and bytes */
    LF_TEXT = 4,    /* offsets: int32_t[capacity + 1]; bytes */
    LF_TIME = 5,    /* values: int64_t[] microseconds since 1970, missing is the smallest int64_t */
    LF_CHECKED = 6, /* nothing is made of it: it only has to be what LF_TEXT takes */
    LF_KINDS = 7    /* as LF_CHECKED, and `kinds` says of which kinds its texts are */
};

/* lf_column.flags */
enum {
    LF_NULLABLE = 1, /* LF_BOOL: a missing value is no misfit */
    LF_DIGITS = 2    /* LF_BOOL: 0 and 1 are truth values too */
};

/* lf_column.kinds. A number that means "missing" is that, and no number. */
enum lf_kind {
    LF_KIND_MISSING = 1,
    LF_KIND_INT = 2,      /* -?[0-9]{1,18}, or with a plus, or between blanks */
    LF_KIND_NEGATIVE = 4, /* comes with LF_KIND_INT: it has a minus */
    LF_KIND_FLOAT = 8,    /* the same with a point: up to 30 digits before it and behind it, and an exponent of two */
    LF_KIND_BOOL = 16,    /* True, TRUE, true, False, FALSE, false */
    LF_KIND_TEXT = 32,    /* can be no number, and no truth value, in any way to write one */
    LF_KIND_OTHER = 64    /* not for the core to say: so are an empty text and one with doubled quotes */
};

/* lf_column.format, the one form that every text of an LF_TIME column has */
enum {
    LF_DATE = 0,           /* 2013-01-31 */
    LF_SECONDS = 1,        /* 2013-01-31 23:59:59 */
    LF_SECONDS_T = 2,      /* 2013-01-31T23:59:59 */
    LF_FRACTION = 3,       /* 2013-01-31 23:59:59.5 ... .123456 */
    LF_FRACTION_T = 4      /* 2013-01-31T23:59:59.5 ... .123456 */
};

typedef struct lf_column {
    uint32_t field; /* which field of the record, from 0 */
    uint32_t type;
    uint32_t flags;
    uint32_t format;
    void *values;
    uint64_t values_bytes; /* the room there is, as for all that ends in `_bytes` */
    uint8_t *validity; /* bitmap, set to ones by the core, a zero for each missing value; may be null for int64, float64 */
    uint64_t validity_bytes;
    int32_t *offsets; /* coded: distinct_capacity + 1 */
    uint64_t offsets_bytes;
    uint8_t *bytes;
    uint64_t bytes_capacity;
    void *table; /* coded: scratch, aligned to 8 bytes */
    uint64_t table_bytes;
    uint32_t distinct_capacity;
    /* what the core answers */
    uint32_t distinct;
    uint64_t missing;
    uint64_t bytes_used;
    uint32_t table_size; /* of the part of the table that is in use */
    uint32_t table_used; /* entries */
    uint32_t kinds;      /* of an LF_KINDS column */
    uint32_t reserved;
} lf_column;

typedef struct lf_request {
    uint32_t request_size; /* sizeof of the three structs, as the caller knows them: another size is LF_INVALID */
    uint32_t column_size;
    uint32_t result_size;
    uint32_t column_count;
    const uint8_t *data; /* begins at the start of a record */
    uint64_t length;     /* less than 2**32 - 2**16 */
    uint64_t stop;       /* records that start before it are wanted */
    uint64_t capacity;   /* how many records the caller has room for */
    uint64_t done;       /* of these so many are in the columns already, from calls before: see lf_scan */
    uint8_t delimiter;
    uint8_t quote; /* 0 where no byte quotes */
    uint8_t at_end; /* nothing follows the buffer: its last record needs no newline */
    uint8_t level;  /* LF_BEST, or the instruction set to use */
    uint32_t width; /* fields in a record; for lf_count: the most that there may be, 0 where they are not looked at */
    uint32_t missing_count; /* texts that mean "missing": missing_bytes[offsets[i] .. offsets[i + 1]) */
    const uint32_t *missing_offsets;
    const uint8_t *missing_bytes;
    uint64_t missing_length; /* of missing_bytes; missing_offsets has missing_count + 1 entries */
    uint32_t missing_first; /* a number, a truth word or a date is among these texts, so they are looked at first */
    uint32_t scratch_capacity; /* entries of scratch, at least width + LF_SCRATCH */
    uint32_t *scratch;
    lf_column *columns;
    uint32_t *starts; /* room for the places where `capacity` records start, or null; blank lines may come first */
    uint64_t starts_bytes;
} lf_request;

#define LF_SCRATCH 160

enum lf_reason {
    LF_DONE = 0,      /* every record that starts before `stop` is parsed */
    LF_NEED_MORE = 1, /* the next record is not whole */
    LF_CAPACITY = 2,  /* `capacity` records are parsed, and there are more */
    LF_FULL = 3,      /* column number `column` has too many distinct texts, or too many bytes of text */
    LF_MISFIT = 4,    /* record `record`, column number `column` (-1: the record as such), near `offset` */
    LF_INVALID = 5    /* the request makes no sense, or asks for an instruction set that is not there */
};

/* After FULL and MISFIT the buffers hold nothing of use, but for the records done before. */
typedef struct lf_result {
    uint64_t records;     /* parsed, those done before with them */
    uint64_t consumed;    /* where the first line starts that is not done */
    uint64_t blank_lines; /* that were passed over in the text looked at */
    uint64_t record;
    uint64_t offset;
    int32_t column;
    uint32_t reason;
    uint32_t quoted; /* whether a quote was seen */
    uint32_t level;  /* the instruction set that was used */
} lf_result;

LF_EXPORT uint32_t lf_abi(void);

/* What the structs are here: of lf_column, lf_request, lf_result, lf_written and lf_writing the size and the offset of each member, in this order. At
   most `room` numbers are written; how many there are. The binding compares them with its own when it loads the library. */
LF_EXPORT uint32_t lf_layout(uint32_t *numbers, uint32_t room);

/* The best instruction set of this machine. */
LF_EXPORT uint32_t lf_level(void);

/* Text after text may be parsed into the same columns: the next call is given what the one before has not consumed, and what
   follows it, the columns as they were left, and in `done` how many records are in them. `starts` are of the last text only. */
LF_EXPORT void lf_scan(const lf_request *request, lf_result *result);

/* Counts records. A record of more than `width` fields is a MISFIT; one of fewer is counted, as everywhere in pandas. Reads
   the sizes, data, length, stop, delimiter, quote, at_end, level and width. */
LF_EXPORT void lf_count(const lf_request *request, lf_result *result);

/* ---- the loops below give LF_REFUSED where an argument makes no sense; what they have written by then is of no use. Where an
   array is followed by its `room` or `size`, that is how many entries it has; others have one a row. */

#define LF_REFUSED (-1)

/* Puts the records whose mask is not 0 one behind the other into `out`; how many bytes these were. `starts` is what lf_scan
   gave, `consumed` too. */
LF_EXPORT int64_t lf_gather(const uint8_t *data, uint64_t length, const uint32_t *starts, uint64_t records, uint64_t consumed,
                            const uint8_t *mask, uint8_t *out, uint64_t out_room);

/* Makes one code of each row's codes in several columns, numbered in order of first appearance; how many there are. None is
   missing, each is less than its one of `sizes`. `table` has a place for every combination, all 0; `firsts` are the first
   rows of the combinations met. */
LF_EXPORT int64_t lf_join(const int32_t *const *codes, const uint32_t *sizes, uint32_t columns, uint64_t rows, uint32_t *table,
                          uint64_t table_size, int32_t *joined, int64_t *firsts, uint64_t firsts_room);

/* Parses one text as LF_INT64 or LF_FLOAT64 does; for tests. Returns whether it is accepted. */
LF_EXPORT uint32_t lf_number(const uint8_t *text, uint64_t length, uint32_t type, void *value);

/* ---- groups. Numbers codes in the order in which they first appear; a negative code gets -1. How many there are; `firsts`
   are the first rows of each. `table` has an entry for each possible code, all 0. */
LF_EXPORT int64_t lf_renumber_int32(const int32_t *codes, uint64_t rows, int32_t *table, uint64_t table_size, int64_t *numbers,
                                    int64_t *firsts, uint64_t firsts_room);
LF_EXPORT int64_t lf_renumber_int64(const int64_t *codes, uint64_t rows, int32_t *table, uint64_t table_size, int64_t *numbers,
                                    int64_t *firsts, uint64_t firsts_room);

/* The same for codes of any size: `table` is a hash table of 2**bits entries, at least twice as many as rows, all 0. */
LF_EXPORT int64_t lf_renumber_wide(const int64_t *codes, uint64_t rows, uint64_t *table, uint64_t table_size, uint32_t bits,
                                   int64_t *numbers, int64_t *firsts, uint64_t firsts_room);

/* Numbers texts, as Arrow holds them: text r is bytes[offsets[r] .. offsets[r + 1]); rows + 1 offsets. One whose bit in
   `valid` is 0 gets -1 (bit first_valid + r; null where all are valid). `memory` has room for 2**(n + 1) entries, where 2**n
   is more than twice `rows`, and at least 2**10. */
LF_EXPORT int64_t lf_number_texts_int32(const int32_t *offsets, const uint8_t *bytes, uint64_t length, const uint8_t *valid,
                                        uint64_t valid_bytes, uint64_t first_valid, uint64_t rows, uint64_t *memory,
                                        uint64_t memory_size, int32_t *numbers, int64_t *firsts);
LF_EXPORT int64_t lf_number_texts_int64(const int64_t *offsets, const uint8_t *bytes, uint64_t length, const uint8_t *valid,
                                        uint64_t valid_bytes, uint64_t first_valid, uint64_t rows, uint64_t *memory,
                                        uint64_t memory_size, int32_t *numbers, int64_t *firsts);

/* Finds texts among `known` ones, which lf_number_texts_int64 has numbered: `firsts`, `found` and `memory` are what it has given.
   -1 for one that is not among them, or missing. 0, or LF_REFUSED. */
LF_EXPORT int64_t lf_find_texts(const int64_t *known, const uint8_t *known_bytes, uint64_t known_length, uint64_t known_rows,
                                const int64_t *firsts, uint64_t found, const uint64_t *memory, uint64_t memory_size,
                                const int64_t *offsets, const uint8_t *bytes, uint64_t length, const uint8_t *valid,
                                uint64_t valid_bytes, uint64_t first_valid, uint64_t rows, int32_t *numbers);

/* The hash of each text: equal ones have the same, in every process. A missing one gets `missing`. 0, or LF_REFUSED. */
LF_EXPORT int64_t lf_hash_texts_int32(const int32_t *offsets, const uint8_t *bytes, uint64_t length, const uint8_t *valid,
                                      uint64_t valid_bytes, uint64_t first_valid, uint64_t rows, uint32_t missing,
                                      uint32_t *hashes);
LF_EXPORT int64_t lf_hash_texts_int64(const int64_t *offsets, const uint8_t *bytes, uint64_t length, const uint8_t *valid,
                                      uint64_t valid_bytes, uint64_t first_valid, uint64_t rows, uint32_t missing,
                                      uint32_t *hashes);

/* One code for two, in place: each pair (code, more) has its own, where more - least is below `size`. Negative where one of
   them is. */
LF_EXPORT void lf_combine_int32(int64_t *codes, const int32_t *more, uint64_t rows, int64_t least, int64_t size);
LF_EXPORT void lf_combine_int64(int64_t *codes, const int64_t *more, uint64_t rows, int64_t least, int64_t size);

/* Sums and counts of each group's values, but for NaN. `counts` and `totals` have `lanes` (1 or 4) times `groups` entries, all
   0; the answer is in the first `groups` of them. 0, or LF_REFUSED. */
LF_EXPORT int64_t lf_sums_float64(const int64_t *codes, const double *values, uint64_t rows, uint64_t groups, uint64_t lanes,
                                  int64_t *counts, double *totals);
LF_EXPORT int64_t lf_sums_int64(const int64_t *codes, const int64_t *values, uint64_t rows, uint64_t groups, uint64_t lanes,
                                int64_t *counts, int64_t *totals);

/* The extreme of each group's values, but for NaN and those whose `valid` is 0 (null where there is none), and whether it has
   one. `found` and `has` have `groups` entries, all 0. 0, or LF_REFUSED. */
LF_EXPORT int64_t lf_extremes_float64(const int64_t *codes, const double *values, const uint8_t *valid, uint64_t rows,
                                      uint64_t groups, double *found, uint8_t *has, uint32_t largest);
LF_EXPORT int64_t lf_extremes_int64(const int64_t *codes, const int64_t *values, const uint8_t *valid, uint64_t rows,
                                    uint64_t groups, int64_t *found, uint8_t *has, uint32_t largest);

/* ---- writing */

enum lf_written_type {
    LF_WRITE_INT64 = 0,   /* values: int64_t[] */
    LF_WRITE_UINT64 = 1,  /* values: uint64_t[] */
    LF_WRITE_FLOAT64 = 2, /* values: double[], missing is NaN: the shortest text that is read as the same number */
    LF_WRITE_BOOL = 3,    /* values: uint8_t[], 0 or 1 */
    LF_WRITE_TIME = 4,    /* values: int64_t[] since 1970, missing is the smallest; `unit` of them are a second */
    LF_WRITE_TEXT32 = 5,  /* int32_t offsets[rows + 1], bytes */
    LF_WRITE_TEXT64 = 6,  /* int64_t offsets[rows + 1], bytes */
    LF_WRITE_CODED32 = 7, /* values: int32_t[] codes, missing is negative; int32_t offsets[distinct + 1], bytes */
    LF_WRITE_CODED64 = 8  /* the same with int64_t offsets */
};

#define LF_DAYS_ONLY (-1)

/* A column that is written. A bit of 0 in `validity` (bit first_valid + row; null where there is none) is a missing value too. */
typedef struct lf_written {
    uint32_t type;
    int32_t fraction; /* of a time: LF_DAYS_ONLY, or how many digits of the second's fraction are written: 0, 3, 6 or 9 */
    uint64_t unit;    /* 1, 10**3, 10**6 or 10**9 */
    const void *values;
    uint64_t values_bytes;
    const uint8_t *validity;
    uint64_t validity_bytes;
    uint64_t first_valid;
    const void *offsets;
    uint64_t offsets_bytes;
    const uint8_t *bytes;
    uint64_t bytes_length;
    uint64_t distinct;
    uint32_t plain; /* answer: no text of the column has a byte that asks for quotes */
    uint32_t reserved;
} lf_written;

#define LF_SPECIALS 4

typedef struct lf_writing {
    uint32_t writing_size; /* sizeof of the two structs, as the caller knows them */
    uint32_t written_size;
    uint32_t column_count; /* at least 1 */
    uint8_t delimiter;
    uint8_t quote; /* around a text that has one of `specials` in it, where each quote is doubled */
    uint8_t reserved[2];
    uint8_t specials[LF_SPECIALS]; /* the quote among them; one may stand there more than once */
    uint32_t missing_length;
    uint64_t first; /* the rows first .. stop are written */
    uint64_t stop;
    const uint8_t *missing; /* what stands for a missing value, in quotes where it needs them */
    const uint8_t *terminator; /* of a row */
    uint64_t terminator_length;
    lf_written *columns;
    uint8_t *out;
    uint64_t out_room;
    uint64_t rows; /* answer: how many rows were written; none where there was no room for one */
} lf_writing;

/* Writes rows as CSV into `out`, as many as there is room for; how many bytes, or LF_REFUSED: also for years that do not have
   four digits, and for floats where the C++ library cannot write them. Numbers and times are never quoted: that is for the
   caller to see to, where a special byte is one of theirs. */
LF_EXPORT int64_t lf_write(lf_writing *request);

#ifdef __cplusplus
}
#endif

#endif
