#pragma once
// The whole program in-process, at a desk of its own: a working directory, an environment, a clock.

#include <map>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "support/factory.hpp"
#include "support/temporary.hpp"

namespace perfgate::test {

/// The process's working directory while it lives: commands read files relative to it.
class Desk {
 public:
  Desk();
  ~Desk();
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  /// Runs `perfgate ARGUMENTS`, keeps what it printed and returns the exit code. Where someone else
  /// on this host measures it waits until they are done.
  int operator()(const std::vector<std::string>& arguments);
  std::string out, err;

  sys::Environment environment;
  Time now{1'800'000'000'000};

  void write(const std::string& path, std::string_view text);
  void write_receipt(const std::string& path, const Run& run);
  void write_run(const std::string& path, const RunSpec& spec = {}) {
    write_receipt(path, make_run(spec));
  }
  std::string read(const std::string& path) const;
  bool exists(const std::string& path) const;
  /// Every file below a folder, byte for byte.
  std::map<std::string, std::string> files(const std::string& folder) const;
  /// A repository on branch main with one commit, whose id is returned.
  std::string repository();

 private:
  sys::TemporaryDirectory directory_ = temporary();
  std::string before_;
};

/// Google Benchmark's JSON: base_scores() times a multiplier, `repetitions` rows each.
std::string google_benchmark_json(double multiplier = 1.0, int repetitions = 1);

/// Whether the text holds the phrase; shows both where it does not.
bool says(std::string_view text, std::string_view phrase);

}  // namespace perfgate::test
