// Which history a pull request is judged by: never one that it may have written itself.

#include <fmt/format.h>

#include "cli/gating/measuring.hpp"
#include "cli/publish/publish.hpp"

namespace perfgate::cli {
namespace {

/// A store in the work tree may be the pull request's own: of those only a named one is trusted.
bool is_trusted(const PublishOptions& options, const Settings& settings, const github::Event& event,
                const Env& env) {
  if (!event.pull_request && !event.run) return true;
  if (!options.shared.store.empty() ||
      !sys::variable(env.environment, "PERFGATE_STORE_URL").empty())
    return true;
  return settings.store_url.find(':') != std::string::npos &&
         !settings.store_url.starts_with("dir:");
}

}  // namespace

Result<std::unique_ptr<store::Store>> store_of(const PublishOptions& options,
                                               const Settings& settings, const github::Event& event,
                                               Env& env, std::vector<std::string>& notices,
                                               std::optional<sys::TemporaryDirectory>& nothing) {
  if (is_trusted(options, settings, event, env)) return store::open(settings.store_url);
  notices.push_back(
      fmt::format("No baseline was looked for: the history {} lies in the work tree, which the "
                  "pull request may have written. Name one that it cannot: --store.",
                  settings.store_url));
  TRY(sys::TemporaryDirectory made, sys::TemporaryDirectory::make(temporary_directory(env)));
  nothing.emplace(std::move(made));
  return store::open("dir:" + nothing->path());
}

std::string witness_of(const store::Store& store) {
  const auto heads = store.list({.all_versions = true, .newest_first = true, .limit = 1});
  if (!heads || heads->empty()) return "";
  std::string text;
  const auto read = store.read(*heads, [&](std::size_t, store::Record& record) -> Result<bool> {
    text = fmt::format("{}:{}", record.seq, record.sha256.substr(0, 32));
    return true;
  });
  return read ? text : "";
}

}  // namespace perfgate::cli
