#include "workloads.hpp"

#include <fmt/format.h>

#include <utility>

namespace mainframe {
namespace {

Layout display_heavy() {
  return in_order({
      zoned("CUSTOMER-ID", 10, 0, Signed::no),
      text("CUSTOMER-NAME", 30),
      text("STREET", 30),
      text("CITY", 20),
      text("POSTCODE", 10),
      text("COUNTRY", 2),
      text("ACCOUNT-TYPE", 4),
      zoned("OPENED-ON", 8, 0, Signed::no),
      text("REMARKS", 60),
      zoned("BALANCE", 13, 2),
      zoned("CREDIT-LIMIT", 11, 2),
      zoned("INTEREST-RATE", 7, 4),
      zoned("TRANSACTIONS", 7, 0, Signed::no),
  });
}

Layout comp3_heavy() {
  std::vector<Field> fields = {
      text("LEDGER-ID", 8),
      packed("ACCOUNT", 15, 0, Signed::no),
      packed("POSTED-ON", 8, 0, Signed::no),
      packed("OPENING", 15, 2),
      packed("CLOSING", 15, 2),
  };
  for (int month = 1; month <= 12; ++month) {
    fields.push_back(packed(fmt::format("MONTH-{:02}", month), 13, 2));
  }
  fields.push_back(packed("RATE", 9, 6));
  fields.push_back(packed("TAX", 11, 2));
  fields.push_back(packed("FEE", 9, 2));
  fields.push_back(packed("UNITS", 9));
  fields.push_back(packed("PRICE", 11, 4));
  return in_order(std::move(fields));
}

}  // namespace

std::vector<Workload> workloads() {
  // The test works these figures out from the values, without the decoder.
  return {{.name = "display",
           .layout = display_heavy(),
           .expected = {{.records = 100, .size = 29'953, .digest = 0x27B49DE31DD5ACE0},
                        {.records = 1'000, .size = 302'710, .digest = 0x2E6A17484017B377},
                        {.records = 10'000, .size = 3'033'990, .digest = 0x4459CFF978C90355}}},
          {.name = "comp3",
           .layout = comp3_heavy(),
           .expected = {{.records = 100, .size = 42'391, .digest = 0xF85057351440480F},
                        {.records = 1'000, .size = 422'318, .digest = 0xB76197773366EACB},
                        {.records = 10'000, .size = 4'216'794, .digest = 0x3AD55AB2D3DB49B4}}}};
}

std::uint64_t digest(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash;
}

}  // namespace mainframe
