#include "config/node.hpp"

#include <doctest/doctest.h>

using namespace perfgate;
using namespace perfgate::config;

TEST_CASE("a value is shown as the file would write it") {
  const Node tree = *parse_toml(
      "a = {b = \"x\", c = [1, 2.5]}\nd = true\ne = 2026-11-20\nf = 11:35:00\n"
      "g = 2026-11-20T11:35:00Z\nh = nan\n",
      "x.toml");
  CHECK(to_text(*tree.find("a")) == "{b = \"x\", c = [1, 2.5]}");
  CHECK(to_text(*tree.find("d")) == "true");
  CHECK(to_text(*tree.find("e")) == "2026-11-20");
  CHECK(to_text(*tree.find("f")) == "11:35:00");
  CHECK(to_text(*tree.find("g")) == "2026-11-20T11:35:00Z");
  CHECK(tree.find("e")->origin == "x.toml:3");
  CHECK(tree.find("z") == nullptr);
  CHECK_FALSE(as_number(*tree.find("h")));
  CHECK_FALSE(as_number(*tree.find("d")));
}

TEST_CASE("problems are told in the order of the file and each hint once") {
  Problems problems;
  CHECK(problems.result());
  Node later, earlier;
  later.line = 12;
  later.origin = "x.toml:12";
  earlier.line = 3;
  earlier.origin = "x.toml:3";
  problems.add(later, "b", "try c");
  problems.add(earlier, "a", "try c");
  CHECK_FALSE(problems.empty());
  const auto result = problems.result();
  REQUIRE_FALSE(result);
  CHECK(result.error() == Error{Code::config, "x.toml:3: a\nx.toml:12: b", "try c"});
}
