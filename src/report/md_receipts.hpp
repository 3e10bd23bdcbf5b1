#pragma once
#include <string>

#include "report/report.hpp"

namespace perfgate::report {

std::string judgement_md(const Judgement& judgement, const Style& style);
std::string sessions_md(const Sessions& sessions);

}  // namespace perfgate::report
