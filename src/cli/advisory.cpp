#include "cli/advisory.hpp"

#include <sys/stat.h>

#include <fmt/format.h>

#include "base/text.hpp"
#include "gate/advisory.hpp"
#include "model/qualification_json.hpp"

namespace perfgate::cli {

void apply_advisory(Judgement& judgement, const Run& run, const Settings& settings, Env& env) {
  const Policy& policy = settings.policy;
  std::optional<Qualification> qualification;
  std::string trouble;
  if (policy.advisory == Advisory::until_qualified) {
    const std::string path = below(settings.project_directory, policy.qualification);
    struct stat info{};
    if (::stat(path.c_str(), &info) == 0) {
      const auto text = read_named(path);
      auto read = text ? read_qualification(*text, policy.qualification)
                       : Result<Qualification>(std::unexpected(text.error()));
      if (read)
        qualification = *std::move(read);
      else
        trouble = safe_text(read.error().message, 300);
    }
  }
  gate::Standing standing =
      gate::standing(run, policy, qualification ? &*qualification : nullptr, env.now());
  if (!trouble.empty()) standing.why = "advisory until qualified: " + trouble;
  gate::stand_back(judgement, standing);
}

}  // namespace perfgate::cli
