#pragma once
#include <string>

#include "model/qualification.hpp"
#include "report/report.hpp"

namespace perfgate::report {

/// What a gate is worth, for people at a terminal, and as Markdown.
std::string qualification_text(const Qualification& qualification, const Style& style);
std::string qualification_md(const Qualification& qualification);

}  // namespace perfgate::report
