// SARIF 2.1.0 (OASIS): a rule per reason, a result per outcome that is not good. Code scanning
// shows each at the line of the policy that set the limit, where there is one.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/hash.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "model/judgement_fields.hpp"
#include "report/report.hpp"

namespace perfgate::report {
namespace {

constexpr std::size_t longest_message = 1000;

bool is_good(const Outcome& outcome) {
  return !outcome.verdict || *outcome.verdict == Verdict::pass ||
         *outcome.verdict == Verdict::improved;
}

std::string_view level_of(Verdict verdict) {
  return verdict == Verdict::fail || verdict == Verdict::not_measured ? "error" : "warning";
}

struct Rule {
  std::string id;
  std::optional<Code> code;
};

std::string title_of(std::string_view reason) {
  std::string title(reason);
  std::ranges::replace(title, '_', ' ');
  return title;
}

/// thresholds.toml:4 as a file and a line.
struct SourcePlace {
  std::string file;
  std::int64_t line = 0;
};
std::optional<SourcePlace> place_of(std::string_view origin) {
  const std::size_t colon = origin.rfind(':');
  if (colon == origin.npos || colon == 0) return std::nullopt;
  SourcePlace place{.file = std::string(origin.substr(0, colon))};
  const char* end = origin.data() + origin.size();
  const auto [stop, error] = std::from_chars(origin.data() + colon + 1, end, place.line);
  if (error != std::errc() || stop != end || place.line < 1) return std::nullopt;
  return place;
}

/// A path as a relative reference (RFC 3986).
std::string uri_of(std::string_view path) {
  std::string uri;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").contains(c);
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return uri;
}

class SarifWriter {
 public:
  explicit SarifWriter(const Sink& sink) : out_(sink, 6) {}

  void write(const Report& report) {
    std::map<std::string, Rule> rules;
    for (const Outcome& outcome : report.outcomes)
      if (!is_good(outcome)) rules.try_emplace(outcome.rule, Rule{outcome.rule, outcome.code});
    std::map<std::string, std::int64_t> number;
    for (const auto& [id, rule] : rules)
      number.emplace(id, static_cast<std::int64_t>(number.size()));

    out_.begin_object();
    text("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    text("version", "2.1.0");
    out_.key("runs");
    out_.begin_array();
    out_.begin_object();
    out_.key("tool");
    out_.begin_object();
    out_.key("driver");
    out_.begin_object();
    text("name", "perfgate");
    text("version", version());
    text("semanticVersion", version());
    out_.key("rules");
    out_.begin_array();
    for (const auto& [id, rule] : rules) write(rule);
    out_.end_array();
    out_.end_object();
    out_.end_object();
    out_.key("automationDetails");
    out_.begin_object();
    text("id", fmt::format("perfgate/{}", to_text(report.kind)));
    out_.end_object();
    text("columnKind", "utf16CodeUnits");
    out_.key("results");
    out_.begin_array();
    for (const Outcome& outcome : report.outcomes)
      if (!is_good(outcome)) write(outcome, number.at(outcome.rule));
    out_.end_array();
    out_.end_object();
    out_.end_array();
    out_.end_object();
  }

 private:
  void text(std::string_view key, std::string_view value) {
    out_.key(key);
    out_.value(value);
  }
  void message(std::string_view key, std::string_view words) {
    out_.key(key);
    out_.begin_object();
    text("text", words);
    out_.end_object();
  }

  void write(const Rule& rule) {
    out_.begin_object();
    text("id", rule.id);
    message("shortDescription", "perfgate: " + title_of(rule.id));
    if (rule.code) {
      const Explanation& known = explain(*rule.code);
      message("fullDescription", fmt::format("{}: {}", to_text(*rule.code), known.title));
      message("help", fmt::format("{} {}", known.cause, known.remedy));
      out_.key("properties");
      out_.begin_object();
      text("code", to_text(*rule.code));
      out_.end_object();
    }
    out_.end_object();
  }

  void write(const Outcome& outcome, std::int64_t rule) {
    const std::string name =
        safe_text(outcome.name.empty() ? "(run)" : outcome.name, longest_message);
    const std::string suite = safe_text(outcome.suite, longest_message);
    const std::string full = suite.empty() ? name : suite + "/" + name;
    out_.begin_object();
    text("ruleId", outcome.rule);
    out_.key("ruleIndex");
    out_.value(rule);
    text("level", level_of(*outcome.verdict));
    // Links in messages are [text](target): none is one.
    std::string words = safe_text(full + ": " + outcome.message, longest_message);
    for (std::size_t at = 0; (at = words.find_first_of("[]{}\\", at)) != words.npos; at += 2)
      words.replace(at, 1, fmt::format("\\{}", words[at]));
    message("message", words);
    out_.key("locations");
    out_.begin_array();
    out_.begin_object();
    if (const auto place = place_of(outcome.origin)) {
      out_.key("physicalLocation");
      out_.begin_object();
      out_.key("artifactLocation");
      out_.begin_object();
      text("uri", uri_of(place->file));
      out_.end_object();
      out_.key("region");
      out_.begin_object();
      out_.key("startLine");
      out_.value(place->line);
      out_.end_object();
      out_.end_object();
    }
    out_.key("logicalLocations");
    out_.begin_array();
    out_.begin_object();
    text("name", name);
    text("fullyQualifiedName",
         outcome.metric.empty() ? full : full + " " + safe_text(outcome.metric, longest_message));
    out_.end_object();
    out_.end_array();
    out_.end_object();
    out_.end_array();
    out_.key("partialFingerprints");
    out_.begin_object();
    text("perfgateOutcome/v1", sha256(outcome.suite + '\0' + outcome.name + '\0' + outcome.metric +
                                      '\0' + outcome.check));
    out_.end_object();
    out_.key("properties");
    out_.begin_object();
    text("verdict", to_text(*outcome.verdict));
    if (outcome.code) text("code", to_text(*outcome.code));
    for (const Figure& figure : outcome.figures) {
      out_.key(figure.name);
      out_.value(figure.value);
    }
    out_.end_object();
    out_.end_object();
  }

  JsonWriter out_;
};

Result<void> write_sarif(const Report& report, const Style&, const Sink& sink) {
  SarifWriter(sink).write(report);
  return {};
}

}  // namespace

Format sarif() {
  return {.name = "sarif",
          .suffix = "sarif",
          .summary = "SARIF 2.1.0: a result per finding that is not good, for code scanning",
          .needs = Needs::verdict,
          .write = write_sarif};
}

}  // namespace perfgate::report
