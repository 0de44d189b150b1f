/* The border of the scan core: a plain C ABI, so that any language can call it and no Python object is ever touched.

   The caller owns all memory and does all input. The core parses the wanted columns of the records in a buffer and says
   why it stopped. It allocates nothing, keeps nothing between two calls, and reads nothing outside [data, data + length):
   no padding behind the text is asked for.

   It accepts only text of which it makes exactly what pandas makes. Anything odd is a MISFIT, and not a verdict: another
   reader then decides. Odd are: a record with another number of fields than `width`, a quote that neither opens nor
   closes a whole field, a quote that is never closed, a carriage return without a newline, a value that does not have
   the plain form of its type, a missing value where the type has none, a NUL or bytes that are not UTF-8 in text.

   Blank lines are passed over. Quotes follow RFC 4180: a quoted field may hold delimiters, newlines and doubled quotes. */

#ifndef LAZYFRAME_CSV_CORE_API_H
#define LAZYFRAME_CSV_CORE_API_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32)
#define LF_EXPORT __declspec(dllexport)
#else
#define LF_EXPORT __attribute__((visibility("default")))
#endif

#define LF_ABI 4 /* raised with every change of this file; the binding refuses a library of another number */

/* Instruction sets, by what they need. LF_BEST is the best that this machine has. */
enum { LF_BEST = 0, LF_SCALAR = 1, LF_NEON = 2, LF_AVX2 = 3, LF_AVX512 = 4 };

enum lf_type {
    LF_INT64 = 0,   /* values: int64_t[] */
    LF_FLOAT64 = 1, /* values: double[], missing is NaN */
    LF_BOOL = 2,    /* values: a bitmap */
    LF_CODED = 3,   /* values: int32_t[] codes, missing is -1; the distinct texts are in offsets and bytes */
    LF_TEXT = 4,    /* offsets: int32_t[capacity + 1]; bytes */
    LF_TIME = 5,    /* values: int64_t[] microseconds since 1970, missing is the smallest int64_t */
    LF_CHECKED = 6  /* nothing is made of it: it only has to be what LF_TEXT takes */
};

/* lf_column.flags */
enum {
    LF_NULLABLE = 1, /* LF_BOOL: a missing value is no misfit */
    LF_DIGITS = 2    /* LF_BOOL: 0 and 1 are truth values too */
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
    uint8_t *validity; /* bitmap, set to ones by the core, a zero for each missing value; may be null for int64, float64 */
    int32_t *offsets;  /* coded: distinct_capacity + 1 */
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
} lf_column;

typedef struct lf_request {
    const uint8_t *data; /* begins at the start of a record */
    uint64_t length;     /* less than 2**32 - 2**16 */
    uint64_t stop;       /* records that start before it are wanted */
    uint64_t capacity;   /* how many records the caller has room for */
    uint64_t done;       /* of these so many are in the columns already, from calls before: see lf_scan */
    uint8_t delimiter;
    uint8_t quote; /* 0 where no byte quotes */
    uint8_t at_end; /* nothing follows the buffer: its last record needs no newline */
    uint8_t level;  /* LF_BEST, or the instruction set to use */
    uint32_t width; /* fields in a record */
    uint32_t column_count;
    uint32_t missing_count;         /* texts that mean "missing": missing_bytes[offsets[i] .. offsets[i + 1]) */
    const uint32_t *missing_offsets;
    const uint8_t *missing_bytes;
    uint32_t missing_first; /* a number or a truth word is among these texts, so they are looked at first */
    uint32_t scratch_capacity; /* entries of scratch, at least width + LF_SCRATCH */
    uint32_t *scratch;
    lf_column *columns;
    uint32_t *starts; /* room for `capacity` places where the records start, or null; blank lines may come first */
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

/* The best instruction set of this machine. */
LF_EXPORT uint32_t lf_level(void);

/* Text after text may be parsed into the same columns: the next call is given what the one before has not consumed, and what
   follows it, the columns as they were left, and in `done` how many records are in them. `starts` are of the last text only. */
LF_EXPORT void lf_scan(const lf_request *request, lf_result *result);

/* Counts records without looking at their fields. Reads data, length, stop, delimiter, quote, at_end and level. */
LF_EXPORT void lf_count(const lf_request *request, lf_result *result);

/* Puts the records whose mask is not 0 one behind the other into `out`, which has room for all of them; how many bytes
   these were. `starts` is what lf_scan gave, `consumed` too. */
LF_EXPORT uint64_t lf_gather(const uint8_t *data, const uint32_t *starts, uint64_t records, uint64_t consumed, const uint8_t *mask,
                             uint8_t *out);

/* Makes one code of each row's codes in several columns of LF_CODED, numbered in order of first appearance; how many there
   are. `codes` are the columns' values, none missing and each less than its one of `sizes`; `table` has a place for every
   combination, all 0; `firsts` are the first rows of the combinations met, of which there must be room for all. */
LF_EXPORT uint64_t lf_join(const int32_t *const *codes, const uint32_t *sizes, uint32_t columns, uint64_t rows, uint32_t *table,
                           int32_t *joined, int64_t *firsts);

/* Parses one text as LF_INT64 or LF_FLOAT64 does; for tests. Returns whether it is accepted. */
LF_EXPORT uint32_t lf_number(const uint8_t *text, uint64_t length, uint32_t type, void *value);

#ifdef __cplusplus
}
#endif

#endif
