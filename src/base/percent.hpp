#pragma once
// Ratios as people read them: 0.03 is 3 %.

#include <string>

namespace perfgate {

/// A change, with its sign and two digits: "+12.30 %". The minus is the one of the keyboard.
std::string percent(double change);

/// A share or a size: two digits below 1 %, one below 10 %, else none, and `more` of them.
std::string percent_of(double ratio, int more = 0);

/// All digits that the ratio was written with: "12.5 %", "10 %".
std::string percent_as_written(double ratio);

}  // namespace perfgate
