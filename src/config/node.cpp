#include "config/node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/counted.hpp"
#include "base/text.hpp"

namespace perfgate::config {
namespace {

constexpr std::size_t longest_quote = 60;  // of a value in a message

std::string quoted(const Node& value) {
  return fmt::format("`{}`", safe_text(to_text(value), longest_quote));
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  const auto found = std::ranges::find(members, key, &Member::key);
  return found == members.end() ? nullptr : &found->value;
}

Node* Node::find(std::string_view key) {
  const auto found = std::ranges::find(members, key, &Member::key);
  return found == members.end() ? nullptr : &found->value;
}

std::string to_text(const Node& value) {
  std::string text;
  switch (value.kind) {
    case Node::Kind::text:
      return fmt::format("\"{}\"", value.text);
    case Node::Kind::list:
      for (const Node& item : value.items) text += (text.empty() ? "" : ", ") + to_text(item);
      return fmt::format("[{}]", text);
    case Node::Kind::table:
      for (const Member& member : value.members)
        text +=
            fmt::format("{}{} = {}", text.empty() ? "" : ", ", member.key, to_text(member.value));
      return fmt::format("{{{}}}", text);
    default:
      return value.text;
  }
}

std::optional<double> as_number(const Node& value) {
  if (value.kind == Node::Kind::integer) return static_cast<double>(value.integer);
  if (value.kind == Node::Kind::real && std::isfinite(value.real)) return value.real;
  return std::nullopt;
}

void Problems::add(const Node& where, std::string message, std::string hint) {
  problems_.push_back(
      {where.line, fmt::format("{}: {}", where.origin, std::move(message)), std::move(hint)});
}

Result<void> Problems::result() const {
  if (problems_.empty()) return {};
  std::vector<Problem> sorted = problems_;
  std::ranges::sort(sorted, {}, [](const Problem& p) { return std::tie(p.line, p.message); });
  std::string message;
  std::vector<std::string> hints;
  for (const Problem& problem : sorted) {
    if (!message.empty()) message += "\n";
    message += problem.message;
    if (!problem.hint.empty() && std::ranges::find(hints, problem.hint) == hints.end())
      hints.push_back(problem.hint);
  }
  return fail(Code::config, message, fmt::format("{}", fmt::join(hints, "\n")));
}

Reader::Reader(const Node& table, std::string path, Problems& problems)
    : table_(table), path_(std::move(path)), problems_(problems) {}

const Node* Reader::value(std::string_view key) {
  known_.emplace_back(key);
  return table_.find(key);
}

void Reader::wrong(std::string_view key, const Node& value, std::string_view expected,
                   std::string hint) {
  problems_.add(value, fmt::format("`{}` expects {}, but is {}", key, expected, quoted(value)),
                std::move(hint));
}

std::optional<std::string> Reader::text(std::string_view key) {
  const Node* found = value(key);
  if (found == nullptr) return std::nullopt;
  if (found->kind == Node::Kind::text && !found->text.empty()) return found->text;
  wrong(key, *found, "text", "write text in quotes");
  return std::nullopt;
}

std::optional<bool> Reader::boolean(std::string_view key) {
  const Node* found = value(key);
  if (found == nullptr) return std::nullopt;
  if (found->kind == Node::Kind::boolean) return found->boolean;
  wrong(key, *found, "true or false", "write it without quotes");
  return std::nullopt;
}

std::optional<double> Reader::number(std::string_view key, double least, double most) {
  const Node* found = value(key);
  if (found == nullptr) return std::nullopt;
  const auto number = as_number(*found);
  if (number && *number >= least && *number <= most) return number;
  wrong(key, *found, fmt::format("a number from {} to {}", least, most));
  return std::nullopt;
}

std::optional<int> Reader::whole(std::string_view key, int least, int most) {
  const Node* found = value(key);
  if (found == nullptr) return std::nullopt;
  if (found->kind == Node::Kind::integer && found->integer >= least && found->integer <= most)
    return static_cast<int>(found->integer);
  wrong(key, *found, fmt::format("a whole number from {} to {}", least, most));
  return std::nullopt;
}

std::optional<std::vector<std::string>> Reader::texts(std::string_view key) {
  const Node* found = value(key);
  if (found == nullptr) return std::nullopt;
  std::vector<std::string> result;
  bool good = found->kind == Node::Kind::list;
  for (const Node& item : found->items) {
    good = good && item.kind == Node::Kind::text && !item.text.empty();
    result.push_back(item.text);
  }
  if (good) return result;
  wrong(key, *found, "a list of texts", fmt::format("write {} = [\"one\", \"two\"]", key));
  return std::nullopt;
}

std::vector<const Node*> Reader::tables(std::string_view key) {
  const Node* found = value(key);
  std::vector<const Node*> result;
  if (found == nullptr) return result;
  bool good = found->kind == Node::Kind::list;
  for (const Node& item : found->items) {
    good = good && item.kind == Node::Kind::table;
    result.push_back(&item);
  }
  if (good) return result;
  problems_.add(*found, fmt::format("`{}` expects a list of tables", key),
                fmt::format("begin each with [[{}]] on a line of its own", key));
  return {};
}

const Node* Reader::table_of(std::string_view key) {
  const Node* found = value(key);
  if (found == nullptr || found->kind == Node::Kind::table) return found;
  problems_.add(*found, fmt::format("`{}` expects a table, but is {}", key, quoted(*found)),
                fmt::format("begin it with [{}] on a line of its own", key));
  return nullptr;
}

std::optional<std::size_t> Reader::choice(std::string_view key,
                                          std::span<const std::string_view> choices) {
  const Node* found = value(key);
  if (found == nullptr) return std::nullopt;
  if (found->kind == Node::Kind::text) {
    const auto match = std::ranges::find(choices, found->text);
    if (match != choices.end()) return static_cast<std::size_t>(match - choices.begin());
  }
  const auto close = found->kind == Node::Kind::text ? nearest(found->text, choices) : std::nullopt;
  wrong(key, *found, fmt::format("one of {}", fmt::join(choices, ", ")),
        close ? fmt::format("did you mean \"{}\"?", *close) : "");
  return std::nullopt;
}

std::optional<Decimal> Reader::ratio(std::string_view key) {
  const Node* found = value(key);
  if (found == nullptr) return std::nullopt;
  constexpr std::string_view expected = "a share such as 0.05 or \"5 %\"";
  if (found->kind == Node::Kind::text) {
    const auto quantity = parse_quantity(found->text);
    if (quantity && quantity->unit->symbol == "%" && quantity->value.sign() >= 0)
      return quantity->in_base();
    wrong(key, *found, expected);
    return std::nullopt;
  }
  const auto number = as_number(*found);
  if (number && *number >= 0 && *number <= 1) return Decimal::nearest(*number);
  wrong(
      key, *found, expected,
      number && *number > 1
          ? fmt::format("{0} would be {1} %; write \"{0} %\" or {2}",
                        Decimal::nearest(*number).text(), (Decimal::nearest(*number) * 100).text(),
                        (Decimal::nearest(*number) * Decimal::nearest(0.01)).text())
          : "");
  return std::nullopt;
}

std::optional<double> Reader::duration(std::string_view key, double longest) {
  const Node* found = value(key);
  if (found == nullptr) return std::nullopt;
  std::optional<double> seconds;
  if (const auto minutes = as_number(*found)) seconds = *minutes * 60;
  if (found->kind == Node::Kind::text) {
    const auto quantity = parse_quantity(found->text);
    if (quantity && quantity->unit->base == BaseUnit::second)
      seconds = quantity->in_base().to_double();
  }
  if (seconds && *seconds > 0 && *seconds <= longest) return seconds;
  constexpr double day = 86'400;
  wrong(key, *found,
        fmt::format("a time of at most {}, as text or in minutes",
                    longest == 7 * day ? "a week" : counted(std::lround(longest / day), "day")),
        fmt::format("write {0} = \"30 min\" or {0} = 30", key));
  return std::nullopt;
}

void Reader::finish(const std::function<bool(const Member&)>& known_otherwise) {
  const std::vector<std::string_view> known(known_.begin(), known_.end());
  for (const Member& member : table_.members) {
    if (std::ranges::find(known_, member.key) != known_.end()) continue;
    if (known_otherwise && known_otherwise(member)) continue;
    const auto close = nearest(member.key, known);
    problems_.add(member.value,
                  fmt::format("unknown key `{}`{}", safe_text(member.key, longest_quote),
                              path_.empty() ? "" : fmt::format(" in {}", path_)),
                  close ? fmt::format("did you mean `{}`?", *close)
                        : fmt::format("known keys: {}", fmt::join(known, ", ")));
  }
}

}  // namespace perfgate::config
