#pragma once
// `perfgate report site`.

#include "cli/command.hpp"

namespace perfgate::cli {

Command report_site();

}  // namespace perfgate::cli
