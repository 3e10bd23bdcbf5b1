#include "base/units.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <set>

using namespace perfgate;

namespace {
Decimal base(std::string_view text) {
  const auto quantity = parse_quantity(text);
  CAPTURE(text);
  REQUIRE(quantity);
  return quantity->in_base();
}
Error refused_unit(std::string_view text) {
  const auto quantity = parse_quantity(text);
  CAPTURE(text);
  REQUIRE_FALSE(quantity);
  CHECK(quantity.error().code == Code::parse);
  return quantity.error();
}
}  // namespace

TEST_CASE("every unit is found by its symbol and its suffix and is unlike every other") {
  std::set<std::string_view> symbols, suffixes;
  for (const Unit& unit : units()) {
    CAPTURE(unit.symbol);
    CHECK(find_unit(unit.symbol) == &unit);
    CHECK(find_unit_by_suffix(unit.suffix) == &unit);
    CHECK(symbols.insert(unit.symbol).second);
    CHECK(suffixes.insert(unit.suffix).second);
    CHECK(unit.to_base(Decimal(3)) == Decimal::nearest(unit.to_base(3.0)));
    CHECK(unit.from_base(unit.to_base(42.0)) == doctest::Approx(42.0));
    CHECK(base_unit_from_text(to_text(unit.base)) == unit.base);
  }
  CHECK_FALSE(base_unit_from_text("MB"));
  CHECK(find_unit("") == nullptr);
  CHECK(find_unit_by_suffix("") == nullptr);
}

TEST_CASE("aliases name the same unit") {
  CHECK(find_unit("us") == find_unit("\u00b5s"));
  CHECK(find_unit("\u03bcs") == find_unit("us"));
  CHECK(find_unit("KB/s") == find_unit("kB/s"));
  for (const char* alias : {"ops/s", "op/s", "items/s", "item/s", "/s"})
    CHECK(find_unit(alias) == find_unit("1/s"));
}

// AC:units-mb-mib
TEST_CASE("a megabyte and a mebibyte are never mixed") {
  CHECK(base("80 MB/s") == 80'000'000);
  CHECK(base("80 MiB/s") == 83'886'080);
  CHECK(base("1 kB") == 1000);
  CHECK(base("1 KiB") == 1024);
  CHECK(find_unit_by_suffix("mbs") != find_unit_by_suffix("mibs"));
  CHECK(find_unit("mb") == nullptr);
  CHECK(find_unit("mib/s") == nullptr);
}

TEST_CASE("quantities are read exactly in the forms people write") {
  CHECK(base("1,000 ns") == base("1 us"));
  CHECK(base("1.5 µs") == *Decimal::parse("1.5e-6"));
  CHECK(base("1.5e3 us") == *Decimal::parse("1.5e-3"));
  CHECK(base("1.5e-3us") == *Decimal::parse("1.5e-9"));
  CHECK(base("  80MB/s ") == 80'000'000);
  CHECK(base("1,234,567.5 B") == *Decimal::parse("1234567.5"));
  CHECK(base("-1,000 s") == -1000);
  CHECK(base("5 %") == *Decimal::parse("0.05"));
  CHECK(base("30 min") == 1800);
  CHECK(base("2 h") == 7200);
  CHECK(base("0.1 ps") == *Decimal::parse("1e-13"));
  CHECK(base("12 M/s") == 12'000'000);
  CHECK(base("10x") == 10);
}

TEST_CASE("a quantity that is not understood says why and what is known") {
  CHECK(refused_unit("80").message == "`80` has no unit");
  CHECK(refused_unit("80").hint.find("80 MiB/s") != std::string::npos);
  CHECK(refused_unit("fast").message == "`fast` does not begin with a decimal number");
  CHECK(refused_unit("").message == "`` does not begin with a decimal number");
  CHECK(refused_unit("nan ns").message == "`nan ns` does not begin with a decimal number");
  CHECK(refused_unit("1e999 ns").message == "`1e999 ns` does not begin with a decimal number");
  for (const char* text : {"1,00 ns", "1000,000 ns", ",100 ns", "1,0000 ns", "1.5,000 ns",
                           "-,100 s", "1,000,00 ns", "1,ab ns"})
    CHECK(refused_unit(text).message.ends_with(
        "commas may only stand between groups of three digits"));
  const Error unknown = refused_unit("80 MiBs/s");
  CHECK(unknown.message == "`80 MiBs/s`: unknown unit `MiBs/s`; did you mean `MiB/s`?");
  CHECK(unknown.hint == "known units: " + known_units());
  CHECK(refused_unit("80 mib/s").message.ends_with("did you mean `MiB/s`?"));
  CHECK(refused_unit("80 parsecs").message == "`80 parsecs`: unknown unit `parsecs`");
  CHECK(refused_unit("1 \x1b[31m").message == "`1 \\x1B[31m`: unknown unit `\\x1B[31m`");
}

// AC:units-no-bits
TEST_CASE("bits are refused with a hint rather than taken for bytes") {
  for (const char* text : {"80 Mb/s", "80 Mbit/s", "1 Gbps", "1 kb", "1 b", "1 mb/s", "1 Mib/s"}) {
    const Error error = refused_unit(text);
    CHECK(error.message.find("would be bits") != std::string::npos);
    CHECK(error.hint.find("capital B") != std::string::npos);
  }
}

TEST_CASE("the known units are listed in plain ASCII") {
  CHECK(known_units().find("ns, us, ms, s") != std::string::npos);
  for (const char c : known_units()) CHECK(static_cast<unsigned char>(c) < 0x80);
}

TEST_CASE("a value is rendered in a chosen unit with grouped thousands") {
  const Unit& gib = *find_unit("GiB/s");
  CHECK(render(gib.to_base(4.22), gib, 2) == "4.22 GiB/s");
  CHECK(render(1e-6, *find_unit("ns"), 0) == "1,000 ns");
  CHECK(render(-1234567.891, *find_unit("s"), 2) == "-1,234,567.89 s");
  CHECK(render(1e-4, *find_unit("us"), 1) == "100.0 µs");
  CHECK(render(0.0512, *find_unit("%"), 2) == "5.12 %");
  CHECK(render(52, *find_unit("1"), 0) == "52");
  CHECK(render(std::numeric_limits<double>::infinity(), gib, 2) == "inf GiB/s");
}

TEST_CASE("a value is rendered in the unit that reads best") {
  using enum BaseUnit;
  CHECK(render(1.5e-6, second) == "1.5 µs");
  CHECK(render(0, second) == "0 s");
  CHECK(render(2e-13, second) == "0.2 ps");
  CHECK(render(1e-30, second) == "1.000e-18 ps");
  CHECK(render(-0.25, second) == "-250 ms");
  CHECK(render(12345, second) == "12,345 s");
  CHECK(render(1e20, second) == "1.000e+20 s");
  CHECK(render(598736896, byte_per_second) == "571 MiB/s");
  CHECK(render(4.22 * 1073741824, byte_per_second) == "4.22 GiB/s");
  CHECK(render(1536, byte) == "1.5 KiB");
  CHECK(render(100, byte) == "100 B");
  CHECK(render(1234567, per_second) == "1.235 M/s");
  CHECK(render(123456789, one) == "123,456,789");
  CHECK(render(0.123456, one) == "0.1235");
  CHECK(render(NAN, one) == "nan");
}
