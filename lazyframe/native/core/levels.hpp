// The instruction sets that are compiled in, and those that this machine has.

#pragma once

#include "state.hpp"

namespace lf {

// Null where the level is unknown, not compiled in, or not there; LF_BEST becomes the level chosen.
const Level *find_level(uint32_t &level);

}  // namespace lf
