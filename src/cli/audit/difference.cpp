#include "cli/audit/difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "store/repository.hpp"
#include "store/stored.hpp"
#include "sys/directory.hpp"
#include "sys/file.hpp"
#include "sys/process.hpp"

namespace perfgate::cli {
namespace {

using nlohmann::json;

std::string shown_figure(const json& value) {
  return safe_text(value.dump(-1, ' ', false, json::error_handler_t::replace), 120);
}

std::string listed(std::span<const double> values) {
  constexpr std::size_t most = 12;
  std::string text;
  for (std::size_t i = 0; i < std::min(values.size(), most); ++i)
    text += fmt::format("{}{:.9g}", i == 0 ? "" : ", ", values[i]);
  return values.size() > most ? text + ", ..." : text;
}

class Comparer {
 public:
  Comparer(const Audit& audit, const store::Store& store, const json& computed, std::size_t most)
      : audit_(audit), store_(store), computed_(computed), most_(most) {}

  void compare(const json& stated, const json& computed, const std::string& pointer) {
    if (found.size() == most_ || stated == computed) return;
    if (pointer.empty()) {
      // What others are made from comes first.
      for (const bool made_of_others : {false, true})
        for (const auto& [key, value] : computed.items())
          if (is_made_of_others(key) == made_of_others && stated.contains(key))
            compare(stated[key], value, "/" + key);
      return;
    }
    if (stated.is_object() && computed.is_object()) {
      for (const auto& [key, value] : computed.items())
        if (stated.contains(key))
          compare(stated[key], value, fmt::format("{}/{}", pointer, key));
        else
          tell(fmt::format("{}/{}", pointer, key), "nothing", shown_figure(value));
      for (const auto& [key, value] : stated.items())
        if (!computed.contains(key))
          tell(fmt::format("{}/{}", pointer, key), shown_figure(value), "nothing");
      return;
    }
    if (stated.is_array() && computed.is_array()) {
      const std::size_t both = std::min(stated.size(), computed.size());
      for (std::size_t i = 0; i < both; ++i)
        compare(stated[i], computed[i], fmt::format("{}/{}", pointer, i));
      if (stated.size() != computed.size())
        tell(pointer, fmt::format("{} entries", stated.size()),
             fmt::format("{} entries", computed.size()));
      return;
    }
    tell(pointer, shown_figure(stated), shown_figure(computed));
  }

  std::vector<std::string> found;

 private:
  static bool is_made_of_others(std::string_view key) {
    return key == "controls" || key == "evidence" || key == "rows" || key == "statement" ||
           key == "limits_of_report";
  }

  void tell(const std::string& pointer, const std::string& stated, const std::string& computed) {
    if (found.size() == most_) return;
    found.push_back(fmt::format("{}: the report says {}, and it is {}{}", pointer, stated, computed,
                                source_of(pointer)));
  }

  /// What contradicts the figure: the samples of a limit's worst value, else the record.
  std::string source_of(const std::string& pointer) const {
    if (pointer.starts_with("/limits/")) {
      std::size_t index = 0;
      std::from_chars(pointer.data() + 8, pointer.data() + pointer.size(), index);
      if (index < audit_.limits.size()) {
        const AuditLimit& limit = audit_.limits[index];
        const std::string samples = samples_behind(limit.worst_judgement, limit.subject, store_);
        if (!samples.empty())
          return fmt::format(" (judgement {}; {})", safe_text(limit.worst_judgement, 200), samples);
      }
    }
    json::json_pointer at;
    try {
      at = json::json_pointer(pointer);
    } catch (const json::exception&) {
      return {};
    }
    while (!at.empty()) {
      at.pop_back();
      if (!computed_.contains(at)) continue;
      const json& object = computed_[at];
      if (!object.is_object()) continue;
      if (object.contains("record") && object["record"].is_number_integer() &&
          object["record"].get<std::int64_t>() > 0)
        return fmt::format(" (by record {})", object["record"].get<std::int64_t>());
    }
    return fmt::format(" (by records {} to {})", audit_.chain.first, audit_.chain.last);
  }

  const Audit& audit_;
  const store::Store& store_;
  const json& computed_;
  std::size_t most_;
};

std::string without_markup(std::string_view line) {
  std::string text;
  bool inside = false;
  for (const char c : line) {
    if (c == '<') inside = true;
    if (!inside) text += c;
    if (c != '>') continue;
    inside = false;
    if (!text.ends_with(' ') && !text.empty()) text += ' ';
  }
  return safe_text(trim(text), 300);
}

}  // namespace

std::optional<std::string> pdf_text(std::string_view pdf, const Env& env) {
  const auto folder = sys::TemporaryDirectory::make("/tmp");
  if (!folder) return std::nullopt;
  const std::string path = folder->path() + "/report.pdf", text = folder->path() + "/report.txt";
  if (!sys::write_file_atomic(path, pdf)) return std::nullopt;
  sys::Command command{.argv = {"pdftotext", "-layout", path, text}};
  command.environment["PATH"] = sys::variable(env.environment, "PATH");
  const auto ended = sys::run_process(command, {.timeout = std::chrono::seconds(60)});
  if (!ended || ended->exit_code != 0) return std::nullopt;
  auto read = sys::read_file(text, std::uint64_t{256} << 20);
  if (!read) return std::nullopt;
  return *std::move(read);
}

std::string samples_behind(std::string_view judgement, std::string_view subject,
                           const store::Store& store) {
  const auto record = store.find(Kind::judgement, judgement);
  if (!record || !*record) return {};
  const auto judged = store::Stored<Judgement>::read((*record)->value, (*record)->place);
  if (!judged) return {};
  const auto run_record = store.find(Kind::run, judged->run);
  if (!run_record || !*run_record) return {};
  const auto run = store::Stored<Run>::read((*run_record)->value, (*run_record)->place);
  if (!run) return {};
  for (const Headline& headline : run->headlines)
    if (headline.name == subject && headline.value)
      return fmt::format("run {}: headline {:.9g}, values {}", safe_text(run->id, 100),
                         *headline.value, listed(headline.values));
  for (const Benchmark& benchmark : run->benchmarks)
    for (const Sample& sample : benchmark.samples)
      if (fmt::format("{}/{} {}", benchmark.suite.text(), benchmark.name, sample.metric.text()) ==
          subject)
        return fmt::format("run {}: samples {}", safe_text(run->id, 100),
                           listed(sample.values.all()));
  return {};
}

std::vector<std::string> audit_differences(std::string_view stated, std::string_view computed,
                                           const Audit& audit, const store::Store& store,
                                           std::size_t most) {
  const auto is = parse_json(stated, "the report", Code::audit);
  const auto should = parse_json(computed, "what was computed", Code::audit);
  if (!is || !should) return {"the report is no JSON"};
  Comparer comparer(audit, store, *should, most);
  comparer.compare(*is, *should, "");
  return comparer.found;
}

std::string page_difference(std::string_view stated, std::string_view computed) {
  for (int line = 1;; ++line) {
    const std::string_view one = stated.substr(0, stated.find('\n'));
    const std::string_view other = computed.substr(0, computed.find('\n'));
    if (one != other)
      return fmt::format("line {}: the report says `{}`, and it is `{}`", line, without_markup(one),
                         without_markup(other));
    if (one.size() == stated.size() || other.size() == computed.size()) break;
    stated.remove_prefix(one.size() + 1);
    computed.remove_prefix(other.size() + 1);
  }
  return "its end differs";
}

}  // namespace perfgate::cli
