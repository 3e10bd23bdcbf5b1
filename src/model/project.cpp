#include "model/project.hpp"

namespace perfgate {

std::string ProjectHeadline::key() const { return name + "_" + std::string(unit->suffix); }

}  // namespace perfgate
