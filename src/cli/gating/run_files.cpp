#include "cli/gating/run_files.hpp"

#include <algorithm>

#include "cli/receipts.hpp"
#include "cli/shared.hpp"
#include "sys/directory.hpp"

namespace perfgate::cli {
namespace {

std::vector<std::string> files_of(const std::string& path) {
  const auto listed = sys::list_files(path, 100'000);
  if (!listed) return {path};
  std::vector<std::string> files;
  for (const sys::ListedFile& file : *listed) {
    const std::string_view name(file.path);
    const bool receipt = name.ends_with("judgement.json") || name.ends_with("perf.json");
    if (name.ends_with(".json") && !receipt) files.push_back(below(path, name));
  }
  return files;
}

}  // namespace

Result<void> each_run_file(const std::vector<std::string>& paths,
                           const std::function<void(const std::string& title, Run&& run)>& visit) {
  for (const std::string& path : paths) {
    std::vector<std::string> files = files_of(path);
    if (files.size() > 1) {  // their times first: what they hold is read once more, one at a time
      std::vector<std::pair<Time, std::string>> timed;
      for (const std::string& file : files) {
        TRY(const Run run, read_run_file(file));
        timed.emplace_back(run.started, file);
      }
      std::ranges::stable_sort(timed, {}, &std::pair<Time, std::string>::first);
      for (std::size_t i = 0; i < files.size(); ++i) files[i] = std::move(timed[i].second);
    }
    for (const std::string& file : files) {
      TRY(Run run, read_run_file(file));
      visit(file, std::move(run));
    }
  }
  return {};
}

}  // namespace perfgate::cli
