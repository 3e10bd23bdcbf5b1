#include "config/waivers.hpp"

#include <doctest/doctest.h>

namespace perfgate::config {
namespace {

Error refused(std::string_view toml) {
  CAPTURE(toml);
  const auto waivers = read_waivers(toml, "waivers.toml");
  REQUIRE_FALSE(waivers);
  CHECK(waivers.error().code == Code::config);
  return waivers.error();
}

const std::string least =
    "[[waiver]]\nbenchmark = \"decode/*\"\nmax_change = 0.08\nreason = \"new format\"\n"
    "owner = \"ann\"\nexpires = 2026-12-31\n";

// AC:waivers-file
TEST_CASE("a waiver says what it covers and how much and until when") {
  CHECK(read_waivers("", "waivers.toml")->empty());
  const auto waivers = read_waivers(
      "# reviewed\n" + least +
          "\n[[waiver]]\nid = \"sort-2\"\nsuite = \"s\"\nbenchmark = \"sort\"\nmetric = \"time\"\n"
          "max_change = \"12.5 %\"\nbranch = \"main\"\nreason = \"r\"\nticket = \"T-1\"\n"
          "owner = \"bob\"\ncreated = \"2026-01-02\"\nexpires = \"2028-02-29\"\n",
      "waivers.toml");
  if (!waivers) FAIL(waivers.error().message);
  REQUIRE(waivers->size() == 2);
  const Waiver& first = (*waivers)[0];
  CHECK(first.id == derived_id(first));
  CHECK(first.suite == "*");
  CHECK(first.metric == "*");
  CHECK(first.branch == "*");
  CHECK(first.max_change == 0.08);
  CHECK(to_text(first.expires) == "2026-12-31T23:59:59.999Z");
  CHECK_FALSE(first.created);
  CHECK(first.origin == "waivers.toml:2");
  const Waiver& second = (*waivers)[1];
  CHECK(second.id == "sort-2");
  CHECK(second.max_change == 0.125);
  CHECK(to_text(*second.created) == "2026-01-02T00:00:00.000Z");
  CHECK(date_text(second.expires) == "2028-02-29");
}

TEST_CASE("a waiver that is written is read back as it was") {
  Waiver waiver{.suite = "s\"1",
                .benchmark = "a\\b*",
                .metric = "time",
                .max_change = 0.075,
                .branch = "release/*",
                .reason = "because\nof \x01 this",
                .ticket = "T-1",
                .owner = "ann",
                .created = time_from_text("2026-11-20T00:00:00Z").value(),
                .expires = *end_of_day("2026-12-31")};
  waiver.id = derived_id(waiver);
  const auto back = read_waivers(to_toml(waiver), "w");
  if (!back) FAIL(back.error().message);
  waiver.origin = "w:1";
  REQUIRE(back->size() == 1);
  CHECK((*back)[0] == waiver);
  waiver.suite = waiver.metric = waiver.branch = "*";
  waiver.ticket = "";
  waiver.created.reset();
  CHECK((*read_waivers(to_toml(waiver), "w"))[0] == waiver);
}

// AC:waivers-refused
TEST_CASE("every mistake in the waivers is told with its line and the nearest key") {
  const Error lacking = refused("[[waiver]]\nbenchmark = \"x\"\n");
  for (const char* key : {"max_change", "reason", "owner", "expires"})
    CHECK(lacking.message.contains("waivers.toml:1: [[waiver]] 1 has no `" + std::string(key)));
  const Error unknown = refused(least + "expiry = 2026-12-31\n");
  CHECK(unknown.message == "waivers.toml:7: unknown key `expiry` in [[waiver]] 1");
  CHECK(unknown.hint == "did you mean `expires`?");
  CHECK(refused("[[waver]]\n").hint == "did you mean `waiver`?");
  const auto with = [](std::string_view key, std::string_view value) {
    std::string text = "[[waiver]]\n";
    for (const auto& [name, usual] : {std::pair{"benchmark", "\"x\""},
                                      {"max_change", "0.1"},
                                      {"reason", "\"r\""},
                                      {"owner", "\"o\""},
                                      {"expires", "2026-12-31"},
                                      {"created", "2026-01-01"}})
      text += std::string(name) + " = " + std::string(name == key ? value : usual) + "\n";
    return text;
  };
  for (const char* date :
       {"\"soon\"", "2026", "2026-12-31T10:00:00", "\"2026-06-31\"", "\"26-12-31\"", "true"}) {
    const Error error = refused(with("expires", date));
    CHECK(error.message.contains("waivers.toml:6: `expires` expects a date such as 2026-12-31"));
  }
  for (const char* change : {"nan", "inf", "-0.1", "8", "\"8\"", "\"8 ms\"", "\"-8 %\"", "0",
                             "\"1001 %\"", "\"1e300 %\""})
    CHECK(refused(with("max_change", change)).message.contains("`max_change` expects"));
  CHECK(refused(with("created", "2027-01-01"))
            .message.contains("`expires`, 2026-12-31, lies before `created`, 2027-01-01"));
  CHECK(refused(with("reason", "\"\"")).message.contains("`reason` expects text"));
  CHECK(refused(least + least).message.contains("a second waiver has the id `w-"));
  CHECK(refused("waiver = 5\n").message.contains("`waiver` expects a list of tables"));
}

TEST_CASE("a share is written with a percent sign or as a number up to 1") {
  CHECK(*change_from_text("8%") == *Decimal::parse("0.08"));
  CHECK(*change_from_text("8 %") == *Decimal::parse("0.08"));
  CHECK(*change_from_text("0.08") == *Decimal::parse("0.08"));
  CHECK(*change_from_text("150 %") == *Decimal::parse("1.5"));
  for (const char* text : {"", "8", "-8%", "0", "0%", "8 ms", "nan", "x", "1001 %"}) {
    const auto change = change_from_text(text);
    REQUIRE_FALSE(change);
    CHECK(change.error().code == Code::config);
    CHECK(change.error().hint == "write \"8 %\" or 0.08");
  }
  CHECK(end_of_day("2026-02-30").error().message ==
        "`2026-02-30` is not a date such as 2026-12-31");
}

}  // namespace
}  // namespace perfgate::config
