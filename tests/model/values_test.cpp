#include "model/values.hpp"

#include <doctest/doctest.h>

#include "support/factory.hpp"

namespace perfgate {
namespace {

TEST_CASE("values keep their order and the launches that they came from") {
  Values values;
  CHECK(values.empty());
  CHECK(values.launches().empty());
  values.next_launch();  // nothing came before
  values.add(3);
  CHECK(values.size() == 1);
  CHECK(values.launches().size() == 1);
  values.next_launch();
  values.next_launch();  // twice is once
  values.add(1);
  values.add(2);
  REQUIRE(values.launches().size() == 2);
  CHECK(values.launches()[0].size() == 1);
  CHECK(values.launches()[1].size() == 2);
  CHECK(values.all()[0] == 3);
  values.next_launch();  // none follows
  CHECK(values.launches().size() == 2);
  CHECK(sizeof(Values) == 16);
}

TEST_CASE("values are copied and moved and compared with their launches") {
  const Values values = test::values_of({{1, 2}, {3}});
  Values copy = values;
  CHECK(copy == values);
  copy.add(4);
  CHECK(copy != values);
  CHECK(values.size() == 3);
  copy = values;
  CHECK(copy == values);
  CHECK(Values({1, 2, 3}) != values);
  const Values moved = std::move(copy);
  CHECK(moved == values);
  const Values one({5});
  Values single = one;
  CHECK(single == one);
}

TEST_CASE("a summary stands beside several values and not beside one") {
  Values values({1});
  values.set_summary({.count = 1});
  CHECK_FALSE(values.summary());
  values.add(2);
  values.set_summary({.count = 2});
  CHECK(values.summary()->count == 2);
}

}  // namespace
}  // namespace perfgate
