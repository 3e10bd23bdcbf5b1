#include "report/columns.hpp"

#include <doctest/doctest.h>

namespace perfgate::report {
namespace {

TEST_CASE("columns are as wide as their widest text and empty ones are left out") {
  const std::vector<Heading> headings{{"name"}, {"none"}, {"n", true}};
  const std::vector<std::vector<std::string>> rows{{"日本", "", "1"}, {"abc", "", "1,000"}};
  CHECK(aligned(headings, rows) ==
        "name      n\n"
        "日本      1\n"
        "abc   1,000\n");
}

}  // namespace
}  // namespace perfgate::report
