#include "config/waivers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "config/node.hpp"

namespace perfgate::config {
namespace {

constexpr double largest_change = 10;  // a waiver of more would be no limit
constexpr std::string_view a_date = "a date such as 2026-12-31";

/// Midnight, when the day begins.
std::optional<Time> day_from_text(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  const auto time = time_from_text(std::string(text) + "T00:00:00Z");
  // What the calendar does not have (31 June) must not become another day.
  if (!time || date_text(*time) != text) return std::nullopt;
  return *time;
}

std::optional<Time> read_day(Reader& reader, std::string_view key) {
  const Node* value = reader.value(key);
  if (value == nullptr) return std::nullopt;
  if (value->kind == Node::Kind::time || value->kind == Node::Kind::text)
    if (const auto day = day_from_text(value->text)) return day;
  reader.wrong(key, *value, a_date, fmt::format("write {} = 2026-12-31", key));
  return std::nullopt;
}

Waiver waiver_from(const Node& table, std::size_t number, Problems& problems) {
  Reader reader(table, fmt::format("[[waiver]] {}", number), problems);
  Waiver waiver;
  waiver.origin = table.origin;
  for (const std::string_view key : {"benchmark", "max_change", "reason", "owner", "expires"})
    if (table.find(key) == nullptr)
      problems.add(table, fmt::format("[[waiver]] {} has no `{}`", number, key),
                   "a waiver has at least benchmark, max_change, reason, owner and expires");
  waiver.suite = reader.text("suite").value_or(waiver.suite);
  waiver.benchmark = reader.text("benchmark").value_or(waiver.benchmark);
  waiver.metric = reader.text("metric").value_or(waiver.metric);
  waiver.branch = reader.text("branch").value_or(waiver.branch);
  if (const auto change = reader.ratio("max_change")) {
    // Fifteen digits are what is kept, and what is written again.
    waiver.max_change = Decimal::nearest(std::min(change->to_double(), 1e6)).to_double();
    if (waiver.max_change <= 0 || waiver.max_change > largest_change)
      reader.wrong("max_change", *table.find("max_change"), "more than 0 and at most 1000 %",
                   "a waiver of no change accepts nothing, and one of any change everything");
  }
  waiver.reason = reader.text("reason").value_or("");
  waiver.ticket = reader.text("ticket").value_or("");
  waiver.owner = reader.text("owner").value_or("");
  waiver.created = read_day(reader, "created");
  if (const auto day = read_day(reader, "expires")) waiver.expires = *end_of_day(date_text(*day));
  if (waiver.created && waiver.expires.unix_ms != 0 && *waiver.created > waiver.expires)
    problems.add(*table.find("expires"),
                 fmt::format("`expires`, {}, lies before `created`, {}", date_text(waiver.expires),
                             date_text(*waiver.created)),
                 "exchange them");
  waiver.id = reader.text("id").value_or(derived_id(waiver));
  reader.finish();
  return waiver;
}

/// A text in quotes as TOML has it.
std::string quoted_toml(std::string_view text) {
  std::string result = "\"";
  for (const char c : repair_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      result += fmt::format("\\{}", c);
    else if (byte < 0x20 || byte == 0x7f)
      result += fmt::format("\\u{:04X}", byte);
    else
      result += c;
  }
  return result + "\"";
}

}  // namespace

Result<Time> end_of_day(std::string_view date) {
  const auto day = day_from_text(date);
  if (!day)
    return fail(Code::config, fmt::format("`{}` is not {}", safe_text(date, 40), a_date),
                "year, month and day, with two digits each for the last two");
  constexpr std::int64_t day_ms = 24LL * 3600 * 1000;
  return Time{day->unix_ms + day_ms - 1};
}

Result<Decimal> change_from_text(std::string_view text) {
  const auto good = [](const Decimal& ratio) { return ratio.sign() > 0; };
  if (const auto quantity = parse_quantity(text);
      quantity && quantity->unit->symbol == "%" && good(quantity->value) &&
      !(Decimal::nearest(largest_change) < quantity->in_base()))
    return quantity->in_base();
  if (const auto number = Decimal::parse(trim(text));
      number && good(*number) && !(Decimal(1) < *number))
    return *number;
  return fail(Code::config, fmt::format("`{}` is not a share of more than 0", safe_text(text, 40)),
              "write \"8 %\" or 0.08");
}

std::string derived_id(const Waiver& waiver) {
  return "w-" +
         sha256(fmt::format("{}\n{}\n{}\n{}\n{}\n{}", waiver.suite, waiver.benchmark, waiver.metric,
                            waiver.max_change, waiver.branch, to_text(waiver.expires)))
             .substr(0, 10);
}

std::string to_toml(const Waiver& waiver) {
  std::string text = "[[waiver]]\n";
  const auto line = [&](std::string_view key, std::string_view value) {
    text += fmt::format("{} = {}\n", key, value);
  };
  line("id", quoted_toml(waiver.id));
  if (waiver.suite != "*") line("suite", quoted_toml(waiver.suite));
  line("benchmark", quoted_toml(waiver.benchmark));
  if (waiver.metric != "*") line("metric", quoted_toml(waiver.metric));
  line("max_change",
       quoted_toml((Decimal::nearest(waiver.max_change) * Decimal(100)).text() + " %"));
  if (waiver.branch != "*") line("branch", quoted_toml(waiver.branch));
  line("reason", quoted_toml(waiver.reason));
  if (!waiver.ticket.empty()) line("ticket", quoted_toml(waiver.ticket));
  line("owner", quoted_toml(waiver.owner));
  if (waiver.created) line("created", date_text(*waiver.created));
  line("expires", date_text(waiver.expires));
  return text;
}

Result<std::vector<Waiver>> read_waivers(std::string_view toml, std::string_view origin_name) {
  TRY(const Node tree, parse_toml(toml, origin_name));
  Problems problems;
  Reader file(tree, "", problems);
  std::vector<Waiver> waivers;
  const auto tables = file.tables("waiver");
  for (const Node* table : tables) {
    Waiver waiver = waiver_from(*table, waivers.size() + 1, problems);
    const auto twin = std::ranges::find(waivers, waiver.id, &Waiver::id);
    if (twin != waivers.end())
      problems.add(*table,
                   fmt::format("a second waiver has the id `{}`; the first is at {}",
                               safe_text(waiver.id, 60), twin->origin),
                   "give each an id of its own, and keep one where they are the same");
    waivers.push_back(std::move(waiver));
  }
  file.finish();
  CHECKED(problems.result());
  return waivers;
}

}  // namespace perfgate::config
