#pragma once
#include "report/report.hpp"

namespace perfgate::report {

/// Runs side by side, by the origin's field names.
void write_sessions(const Sessions& sessions, const Sink& sink);

}  // namespace perfgate::report
