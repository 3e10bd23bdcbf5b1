#include "report/markdown.hpp"

#include <doctest/doctest.h>

namespace perfgate::report::markdown {
namespace {

TEST_CASE("a table leaves out empty columns and shows foreign texts as they are") {
  const std::vector<Heading> headings{{"NAME"}, {"EMPTY"}, {"N", true}};
  const std::vector<std::vector<std::string>> rows{{"a|b", "", "1"}, {"@me <b>", "", "22"}};
  CHECK(table(headings, rows) ==
        "| NAME | N |\n|:--|--:|\n| a\\|b | 1 |\n| &#64;\u200bme &lt;b&gt; | 22 |\n");
  CHECK(code("a`b", 10) == "`a'b`");
}

}  // namespace
}  // namespace perfgate::report::markdown
