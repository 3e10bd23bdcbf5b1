#pragma once
// Whether both sides of an experiment run the same program: then it is a control.

#include <string>

#include "base/result.hpp"
#include "measure/suite.hpp"

namespace perfgate::measure {

/// What is known of the files beside the programs, which they may read.
enum class Sameness {
  same,     ///< all are the same: one commit on both sides
  sources,  ///< what differs is no program's input: sources and documentation
  unlike,   ///< nothing is known
};

/// Byte for byte the same program with the same arguments, and nothing beside it that is known to
/// differ: with `sources` a machine's own program whose shared objects beside it are equal too (a
/// script is what it reads). False where it cannot be told.
bool same_program(const Suite& base, const Suite& head, Sameness surroundings,
                  const sys::Environment& environment);

/// Whether the two files hold the same bytes; false where one cannot be read.
bool same_bytes(const std::string& one, const std::string& other);

/// Where the suite's program lies, as seen from here; empty where it cannot be found.
std::string program_of(const Suite& suite, const sys::Environment& environment);

}  // namespace perfgate::measure
