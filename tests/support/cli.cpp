#include "support/cli.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/text.hpp"
#include "model/run_json.hpp"
#include "sys/process.hpp"

namespace perfgate::test {

namespace fs = std::filesystem;

Desk::Desk()
    : environment{{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"HOME", directory_.path()}},
      before_(fs::current_path()) {
  fs::current_path(directory_.path());
}

Desk::~Desk() { fs::current_path(before_); }

int Desk::operator()(const std::vector<std::string>& arguments) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  for (;;) {
    out.clear();
    err.clear();
    cli::Env env{.out = [&](std::string_view text) { out += text; },
                 .err = [&](std::string_view text) { err += text; },
                 .environment = environment,
                 .now = [&] { return now; }};
    const int exit = cli::main(arguments, env);
    if (!err.contains("CBKB114") || std::chrono::steady_clock::now() > until) return exit;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

void Desk::write(const std::string& path, std::string_view text) {
  if (const fs::path parent = fs::path(path).parent_path(); !parent.empty())
    fs::create_directories(parent);
  std::ofstream(path, std::ios::binary) << text;
}

void Desk::write_receipt(const std::string& path, const Run& run) {
  std::string text;
  perfgate::write_run(run, [&](std::string_view piece) { text += piece; });
  write(path, text);
}

std::string Desk::read(const std::string& path) const {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), path);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool Desk::exists(const std::string& path) const { return fs::exists(path); }

std::map<std::string, std::string> Desk::files(const std::string& folder) const {
  std::map<std::string, std::string> found;
  if (!fs::exists(folder)) return found;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) found[entry.path()] = read(entry.path());
  return found;
}

std::string Desk::repository() {
  const auto git = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {"git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "core.hooksPath="});
    const auto outcome = sys::run_process({.argv = arguments, .environment = environment}, {});
    REQUIRE(outcome.has_value());
    REQUIRE_MESSAGE(outcome->exit_code == 0, outcome->errors.text());
    return std::string(trim(outcome->output.text()));
  };
  git({"init", "-q", "-b", "main"});
  git({"commit", "-q", "--allow-empty", "-m", "measured"});
  return git({"rev-parse", "HEAD"});
}

std::string google_benchmark_json(double multiplier, int repetitions) {
  std::string rows;
  for (const Score& score : base_scores())
    for (int i = 0; i < repetitions; ++i) {
      const double time = score.nanoseconds * multiplier * (1 + 0.001 * i);
      rows += fmt::format(
          R"({}{{"name": "{}", "run_name": "{}", "run_type": "iteration", "repetitions": {}, )"
          R"("repetition_index": {}, "iterations": 1000, "real_time": {}, "cpu_time": {}, )"
          R"("time_unit": "ns"}})",
          rows.empty() ? "" : ",\n", score.name, score.name, repetitions, i, time, time);
    }
  return R"({"context": {"num_cpus": 2}, "benchmarks": [)" + rows + "]}\n";
}

bool says(std::string_view text, std::string_view phrase) {
  const bool held = text.contains(phrase);
  CHECK_MESSAGE(held, "`" << phrase << "` is not in:\n" << text);
  return held;
}

}  // namespace perfgate::test
