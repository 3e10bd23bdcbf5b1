#include "cli/gating/execution.hpp"

#include <fmt/format.h>

namespace perfgate::cli {

Result<void> may_execute(std::string_view doing, const Env& env) {
  const std::string event = sys::variable(env.environment, "GITHUB_EVENT_NAME");
  if (event != "pull_request_target" && event != "workflow_run") return {};
  return fail(Code::usage,
              fmt::format("{} starts programs, and a `{}` job has the rights of the repository "
                          "while anybody's pull request starts it: nothing is measured here",
                          doing, event),
              "measure in a job of its own on `pull_request`, without a token, and publish what it "
              "wrote from here: perfgate publish --bundle DIR");
}

}  // namespace perfgate::cli
