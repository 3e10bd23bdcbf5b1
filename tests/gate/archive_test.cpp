// Runs of the past are judged again: a verdict that flips is a change of the method, and must be
// said by its version. tests/data/verdicts holds a folder for each experiment: base.json and
// head.json, or past-*.json (the last is the baseline), head.json and confirm-*.json; verdicts.txt
// is what they reached. PERFGATE_ACCEPT=1 writes it anew.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "gate/judge.hpp"
#include "model/judgement_fields.hpp"
#include "model/run_json.hpp"
#include "paths.hpp"
#include "stats/verdict.hpp"

namespace perfgate::gate {
namespace {

namespace fs = std::filesystem;

const fs::path archive = PERFGATE_SOURCE_DIR "/tests/data/verdicts";

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> sorted(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder)) paths.push_back(entry.path());
  std::ranges::sort(paths);
  return paths;
}

Judgement judge_again(const fs::path& folder) {
  Run head, base;
  std::vector<Run> window, confirmations;
  for (const fs::path& path : sorted(folder)) {
    if (path.extension() != ".json") continue;
    const std::string name = path.filename();
    auto run = read_run(text_of(path), name);
    if (!run) FAIL(run.error().message);
    if (name == "head.json") {
      head = *std::move(run);
    } else if (name == "base.json") {
      base = *std::move(run);
    } else if (name.starts_with("confirm-")) {
      confirmations.push_back(*std::move(run));
    } else {
      base = *run;
      window.push_back(*std::move(run));
    }
  }
  const auto judgement = judge(head,
                               {.run = &base,
                                .state = BaselineState::given,
                                .window = window,
                                .confirmations = confirmations},
                               {});
  if (!judgement) FAIL(judgement.error().message);
  return *judgement;
}

/// The method on the first line, then what each comparison reached.
std::string verdicts_of(const Judgement& judgement) {
  std::vector<std::string> lines;
  for (const Finding& finding : judgement.findings)
    lines.push_back(
        fmt::format("{} {}: {} ({})\n", finding.benchmark.empty() ? "(suite)" : finding.benchmark,
                    finding.metric.text(), to_text(finding.verdict), to_text(finding.reason)));
  std::ranges::sort(lines);
  return fmt::format("{}\n{}", judgement.method, fmt::join(lines, ""));
}

std::set<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::set<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.insert(line);
  return lines;
}

// AC:archive-rejudged
TEST_CASE(
    "an archive judged again reaches the verdicts it had or the method says that it changed") {
  std::set<Verdict> reached;
  std::set<Design> designs;
  for (const fs::path& folder : sorted(archive)) {
    const Judgement judgement = judge_again(folder);
    const std::string now = verdicts_of(judgement);
    if (std::getenv("PERFGATE_ACCEPT")) std::ofstream(folder / "verdicts.txt") << now;
    const std::string then = text_of(folder / "verdicts.txt");
    for (const Finding& finding : judgement.findings) {
      reached.insert(finding.verdict);
      if (finding.comparison) designs.insert(*finding.comparison->design);
    }
    if (now == then) continue;
    const auto before = lines_of(then), after = lines_of(now);
    std::string flipped;
    for (const std::string& line : before)
      if (!after.contains(line)) flipped += "\n  was " + line;
    for (const std::string& line : after)
      if (!before.contains(line)) flipped += "\n  is  " + line;
    const bool same_method = then.starts_with(std::string(stats::verdict_method) + "\n");
    CHECK_MESSAGE(!same_method, folder.filename().string()
                                    << ": verdicts flipped, and the method is still "
                                    << std::string(stats::verdict_method) << flipped);
    if (!same_method) MESSAGE(folder.filename().string() << ": verdicts flipped" << flipped);
  }
  for (const Verdict verdict :
       {Verdict::pass, Verdict::improved, Verdict::warn, Verdict::inconclusive, Verdict::fail})
    CHECK(reached.contains(verdict));
  for (const Design design : {Design::interleaved, Design::one_runner, Design::two_runners,
                              Design::window, Design::exact})
    CHECK(designs.contains(design));
}

}  // namespace
}  // namespace perfgate::gate
