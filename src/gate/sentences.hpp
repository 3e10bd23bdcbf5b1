#pragma once
// What findings of comparisons say: the sentences that judge.why is made of.

#include <optional>
#include <string>

#include "gate/subjects.hpp"
#include "stats/verdict.hpp"

namespace perfgate::gate {

bool has_bands(const Bands& bands);
bool has_warning(const Bands& bands);

/// In the unit of the headline, or as reads best.
std::string shown_value(const Subject& subject, double value);

/// What each sentence begins with: "decode/100 time: 1.20 µs against 1.00 µs, +20.00 % (+18.9 % to
/// +21.1 %)". It is the `text` of the others.
std::string what_changed(const Subject& subject, const Comparison& comparison);

std::string no_band(const std::string& text);
std::string beyond_fail(const Subject& subject, const std::string& text);
std::string beyond_warn(const Subject& subject, const std::string& text);
/// Slower for sure, where nothing but the fail band is set.
std::string below_fail(const Subject& subject, const std::string& text);
/// `high`: the upper bound as log cost.
std::string not_excluded(const Subject& subject, const std::string& text, double high);
/// Why nothing could be decided: too few values, a doubt, or a bound too wide.
std::string unsure(const Subject& subject, const std::string& text, Design design,
                   const stats::Evidence& evidence, const stats::Decision& decision,
                   const stats::Budget& budget, int min_samples);
/// Nothing but what its suite has in common.
std::string as_its_suite(const std::string& text);
/// What would decide it, to be appended: "; about 4 more rounds would settle it".
std::string settled_by(Design design, std::optional<int> further);
/// What the members of a suite have in common.
std::string whole_suite(std::size_t members, const Comparison& comparison, Verdict verdict,
                        const Policy& policy);

}  // namespace perfgate::gate
