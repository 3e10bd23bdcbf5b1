#pragma once
#include <string>

#include "report/report.hpp"

namespace perfgate::report {

/// The verdict's line, what was compared, the tables, why, and what to do next.
std::string judgement_text(const Judgement& judgement, const Style& style);
std::string sessions_text(const Sessions& sessions, const Style& style);

}  // namespace perfgate::report
