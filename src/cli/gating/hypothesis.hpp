#pragma once
#include <string>
#include <string_view>

#include "model/judgement.hpp"

namespace perfgate::cli {

/// The answer to a hypothesis for people, with what the policy finds beside it that no hypothesis
/// answers: limits, missing benchmarks, errors.
std::string print_hypothesis(const Judgement& judgement, bool markdown);

}  // namespace perfgate::cli
