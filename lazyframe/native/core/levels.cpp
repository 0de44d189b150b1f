// `index.hpp` compiled for each instruction set, and the choice between them, made once at the first call.

#include "levels.hpp"

#include "classify.hpp"

namespace lf {

namespace scalar {
#include "index.hpp"
}

#if defined(__x86_64__)

TARGET_BEGIN(TARGET_AVX2)
namespace avx2 {
#include "index.hpp"
}
TARGET_END

TARGET_BEGIN(TARGET_AVX512)
namespace avx512 {
#include "index.hpp"
}
TARGET_END

#elif defined(__aarch64__)

namespace neon {
#include "index.hpp"
}

#endif

namespace {

constexpr Level SCALAR = {scalar::find_separators, scalar::count_lines<false>, scalar::count_lines<true>};

#if defined(__x86_64__)

constexpr Level AVX2 = {avx2::find_separators, avx2::count_lines<false>, avx2::count_lines<true>};
constexpr Level AVX512 = {avx512::find_separators, avx512::count_lines<false>, avx512::count_lines<true>};

bool has_avx2() {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("popcnt");
}

bool has_avx512() {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi2");
}

uint32_t best_level() { return has_avx512() ? LF_AVX512 : has_avx2() ? LF_AVX2 : LF_SCALAR; }

#elif defined(__aarch64__)

constexpr Level NEON = {neon::find_separators, neon::count_lines<false>, neon::count_lines<true>};  // every machine of 64 bits has it

uint32_t best_level() { return LF_NEON; }

#else

uint32_t best_level() { return LF_SCALAR; }

#endif

}  // namespace

const Level *find_level(uint32_t &level) {
    static const uint32_t best = best_level();
    if (level == LF_BEST) level = best;
    switch (level) {
        case LF_SCALAR:
            return &SCALAR;
#if defined(__x86_64__)
        case LF_AVX2:
            return best >= LF_AVX2 ? &AVX2 : nullptr;
        case LF_AVX512:
            return best >= LF_AVX512 ? &AVX512 : nullptr;
#elif defined(__aarch64__)
        case LF_NEON:
            return &NEON;
#endif
        default:
            return nullptr;
    }
}

}  // namespace lf
