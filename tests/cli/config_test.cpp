#include <doctest/doctest.h>

#include "support/cli.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::says;

/// The row of one key, words parted by one space.
std::string row(const std::string& text, const std::string& key) {
  const std::size_t begin = text.find("\n" + key + " ");
  if (begin == text.npos) return "";
  std::string line = text.substr(begin + 1, text.find('\n', begin + 1) - begin - 1), words;
  for (const char c : line)
    if (c != ' ' || !words.ends_with(' ')) words += c;
  return words;
}

// AC:config-origin
TEST_CASE("config tells of each value whether a flag or a variable or a file or nobody set it") {
  Desk perfgate;
  perfgate.write("thresholds.toml",
                 "[performance_floors]\ndisplay_min_mibs = 80\n[gate]\nmin_samples = 6\n"
                 "confidence = 0.9\nnoise_floor = 0.02\n");
  perfgate.environment["PERFGATE_MIN_SAMPLES"] = "7";
  perfgate.environment["PERFGATE_CONFIDENCE"] = "0.99";
  CHECK(perfgate({"config", "--origin", "--set", "gate.confidence=0.8"}) == 0);
  CHECK(row(perfgate.out, "gate.confidence") == "gate.confidence 0.8 --set");
  CHECK(row(perfgate.out, "gate.min_samples") == "gate.min_samples 7 PERFGATE_MIN_SAMPLES");
  CHECK(row(perfgate.out, "gate.noise_floor") == "gate.noise_floor 0.02 thresholds.toml:6");
  CHECK(row(perfgate.out, "gate.on_inconclusive") == "gate.on_inconclusive \"warn\" built-in");

  CHECK(perfgate({"config"}) == 0);
  CHECK(row(perfgate.out, "gate.noise_floor") == "gate.noise_floor 0.02");
}

TEST_CASE("the value that is shown is the value that holds") {
  Desk perfgate;
  perfgate.write_run("base.json", {.launches = 6});
  perfgate.write_run("run.json", {.noise = 0.001, .launches = 6});
  perfgate.write("thresholds.toml", "[gate]\nmin_samples = 6\n");
  const std::vector<std::string> check{"check", "--run", "run.json", "--baseline", "base.json"};
  CHECK(perfgate(check) == 0);
  says(perfgate.out, "[PASS]");
  perfgate.environment["PERFGATE_MIN_SAMPLES"] = "7";
  CHECK(perfgate(check) == 0);
  says(perfgate.out, "[INCONCLUSIVE]");
  std::vector<std::string> with_flag = check;
  with_flag.insert(with_flag.end(), {"--set", "gate.min_samples=5"});
  CHECK(perfgate(with_flag) == 0);
  says(perfgate.out, "[PASS]");
}

TEST_CASE("a wrong file is told with its line and the nearest key") {
  Desk perfgate;
  perfgate.write("thresholds.toml", "[gate]\n\nmin_sampels = 6\n");
  CHECK(perfgate({"config"}) == 2);
  says(perfgate.err, "CBKB102");
  says(perfgate.err, "thresholds.toml:3");
  says(perfgate.err, "min_samples");
}

TEST_CASE("paths in a project file are relative to it and those of flags to where one stands") {
  Desk perfgate;
  perfgate.write("deep/perfgate.toml", "policy = \"p.toml\"\n[store]\nurl = \"dir:history\"\n");
  perfgate.write("deep/p.toml", "[gate]\nmin_samples = 9\n");
  CHECK(perfgate({"config", "--origin", "--config", "deep/perfgate.toml"}) == 0);
  CHECK(row(perfgate.out, "gate.min_samples") == "gate.min_samples 9 p.toml:2");
  CHECK(perfgate({"baseline", "rollback", "--branch", "x", "--config", "deep/perfgate.toml"}) == 7);
  says(perfgate.err, "dir:deep/history");
  CHECK(perfgate({"baseline", "rollback", "--branch", "x", "--config", "deep/perfgate.toml",
                  "--store", "dir:history"}) == 7);
  says(perfgate.err, "dir:history");
  CHECK_FALSE(perfgate.err.contains("deep"));
}

}  // namespace
}  // namespace perfgate::cli
