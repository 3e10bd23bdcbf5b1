#include "gate/known.hpp"

#include "gate/findings.hpp"

namespace perfgate::gate {

Known::Known(const Run& run, const Policy& policy) : run_(&run) {
  by_name_.reserve(run.benchmarks.size());
  for (const Benchmark& benchmark : run.benchmarks)
    by_name_.emplace(std::pair(benchmark.suite, std::string_view(benchmark.name)), &benchmark);
  if (policy.aliases.empty()) return;
  for (const Benchmark& benchmark : run.benchmarks) {
    const auto alias = policy.aliases.find(full_name(benchmark.suite, benchmark.name));
    if (alias != policy.aliases.end()) renamed_.emplace(alias->second, &benchmark);
  }
}

const Benchmark* Known::find(Symbol suite, std::string_view name) const {
  if (const auto found = by_name_.find({suite, name}); found != by_name_.end())
    return found->second;
  if (renamed_.empty()) return nullptr;
  const auto found = renamed_.find(full_name(suite, name));
  return found == renamed_.end() ? nullptr : found->second;
}

}  // namespace perfgate::gate
