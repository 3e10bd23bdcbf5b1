#pragma once
#include "report/report.hpp"

namespace perfgate::cli {

/// The format `pdf`: the document on A4. It loads cairo and pango when it is asked for.
report::Format pdf_format();

}  // namespace perfgate::cli
