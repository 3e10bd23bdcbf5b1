#include "store/git_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace perfgate::store {
namespace {

constexpr std::string_view trailer_format = "format: perfgate.branch/1";

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == text.npos;
}

template <class T>
std::optional<T> whole_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // "01" and "+1" are not what was written.
  if (error != std::errc() || end != text.data() + text.size() || std::to_string(value) != text)
    return std::nullopt;
  return value;
}

bool is_month(std::string_view text) {
  if (text.size() != 7 || text[4] != '-') return false;
  for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 6U})
    if (text[i] < '0' || text[i] > '9') return false;
  const std::string_view month = text.substr(5);
  return month >= "01" && month <= "12";
}

/// The value of "name: value" on a line of its own.
std::optional<std::string_view> trailer(std::string_view message, std::string_view name) {
  const std::string begin = fmt::format("\n{}: ", name);
  const std::size_t at = message.rfind(begin);
  if (at == message.npos) return std::nullopt;
  const std::string_view rest = message.substr(at + begin.size());
  return rest.substr(0, rest.find('\n'));
}

}  // namespace

std::string key_digest(Kind kind, std::string_view key) {
  return Sha256().add(perfgate::to_text(kind)).add("\n").add(key).hex().substr(0, 16);
}

std::string shard_of(std::string_view month, std::string_view digest) {
  return fmt::format("records/{}/{}/{}/{}/", month.substr(0, 4), month.substr(5), digest[0],
                     digest[1]);
}

std::string path_of(const RecordFile& file) {
  return fmt::format("{}{}-{}-{}.json", shard_of(file.month, file.digest),
                     perfgate::to_text(file.kind), file.digest, file.seq);
}

std::optional<RecordFile> file_at(std::string_view path) {
  // records/2026/11/a/3/
  constexpr std::size_t directories = 20;
  if (path.size() <= directories || !path.ends_with(".json")) return std::nullopt;
  const std::string month = fmt::format("{}-{}", path.substr(8, 4), path.substr(13, 2));
  const std::string_view name = path.substr(directories, path.size() - directories - 5);
  const std::size_t dash = name.find('-');
  if (dash == name.npos || name.size() < dash + 19) return std::nullopt;
  const auto kind = enum_from_text<Kind>(name.substr(0, dash));
  const std::string_view digest = name.substr(dash + 1, 16);
  const auto seq = whole_number<std::int64_t>(name.substr(dash + 18));
  if (!kind || !seq || *seq <= 0 || !is_hex(digest) || !is_month(month)) return std::nullopt;
  RecordFile file{.month = month, .kind = *kind, .digest = std::string(digest), .seq = *seq};
  if (path_of(file) != path) return std::nullopt;
  return file;
}

std::string path_of_person(std::string_view token) {
  const std::string_view digest = token.substr(token.rfind(':') + 1);
  return fmt::format("people/{}/{}.json", digest.substr(0, 2), digest);
}

bool is_person_path(std::string_view path) {
  // people/5f/
  constexpr std::size_t directories = 10, digits = 64;
  if (path.size() != directories + digits + 5) return false;
  const std::string_view digest = path.substr(directories, digits);
  return is_hex(digest) && path_of_person(digest) == path;
}

std::vector<std::string> months_between(std::string_view first, std::string_view last) {
  std::vector<std::string> months;
  if (!is_month(first) || !is_month(last)) return months;
  const auto number = [](std::string_view digits) {
    int value = 0;
    for (const char digit : digits) value = 10 * value + (digit - '0');
    return value;
  };
  int year = number(first.substr(0, 4)), month = number(first.substr(5, 2));
  for (;;) {
    std::string next = fmt::format("{:04}-{:02}", year, month);
    if (next > last) return months;
    months.push_back(std::move(next));
    year += month / 12;
    month = month % 12 + 1;
  }
}

std::string commit_message(std::span<const Record> added, const TipSummary& summary) {
  const std::string subject =
      added.size() == 1
          ? fmt::format("Add {} {}", perfgate::to_text(added[0].kind), safe_text(added[0].key, 80))
          : fmt::format("Add {} records", added.size());
  return fmt::format("{}\n\n{}\nmonths: {} {}\nseq: {}\nhead: {}\n", subject, trailer_format,
                     summary.first_month, summary.last_month, summary.seq, summary.head);
}

std::optional<TipSummary> summary_of(std::string_view message) {
  const auto seq = trailer(message, "seq"), head = trailer(message, "head"),
             months = trailer(message, "months");
  if (message.find(fmt::format("\n{}\n", trailer_format)) == message.npos || !seq || !head ||
      !months || months->size() != 15)
    return std::nullopt;
  const auto number = whole_number<std::int64_t>(*seq);
  TipSummary summary{.seq = number.value_or(0),
                     .head = std::string(*head),
                     .first_month = std::string(months->substr(0, 7)),
                     .last_month = std::string(months->substr(8))};
  if (summary.seq <= 0 || summary.head.size() != 64 || !is_hex(summary.head) ||
      !is_month(summary.first_month) || !is_month(summary.last_month) ||
      summary.last_month < summary.first_month)
    return std::nullopt;
  return summary;
}

}  // namespace perfgate::store
