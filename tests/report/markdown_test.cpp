#include "report/markdown.hpp"

#include <doctest/doctest.h>

namespace perfgate::report::markdown {
namespace {

TEST_CASE("a table leaves out empty columns and shows foreign texts as they are") {
  const std::vector<Heading> headings{{"NAME"}, {"EMPTY"}, {"N", true}};
  const std::vector<std::vector<std::string>> rows{{"a|b", "", "1"}, {"@me <b>", "", "22"}};
  CHECK(table(headings, rows) ==
        "| NAME | N |\n|:--|--:|\n| a\\|b | 1 |\n| &#64;&#8203;me &lt;b&gt; | 22 |\n");
  CHECK(cell("see #123, gh-1, @x: www.a.b") ==
        "see &#35;&#8203;123, gh-&#8203;1, &#64;&#8203;x: www&#8203;.a.b");
  CHECK(code("a`b", 10) == "`a'b`");
}

}  // namespace
}  // namespace perfgate::report::markdown
