#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.hpp"
#include "cli/gating/measuring.hpp"
#include "cli/publish/publish.hpp"
#include "sys/url.hpp"

namespace perfgate::cli {
namespace {

constexpr std::uint64_t largest = std::uint64_t{4} << 20;

/// Below the top of the repository, without detours.
Result<std::string> below_top(const std::string& path) {
  std::string normal = std::filesystem::path(path).lexically_normal().string();
  if (normal.starts_with('/') || normal.starts_with("..") || normal.empty() || normal.size() > 1000)
    return fail(Code::config,
                fmt::format("{}: it is no path below the repository's top", safe_text(path, 200)),
                "publish reads the configuration from the base branch: give the path there");
  return normal;
}

std::string encoded(const std::string& path) {
  std::string text;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t slash = std::min(path.find('/', begin), path.size());
    text += "/" + sys::percent_encode(path.substr(begin, slash - begin));
    begin = slash + 1;
  }
  return text;
}

}  // namespace

Result<BaseBranch> BaseBranch::open(const github::Event& event, github::Client* client, Env& env) {
  BaseBranch base;
  base.client_ = client;
  base.repository_ = event.repository;
  base.sha_ = event.base_sha;
  const std::string workspace = sys::variable(env.environment, "GITHUB_WORKSPACE");
  TRY(auto objects, sys::GitObjects::open(workspace.empty() ? "." : workspace,
                                          temporary_directory(env), env.environment));
  if (objects) base.objects_.emplace(*std::move(objects));
  if (base.objects_) {
    TRY(base.here_, base.objects_->has(base.sha_));
  }
  return base;
}

Result<std::optional<std::string>> BaseBranch::read(const std::string& path) {
  TRY(const std::string name, below_top(path));
  if (here_) {
    auto content = objects_->read(sha_, name, largest);
    if (content || !client_) return content;
  }
  const auto unknown = [&](std::string_view why) {
    return fail(Code::config,
                fmt::format("reading {} of the base branch (commit {}): {}", safe_text(name, 200),
                            sha_.empty() ? "unknown" : sha_.substr(0, 10), why),
                "check the base branch out (actions/checkout, with fetch-depth: 0 in a pull "
                "request's job), or give the job `contents: read` and a token");
  };
  if (sha_.empty()) return unknown("the event does not say which commit that is");
  if (!client_) return unknown("it is not in this clone, and there is no token to ask GitHub");
  const auto content = client_->raw(
      {.path = fmt::format("/repos/{}/contents{}?ref={}", repository_, encoded(name), sha_),
       .doing = fmt::format("reading {} of the base branch", safe_text(name, 200)),
       .needs = "contents: read",
       .accept = "application/vnd.github.raw+json"});
  if (content) return *content;
  if (content.error().trouble == github::Trouble::not_found) return std::nullopt;
  return unknown(content.error().error.message);
}

Result<std::optional<std::vector<std::string>>> BaseBranch::changed(
    const std::vector<std::string>& paths, const std::string& head) {
  if (!here_) return std::nullopt;
  TRY(const bool known, objects_->has(head));
  if (!known) return std::nullopt;
  std::vector<std::string> changed;
  for (const std::string& path : paths) {
    TRY(const std::string name, below_top(path));
    TRY(const auto before, objects_->read(sha_, name, largest));
    TRY(const auto after, objects_->read(head, name, largest));
    if (before != after) changed.push_back(name);
  }
  return changed;
}

}  // namespace perfgate::cli
