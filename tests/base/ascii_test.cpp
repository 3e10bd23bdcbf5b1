#include "base/ascii.hpp"

#include <doctest/doctest.h>

namespace perfgate {
namespace {

TEST_CASE("ascii: letters change their case and nothing else does") {
  CHECK(ascii_lower(std::string_view("AZaz09@[`{É")) == "azaz09@[`{É");
  CHECK(ascii_upper(std::string_view("AZaz09@[`{é")) == "AZAZ09@[`{é");
}

}  // namespace
}  // namespace perfgate
