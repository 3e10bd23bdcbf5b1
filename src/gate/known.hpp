#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "model/policy.hpp"
#include "model/run.hpp"

namespace perfgate::gate {

/// The benchmarks of a run, to be found by suite and name; by the new name of one that the policy's
/// aliases rename, too. The run must outlive it.
class Known {
 public:
  Known(const Run& run, const Policy& policy);
  /// nullptr: the run does not hold it.
  const Benchmark* find(Symbol suite, std::string_view name) const;
  const Run& run() const { return *run_; }

 private:
  struct NameHash {
    std::size_t operator()(const std::pair<Symbol, std::string_view>& key) const {
      return std::hash<const void*>{}(&key.first.text()) * 31 ^
             std::hash<std::string_view>{}(key.second);
    }
  };

  const Run* run_;
  std::unordered_map<std::pair<Symbol, std::string_view>, const Benchmark*, NameHash> by_name_;
  std::unordered_map<std::string, const Benchmark*> renamed_;
};

}  // namespace perfgate::gate
