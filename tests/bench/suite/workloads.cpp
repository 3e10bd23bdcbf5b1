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
           .expected = {{.records = 100, .size = 29'846, .digest = 0x5628A37E432BCC6B},
                        {.records = 1'000, .size = 301'602, .digest = 0x639CF120A9E0A0B4},
                        {.records = 10'000, .size = 3'022'140, .digest = 0x1493A04CBF09116D}}},
          {.name = "comp3",
           .layout = comp3_heavy(),
           .expected = {{.records = 100, .size = 42'387, .digest = 0xEC307A0A89E86F63},
                        {.records = 1'000, .size = 422'219, .digest = 0xE9D5A4B8E34CF8CE},
                        {.records = 10'000, .size = 4'215'670, .digest = 0x5052226CB5A526DA}}}};
}

std::uint64_t digest(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash;
}

}  // namespace mainframe
