// Texts to microseconds since 1970, for the plain ISO forms of `api.h`. The calendar is that of numpy and pandas: Gregorian,
// carried back before 1582. The count of days is H. Hinnant's, "chrono-Compatible Low-Level Date Algorithms",
// https://howardhinnant.github.io/date_algorithms.html

#pragma once

#include "api.h"
#include "numbers.hpp"

namespace lf {

inline bool read_number(const uint8_t *text, int length, uint32_t &value) {
    value = 0;
    bool good = true;
    for (int i = 0; i < length; ++i) {
        const uint32_t digit = static_cast<uint32_t>(text[i]) - '0';
        good &= digit <= 9;
        value = value * 10 + digit;
    }
    return good;
}

inline uint32_t days_in_month(uint32_t year, uint32_t month) {
    if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
    return 30 + ((month + (month > 7)) & 1);
}

inline int64_t days_since_1970(uint32_t year, uint32_t month, uint32_t day) {
    const int64_t shifted_year = static_cast<int64_t>(year) - (month <= 2);  // a year that begins in March
    const int64_t era = shifted_year / 400;
    const int64_t year_of_era = shifted_year - era * 400;
    const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

inline bool parse_date(const uint8_t *text, int64_t &days) {
    uint32_t year, month, day;
    if (text[4] != '-' || text[7] != '-') return false;
    if (!read_number(text, 4, year) || !read_number(text + 5, 2, month) || !read_number(text + 8, 2, day)) return false;
    if ( year == 0 || month - 1 > 11 || day == 0 || day > days_in_month(year, month)) return false;
    days = days_since_1970(year, month, day);
    return true;
}

inline bool parse_time(const uint8_t *text, uint32_t length, uint32_t format, int64_t &microseconds) {
    constexpr int64_t SECOND = 1000000;
    int64_t days;
    if (length < 10 || !parse_date(text, days)) return false;
    microseconds = days * 86400 * SECOND;
    if (format == LF_DATE) return length == 10;
    const uint8_t between = format == LF_SECONDS || format == LF_FRACTION ? ' ' : 'T';
    uint32_t hour, minute, second;
    if (length < 19 || text[10] != between || text[13] != ':' || text[16] != ':') return false;
    if (!read_number(text + 11, 2, hour) || !read_number(text + 14, 2, minute)) return false;
    if (!read_number(text + 17, 2, second) || hour > 23 || minute > 59 || second > 59) return false;
    microseconds += static_cast<int64_t>(hour * 3600 + minute * 60 + second) * SECOND;
    if (format == LF_SECONDS || format == LF_SECONDS_T) return length == 19;
    uint32_t fraction;
    if (length < 21 || length > 26 || text[19] != '.') return false;
    const int digits = static_cast<int>(length) - 20;
    if (!read_number(text + 20, digits, fraction)) return false;
    microseconds += static_cast<int64_t>(fraction * WHOLE_TENS[6 - digits]);
    return true;
}

}  // namespace lf
