#include "measure/rounds.hpp"

#include <doctest/doctest.h>

#include <set>

namespace perfgate::measure {
namespace {

// AC:ab-order
TEST_CASE("each pair of rounds is ABBA or BAAB and both come about as often") {
  Rounds rounds(Ordering::balanced, 12345);
  const std::string order = rounds.order(2000);
  REQUIRE(order.size() == 4000);
  int base_begins = 0;
  for (std::size_t at = 0; at < order.size(); at += 4) {
    const std::string pair = order.substr(at, 4);
    CHECK((pair == "BHHB" || pair == "HBBH"));
    base_begins += pair == "BHHB" ? 1 : 0;
  }
  CHECK(base_begins > 430);
  CHECK(base_begins < 570);
}

TEST_CASE("an order comes from its seed alone and grows without changing") {
  Rounds one(Ordering::balanced, 7), other(Ordering::balanced, 7);
  const std::string early = one.order(5);
  CHECK(early == "HBBHHBBHBH");  // on every machine
  CHECK(other.first(11) == other.first(11));
  CHECK(one.order(12) == other.order(12));
  CHECK(one.order(12).starts_with(early));
  std::set<std::string> orders;
  for (int seed = 0; seed < 20; ++seed) orders.insert(Rounds(Ordering::balanced, seed).order(20));
  CHECK(orders.size() == 20);
  CHECK(Rounds(Ordering::alternating, 7).order(5) == "BHHBBHHBBH");
}

// AC:ab-looks
TEST_CASE("looks are the usual ones cut to the rounds that there may be") {
  using Looks = std::vector<int>;
  CHECK(planned_looks(30) == Looks{5, 8, 12, 18, 24, 30});
  CHECK(planned_looks(5) == Looks{5});
  CHECK(planned_looks(10) == Looks{5, 8, 10});
  CHECK(planned_looks(60) == Looks{5, 8, 12, 18, 24, 30, 40, 53, 60});
}

}  // namespace
}  // namespace perfgate::measure
