#pragma once
// The error codes and the exit codes: both are an API, and both are mapped only here.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace perfgate {

/// CBKB001 to CBKB007 come from the system's origin, CBKB1xx are perfgate's own.
enum class Code : std::uint16_t {
  timeout = 1,             ///< benchmark execution timeout
  parse = 2,               ///< performance data parsing failure
  schema = 3,              ///< JSON schema validation error
  github = 4,              ///< GitHub API authentication failure
  slo = 5,                 ///< SLO violation detected: a finding's code, never an Error's
  promotion = 6,           ///< baseline promotion failure
  audit = 7,               ///< audit report generation error
  usage = 101,             ///< the command line is wrong
  config = 102,            ///< a configuration file or variable is wrong
  io = 103,                ///< a file could not be read or written
  store = 104,             ///< the history store is damaged, locked or unwritable
  git = 105,               ///< git failed
  internal = 106,          ///< a defect of perfgate's own
  memory = 107,            ///< out of memory
  interrupted = 108,       ///< ended by a signal
  process_failed = 110,    ///< a benchmark process crashed or exited non-zero
  setup_failed = 111,      ///< a suite's setup (its build) failed
  missing = 112,           ///< an expected benchmark was not measured
  nothing_measured = 113,  ///< the run holds no measurement
  host_busy = 114,         ///< another perfgate is measuring on this host
  benchmark_error = 115,   ///< the harness reported an error for a benchmark
  access = 116,            ///< the policy does not let the actor do it
  publication = 117,       ///< GitHub was not reached, or refused what was sent
};

/// The exit codes. Where several hold, the first of failed, not_measured, not_comparable,
/// inconclusive is taken.
enum class Exit : int {
  pass = 0,
  failed = 1,
  usage = 2,
  not_measured = 3,
  inconclusive = 4,
  not_comparable = 5,
  github = 6,
  promotion = 7,
  audit = 8,
  internal = 9,
};

/// What `perfgate explain CODE` tells.
struct Explanation {
  Code code;
  std::string_view title, cause, remedy;
  Exit exit;
};

std::span<const Explanation> explanations();
const Explanation& explain(Code code);

/// "CBKB001". `code_from_text` also takes "1", "001" and lower case.
std::string to_text(Code code);
std::optional<Code> code_from_text(std::string_view text);

}  // namespace perfgate
