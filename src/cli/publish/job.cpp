// The job that publishes: its event, and what its comment is known by.

#include <fmt/format.h>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "cli/publish/publish.hpp"
#include "sys/file.hpp"

namespace perfgate::cli {
namespace {

constexpr std::size_t largest_event = std::size_t{32} << 20;

std::int64_t number_of(const std::string& text, std::int64_t otherwise) {
  constexpr std::size_t most_digits = 12;
  if (text.empty() || text.size() > most_digits ||
      text.find_first_not_of("0123456789") != text.npos)
    return otherwise;
  return std::stoll(text);
}

/// ".github/workflows/perf.yml" of the workflow that measured: the same in both halves of a pair.
std::string workflow_of(const github::Event& event, const Env& env) {
  if (event.run) return event.run->path;
  std::string ref = sys::variable(env.environment,
                                  "GITHUB_WORKFLOW_REF");  // o/r/.github/workflows/x.yml@refs/...
  ref = ref.substr(0, ref.find('@'));
  if (ref.starts_with(event.repository + "/")) return ref.substr(event.repository.size() + 1);
  return sys::variable(env.environment, "GITHUB_WORKFLOW");
}

}  // namespace

Result<github::Event> event_of(const PublishOptions& options, const Env& env) {
  const std::string path =
      options.event.empty() ? sys::variable(env.environment, "GITHUB_EVENT_PATH") : options.event;
  if (path.empty()) {
    if (const std::string name = sys::variable(env.environment, "GITHUB_EVENT_NAME"); !name.empty())
      return fail(Code::usage, fmt::format("the event of this `{}` job is not known", name),
                  "GITHUB_EVENT_PATH is not set: give its file by --event");
    return github::Event{};
  }
  TRY(const std::string text, sys::read_file(path, largest_event));
  return github::read_event(text, fmt::format("the event {}", safe_text(path, 300)),
                            {.event_name = sys::variable(env.environment, "GITHUB_EVENT_NAME"),
                             .repository = sys::variable(env.environment, "GITHUB_REPOSITORY"),
                             .sha = sys::variable(env.environment, "GITHUB_SHA"),
                             .ref_name = sys::variable(env.environment, "GITHUB_REF_NAME")});
}

report::Marker marker_of(const github::Event& event, const PublishOptions& options,
                         const Env& env) {
  report::Marker marker{.id = sha256(fmt::format("{}\n{}\n{}", event.repository,
                                                 workflow_of(event, env), options.name)),
                        .sha = event.head_sha};
  if (event.run)
    marker.stamp = {.run = event.run->number, .attempt = event.run->attempt};
  else
    marker.stamp = {.run = number_of(sys::variable(env.environment, "GITHUB_RUN_NUMBER"), 0),
                    .attempt = static_cast<int>(
                        number_of(sys::variable(env.environment, "GITHUB_RUN_ATTEMPT"), 1))};
  return marker;
}

}  // namespace perfgate::cli
