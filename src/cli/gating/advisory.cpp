#include "cli/gating/advisory.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "gate/advisory.hpp"
#include "model/qualification_json.hpp"

namespace perfgate::cli {

void apply_advisory(Judgement& judgement, const Run& run, const Settings& settings, Env& env,
                    const FileReader& files) {
  const Policy& policy = settings.policy;
  std::optional<Qualification> qualification;
  std::string trouble;
  if (policy.advisory == Advisory::until_qualified) {
    const std::string path = below(settings.project_directory, policy.qualification);
    const auto text = files(path);
    if (text && *text) {
      auto read = read_qualification(**text, policy.qualification);
      if (read)
        qualification = *std::move(read);
      else
        trouble = safe_text(read.error().message, 300);
    } else if (!text) {
      trouble = safe_text(text.error().message, 300);
    }
  }
  gate::Standing standing =
      gate::standing(run, policy, qualification ? &*qualification : nullptr, env.now());
  if (!trouble.empty()) standing.why = "advisory until qualified: " + trouble;
  gate::stand_back(judgement, standing);
}

}  // namespace perfgate::cli
