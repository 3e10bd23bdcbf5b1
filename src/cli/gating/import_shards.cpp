#include "cli/gating/import_shards.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/receipts.hpp"

namespace perfgate::cli {
namespace {

struct Named {
  std::string id, path;
};

Result<Named> named(const std::string& text) {
  const std::size_t equals = text.find('=');
  const auto good = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("._-").contains(c);
  };
  constexpr std::size_t longest = 60;
  if (equals == 0 || equals == std::string::npos || equals > longest || equals + 1 == text.size() ||
      !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(equals), good))
    return fail(Code::usage, fmt::format("--shard {}: not ID=PATH", safe_text(text, 80)),
                "the id is of letters, digits and . _ -: --shard 2=shards/2/run.json");
  return Named{text.substr(0, equals), text.substr(equals + 1)};
}

Result<void> read_into(gate::Shard& shard, std::string path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) path = below(path, "run.json");
  if (::stat(path.c_str(), &info) != 0) {
    shard.absent = fmt::format("there is no {}", safe_text(path, 200));
    return {};
  }
  TRY(shard.run, read_run_file(path));
  return {};
}

}  // namespace

Result<std::vector<gate::Shard>> read_shards(const ShardOptions& options) {
  std::vector<gate::Shard> shards;
  for (int i = 1; i <= options.count; ++i)
    shards.push_back({.id = std::to_string(i), .absent = "no --shard says where it is"});
  std::vector<std::string> seen;
  for (const std::string& text : options.shards) {
    TRY(const Named given, named(text));
    if (std::ranges::find(seen, given.id) != seen.end())
      return fail(Code::usage, fmt::format("shard {} is given twice", given.id),
                  "each shard has an id of its own");
    seen.push_back(given.id);
    auto found = std::ranges::find(shards, given.id, &gate::Shard::id);
    if (found == shards.end()) {
      if (options.count > 0)
        return fail(Code::usage,
                    fmt::format("shard {} was not declared: --shards {} declares the ids 1 to {}",
                                given.id, options.count, options.count),
                    "declare as many as the matrix has");
      found = shards.insert(shards.end(), {.id = given.id});
    }
    CHECKED(read_into(*found, given.path));
  }
  return shards;
}

}  // namespace perfgate::cli
