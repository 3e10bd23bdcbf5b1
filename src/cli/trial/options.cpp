#include "cli/trial/options.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>

#include "base/text.hpp"
#include "measure/own_time.hpp"

namespace perfgate::cli {
namespace {

using std::chrono::nanoseconds;

/// "5m", "1h30m", "90.5s": nothing where it is none.
std::optional<double> compact_seconds(std::string_view text) {
  double total = 0;
  bool any = false;
  while (!text.empty()) {
    double number = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc() || end == text.data()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const char unit = text.empty() ? 's' : text.front();
    const double factor = unit == 'h' ? 3600 : unit == 'm' ? 60 : unit == 's' ? 1 : 0;
    if (factor == 0) return std::nullopt;
    if (!text.empty()) text.remove_prefix(1);
    total += number * factor;
    any = true;
  }
  return any ? std::optional(total) : std::nullopt;
}

std::int64_t made_up_seed(const Env& env) {
  // Nine digits: it is read and typed by people.
  return (env.now().unix_ms * 7919 + std::int64_t{::getpid()} * 104729) % 1'000'000'000;
}

}  // namespace

void add_trial(CLI::App& app, TrialOptions& options) {
  app.add_option("--max-rounds", options.max_rounds,
                 "rounds at most, a round being one launch of either side (default: 30)")
      ->check(CLI::Range(5, 1000));
  app.add_option("--budget", options.budget,
                 "time for measuring, builds aside, e.g. 5m, 90s, 1h30m (default: none)");
  app.add_option("--seed", options.seed, "of the order, to have it again (default: made up)")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1} << 53));
  app.add_option("--order", options.order,
                 "`balanced`: each pair of rounds is ABBA or BAAB by the seed; `alternating`: ABBA "
                 "throughout (default: balanced)")
      ->check(CLI::IsMember({"balanced", "alternating"}));
}

void add_measured(CLI::App& app, MeasureOptions& options) {
  app.add_option("--harness", options.harness,
                 "what a command prints (default: nothing that is read; what is measured is how "
                 "long it takes)");
  app.add_option("--results", options.results,
                 "file or folder that a command writes, e.g. target/criterion");
  app.add_option("--suite", options.suites, "only these suites (globs)")
      ->take_all()
      ->allow_extra_args(false);
}

Result<nanoseconds> parse_duration(const std::string& text, std::string_view option) {
  std::optional<double> seconds = compact_seconds(text);
  if (!seconds)
    if (const auto quantity = parse_quantity(text);
        quantity && quantity->unit->base == BaseUnit::second)
      seconds = quantity->in_base().to_double();
  if (!seconds || *seconds <= 0 || *seconds > 1e7)
    return fail(Code::usage, fmt::format("{} {}: no time", option, safe_text(text, 40)),
                fmt::format("{} 5m, or 90s, or 1h30m", option));
  return nanoseconds_of(*seconds);
}

Result<measure::Trial> trial_of(const TrialOptions& options, const Env& env) {
  measure::Trial trial{.ordering = options.order == "alternating" ? measure::Ordering::alternating
                                                                  : measure::Ordering::balanced,
                       .seed = options.seed >= 0 ? options.seed : made_up_seed(env),
                       .max_rounds = options.max_rounds};
  if (!options.budget.empty()) {
    TRY(trial.budget, parse_duration(options.budget, "--budget"));
  }
  return trial;
}

Result<std::vector<std::string>> words_of(const std::string& text, std::string_view option) {
  std::vector<std::string> words;
  std::string word;
  bool inside = false, shell = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == '\'') {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '\\' && i + 1 < text.size()) {
      word += text[++i];
      inside = true;
    } else if (quote == '"') {
      if (c == quote)
        quote = 0;
      else
        word += c;
      shell |= c == '$' || c == '`';
    } else if (c == '\'' || c == '"') {
      quote = c;
      inside = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (inside) words.push_back(std::exchange(word, {}));
      inside = false;
      shell |= c == '\n';
    } else {
      shell |= std::string_view("|&;<>()$`*?[#~").find(c) != std::string_view::npos;
      word += c;
      inside = true;
    }
  }
  if (quote != 0)
    return fail(Code::usage, fmt::format("{}: a quote {} is not closed", option, quote),
                fmt::format("{} \"./bench --size 10\"", option));
  if (inside) words.push_back(std::move(word));
  // NAME=value before the command is a shell's as well.
  if (!words.empty() && words[0].find('=') != std::string::npos) shell = true;
  if (words.empty())
    return fail(Code::usage, fmt::format("{}: there is no command", option),
                fmt::format("{} \"./bench --size 10\"", option));
  if (shell) return std::vector<std::string>{"/bin/sh", "-c", text};
  return words;
}

measure::Conditions conditions_of(const Env& env) {
  return {.environment = env.environment,
          .temporary = temporary_directory(env),
          .now = env.now,
          .signals = env.signals,
          .find_harness = measure::find_harness,
          .host = {.environment = env.environment}};
}

Result<void> check_sides(const measure::Trial& trial, const std::string& directory, Env& env,
                         measure::Progress& progress) {
  const auto step = progress.step("preflight");
  std::vector<measure::Check> rows;
  for (const auto& [side, builds] :
       {std::pair{"base", &trial.base}, std::pair{"head", &trial.head}}) {
    measure::Grounds grounds{.environment = env.environment, .find_harness = measure::find_harness};
    if (side == std::string_view("head")) grounds.directories = {directory};
    for (measure::Check& row : measure::preflight(builds->front(), grounds)) {
      row.what = fmt::format("{} ({})", row.what, side);
      rows.push_back(std::move(row));
    }
  }
  for (const measure::Check& row : rows)
    progress.detail(fmt::format("preflight: {}: {}", row.what,
                                row.ok() ? (row.detail.empty() ? "ok" : row.detail) : "failed"));
  return measure::passed(rows);
}

}  // namespace perfgate::cli
