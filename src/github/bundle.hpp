#pragma once
// A result bundle: the folder that `gate` or `ab` wrote with --out. It comes from a job that ran
// the code of a pull request, so that anything may stand in it.

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/judgement.hpp"
#include "model/run.hpp"

namespace perfgate::github {

struct BundleLimits {
  std::size_t bundles = 100;                           ///< below one folder
  std::size_t entries = 16;                            ///< files and folders of one bundle
  std::uint64_t file_bytes = std::uint64_t{64} << 20;  ///< of one file
  std::uint64_t bytes = std::uint64_t{256} << 20;      ///< of all that are read
  std::size_t values = 20'000'000;  ///< brackets, commas and colons of one file's JSON
  int depth = 24;                   ///< of JSON
};

struct Bundle {
  std::string name;  ///< the folder's; for people, never a path
  Run head;
  std::optional<Run> base;  ///< of `ab`
  /// What the bundle says of itself. Only shown where it differs from what is found out.
  std::optional<Judgement> claimed;
};

/// A bundle, or why it cannot be one.
struct ReadBundle {
  std::string name;
  Result<Bundle> bundle;
};

/// `folder` is a bundle (run.json, or base/run.json and head/run.json, with judgement.json and
/// perf.json), or holds bundles, a folder each. Only files of these names are opened, only regular
/// ones, and no link is followed, `folder` itself aside. Each bundle has its own result: Code::io,
/// Code::parse or Code::schema with file and place, and Code::nothing_measured where nothing was
/// measured. Errors: Code::io where `folder` cannot be read; Code::usage where it holds no bundle.
Result<std::vector<ReadBundle>> read_bundles(const std::string& folder,
                                             const BundleLimits& limits = {});

}  // namespace perfgate::github
