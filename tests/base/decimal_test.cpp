#include "base/decimal.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>

using namespace perfgate;

namespace {
Decimal dec(std::string_view text) {
  const auto value = Decimal::parse(text);
  REQUIRE(value);
  return *value;
}
}  // namespace

TEST_CASE("a decimal is read and written in its shortest plain notation") {
  for (const auto& [text, expected] : {std::pair{"4.22", "4.22"},
                                       {"-12", "-12"},
                                       {"+1", "1"},
                                       {"1e3", "1000"},
                                       {"1.50", "1.5"},
                                       {"007", "7"},
                                       {"0.000", "0"},
                                       {"-0", "0"},
                                       {"-1e-9", "-0.000000001"},
                                       {"5E+2", "500"},
                                       {"0e400", "0"},
                                       {"010.10", "10.1"}}) {
    CAPTURE(text);
    CHECK(dec(text).text() == expected);
  }
}

TEST_CASE("what is no finite decimal number is refused") {
  for (const char* text :
       {"", "-", ".", ".5", "5.", "1,000", "1e", "1e+", "0x10", "nan", "inf", "-inf", " 1", "1 ",
        "1e401", "1e-401", "1e99999999999", "--1", "1.2.3"}) {
    CAPTURE(text);
    const auto value = Decimal::parse(text);
    REQUIRE_FALSE(value);
    CHECK(value.error().code == Code::parse);
    CHECK(value.error().message.find(fmt::format("`{}`", text)) == 0);
    CHECK(value.error().hint == "write a decimal number such as 4.22 or 1.5e-6");
  }
  CHECK(Decimal::parse(std::string(400, '9')));
  CHECK(
      Decimal::parse(std::string(401, '9')).error().message.ends_with("has more than 400 digits"));
  CHECK_FALSE(Decimal::parse(std::string(200, '9') + "." + std::string(201, '9')));
}

// AC:exact-decimals
TEST_CASE("a drop from 0.20 to 0.19 is exactly five per cent") {
  const Decimal base = dec("0.20"), head = dec("0.19");
  CHECK(base - head == base * dec("0.05"));
  // In bytes per second of GiB/s likewise.
  const Decimal gib = 1073741824;
  CHECK(base * gib - head * gib == base * gib * dec("0.05"));
}

// AC:exact-decimals
TEST_CASE("every value of two decimals is a multiple of a hundredth") {
  const Decimal step = dec("0.01");
  for (int i = 0; i <= 10'000; ++i) {
    const std::string text = fmt::format("{}.{:02}", i / 100, i % 100);
    CAPTURE(text);
    REQUIRE(dec(text).is_multiple_of(step));
    REQUIRE(Decimal::nearest(i / 100.0).is_multiple_of(step));
    REQUIRE_FALSE((dec(text) + dec("0.001")).is_multiple_of(step));
  }
  CHECK(dec("4.22").is_multiple_of(step));
  CHECK_FALSE(dec("4.225").is_multiple_of(step));
  CHECK_FALSE(dec("4.2200000000000001").is_multiple_of(step));
  CHECK_FALSE(dec("4").is_multiple_of(0));
  CHECK(dec("-0.5").is_multiple_of(dec("0.25")));
  CHECK(dec("1e300").is_multiple_of(7) == false);
}

TEST_CASE("the decimal nearest to a double is what its author wrote") {
  CHECK(Decimal::nearest(0.1 + 0.2) == dec("0.3"));
  CHECK(Decimal::nearest(571.0).text() == "571");
  CHECK(Decimal::nearest(-0.0).text() == "0");
  CHECK(Decimal::nearest(5e-324).sign() == 1);
  CHECK(Decimal::nearest(1.7976931348623157e308).sign() == 1);
}

TEST_CASE("a decimal becomes the double nearest to it") {
  CHECK(dec("0.1").to_double() == 0.1);
  CHECK(dec("-4.22").to_double() == -4.22);
  CHECK(dec("1e400").to_double() == HUGE_VAL);
  CHECK(dec("-1e400").to_double() == -HUGE_VAL);
  CHECK(dec("1e-400").to_double() == 0);
}

TEST_CASE("fixed notation rounds half to even") {
  CHECK(dec("4.225").fixed(2) == "4.22");
  CHECK(dec("4.235").fixed(2) == "4.24");
  CHECK(dec("4.2251").fixed(2) == "4.23");
  CHECK(dec("571").fixed(1) == "571.0");
  CHECK(dec("-0.004").fixed(2) == "0.00");
  CHECK(dec("-0.006").fixed(2) == "-0.01");
  CHECK(dec("0.5").fixed(0) == "0");
  CHECK(dec("1.5").fixed(0) == "2");
  CHECK(dec("1e3").fixed(0) == "1000");
}

TEST_CASE("decimals compare by value however they are written") {
  CHECK(dec("1.0") == dec("1"));
  CHECK(dec("1e-400") < dec("1e400"));
  CHECK(dec("-2") < dec("-1"));
  CHECK(dec("0.3") >= dec("0.1") + dec("0.2"));
  CHECK((dec("2") <=> dec("2.000")) == std::strong_ordering::equal);
  CHECK(dec("-3").sign() == -1);
  CHECK(Decimal().sign() == 0);
  CHECK(dec("0.1") * dec("-10") == -1);
}
